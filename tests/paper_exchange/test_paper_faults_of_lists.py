"""The faults, at the endpoints that place lists, replace, amend and cancel."""

from typing import Any

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import LIST, OCO, OPO, OPOCO, OTO, OTOCO

NEW = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.02",
    "price": "61000",
    "newClientOrderId": "new",
}
REPLACEMENT = NEW | {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrigClientOrderId": "old"}
AMENDMENT = {"symbol": "BTCUSDT", "origClientOrderId": "old", "newQty": "0.005", "newClientOrderId": "old"}
TIMEOUT = {"status": 503, "code": -1007, "msg": "Timeout waiting for response from backend server."}

PLACING: dict[str, tuple[str, str, dict[str, str]]] = {
    "oco": ("POST", f"{LIST}/oco", OCO),
    "oto": ("POST", f"{LIST}/oto", OTO),
    "otoco": ("POST", f"{LIST}/otoco", OTOCO),
    "opo": ("POST", f"{LIST}/opo", OPO),
    "opoco": ("POST", f"{LIST}/opoco", OPOCO),
    "replace": ("POST", "/api/v3/order/cancelReplace", REPLACEMENT),
    "sor": ("POST", "/api/v3/sor/order", NEW),
}
CHANGING: dict[str, tuple[str, str, dict[str, str]]] = {
    "cancel": ("DELETE", "/api/v3/order", {"symbol": "BTCUSDT", "origClientOrderId": "old"}),
    "cancel all": ("DELETE", "/api/v3/openOrders", {"symbol": "BTCUSDT"}),
    "amend": ("PUT", "/api/v3/order/amend/keepPriority", AMENDMENT),
}


def orders(paper: PaperClient) -> list[tuple[Any, Any, Any]]:
    return [
        (each["clientOrderId"], each["status"], each["origQty"]) for each in paper.seen("orders") if "origQty" in each
    ]


def sent(paper: PaperClient, request: tuple[str, str, dict[str, str]]) -> None:
    method, path, parameters = request
    with pytest.raises(requests.ConnectionError):
        paper.signed(method, path, **parameters)


@pytest.mark.parametrize("request_", [*PLACING.values(), *CHANGING.values()], ids=[*PLACING, *CHANGING])
@pytest.mark.parametrize("processed", [True, False])
def test_an_answer_or_a_request_is_lost(
    paper: PaperClient, request_: tuple[str, str, dict[str, str]], processed: bool
) -> None:
    paper.limit(newClientOrderId="old")
    before = orders(paper)
    match = {"method": request_[0], "path": request_[1]}
    paper.arm("lose_answer" if processed else "lose_request", match=match)

    sent(paper, request_)

    assert (orders(paper) != before) is processed


@pytest.mark.parametrize("request_", PLACING.values(), ids=PLACING)
@pytest.mark.parametrize("fault", ["answer_after", "answer_instead"])
def test_a_timeout_hits_any_request_that_places_orders(
    paper: PaperClient, request_: tuple[str, str, dict[str, str]], fault: str
) -> None:
    paper.limit(newClientOrderId="old")
    before = orders(paper)
    paper.arm(fault, **TIMEOUT)
    assert paper.find("old").status_code == 200

    method, path, parameters = request_
    assert error(paper.signed(method, path, **parameters))[:2] == (503, -1007)
    assert (orders(paper) != before) is (fault == "answer_after")


@pytest.mark.parametrize("name", ["list", "working", "above", "below"])
def test_a_fault_is_matched_by_any_name_in_a_list(paper: PaperClient, name: str) -> None:
    paper.arm("answer_instead", **TIMEOUT, match={"client_order_id": name})

    assert paper.market(newClientOrderId="another").status_code == 200
    assert paper.signed("POST", f"{LIST}/otoco", **OTOCO).status_code == 503
    assert paper.seen("requests")[-1]["client_order_id"] == "list"


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_fault_is_matched_by_what_is_replaced_and_by_what_replaces_it(paper: PaperClient, name: str) -> None:
    paper.limit(newClientOrderId="old")
    paper.arm("answer_instead", **TIMEOUT, match={"client_order_id": name})

    assert paper.signed("POST", "/api/v3/order/cancelReplace", **REPLACEMENT).status_code == 503


def test_a_fault_is_matched_by_the_list_that_is_looked_for_or_cancelled(paper: PaperClient) -> None:
    paper.signed("POST", f"{LIST}/oco", **OCO)
    for method in ("GET", "DELETE"):
        paper.arm("answer_instead", **TIMEOUT, match={"method": method, "client_order_id": "list"})

    assert paper.find("above").status_code == 200
    assert paper.signed("GET", LIST, origClientOrderId="list").status_code == 503
    assert paper.signed("DELETE", LIST, symbol="BTCUSDT", listClientOrderId="list").status_code == 503


@pytest.mark.parametrize(("fault", "leg_found"), [("hide_order", False), ("hide_list", True)])
def test_a_hidden_list_exists_and_is_not_found_for_a_while(paper: PaperClient, fault: str, leg_found: bool) -> None:
    paper.arm(fault, seconds=60)

    assert paper.signed("POST", f"{LIST}/oco", **OCO).status_code == 200

    assert error(paper.signed("GET", LIST, origClientOrderId="list")) == (400, -2018, "Order list does not exist.")
    assert paper.signed("GET", "/api/v3/openOrderList").json() == []
    assert (paper.find("above").status_code == 200) is leg_found
    assert paper.signed("DELETE", LIST, symbol="BTCUSDT", listClientOrderId="list").status_code == 200


def test_a_new_order_of_a_replacement_can_be_hidden(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="old")
    paper.arm("hide_order", seconds=60)

    assert paper.signed("POST", "/api/v3/order/cancelReplace", **REPLACEMENT).status_code == 200

    assert error(paper.find("new"))[1] == -2013
    assert paper.find("old").json()["status"] == "CANCELED"


def test_a_list_held_up_too_long_is_refused_and_counts(paper: PaperClient) -> None:
    paper.arm("delay", seconds=0.2, before=True)

    assert error(paper.signed("POST", f"{LIST}/otoco", **OTOCO, recvWindow=100))[1] == -1021
    assert paper.seen("orders") == []
    assert paper.limit().headers["X-MBX-ORDER-COUNT-1D"] == "4"


def test_an_answer_that_is_refused_hides_nothing_that_was_there(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="old")
    paper.arm("hide_order", seconds=60)
    paper.market(quantity="0")

    assert paper.find("old").status_code == 200
