"""The plainest client of the paper Bybit that can sign a request, so that tests can send any request at all."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import requests

from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient, now_ms

WINDOW_MS = 5_000
SYMBOLS = {"spot": "BTCUSDT", "linear": "BTCUSDT", "inverse": "BTCUSD"}
SIZES = {"spot": "0.01", "linear": "0.01", "inverse": "300"}
"""About the same in each."""


class PaperBybit:
    """Sends requests of one account. Every answer comes as `retCode`, `retMsg` and `result`."""

    def __init__(self, paper: PaperClient) -> None:
        self.paper, self.url = paper, paper.url
        self.key, self.secret = KEY, SECRET
        self._session = requests.Session()
        self._ahead_ms = 0

    def close(self) -> None:
        self._session.close()

    def headers(self, payload: str, **changes: str) -> dict[str, str]:
        timestamp, window = str(now_ms() + self._ahead_ms), str(WINDOW_MS)
        signed = f"{timestamp}{self.key}{window}{payload}".encode()
        told = {
            "X-BAPI-API-KEY": self.key,
            "X-BAPI-TIMESTAMP": timestamp,
            "X-BAPI-RECV-WINDOW": window,
            "X-BAPI-SIGN": hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest(),
        }
        return told | changes

    def post(self, path: str, **parameters: object) -> requests.Response:
        body = json.dumps(parameters, separators=(",", ":"))
        return self._session.post(f"{self.url}/v5/{path}", data=body, headers=self.headers(body), timeout=10)

    def get(self, path: str, **parameters: object) -> requests.Response:
        query = urlencode(parameters)
        return self._session.get(f"{self.url}/v5/{path}?{query}", headers=self.headers(query), timeout=10)

    def public(self, path: str, **parameters: object) -> Any:
        answer = self._session.get(f"{self.url}/v5/market/{path}", params=parameters, timeout=10).json()  # type: ignore[arg-type]
        assert answer["retCode"] == 0, answer
        return answer["result"]

    def create(self, category: str = "spot", side: str = "Buy", **parameters: object) -> requests.Response:
        """A limit order at 60,000, unless said otherwise; `None` leaves a parameter out."""
        order: dict[str, object] = {
            "category": category,
            "symbol": SYMBOLS[category],
            "side": side,
            "orderType": "Limit",
            "qty": SIZES[category],
            "price": "60000",
        }
        asked = {name: value for name, value in (order | parameters).items() if value is not None}
        return self.post("order/create", **asked)

    def place(self, category: str = "spot", side: str = "Buy", **parameters: object) -> str:
        """Place an order as `create` does, and return its id."""
        return str(result(self.create(category, side, **parameters))["orderId"])

    def market(self, category: str = "spot", side: str = "Buy", **parameters: object) -> str:
        unit = {"marketUnit": "baseCoin"} if category == "spot" else {}
        return self.place(category, side, orderType="Market", price=None, **(unit | parameters))

    def listed(self, where: str, category: str = "spot", **named: object) -> Any:
        """What `realtime` or `history` lists."""
        if not {"symbol", "settleCoin", "baseCoin"} & named.keys():
            named["symbol"] = SYMBOLS[category]
        return result(self.get(f"order/{where}", category=category, **named))["list"]

    def find(self, order_id: str, category: str = "spot") -> Any:
        (found,) = self.listed("realtime", category, orderId=order_id)
        return found

    def change(self, what: str, order_id: str, category: str = "spot", **parameters: object) -> requests.Response:
        """`amend` or `cancel` an order."""
        return self.post(f"order/{what}", category=category, symbol=SYMBOLS[category], orderId=order_id, **parameters)

    def position(self, category: str = "linear", index: int = 0) -> tuple[str, str]:
        """Side and size."""
        rows = result(self.get("position/list", category=category, symbol=SYMBOLS[category]))["list"]
        return next((each["side"], each["size"]) for each in rows if each["positionIdx"] == index)

    def coin(self, coin: str) -> Any:
        rows = result(self.get("account/wallet-balance", accountType="UNIFIED", coin=coin))["list"]
        return rows[0]["coin"][0]

    def control(self, what: str, body: object) -> Any:
        return self.paper.control(f"bybit/{what}", body)

    def prices(self, category: str, price: str) -> None:
        """Move the market of the category's symbol."""
        where = "prices" if category == "spot" else f"bybit/{category}/prices"
        self.paper.control(where, {SYMBOLS[category]: price})

    def turn_clock(self, ahead_ms: int) -> None:
        """Turn the venue's clock and that of this client."""
        self.paper.control("clock", {"offset_ms": ahead_ms})
        self._ahead_ms = ahead_ms


def result(answer: requests.Response) -> Any:
    body = answer.json()
    assert (answer.status_code, body["retCode"]) == (200, 0), body
    return body["result"]


def code(answer: requests.Response) -> int:
    """The code of a refusal, which comes with HTTP 200."""
    assert answer.status_code == 200
    return int(answer.json()["retCode"])


@contextmanager
def connected_bybit(paper: PaperClient) -> Iterator[PaperBybit]:
    client = PaperBybit(paper)
    yield client
    client.close()
