"""How a command writes: its answer to standard output, as text or as JSON, and all else to standard error."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from orderctl.trouble import Trouble

_WIDE = 120  # columns; a pipe has no width of its own


class Screen:
    """The output of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = _make_console(stderr=False)
        self.err = _make_console(stderr=True)

    def answer(self, document: object, *shown: RenderableType) -> None:
        """Write the result of the command: `document` with --json, else `shown`."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")
            return
        for each in shown:
            self.out.print(each, soft_wrap=isinstance(each, str | Text))

    def note(self, text: str) -> None:
        """Write a remark for the person to standard error."""
        self.err.print(text, style="dim", soft_wrap=True)

    def warn(self, text: str) -> None:
        """Write a remark that the person should not overlook."""
        self.err.print(Text("! ", "yellow") + Text(text), soft_wrap=True)

    def report_trouble(self, trouble: Trouble) -> None:
        """Write why the command could not do its work; with --json to standard output as well."""
        if self.as_json:
            self.answer({"error": str(trouble), "exit_code": int(trouble.code)})
        self.err.print(Text("✗ ", "red") + Text(str(trouble)), soft_wrap=True)


def _make_console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    # No markup: what a producer or the exchange wrote is shown as it is.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table with a line below its head; the columns of numbers, `right`, are set to the right."""
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def render_facts(pairs: Mapping[str, Any]) -> Table:
    """Return a table of names and values, one a line; a value of None is left out."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs.items():
        if value is not None:
            made.add_row(name, value if isinstance(value, Text) else Text(str(value)))
    return made


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
