"""What goes out at Bybit for a requested order, ours beside a library's; and the orders that are compared."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.attach import apply_rules_to_attached
from orderexec.domain.orders import Order
from orderexec.domain.requests import Request
from orderexec.venues.bybit.instruments import read_instrument
from orderexec.venues.http import Reply
from tests.doubles.virtual_time import START_MS
from tests.oracles.order_grid import SIDES, Fields
from tests.oracles.sent_requests import SentCall
from tests.unit.examples import signal
from tests.unit.venues.bybit.scripted_bybit import KEY, LOST, PRODUCTS, recorded, success, venue

_LINEAR: dict[str, Any] = recorded("instruments_linear")["result"]["list"][0]
SYMBOLS: dict[str, dict[str, Any]] = {
    "spot": recorded("instruments_spot")["result"]["list"][0],
    "linear": _LINEAR,
    "inverse": _LINEAR
    | {"symbol": "BTCUSD", "contractType": "InversePerpetual", "quoteCoin": "USD", "settleCoin": "BTC"}
    | {"lotSizeFilter": {"maxOrderQty": "9000000", "minOrderQty": "1", "qtyStep": "1", "maxMktOrderQty": "900000"}},
}
SIZES: dict[str, Fields] = {
    "spot": {"quantity": "0.25"},
    "linear": {"quantity": "0.25"},
    "inverse": {"contracts": "300", "quantity": None},
}
_AMOUNTS = {"qty", "price", "triggerPrice", "takeProfit", "stopLoss", "tpLimitPrice", "slLimitPrice"}
_WAITS = Market(last=Decimal(60_000), average=Decimal(60_000))


def want(category: str, **fields: object) -> Order:
    """The order that a signal of these fields becomes."""
    named = {"id": "oracle", "venue": "bybit", "product": category, "symbol": SYMBOLS[category]["symbol"]}
    sized = {} if fields.get("close_position") or "quote_quantity" in fields else SIZES[category]
    requested = signal(**(named | fields | sized))
    rules = read_instrument(SYMBOLS[category], PRODUCTS[category])
    order = (
        apply_rules_to_attached(requested, rules, _WAITS)
        if requested.has_exits
        else apply_rules(make_requested_order(requested), rules, _WAITS)
    )
    assert not isinstance(order, RuleViolation), order
    return order


def ours(category: str, request: Request) -> SentCall:
    """The request that the venue makes first, when the market lies where it must."""
    stop = request.stop_price if isinstance(request, Order) else None
    far = [str(stop + way) for way in (1_000, -1_000)] if stop else ["60000"]
    for last in far:
        at, transport = venue(PRODUCTS[category], *_tell_market(category, last), *[LOST] * 9)
        at.send(request, START_MS, KEY)
        posted = [sent for sent in transport.sent if sent["request"].startswith("POST")]
        if posted:
            method, path = posted[0]["request"].split(" ")
            return sent(method, path, posted[0]["body"])
    raise AssertionError("nothing was sent")


def _tell_market(category: str, last: str) -> list[Reply]:
    """The answers that spot's conditional orders ask for first; the others ask for nothing."""
    symbol = SYMBOLS[category]
    ticker = success({"list": [{"symbol": symbol["symbol"], "lastPrice": last}]})
    return [ticker, success({"list": [symbol]}), ticker] if category == "spot" else []


def sent(method: str, url: str, body: bytes | str | None) -> SentCall:
    """A captured request; amounts are numbers, since a float has more than one spelling."""
    parts = urlsplit(url)
    parameters = json.loads(body) if body else dict(parse_qsl(parts.query))
    return SentCall(f"{method} {parts.path}", read_amounts(parameters))


def read_amounts(parameters: Mapping[str, Any]) -> dict[str, object]:
    return {name: Decimal(value) if name in _AMOUNTS else value for name, value in parameters.items()}


_TIMES = ("GTC", "IOC", "FOK")


def _plain(category: str) -> Iterator[Fields]:
    yield {"type": "MARKET"}
    if category == "spot":
        yield {"type": "MARKET", "quantity": None, "quote_quantity": "250"}
    for time_in_force in _TIMES:
        yield {"type": "LIMIT", "price": "60000.1", "time_in_force": time_in_force}
    yield {"type": "LIMIT", "price": "60000"}
    yield {"type": "LIMIT_MAKER", "price": "60000"}


def _options(category: str) -> tuple[Fields, ...]:
    if category == "spot":
        return ({}, {"margin_mode": "cross"})
    return ({}, {"reduce_only": True}, {"position_side": "LONG"}, {"position_side": "SHORT"})


def list_plain(category: str) -> list[Fields]:
    return [{"side": side, **kind, **more} for side, kind, more in product(SIDES, _plain(category), _options(category))]


def list_waiting(category: str) -> list[Fields]:
    """Conditional orders, at the market and at a price."""
    watched: tuple[Fields, ...] = ({},) if category == "spot" else ({}, {"working_type": "MARK"})
    stops: Iterator[Fields] = (
        {"type": kind, "stop_price": "60500", **more} for kind in ("STOP_LOSS", "TAKE_PROFIT") for more in watched
    )
    kinds = [
        each | limit
        for each in stops
        for limit in (
            Fields(),
            *(Fields(type=f"{each['type']}_LIMIT", price="60000.1", time_in_force=time) for time in _TIMES),
        )
    ]
    return [{"side": side, **kind, **more} for side, kind, more in product(SIDES, kinds, _options(category))]


def list_protected(category: str) -> list[Fields]:
    """Entries with exits, each of either form."""
    entries: tuple[Fields, ...] = ({"type": "LIMIT", "price": "60000"}, {"type": "LIMIT_MAKER", "price": "60000"})
    entries += () if category == "spot" else ({"type": "MARKET"},)
    profits: tuple[Fields, ...] = ({}, {"take_profit": "66000"}, {"take_profit": {"stop_price": "66000"}})
    losses: tuple[Fields, ...] = (
        {"stop_loss": "57000"},
        {"stop_loss": {"stop_price": "57000", "price": "56900"}},
    )
    losses += () if category == "spot" else ({"stop_loss": {"stop_price": "57000", "working_type": "MARK"}},)
    return [{"side": "BUY", **entry, **gain, **loss} for entry, gain, loss in product(entries, profits, losses)]
