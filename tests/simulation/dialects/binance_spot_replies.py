"""What Binance says: orders as it tells them, its refusals, limits and errors, its one symbol here, its prices."""

import json

from orderexec.venues.http import NoReply, Reply, read_json

from ..dialect import Replaced, SimOrder, Why

Json = dict[str, object]
SYMBOL = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "orderTypes": ["MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS"],
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "quoteAssetPrecision": 8,
    "amendAllowed": True,
    "cancelReplaceAllowed": True,
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "maxNotional": "9000000"},
    ],
}
PRICE: Json = {"mins": 5, "price": "65000.00"}
MARKET_DATA: dict[str, Json] = {
    "/api/v3/ping": {},
    "/api/v3/time": {},
    "/api/v3/exchangeInfo": {"symbols": [SYMBOL]},
    "/api/v3/avgPrice": PRICE,
    "/api/v3/ticker/price": PRICE,
}


def refusal(status: int, code: int | None, text: str, headers: dict[str, str] | None = None) -> Reply:
    """Return an error; without a code its body is the text as it stands."""
    body = text.encode() if code is None else json.dumps({"code": code, "msg": text}).encode()
    return Reply(status, headers or {}, body)


def success(document: object, status: int = 200) -> Reply:
    """Return an answer that is JSON."""
    return Reply(status, {}, json.dumps(document).encode())


WRONG_KEY = refusal(401, -2015, "Invalid API-key, IP, or permissions for action.")
REFUSALS = (
    refusal(400, -2010, "Account has insufficient balance for requested action."),
    refusal(400, -1013, "Filter failure: LOT_SIZE"),
    WRONG_KEY,
    refusal(400, -1021, "Timestamp for this request is outside of the recvWindow."),
    refusal(400, -1022, "Signature for this request is not valid."),
    refusal(400, -1121, "Invalid symbol."),
)
_SLOWER = refusal(429, -1003, "Too many requests; current limit is 6000.", {"Retry-After": "7"})
_FEWER = refusal(429, -1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", {"Retry-After": "4"})
_BANNED = refusal(418, -1003, "Way too much request weight used; IP banned until 1.", {"Retry-After": "120"})
_BANNED_LONG = refusal(418, -1003, "Way too much request weight used; IP banned until 1.", {"Retry-After": "600"})
# A ban silences everybody, so there must be few: nothing else can go wrong meanwhile.
LIMITS = (*[_SLOWER, _FEWER] * 8, _BANNED, _BANNED_LONG)
_UNKNOWN = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
SERVER_ERRORS = (
    refusal(503, -1001, "Internal error; unable to process your request. Please try again."),
    refusal(504, -1007, _UNKNOWN),
    refusal(500, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
    refusal(400, -1007, _UNKNOWN),
    refusal(502, None, "<html>Bad gateway</html>"),
    refusal(403, None, "<html>Forbidden</html>"),
    refusal(200, None, "not json"),
    refusal(400, -9999, "A code that nobody has documented."),
)
WHY = {
    Why.DUPLICATE: refusal(400, -2010, "Duplicate order sent."),
    Why.NOT_OPEN: refusal(400, -2011, "Unknown order sent."),
    Why.NOT_OPEN_TO_AMEND: refusal(400, -2038, "Unknown order sent."),
    Why.NOT_SMALLER: refusal(400, -2038, "Order amend (quantity increase) is not supported."),
    Why.NO_ORDER: refusal(400, -2013, "Order does not exist."),
    Why.NO_LIST: refusal(400, -2013, "Order list does not exist."),
    Why.OUTSIDE_WINDOW: refusal(400, -1021, "Timestamp is outside of the recvWindow."),
    Why.LATE_IN_ENGINE: refusal(400, -1021, "Timestamp is outside of the recvWindow."),
    Why.WRONG_KEY: WRONG_KEY,
}


def code_of(reply: Reply) -> object:
    """Return the code of an error; None for anything else."""
    document = read_json(reply)
    return document.get("code") if isinstance(document, dict) else None


_SAYS_NO = {code_of(each) for each in (*REFUSALS, *LIMITS)}


def is_refusal(reply: Reply | NoReply) -> bool:
    """Return whether the answer says for certain that nothing was executed."""
    return not reply.left if isinstance(reply, NoReply) else code_of(reply) in _SAYS_NO


def market_data(path: str, one_symbol: bool) -> object:
    """Return the answer to a question about the market; None if it is about something else."""
    if path == "/api/v3/ticker/price" and not one_symbol:
        return [{"symbol": "BTCUSDT", "price": "65000.00"}]
    if path == "/api/v3/referencePrice":
        return refusal(400, -2043, "This symbol doesn't have a reference price.")
    return MARKET_DATA.get(path)


def order(told: SimOrder) -> Json:
    """Return an order as placing it and looking for it tell of it."""
    document: Json = {
        "symbol": "BTCUSDT",
        "orderId": told.number,
        "clientOrderId": told.name,
        "side": told.side,
        "status": told.status,
        "origQty": told.quantity,
        "executedQty": told.executed,
        "cummulativeQuoteQty": told.executed,
        "transactTime": told.created_at,
        "time": told.created_at,
    }
    return document if told.updated_at is None else document | {"updateTime": told.updated_at}


def canceled(told: SimOrder) -> Json:
    """Return an order as a cancellation tells of it, which has a name of its own."""
    return order(told) | {"origClientOrderId": told.name, "clientOrderId": "the-cancellation"}


def amended(told: SimOrder) -> Json:
    """Return an order as an amendment tells of it."""
    return order(told) | {"qty": told.quantity, "cumulativeQuoteQty": told.executed}


def replaced(became: Replaced) -> Reply:
    """Return the answer to a replacement, of which each half has its own."""
    halves: Json = {"cancelResult": "FAILURE", "newOrderResult": "NOT_ATTEMPTED"}
    if became.canceled is None:
        data = halves | {"cancelResponse": read_json(WHY[Why.NOT_OPEN])}
        return success({"code": -2022, "msg": "Order cancel-replace failed.", "data": data}, 400)
    halves = {"cancelResult": "SUCCESS", "cancelResponse": canceled(became.canceled)}
    if became.placed is None:
        refused = {"code": -2010, "msg": "Order would immediately match and take."}
        data = halves | {"newOrderResult": "FAILURE", "newOrderResponse": refused}
        return success({"code": -2021, "msg": "Order cancel-replace partially failed.", "data": data}, 409)
    return success(halves | {"newOrderResult": "SUCCESS", "newOrderResponse": order(became.placed)})


def trade(order: SimOrder) -> dict[str, object]:
    """Return what the order has traded, as one trade."""
    paid = {"commission": "0.001", "commissionAsset": "BNB"}
    return {"orderId": order.number, "qty": order.executed, "price": "65000", "time": order.updated_at} | paid
