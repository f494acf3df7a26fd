"""What the simulated exchange can say: its one symbol, its refusals, limits and errors, and how an answer is put."""

import json

from orderexec.venues.http import NoReply, Reply, read_json

SYMBOL = {
    "symbol": "BTCUSDT", "status": "TRADING", "orderTypes": ["MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS"],
    "baseAsset": "BTC", "quoteAsset": "USDT",
    "quoteAssetPrecision": 8, "amendAllowed": True, "cancelReplaceAllowed": True,
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "maxNotional": "9000000"},
    ],
}  # fmt: skip
REFUSALS = (
    (400, -2010, "Account has insufficient balance for requested action."),
    (400, -1013, "Filter failure: LOT_SIZE"),
    (401, -2015, "Invalid API-key, IP, or permissions for action."),
    (400, -1021, "Timestamp for this request is outside of the recvWindow."),
    (400, -1022, "Signature for this request is not valid."),
    (400, -1121, "Invalid symbol."),
)
_SLOWER = (429, -1003, "Too many requests; current limit is 6000.", {"Retry-After": "7"})
_FEWER = (429, -1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", {"Retry-After": "4"})
_BANNED = (418, -1003, "Way too much request weight used; IP banned until 1.", {"Retry-After": "120"})
_BANNED_LONG = (418, -1003, "Way too much request weight used; IP banned until 1.", {"Retry-After": "600"})
# A ban silences everybody, so there must be few: nothing else can go wrong meanwhile.
LIMITS: tuple[tuple[int, int, str, dict[str, str]], ...] = (*[_SLOWER, _FEWER] * 8, _BANNED, _BANNED_LONG)
SERVER_ERRORS = (
    (503, -1001, "Internal error; unable to process your request. Please try again."),
    (504, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."),
    (500, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
    (400, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."),
    (502, None, "<html>Bad gateway</html>"),
    (403, None, "<html>Forbidden</html>"),
    (200, None, "not json"),
    (400, -9999, "A code that nobody has documented."),
)


def is_refusal(reply: Reply | NoReply) -> bool:
    """Whether the answer says for certain that nothing was executed."""
    if isinstance(reply, NoReply):
        return not reply.left
    document = read_json(reply)
    code = document.get("code") if isinstance(document, dict) else None
    return code in {known for _, known, *_ in (*REFUSALS, *LIMITS)}


def refusal(status: int, code: int | None, text: str, headers: dict[str, str] | None = None) -> Reply:
    """An error; without a code its body is the text as it stands."""
    body = text.encode() if code is None else json.dumps({"code": code, "msg": text}).encode()
    return Reply(status, headers or {}, body)


def success(document: object, status: int = 200) -> Reply:
    """An answer that is JSON."""
    return Reply(status, {}, json.dumps(document).encode())
