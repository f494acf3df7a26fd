"""Each fault, as a client on the other end of the connection feels it."""

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error, now_ms


def placed(paper: PaperClient) -> int:
    return len(paper.seen("orders"))


@pytest.mark.parametrize(
    ("fault", "parameters", "symptom", "orders"),
    [
        ("lose_answer", {}, "RemoteDisconnected", 1),
        ("lose_request", {}, "RemoteDisconnected", 0),
        ("reset", {}, "ConnectionResetError", 0),
        ("reset", {"after": True}, "ConnectionResetError", 1),
    ],
    ids=["lose_answer", "lose_request", "reset", "reset after"],
)
def test_a_cut_connection(
    paper: PaperClient, fault: str, parameters: dict[str, object], symptom: str, orders: int
) -> None:
    paper.arm(fault, **parameters)

    with pytest.raises(requests.ConnectionError, match=symptom):
        paper.market()

    assert placed(paper) == orders
    last = paper.seen("requests")[-1]
    assert (last["fault"], last["status"]) == (fault, None)
    assert paper.market().status_code == 200


@pytest.mark.parametrize(("fault", "orders"), [("answer_instead", 0), ("answer_after", 1)])
def test_another_answer(paper: PaperClient, fault: str, orders: int) -> None:
    text = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    paper.arm(fault, status=503, code=-1007, msg=text, headers={"X-Extra": "1"})

    answer = paper.market()

    assert error(answer) == (503, -1007, text)
    assert answer.headers["X-Extra"] == "1"
    assert placed(paper) == orders
    assert paper.seen("requests")[-1]["status"] == 503


def test_an_answer_that_is_not_json(paper: PaperClient) -> None:
    paper.arm("answer_instead", status=403, body="<html>blocked</html>")

    answer = paper.market()

    assert (answer.status_code, answer.text) == (403, "<html>blocked</html>")


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [("rate_limit", 429, "Too much request weight used"), ("ban", 418, "Way too much request weight used; IP banned")],
)
def test_being_turned_away(paper: PaperClient, fault: str, status: int, text: str) -> None:
    paper.arm(fault, seconds=7)

    answer = paper.market()

    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (status, "7", -1003)
    assert answer.json()["msg"].startswith(text)
    assert placed(paper) == 0


def test_a_slow_answer_comes_after_the_order_was_placed(paper: PaperClient) -> None:
    paper.arm("delay", seconds=0.2)

    order = paper.market().json()

    assert order["status"] == "FILLED"
    assert now_ms() - order["transactTime"] >= 200


def test_a_request_held_up_too_long_is_refused_before_the_matching_engine(paper: PaperClient) -> None:
    paper.arm("delay", seconds=0.2, before=True)

    refused = paper.market(recvWindow=100)

    assert error(refused) == (400, -1021, "Timestamp for this request is outside of the recvWindow.")
    assert placed(paper) == 0


def test_a_hidden_order_exists_and_is_not_found_for_a_while(paper: PaperClient) -> None:
    paper.arm("hide_order", seconds=60)

    assert paper.limit(newClientOrderId="hidden").json()["status"] == "NEW"

    assert placed(paper) == 1
    assert error(paper.find("hidden")) == (400, -2013, "Order does not exist.")
    for path in ("openOrders", "allOrders", "myTrades"):
        assert paper.signed("GET", f"/api/v3/{path}", symbol="BTCUSDT").json() == []
    paper.control("clock", {"offset_ms": 60_001})
    later = paper.public("/api/v3/time").json()["serverTime"]
    found = paper.signed("GET", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="hidden", timestamp=later)
    assert found.json()["status"] == "NEW"


def test_any_fault_may_hide_the_order_as_well(paper: PaperClient) -> None:
    paper.arm("lose_answer", hide_seconds=60)

    with pytest.raises(requests.ConnectionError):
        paper.market(newClientOrderId="lost")

    assert placed(paper) == 1
    assert error(paper.find("lost"))[1] == -2013


def test_a_hidden_order_can_be_cancelled(paper: PaperClient) -> None:
    paper.arm("hide_order", seconds=60)
    paper.limit(newClientOrderId="hidden")

    assert paper.cancel("hidden").json()["status"] == "CANCELED"


def test_a_fault_hits_as_many_requests_as_it_is_armed_for(paper: PaperClient) -> None:
    paper.arm("answer_instead", count=2, status=500, code=-1000, msg="")

    assert [paper.market().status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_hits_new_orders_unless_it_says_otherwise(paper: PaperClient) -> None:
    paper.arm("answer_instead", status=500, code=-1000, msg="")

    assert paper.public("/api/v3/time").status_code == 200
    assert paper.find("any").status_code == 400
    assert paper.market().status_code == 500


@pytest.mark.parametrize(
    ("match", "statuses"),
    [
        ({"client_order_id": "b"}, [200, 500, 200, 200]),
        ({"symbol": "ETHUSDT"}, [200, 200, 500, 200]),
        ({"symbol": "ETHUSDT", "client_order_id": "b"}, [200, 200, 200, 200]),
        ({"path": "/api/v3/order"}, [500, 200, 200, 400]),
        ({"path": "/api/v3/order", "method": "GET"}, [200, 200, 200, 500]),
        ({"method": "GET", "client_order_id": "a"}, [200, 200, 200, 500]),
    ],
)
def test_a_fault_hits_only_requests_with_all_its_traits(
    paper: PaperClient, match: dict[str, str], statuses: list[int]
) -> None:
    paper.arm("answer_instead", status=500, code=-1000, msg="", match=match)

    answers = [
        paper.market(newClientOrderId="a"),
        paper.market(newClientOrderId="b"),
        paper.market(symbol="ETHUSDT", newClientOrderId="a"),
        paper.find("a"),
    ]

    assert [answer.status_code for answer in answers] == statuses


def test_armed_faults_are_listed_and_cleared(paper: PaperClient) -> None:
    paper.arm("lose_answer", count=3)
    assert [(fault["fault"], fault["count"]) for fault in paper.seen("faults")] == [("lose_answer", 3)]

    assert requests.delete(f"{paper.url}/control/faults", timeout=5).json() == []
    assert paper.market().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"fault": "earthquake"},
        {"fault": "delay"},
        {"fault": "lose_answer", "count": 0},
        {"fault": "lose_answer", "secs": 1},
        {"fault": "lose_answer", "match": {"colour": "red"}},
        {},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(paper: PaperClient, body: dict[str, object]) -> None:
    answer = requests.post(f"{paper.url}/control/faults", json=body, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert paper.seen("faults") == []
