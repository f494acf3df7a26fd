"""Margin accounts as tests speak to them: requests of the cross account, or with `isIsolated` of an isolated one."""

from decimal import Decimal
from typing import Any

import requests

from tests.paper_exchange.paper_client import PaperClient

MARGIN = "/sapi/v1/margin"
ISOLATED = {"isIsolated": "TRUE"}
BOTH: list[dict[str, str]] = [{}, ISOLATED]
"""For tests of what is the same in a cross and in an isolated account."""
BORROW = {"sideEffectType": "MARGIN_BUY"}


def limit(paper: PaperClient, name: str, side: str = "BUY", quantity: str = "0.1", **more: object) -> requests.Response:
    """By default a BUY that rests, for 6,000 USDT."""
    order = {"symbol": "BTCUSDT", "side": side, "type": "LIMIT", "timeInForce": "GTC", "quantity": quantity}
    price = "60000" if side == "BUY" else "70000"
    return paper.signed("POST", f"{MARGIN}/order", **(order | {"price": price, "newClientOrderId": name} | more))


def market(paper: PaperClient, side: str = "BUY", quantity: str = "0.1", **more: object) -> requests.Response:
    order = {"symbol": "BTCUSDT", "side": side, "type": "MARKET", "quantity": quantity}
    return paper.signed("POST", f"{MARGIN}/order", **(order | more))


def find(paper: PaperClient, name: str, **more: object) -> requests.Response:
    return paper.signed("GET", f"{MARGIN}/order", symbol="BTCUSDT", origClientOrderId=name, **more)


def cancel(paper: PaperClient, name: str, **more: object) -> requests.Response:
    return paper.signed("DELETE", f"{MARGIN}/order", symbol="BTCUSDT", origClientOrderId=name, **more)


def get(paper: PaperClient, path: str, **parameters: object) -> Any:
    answer = paper.signed("GET", f"{MARGIN}/{path}", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def balance(paper: PaperClient, asset: str, flags: dict[str, str]) -> Any:
    """Free, locked and owed as Decimals, of the cross account or of the isolated one of BTCUSDT."""
    if flags:
        pair = get(paper, "isolated/account", symbols="BTCUSDT")["assets"][0]
        held = [pair["baseAsset"], pair["quoteAsset"]]
    else:
        held = get(paper, "account")["userAssets"]
    found = next((each for each in held if each["asset"] == asset), None)
    assert found is not None, f"no {asset} in {held}"
    return Decimal(found["free"]), Decimal(found["locked"]), Decimal(found["borrowed"])


def only(paper: PaperClient, **free: str) -> None:
    """Leave the cross account and that of BTCUSDT nothing but this."""
    none = {"USDT": "0", "BTC": "0", "ETH": "0"}
    paper.control("margin", {"cross": none | free, "BTCUSDT": none | free})
