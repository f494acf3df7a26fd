"""The tables of products are the only ones: what the pages for producers say of fields and types is what they say."""

import json
import re
from pathlib import Path

import pytest

from orderexec.domain.order_types import LIMIT, MAKER, MARKET, PAIR, TRAILING, Kind, OrderType, Trigger
from orderexec.domain.order_words import TimeInForce
from orderexec.domain.product import ExitStyle, Product
from orderexec.domain.products import DEFAULT_VENUE, PRODUCTS, find_product
from orderexec.domain.signal_fields import READERS
from orderexec.domain.signal_rules import SIZES
from orderexec.domain.signals import Signal
from tests.unit.domain import schemas
from tests.unit.examples import parse

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text() for name in ("signals", "derivatives", "bybit")}
SCHEMA = schemas.published("signal")
SPOT, MARGIN = PRODUCTS[DEFAULT_VENUE], PRODUCTS["binance-margin"]
USDM, COINM = PRODUCTS["binance-usdm"], PRODUCTS["binance-coinm"]
BYBIT_SPOT, BYBIT_LINEAR, BYBIT_INVERSE = (PRODUCTS[f"bybit/{name}"] for name in ("spot", "linear", "inverse"))
# Each kind that is looked for by what it does: at a market order's bound, for the exits, in a refusal.
TRIGGERED = tuple(
    Kind(at_market=at_market, trigger=trigger)
    for at_market in (True, False)
    for trigger in (Trigger.LOSS, Trigger.PROFIT)
)
OF_ITSELF = {True: TRAILING, False: PAIR}  # what only some products have as a type


def list_kinds(product: Product) -> list[Kind]:
    """The kinds that a product needs: a maker where no time in force says it, exits where the exchange has them."""
    maker = [] if TimeInForce.GTX in product.times_in_force else [MAKER]
    own = [] if product.exit_style is ExitStyle.ATTACHED else [OF_ITSELF[product.derivative]]
    return [MARKET, LIMIT, *maker, *own, *TRIGGERED]


def field_lines(page: str, heading: str) -> dict[str, str]:
    """What the table of fields under the heading says is the default of each."""
    table = PAGES[page].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `([a-z_]+)` \| ([^|]*) \|", table, re.MULTILINE)
    assert len(lines) == len(dict(lines)), "a field stands there twice"
    return dict(lines)


OF_SIGNALS = field_lines("signals", "The fields") | field_lines("signals", "Margin")
OF_DERIVATIVES = field_lines("derivatives", "The fields that differ")
OF_BYBIT = field_lines("bybit", "The fields that differ")


def sizes(product: Product, order_type: OrderType) -> list[str]:
    return [name for name in SIZES if name in product.of_every_order | product.fields[order_type]]


def needs(product: Product, order_type: OrderType) -> list[str]:
    kind = order_type.kind
    price = ["`price` or `peg_price_type`" if "peg_price_type" in product.fields[order_type] else "`price`"]
    trigger = ["`stop_price` and/or `trailing_delta`"]
    if "trailing_delta" not in product.fields[order_type]:
        trigger = ["`stop_price`"]
    elif product.derivative:
        trigger = ["`trailing_delta`" if kind == TRAILING else "`stop_price`"]
    return [
        *(price if kind.has_limit else []),
        *(trigger if kind.triggered else []),
        *(["`take_profit` and `stop_loss`"] if kind.pair else []),
    ]


def line_of(product: Product, order_type: OrderType) -> str:
    """What the page has to say of the type."""
    sized, needed = sizes(product, order_type), needs(product, order_type)
    rest = [
        f"`{name}`"
        for name in READERS[DEFAULT_VENUE]
        if name in product.fields[order_type] and name not in sized and not any(f"`{name}`" in need for need in needed)
    ]
    columns = (f"`{order_type}`", ", ".join(f"`{name}`" for name in sized), "; ".join(needed) or "nothing more")
    return f"| {' | '.join(columns)} | {', '.join(rest)} |"


@pytest.mark.parametrize("order_type", SPOT.fields)
def test_the_page_says_of_each_type_of_spot_what_the_table_says(order_type: OrderType) -> None:
    assert line_of(SPOT, order_type) in PAGES["signals"].splitlines()


@pytest.mark.parametrize("order_type", USDM.fields)
def test_the_page_says_of_each_type_of_the_futures_what_the_table_says(order_type: OrderType) -> None:
    assert line_of(USDM, order_type) in PAGES["derivatives"].splitlines()


@pytest.mark.parametrize("order_type", BYBIT_SPOT.fields)
@pytest.mark.parametrize("product", [BYBIT_SPOT, BYBIT_LINEAR], ids=["spot", "linear"])
def test_the_page_says_of_each_type_at_bybit_what_the_table_says(order_type: OrderType, product: Product) -> None:
    assert line_of(product, order_type) in PAGES["bybit"].splitlines()


def test_the_page_says_how_inverse_differs_at_bybit() -> None:
    assert "At inverse each type may also be sized by `contracts`." in PAGES["bybit"]
    assert BYBIT_INVERSE.of_every_order == BYBIT_LINEAR.of_every_order | {"contracts"}
    assert BYBIT_INVERSE.fields == BYBIT_LINEAR.fields


def test_the_page_says_how_coin_m_differs() -> None:
    assert "At COIN-M each type may also be sized by `contracts`, and there is no `dry_run`." in PAGES["derivatives"]
    assert COINM.of_every_order == USDM.of_every_order | {"contracts"}
    assert COINM.fields == {each: fields - {"dry_run"} for each, fields in USDM.fields.items()}


@pytest.mark.parametrize(("page", "product"), [("signals", SPOT), ("derivatives", USDM), ("bybit", BYBIT_LINEAR)])
def test_the_page_lists_the_types(page: str, product: Product) -> None:
    words = ", ".join(f"`{each}`" for each in product.fields)
    assert f"| `type` | `{product.find_type(MARKET)}` | {words}" in PAGES[page]


EXAMPLES = [
    line
    for page in PAGES.values()
    for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_pages_examples_are_signals(example: str) -> None:
    assert isinstance(parse(example), Signal)
    assert schemas.objections(SCHEMA, json.loads(example)) == set()


@pytest.mark.parametrize("venue", PRODUCTS)
def test_every_field_of_the_venue_stands_on_the_page_that_its_producer_reads(venue: str) -> None:
    product = PRODUCTS[venue]

    pages = OF_SIGNALS.keys() | (OF_DERIVATIVES.keys() if product.derivative else set())
    assert product.list_fields() <= pages | (OF_BYBIT.keys() if venue.startswith("bybit/") else set())


def test_the_pages_name_no_field_that_their_venues_do_not_have() -> None:
    # `product` stands there so that whoever trades at Bybit hears of it before everything else.
    assert OF_SIGNALS.keys() - {"product"} <= SPOT.list_fields() | MARGIN.list_fields()
    assert OF_DERIVATIVES.keys() <= USDM.list_fields() | COINM.list_fields()
    assert OF_BYBIT.keys() <= BYBIT_SPOT.list_fields() | BYBIT_INVERSE.list_fields()


def test_what_only_spot_offers_is_named_where_margin_and_the_futures_are_explained() -> None:
    margin = PAGES["signals"].partition("\n## Margin\n")[2].partition("\n## ")[0]
    for name in SPOT.list_fields() - MARGIN.list_fields():
        assert f"`{name}`" in margin or (name.startswith("peg_") and "pegs" in margin), name


@pytest.mark.parametrize(
    ("lines", "name"),
    [pytest.param(OF_SIGNALS, name, id=f"signals {name}") for name in OF_SIGNALS]
    + [pytest.param(OF_DERIVATIVES, name, id=f"derivatives {name}") for name in OF_DERIVATIVES],
)
def test_the_page_says_the_default_that_the_schema_says(lines: dict[str, str], name: str) -> None:
    default = SCHEMA["properties"][name].get("default")
    said = re.findall(r"`([^`]+)`", lines[name])

    if default is not None:
        assert said == [str(default).lower() if isinstance(default, bool) else default]
    elif name == "time_in_force":  # its default depends on the type, so the schema has none
        assert said == [SPOT.find_default_time_in_force(SPOT.find_type(LIMIT))]
    elif name == "working_type":  # likewise
        assert said == ["LAST"]
    elif name == "margin_mode" and lines is OF_SIGNALS:  # that of margin; the futures look at it only where it is named
        assert said == ["cross"]
    else:
        named = {"LIMIT...", "TRAILING_STOP_MARKET", "SignalMaxAgeSeconds", "cancel", "replace", "amend"}
        assert not set(said) - named


@pytest.mark.parametrize("venue", PRODUCTS)
def test_every_kind_that_is_looked_for_is_there_once(venue: str) -> None:
    product = PRODUCTS[venue]
    kinds = [order_type.kind for order_type in product.fields]

    assert sorted(map(repr, kinds)) == sorted(map(repr, list_kinds(product)))


@pytest.mark.parametrize("venue", PRODUCTS)
def test_a_type_is_found_by_its_word_and_by_its_kind(venue: str) -> None:
    product = find_product(venue)

    for order_type in product.fields:
        assert product.parse_type(str(order_type)) is order_type
        assert product.find_type(order_type.kind) is order_type


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="'STOP_MARKET' is no order type that this version knows"):
        SPOT.parse_type("STOP_MARKET")
    with pytest.raises(LookupError, match="the product has no order type of Kind"):
        SPOT.find_type(Kind(maker=True, trigger=Trigger.LOSS))
    with pytest.raises(ValueError, match="'kraken' is no venue that this version knows"):
        find_product("kraken")
