"""The values most tests start from: a signal and its message, a symbol's rules, an order and its report."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderexec.domain.instruments import Instrument
from orderexec.domain.messages import Message
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.products import find_product
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import InvalidSignal, Signal

Changes = dict[str, Any]
NOW = 1_790_000_000_000
MAX_AGE_MS = 300_000
MARKET_BUY = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.5"}
LIMIT_SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "quantity": "0.5", "price": "65000"}
_WORDS: dict[str, Callable[[str], str]] = {
    "side": Side,
    "type": find_product("binance-spot").parse_type,
    "time_in_force": TimeInForce,
}
ACCOUNT_ORDER = "0123456789abcdef0123456789abcdef"


def message(body: object, **changes: Any) -> Message:
    """A message that holds `body`, as JSON unless it is text already."""
    text = body if isinstance(body, str) else json.dumps(body)
    given: Changes = {"id": "message-1", "body": text, "sent_at": NOW - 1_000}
    return Message(**(given | changes))


def parse(body: object, **changes: Any) -> Signal | InvalidSignal:
    return parse_signal(message(body, **changes), max_age_ms=MAX_AGE_MS, now=NOW)


def signal(**fields: object) -> Signal:
    """The signal that `fields` make of a market buy, a None taking a field away."""
    requested = MARKET_BUY | fields
    parsed = parse({name: value for name, value in requested.items() if value is not None})
    assert isinstance(parsed, Signal), parsed
    return parsed


def refusal(body: object, **changes: Any) -> InvalidSignal:
    parsed = parse(body, **changes)
    assert isinstance(parsed, InvalidSignal), parsed
    return parsed


def instrument(**changes: Any) -> Instrument:
    """BTCUSDT without any limit, unless `changes` say so."""
    given: Changes = {
        "symbol": "BTCUSDT",
        "status": "TRADING",
        "tradable": True,
        "order_types": frozenset({"LIMIT", "MARKET"}),
    }
    return Instrument(**(given | changes))


def order(**changes: Any) -> Order:
    given: Changes = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "client_order_id": ACCOUNT_ORDER}
    given |= {"quantity": Decimal("0.5")} | changes
    words = {name: read(given[name]) for name, read in _WORDS.items() if given.get(name) is not None}
    return Order(**(given | words))


def report(**changes: Any) -> OrderReport:
    """What the exchange says of `order()` once it is filled."""
    given: Changes = {
        "order_id": "28",
        "client_order_id": ACCOUNT_ORDER,
        "symbol": "BTCUSDT",
        "side": "BUY",
        "status": "FILLED",
        "quantity": Decimal("0.5"),
        "executed_quantity": Decimal("0.5"),
        "created_at": NOW,
    }
    return OrderReport(**(given | changes))
