"""What goes out for a signal is what the exchange's own SDK, and ccxt, send for the same order: every parameter."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import ccxt
import pytest
import requests
from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_spot.rest_api.rest_api import SpotRestAPI

from orderexec.domain.brackets import fit_list
from orderexec.domain.fit import Market, fit, wished_order
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend, Cancel, OrderList, Replace
from orderexec.domain.signals import Signal
from orderexec.venues.binance.parameters import Call, amend_call, cancel_call, list_call, order_call, replace_call
from tests.unit.examples import instrument, parse

TYPES = frozenset(
    {"MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
)
# Each has ids, times and signatures of its own; RESULT is all that we need of an answer.
OWN = {"timestamp", "recvWindow", "signature", "newOrderRespType"}
Sent = tuple[str, str, dict[str, str]]


def parameters(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in OWN and not name.endswith("ClientOrderId")}


def ours(fields: dict[str, Any]) -> Sent:
    parsed = parse({"id": "oracle", "symbol": "BTCUSDT", **fields})
    assert isinstance(parsed, Signal), parsed
    call = _call(parsed)
    return call.method, call.path, parameters(call.parameters)


def _call(signal: Signal) -> Call:
    rules = instrument(order_types=TYPES)
    if signal.action == "cancel":
        return cancel_call(Cancel(symbol=signal.symbol, client_order_id="old", cancel_id="c"))
    if signal.action == "amend":
        return amend_call(Amend(symbol=signal.symbol, client_order_id="old", quantity=signal.quantity or Decimal(0)))
    made = fit_list(signal, rules, Market()) if signal.has_exits else fit(wished_order(signal), rules, Market())
    if isinstance(made, OrderList):
        return list_call(made)
    assert isinstance(made, Order), made
    return replace_call(Replace(order=made, replaced="old")) if signal.action == "replace" else order_call(made)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sent]]:
    """Every request that a client on top of `requests` tries to send."""
    seen: list[Sent] = []

    def send(_: object, request: requests.PreparedRequest, **__: object) -> requests.Response:
        parts = urlsplit(str(request.url))
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        found = dict(parse_qsl(parts.query) + parse_qsl(body))
        seen.append((str(request.method), parts.path, parameters(found)))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"{}"
        answer.headers["Content-Type"] = "application/json"
        answer.request, answer.url = request, str(request.url)
        return answer

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    yield seen


Q, P, S = "0.01", "60000", "57000"
BUY: dict[str, Any] = {"side": "BUY", "quantity": Q}
SELL: dict[str, Any] = {"side": "SELL", "quantity": Q}
ENTRY: dict[str, Any] = BUY | {"type": "LIMIT", "price": P}
EXITS: dict[str, Any] = {"take_profit": "66000", "stop_loss": {"stop_price": S, "price": "56900"}}
WORKING: dict[str, Any] = {
    "working_type": "LIMIT", "working_side": "BUY", "working_price": P, "working_quantity": Q,
    "working_time_in_force": "GTC", "pending_side": "SELL",
}  # fmt: skip
BOTH: dict[str, Any] = {
    "pending_above_type": "LIMIT_MAKER", "pending_above_price": "66000", "pending_below_type": "STOP_LOSS_LIMIT",
    "pending_below_stop_price": S, "pending_below_price": "56900", "pending_below_time_in_force": "GTC",
}  # fmt: skip
LIMIT_GTC: dict[str, Any] = {"type": "LIMIT", "price": P, "time_in_force": "GTC"}
STOP = {"type": "STOP_LOSS", "stop_price": S}
STOP_LIMIT = {"type": "STOP_LOSS_LIMIT", "stop_price": S, "price": "56900", "time_in_force": "GTC"}
TAKE_LIMIT = {"type": "TAKE_PROFIT_LIMIT", "stop_price": "66000", "price": "65900", "time_in_force": "GTC"}

# The signal's fields, the SDK's method, and its arguments beside the symbol.
SDK_CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("market", BUY, "new_order", BUY | {"type": "MARKET"}),
    ("market by quote", {"side": "BUY", "quote_quantity": "25"}, "new_order",
     {"side": "BUY", "type": "MARKET", "quote_order_qty": "25"}),
    ("limit", ENTRY, "new_order", BUY | LIMIT_GTC),
    ("limit IOC", ENTRY | {"time_in_force": "IOC"}, "new_order", BUY | LIMIT_GTC | {"time_in_force": "IOC"}),
    ("limit FOK, sell", SELL | {"type": "limit", "price": P, "time_in_force": "fok"}, "new_order",
     SELL | LIMIT_GTC | {"time_in_force": "FOK"}),
    ("post only", BUY | {"type": "LIMIT_MAKER", "price": P}, "new_order", BUY | {"type": "LIMIT_MAKER", "price": P}),
    ("stop", SELL | STOP, "new_order", SELL | STOP),
    ("stop limit", SELL | STOP_LIMIT, "new_order", SELL | STOP_LIMIT),
    ("take profit", SELL | {"type": "TAKE_PROFIT", "stop_price": "66000"}, "new_order",
     SELL | {"type": "TAKE_PROFIT", "stop_price": "66000"}),
    ("take profit limit", SELL | TAKE_LIMIT, "new_order", SELL | TAKE_LIMIT),
    ("trailing stop", SELL | {"type": "STOP_LOSS", "trailing_delta": 150}, "new_order",
     SELL | {"type": "STOP_LOSS", "trailing_delta": 150}),
    ("trailing from a price", SELL | STOP_LIMIT | {"trailing_delta": "150"}, "new_order",
     SELL | STOP_LIMIT | {"trailing_delta": 150}),
    ("iceberg", ENTRY | {"iceberg_quantity": "0.002"}, "new_order", BUY | LIMIT_GTC | {"iceberg_qty": "0.002"}),
    ("pegged", BUY | {"type": "LIMIT", "peg_price_type": "PRIMARY_PEG", "peg_offset_value": 3}, "new_order",
     BUY | {"type": "LIMIT", "time_in_force": "GTC", "peg_price_type": "PRIMARY_PEG", "peg_offset_type": "PRICE_LEVEL",
            "peg_offset_value": 3}),
    ("self trade, strategy", BUY | {"self_trade_prevention_mode": "EXPIRE_MAKER", "strategy_id": 7,
                                   "strategy_type": 1_000_001}, "new_order",
     BUY | {"type": "MARKET", "self_trade_prevention_mode": "EXPIRE_MAKER", "strategy_id": 7,
            "strategy_type": 1_000_001}),
    ("dry run", BUY | {"dry_run": True}, "order_test", BUY | {"type": "MARKET"}),
    ("routed", ENTRY | {"smart_order_routing": True}, "sor_order", BUY | LIMIT_GTC),
    ("routed dry run", BUY | {"smart_order_routing": True, "dry_run": True}, "sor_order_test",
     BUY | {"type": "MARKET"}),
    ("OTOCO", ENTRY | EXITS | {"exit_quantity": "ordered"}, "order_list_otoco",
     WORKING | BOTH | {"pending_quantity": Q}),
    ("OPOCO", ENTRY | EXITS, "order_list_opoco", WORKING | BOTH),
    ("OTO", ENTRY | {"stop_loss": S, "exit_quantity": "ordered"}, "order_list_oto",
     WORKING | {"pending_type": "STOP_LOSS", "pending_stop_price": S, "pending_quantity": Q}),
    ("OPO", ENTRY | {"take_profit": {"trailing_delta": 99, "stop_price": "66000"}}, "order_list_opo",
     WORKING | {"pending_type": "TAKE_PROFIT", "pending_stop_price": "66000", "pending_trailing_delta": 99}),
    ("OCO sell", SELL | {"type": "OCO"} | EXITS, "order_list_oco",
     SELL | {"above_type": "LIMIT_MAKER", "above_price": "66000", "below_type": "STOP_LOSS_LIMIT",
             "below_stop_price": S, "below_price": "56900", "below_time_in_force": "GTC"}),
    ("OCO buy", BUY | {"type": "OCO", "take_profit": S, "stop_loss": "66000"}, "order_list_oco",
     BUY | {"above_type": "STOP_LOSS", "above_stop_price": "66000", "below_type": "LIMIT_MAKER", "below_price": S}),
    ("replace", ENTRY | {"action": "replace", "target": "x"}, "order_cancel_replace",
     BUY | LIMIT_GTC | {"cancel_replace_mode": "STOP_ON_FAILURE", "cancel_orig_client_order_id": "old"}),
    ("cancel", {"action": "cancel", "target": "x"}, "delete_order", {"orig_client_order_id": "old"}),
    ("amend", {"action": "amend", "target": "x", "quantity": "0.004"}, "order_amend_keep_priority",
     {"new_qty": "0.004", "orig_client_order_id": "old"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "method", "arguments"), [case[1:] for case in SDK_CASES], ids=[c[0] for c in SDK_CASES]
)
def test_the_exchanges_own_sdk_sends_the_same(
    sent: list[Sent], fields: dict[str, Any], method: str, arguments: dict[str, Any]
) -> None:
    configuration = ConfigurationRestAPI(api_key="key", api_secret="secret", base_path="http://exchange.invalid")
    call: Callable[..., Any] = getattr(SpotRestAPI(configuration), method)

    call(symbol="BTCUSDT", **arguments)

    assert sent == [ours(fields)]


CCXT_CASES: list[tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = [
    (BUY, ("market", "buy", 0.01, None), {}),
    (SELL, ("market", "sell", 0.01, None), {}),
    ({"side": "BUY", "quote_quantity": "25"}, ("market", "buy", 0.01, None), {"quoteOrderQty": 25}),
    (ENTRY, ("limit", "buy", 0.01, 60000), {}),
    (ENTRY | {"time_in_force": "IOC"}, ("limit", "buy", 0.01, 60000), {"timeInForce": "IOC"}),
    (BUY | {"type": "LIMIT_MAKER", "price": P}, ("limit", "buy", 0.01, 60000), {"postOnly": True}),
    (SELL | STOP_LIMIT, ("limit", "sell", 0.01, 56900), {"stopLossPrice": 57000}),
    (SELL | TAKE_LIMIT, ("limit", "sell", 0.01, 65900), {"takeProfitPrice": 66000}),
    (SELL | STOP, ("market", "sell", 0.01, None), {"stopLossPrice": 57000}),
    (ENTRY | {"iceberg_quantity": "0.002"}, ("limit", "buy", 0.01, 60000), {"icebergQty": "0.002"}),
]


@pytest.mark.parametrize(("fields", "order", "extra"), CCXT_CASES)
def test_ccxt_sends_the_same(
    binance: Any, sent: list[Sent], fields: dict[str, Any], order: tuple[Any, ...], extra: dict[str, Any]
) -> None:
    assert isinstance(binance, ccxt.binance)

    binance.create_order("BTC/USDT", *order, params=extra)

    assert sent == [ours(fields)]


@pytest.fixture
def binance(monkeypatch: pytest.MonkeyPatch) -> Any:
    """With the one market that is needed, so that it asks for nothing."""
    exchange = ccxt.binance({"apiKey": "key", "secret": "secret", "options": {"defaultType": "spot"}})
    market = exchange.safe_market_structure(
        {"id": "BTCUSDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "baseId": "BTC", "quoteId": "USDT",
         "type": "spot", "spot": True, "active": True, "precision": {"amount": 0.00001, "price": 0.01},
         "limits": {"amount": {"min": 0.00001}}, "info": {"orderTypes": sorted(TYPES)}}
    )  # fmt: skip
    exchange.set_markets([market])
    return exchange
