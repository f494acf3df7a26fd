"""Order lists as tests ask for them, of 1 BTC at a market price of 65,000, and how they stand."""

from typing import Any

from tests.paper_exchange.paper_client import PaperClient

LIST = "/api/v3/orderList"

WORKING = {
    "symbol": "BTCUSDT",
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingTimeInForce": "GTC",
    "workingPrice": "60000",
    "workingQuantity": "1",
    "workingClientOrderId": "working",
}
FILLED_AT_ONCE = {"workingPrice": "66000"}
PENDING = {
    "pendingType": "LIMIT",
    "pendingSide": "SELL",
    "pendingTimeInForce": "GTC",
    "pendingPrice": "70000",
    "pendingClientOrderId": "pending",
}
PENDING_PAIR = {
    "pendingSide": "SELL",
    "pendingAboveType": "LIMIT_MAKER",
    "pendingAbovePrice": "70000",
    "pendingAboveClientOrderId": "above",
    "pendingBelowType": "STOP_LOSS",
    "pendingBelowStopPrice": "59000",
    "pendingBelowClientOrderId": "below",
}
NAME = {"listClientOrderId": "list"}

OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "70000",
    "aboveClientOrderId": "above",
    "belowType": "STOP_LOSS_LIMIT",
    "belowStopPrice": "60000",
    "belowPrice": "59000",
    "belowTimeInForce": "GTC",
    "belowClientOrderId": "below",
    **NAME,
}
BUY_OCO = OCO | {
    "side": "BUY",
    "aboveType": "STOP_LOSS",
    "aboveStopPrice": "70000",
    "belowType": "LIMIT_MAKER",
    "belowPrice": "60000",
}
for absent in ("abovePrice", "belowStopPrice", "belowTimeInForce"):
    del BUY_OCO[absent]
OTO = WORKING | PENDING | {"pendingQuantity": "1"} | NAME
OTOCO = WORKING | PENDING_PAIR | {"pendingQuantity": "1"} | NAME
OPO = WORKING | PENDING | NAME
OPOCO = WORKING | PENDING_PAIR | NAME


def place(paper: PaperClient, kind: str, **parameters: object) -> dict[str, Any]:
    answer = paper.signed("POST", f"{LIST}/{kind}", **parameters)
    assert answer.status_code == 200, answer.text
    placed: dict[str, Any] = answer.json()
    return placed


def move(paper: PaperClient, price: str) -> None:
    paper.control("prices", {"BTCUSDT": price})


def statuses(paper: PaperClient) -> dict[str, str]:
    """With the reason of those that expired."""
    return {
        order["clientOrderId"]: " ".join(
            [order["status"], *([order["expiryReason"]] if "expiryReason" in order else [])]
        )
        for order in paper.seen("orders")
    }


def state(paper: PaperClient) -> str:
    answer = paper.signed("GET", LIST, origClientOrderId="list")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["listOrderStatus"]
    return found
