"""What tests ask of both products of futures: the same requests under two prefixes, for a symbol of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from tests.paper_exchange.paper_client import PaperClient


@dataclass(frozen=True)
class Product:
    """How one product of futures differs for a test that is the same for both."""

    prefix: str
    kind: str
    """What /control calls it."""
    symbol: str
    quantity: str
    """Of a modest order, as the wire writes it."""
    margin_asset: str
    value_field: str


LINEAR = Product("/fapi", "linear", "BTCUSDT", "0.010", "USDT", "cumQuote")
INVERSE = Product("/dapi", "inverse", "BTCUSD_PERP", "3", "BTC", "cumBase")
PRODUCTS = (LINEAR, INVERSE)


@dataclass(frozen=True)
class FuturesClient:
    """Sends the requests of one product; orders are of its symbol and of a modest size unless a test says else."""

    paper: PaperClient
    product: Product

    def signed(self, method: str, path: str, **parameters: object) -> requests.Response:
        return self.paper.signed(method, f"{self.product.prefix}{_versioned(path)}", **parameters)

    def public(self, path: str, **parameters: object) -> Any:
        return self.paper.public(f"{self.product.prefix}{_versioned(path)}", **parameters).json()

    def market(self, side: str = "BUY", **parameters: object) -> requests.Response:
        return self.signed("POST", "/order", **self._order(side, "MARKET") | parameters)

    def limit(self, side: str = "BUY", price: str = "60000", **parameters: object) -> requests.Response:
        order = self._order(side, "LIMIT") | {"price": price, "timeInForce": "GTC"}
        return self.signed("POST", "/order", **order | parameters)

    def conditional(self, side: str, kind: str, **parameters: object) -> requests.Response:
        return self.signed("POST", "/algoOrder", **self._order(side, kind) | {"algoType": "CONDITIONAL"} | parameters)

    def find(self, client_order_id: str) -> requests.Response:
        return self.signed("GET", "/order", symbol=self.product.symbol, origClientOrderId=client_order_id)

    def cancel(self, client_order_id: str) -> requests.Response:
        return self.signed("DELETE", "/order", symbol=self.product.symbol, origClientOrderId=client_order_id)

    def found(self, client_order_id: str) -> tuple[str, str, str]:
        """Status, quantity and executed quantity of an order."""
        order = self.find(client_order_id).json()
        return order["status"], order["origQty"], order["executedQty"]

    def control(self, what: str, body: object) -> Any:
        return self.paper.control(f"{self.product.kind}/{what}", body)

    def move(self, price: str) -> None:
        self.control("prices", {self.product.symbol: price})

    def position(self, side: str = "BOTH") -> str:
        """How much is held of the symbol on a side."""
        version = "/v1" if self.product is INVERSE else "/v2"
        told = self.signed("GET", f"{version}/positionRisk").json()
        held = {(each["symbol"], each["positionSide"]): each["positionAmt"] for each in told}
        return str(held[self.product.symbol, side])

    def seen(self, what: str) -> Any:
        return self.paper.seen(f"{self.product.kind}/{what}")

    def _order(self, side: str, kind: str) -> dict[str, object]:
        return {"symbol": self.product.symbol, "side": side, "type": kind, "quantity": self.product.quantity}


def both(paper: PaperClient) -> Iterator[FuturesClient]:
    """A client of each product."""
    return (FuturesClient(paper, product) for product in PRODUCTS)


def _versioned(path: str) -> str:
    return path if path.startswith("/v") else f"/v1{path}"
