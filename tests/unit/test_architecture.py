"""Who may know whom, kept by reading the imports: what the layout promises stays true."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderexec.domain.products import PRODUCTS

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

# From the outside in: what stands in a line may import what stands below it, never what stands beside or above it.
DIRECTION = (
    ("execute_signals.app", "reconcile_orders.app", "report_outcomes.app"),
    ("orderexec.questions", "orderexec.head_start"),
    ("orderexec.bootstrap",),
    ("orderexec.contact",),
    ("orderexec.assemble",),
    (
        "orderexec.usecases",
        "orderexec.venues",
        "orderexec.aws",
        "orderexec.reporting",
        "orderexec.config",
        "orderexec.log_lines",
    ),
    ("orderexec.ports", "orderexec.authorities"),
    ("orderexec.domain",),
)

# Part -> what of that it does import: other parts of the product, and libraries beside the standard library. The part
# of a module is the first that it stands in.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "orderexec.domain": (set(), set()),
    "orderexec.ports": ({"orderexec.domain"}, set()),
    "orderexec.authorities": (set(), {"certifi"}),
    "orderexec.config": ({"orderexec.domain"}, set()),
    "orderexec.usecases": ({"orderexec.domain", "orderexec.ports"}, set()),
    # The one module that names the venues, which do not know each other.
    "orderexec.venues.registry": (
        {"orderexec.domain", "orderexec.ports", "orderexec.venues", "orderexec.venues.binance"},
        set(),
    ),
    "orderexec.venues.binance": ({"orderexec.domain", "orderexec.ports", "orderexec.venues"}, set()),
    "orderexec.venues.bybit": ({"orderexec.domain", "orderexec.ports", "orderexec.venues"}, set()),
    "orderexec.venues": (
        {"orderexec.authorities", "orderexec.domain", "orderexec.ports"},
        {"requests", "urllib3"},
    ),
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
            "orderexec.authorities",
            "orderexec.aws.attributes",
            "orderexec.aws.letters",
            "orderexec.aws.private_keys",
            "orderexec.domain",
            "orderexec.ports",
        },
        AWS_LIBRARIES | {"urllib3"},
    ),
    "orderexec.reporting": ({"orderexec.domain"}, {"aws_lambda_powertools"}),
    "orderexec.log_lines": (set(), {"aws_lambda_powertools"}),
    "orderexec.assemble": ({"orderexec.domain", "orderexec.ports", "orderexec.usecases"}, set()),
    "orderexec.contact": (
        {
            "orderexec.aws",
            "orderexec.config",
            "orderexec.domain",
            "orderexec.ports",
            "orderexec.venues.registry",
            "orderexec.venues",
        },
        {"boto3", "botocore", "mypy_boto3_dynamodb", "mypy_boto3_ssm"},
    ),
    "orderexec.bootstrap": (
        {
            "orderexec.assemble",
            "orderexec.aws",
            "orderexec.aws.queues",
            "orderexec.config",
            "orderexec.contact",
            "orderexec.ports",
            "orderexec.usecases",
            "orderexec.venues.registry",
        },
        set(),
    ),
    "orderexec.head_start": (
        {"orderexec.bootstrap", "orderexec.config", "orderexec.contact", "orderexec.venues"},
        set(),
    ),
    "orderexec.questions": (
        {"orderexec.bootstrap", "orderexec.domain", "orderexec.ports", "orderexec.usecases"},
        set(),
    ),
    "reconcile_orders.app": (
        {
            "orderexec.bootstrap",
            "orderexec.config",
            "orderexec.domain",
            "orderexec.log_lines",
            "orderexec.reporting",
            "orderexec.questions",
            "orderexec.usecases",
        },
        {"aws_lambda_powertools"},
    ),
    # What the stream says and what the bus takes are this entry's own input and output, no seam of the inside.
    "report_outcomes.app": (
        {"orderexec.aws", "orderexec.bootstrap", "orderexec.config", "orderexec.domain", "orderexec.log_lines"},
        {"aws_lambda_powertools"},
    ),
    "execute_signals.app": (
        {
            "orderexec.aws.queues",
            "orderexec.bootstrap",
            "orderexec.config",
            "orderexec.domain",
            "orderexec.head_start",
            "orderexec.log_lines",
            "orderexec.reporting",
        },
        {"botocore", "aws_lambda_powertools"},
    ),
}

# Module -> by what of them it reaches outside by itself: does I/O, reads a clock, takes a random number, has threads.
# No other module does. What is handed a client or a clock works with that.
OUTSIDE: dict[str, set[str]] = {
    "orderexec.bootstrap": {"random", "time", "uuid"},
    "orderexec.contact": {"boto3", "botocore", "threading"},
    "orderexec.head_start": {"concurrent", "gc"},
    "orderexec.ports.clock": {"time"},  # ticks, which no test sets
    "orderexec.log_lines": {"aws_lambda_powertools"},
    "orderexec.reporting": {"aws_lambda_powertools"},
    "orderexec.aws.account_limits": {"threading"},
    "orderexec.authorities": {"certifi", "ssl"},
    "orderexec.aws.connections": {"logging", "urllib3"},
    "orderexec.aws.controls": {"logging", "threading"},
    "orderexec.aws.controls_changes": {"logging"},
    "orderexec.aws.dynamodb": {"botocore", "urllib3"},
    "orderexec.aws.secrets": {"aws_lambda_powertools", "concurrent", "logging", "threading"},
    "orderexec.aws.service_models": {"botocore"},
    "orderexec.aws.signature_v4": {"time"},
    "orderexec.venues.binance.futures_rules": {"threading"},
    "orderexec.venues.counts": {"threading"},
    "orderexec.venues.http": {"logging", "requests", "ssl", "threading", "time", "urllib3"},
    "orderexec.venues.registry": {"importlib", "threading"},  # a venue is imported at its first use
    "orderexec.venues.shared_book": {"threading"},
}
# What computes and nothing else. Whatever is imported and not named here counts as a way outside.
COMPUTES = {
    "abc",
    "base64",
    "codecs",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",  # but for now() and today()
    "decimal",
    "email.utils",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "itertools",
    "json",
    "math",
    "re",
    "string",
    "sys",
    "types",
    "typing",
    "urllib.parse",
    "zlib",
    "aws_lambda_powertools.utilities.parameters.exceptions",
    "botocore.awsrequest",
    "botocore.config",
    "botocore.exceptions",
    "cryptography",
    "requests.exceptions",
    "requests.structures",
    "urllib3.exceptions",
}
BUILT_IN_WAYS = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow"}


def tree(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text())


def imports(module: str, parsed: ast.AST | None = None) -> Iterator[str]:
    """The absolute name of every module imported anywhere in `module`, or in what of it is `parsed`."""
    package = module if SOURCES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(parsed or tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            # `from . import fields` names modules, `from .fields import Problem` names what stands in one.
            yield from (f"{name}.{each.name}" if f"{name}.{each.name}" in SOURCES else name for each in node.names)


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def part_of(module: str) -> str:
    return next((part for part in ALLOWED if within(module, part)), module)


def depth(module: str) -> int:
    return next(line for line, parts in enumerate(DIRECTION) if any(within(module, part) for part in parts))


def beside(module: str) -> set[str]:
    """The parts in the same line of the direction, without the module's own."""
    return {part for part in DIRECTION[depth(module)] if not within(module, part)}


class _WithoutTypes(ast.NodeTransformer):
    """Takes out what is imported for the type checker only."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def ways_outside(module: str) -> set[str]:
    """By which libraries, built-in functions and clocks the module itself reaches outside."""
    parsed = _WithoutTypes().visit(tree(module))
    libraries = {name for name in imports(module, parsed) if not name.startswith("orderexec")}
    ways = {name.partition(".")[0] for name in libraries if not any(within(name, pure) for pure in COMPUTES)}
    dates = {
        each.asname or each.name
        for node in ast.walk(parsed)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for each in node.names
        if "datetime" in (each.name, getattr(node, "module", None))
    }
    for node in ast.walk(parsed):
        if isinstance(node, ast.Name) and node.id in BUILT_IN_WAYS:
            ways.add(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value).split(".")[0] in dates:
            ways.add(f"datetime.{node.attr}")
    return ways


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


@pytest.mark.parametrize("module", [module for module in SOURCES if module != "orderexec"])
def test_imports_lead_inwards_only(module: str) -> None:
    for imported in imports(module):
        if imported in SOURCES:
            assert depth(imported) >= depth(module), f"{module} imports {imported} above it"
            assert not any(within(imported, part) for part in beside(module)), f"{module} imports {imported} beside it"


def test_every_part_of_the_direction_exists() -> None:
    assert all(any(within(module, part) for module in SOURCES) for line in DIRECTION for part in line)


def test_the_package_itself_imports_nothing() -> None:
    assert list(imports("orderexec")) == []


def test_every_part_named_here_exists() -> None:
    assert {part_of(module) for module in SOURCES} - {"orderexec"} == set(ALLOWED)


@pytest.mark.parametrize("module", [module for module in SOURCES if module.startswith("orderexec")])
def test_only_the_modules_named_here_reach_outside(module: str) -> None:
    assert ways_outside(module) == OUTSIDE.get(module, set())


def test_every_module_that_may_reach_outside_exists() -> None:
    assert set(OUTSIDE) <= set(SOURCES)


@pytest.mark.parametrize("module", SOURCES)
def test_the_environment_is_read_at_the_functions_edge_only(module: str) -> None:
    reads = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)} & {"environ", "getenv"}

    assert not reads or module in ("execute_signals.app", "reconcile_orders.app", "report_outcomes.app")


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


# The tables of what can be traded where; they alone name an exchange, and its words for order types.
TABLES = {f"orderexec.domain.{name}" for name in ("products", "spot_products", "futures_products", "bybit_products")}
INSIDE = [
    module
    for module in SOURCES
    if module.startswith(("orderexec.domain", "orderexec.usecases")) and module not in TABLES
]


@pytest.mark.parametrize("module", INSIDE)
def test_the_inside_names_no_exchange(module: str) -> None:
    assert "binance" not in SOURCES[module].read_text().lower()


@pytest.mark.parametrize("module", INSIDE)
def test_the_inside_asks_what_an_order_type_does_and_not_what_it_is_called(module: str) -> None:
    types = {str(each) for product in PRODUCTS.values() for each in product.fields}
    if module == "orderexec.domain.order_words":  # a list of two exits has the name of the type that asks for it
        types -= {"OCO"}
    words = {node.value for node in ast.walk(tree(module)) if isinstance(node, ast.Constant)}

    assert not words & types
