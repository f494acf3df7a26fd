"""The orders of futures that are sent side by side with a library: every type with every option that goes with it."""

from collections.abc import Iterator
from itertools import product

from tests.oracles.order_grid import SIDES, Fields

_TIMES = ("GTC", "IOC", "FOK", "GTX")
_MODES = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH")
_FOR_ALL: tuple[Fields, ...] = (
    {},
    {"reduce_only": True},
    {"position_side": "LONG"},
    {"position_side": "SHORT"},
    *(Fields(self_trade_prevention_mode=mode) for mode in _MODES),
)
_WATCHED: tuple[Fields, ...] = ({}, {"working_type": "MARK"}, {"working_type": "LAST", "price_protect": True})


def _plain() -> Iterator[Fields]:
    yield {"type": "MARKET"}
    for time_in_force in _TIMES:
        yield {"type": "LIMIT", "price": "60000.1", "time_in_force": time_in_force}
    yield {"type": "LIMIT", "price": "60000"}


def _waiting() -> Iterator[Fields]:
    for kind, watched in product(("STOP", "TAKE_PROFIT"), _WATCHED):
        for time_in_force in _TIMES:
            yield {
                "type": kind,
                "stop_price": "60500",
                "price": "60000.1",
                "time_in_force": time_in_force,
                **watched,
            }
        yield {"type": f"{kind}_MARKET", "stop_price": "60500.5", **watched}
    for delta in (10, 150, 1_000):
        yield {"type": "TRAILING_STOP_MARKET", "trailing_delta": delta}
        yield {"type": "TRAILING_STOP_MARKET", "trailing_delta": delta, "stop_price": "61000", "working_type": "MARK"}


PLAIN: tuple[Fields, ...] = tuple(
    {"side": side, **kind, **more} for side, kind, more in product(SIDES, _plain(), _FOR_ALL)
)
WAITING: tuple[Fields, ...] = tuple(
    {"side": side, **kind, **more} for side, kind, more in product(SIDES, _waiting(), _FOR_ALL)
)
CLOSING: tuple[Fields, ...] = tuple(
    {"side": side, "type": kind, "stop_price": "60500", "close_position": True, "quantity": None, **more}
    for (side, closed), kind in product((("SELL", "LONG"), ("BUY", "SHORT")), ("STOP_MARKET", "TAKE_PROFIT_MARKET"))
    for more in (Fields(), Fields(position_side=closed), Fields(working_type="MARK"))
)


def get_time_in_force(fields: Fields) -> object:
    """What the exchange must be told: a limit price has one, and ours is GTC where none is requested."""
    return fields.get("time_in_force", "GTC") if "price" in fields else None
