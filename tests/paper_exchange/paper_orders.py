"""Single orders as tests ask for them, of 1 BTC at a market price of 65,000."""

from typing import Any

from tests.paper_exchange.paper_client import PaperClient

ORDER = "/api/v3/order"


def order(side: str, kind: str, **parameters: object) -> dict[str, object]:
    limited = {"price": "65000", "timeInForce": "GTC"} if kind.endswith("_LIMIT") else {}
    return (
        {"symbol": "BTCUSDT", "side": side, "type": kind, "quantity": "1", "newClientOrderId": "mine"}
        | limited
        | parameters
    )


def place(paper: PaperClient, side: str, kind: str, **parameters: object) -> dict[str, Any]:
    answer = paper.signed("POST", ORDER, **{"newOrderRespType": "FULL"} | order(side, kind, **parameters))
    assert answer.status_code == 200, answer.text
    placed: dict[str, Any] = answer.json()
    return placed
