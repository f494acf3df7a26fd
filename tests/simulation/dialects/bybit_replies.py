"""What Bybit says: orders as its lists tell them, refusals, limits and ambiguous answers of its products, its symbols.

A refusal comes with HTTP 200: in `retCode`, or inside what says it is a success. `$NAME` stands for the order's id.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from orderexec.venues.http import NoReply, Reply, read_json

from ..dialect import SimOrder, Status, Why
from .binance_spot_replies import Json

_AT = 1_767_225_600_000
_NAME = "$NAME"


def refusal(code: int, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error, which comes with HTTP 200."""
    return _write({"retCode": code, "retMsg": text, "result": {}, "retExtInfo": {}, "time": _AT}, headers)


def inside(code: int, text: str, result: Json) -> Reply:
    """Return a success that holds a refusal."""
    extra = {"list": [{"code": code, "msg": text}]}
    return _write({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": extra, "time": _AT})


def success(result: object, now: int) -> Reply:
    """Return an answer."""
    return _write({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": now})


def name_order(reply: Reply, client_order_id: str) -> Reply:
    """Return the answer with the order that it is about."""
    return replace(reply, body=reply.body.replace(_NAME.encode(), client_order_id.encode()))


def tell_limit(limit: int, left: int, now: int) -> dict[str, str]:
    """Return the headers that say how much of an account's second is left."""
    reset = {"X-Bapi-Limit-Reset-Timestamp": str(now + 1_000)}
    return {"X-Bapi-Limit": str(limit), "X-Bapi-Limit-Status": str(max(left, 0))} | reset


def _write(document: Json, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(200, dict(headers or {}), json.dumps(document, separators=(",", ":")).encode())


_NAMED: Json = {"orderId": "1", "orderLinkId": _NAME}
TOO_FREQUENT = Reply(403, {}, b"access too frequent")
TOO_MANY = refusal(10006, "Too many visits. Exceeded the API Rate Limit.", tell_limit(10, 0, _AT - 300))
# A ban silences everybody, so there must be few: nothing else can go wrong meanwhile.
LIMITS = (*[TOO_MANY] * 60, TOO_FREQUENT)
WRONG_KEY = refusal(10003, "API key is invalid.")
OUTSIDE_WINDOW = refusal(10002, "The request time exceeds the time window range.")
_COMMON = (WRONG_KEY, OUTSIDE_WINDOW, refusal(10004, "Error sign, please check your signature generation algorithm."))
# What may have been done. A refusal inside counts for nothing beside the id of an order.
SERVER_ERRORS = (
    refusal(10000, "Server Timeout"),
    refusal(10016, "Server error."),
    refusal(429, "The trading service is experiencing a high server load. Please retry."),
    refusal(3400214, "Server error, please try again later"),
    inside(110007, "ab not enough for new order", _NAMED),
    refusal(999_999, "A code that nobody has documented."),
    Reply(429, {}, b""),
    Reply(500, {}, b""),
    Reply(502, {}, b"<html>Bad gateway</html>"),
    Reply(504, {}, b""),
    Reply(403, {}, b"<html>Forbidden</html>"),
    Reply(200, {}, b"not json"),
    Reply(200, {}, b'{"retCode":0,"retMsg":"OK"}'),
)
_NO_ORDER = "Order does not exist."
_CONTRACTS = {
    Why.DUPLICATE: refusal(110072, "OrderLinkedID is duplicate"),
    Why.NOT_OPEN: refusal(110001, "order not exists or too late to cancel"),
    Why.NOT_OPEN_TO_AMEND: refusal(110001, "order not exists or too late to replace"),
    Why.UNDER_WORK: refusal(110079, "The order is processing and can not be operated, please try again later"),
    Why.TRADED_MORE: refusal(110064, "The modified contract quantity cannot be less than or equal to the filled."),
    Why.NO_POSITION: refusal(110017, "orderQty will be truncated to zero"),
}
_SPOT = {
    Why.DUPLICATE: refusal(170141, "Duplicate clientOrderId"),
    Why.NOT_OPEN: refusal(170213, _NO_ORDER),
    Why.NOT_OPEN_TO_AMEND: refusal(170213, _NO_ORDER),
    Why.UNDER_WORK: refusal(170213, _NO_ORDER),
    Why.TRADED_MORE: refusal(170313, "The modified quantity cannot be less than the filled quantity."),
}
_OF_BOTH = {
    Why.NOTHING_TO_AMEND: refusal(10001, "The order remains unchanged as the parameters entered match the existing."),
    Why.OUTSIDE_WINDOW: OUTSIDE_WINDOW,
    Why.WRONG_KEY: WRONG_KEY,
}
_CONTRACT_REFUSALS = (
    *_COMMON,
    refusal(110007, "ab not enough for new order"),
    inside(110007, "ab not enough for new order", {}),
    refusal(110094, "Order does not meet minimum order value 5USDT"),
)
_SPOT_REFUSALS = (
    *_COMMON,
    refusal(170131, "Insufficient balance."),
    inside(170131, "Insufficient balance.", {}),
    refusal(170140, "Order value exceeded lower limit."),
)
_STATUSES = {
    Status.NEW: "New",
    Status.PARTLY: "PartiallyFilled",
    Status.FILLED: "Filled",
    Status.CANCELED: "Cancelled",
    Status.REJECTED: "Rejected",
}
_SIDES = {"BUY": "Buy", "SELL": "Sell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One of the three. `dollars`: it counts contracts of one; `orders_a_second` an account may place."""

    category: str
    symbol: str
    rules: Mapping[str, object]
    dollars: bool = False
    orders_a_second: int = 10

    @property
    def spot(self) -> bool:
        """Whether the asset itself is traded."""
        return self.category == "spot"

    @property
    def why(self) -> dict[Why, Reply]:
        """Its refusals, by what they are about."""
        return (_SPOT if self.spot else _CONTRACTS) | _OF_BOTH

    @property
    def refusals(self) -> tuple[Reply, ...]:
        """What it may say to any order."""
        return _SPOT_REFUSALS if self.spot else _CONTRACT_REFUSALS

    def market_data(self, path: str) -> Json | None:
        """Return the answer to a question about the market; None if it is about something else."""
        name = path.rsplit("/", 1)[1]
        price = {"symbol": self.symbol, "lastPrice": "65000", "markPrice": "65000"}
        entry: Json = {"symbol": self.symbol, "status": "Trading", "baseCoin": "BTC", "quoteCoin": self.quote}
        answers: dict[str, Json] = {
            "time": {},
            "instruments-info": {"list": [entry | dict(self.rules)]},
            "tickers": {"list": [price]},
        }
        return answers.get(name)

    @property
    def quote(self) -> str:
        """In what its prices are."""
        return "USD" if self.dollars else "USDT"

    def tell(self, order: SimOrder) -> Json:
        """Return an order as the lists tell of it."""
        traded = Decimal(order.executed) > 0
        status = _STATUSES[order.status]
        if order.conditional and order.status is Status.NEW:
            status = "Untriggered"
        elif self.spot and order.status is Status.CANCELED:
            status = "PartiallyFilledCanceled" if traded else "Deactivated" if order.conditional else "Cancelled"
        return {
            "orderId": str(order.number),
            "orderLinkId": "" if order.nameless else order.name,
            "symbol": self.symbol,
            "side": _SIDES[order.side],
            "orderStatus": status,
            "rejectReason": "EC_Others" if order.status is Status.REJECTED else "EC_NoError",
            "orderType": "Market" if order.price == "0" else "Limit",
            "marketUnit": "quoteCoin" if order.in_quote else "",
            "qty": order.quantity,
            "price": order.price,
            "cumExecQty": order.executed,
            "avgPrice": "65000" if traded else "",
            "createdTime": str(order.created_at),
            "updatedTime": str(order.updated_at or order.created_at),
        }


def says_no(reply: Reply | NoReply) -> bool:
    """Return whether the answer says for certain that nothing was executed."""
    if isinstance(reply, NoReply):
        return not reply.left
    document = read_json(reply)
    if reply.status != 200 or not isinstance(document, dict) or "retExtInfo" not in document:
        return False
    named = "orderId" in document["result"]
    refused = document["retExtInfo"].get("list", [])
    code = refused[0]["code"] if document["retCode"] == 0 and refused and not named else document["retCode"]
    return code in _SAYS_NO


_CERTAIN = (Why.OUTSIDE_WINDOW, Why.WRONG_KEY, Why.NO_POSITION, Why.TRADED_MORE, Why.NOTHING_TO_AMEND)
_SAYS_NO = {
    code
    for reply in (*_CONTRACT_REFUSALS, *_SPOT_REFUSALS, TOO_MANY, *((_CONTRACTS | _OF_BOTH)[why] for why in _CERTAIN))
    if isinstance(document := read_json(reply), dict)
    for code in (document["retCode"], *(each["code"] for each in document["retExtInfo"].get("list", ())))
} - {0}
_PRICES = {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"}
SPOT = Product(
    category="spot",
    symbol="BTCUSDT",
    orders_a_second=20,
    rules={
        "priceFilter": {"tickSize": "0.1"},
        "lotSizeFilter": {
            "basePrecision": "0.000001",
            "quotePrecision": "0.0000001",
            "minOrderAmt": "5",
            "maxLimitOrderQty": "83",
            "maxMarketOrderQty": "41.5",
        },
    },
)
LINEAR = Product(
    category="linear",
    symbol="BTCUSDT",
    rules={
        "priceFilter": _PRICES,
        "lotSizeFilter": {
            "qtyStep": "0.001",
            "minOrderQty": "0.001",
            "maxOrderQty": "1190",
            "maxMktOrderQty": "500",
            "minNotionalValue": "5",
        },
    },
)
INVERSE = Product(
    category="inverse",
    symbol="BTCUSD",
    dollars=True,
    rules={
        "priceFilter": _PRICES,
        "lotSizeFilter": {"qtyStep": "1", "minOrderQty": "1", "maxOrderQty": "25000000", "maxMktOrderQty": "5000000"},
    },
)


def trade(order: SimOrder) -> dict[str, object]:
    """Return what the order has traded, as one trade."""
    return {"orderId": str(order.number), "execQty": order.executed, "execFee": "0.001", "feeCurrency": "BTC"}
