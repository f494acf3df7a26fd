"""What a finding of a check is: how good or bad it is, what it is about, and what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from orderctl.hints import name_stack
from orderctl.layout import Layout, make_printable
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
                yield from (_name_stack(finding, stack.options) for finding in check())
        except Denied as trouble:
            yield unknown(about, str(trouble))
        except Trouble as trouble:
            yield bad(about, str(trouble), "")


def _name_stack(finding: Finding, options: str) -> Finding:
    return replace(finding, text=name_stack(finding.text, options), to_do=name_stack(finding.to_do, options))


class _Report(Layout):
    """A line for each finding, and what to do on the line below."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._about = max((cell_len(finding.about) for finding in findings), default=0)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """See Layout. What they are about has a column of its own where the terminal is wide enough for it."""
        aside = self._about if self._about * 3 <= options.max_width else 0
        for finding in self._findings:
            about, text = Text(f"{finding.about:<{aside}}  ", "dim"), Text(finding.text)
            made = Table.grid(padding=(0, 1))
            if aside:
                made.add_row(_MARKS[finding.level], about, text)
            else:
                made.add_row(_MARKS[finding.level], about + text)
            if finding.to_do:
                made.add_row(*[""] * (2 if aside else 1), Text(f"-> {finding.to_do}", "dim"))
            yield made

    def list_lines(self) -> Iterator[str]:
        """See Layout."""
        for finding in self._findings:
            yield f"{_MARKS[finding.level].plain} {finding.about:<{self._about}}  {make_printable(finding.text)}"
            if finding.to_do:
                yield f"  {'':<{self._about}}  -> {make_printable(finding.to_do)}"


def render_findings(findings: Sequence[Finding]) -> Layout:
    """Return the findings for people."""
    return _Report(findings)


def build_documents(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the findings as JSON documents, for programs."""
    return [
        {"level": each.level.value, "about": each.about, "text": each.text, "to_do": each.to_do or None}
        for each in findings
    ]


def choose_exit_code(findings: Sequence[Finding]) -> ExitCode:
    """Return FINDING if a finding is bad, else DONE; a warning alone does not count."""
    return ExitCode.FINDING if any(finding.level is Level.BAD for finding in findings) else ExitCode.DONE
