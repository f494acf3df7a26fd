"""Request weight, order counts, 429 and 418."""

from decimal import Decimal

import pytest

from paper_exchange.engine.book import Book, Level
from paper_exchange.engine.orders import NewOrder, Order
from paper_exchange.enums import OrderType, Side, TimeInForce
from paper_exchange.exchange import Exchange
from tests.paper_exchange.paper_client import PaperClient, error

WEIGHT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1}
ORDERS = {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10}
TOO_MUCH = (
    "Too much request weight used; current limit is 30 request weight per 1 MINUTE. "
    "Please use WebSocket Streams for live updates to avoid polling the API."
)


def at_the_start_of_a_minute(paper: PaperClient, *, later_ms: int = 0) -> None:
    """Turn the exchange's clock to where windows begin, so that none ends in the middle of a test."""
    now = paper.control("clock", {"offset_ms": 0})["serverTime"]
    paper.control("clock", {"offset_ms": -(now % 60_000) + 86_400_000 + later_ms})


def timestamp(paper: PaperClient) -> int:
    answer: int = paper.public("/api/v3/time").json()["serverTime"]
    return answer


@pytest.mark.parametrize(
    ("path", "parameters", "weight"),
    [
        ("/api/v3/ping", {}, 1),
        ("/api/v3/time", {}, 1),
        ("/api/v3/exchangeInfo", {"symbol": "BTCUSDT"}, 20),
        ("/api/v3/avgPrice", {"symbol": "BTCUSDT"}, 2),
        ("/api/v3/referencePrice", {"symbol": "BTCUSDT"}, 2),
        ("/api/v3/ticker/price", {"symbol": "BTCUSDT"}, 2),
        ("/api/v3/ticker/price", {}, 4),
        ("/api/v3/depth", {"symbol": "BTCUSDT"}, 5),
        ("/api/v3/depth", {"symbol": "BTCUSDT", "limit": 101}, 25),
        ("/api/v3/depth", {"symbol": "BTCUSDT", "limit": 1000}, 50),
        ("/api/v3/depth", {"symbol": "BTCUSDT", "limit": 5000}, 250),
    ],
)
def test_public_endpoints_weigh_what_is_documented(
    paper: PaperClient, path: str, parameters: dict[str, object], weight: int
) -> None:
    assert paper.public(path, **parameters).headers["X-MBX-USED-WEIGHT-1M"] == str(weight)


@pytest.mark.parametrize(
    ("method", "path", "parameters", "weight"),
    [
        ("GET", "/api/v3/openOrders", {"symbol": "BTCUSDT"}, 6),
        ("GET", "/api/v3/openOrders", {}, 80),
        ("GET", "/api/v3/allOrders", {"symbol": "BTCUSDT"}, 20),
        ("GET", "/api/v3/myTrades", {"symbol": "BTCUSDT"}, 20),
        ("GET", "/api/v3/myTrades", {"symbol": "BTCUSDT", "orderId": 1}, 5),
        ("GET", "/api/v3/account", {}, 20),
        ("GET", "/api/v3/rateLimit/order", {}, 40),
        ("GET", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": 1}, 4),
        ("GET", "/api/v3/order/amendments", {"symbol": "BTCUSDT", "orderId": 1}, 4),
        ("GET", "/api/v3/orderList", {"orderListId": 0}, 4),
        ("GET", "/api/v3/openOrderList", {}, 6),
        ("GET", "/api/v3/allOrderList", {}, 20),
        ("GET", "/api/v3/myFilters", {"symbol": "BTCUSDT"}, 40),
        ("PUT", "/api/v3/order/amend/keepPriority", {"symbol": "BTCUSDT", "orderId": 1, "newQty": "1"}, 4),
        ("POST", "/api/v3/sor/order/test", {"symbol": "BTCUSDT", "computeCommissionRates": "true"}, 20),
        ("POST", "/api/v3/orderList/otoco", {"symbol": "BTCUSDT"}, 1),
        ("POST", "/api/v3/order/cancelReplace", {"symbol": "BTCUSDT"}, 1),
        ("DELETE", "/api/v3/openOrders", {"symbol": "BTCUSDT"}, 1),
        ("DELETE", "/api/v3/orderList", {"symbol": "BTCUSDT", "orderListId": 0}, 1),
        ("POST", "/api/v3/order/test", {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}, 1),
    ],
)
def test_signed_endpoints_weigh_what_is_documented(
    paper: PaperClient, method: str, path: str, parameters: dict[str, object], weight: int
) -> None:
    assert paper.signed(method, path, **parameters).headers["X-MBX-USED-WEIGHT-1M"] == str(weight)


def test_placing_and_cancelling_weigh_nothing_unless_refused(paper: PaperClient) -> None:
    used = [
        answer.headers["X-MBX-USED-WEIGHT-1M"]
        for answer in (paper.limit(newClientOrderId="a"), paper.cancel("a"), paper.market(), paper.cancel("a"))
    ]
    assert used == ["0", "0", "0", "1"]


def test_too_much_weight_is_429_until_the_minute_is_over(paper: PaperClient) -> None:
    at_the_start_of_a_minute(paper)
    paper.control("limits", {**WEIGHT, "limit": 30})
    paper.public("/api/v3/exchangeInfo")

    refused = paper.public("/api/v3/exchangeInfo")

    assert error(refused) == (429, -1003, TOO_MUCH)
    assert 50 <= int(refused.headers["Retry-After"]) <= 60
    at_the_start_of_a_minute(paper, later_ms=60_000)
    assert paper.public("/api/v3/exchangeInfo").status_code == 200


def test_who_goes_on_after_429_is_banned_for_longer_each_time(paper: PaperClient) -> None:
    at_the_start_of_a_minute(paper)
    paper.control("limits", {**WEIGHT, "limit": 30})

    def statuses(requests: int) -> set[int]:
        return {paper.public("/api/v3/exchangeInfo").status_code for _ in range(requests)}

    assert statuses(1) == {200}
    assert statuses(10) == {429}
    banned = paper.public("/api/v3/time")
    assert (banned.status_code, banned.headers["Retry-After"]) == (418, "120")
    assert banned.json()["msg"].startswith("Way too much request weight used; IP banned until ")
    assert paper.market().status_code == 418

    at_the_start_of_a_minute(paper, later_ms=180_000)
    assert statuses(1) == {200}
    assert statuses(10) == {429}
    assert paper.public("/api/v3/time").headers["Retry-After"] == "240"


def test_an_answer_to_an_order_counts_unfilled_orders(paper: PaperClient) -> None:
    at_the_start_of_a_minute(paper)

    def counted(price: str) -> tuple[str, str]:
        headers = paper.limit(price=price, timestamp=timestamp(paper)).headers
        return headers["X-MBX-ORDER-COUNT-10S"], headers["X-MBX-ORDER-COUNT-1D"]

    assert [counted("60000"), counted("60000")] == [("1", "1"), ("2", "2")]
    assert counted("66000") == ("2", "2"), "an order that fills gives its count back"
    assert "X-MBX-ORDER-COUNT-10S" not in paper.public("/api/v3/time").headers

    paper.control("prices", {"BTCUSDT": "59999"})
    usage = paper.signed("GET", "/api/v3/rateLimit/order", timestamp=timestamp(paper)).json()
    assert [(each["interval"], each["limit"], each["count"]) for each in usage] == [
        ("SECOND", 50, 0),
        ("DAY", 160_000, 0),
    ]


class OrderCount:
    """The examples of faqs/order_count_decrement.md, at an instant that never passes."""

    def __init__(self) -> None:
        self.exchange = Exchange(clock=lambda: 0)
        self.exchange.set_book("BTCUSDT", Book([], []))

    def place(self, price: int, time_in_force: TimeInForce = TimeInForce.GTC) -> Order:
        return self.exchange.place(
            NewOrder(
                symbol="BTCUSDT",
                side=Side.BUY,
                type=OrderType.LIMIT,
                quantity=Decimal(1),
                price=Decimal(price),
                time_in_force=time_in_force,
            )
        )

    def offer(self, price: int, quantity: str) -> None:
        """Fills what rests at `price` or above."""
        self.exchange.set_book("BTCUSDT", Book([], [Level(Decimal(price), Decimal(quantity))]))
        self.exchange.set_book("BTCUSDT", Book([], []))

    @property
    def count(self) -> int:
        return self.exchange.unfilled.counts(0)[0][1]


def test_the_documented_example_of_a_maker() -> None:
    orders = OrderCount()
    for price in (60_005, 60_004, 60_003, 60_002, 60_001):
        orders.place(price)
    assert orders.count == 5

    orders.offer(60_005, "0.5")
    assert orders.count == 0, "order A's first fill, as maker, gives back five"
    orders.place(50_000)
    orders.place(50_000)
    orders.offer(60_005, "0.5")
    assert orders.count == 2, "order A's later fills give back nothing"
    orders.offer(60_004, "0.5")
    assert orders.count == 0


def test_the_documented_example_of_cancelled_and_expired_orders() -> None:
    orders = OrderCount()
    orders.exchange.cancel(orders.place(60_000))
    assert orders.count == 1
    orders.place(60_000)
    orders.exchange.set_book("BTCUSDT", Book([], [Level(Decimal(61_000), Decimal(9))]))
    orders.place(62_000, TimeInForce.FOK)
    assert orders.count == 2, "a fill as taker gives back one"
    orders.exchange.cancel(orders.place(50_000))
    orders.place(50_000, TimeInForce.FOK)
    assert orders.count == 4


def test_too_many_unfilled_orders_are_429_until_the_window_is_over(paper: PaperClient) -> None:
    at_the_start_of_a_minute(paper)
    paper.control("limits", [{**ORDERS, "limit": 2}])
    for _ in range(2):
        assert paper.limit(timestamp=timestamp(paper)).status_code == 200

    refused = paper.limit(timestamp=timestamp(paper))

    assert error(refused) == (429, -1015, "Too many new orders; current limit is 2 orders per 10 SECOND.")
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    at_the_start_of_a_minute(paper, later_ms=10_000)
    assert paper.limit(timestamp=timestamp(paper)).status_code == 200


def test_the_number_of_requests_has_a_limit_too(paper: PaperClient) -> None:
    at_the_start_of_a_minute(paper)
    paper.control("limits", {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 3})

    assert [paper.public("/api/v3/ping").status_code for _ in range(4)] == [200, 200, 200, 429]
