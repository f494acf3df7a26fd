"""Bybit's own SDK for Python: where it sends each request, in which types, and how it signs.

It makes no parameters of its own, so each is spelled out here once more, as the page of its request has it.
"""

import json
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pybit._http_manager import generate_signature
from pybit.unified_trading import HTTP

from orderexec.aws.private_keys import read_private_key
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.ports import PrivateKey
from orderexec.venues.bybit.connection import write_query, write_signature
from orderexec.venues.bybit.products import LINEAR
from tests.doubles.key_pairs import pair, private_pem
from tests.doubles.virtual_time import START_MS
from tests.oracles.bybit_requests import ours, sent, want
from tests.oracles.sent_requests import Captured, Library, SentCall
from tests.unit.venues.bybit.scripted_bybit import KEY, LOST, venue

RSA = read_private_key(private_pem(pair("rsa")), None)


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> Library:
    """Its requests would all go through one method of requests."""

    def capture(_: object, request: requests.PreparedRequest, **__: object) -> None:
        raise Captured(sent(str(request.method), str(request.url), request.body))

    monkeypatch.setattr(requests.Session, "send", capture)
    session = HTTP(api_key="k", api_secret="s")

    def call(make: Any) -> SentCall:
        with pytest.raises(Captured) as captured:
            make(session)
        return captured.value.request

    return call


ORDERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "spot",
        {"side": "BUY", "quote_quantity": "200", "quantity": None},
        {"side": "Buy", "orderType": "Market", "qty": "200", "marketUnit": "quoteCoin"},
    ),
    (
        "spot",
        {"side": "SELL", "type": "LIMIT_MAKER", "price": "60000", "margin_mode": "cross"},
        {
            "side": "Sell",
            "orderType": "Limit",
            "qty": "0.25",
            "price": "60000",
            "timeInForce": "PostOnly",
            "isLeverage": 1,
        },
    ),
    (
        "spot",
        {"side": "BUY", "type": "LIMIT", "price": "60000", "take_profit": "66000", "stop_loss": "57000"},
        {
            **{"side": "Buy", "orderType": "Limit", "qty": "0.25", "price": "60000", "timeInForce": "GTC"},
            **{"takeProfit": "66000", "tpOrderType": "Limit", "tpLimitPrice": "66000"},
            **{"stopLoss": "57000", "slOrderType": "Market"},
        },
    ),
    (
        "linear",
        {"side": "BUY", "stop_loss": {"stop_price": "57000", "working_type": "MARK"}, "position_side": "LONG"},
        {
            **{"side": "Buy", "orderType": "Market", "qty": "0.25", "positionIdx": 1},
            **{"stopLoss": "57000", "slOrderType": "Market", "slTriggerBy": "MarkPrice", "tpslMode": "Partial"},
        },
    ),
    (
        "inverse",
        {"side": "SELL", "type": "STOP_LOSS", "stop_price": "57000", "close_position": True, "quantity": None},
        {
            **{"side": "Sell", "orderType": "Market", "qty": "0", "positionIdx": 0, "triggerPrice": "57000"},
            **{"triggerDirection": 2, "triggerBy": "LastPrice", "reduceOnly": True, "closeOnTrigger": True},
        },
    ),
]


@pytest.mark.parametrize(("category", "fields", "documented"), ORDERS)
def test_an_order(sdk: Library, category: str, fields: dict[str, Any], documented: dict[str, Any]) -> None:
    order = want(category, **fields)
    named = {"category": category, "symbol": order.symbol, "orderLinkId": order.client_order_id}

    assert ours(category, order) == sdk(lambda session: session.place_order(**named, **documented))


def test_changes(sdk: Library) -> None:
    order = want("linear", side="BUY", type="LIMIT", price="60000")
    named = {"category": "linear", "symbol": order.symbol, "orderLinkId": "an-order"}
    amend = Amend(symbol=order.symbol, client_order_id="an-order", quantity=order.size or 0, price=order.price)  # type: ignore[arg-type]
    cancel = Cancel(symbol=order.symbol, client_order_id="an-order", cancel_id="c")
    every = CancelAll(symbol=order.symbol, client_order_id="c", until=START_MS)

    assert ours("linear", amend) == sdk(lambda session: session.amend_order(**named, qty="0.25", price="60000"))
    assert ours("linear", cancel) == sdk(lambda session: session.cancel_order(**named))
    assert ours("linear", every) == sdk(
        lambda session: session.cancel_all_orders(category="linear", symbol=order.symbol)
    )


def asked(path: str, parameters: dict[str, str]) -> SentCall:
    at, transport = venue(LINEAR, LOST)
    at.connection.ask(path, parameters, KEY)
    one = transport.sent[0]
    return sent("GET", f"{path}?{one['query']}", None)


def test_questions(sdk: Library) -> None:
    named = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "an-order"}
    position = {"category": "linear", "symbol": "BTCUSDT"}
    coin = {"accountType": "UNIFIED", "coin": "USDT"}

    assert asked("/v5/order/realtime", named) == sdk(lambda session: session.get_open_orders(**named))
    assert asked("/v5/order/history", named) == sdk(lambda session: session.get_order_history(**named))
    assert asked("/v5/position/list", position) == sdk(lambda session: session.get_positions(**position))
    assert asked("/v5/account/wallet-balance", coin) == sdk(lambda session: session.get_wallet_balance(**coin))
    assert asked("/v5/account/info", {}) == sdk(lambda session: session.get_account_info())
    assert asked("/v5/user/query-api", {}) == sdk(lambda session: session.get_api_key_information())


@given(st.text(), st.text(min_size=1))
def test_a_secret_signs_as_the_sdk_does(payload: str, secret: str) -> None:
    assert write_signature(payload.encode("utf-8", "replace"), secret_of(secret)) == generate_signature(
        False, secret_of(secret), payload.encode("utf-8", "replace").decode()
    )


def secret_of(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def test_an_rsa_key_signs_as_the_sdk_does() -> None:
    assert isinstance(RSA, PrivateKey)

    payload = '1658385579423k5000{"category":"linear"}'
    assert write_signature(payload.encode(), RSA) == generate_signature(True, private_pem(pair("rsa")), payload)


def test_a_body_of_ours_is_json_without_spaces() -> None:
    at, transport = venue(LINEAR, LOST)
    at.send(Cancel(symbol="BTCUSDT", client_order_id="an-order", cancel_id="c"), START_MS, KEY)

    body = transport.sent[0]["body"]
    assert body == json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert write_query({"a": "1", "b": "2"}) == "a=1&b=2"
