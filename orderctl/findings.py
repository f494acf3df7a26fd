"""What a finding of a check is: how good or bad it is, what it is about, and what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.table import Table
from rich.text import Text

from orderctl.target import Stack
from orderctl.trouble import Denied, ExitCode, Trouble, explain_trouble


class Level(StrEnum):
    """How good or bad a finding is; UNKNOWN means that it could not be checked."""

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
    """One result of a check: a sentence about what was found, and a sentence about what to do."""

    level: Level
    about: str
    text: str
    to_do: str = ""


def ok(about: str, text: str) -> Finding:
    """Return the finding that all is well."""
    return Finding(Level.OK, about, text)


def warning(about: str, text: str, to_do: str) -> Finding:
    """Return the finding that something works, but that a person should look at it."""
    return Finding(Level.WARNING, about, text, to_do)


def bad(about: str, text: str, to_do: str) -> Finding:
    """Return the finding that something makes signals die or wait."""
    return Finding(Level.BAD, about, text, to_do)


def unknown(about: str, text: str) -> Finding:
    """Return the finding that something could not be checked."""
    return Finding(Level.UNKNOWN, about, text)


Check = Callable[[], Iterator[Finding]]


def run_checks(stack: Stack, checks: dict[str, Check]) -> Iterator[Finding]:
    """Run the checks one after the other and yield their findings. A check that fails does not stop the others."""
    for about, check in checks.items():
        try:
            with explain_trouble(stack.place):
                yield from check()
        except Denied as trouble:
            yield unknown(about, str(trouble))
        except Trouble as trouble:
            yield bad(about, str(trouble), "")


def render_findings(findings: Sequence[Finding]) -> Table:
    """Return a table with a line for each finding, and what to do on the line below."""
    made = Table.grid(padding=(0, 1))
    for style in (None, "dim", None):
        made.add_column(style=style or "", overflow="fold")
    for finding in findings:
        made.add_row(_MARKS[finding.level], finding.about, Text(finding.text))
        if finding.to_do:
            made.add_row("", "", Text(f"-> {finding.to_do}", "dim"))
    return made


def build_documents(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the findings as JSON documents, for programs."""
    return [
        {"level": each.level.value, "about": each.about, "text": each.text, "to_do": each.to_do or None}
        for each in findings
    ]


def choose_exit_code(findings: Sequence[Finding]) -> ExitCode:
    """Return FINDING if a finding is bad, else DONE; a warning alone does not count."""
    return ExitCode.FINDING if any(finding.level is Level.BAD for finding in findings) else ExitCode.DONE
