"""A newcomer finds the way: a short README with its pictures, an index of all pages, words that are explained."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderexec.domain.products import PRODUCTS
from tests.unit.deployment.deployed import ROOT
from tests.unit.deployment.pages import (
    CODE,
    LINK,
    PAGES,
    README,
    blank,
    find_anchors,
    find_blocks,
    find_targets,
    follow,
    name_of,
)

DOCS = ROOT / "docs"
INDEX, GLOSSARY, CODE_MAP = DOCS / "README.md", DOCS / "glossary.md", DOCS / "code-map.md"
MOST_LINES = 155  # of the README: two screens
# What has a section of its own in the glossary, in the forms that the pages use.
WORDS = {
    "attempt": r"attempts?",
    "audit": r"audits?",
    "board": r"boards?",
    "claim": r"claims?",
    "doubt": r"doubts?",
    "fence": r"fences?",
    "gate": r"gates?",
    "halt": r"halt(?:s|ed)?",
    "letter": r"letters?",
    "mark": r"(?<!byte order )marks?(?! price)",
    "redrive": r"redr(?:ives?|iven|iving|ove)",
    "row": r"rows?",
}
# Pages for users; decisions are written for those who know the words.
EXPLAINED = [page for page in PAGES if page.parent in (ROOT, DOCS) and page != GLOSSARY]

_HTML = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING_OR_PICTURE = re.compile(r"^#.*$|!\[[^\]]*\]\([^)]*\)", re.MULTILINE)
_NODE = r"\w+(?:\[\([^\[\](){}\"]+\)\]|\[[^\[\](){}\"]+\])?"
_FLOW = re.compile(rf" +{_NODE}(?: -->(?:\|[^|\"]+\|)? {_NODE})+")


def find_unexplained(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of the glossary whose first use in the text is in no link to an explanation, and where it is."""
    prose = blank(blank(blank(text, CODE), _HTML), _HEADING_OR_PICTURE)
    links = [(link.start(), link.start("target"), link["target"]) for link in LINK.finditer(prose)]
    words = blank(prose, re.compile(r"\]\([^()\s]+\)"))
    for word, forms in WORDS.items():
        used = re.search(rf"(?<![\w-]){forms}(?![\w-])", words, re.IGNORECASE)
        if used and not any(at <= used.start() < end and "#" in target for at, end, target in links):
            yield word, used.start(), used.end()


def find_reachable(page: Path) -> set[Path]:
    """Return every page that links lead to from this one, over any number of others below docs/."""
    found, rest = {page}, [page]
    while rest:
        current = rest.pop()
        linked = {follow(target, current).page for target in find_targets(current.read_text())} - found
        found |= linked
        rest += [each for each in linked if each.suffix == ".md" and each.exists() and each.is_relative_to(DOCS)]
    return found


def test_the_readme_is_two_screens() -> None:
    assert len(README.read_text().splitlines()) <= MOST_LINES


def test_the_readme_shows_the_architecture_and_the_demo() -> None:
    text = README.read_text()

    assert len(find_blocks(text, "mermaid")) == 1
    assert "](docs/demo.svg)" in text


@pytest.mark.parametrize("line", find_blocks(README.read_text(), "mermaid")[0].splitlines())
def test_the_flow_chart_is_written_as_mermaid_reads_it(line: str) -> None:
    """Only forms that are surely right: there is nothing here that draws it."""
    assert line == "flowchart LR" or _FLOW.fullmatch(line)


def test_the_readme_warns_of_what_a_key_can_do_before_the_first_command_that_takes_one() -> None:
    text = README.read_text()

    assert text.index("> [!WARNING]") < min(text.index("```\nmake deploy"), text.index("accounts add"))


def read_matrix() -> dict[str, list[str]]:
    """The README's table of what works where: the cells of each row by its first one."""
    table = README.read_text().partition("\n| `venue` |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in f"| `venue` |{table}".splitlines()]
    return {row[0]: row[1:] for row in rows if "---" not in row[0]}


def test_the_readme_says_of_every_venue_whether_it_works() -> None:
    matrix = read_matrix()
    planned = re.search(r"(`okx`[^.;]*?)\s+are\s+planned", README.read_text())

    assert matrix["`venue`"] == [f"`{venue}`" for venue in PRODUCTS]
    assert matrix["state"] == ["works"] * len(PRODUCTS)
    assert planned is not None
    assert not set(re.findall(r"`([^`]+)`", planned[1])) & set(PRODUCTS)


@pytest.mark.parametrize("row", [row for row in read_matrix() if row not in ("`venue`", "state")])
def test_the_readme_says_where_a_field_or_an_action_can_be_had(row: str) -> None:
    names = set(re.findall(r"`([^`]+)`", row))
    for product, cell in zip(PRODUCTS.values(), read_matrix()[row], strict=True):
        offered = names & (product.list_fields() | product.actions)
        assert (names if cell != "-" else set()) == offered
        assert set(re.findall(r"`([A-Z_]+)`", cell)) <= {*map(str, product.fields), *product.times_in_force}


@pytest.mark.parametrize("page", [page for page in PAGES if page != README], ids=name_of)
def test_every_page_is_reached_from_the_index(page: Path) -> None:
    assert page in find_reachable(INDEX)


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == DOCS and page != INDEX], ids=name_of)
def test_the_index_itself_names_every_page_for_users(page: Path) -> None:
    assert page in {follow(target, INDEX).page for target in find_targets(INDEX.read_text())}


def test_the_readme_leads_to_the_index() -> None:
    assert INDEX in {follow(target, README).page for target in find_targets(README.read_text())}


@pytest.mark.parametrize("page", [page for page in PAGES if page != README], ids=name_of)
def test_a_page_says_in_its_first_line_what_it_is_for(page: Path) -> None:
    assert re.match(r"# .+\n\n(?:This page|These pages|How to) \w+ \w+", page.read_text())


def test_the_glossary_has_a_section_for_each_of_its_words() -> None:
    assert find_anchors(GLOSSARY.read_text()) - {"glossary"} == set(WORDS)


@pytest.mark.parametrize("page", EXPLAINED, ids=name_of)
def test_a_word_of_the_glossary_is_linked_where_a_page_uses_it_first(page: Path) -> None:
    text = page.read_text()
    lines = [f"line {text[:at].count(chr(10)) + 1}: {text[at:end]}" for _, at, end in find_unexplained(text)]

    assert lines == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It waits for the fence.", ["fence"]),
        ("It waits for the [fence](glossary.md#fence), and no other fence.", []),
        ("[A fence](page.md) that is only mentioned.", ["fence"]),
        ("# The fence\n\n`fence`, a fence-post, the byte order mark, the mark price.\n\n```\nhalt\n```\n", []),
        ("Halted. The [halt](glossary.md#halt) is explained too late.", ["halt"]),
    ],
)
def test_a_word_that_is_not_explained_is_found(text: str, found: list[str]) -> None:
    assert [word for word, _, _ in find_unexplained(text)] == found


@pytest.mark.parametrize("path", re.findall(r"^\| (`.+) \|.+\|$", CODE_MAP.read_text(), re.MULTILINE))
def test_what_the_map_of_the_code_names_is_there(path: str) -> None:
    inside = ROOT / "layers" / "application" / "python" / "orderexec"
    for name in re.findall(r"`([^`]+)`", path.split(" | ", maxsplit=1)[0]):
        short = name.removeprefix(".../")
        assert (ROOT / name).exists() or (inside / short).exists(), name
