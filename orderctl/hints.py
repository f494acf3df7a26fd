"""How a hint names a command: with the options of the stack at hand, so that it can be typed as it stands."""

import re

_COMMAND = re.compile(r"`(orderctl [^`]+)`")
_NAMES_A_STACK = re.compile(r" --(local|stack)\b")


def name_stack(text: str, options: str) -> str:
    """Return the text with the stack's options in each command of orderctl that it shows in backticks.

    Sentences are written by code that does not know how the person named the stack, partly by the functions' own. The
    options are Stack.options. A command that names a stack already is left as it is.
    """

    def complete(found: re.Match[str]) -> str:
        command = found[1]
        return found[0] if _NAMES_A_STACK.search(command) else f"`{command}{options}`"

    return _COMMAND.sub(complete, text) if options else text
