"""How a wrong call is told to a program: with --json as a document on standard output, beside the sentence."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer import TyperException
from typer.core import TyperGroup

from orderctl.trouble import build_error_document


class ToldGroup(TyperGroup):
    """The whole tool. Its words are read before any command runs, so that no command could tell their errors."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        """Read the options of the tool itself; `args` are the words of the call."""
        as_json = "--json" in args
        with _tell_errors(as_json=as_json):
            context = super().make_context(info_name, args, *more, **extra)
        context.meta[__name__] = as_json
        return context

    def invoke(self, ctx: Any) -> Any:
        """Read the words that belong to a command, and run it."""
        with _tell_errors(as_json=ctx.meta[__name__]):
            return super().invoke(ctx)


@contextmanager
def _tell_errors(*, as_json: bool) -> Iterator[None]:
    """Write an error of usage as JSON; typer then writes its sentence to standard error, and exits."""
    try:
        yield
    except TyperException as error:
        if as_json:
            document = build_error_document(error.format_message(), error.exit_code)
            sys.stdout.write(json.dumps(document, indent=2) + "\n")
        raise
