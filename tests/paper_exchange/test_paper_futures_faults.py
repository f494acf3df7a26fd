"""Each fault on the paths of futures, algo orders included, and the limits that both products share."""

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_futures import INVERSE, LINEAR, PRODUCTS, FuturesClient

STOP = {"triggerPrice": "60000", "clientAlgoId": "stop"}
TOO_LATE = "Timestamp for this request is outside of the recvWindow."
TOO_LATE_INSIDE = "Timestamp for this request is outside of the ME recvWindow."


@pytest.fixture(params=PRODUCTS, ids=lambda product: product.kind)
def futures(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, request.param)


@pytest.mark.parametrize(("fault", "placed"), [("lose_answer", 1), ("lose_request", 0), ("reset", 0)])
def test_a_cut_connection(paper: PaperClient, futures: FuturesClient, fault: str, placed: int) -> None:
    paper.arm(fault, count=2)

    with pytest.raises(requests.ConnectionError):
        futures.market(newClientOrderId="lost")
    with pytest.raises(requests.ConnectionError):
        futures.conditional("SELL", "STOP_MARKET", **STOP)

    assert (len(futures.seen("orders")), len(futures.seen("conditionals"))) == (placed, placed)
    assert futures.find("lost").ok is bool(placed)
    assert futures.signed("GET", "/algoOrder", clientAlgoId="stop").ok is bool(placed)


def test_faults_are_matched_by_either_kind_of_id(paper: PaperClient, futures: FuturesClient) -> None:
    paper.arm("answer_instead", status=503, body="Service Unavailable.", match={"client_order_id": "stop"})

    assert futures.limit(newClientOrderId="other").ok
    assert futures.conditional("SELL", "STOP_MARKET", **STOP).status_code == 503
    assert [row["client_order_id"] for row in paper.seen("requests")] == ["other", "stop"]


def test_a_modification_is_no_placing(paper: PaperClient, futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="mine")
    paper.arm("lose_request")
    change = {"side": "BUY", "price": "61000", "quantity": futures.product.quantity}

    names = {"symbol": futures.product.symbol, "origClientOrderId": "mine"}
    assert futures.signed("PUT", "/order", **names, **change).ok
    with pytest.raises(requests.ConnectionError):
        futures.market()


@pytest.mark.parametrize(
    "text",
    [
        "Unknown error, please check your request or try again later.",
        "Service Unavailable.",
        "Internal error; unable to process your request. Please try again.",
    ],
)
def test_any_of_the_documented_503_texts_can_be_answered(paper: PaperClient, futures: FuturesClient, text: str) -> None:
    paper.arm("answer_after", status=503, code=-1000, msg=text)

    assert error(futures.market()) == (503, -1000, text)
    assert len(futures.seen("orders")) == 1


def test_a_late_request_is_refused_on_arrival_or_by_the_engine(paper: PaperClient, futures: FuturesClient) -> None:
    assert error(futures.market(timestamp=1_700_000_000_000)) == (400, -1021, TOO_LATE)
    code = -4188 if futures.product is INVERSE else -5028
    paper.arm("delay", seconds=0.2, before=True, match={"path": f"{futures.product.prefix}/v1/order"}, count=2)

    assert error(futures.market(recvWindow=100)) == (400, code, TOO_LATE_INSIDE)
    assert error(futures.signed("DELETE", "/order", symbol="X", orderId=1, recvWindow=100))[1] == code
    assert futures.seen("orders") == []


def test_a_conditional_order_is_checked_on_arrival_alone(paper: PaperClient, futures: FuturesClient) -> None:
    paper.arm("delay", seconds=0.2, before=True)

    assert futures.conditional("SELL", "STOP_MARKET", **STOP, recvWindow=100).ok


def test_hidden_orders_exist_and_are_not_found_for_a_while(paper: PaperClient, futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    paper.arm("hide_order", seconds=60, count=2)

    assert futures.limit(newClientOrderId="hidden").ok
    assert futures.conditional("SELL", "STOP_MARKET", **STOP).ok

    assert (len(futures.seen("orders")), len(futures.seen("conditionals"))) == (1, 1)
    assert error(futures.find("hidden"))[1] == -2013
    assert error(futures.signed("GET", "/algoOrder", clientAlgoId="stop"))[1] == -2013
    for path in ("openOrders", "allOrders", "userTrades", "openAlgoOrders", "allAlgoOrders"):
        assert futures.signed("GET", f"/{path}", symbol=symbol).json() == []
    paper.control("clock", {"offset_ms": 60_001})
    later = futures.public("/time")["serverTime"]
    found = futures.signed("GET", "/algoOrder", clientAlgoId="stop", timestamp=later)
    assert found.json()["algoStatus"] == "NEW"


def test_being_turned_away(paper: PaperClient, futures: FuturesClient) -> None:
    paper.arm("rate_limit", seconds=7)
    paper.arm("ban", seconds=120)

    limited, banned = futures.market(), futures.market()

    assert (limited.status_code, limited.json()["code"], limited.headers["Retry-After"]) == (429, -1003, "7")
    assert (banned.status_code, banned.json()["code"], banned.headers["Retry-After"]) == (418, -1003, "120")


def test_both_products_count_in_one_pool(paper: PaperClient) -> None:
    linear, inverse = FuturesClient(paper, LINEAR), FuturesClient(paper, INVERSE)
    linear.market()
    placed = inverse.market()
    assert [placed.headers[f"X-MBX-ORDER-COUNT-{window}"] for window in ("10S", "1M")] == ["2", "2"]
    assert placed.headers["X-MBX-USED-WEIGHT-1M"] == "0"
    linear.signed("GET", "/openOrders")

    weighed = inverse.find("any")

    assert weighed.headers["X-MBX-USED-WEIGHT-1M"] == "41"
    assert paper.market().headers["X-MBX-USED-WEIGHT-1M"] == "0", "spot has a pool of its own"


def test_too_many_orders_are_refused_without_saying_for_how_long(paper: PaperClient, futures: FuturesClient) -> None:
    limit = {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1}
    paper.control("futures/limits", limit)
    futures.market()

    refused = futures.market()

    assert error(refused) == (429, -1015, "Too many new orders; current limit is 1 orders per 1 MINUTE.")
    assert "Retry-After" not in refused.headers
    assert error(futures.conditional("SELL", "STOP_MARKET", **STOP))[1] == -1015


def test_a_modification_counts_as_an_order(paper: PaperClient, futures: FuturesClient) -> None:
    futures.limit(newClientOrderId="mine")
    change = {"side": "BUY", "price": "61000", "quantity": futures.product.quantity}

    modified = futures.signed("PUT", "/order", symbol=futures.product.symbol, origClientOrderId="mine", **change)

    assert modified.headers["X-MBX-ORDER-COUNT-1M"] == "2"


def test_a_triggered_order_was_counted_when_it_was_placed(futures: FuturesClient) -> None:
    futures.conditional("SELL", "STOP_MARKET", **STOP)
    futures.move("60000")

    assert futures.market().headers["X-MBX-ORDER-COUNT-1M"] == "2"


def test_too_much_weight_is_refused(paper: PaperClient, futures: FuturesClient) -> None:
    limit = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2}
    paper.control("futures/limits", limit)

    codes = [futures.find("any").json()["code"] for _ in range(3)]

    assert codes == [-2013, -2013, -1003]


@pytest.mark.parametrize("prefix", ["/fapi", "/dapi"])
def test_a_key_needs_its_permission_and_its_signature(paper: PaperClient, prefix: str) -> None:
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
    paper.control("restrictions", {"enableFutures": False})
    assert error(paper.signed("POST", f"{prefix}/v1/order", **order))[:2] == (401, -2015)
    paper.control("restrictions", {"enableFutures": True})

    paper.secret = "wrong"
    assert error(paper.signed("POST", f"{prefix}/v1/order", **order))[:2] == (400, -1022)
    paper.key = "unknown"
    assert error(paper.signed("POST", f"{prefix}/v1/order", **order))[:2] == (401, -2015)
