"""Modifications of resting orders of contracts: a new price and a new quantity under the same id."""

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_futures import INVERSE, LINEAR, PRODUCTS, FuturesClient


@pytest.fixture(params=PRODUCTS, ids=lambda product: product.kind)
def futures(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, request.param)


def modify(futures: FuturesClient, price: str, quantity: str | None = None, **parameters: object) -> requests.Response:
    change = {"price": price, "quantity": quantity or futures.product.quantity}
    return put(futures, **change | parameters)


def put(futures: FuturesClient, **parameters: object) -> requests.Response:
    names = {"symbol": futures.product.symbol, "origClientOrderId": "mine", "side": "BUY"}
    return futures.signed("PUT", "/order", **names | parameters)


def test_it_changes_price_and_quantity_and_keeps_the_id(futures: FuturesClient) -> None:
    more = "6" if futures.product is INVERSE else "0.020"
    order_id = futures.limit(newClientOrderId="mine").json()["orderId"]

    told = modify(futures, "61000", more).json()

    assert (told["orderId"], told["status"], told["price"][:5], told["origQty"]) == (order_id, "NEW", "61000", more)
    assert "avgPrice" not in told
    assert futures.found("mine")[1] == more
    assert modify(futures, "61000", more).json()["code"] in (-5027, -4197)


def test_an_order_that_is_moved_into_the_market_trades(futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="mine")

    assert modify(futures, "65001").json()["status"] == "FILLED"
    assert futures.find("mine").json()["avgPrice"] == "65000.10000"


def test_an_order_that_may_only_make_is_cancelled_instead(futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="mine", timeInForce="GTX")

    assert modify(futures, "65001").json()["status"] == "CANCELED"
    assert futures.seen("positions") == []


def test_a_quantity_that_is_filled_already_cancels_the_order(futures: FuturesClient) -> None:
    part, whole = ("1", "3") if futures.product is INVERSE else ("0.004", "0.010")
    futures.control("books", {futures.product.symbol: {"bids": [], "asks": [["60000", part]], "last": "60000"}})
    futures.limit(newClientOrderId="mine", price="62000", quantity=whole)
    assert futures.found("mine") == ("PARTIALLY_FILLED", whole, part)

    assert modify(futures, "62000", part).json()["status"] == "CANCELED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"price": ""}, -1102),
        ({"quantity": ""}, -1102),
        ({"price": "70000"}, -4016),
        ({"price": "60000.001"}, -1111),
        ({"origClientOrderId": "none"}, -2011),
    ],
)
def test_a_refused_modification_leaves_the_order_as_it_is(
    futures: FuturesClient, change: dict[str, object], code: int
) -> None:
    futures.limit(newClientOrderId="mine")

    assert error(put(futures, **{"price": "61000", "quantity": futures.product.quantity} | change))[1] == code
    found = futures.find("mine").json()
    assert (found["status"], found["price"][:5], found["origQty"]) == ("NEW", "60000", futures.product.quantity)


def test_it_needs_the_margin_of_what_is_more(paper: PaperClient) -> None:
    linear = FuturesClient(paper, LINEAR)
    linear.control("wallet", {"USDT": "100"})
    linear.limit(newClientOrderId="mine", quantity="0.030")

    assert error(modify(linear, "60000", "0.040"))[1] == -2019
    assert modify(linear, "60000", "0.033").ok


def test_usdm_is_told_whether_the_order_only_reduces(paper: PaperClient) -> None:
    """Only then is it spared the least notional (-4164); and it must be true (-5047)."""
    linear = FuturesClient(paper, LINEAR)
    linear.limit(newClientOrderId="mine")
    assert error(modify(linear, "61000", reduceOnly="true"))[1] == -5047
    linear.cancel("mine")
    linear.market(quantity="0.010")
    linear.limit("SELL", "66000", newClientOrderId="mine", reduceOnly="true")

    assert error(modify(linear, "66500", "0.001", side="SELL"))[1] == -4164
    assert modify(linear, "66500", "0.001", side="SELL", reduceOnly="true").ok
