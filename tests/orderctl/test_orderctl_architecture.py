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
LIBRARIES = {"orderexec", "boto3", "botocore", "rich", "typer"}
# Part -> what it must not know.
FORBIDDEN = {
    "orderctl.sources": (
        "orderctl.commands",
        "orderctl.command",
        "orderctl.program",
        "orderctl.checks",
        "rich",
        "typer",
    ),
    "orderctl.checks": ("orderctl.commands", "orderctl.command", "orderctl.program", "rich", "typer"),
    "orderctl.commands": ("orderctl.program", "boto3"),
    "orderctl.live": ("orderctl.commands", "orderctl.command", "boto3", "typer"),  # the demo shows it, too
    "orderctl.target": ("orderctl.sources", "orderctl.commands", "orderctl.screen", "rich", "typer"),
}


def imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", FILES)
def test_the_tool_needs_the_product_and_four_libraries(module: str) -> None:
    tops = {name.partition(".")[0] for name in imports(module)} - {"orderctl"}

    assert tops - LIBRARIES - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("part", FORBIDDEN)
def test_parts_know_only_those_below_them(part: str) -> None:
    modules = [module for module in FILES if module == part or module.startswith(f"{part}.")]
    known = {
        (module, name)
        for module in modules
        for name in imports(module)
        for forbidden in FORBIDDEN[part]
        if name == forbidden or name.startswith(f"{forbidden}.")
    }

    assert modules
    assert known == set()


@pytest.mark.parametrize("module", FILES)
def test_the_tool_imports_no_venue_of_the_product(module: str) -> None:
    """It asks the registry by name (orderexec/venues/inspection.py), so that a new venue needs no change here."""
    folders = {path.parent.name for path in (PACKAGE / "venues").glob("*/__init__.py")}

    assert folders
    assert not {
        name for name in imports(module) if name.split(".")[:3] in [["orderexec", "venues", f] for f in folders]
    }


@pytest.mark.parametrize("module", FILES)
def test_a_modules_first_line_says_what_it_knows(module: str) -> None:
    first_line = (ast.get_docstring(ast.parse(FILES[module].read_text())) or "").partition("\n")[0]

    assert len(first_line.split()) >= 5, f"{module} begins with {first_line!r}"
