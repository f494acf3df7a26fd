"""How a command writes: its answer to standard output, as text or as JSON, and all else to standard error."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import IO

from rich.console import Console, RenderableType
from rich.text import Text

from orderctl.hints import name_stack
from orderctl.layout import Layout, measure_longest_word
from orderctl.trouble import Trouble, build_error_document

_WIDE = 120  # columns; a pipe has no width of its own


class Screen:
    """The output of one command. `in_pipe` is true if the answer goes to a pipe or a file, not to a terminal."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.stack_options = ""  # of the stack at hand, once it is known: hints name it
        self.in_pipe = not _is_terminal(sys.stdout)
        self.out = _make_console(stderr=False)
        self.err = _make_console(stderr=True)

    def answer(self, document: object, *shown: RenderableType) -> None:
        """Write the result of the command: `document` with --json, else `shown`."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")
            return
        for each in shown:
            _write(self.out, name_stack(each, self.stack_options) if isinstance(each, str) else each)

    def sum_up(self, text: str) -> None:
        """Write a sentence below the answer. In a pipe it goes to standard error: there the answer is rows alone."""
        if self.in_pipe:
            self.note(text)
        elif not self.as_json:
            _write(self.out, f"\n{text}")

    def explain(self, shown: RenderableType) -> None:
        """Write to standard error what the person must know before the answer."""
        _write(self.err, shown)

    def note(self, text: str) -> None:
        """Write a remark for the person to standard error."""
        _write(self.err, Text(name_stack(text, self.stack_options), "dim"))

    def warn(self, text: str) -> None:
        """Write a remark that the person should not overlook."""
        _write(self.err, Text("! ", "yellow") + Text(name_stack(text, self.stack_options)))

    def break_lines(self, question: str) -> str:
        """Return a question in lines that end between words, with room for the answer: typer writes it as it is."""
        if not _is_terminal(sys.stderr):
            return question
        return "\n".join(
            line.plain.rstrip() for line in Text(question).wrap(self.err, self.err.width - len(" [y/N]: "))
        )

    def report_trouble(self, trouble: Trouble) -> None:
        """Write why the command could not do its work; with --json to standard output as well."""
        text = name_stack(str(trouble), self.stack_options)
        if self.as_json:
            self.answer(build_error_document(text, int(trouble.code)))
        _write(self.err, Text("✗ ", "red") + Text(text))


def _is_terminal(stream: IO[str]) -> bool:
    return stream.isatty()


def _make_console(*, stderr: bool) -> Console:
    width = None if _is_terminal(sys.stderr if stderr else sys.stdout) or "COLUMNS" in os.environ else _WIDE
    # No markup: what a producer or the exchange wrote is shown as it is.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def _write(console: Console, shown: RenderableType) -> None:
    """Write it whole: a terminal gets lines that end between words, a pipe gets each sentence and row in one line."""
    text = Text(shown) if isinstance(shown, str) else shown
    if _is_terminal(console.file):
        # A word that is longer than a line is left to the terminal, so that it can be copied whole.
        too_long = isinstance(text, Text) and measure_longest_word(text) > console.width
        console.print(text, soft_wrap=too_long, crop=False)
    elif isinstance(text, Layout):
        console.file.writelines(f"{line}\n" for line in text.list_lines())
    else:
        console.print(text, soft_wrap=True)


def format_instant(epoch_ms: int | None) -> str | None:
    """Return the time to the millisecond, in UTC, which AWS and the exchange use as well; None if there is none."""
    if epoch_ms is None:
        return None
    try:
        moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):  # a person wrote the row, perhaps in other units
        return f"{epoch_ms} ms, which is not a time"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{epoch_ms % 1000:03d} UTC"


def format_length(milliseconds: int) -> str:
    """Return the length in its largest unit, with one decimal."""
    if abs(milliseconds) < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    for unit, length in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        if abs(milliseconds) >= length:
            return f"{milliseconds / length:.1f} {unit}"
    return ""


def format_count(number: int, noun: str) -> str:
    """Return the number and the noun, which gets an "s" unless the number is one: "1 letter", "2 letters"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


STATE_STYLES = {"ACCEPTED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def render_state(state: str, *more: object, style: str | None = None) -> Text:
    """Return the state and the words after it, in the colour of the state or in `style`."""
    words = " ".join(str(word) for word in (state, *more) if word)
    return Text(words, style or STATE_STYLES.get(state, ""))
