"""What the exchange does to the function in the chaos test: every fault of its control endpoint, drawn from a seed."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.e2e import chaos_bybit

Fault = dict[str, Any]

# For how long a lookup may miss an order that exists, in seconds; every venue's Validity.lag_ms trusts in it.
LONGEST_LAG = 5.0
HANG_SECONDS = 8.0
_HTML = "<html><body>Bad Gateway</body></html>"
# Answers of an exchange that did nothing: refusals, and those that leave it open whether it did.
_NOT_EXECUTED: tuple[Fault, ...] = (
    {"status": 400, "code": -1008, "msg": "Server is currently overloaded with other requests."},
    {"status": 400, "code": -1015, "msg": "Too many new orders."},
    {"status": 400, "code": -1016, "msg": "This service is no longer available."},
    {"status": 400, "code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."},
    {"status": 400, "code": -1013, "msg": "Filter failure: LOT_SIZE"},
    {"status": 400, "code": -2010, "msg": "Account has insufficient balance for requested action."},
    {"status": 401, "code": -2015, "msg": "Invalid API-key, IP, or permissions for action."},
    {"status": 200, "code": -1003, "msg": "Too many requests."},
    # Without Retry-After the function keeps away from a firewall for five minutes: longer than this test.
    {"status": 403, "body": _HTML, "headers": {"Retry-After": "2"}},
)
_UNCLEAR: tuple[Fault, ...] = (
    {"status": 500, "code": -1000, "msg": "An unknown error occurred while processing the request."},
    {"status": 400, "code": -1001, "msg": "Internal error; unable to process your request. Please try again."},
    {"status": 400, "code": -1006, "msg": "An unexpected response was received from the message bus."},
    {"status": 504, "code": -1007, "msg": "Timeout waiting for response from backend server."},
    {"status": 408, "code": -1007, "msg": "Timeout waiting for response from backend server."},
    {"status": 502, "body": _HTML},
    {"status": 503, "body": ""},
    {"status": 200, "body": '{"symbol": "BTCUSDT", "orderId'},
    {"status": 200, "body": "{}"},
)
_ASKED = (
    *("/api/v3/order", "/api/v3/time", "/api/v3/exchangeInfo", "/api/v3/avgPrice", "/api/v3/ticker/price"),
    *("/sapi/v1/margin/order", "/sapi/v1/margin/openOrders"),
    *("/fapi/v1/order", "/fapi/v1/algoOrder", "/fapi/v1/openAlgoOrders", "/fapi/v1/exchangeInfo"),
    *("/fapi/v2/ticker/price", "/dapi/v1/order", "/dapi/v1/algoOrder", "/dapi/v1/exchangeInfo"),
    *(
        "/v5/order/realtime",
        "/v5/order/history",
        "/v5/market/time",
        "/v5/market/instruments-info",
        "/v5/market/tickers",
    ),
)
# Where orders are placed whose exchange says how long a ban lasts. Bybit does not, and its lasts longer than this test.
_BANNING = ("/api/v3/order", "/sapi/v1/margin/order", "/fapi/v1/order", "/dapi/v1/order")


def draw(random: Random) -> Fault:
    """One fault of any kind, for the next few orders or for what the function asks about them."""
    name = random.choices(list(KINDS), weights=[KINDS[each][0] for each in KINDS])[0]
    return {"count": random.randint(1, 2)} | KINDS[name][1](random)


def hang(random: Random) -> Fault:
    """An order that executes, and whose answer takes longer than the function may run."""
    return {"fault": "delay", "seconds": HANG_SECONDS, "hide_seconds": _lag(random)}


def _lag(random: Random) -> float:
    return random.choice([0.0, random.uniform(0, LONGEST_LAG), LONGEST_LAG])


def _lost_answer(random: Random) -> Fault:
    return {"fault": "lose_answer", "hide_seconds": _lag(random)}


def _reset(random: Random) -> Fault:
    return {"fault": "reset", "after": random.random() < 0.5, "hide_seconds": _lag(random)}


def _asked(random: Random) -> Fault:
    """Lookups, the clock, the rules and the prices fail too."""
    unclear = {"fault": "answer_instead", **random.choice(_UNCLEAR)}
    faults: list[Fault] = [{"fault": "lose_answer"}, {"fault": "rate_limit", "seconds": 1}, unclear]
    return {"match": {"method": "GET", "path": random.choice(_ASKED)}, **random.choice(faults)}


def _ban(random: Random) -> Fault:
    match = {"method": "POST", "path": random.choice(_BANNING)}
    return {"fault": "ban", "seconds": random.choice((1, 2)), "count": 1, "match": match}


def _bybit(random: Random) -> Fault:
    """What Bybit says in its own words of an order that it did not execute, or perhaps did."""
    not_executed = {"fault": "answer_instead", **random.choice(chaos_bybit.NOT_EXECUTED)}
    in_vain = {"fault": "answer_instead", **random.choice(chaos_bybit.UNCLEAR)}
    executed = {"fault": "answer_after", "hide_seconds": _lag(random), **random.choice(chaos_bybit.UNCLEAR)}
    return {"match": {"method": "POST", "path": "/v5/order/create"}, **random.choice((not_executed, in_vain, executed))}


# The kinds, how often each comes relative to the others, and how its parameters are drawn.
KINDS: Mapping[str, tuple[int, Callable[[Random], Fault]]] = {
    "lose_answer": (6, _lost_answer),
    "lose_request": (4, lambda _: {"fault": "lose_request"}),
    "reset": (4, _reset),
    "answer_instead": (5, lambda random: {"fault": "answer_instead", **random.choice(_UNCLEAR + _NOT_EXECUTED)}),
    "answer_after": (
        5,
        lambda random: {"fault": "answer_after", "hide_seconds": _lag(random), **random.choice(_UNCLEAR)},
    ),
    # Held up between the two checks of the receive window (5 s), now and then past it.
    "delay before": (2, lambda random: {"fault": "delay", "seconds": random.uniform(0.2, 5.5), "before": True}),
    "delay after": (2, lambda random: {"fault": "delay", "seconds": random.uniform(0.2, 3)}),
    "hide_order": (2, lambda random: {"fault": "hide_order", "seconds": random.uniform(0, LONGEST_LAG)}),
    # Few: whoever meets one silences all containers, and nothing else can go wrong meanwhile.
    "rate_limit": (1, lambda random: {"fault": "rate_limit", "seconds": 1, "count": random.randint(1, 2)}),
    "ban": (1, _ban),
    "asked": (6, _asked),
    "bybit": (5, _bybit),
}
