"""Plain orders of contracts over HTTP: what is answered at once, what a lookup tells, what is refused."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_futures import INVERSE, LINEAR, PRODUCTS, FuturesClient, Product


@pytest.fixture(params=PRODUCTS, ids=lambda product: product.kind)
def futures(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, request.param)


def test_a_market_order_is_acknowledged_as_new_and_found_filled(futures: FuturesClient) -> None:
    placed = futures.market(newClientOrderId="mine").json()

    assert (placed["status"], placed["executedQty"], placed["cumQty"][0]) == (
        "NEW",
        "0" if futures.product is INVERSE else "0.000",
        "0",
    )
    found = futures.find("mine").json()
    assert (found["orderId"], found["status"], found["executedQty"]) == (
        placed["orderId"],
        "FILLED",
        futures.product.quantity,
    )
    assert found["avgPrice"] == "65000.10000"
    assert float(found[futures.product.value_field]) > 0


def test_the_result_is_told_when_it_is_asked_for(futures: FuturesClient) -> None:
    assert futures.market(newOrderRespType="RESULT").json()["status"] == "FILLED"
    assert futures.limit(price="66000", timeInForce="IOC", newOrderRespType="RESULT").json()["status"] == "FILLED"
    assert futures.limit(timeInForce="IOC", newOrderRespType="RESULT").json()["status"] == "EXPIRED"
    assert futures.limit(newOrderRespType="RESULT").json()["status"] == "NEW"


def test_price_and_value_are_told_by_a_lookup_alone(futures: FuturesClient) -> None:
    """As since June 2026; the SDK's model of a placed order has neither."""
    fields = {"avgPrice", "cumQuote", "cumBase"}

    assert not fields & {*futures.market(newOrderRespType="RESULT").json()}
    futures.limit(newClientOrderId="mine")
    assert fields & {*futures.find("mine").json()} == {"avgPrice", futures.product.value_field}
    assert not fields & {*futures.cancel("mine").json()}


def test_what_inverse_contracts_are_worth_is_told_in_coin(paper: PaperClient) -> None:
    futures = FuturesClient(paper, INVERSE)
    futures.control("prices", {"BTCUSD_PERP": "50000"})

    futures.market(quantity="5", newClientOrderId="mine")

    found = futures.find("mine").json()
    assert (found["avgPrice"], found["cumBase"]) == ("50000.10000", "0.00999998")


def test_orders_rest_fill_and_are_cancelled(futures: FuturesClient) -> None:
    quantity, symbol = futures.product.quantity, futures.product.symbol
    futures.limit(newClientOrderId="filled")
    futures.limit(price="50000", newClientOrderId="cancelled")
    assert len(futures.signed("GET", "/openOrders").json()) == 2

    futures.move("59999")

    assert futures.found("filled") == ("FILLED", quantity, quantity)
    assert futures.find("filled").json()["avgPrice"] == "60000.00000"
    assert futures.cancel("cancelled").json()["status"] == "CANCELED"
    assert error(futures.cancel("cancelled")) == (400, -2011, "Unknown order sent.")
    assert [each["status"] for each in futures.signed("GET", "/allOrders", symbol=symbol).json()] == [
        "FILLED",
        "CANCELED",
    ]
    trades = futures.signed("GET", "/userTrades", symbol=symbol).json()
    assert [(each["price"][:5], each["maker"]) for each in trades] == [("60000", True)]


def test_lookups_of_open_orders_know_no_others(futures: FuturesClient) -> None:
    names = {"symbol": futures.product.symbol, "origClientOrderId": "mine"}
    futures.limit(newClientOrderId="mine")
    assert futures.signed("GET", "/openOrder", **names).json()["clientOrderId"] == "mine"

    futures.cancel("mine")

    assert error(futures.signed("GET", "/openOrder", **names)) == (400, -2013, "Order does not exist.")
    assert error(futures.find("nobody")) == (400, -2013, "Order does not exist.")


def test_an_id_is_unique_among_open_orders_of_its_product(paper: PaperClient, futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="mine")
    assert error(futures.limit(newClientOrderId="mine")) == (400, -4116, "ClientOrderId is duplicated.")

    assert paper.limit(newClientOrderId="mine").ok
    futures.cancel("mine")
    assert futures.market(newClientOrderId="mine").ok


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "STOP_MARKET", "stopPrice": "60000"}, -4120),
        ({"type": "STOP_LOSS"}, -1116),
        ({"side": "HOLD"}, -1117),
        ({"positionSide": "UP"}, -4060),
        ({"positionSide": "LONG"}, -4061),
        ({"timeInForce": "DAY"}, -1115),
        ({"newOrderRespType": "FULL"}, -1136),
        ({"newClientOrderId": "x" * 37}, -4015),
        ({"newClientOrderId": "a b"}, -1100),
        ({"priceMatch": "OPPONENT"}, -5037),
        ({"symbol": "NOPE"}, -1121),
        ({"price": "0"}, -4001),
        ({"price": "0.1"}, -4013),
        ({"price": "9000000"}, -4002),
        ({"price": "70000"}, -4016),
        ({"side": "SELL", "price": "50000"}, -4024),
        ({"price": "60000.001"}, -1111),
        ({"quantity": "0"}, -4003),
        ({"quantity": "100000000"}, -4005),
        ({"quantity": "0.0001"}, -1111),
        ({"goodTillDate": "1"}, -1106),
        ({"unknown": "1"}, -1104),
        ({"timeInForce": "GTX", "price": "65010"}, -5022),
        ({"timeInForce": "FOK"}, -5021),
        ({"reduceOnly": "true"}, -2022),
    ],
)
def test_refusals_have_their_documented_codes(futures: FuturesClient, change: dict[str, str], code: int) -> None:
    assert error(futures.limit(**change))[:2] == (400, code)
    assert futures.signed("GET", "/allOrders", symbol=futures.product.symbol).json() == []


@pytest.mark.parametrize(
    ("product", "change", "code"),
    [
        (LINEAR, {"price": "60000.05"}, -4014),
        (LINEAR, {"quantity": "0.001"}, -4164),
        (LINEAR, {"quantity": "0.4"}, -2019),
        (INVERSE, {"quantity": "13"}, -2019),
    ],
)
def test_refusals_of_one_product(paper: PaperClient, product: Product, change: dict[str, str], code: int) -> None:
    futures = FuturesClient(paper, product)
    futures.control("wallet", {"USDT": "1000"} if product is LINEAR else {"BTC": "0.001"})

    assert error(futures.limit(**change))[:2] == (400, code)


def test_market_orders_take_no_price_and_need_a_book_near_the_mark(futures: FuturesClient) -> None:
    assert error(futures.market(price="65000"))[1] == -1106
    assert error(futures.market(timeInForce="GTC"))[1] == -1106

    futures.control("books", {futures.product.symbol: {"bids": [], "asks": []}})
    assert error(futures.market()) == (400, -1112, "No orders on book for symbol.")
    futures.control("books", {futures.product.symbol: {"bids": [], "asks": [["69000", "5"]]}})
    assert error(futures.market())[1] == (-4113 if futures.product is INVERSE else -4131)


def test_an_order_is_tested_by_usdm_alone(paper: PaperClient) -> None:
    linear, inverse = FuturesClient(paper, LINEAR), FuturesClient(paper, INVERSE)
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}

    told = linear.signed("POST", "/order/test", **order).json()
    assert (told["status"], told["origQty"], told["orderId"]) == ("NEW", "0.010", 0)
    assert error(linear.signed("POST", "/order/test", **order | {"quantity": "0.001"}))[1] == -4164
    assert linear.signed("GET", "/allOrders", symbol="BTCUSDT").json() == []
    assert inverse.signed("POST", "/order/test", **order).status_code == 404


def test_all_open_orders_of_a_symbol_are_cancelled(futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="one")
    futures.limit(newClientOrderId="two")

    answer = futures.signed("DELETE", "/allOpenOrders", symbol=futures.product.symbol)

    assert answer.json() == {"code": 200, "msg": "The operation of cancel all open order is done."}
    assert futures.signed("GET", "/openOrders").json() == []


def test_a_history_is_of_less_than_a_week(futures: FuturesClient) -> None:
    week = 7 * 86_400_000
    names = {"symbol": futures.product.symbol, "startTime": 1_700_000_000_000}
    code = -4088 if futures.product is INVERSE else -4165
    for path in ("/allOrders", "/userTrades", "/allAlgoOrders"):
        assert futures.signed("GET", path, **names, endTime=1_700_000_000_000 + week - 1).json() == []
        assert error(futures.signed("GET", path, **names, endTime=1_700_000_000_000 + week))[1] == code
