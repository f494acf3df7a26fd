"""Every command that the product tells a person to type exists, with its arguments and its options."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from orderctl.program import app

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder in ("orderctl", "layers", "functions", "local")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "__pycache__" not in path.parts
]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("*.yaml"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# What stands in a hint for a name that is put in when it is shown.
STACK = " --stack trading"
PLACEHOLDERS = frozenset({"x", "COMMAND"})  # what a text says about the program, not what a person types
FILLED = {"group.reason": "RULES", "stack": STACK, "options": STACK, "chosen": "--signal x"}
ANY = "orderctl COMMAND"
STILL_TO_FILL = {"AGE", "FILE", "ID"}  # what only the person knows


def fill(name: str) -> str:
    """A value as the placeholder of that name may get it."""
    last = name.rpartition(".")[2]
    return FILLED.get(name, FILLED.get(last, "x"))


def fill_all(text: str) -> str:
    """A text that is filled by `format`, or as explanation.py fills its own."""
    return re.sub(r"\{([\w.]+)[^{}]*\}", lambda found: fill(found[1]), text)


def texts(path: Path) -> Iterator[tuple[str, bool]]:
    """Each text of a module with its placeholders filled, and whether it is a docstring, which only mentions."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts_of_others = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (
                fill_all(str(part.value)) if isinstance(part, ast.Constant) else fill(ast.unparse(part.value))
                for part in node.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
            yield "".join(parts), False
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts_of_others:
            yield fill_all(node.value), id(node) in docstrings


def commands_in(text: str, program: str) -> Iterator[str]:
    """The commands that stand in backticks, or are all of the text."""
    yield from re.findall(rf"`({program} [^`]*)`", text)
    if program == "orderctl" and text.startswith("orderctl ") and "`" not in text:
        yield text


def hints(program: str) -> list[tuple[str, str]]:
    """Where a module tells a person to type something, and what."""
    return sorted(
        {
            (str(path.relative_to(ROOT)), hint)
            for path in SOURCES
            for text, mentions in texts(path)
            if not mentions
            for hint in commands_in(text, program)
        }
    )


def mentions(program: str) -> list[tuple[str, str]]:
    """What a docstring or a page says that can be typed, also in a block of commands."""
    found = {
        (str(path.relative_to(ROOT)), hint)
        for path in SOURCES
        for text, mentioned in texts(path)
        if mentioned
        for hint in commands_in(text, program)
    }
    for path in PAGES:
        text = path.read_text()
        blocks = (
            "\n".join(re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
            if path.suffix == ".md"
            else text
        )
        typed_lines = re.findall(rf"^(?:\$ |\.venv/bin/)?{program} .*$", blocks, re.MULTILINE)
        for hint in [*re.findall(rf"`{program} [^`]*`", text), *typed_lines]:
            typed = hint.strip("`").removeprefix("$ ").removeprefix(".venv/bin/").partition(" #")[0].partition(" |")[0]
            found |= {(str(path.relative_to(ROOT)), " ".join(typed.split()))} - {(str(path.relative_to(ROOT)), ANY)}
    return sorted(found)


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that is named, and what is given to it. Raises KeyError where a group has none of that name."""
    found: Any = typer.main.get_command(app)
    while hasattr(found, "commands") and words and not words[0].startswith("-"):
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize(("where", "hint"), hints("orderctl"))
def test_a_command_that_a_person_is_told_to_type_can_be_typed(where: str, hint: str) -> None:
    words = shlex.split(hint)[1:]
    if words[0] in PLACEHOLDERS:
        pytest.skip("the version, or the form of every command")
    command, given = command_of(words)

    # Raises if an argument or an option lacks, if one is not known, or if a value is not one of those that there are.
    context = command.make_context(hint, given, resilient_parsing=False)

    assert context.params.keys() >= {"stack_name", "local", "as_json"}
    assert {word for word in given if word.isupper()} <= STILL_TO_FILL
    assert "main" not in given


@pytest.mark.parametrize(("where", "hint"), mentions("orderctl"))
def test_a_command_that_is_mentioned_exists_and_has_those_options(where: str, hint: str) -> None:
    command, given = command_of(hint.split()[1:])

    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in given if word.startswith("--") and word != "--help"} <= options


@pytest.mark.parametrize(("where", "hint"), sorted({*hints("make"), *mentions("make")}))
def test_a_target_that_a_person_is_told_to_make_exists(where: str, hint: str) -> None:
    wanted = [word for word in hint.split()[1:] if "=" not in word and not word.startswith("-")]

    assert wanted[:1]
    assert wanted[0].rstrip("`.,;:") in TARGETS


def test_there_are_hints_to_look_at() -> None:
    assert {hint.split()[1] for _, hint in hints("orderctl")} >= {"redrive", "close", "accounts", "limits", "doctor"}
    assert {hint.split()[1] for _, hint in mentions("orderctl")} >= {"halt", "resume", "gates", "drop", "discard"}
    assert {"up", "deploy", "pages"} <= TARGETS
