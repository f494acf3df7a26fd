"""How much may be asked of margin's endpoints, each with a limit of its own; and Spot's faults on their paths."""

from typing import Any

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error, now_ms
from tests.paper_exchange.paper_margin import BORROW, BOTH, ISOLATED, MARGIN, balance, find, get, limit, market

IP, UID = "X-SAPI-USED-IP-WEIGHT-1M", "X-SAPI-USED-UID-WEIGHT-1M"
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def minute(paper: PaperClient) -> int:
    """Begins with the test, so that no window ends in the middle of it; how far the clock was turned for it."""
    ahead_ms = MINUTE_MS - now_ms() % MINUTE_MS
    paper.turn_clock(ahead_ms)
    return ahead_ms


def used(answer: requests.Response) -> dict[str, int]:
    return {name.upper(): int(value) for name, value in answer.headers.items() if name.upper() in (IP, UID)}


def unlimited(paper: PaperClient) -> None:
    """Let the order count out of the way of the weights."""
    paper.control("limits", {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 10_000})


@pytest.mark.parametrize(
    ("method", "path", "parameters", "name", "weight"),
    [
        ("GET", "order", {"symbol": "BTCUSDT", "orderId": 1}, IP, 10),
        ("GET", "openOrders", {}, IP, 10),
        ("GET", "allOrders", {"symbol": "BTCUSDT"}, IP, 200),
        ("GET", "myTrades", {"symbol": "BTCUSDT"}, IP, 10),
        ("GET", "allOrderList", {}, IP, 200),
        ("GET", "rateLimit/order", {}, IP, 20),
        ("GET", "account", {}, IP, 10),
        ("GET", "isolated/account", {}, IP, 10),
        ("GET", "maxBorrowable", {"asset": "BTC"}, IP, 50),
        ("GET", "allPairs", {}, IP, 1),
        ("DELETE", "order", {"symbol": "BTCUSDT", "orderId": 1}, IP, 10),
        ("DELETE", "openOrders", {"symbol": "BTCUSDT"}, IP, 1),
        ("DELETE", "orderList", {"symbol": "BTCUSDT", "orderListId": 1}, UID, 1),
    ],
)
def test_each_endpoint_weighs_on_its_own_limit(
    paper: PaperClient, method: str, path: str, parameters: dict[str, Any], name: str, weight: int
) -> None:
    limit(paper, "mine")
    for times in (1, 2):
        answer = paper.signed(method, f"{MARGIN}/{path}", **parameters)
        assert used(answer) == {name: times * weight}, "refused or not"


def test_placing_weighs_on_the_account_and_more_if_it_may_borrow(paper: PaperClient) -> None:
    assert used(limit(paper, "one")) == {UID: 6}
    assert used(limit(paper, "two", **ISOLATED)) == {UID: 12}
    assert used(limit(paper, "three", **BORROW)) == {UID: 1_512}
    paper.key, paper.secret = "paper-key-2", "paper-secret-2"
    assert used(limit(paper, "four", sideEffectType="AUTO_BORROW_REPAY")) == {UID: 3_012}
    paper.control("accounts", {"paper-key-2": 222})
    assert used(limit(paper, "five")) == {UID: 6}


def test_an_account_may_place_120_orders_a_minute_that_borrow(paper: PaperClient, minute: int) -> None:
    unlimited(paper)
    answers = [market(paper, quantity="0.0001", **BORROW) for _ in range(121)]

    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert error(answers[-1])[:2] == (429, -1003)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert find(paper, "none").status_code == 400, "other endpoints have limits of their own"
    paper.turn_clock(minute + MINUTE_MS)
    assert market(paper, quantity="0.0001", **BORROW).status_code == 200


def test_an_address_that_goes_on_is_banned(paper: PaperClient) -> None:
    asked = {"symbol": "BTCUSDT"}
    statuses = [paper.signed("GET", f"{MARGIN}/allOrders", **asked).status_code for _ in range(75)]

    assert (statuses[59], statuses[60], statuses[-1]) == (200, 429, 418)
    assert find(paper, "mine").status_code == 418, "at all of margin's endpoints that count by address"
    assert limit(paper, "mine").status_code == 200


@pytest.mark.parametrize("flags", BOTH)
def test_too_many_orders_are_refused_without_retry_after(paper: PaperClient, flags: dict[str, str]) -> None:
    paper.control("limits", {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 1})
    first = limit(paper, "one", **flags)
    refused = limit(paper, "two", **flags)

    assert first.headers["X-MBX-ORDER-COUNT-10S"] == "1"
    assert error(refused)[:2] == (429, -1015)
    assert "Retry-After" not in refused.headers
    assert limit(paper, "mine", **({} if flags else ISOLATED)).status_code == 200, "each account has its own count"


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize("fault", ["lose_answer", "reset"])
def test_an_order_whose_answer_is_lost_stands_and_so_does_its_loan(
    paper: PaperClient, flags: dict[str, str], fault: str
) -> None:
    paper.arm(fault, **({"after": True} if fault == "reset" else {}))

    with pytest.raises(requests.ConnectionError):
        market(paper, quantity="2", newClientOrderId="lost", **BORROW, **flags)

    assert find(paper, "lost", **flags).json()["status"] == "FILLED"
    assert balance(paper, "USDT", flags)[2] > 0


@pytest.mark.parametrize("flags", BOTH)
def test_a_lost_request_never_arrives(paper: PaperClient, flags: dict[str, str]) -> None:
    paper.arm("lose_request", match={"client_order_id": "lost"})

    with pytest.raises(requests.ConnectionError):
        limit(paper, "lost", **flags)

    assert error(find(paper, "lost", **flags))[1] == -2013


@pytest.mark.parametrize("flags", BOTH)
def test_an_order_can_be_hidden_for_a_while(paper: PaperClient, minute: int, flags: dict[str, str]) -> None:
    paper.arm("hide_order", seconds=30)
    limit(paper, "late", **flags)

    assert error(find(paper, "late", **flags))[1] == -2013
    assert get(paper, "openOrders", symbol="BTCUSDT", **flags) == []
    paper.turn_clock(minute + 30_000)
    assert find(paper, "late", **flags).json()["status"] == "NEW"


def test_a_list_alone_can_be_hidden(paper: PaperClient) -> None:
    paper.arm("hide_list", seconds=30)
    oco = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.1", "price": "70000", "stopPrice": "60000", **ISOLATED}
    paper.signed("POST", f"{MARGIN}/order/oco", **oco, listClientOrderId="late", limitClientOrderId="limit")

    missed = paper.signed("GET", f"{MARGIN}/orderList", symbol="BTCUSDT", origClientOrderId="late", **ISOLATED)
    assert error(missed)[1] == -2018
    assert find(paper, "limit", **ISOLATED).json()["status"] == "NEW"


def test_answers_can_be_put_in_place_of_margins_own(paper: PaperClient) -> None:
    pending = {"status": 400, "code": -3007, "msg": "You have pending transaction, please try again later.."}
    paper.arm("answer_instead", match={"path": f"{MARGIN}/order", "method": "POST"}, **pending)
    assert error(limit(paper, "mine")) == (400, -3007, pending["msg"])
    assert error(find(paper, "mine"))[1] == -2013
    paper.arm("answer_after", **pending)
    assert error(limit(paper, "mine")) == (400, -3007, pending["msg"])
    assert find(paper, "mine").json()["status"] == "NEW"


@pytest.mark.parametrize(("fault", "status"), [("rate_limit", 429), ("ban", 418)])
def test_a_refusal_for_too_much_can_be_armed(paper: PaperClient, fault: str, status: int) -> None:
    paper.arm(fault, seconds=7)

    answer = limit(paper, "mine")

    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")


def test_a_request_held_up_too_long_is_refused_before_it_trades_and_counts(paper: PaperClient) -> None:
    paper.arm("delay", seconds=0.05, before=True)

    assert error(limit(paper, "late", recvWindow=10))[1] == -1021
    assert error(find(paper, "late"))[1] == -2013
    assert limit(paper, "mine").headers["X-MBX-ORDER-COUNT-10S"] == "2"


def test_the_log_tells_margins_requests(paper: PaperClient) -> None:
    limit(paper, "mine", **ISOLATED)

    (row,) = paper.seen("requests")
    assert (row["path"], row["symbol"], row["client_order_id"]) == (f"{MARGIN}/order", "BTCUSDT", "mine")


def test_a_key_that_may_not_trade_is_refused(paper: PaperClient) -> None:
    paper.control("restrictions", {"enableSpotAndMarginTrading": False})

    assert error(limit(paper, "mine"))[1] == -2015
    assert error(find(paper, "mine"))[1] == -2013
