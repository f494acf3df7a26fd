"""What a check found: how good or bad it is, what it is about, and what to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.table import Table
from rich.text import Text

from orderctl.target import Stack
from orderctl.trouble import Denied, ExitCode, Trouble, told


class Level(StrEnum):
    """From good to bad; UNKNOWN says nothing."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


_MARKS = {
    Level.OK: Text("✓", "green"),
    Level.WARNING: Text("!", "yellow"),
    Level.BAD: Text("✗", "red"),
    Level.UNKNOWN: Text("?", "dim"),
}


@dataclass(frozen=True)
class Finding:
    """One sentence, and another on what to do."""

    level: Level
    about: str
    text: str
    to_do: str = ""


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, about, text)


def warning(about: str, text: str, to_do: str) -> Finding:
    """It works, but a person should look at it."""
    return Finding(Level.WARNING, about, text, to_do)


def bad(about: str, text: str, to_do: str) -> Finding:
    """Signals die or wait of it."""
    return Finding(Level.BAD, about, text, to_do)


def unknown(about: str, text: str) -> Finding:
    """It could not be looked at."""
    return Finding(Level.UNKNOWN, about, text)


Check = Callable[[], Iterator[Finding]]


def looked_at(stack: Stack, checks: dict[str, Check]) -> Iterator[Finding]:
    """What every check finds; one that may not look, or cannot, does not keep the others from it."""
    for about, check in checks.items():
        try:
            with told(stack.place):
                yield from check()
        except Denied as trouble:
            yield unknown(about, str(trouble))
        except Trouble as trouble:
            yield bad(about, str(trouble), "")


def shown(findings: Sequence[Finding]) -> Table:
    """A line each, and what to do below it."""
    made = Table.grid(padding=(0, 1))
    for style in (None, "dim", None):
        made.add_column(style=style or "", overflow="fold")
    for finding in findings:
        made.add_row(_MARKS[finding.level], finding.about, Text(finding.text))
        if finding.to_do:
            made.add_row("", "", Text(f"-> {finding.to_do}", "dim"))
    return made


def documents(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """For programs."""
    return [
        {"level": each.level.value, "about": each.about, "text": each.text, "to_do": each.to_do or None}
        for each in findings
    ]


def exit_code(findings: Sequence[Finding]) -> ExitCode:
    """FINDING if anything is bad; a warning alone is none."""
    return ExitCode.FINDING if any(finding.level is Level.BAD for finding in findings) else ExitCode.DONE
