"""The pages of the documentation as text: their headings, links and fenced blocks."""

import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.unit.deployment.deployed import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\[\]]*\]\((?P<target>[^()\s]+)\)")


class Place(NamedTuple):
    """A heading of a page; without an anchor the page itself."""

    page: Path
    anchor: str = ""


def name_of(path: Path) -> str:
    """Return the path below the root of the project."""
    return str(path.relative_to(ROOT))


def find_targets(text: str) -> list[str]:
    """Return where the links of a page's text lead."""
    return [link["target"] for link in LINK.finditer(blank(text, CODE))]


def blank(text: str, pattern: re.Pattern[str]) -> str:
    """Return the text with every match of the pattern blanked out; everything else stays at its place."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def find_blocks(text: str, language: str) -> list[str]:
    """Return what stands in the fenced blocks of that language; of those without one for an empty `language`."""
    return [textwrap.dedent(block["text"]) for block in _BLOCK.finditer(text) if block["language"] == language]


def anchor_of(title: str) -> str:
    """Return the anchor that GitHub gives the first heading of that text."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def find_anchors(text: str) -> set[str]:
    """Return every anchor of a page; headings that are alike get numbers."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    counts = Counter[str]()
    found = set()
    for title in re.findall(r"^#{1,6} (.+)$", outside, re.MULTILINE):
        anchor = anchor_of(title)
        found.add(f"{anchor}-{counts[anchor]}" if counts[anchor] else anchor)
        counts[anchor] += 1
    return found


def follow(target: str, page: Path) -> Place:
    """Return where a relative link on `page` leads."""
    path, _, anchor = target.partition("#")
    return Place((page.parent / path).resolve() if path else page, anchor)


def is_there(place: Place) -> bool:
    """Return whether the page exists, and has the heading that is named."""
    if not place.page.exists():
        return False
    return not place.anchor or place.anchor in find_anchors(place.page.read_text())


def find_broken(text: str, page: Path) -> list[str]:
    """Return the relative links of a page's text that lead nowhere."""
    relative = [target for target in find_targets(text) if not re.match(r"[a-z]+:", target)]
    return [target for target in relative if not is_there(follow(target, page))]
