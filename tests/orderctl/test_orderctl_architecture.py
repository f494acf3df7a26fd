"""Who may know whom inside the tool, kept by reading the imports; the product's own parts have a test like it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers" / "application" / "python" / "orderexec"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "orderctl").rglob("*.py"))
    if "__pycache__" not in path.parts
}

# From the person to the stack: what stands in a line may import what stands below it, never what stands beside or above
# it. Each part with what it imports beside the tool itself and the standard library.
DIRECTION: tuple[dict[str, set[str]], ...] = (
    {"orderctl.program": {"typer"}},
    {"orderctl.commands": {"orderexec", "rich", "typer"}},
    {
        "orderctl.command": {"botocore", "orderexec", "typer"},
        "orderctl.checks": {"orderexec"},
        "orderctl.documents": {"orderexec", "rich"},
        "orderctl.ending": {"orderexec"},
        "orderctl.judgement": {"orderexec"},
        "orderctl.key_input": {"typer"},
        "orderctl.live": {"rich"},  # the demo shows it, too
        "orderctl.lengths": set(),
        "orderctl.usage": {"typer"},
    },
    {
        "orderctl.asked": {"orderexec"},
        "orderctl.explanation": {"orderexec"},
        "orderctl.findings": {"rich"},
        "orderctl.sources": {"botocore", "orderexec"},
        "orderctl.steps": {"orderexec"},
    },
    {"orderctl.screen": {"rich"}, "orderctl.target": {"boto3", "botocore"}},
    {"orderctl.hints": set(), "orderctl.layout": {"rich"}, "orderctl.trouble": {"botocore"}},
    {"orderctl": set()},
)


def list_imports(module: str) -> Iterator[str]:
    """The absolute name of every module imported anywhere in `module`."""
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            # `from orderctl import target` names modules, `from orderctl.target import Stack` what stands in one.
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in FILES else str(node.module) for name in names)


def find_place(module: str) -> tuple[int, str]:
    """The line of the direction that the module stands in, and its part."""
    part = ".".join(module.split(".")[:2])
    return next((line, part) for line, parts in enumerate(DIRECTION) if part in parts)


@pytest.mark.parametrize("module", FILES)
def test_a_part_needs_the_libraries_named_here_and_no_others(module: str) -> None:
    line, part = find_place(module)
    tops = {name.partition(".")[0] for name in list_imports(module)} - {"orderctl"}

    assert tops - DIRECTION[line][part] - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("module", FILES)
def test_parts_know_only_those_below_them(module: str) -> None:
    line, part = find_place(module)
    known = {name: find_place(name) for name in list_imports(module) if name.partition(".")[0] == "orderctl"}

    assert {name for name, (below, other) in known.items() if other != part and below <= line} == set()


def test_every_part_named_here_exists() -> None:
    assert {find_place(module)[1] for module in FILES} == {part for parts in DIRECTION for part in parts}


@pytest.mark.parametrize("module", FILES)
def test_the_tool_imports_no_venue_of_the_product(module: str) -> None:
    """It asks the registry by name (orderexec/venues/inspection.py), so that a new venue needs no change here."""
    folders = {path.parent.name for path in (PACKAGE / "venues").glob("*/__init__.py")}

    assert folders
    assert not {
        name for name in list_imports(module) if name.split(".")[:3] in [["orderexec", "venues", f] for f in folders]
    }


@pytest.mark.parametrize("module", FILES)
def test_a_modules_first_line_says_what_it_knows(module: str) -> None:
    first_line = (ast.get_docstring(ast.parse(FILES[module].read_text())) or "").partition("\n")[0]

    assert len(first_line.split()) >= 5, f"{module} begins with {first_line!r}"
