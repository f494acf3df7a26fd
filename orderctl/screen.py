"""How a command speaks: its answer to standard output, for people or as JSON, and everything else beside it."""

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
    """One command's output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = _console(stderr=False)
        self.err = _console(stderr=True)

    def answer(self, document: object, *shown: RenderableType) -> None:
        """The one result of a command: the document with --json, else what is shown."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")
            return
        for each in shown:
            self.out.print(each, soft_wrap=isinstance(each, str | Text))

    def note(self, text: str) -> None:
        """Beside the answer, for a person only."""
        self.err.print(text, style="dim", soft_wrap=True)

    def warn(self, text: str) -> None:
        """As `note`, but it matters."""
        self.err.print(Text("! ", "yellow") + Text(text), soft_wrap=True)

    def trouble(self, trouble: Trouble) -> None:
        """The command could not do its work."""
        if self.as_json:
            self.answer({"error": str(trouble), "exit_code": int(trouble.code)})
        self.err.print(Text("✗ ", "red") + Text(str(trouble)), soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    # What a producer or the exchange wrote is shown as it is.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Rules only below the head; `right` are the columns of numbers."""
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def facts(pairs: Mapping[str, Any]) -> Table:
    """Names and values, one a line; what is None is left out."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs.items():
        if value is not None:
            made.add_row(name, value if isinstance(value, Text) else Text(str(value)))
    return made


def instant(epoch_ms: int | None) -> str | None:
    """To the millisecond, in UTC as everything in AWS and at the exchange is."""
    if epoch_ms is None:
        return None
    try:
        moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):  # written by hand, in other units perhaps
        return f"{epoch_ms} ms, which is no time"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{epoch_ms % 1000:03d} UTC"


def lasting(milliseconds: int) -> str:
    """A length of time in the one or two units that matter."""
    if abs(milliseconds) < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    for unit, length in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        if abs(milliseconds) >= length:
            return f"{milliseconds / length:.1f} {unit}"
    return ""


STATE_STYLES = {"ACCEPTED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def state_text(state: str, *more: object, style: str | None = None) -> Text:
    """A state in its colour, or in `style`, and what else describes it."""
    words = " ".join(str(word) for word in (state, *more) if word)
    return Text(words, style or STATE_STYLES.get(state, ""))
