"""What goes out at futures for a requested order, ours beside a library's."""

from decimal import Decimal
from typing import Any

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.orders import Order
from orderexec.domain.requests import Request
from orderexec.venues.binance.futures_instruments import read_instrument
from orderexec.venues.http import NoReply
from tests.doubles.virtual_time import START_MS
from tests.oracles.order_grid import Fields
from tests.oracles.sent_requests import SentCall, sent
from tests.unit.examples import signal
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_futures import futures
from tests.unit.venues.binance.scripted_venue import KEY

USDM, COINM = "binance-usdm", "binance-coinm"
_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]
_PRICES = {"filterType": "PRICE_FILTER", "minPrice": "0.1", "maxPrice": "1000000", "tickSize": "0.1"}


def _make_symbol(folder: str, step: str, **changes: object) -> dict[str, Any]:
    lots = {"minQty": step, "maxQty": "10000", "stepSize": step}
    filters = [_PRICES, *({"filterType": kind, **lots} for kind in ("LOT_SIZE", "MARKET_LOT_SIZE"))]
    symbol: dict[str, Any] = recorded("exchange_info", folder)["symbols"][0]
    return symbol | changes | {"orderTypes": _TYPES, "filters": filters}


SYMBOLS = {
    USDM: _make_symbol("binance_usdm", "0.001", symbol="BTCUSDT", pair="BTCUSDT", baseAsset="BTC"),
    COINM: _make_symbol("binance_coinm", "1", symbol="BTCUSD_PERP", contractType="PERPETUAL"),
}
SIZES: dict[str, Fields] = {USDM: {"quantity": "0.25"}, COINM: {"contracts": "3", "quantity": None}}


def want(venue: str, **fields: object) -> Order:
    """The order that a signal of these fields becomes."""
    sized = {} if fields.get("close_position") else SIZES[venue]
    requested = signal(**({"id": "oracle", "venue": venue, "symbol": SYMBOLS[venue]["symbol"]} | fields | sized))
    order = apply_rules(make_requested_order(requested), read_instrument(SYMBOLS[venue]), Market())
    assert not isinstance(order, RuleViolation), order
    return order


def ours(venue: str, request: Request) -> SentCall:
    """The request that the venue makes first."""
    lost = NoReply(left=True, what="nobody answers")
    at, transport = futures(venue, *[lost] * 4)
    at.send(request, START_MS, KEY)
    method, path = transport.sent[0]["request"].split(" ")
    return _read_amounts(sent(method, path, transport.sent[0]["form"]))


def theirs(call: SentCall) -> SentCall:
    """A library's request with its amounts as numbers."""
    return _read_amounts(call)


def _read_amounts(call: SentCall) -> SentCall:
    """Amounts as numbers, as a float has more than one spelling; true and false in one spelling."""
    return SentCall(call.call, {name: _read(name, value) for name, value in call.parameters.items()})


def _read(name: str, value: object) -> object:
    if name in ("triggerPrice", "activatePrice", "callbackRate"):
        return Decimal(str(value))
    return value.lower() if str(value) in ("True", "False") else value  # type: ignore[attr-defined]
