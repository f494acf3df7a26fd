"""The commands that the pages print: those of fenced blocks, and those in the middle of a sentence."""

import itertools
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from tests.unit.deployment.pages import PAGES, find_blocks, name_of

_SENTENCE = re.compile(r"`((?:[A-Z_]+=\S+ )*(?:\.venv/(?:sam/)?bin/)?(?:make|orderctl|sam|aws|python) [^`\n]+)`")
_SETTING = re.compile(r"[A-Z_]+=.*")
_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
# A block is one of commands if its first line is; others show JSON, log lines or what a command answers.
_PROGRAMS = ("make", "orderctl", "sam", "aws", "git", "openssl", "python", "curl")
_FIRST = re.compile(rf"^(?:# .*\n|\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/(?:sam/)?bin/)?(?:{'|'.join(_PROGRAMS)}) ")


class Printed(NamedTuple):
    """One command as a page prints it, with the variables set before it; `whole` if it can be typed as it stands."""

    page: Path
    words: tuple[str, ...]
    whole: bool
    variables: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The name of the program, without the folder that it is in."""
        return self.words[0].rpartition("/")[2]

    def __str__(self) -> str:
        return f"{name_of(self.page)}: {shlex.join(self.words)}"


def list_commands() -> list[Printed]:
    """Return every command of every page, each once a page."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for line in _list_lines(text):
            found += [_read_command(page, words, whole=True) for words in _split(line)]
        for sentence in _SENTENCE.findall(_BLOCK.sub("", text)):
            found += [_read_command(page, words, whole=False) for words in _split(sentence)]
    return list(dict.fromkeys(found))


def _read_command(page: Path, words: list[str], *, whole: bool) -> Printed:
    variables = tuple(itertools.takewhile(_SETTING.fullmatch, words))
    return Printed(page, tuple(words[len(variables) :]), whole, variables)


def _list_lines(text: str) -> list[str]:
    """Return the lines of a page's blocks of commands; a line that ends in a backslash goes on in the next."""
    lines = []
    for block in find_blocks(text, ""):
        if _FIRST.match(block):
            joined = block.replace("\\\n", " ").splitlines()
            answers = any(line.startswith("$ ") for line in joined)
            lines += [line.removeprefix("$ ") for line in joined if line.startswith("$ ") or not answers]
    return lines


def _split(line: str) -> list[list[str]]:
    """Return the commands of a line, each as its words; none of a comment."""
    words = shlex.split(line.replace("<this repository>", "REPOSITORY"), comments=True)
    commands = []
    while words:
        end = next((place for place, word in enumerate(words) if word in ("&&", "|")), len(words))
        commands.append(words[:end])
        words = words[end + 1 :]
    return commands
