"""Who may know whom, kept by reading the imports: what the layout promises stays true."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers" / "application" / "python" / "orderexec"
SOURCES = {
    ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"): path
    for base in (PACKAGE.parent, ROOT / "functions")
    for path in sorted(base.rglob("*.py"))
    if "__pycache__" not in path.parts
}
AWS_LIBRARIES = {
    "boto3",
    "botocore",
    "aws_lambda_powertools",
    "mypy_boto3_dynamodb",
    "mypy_boto3_events",
    "mypy_boto3_sqs",
    "mypy_boto3_ssm",
}

# Part -> what it may import: other parts of the product, and libraries beside the standard library.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "orderexec.domain": (set(), set()),
    "orderexec.ports": ({"orderexec.domain"}, set()),
    "orderexec.config": ({"orderexec.domain"}, set()),
    "orderexec.usecases": ({"orderexec.domain", "orderexec.ports"}, set()),
    "orderexec.venues": ({"orderexec.domain", "orderexec.ports"}, {"requests", "urllib3"}),
    # The one module that knows the library of the private keys; listed before the part that it stands in.
    "orderexec.aws.private_keys": ({"orderexec.ports"}, {"cryptography"}),
    # What the entry point may know of AWS: the shape of the records that it is handed.
    "orderexec.aws.queues": (
        {"orderexec.aws.attributes", "orderexec.aws.letters", "orderexec.domain"},
        {"mypy_boto3_sqs"},
    ),
    "orderexec.aws.attributes": ({"orderexec.domain"}, set()),
    "orderexec.aws.letters": ({"orderexec.aws.attributes", "orderexec.domain"}, set()),
    "orderexec.aws": (
        {
            "orderexec.aws.attributes",
            "orderexec.aws.letters",
            "orderexec.aws.private_keys",
            "orderexec.aws.queues",
            "orderexec.domain",
            "orderexec.ports",
        },
        AWS_LIBRARIES | {"certifi", "urllib3"},
    ),
    "orderexec.reporting": ({"orderexec.domain"}, {"aws_lambda_powertools"}),
    "orderexec.bootstrap": (
        {
            "orderexec.aws",
            "orderexec.aws.queues",
            "orderexec.config",
            "orderexec.ports",
            "orderexec.usecases",
            "orderexec.venues",
        },
        {"boto3", "botocore", "aws_lambda_powertools"},
    ),
    "orderexec.questions": ({"orderexec.bootstrap", "orderexec.domain", "orderexec.usecases"}, set()),
    "reconcile_orders.app": (
        {
            "orderexec.bootstrap",
            "orderexec.config",
            "orderexec.domain",
            "orderexec.reporting",
            "orderexec.questions",
            "orderexec.usecases",
        },
        {"aws_lambda_powertools"},
    ),
    # What the stream says and what the bus takes are this entry's own input and output, no seam of the inside.
    "report_outcomes.app": (
        {"orderexec.aws", "orderexec.bootstrap", "orderexec.config", "orderexec.domain"},
        {"aws_lambda_powertools"},
    ),
    "execute_signals.app": (
        {
            "orderexec.aws.queues",
            "orderexec.bootstrap",
            "orderexec.config",
            "orderexec.domain",
            "orderexec.reporting",
        },
        {"botocore", "aws_lambda_powertools"},
    ),
}


def tree(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text())


def imports(module: str) -> Iterator[str]:
    """The absolute name of every module imported anywhere in `module`."""
    package = module if SOURCES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            # `from . import fields` names modules, `from .fields import Problem` names what stands in one.
            yield from (f"{name}.{each.name}" if f"{name}.{each.name}" in SOURCES else name for each in node.names)


def part_of(module: str) -> str:
    return next((part for part in ALLOWED if module == part or module.startswith(f"{part}.")), module)


@pytest.mark.parametrize("module", [module for module in SOURCES if module != "orderexec"])
def test_a_module_imports_only_what_its_part_may_know(module: str) -> None:
    part = part_of(module)
    parts, libraries = ALLOWED[part]
    for imported in imports(module):
        if imported.startswith(("orderexec", "execute_signals")):
            assert part_of(imported) in parts | {part}, f"{module} imports {imported}"
        else:
            top = imported.partition(".")[0]
            assert top in libraries or top in sys.stdlib_module_names, f"{module} imports {imported}"


def test_the_package_itself_imports_nothing() -> None:
    assert list(imports("orderexec")) == []


def test_every_part_named_here_exists() -> None:
    assert {part_of(module) for module in SOURCES} - {"orderexec"} == set(ALLOWED)


# Of a venue, by the names that its files have (docs/adding-a-venue.md): data, and what is made of data alone.
PURE = (
    "advice", "call", "classifier", "error_codes", "error_texts", "errors", "instruments", "limits", "order_lists",
    "parameters", "products", "replacements", "replies", "reports", "signing",
)  # fmt: skip


@pytest.mark.parametrize("module", [each for each in SOURCES if each.rpartition(".")[2] in PURE and ".venues." in each])
def test_signing_parameters_answers_and_errors_of_a_venue_do_no_io(module: str) -> None:
    assert not {name.partition(".")[0] for name in imports(module)} & {"requests", "urllib3", "socket", "time"}


@pytest.mark.parametrize("module", SOURCES)
def test_the_environment_is_read_at_the_functions_edge_only(module: str) -> None:
    reads = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)} & {"environ", "getenv"}

    assert not reads or module in ("execute_signals.app", "reconcile_orders.app", "report_outcomes.app")


@pytest.mark.parametrize(
    "module", [module for module in SOURCES if module.startswith(("orderexec.domain", "orderexec.usecases"))]
)
def test_the_inside_has_neither_clock_nor_randomness_nor_io_of_its_own(module: str) -> None:
    forbidden = {
        "time",
        "random",
        "uuid",
        "secrets",
        "os",
        "socket",
        "urllib",
        "http",
        "threading",
        "logging",
        "pathlib",
    }

    assert not {name.partition(".")[0] for name in imports(module)} & forbidden
    called = {
        node.func.attr
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) not in ("clock.sleep", "self.clock.sleep")  # which is given from outside
    }
    assert not called & {"utcnow", "today", "sleep"}


@pytest.mark.parametrize("module", [module for module in SOURCES if module.startswith("orderexec.")])
def test_no_amount_passes_through_a_binary_float(module: str) -> None:
    floats = [
        node for node in ast.walk(tree(module)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
    ]

    # The one float in the product is a number of seconds to wait.
    assert [ast.unparse(node) for node in floats] == (
        ["float(header)"] if module == "orderexec.venues.classifier" else []
    )


@pytest.mark.parametrize("module", SOURCES)
def test_a_modules_first_line_says_what_it_knows(module: str) -> None:
    first_line = (ast.get_docstring(tree(module)) or "").partition("\n")[0]

    assert len(first_line.split()) >= 5, f"{module} begins with {first_line!r}"
    assert first_line.endswith((".", ":", "?"))
