"""What the paper exchange may know, kept by reading its imports: it is a program of its own, no part of the product."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "paper_exchange").rglob("*.py"))
    if "__pycache__" not in path.parts
}
DIALECTS = {
    "dialects.binance_futures.dialect.BinanceFutures",
    "dialects.binance_margin.dialect.BinanceMargin",
    "dialects.binance_spot.dialect.BinanceSpot",
}
BUILDS_ON = {"dialects.binance_margin": "dialects.binance_spot"}  # margin speaks Spot's wire
LIBRARIES = {"cryptography", "starlette", "uvicorn"}


def imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", FILES)
def test_the_exchange_knows_neither_the_product_nor_what_stands_around_it(module: str) -> None:
    """It stands for the other side of the wire: what it took from the product could not contradict the product."""
    tops = {name.partition(".")[0] for name in imports(module)}

    assert tops - {"paper_exchange"} - LIBRARIES - set(sys.stdlib_module_names) == set()


def parts(module: str) -> set[str]:
    """What a module imports of the program itself, without the program's name before it."""
    return {name.removeprefix("paper_exchange.") for name in imports(module) if name.startswith("paper_exchange.")}


@pytest.mark.parametrize("module", [module for module in FILES if not module.startswith("paper_exchange.dialects")])
def test_only_the_server_knows_which_dialects_there_are(module: str) -> None:
    known = {name for name in parts(module) if name.startswith("dialects")}

    assert known == (DIALECTS if module == "paper_exchange.server" else set())


@pytest.mark.parametrize(
    "module", [module for module in FILES if module.startswith(("paper_exchange.engine", "paper_exchange.rules"))]
)
def test_the_engine_and_its_rules_know_nothing_of_a_wire(module: str) -> None:
    assert {name.partition(".")[0] for name in parts(module)} <= {"engine", "rules", "enums", "refusal"}
    assert not {name.partition(".")[0] for name in imports(module)} & LIBRARIES


@pytest.mark.parametrize("module", [module for module in FILES if module.startswith("paper_exchange.dialects.")])
def test_a_dialect_knows_no_server_and_no_other_dialect(module: str) -> None:
    """Beside what the wires of one exchange's products have in common, which knows none of them."""
    own = ".".join(module.split(".")[1:3])
    allowed = {own, f"{own.partition('_')[0]}_common", BUILDS_ON.get(own, own)}
    known = parts(module)

    others = {name for name in known if name.startswith("dialects.")}
    assert not {name for name in others if ".".join(name.split(".")[:2]) not in allowed}
    assert not {name.partition(".")[0] for name in known} & {"api", "connection", "control", "scene", "server"}


@pytest.mark.parametrize("module", FILES)
def test_a_modules_first_line_says_what_it_knows(module: str) -> None:
    first_line = (ast.get_docstring(ast.parse(FILES[module].read_text())) or "").partition("\n")[0]

    assert len(first_line.split()) >= 5, f"{module} begins with {first_line!r}"


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(module: str) -> Iterator[Definition]:
    """The classes and functions of a module, and the methods of its classes, that are not for itself alone."""
    nodes: list[ast.AST] = [ast.parse(FILES[module].read_text())]
    for node in nodes:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, Definition) and each.name[0] != "_":
                yield each
                nodes += [each] if isinstance(each, ast.ClassDef) else []


@pytest.mark.parametrize("module", FILES)
def test_everything_public_says_what_it_is_in_a_whole_sentence(module: str) -> None:
    for each in public(module):
        first_line = (ast.get_docstring(each) or "").partition("\n")[0]

        assert len(first_line.split()) >= 3 or first_line.startswith("See "), f"{each.name} says {first_line!r}"
        assert first_line.endswith((".", ":")), f"{each.name} says {first_line!r}"
