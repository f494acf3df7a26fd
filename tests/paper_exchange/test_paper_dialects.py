"""Two dialects before one exchange: each has its own paths and words, and both see the same orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import requests

from paper_exchange import server
from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_spot.dialect import BinanceSpot
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import NewOrder, Order
from paper_exchange.enums import OrderType, Side
from paper_exchange.exchange import Exchange
from paper_exchange.faults import Traits
from paper_exchange.messages import Answer, Error, Received, json_answer
from paper_exchange.refusal import Refusal
from tests.paper_exchange.paper_client import PaperClient, connected


@dataclass
class BuyCall:
    """Implements dialect.Call: buys so many BTC at the market."""

    received: Received
    exchange: Exchange

    @property
    def traits(self) -> Traits:
        return Traits(method=self.received.method, path=self.received.path, symbol="BTCUSDT", placing=True)

    def admit(self) -> Answer | None:
        return None

    def process(self) -> Answer:
        quantity = Decimal(self.received.body)
        new = NewOrder(symbol="BTCUSDT", side=Side.BUY, type=OrderType.MARKET, quantity=quantity)
        try:
            return json_answer({"bought": str(self.exchange.place(new).executed)})
        except Refusal as refusal:
            return words(refusal)


@dataclass
class BuyOnly:
    """Implements dialect.Dialect."""

    accounts: Accounts
    prefixes = ("/buy",)

    def reset(self) -> None:
        pass

    def call(self, received: Received) -> BuyCall:
        return BuyCall(received, self.accounts.of(received.headers.get("x-key")))

    def answer(self, no: Refusal | Error) -> Answer:
        return words(no)

    def order(self, order: Order) -> Any:
        return {"id": order.order_id}

    def order_list(self, order_list: OrderList) -> Any:
        return {"id": order_list.list_id}


def words(no: Refusal | Error) -> Answer:
    return json_answer({"why": no.kind.lower() if isinstance(no, Refusal) else no.text})


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperClient]:
    monkeypatch.setattr(server, "DIALECTS", (BinanceSpot, BuyOnly))
    with server.running() as url, connected(url) as client:
        yield client


def buy(both: PaperClient, quantity: str) -> Any:
    return requests.post(f"{both.url}/buy/now", data=quantity, timeout=5).json()


def test_an_order_of_one_dialect_is_found_by_the_other(both: PaperClient) -> None:
    assert buy(both, "0.5") == {"bought": "0.5"}
    both.market(newClientOrderId="mine")

    assert [order["executedQty"] for order in both.seen("orders")] == ["0.50000000", "0.01000000"]
    assert [row["path"] for row in both.seen("requests")] == ["/buy/now", "/api/v3/order"]


def test_each_dialect_words_the_same_refusal(both: PaperClient) -> None:
    assert buy(both, "0.000001") == {"why": "lot_size"}
    assert both.market(quantity="0.000001").json()["msg"] == "Filter failure: LOT_SIZE"


def test_each_dialect_words_the_same_fault(both: PaperClient) -> None:
    both.arm("rate_limit", seconds=7, count=2)

    assert buy(both, "0.5") == {"why": "too_many_requests"}
    assert both.market().json()["code"] == -1003


def test_a_reset_is_for_all_dialects(both: PaperClient) -> None:
    buy(both, "0.5")
    both.control("reset", {})

    assert both.seen("orders") == []
    assert both.market().headers["X-MBX-USED-WEIGHT-1M"] == "0"
