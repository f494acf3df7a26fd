"""The plainest client of the paper exchange that can sign a request, so that tests can send any request at all."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import requests

KEY = "paper-key"
SECRET = "paper-secret"
SECOND_KEY, SECOND_SECRET = "paper-key-2", "paper-secret-2"


def sign(payload: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class PaperClient:
    def __init__(self, url: str, session: requests.Session) -> None:
        self.url = url
        self._session = session
        self.key, self.secret = KEY, SECRET
        self._ahead_ms = 0

    def signed(self, method: str, path: str, **parameters: object) -> requests.Response:
        """All parameters in the query string; `timestamp` is now, as `turn_clock` made it, unless given."""
        query = urlencode({"timestamp": now_ms() + self._ahead_ms, **parameters})
        return self.raw(method, f"{path}?{query}&signature={sign(query, self.secret)}")

    def raw(self, method: str, path: str, data: str | bytes | None = None, **headers: str) -> requests.Response:
        """`path` and `data` exactly as given."""
        form = {"Content-Type": "application/x-www-form-urlencoded"} if data is not None else {}
        return self._session.request(
            method,
            self.url + path,
            data=data,
            headers={"X-MBX-APIKEY": self.key, **form, **headers},
            timeout=10,
        )

    def public(self, path: str, **parameters: object) -> requests.Response:
        return self.raw("GET", f"{path}?{urlencode(parameters)}" if parameters else path)

    def market(self, side: str = "BUY", quantity: str = "0.01", **parameters: object) -> requests.Response:
        order = {"symbol": "BTCUSDT", "side": side, "type": "MARKET", "quantity": quantity}
        return self.signed("POST", "/api/v3/order", **(order | parameters))

    def limit(
        self, side: str = "BUY", quantity: str = "0.01", price: str = "60000", **parameters: object
    ) -> requests.Response:
        order = {"symbol": "BTCUSDT", "side": side, "type": "LIMIT", "quantity": quantity, "price": price}
        return self.signed("POST", "/api/v3/order", **(order | {"timeInForce": "GTC"} | parameters))

    def find(self, client_order_id: str, symbol: str = "BTCUSDT") -> requests.Response:
        return self.signed("GET", "/api/v3/order", symbol=symbol, origClientOrderId=client_order_id)

    def cancel(self, client_order_id: str, symbol: str = "BTCUSDT", **parameters: object) -> requests.Response:
        return self.signed("DELETE", "/api/v3/order", symbol=symbol, origClientOrderId=client_order_id, **parameters)

    def balance(self, asset: str) -> tuple[str, str]:
        """Free and locked."""
        balances = self.signed("GET", "/api/v3/account").json()["balances"]
        return next((each["free"], each["locked"]) for each in balances if each["asset"] == asset)

    def turn_clock(self, ahead_ms: int) -> None:
        """Turn the exchange's clock and that of this client."""
        self.control("clock", {"offset_ms": ahead_ms})
        self._ahead_ms = ahead_ms

    def arm(self, fault: str, **parameters: object) -> None:
        self.control("faults", {"fault": fault, **parameters})

    def control(self, what: str, body: object) -> Any:
        answer = self._session.post(f"{self.url}/control/{what}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def seen(self, what: str) -> Any:
        """`orders`, `requests` or `faults` as the control endpoint tells them."""
        return self._session.get(f"{self.url}/control/{what}", timeout=10).json()


@contextmanager
def connected(url: str) -> Iterator[PaperClient]:
    with requests.Session() as session:
        yield PaperClient(url, session)


def error(answer: requests.Response) -> tuple[int, int, str]:
    """HTTP status, code and text of a refusal."""
    body = answer.json()
    return answer.status_code, body["code"], body["msg"]
