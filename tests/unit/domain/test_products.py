"""The table of products is the only one: the published schema and docs/signals.md say of each type what it says."""

import re
from pathlib import Path
from typing import Any

import pytest

from orderexec.domain.order_types import LIMIT, MAKER, MARKET, PAIR, Kind, OrderType, Trigger
from orderexec.domain.product import Product
from orderexec.domain.products import DEFAULT_VENUE, PRODUCTS, find_product
from orderexec.domain.signal_fields import READERS
from tests.unit.domain import schemas

Rule = dict[str, Any]

PAGE = (Path(__file__).parents[3] / "docs" / "signals.md").read_text()
FIELD_TABLE = PAGE.partition("\n## The fields\n")[2].partition("\n## ")[0]
FIELD_LINES = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]*) \|", FIELD_TABLE, re.MULTILINE))
SCHEMA = schemas.published("signal")
SPOT = PRODUCTS[DEFAULT_VENUE]
SIZES = ("quantity", "quote_quantity", "quantity_percent", "quote_percent")
SWITCHES = {"reduce_to_position", "smart_order_routing", "all_orders", "dry_run"}  # what is false was not asked for
# Every order may name these, and what each action may name is none of a type's.
OF_EVERY_ORDER = {
    "action",
    "id",
    "account",
    "venue",
    "symbol",
    "side",
    "type",
    "quantity",
    "self_trade_prevention_mode",
    "strategy_id",
    "strategy_type",
    "target",
    "issued_at",
    "max_age_seconds",
    "strategy",
}
# Each kind that is looked for by what it does: at a market order's bound, for the exits, in a refusal.
LOOKED_FOR = (
    MARKET,
    LIMIT,
    MAKER,
    PAIR,
    *(
        Kind(at_market=at_market, trigger=trigger)
        for at_market in (True, False)
        for trigger in (Trigger.LOSS, Trigger.PROFIT)
    ),
)


def any_case(*words: str) -> str:
    """The pattern of these words in any case."""
    patterns = ["".join(f"[{one.upper()}{one.lower()}]" if one.isalpha() else one for one in word) for word in words]
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^({'|'.join(patterns)})$"


def refused(names: set[str]) -> Rule:
    return {name: {"const": False} if name in SWITCHES else False for name in names}


def one_needed(keyword: str, *names: str) -> Rule:
    return {keyword: [{"required": [name]} for name in names]}


def sizes(product: Product, order_type: OrderType) -> list[str]:
    return [name for name in SIZES if name == "quantity" or name in product.fields[order_type]]


def rule_of(product: Product, order_type: OrderType) -> Rule:
    """What the schema has to say of the type."""
    kind = order_type.kind
    needs = [one_needed("oneOf", *sizes(product, order_type))]
    needs += [one_needed("anyOf", "price", "peg_price_type")] if kind.has_limit else []
    needs += [one_needed("anyOf", "stop_price", "trailing_delta")] if kind.triggered else []
    foreign = set(READERS[DEFAULT_VENUE]) - OF_EVERY_ORDER - product.fields[order_type]
    then: Rule = {"properties": refused(foreign), "allOf": needs}
    named: Rule = {"properties": {"type": {"pattern": any_case(order_type)}}}
    return {
        "if": named if kind == MARKET else named | {"required": ["type"]},  # which it is where none is named
        "then": then | {"required": ["take_profit", "stop_loss"]} if kind.pair else then,
    }


def line_of(product: Product, order_type: OrderType) -> str:
    """What the page has to say of the type."""
    kind = order_type.kind
    needs = ["`price` or `peg_price_type`"] if kind.has_limit else []
    needs += ["`stop_price` and/or `trailing_delta`"] if kind.triggered else []
    needs += ["`take_profit` and `stop_loss`"] if kind.pair else []
    sized = sizes(product, order_type)
    rest = [
        f"`{name}`"
        for name in READERS[DEFAULT_VENUE]
        if name in product.fields[order_type] and name not in sized and not any(f"`{name}`" in need for need in needs)
    ]
    columns = (f"`{order_type}`", ", ".join(f"`{name}`" for name in sized), "; ".join(needs) or "nothing more")
    return f"| {' | '.join(columns)} | {', '.join(rest)} |"


def test_the_schema_names_the_venues_and_the_types() -> None:
    assert SCHEMA["properties"]["venue"]["pattern"] == any_case(*PRODUCTS)
    assert SCHEMA["properties"]["venue"]["default"] == DEFAULT_VENUE
    assert SCHEMA["properties"]["type"]["pattern"] == any_case(*SPOT.fields)


def test_the_schema_says_of_each_type_what_the_table_says() -> None:
    assert SCHEMA["$defs"]["orderByType"]["allOf"] == [rule_of(SPOT, order_type) for order_type in SPOT.fields]


def test_the_schema_says_of_a_replacement_what_the_table_says() -> None:
    (replacement,) = (
        rule["then"]["properties"]
        for rule in SCHEMA["allOf"]
        if rule["if"]["properties"]["action"]["pattern"] == any_case("replace")
    )

    single = [order_type for order_type in SPOT.fields if not order_type.kind.pair]
    assert replacement.pop("type") == {"pattern": any_case(*single)}
    assert replacement == refused({*SPOT.not_in_a_replacement, "all_orders"})


@pytest.mark.parametrize("order_type", SPOT.fields)
def test_the_page_says_of_each_type_what_the_table_says(order_type: OrderType) -> None:
    assert line_of(SPOT, order_type) in PAGE.splitlines()


def test_the_page_lists_the_types() -> None:
    assert f"| `type` | `{SPOT.find_type(MARKET)}` | {', '.join(f'`{each}`' for each in SPOT.fields)} |" in PAGE


def test_the_page_has_one_line_for_each_field_that_is_read() -> None:
    assert sorted(FIELD_LINES) == sorted(READERS[DEFAULT_VENUE])
    assert len(FIELD_LINES) == len(re.findall(r"^\| `[a-z_]+` \|", FIELD_TABLE, re.MULTILINE))


@pytest.mark.parametrize("name", READERS[DEFAULT_VENUE])
def test_the_page_says_the_default_that_the_schema_says(name: str) -> None:
    default = SCHEMA["properties"][name].get("default")
    said = re.findall(r"`([^`]+)`", FIELD_LINES[name])

    if default is not None:
        assert said == [str(default).lower() if isinstance(default, bool) else default]
    elif name == "time_in_force":  # its default depends on the type, so the schema has none
        assert said == [SPOT.find_default_time_in_force(SPOT.find_type(LIMIT))]
    else:
        assert not set(said) - {"LIMIT...", "SignalMaxAgeSeconds", "cancel", "replace", "amend"}


@pytest.mark.parametrize("venue", PRODUCTS)
def test_every_kind_that_is_looked_for_is_there_once(venue: str) -> None:
    kinds = [order_type.kind for order_type in PRODUCTS[venue].fields]

    assert [kinds.count(kind) for kind in LOOKED_FOR] == [1] * len(LOOKED_FOR)


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
