"""The published schema and the parser agree, but for the few rules that a schema cannot express, listed here."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from local.signal_schema import PAGE, write_schema
from orderexec.domain.product import Product
from orderexec.domain.products import DEFAULT_VENUE, PRODUCT_NAMES, PRODUCTS, VENUES, name_market
from orderexec.domain.signal_fields import READERS
from orderexec.domain.signals import InvalidSignal, Signal
from tests.unit.domain import schemas
from tests.unit.examples import LIMIT_SELL, MARKET_BUY, NOW, parse

SCHEMA = schemas.published("signal")
Fields = dict[str, Any]

# What the parser refuses although the schema cannot: the words of its refusal.
BEYOND_A_SCHEMA = (
    "must be a decimal number from 1E-18 to 1E+18, not '",  # the range of an amount that is a string
    "must be a number of seconds from 0.001 to 1209600, not '",  # likewise
    "must be a number of seconds from 1 to 7776000, not '",  # likewise
    "must be a percentage above 0 and up to 100, not '",  # likewise
    "must be a whole number from ",  # likewise
    'must be a string of printable characters, not "',  # one with a ' in it, as Python shows it
    "must be a string of printable characters, not '",  # Unicode's unprintable characters beyond Latin-1
    "must be the exchange's own symbol, such as ",  # which characters beyond ASCII are letters or digits
    "must be ISO 8601 with a zone or epoch milliseconds, not '",  # dates that no calendar has
    "in the future",  # needs a clock
)
# What the schema refuses although the parser takes it: forms of ISO 8601 that a producer has no need of.
NARROWER_IN_THE_SCHEMA = ("issued_at",)


def objections(fields: Fields) -> set[str]:
    return schemas.objections(SCHEMA, fields)


CASES = st.sampled_from([str.upper, str.lower, str.title])


def any_case(*words: str) -> st.SearchStrategy[str]:
    return st.builds(lambda word, case: case(word), st.sampled_from(words), CASES)


JUNK: st.SearchStrategy[object] = st.sampled_from(
    [None, True, False, "", " ", "x", "BUY\n", "٣", "ſell", 0, -1, 1.5, 10**20, 1e-30, [], {}, ["BUY"]]
)
AMOUNTS = (
    st.integers(1, 10**18)
    | st.floats(1e-18, 1e18)
    | st.decimals("1e-18", "1e18", allow_nan=False).map(str)
    | st.from_regex(SCHEMA["$defs"]["decimal"]["pattern"], fullmatch=True).map(lambda text: text.strip())
)
TIMES = st.integers(NOW - 10**9, NOW) | st.datetimes(datetime(2017, 1, 2), datetime(2026, 9, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC).isoformat()
)
EXITS = st.fixed_dictionaries(
    {},
    optional={
        "price": AMOUNTS,
        "stop_price": AMOUNTS,
        "trailing_delta": st.integers(1, 500),
        "time_in_force": JUNK,
        "working_type": any_case("last", "mark"),
    },
) | st.fixed_dictionaries({"price": AMOUNTS, "stop_price": AMOUNTS, "time_in_force": any_case("gtc", "fok", "gtx")})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "action": any_case("place", "place", "cancel", "replace", "amend", "close"),
    "id": st.text(min_size=1, max_size=128),
    "account": st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    "product": any_case(*PRODUCT_NAMES),
    "symbol": st.sampled_from(
        ["BTCUSDT", "BTC-29JUL22", "BTCUSD_PERP", "1000SATSUSDT", "１２３４５６", "BTC-USDT", "a" * 41]
    )
    | st.text(max_size=5),
    "side": any_case("buy", "sell"),
    **dict.fromkeys(["quantity", "quote_quantity", "price", "stop_price", "iceberg_quantity"], AMOUNTS),
    **dict.fromkeys(["quantity_percent", "quote_percent"], st.integers(1, 100) | st.decimals("0.01", 100).map(str)),
    **dict.fromkeys(
        ["reduce_to_position", "smart_order_routing", "all_orders", "cancel_orders", "dry_run"], st.booleans()
    ),
    **dict.fromkeys(["reduce_only", "close_position", "price_protect"], st.booleans()),
    **dict.fromkeys(["trailing_delta", "peg_offset_value"], st.integers(1, 100) | st.integers(1, 100).map(str)),
    **dict.fromkeys(["contracts", "leverage"], st.integers(1, 150) | st.integers(1, 150).map(str)),
    "peg_price_type": any_case("primary_peg", "market_peg"),
    "peg_offset_type": any_case("price_level"),
    "self_trade_prevention_mode": any_case("none", "expire_maker"),
    "strategy_id": st.integers(0, 2**63 - 1),
    "strategy_type": st.integers(1_000_000, 2**31 - 1),
    "position_side": any_case("long", "short"),
    "working_type": any_case("last", "mark"),
    "margin_mode": any_case("cross", "isolated"),
    "side_effect": any_case("borrow", "repay", "borrow_repay"),
    **dict.fromkeys(["take_profit", "stop_loss"], AMOUNTS | EXITS),
    "exit_quantity": any_case("filled", "ordered"),
    "target": st.text(min_size=1, max_size=128),
    "issued_at": TIMES,
    "max_age_seconds": st.floats(0.001, 1_209_600) | st.integers(1, 1_209_600).map(str),
    "cancel_after_seconds": st.floats(1, 7_776_000) | st.integers(1, 7_776_000).map(str),
    "strategy": st.text(max_size=64),
}
BUY, SELL = {"symbol": "BTCUSDT", "side": "BUY"}, {"symbol": "BTCUSDT", "side": "SELL"}
STOP_SELL = SELL | {"type": "STOP_LOSS_LIMIT", "quantity": 1, "price": 9, "stop_price": 9}
BRACKET = BUY | {"type": "LIMIT", "quantity": 1, "price": 9, "stop_loss": 8}
CANCEL = {"action": "cancel", "symbol": "BTCUSDT", "target": "signal-1"}
AMEND = CANCEL | {"action": "amend", "quantity": 1}
REPLACE = LIMIT_SELL | {"action": "replace", "target": "signal-1"}
CLOSE_ALL = {"action": "close", "symbol": "BTCUSDT", "cancel_orders": True}
OF_SPOT = (MARKET_BUY, LIMIT_SELL, STOP_SELL, BRACKET, CANCEL, AMEND, REPLACE, CLOSE_ALL)
TRAILING = SELL | {"type": "TRAILING_STOP_MARKET", "quantity": 1, "trailing_delta": 50}
STOP = SELL | {"type": "STOP_MARKET", "quantity": 1, "stop_price": 9}
CLOSE = SELL | {"close_position": True, "position_side": "LONG"}
PROTECTED = BUY | {"quantity": 1, "stop_loss": 8, "take_profit": 9}
PASSING = PROTECTED | {"type": "LIMIT", "price": 9, "time_in_force": "IOC"}
OF_DERIVATIVES = (
    MARKET_BUY,
    LIMIT_SELL,
    TRAILING,
    STOP,
    CLOSE,
    BRACKET,
    PROTECTED,
    PASSING,
    CANCEL,
    AMEND | {"price": 9},
    CLOSE_ALL,
)
OF_BYBIT = (MARKET_BUY, LIMIT_SELL, STOP_SELL, BRACKET, CANCEL, AMEND | {"price": 9}, CLOSE_ALL)
OF_BYBIT_DERIVATIVES = (*OF_BYBIT, CLOSE, PROTECTED, PASSING)


def values_at(product: Product) -> dict[str, st.SearchStrategy[Any]]:
    """Mostly what the venue takes."""
    words = {"type": any_case(*product.fields), "time_in_force": any_case(*map(str, product.times_in_force))}
    return VALUES | words | {"venue": any_case(*VENUES)}


def name_fields(market: str) -> Fields:
    """The fields that name a market."""
    venue, _, product = market.partition("/")
    return {"venue": venue} | ({"product": product} if product else {})


def whole_at(market: str) -> st.SearchStrategy[Fields]:
    wholes: tuple[Fields, ...] = OF_DERIVATIVES if PRODUCTS[market].derivative else OF_SPOT
    if market.startswith("bybit/"):
        wholes = OF_BYBIT_DERIVATIVES if PRODUCTS[market].derivative else OF_BYBIT
    return st.sampled_from([name_fields(market) | whole for whole in wholes])


def assert_agreement(fields: Fields) -> None:
    parsed, objected = parse(fields), objections(fields)
    event(f"{type(parsed).__name__}, schema {'objects' if objected else 'accepts'}")
    if isinstance(parsed, InvalidSignal):
        assert objected or any(words in parsed.detail for words in BEYOND_A_SCHEMA), parsed.detail
    else:
        assert objected <= set(NARROWER_IN_THE_SCHEMA), objected


EVERY_VENUE = pytest.mark.parametrize("venue", PRODUCTS)


@EVERY_VENUE
@given(st.data())
def test_schema_and_parser_agree_on_signals_with_something_wrong(venue: str, data: st.DataObject) -> None:
    wrong = {name: value | JUNK for name, value in values_at(PRODUCTS[venue]).items()}
    assert_agreement(data.draw(whole_at(venue)) | data.draw(st.fixed_dictionaries({}, optional=wrong)))


@EVERY_VENUE
@given(st.data(), st.sets(st.sampled_from(["symbol", "side", "quantity", "price", "stop_price"]), max_size=1))
def test_schema_and_parser_agree_on_which_fields_go_together(
    venue: str, data: st.DataObject, missing: set[str]
) -> None:
    right = {name: value for name, value in values_at(PRODUCTS[venue]).items() if name not in ("venue", "product")}
    fields = data.draw(whole_at(venue)) | data.draw(st.fixed_dictionaries({}, optional=right))
    assert_agreement({name: value for name, value in fields.items() if name not in missing})


@EVERY_VENUE
@given(st.data())
def test_schema_and_parser_agree_on_a_few_fields_of_the_venue(venue: str, data: st.DataObject) -> None:
    """Whatever else may be wrong hides what one combination does: so only few fields, and only the venue's."""
    product = PRODUCTS[venue]
    own = sorted(product.list_fields() - {"venue", "product", "action"})
    names = data.draw(st.sets(st.sampled_from(own), max_size=3))
    values = values_at(product)
    assert_agreement(data.draw(whole_at(venue)) | {name: data.draw(values[name]) for name in sorted(names)})


@EVERY_VENUE
@given(st.data())
def test_schema_and_parser_agree_on_every_single_field(venue: str, data: st.DataObject) -> None:
    values = values_at(PRODUCTS[venue])
    name = data.draw(st.sampled_from(sorted(values)))
    assert_agreement(data.draw(whole_at(venue)) | {name: data.draw(values[name] | JUNK)})


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        *[("quantity", value, False) for value in (0, -1, 1e-19, 1.1e18, "-1", "1_0", "", "1e1000", "1" * 65)],
        *[("quantity", value, True) for value in (1e-18, 1, 10**18, "1e-18", ".5", "5.", "+1")],
        *[("max_age_seconds", value, False) for value in (0, 0.0009, 1_209_600.1, "-1", "")],
        *[("max_age_seconds", value, True) for value in (0.001, 1_209_600, "0.001", "1209600")],
        *[
            ("issued_at", value, False)
            for value in (1_483_228_799_999, 10**15, "2026-09-01T00:00:00", "1999-01-01T00:00Z")
        ],
        *[("issued_at", value, False) for value in ("1483228799999", "1790000000", "1e13", 1_790_000_000.5, None)],
        *[("issued_at", value, True) for value in (1_483_228_800_000, "2026-09-01T00:00:00Z", "2026-09-01 00:00+0200")],
        *[("issued_at", value, True) for value in ("1789999999999", "1789999999999.75", 1_789_999_999_999.75)],
        *[("id", value, False) for value in ("", "x" * 129, "a\tb", "a\x7f")],
        *[("id", value, True) for value in ("x" * 128, "a b", "Ω/1")],
        *[("symbol", value, False) for value in ("", "BTC-USDT", "BTC_USDT", "BTC USDT", "x" * 41)],
        *[("side", value, False) for value in ("BUY\n", "BUYS", " BUY", "ſell", 1, None)],
    ],
)
def test_schema_and_parser_agree_at_the_limits(name: str, value: object, right: bool) -> None:
    fields = MARKET_BUY | {name: value}

    assert isinstance(parse(fields), Signal) is right
    assert (objections(fields) == set()) is right


@pytest.mark.parametrize("example", SCHEMA["examples"])
def test_the_schemas_examples_are_signals(example: Fields) -> None:
    assert isinstance(parse(example), Signal)
    assert objections(example) == set()


@pytest.mark.parametrize(("name", "of_field"), [(name, rule) for name, rule in SCHEMA["properties"].items()])
def test_every_field_says_what_it_means(name: str, of_field: Fields) -> None:
    assert len(of_field["description"]) > 10, name


@pytest.mark.parametrize("name", [name for name, rule in SCHEMA["properties"].items() if "default" in rule])
def test_the_defaults_are_the_parsers(name: str) -> None:
    assert parse(MARKET_BUY | {name: SCHEMA["properties"][name]["default"]}) == parse(MARKET_BUY)


@EVERY_VENUE
def test_the_schema_names_exactly_the_fields_that_are_read(venue: str) -> None:
    assert list(SCHEMA["properties"]) == list(READERS[venue])


def test_the_published_schema_is_made_of_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_schema(), "run `make pages`"


def test_the_schemas_examples_show_every_venue() -> None:
    named = [(example.get("venue", DEFAULT_VENUE), example.get("product")) for example in SCHEMA["examples"]]

    assert {name_market(*each) for each in named} == set(PRODUCTS)


def test_a_venue_with_several_products_needs_one() -> None:
    fields = MARKET_BUY | {"venue": "bybit"}

    assert objections(fields) == {""}
    assert objections(fields | {"product": "futures"}) == {"product"}
    assert objections(MARKET_BUY | {"product": "spot"})
    assert [objections(fields | {"product": each}) for each in PRODUCT_NAMES] == [set()] * 3
