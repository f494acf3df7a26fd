"""What Binance's futures say: orders as they tell them, refusals, limits and errors of both products, their symbols."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from orderexec.venues.http import Reply, read_json

from ..dialect import SimOrder, Why
from .binance_spot_replies import LIMITS, WRONG_KEY, Json, refusal

__all__ = ["COINM", "LIMITS", "REFUSALS", "SERVER_ERRORS", "USDM", "Product"]

_FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.1", "maxPrice": "4529764", "tickSize": "0.10"},
    {"filterType": "PERCENT_PRICE", "multiplierDown": "0.5", "multiplierUp": "1.5", "multiplierDecimal": "4"},
]
_TYPES = ["LIMIT", "MARKET"]
# Of the four documented texts of a 503 these say that nothing was executed.
_NOT_DONE = (
    refusal(503, -1001, "Internal error; unable to process your request. Please try again."),
    refusal(503, 0, "Service Unavailable."),
    refusal(
        503,
        -1008,
        "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
    ),
)
_REFUSED = (
    refusal(400, -2019, "Margin is insufficient."),
    refusal(400, -4164, "Order's notional must be no smaller than 100 (unless you choose reduce only)."),
    refusal(400, -2021, "Order would immediately trigger."),
    WRONG_KEY,
    refusal(400, -1021, "Timestamp for this request is outside of the recvWindow."),
    refusal(400, -1022, "Signature for this request is not valid."),
    refusal(400, -1121, "Invalid symbol."),
)
REFUSALS = (*_REFUSED, *_NOT_DONE)
_UNKNOWN = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
SERVER_ERRORS = (
    # The one of the four texts after which the order may exist; oftener than the others, for it is what this is about.
    *[refusal(503, 0, "Unknown error, please check your request or try again later.")] * 3,
    refusal(408, -1007, _UNKNOWN),
    refusal(503, -1007, _UNKNOWN),
    refusal(500, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
    refusal(502, None, "<html>Bad gateway</html>"),
    refusal(504, None, "Request occur unknown error."),
    refusal(403, None, "<html>Forbidden</html>"),
    refusal(200, None, "not json"),
    refusal(400, -9999, "A code that nobody has documented."),
)
_UNKNOWN_ORDER = refusal(400, -2011, "Unknown order sent.")
_WHY = {
    Why.DUPLICATE: refusal(400, -4116, "ClientOrderId is duplicated."),
    Why.NOT_OPEN: _UNKNOWN_ORDER,
    Why.NOT_OPEN_TO_AMEND: _UNKNOWN_ORDER,
    Why.NO_ORDER: refusal(400, -2013, "Order does not exist."),
    Why.OUTSIDE_WINDOW: refusal(400, -1021, "Timestamp for this request is outside of the recvWindow."),
    Why.LATE_IN_ENGINE: refusal(400, -5028, "Timestamp for this request is outside of the ME recvWindow."),
    Why.WRONG_KEY: WRONG_KEY,
    Why.NO_POSITION: refusal(400, -2022, "ReduceOnly Order is rejected."),
    Why.WOULD_TAKE: refusal(400, -5022, "Due to the order could not be executed as maker, it will be rejected."),
    Why.NOTHING_TO_AMEND: refusal(400, -5027, "No need to modify the order."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One of the two. `contract` is how much of the quote asset one of its contracts is; None: it counts base units."""

    symbol: str
    asset: str
    lot: str
    own: Json = field(default_factory=dict)
    contract: Decimal | None = None
    why: Mapping[Why, Reply] = field(default_factory=lambda: _WHY)

    @property
    def market_data(self) -> dict[str, object]:
        """The answers to questions about the market, by the last word of their path."""
        lots = [
            {"filterType": kind, "minQty": self.lot, "maxQty": "10000", "stepSize": self.lot}
            for kind in ("LOT_SIZE", "MARKET_LOT_SIZE")
        ]
        rules: Json = {"symbol": self.symbol, "baseAsset": "BTC", "orderTypes": _TYPES, "filters": [*_FILTERS, *lots]}
        price: Json = {"symbol": self.symbol, "markPrice": "65000.0", "price": "65000.0"}
        one = [price] if self.contract else price
        return {
            "ping": {},
            "time": {},
            "exchangeInfo": {"symbols": [rules | self.own]},
            "premiumIndex": one,
            "price": [price],
        }

    def worth(self, quantity: Decimal, price: Decimal | str | None) -> Decimal:
        """What so much is worth in quote units."""
        return quantity * (self.contract or Decimal(price or 65_000))

    def says_no(self, reply: Reply) -> bool:
        """Return whether the answer says for certain that nothing was executed."""
        return _code_and_text(reply) in _SAYS_NO

    def placed(self, told: SimOrder) -> Json:
        """Return a plain order as placing, cancelling and amending tell of it: without its average price."""
        return {
            "symbol": self.symbol,
            "orderId": told.number,
            "clientOrderId": told.name,
            "side": told.side,
            "status": told.status,
            "origQty": told.quantity,
            "executedQty": told.executed,
            "price": told.price,
            "updateTime": told.updated_at or told.created_at,
        }

    def plain(self, told: SimOrder) -> Json:
        """Return a plain order as looking for it tells of it."""
        average = "65000.0" if Decimal(told.executed) else "0"
        return self.placed(told) | {"time": told.created_at, "avgPrice": average}

    def conditional(self, told: SimOrder) -> Json:
        """Return an order that waits for a price."""
        return {
            "symbol": self.symbol,
            "algoId": told.number,
            "clientAlgoId": told.name,
            "side": told.side,
            "algoStatus": told.status,
            "quantity": told.quantity,
            "closePosition": False,
            "createTime": told.created_at,
            "updateTime": told.updated_at or told.created_at,
            "actualOrderId": str(told.became or ""),
            "actualQty": told.executed,
            "actualPrice": "65000.0" if Decimal(told.executed) else "0.0",
        }


def _code_and_text(reply: Reply) -> tuple[int, object, object]:
    document = read_json(reply)
    said = document if isinstance(document, dict) else {}
    return reply.status, said.get("code"), said.get("msg")


USDM = Product(symbol="BTCUSDT", asset="USDT", lot="0.001", own={"status": "TRADING", "quoteAsset": "USDT"})
COINM = Product(
    symbol="BTCUSD_PERP",
    asset="BTC",
    lot="1",
    own={"contractStatus": "TRADING", "quoteAsset": "USD", "contractSize": 100},
    contract=Decimal(100),
    why=_WHY
    | {
        Why.LATE_IN_ENGINE: refusal(400, -4188, "Timestamp for this request is outside of the ME recvWindow."),
        Why.NOTHING_TO_AMEND: refusal(400, -4197, "No need to modify the order."),
        # No code is documented for it.
        Why.DUPLICATE: refusal(400, -2010, "ClientOrderId is duplicated."),
    },
)
_CERTAIN = (Why.OUTSIDE_WINDOW, Why.LATE_IN_ENGINE, Why.WRONG_KEY, Why.NO_POSITION, Why.WOULD_TAKE)
_SAYS_NO = {_code_and_text(each) for each in (*REFUSALS, *LIMITS)} | {
    _code_and_text(product.why[why]) for product in (USDM, COINM) for why in _CERTAIN
}
