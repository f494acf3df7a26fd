"""The signals of the chaos test for Bybit, what its engine and its lists do meanwhile, and its own words of trouble."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from tests.e2e.chaos_products import (
    CROSSING,
    LOSSES,
    PROFITS,
    QUANTITIES,
    RESTING,
    SIDES,
    Draw,
    Fields,
    find_price,
    set_price,
)

Document = Mapping[str, Any]

BYBIT = "bybit"
_OPEN = ("NEW", "PARTIALLY_FILLED", "UNTRIGGERED")
_EXITS = {"take_profit": "PartialTakeProfit", "stop_loss": "PartialStopLoss"}
TOO_FREQUENT = {"status": 403, "body": "access too frequent", "headers": {"Retry-After": "2"}}
# A success on top, and a refusal inside.
_REFUSED_INSIDE = (
    '{"retCode": 0, "retMsg": "OK", "result": {}, "time": 1, '
    '"retExtInfo": {"list": [{"code": 110007, "msg": "Available balance is insufficient"}]}}'
)
NOT_EXECUTED: tuple[Fields, ...] = (
    {"status": 200, "code": 10002, "msg": "The request time exceeds the time window range."},
    {"status": 200, "code": 10003, "msg": "API key is invalid."},
    {"status": 200, "code": 10006, "msg": "Too many visits. Exceeded the API Rate Limit."},
    {"status": 200, "code": 110007, "msg": "Available balance is insufficient"},
    {"status": 200, "body": _REFUSED_INSIDE},
    # Without Retry-After the function keeps away for ten minutes: longer than this test.
    TOO_FREQUENT,
)
UNCLEAR: tuple[Fields, ...] = (
    {"status": 200, "code": 429, "msg": "The trading service is experiencing a high server load."},
    {"status": 200, "code": 10000, "msg": "Server Timeout"},
    {"status": 200, "code": 10016, "msg": "Server error."},
    {"status": 200, "code": 170007, "msg": "Timeout waiting for response from backend server."},
    {"status": 200, "code": 170035, "msg": "Submitting, please wait."},
    {"status": 429, "body": ""},
    {"status": 503, "body": ""},
    {"status": 200, "body": '{"retCode": 0, "retMsg": "OK", "result": {"orderId": "'},
    {"status": 200, "body": '{"retCode": 0, "retMsg": "OK", "result": {}, "retExtInfo": {}, "time": 1}'},
)


def draw_lateness(random: Random) -> Fields:
    """How late its engine and its lists are from now on, in milliseconds; often not at all."""
    return {
        "engine_ms": random.choice((0, 0, 300, 1_000)),
        "realtime_ms": random.choice((0, 0, 500, 3_000)),
        "history_ms": random.choice((0, 1_000, 5_000)),
    }


def find_missing_exits(fields: Document, entries: Sequence[Document], exits: Sequence[Document]) -> list[str]:
    """What is wrong with the exits that the exchange made of one signal's order; `fields` is its body."""
    traded = sum((Decimal(each["executedQty"]) for each in entries), Decimal(0))
    found = []
    for name, kind in _EXITS.items():
        standing = [Decimal(each["origQty"]) for each in exits if each["type"] == kind and each["status"] in _OPEN]
        wanted = traded if name in fields else 0
        if sum(standing) != wanted:
            found.append(f"a {name} of {sum(standing)}, and {wanted} is to be protected")
    return found


def _spot(random: Random) -> Fields:
    symbol = random.choice(list(QUANTITIES))
    side = random.choice(["BUY", "SELL"])
    return {"venue": BYBIT, "product": "spot", "symbol": symbol, "side": side, "quantity": QUANTITIES[symbol]}


def _by_quote(random: Random) -> Fields:
    fields = _spot(random) | {"side": "BUY", "quote_quantity": "123.45"}
    del fields["quantity"]
    return fields


def _linear(random: Random) -> Fields:
    fields = _spot(random)
    return fields | {"product": "linear", "side": SIDES[fields["symbol"]]}


def _inverse(random: Random) -> Fields:
    contracts = random.randint(1, 500)
    return {"venue": BYBIT, "product": "inverse", "symbol": "BTCUSD", "side": "BUY", "contracts": contracts}


def _stop(fields: Fields) -> Fields:
    """It waits for a price that does not come; of a SELL below the market."""
    return fields | {"type": "STOP_LOSS", "stop_price": find_price(fields, PROFITS)}


def _post(fields: Fields, factors: Mapping[str, float]) -> Fields:
    return fields | {"type": "LIMIT_MAKER", "price": find_price(fields, factors)}


def _exits(fields: Fields) -> Fields:
    return fields | {"take_profit": find_price(fields, PROFITS), "stop_loss": find_price(fields, LOSSES)}


def _passing(random: Random) -> Fields:
    return set_price(_linear(random), CROSSING, random.choice(["GTC", "IOC", "FOK"]))


def _fixed(**fields: Any) -> Draw:
    order = {"venue": BYBIT, "product": "linear", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    return lambda _: {name: value for name, value in (order | fields).items() if value is not None}


ATTACHED: dict[str, tuple[int, Draw]] = {
    "bybit linear protected": (6, lambda random: _exits(_linear(random))),
    "bybit linear protected, limit": (3, lambda random: _exits(_passing(random))),
}
ACCEPTED: dict[str, tuple[int, Draw]] = ATTACHED | {
    "bybit spot": (8, _spot),
    "bybit spot by quote": (4, _by_quote),
    "bybit spot resting": (3, lambda random: set_price(_spot(random), RESTING, "GTC")),
    "bybit spot stop": (3, lambda random: _stop(_spot(random))),
    # What the engine refuses after its acknowledgement is an order too, which never traded.
    "bybit spot, cannot pay": (2, _fixed(product="spot", symbol="ETHUSDT", side="SELL", quantity="5000")),
    "bybit linear": (8, _linear),
    "bybit linear limit": (5, _passing),
    "bybit linear post-only": (3, lambda random: _post(_linear(random), RESTING)),
    "bybit linear post-only, crossing": (2, lambda random: _post(_linear(random), CROSSING)),
    "bybit linear stop": (3, lambda random: _stop(_linear(random))),
    "bybit linear protected, resting": (2, lambda random: _exits(set_price(_linear(random), RESTING, "GTC"))),
    "bybit inverse": (5, _inverse),
    "bybit inverse resting": (2, lambda random: set_price(_inverse(random), RESTING, "GTC")),
}
FIRST = ("bybit spot", "bybit linear", "bybit inverse")
REFUSED: dict[str, tuple[int, Draw]] = {
    "bybit without a product": (1, _fixed(product=None)),
    "bybit unknown symbol": (1, _fixed(symbol="NOSUCHPAIR")),
    "bybit other leverage": (1, _fixed(leverage=7)),
    "bybit spot stop, crossed": (1, _fixed(product="spot", side="SELL", type="STOP_LOSS", stop_price="70000")),
}
