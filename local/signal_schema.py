"""`make pages`: it writes docs/signal.schema.json from the tables of products that the parser of signals goes by."""

import json
from collections.abc import Iterator

from local.run import ROOT
from local.schema_conditions import both, names, when
from local.schema_rules import make_venue_rule
from local.schema_values import FIELDS, SHAPES, Rule
from orderexec.domain.products import DEFAULT_VENUE, PRODUCTS, VENUES, list_products

PAGE = ROOT / "docs" / "signal.schema.json"
_LONGEST_LINE = 120
_DESCRIPTION = (
    "The JSON body of one message on the signal queue. What a schema cannot say and the function checks as well: an "
    "issued_at not more than 5 seconds in the future; amounts, percentages and whole numbers within their range where "
    "they are strings; a calendar date that exists; printable characters; no field given twice; at most 64 characters "
    "a number; at most 16384 bytes in all, as UTF-8. A field that is null is refused: leave it out."
)
_USDM, _COINM, _MARGIN, _BYBIT = "binance-usdm", "binance-coinm", "binance-margin", "bybit"
EXAMPLES: tuple[Rule, ...] = (
    {"id": "trend-4711", "symbol": "BTCUSDT", "side": "BUY", "quote_quantity": "25"},
    {
        **{"symbol": "ETHUSDT", "side": "SELL", "type": "LIMIT"},
        **{"quantity": "0.5", "price": "4000", "time_in_force": "IOC"},
    },
    {
        **{"id": "bracket-1", "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01"},
        **{"price": "60000", "take_profit": "66000", "stop_loss": {"stop_price": "57000", "price": "56900"}},
    },
    {
        **{"id": "oco-1", "symbol": "BTCUSDT", "side": "SELL", "type": "OCO", "quantity": "0.01"},
        **{"take_profit": "70000", "stop_loss": "58000"},
    },
    {
        **{"id": "trail-1", "symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS"},
        **{"quantity": "0.01", "trailing_delta": 150},
    },
    {
        **{"id": "iceberg-1", "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT"},
        **{"quantity": "1", "price": "70000", "iceberg_quantity": "0.2"},
    },
    {"id": "out-1", "symbol": "BTCUSDT", "side": "SELL", "quantity_percent": "100"},
    {"id": "stop-1", "action": "cancel", "symbol": "BTCUSDT", "target": "bracket-1"},
    {"id": "stop-all", "action": "cancel", "symbol": "BTCUSDT", "all_orders": True},
    {
        **{"id": "move-1", "action": "replace", "target": "iceberg-1", "symbol": "BTCUSDT"},
        **{"side": "SELL", "type": "LIMIT", "quantity": "1", "price": "69000"},
    },
    {"id": "less-1", "action": "amend", "target": "iceberg-1", "symbol": "BTCUSDT", "quantity": "0.5"},
    {"id": "close-1", "action": "close", "symbol": "BTCUSDT", "cancel_orders": True},
    {
        **{"id": "hour-1", "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01"},
        **{"price": "60000", "cancel_after_seconds": 3600},
    },
    {
        **{"id": "loan-1", "venue": _MARGIN, "symbol": "BTCUSDT", "side": "BUY"},
        **{"quote_quantity": "500", "side_effect": "borrow"},
    },
    {
        **{"id": "long-1", "venue": _USDM, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "leverage": 5},
        **{"take_profit": "66000", "stop_loss": "57000"},
    },
    {
        **{"id": "post-1", "venue": _USDM, "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT"},
        **{"quantity": "0.01", "price": "59000", "time_in_force": "GTX"},
    },
    {"id": "flat-1", "venue": _USDM, "symbol": "BTCUSDT", "side": "SELL", "close_position": True},
    {"id": "short-1", "venue": _COINM, "symbol": "BTCUSD_PERP", "side": "SELL", "contracts": 3},
    {"id": "b-1", "venue": _BYBIT, "product": "spot", "symbol": "BTCUSDT", "side": "BUY", "quote_quantity": "25"},
    {
        **{"id": "b-2", "venue": _BYBIT, "product": "linear", "symbol": "BTCUSDT", "side": "BUY"},
        **{"quantity": "0.01", "take_profit": "66000", "stop_loss": {"stop_price": "57000", "working_type": "MARK"}},
    },
    {
        **{"id": "b-3", "venue": _BYBIT, "product": "inverse", "symbol": "BTCUSD", "side": "SELL"},
        **{"type": "LIMIT", "contracts": 100, "price": "70000"},
    },
)


def make_schema() -> Rule:
    """Return the schema: the fields of all venues, and of each venue what goes together there."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Written by `make pages` from the tables of products; a change belongs there.",
        "title": "A trading signal",
        "description": _DESCRIPTION,
        "type": "object",
        "properties": FIELDS,
        "required": ["symbol"],
        "additionalProperties": False,
        "allOf": [*(_demand_product(venue) for venue in VENUES if list_products(venue)), *map(_choose_rule, PRODUCTS)],
        "examples": list(EXAMPLES),
        "$defs": SHAPES | {_name_rule(market): make_venue_rule(product) for market, product in PRODUCTS.items()},
    }


def _demand_product(venue: str) -> Rule:
    return when(names("venue", venue), {"required": ["product"]})


def _choose_rule(market: str) -> Rule:
    venue, _, product = market.partition("/")
    named = names("venue", venue)
    if venue == DEFAULT_VENUE:  # which it is where none is named
        named.pop("required")
    condition = both(named, names("product", product)) if product else named
    return when(condition, {"$ref": f"#/$defs/{_name_rule(market)}"})


def _name_rule(market: str) -> str:
    return market.replace("/", "-")  # a slash has a meaning of its own in a reference


def write_schema() -> str:
    """Return the schema as JSON for people: what fits on a line stands on one."""
    return "".join(_write(make_schema(), 0)) + "\n"


def _write(value: object, depth: int) -> Iterator[str]:
    short = json.dumps(value)
    if not isinstance(value, dict | list) or len(short) + 2 * depth + 20 <= _LONGEST_LINE:
        yield short
        return
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    items = (
        [(f"{json.dumps(name)}: ", each) for name, each in value.items()]
        if isinstance(value, dict)
        else ([("", each) for each in value])
    )
    yield opened
    for place, (name, each) in enumerate(items):
        yield ("," if place else "") + "\n" + "  " * (depth + 1) + name
        yield from _write(each, depth + 1)
    yield "\n" + "  " * depth + closed


def main() -> None:
    """Write the schema."""
    PAGE.write_text(write_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
