"""Every link between the pages leads somewhere, and every decision says when it was made and whether it stands."""

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.deployment.deployed import ROOT
from tests.unit.deployment.pages import (
    PAGES,
    Place,
    anchor_of,
    find_anchors,
    find_broken,
    find_targets,
    follow,
    is_there,
    name_of,
)

DECISIONS = ROOT / "docs" / "decisions"
INDEX = DECISIONS / "README.md"
TOPICS = sorted(set(DECISIONS.glob("*.md")) - {INDEX})
FOLDERS = ("benchmarks", "functions", "layers/application", "local", "orderctl", "tests")
SOURCES = [
    *(ROOT / name for name in ("template.yaml", "network.yaml", "samconfig.toml", "Makefile")),
    *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)),
]

_NAMED_PAGE = re.compile(r"\bdocs/[\w/.-]+\.md(?:#[\w-]+)?")
_DECISION = re.compile(r"^## (?P<title>.+)\n\n(?P<body>(?:(?!^## ).*\n?)*)", re.MULTILINE)
_FIRST_LINE = re.compile(
    r"Date: (?P<date>\d{4}-\d{2}-\d{2})\. "
    r"Status: (?:stands|superseded by \[(?P<newer>[^\]]+)\]\((?P<target>[^()\s]+)\))\."
)
_SEQUENCE = re.compile(r"^```mermaid\nsequenceDiagram\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"(\w+)(?:->>|-->>|--x|-\))(\w+): [^;#]+|Note over (\w+)(?:,(\w+))?: [^;#]+")
_BLOCK = re.compile(r"(?:alt|loop|else) [^;#]+|end")
_SUPERSEDES = re.compile(r"^Supersedes \[(?P<older>[^\]]+)\]\((?P<target>[^()\s]+)\)\.$", re.MULTILINE)


class Decision(NamedTuple):
    """One decision: where it stands, and what is written below its title."""

    place: Place
    title: str
    body: str

    @property
    def first_line(self) -> re.Match[str] | None:
        """None if it is not of the form that says date and status."""
        return _FIRST_LINE.fullmatch(self.body.split("\n", 1)[0])


def read_decisions() -> dict[Place, Decision]:
    """Every decision, by its place."""
    found = {}
    for page in TOPICS:
        for match in _DECISION.finditer(page.read_text()):
            place = Place(page, anchor_of(match["title"]))
            found[place] = Decision(place, match["title"], match["body"])
    return found


ALL = read_decisions()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert find_broken(page.read_text(), page) == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](no-such-page.md)",
        "[a](README.md#no-such-heading)",
        "[a\nb](docs/decisions/ledger.md#nothing)",
        "[a](#nothing)",
    ],
)
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert len(find_broken(f"# Title\n\n{link}\n", ROOT / "README.md")) == 1


def test_headings_have_the_anchors_that_github_gives_them() -> None:
    text = "# `accounts rotate`, and why\n```\n# no heading\n```\n## A ban's end: 1,000\n## Twice\n## Twice\n"

    assert find_anchors(text) == {"accounts-rotate-and-why", "a-bans-end-1000", "twice", "twice-1"}


def test_every_page_that_the_code_names_is_there() -> None:
    named = {(source, target) for source in SOURCES for target in _NAMED_PAGE.findall(source.read_text())}
    missing = [
        (name_of(source), target) for source, target in named if not is_there(follow(target, ROOT / "template.yaml"))
    ]

    assert named
    assert missing == []


DIAGRAMS = {f"{name_of(page)}:{at.start()}": at[1] for page in PAGES for at in _SEQUENCE.finditer(page.read_text())}


@pytest.mark.parametrize("diagram", DIAGRAMS.values(), ids=DIAGRAMS)
def test_a_sequence_diagram_is_written_as_mermaid_reads_it(diagram: str) -> None:
    """Only forms that are surely right: there is nothing here that draws it. Mermaid ends a step at a semicolon."""
    lines = [line.strip() for line in diagram.splitlines()]
    declared = {line.split()[1] for line in lines if line.startswith("participant ")}
    steps = [line for line in lines if not line.startswith("participant ") and not _BLOCK.fullmatch(line)]
    read = [_STEP.fullmatch(step) for step in steps]

    assert [step for step, match in zip(steps, read, strict=True) if match is None] == []
    assert {name for match in read if match for name in match.groups() if name} == declared
    assert lines.count("end") == sum(line.startswith(("alt ", "loop ")) for line in lines)


def test_the_index_names_every_page_of_decisions() -> None:
    named = {follow(target, INDEX).page for target in find_targets(INDEX.read_text())}

    assert set(TOPICS) <= named


def test_decisions_are_read_from_every_page() -> None:
    assert {place.page for place in ALL} == set(TOPICS)


def test_no_two_decisions_of_a_page_have_one_title() -> None:
    assert len(ALL) == sum(page.read_text().count("\n## ") for page in TOPICS)


@pytest.mark.parametrize("decision", ALL.values(), ids=lambda decision: decision.title)
def test_a_decision_says_when_it_was_made_and_whether_it_stands(decision: Decision) -> None:
    assert decision.first_line is not None
    assert date.fromisoformat(decision.first_line["date"])


def test_a_superseded_decision_and_the_one_that_ended_it_name_each_other() -> None:
    ended = {}
    for decision in ALL.values():
        if decision.first_line is not None and decision.first_line["target"]:
            newer = ALL[follow(decision.first_line["target"], decision.place.page)]
            assert newer.title == decision.first_line["newer"]
            ended[decision.place] = newer.place

    told = {}
    for decision in ALL.values():
        for match in _SUPERSEDES.finditer(decision.body):
            older = ALL[follow(match["target"], decision.place.page)]
            assert older.title == match["older"]
            told[older.place] = decision.place

    assert ended
    assert told == ended
