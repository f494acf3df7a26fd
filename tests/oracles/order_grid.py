"""The single orders that are sent side by side with a library: every type with every option that goes with it."""

from collections.abc import Iterator
from itertools import product

Fields = dict[str, object]

SIDES = ("BUY", "SELL")
_TRIGGERS: tuple[Fields, ...] = (
    {"stop_price": "59000.12"},
    {"trailing_delta": 150},
    {"stop_price": "61000", "trailing_delta": 10},
)
_TIMES = ("GTC", "IOC", "FOK")
_PEGS: tuple[Fields, ...] = (
    {"peg_price_type": "PRIMARY_PEG"},
    {"peg_price_type": "PRIMARY_PEG", "peg_offset_type": "PRICE_LEVEL", "peg_offset_value": 3},
)
_MODES = ("NONE", "EXPIRE_TAKER", "EXPIRE_BOTH", "DECREMENT")
_FOR_ALL: tuple[Fields, ...] = (
    {},
    {"dry_run": True},
    {"strategy_id": 42, "strategy_type": 1_000_001},
    *(Fields(self_trade_prevention_mode=mode) for mode in _MODES),
)


def _markets() -> Iterator[Fields]:
    for size in ({"quantity": "0.00001"}, {"quantity": "1.5"}, {"quantity": None, "quote_quantity": "250.05"}):
        yield {"type": "MARKET", **size}


def _limits() -> Iterator[Fields]:
    priced = {"quantity": "0.25", "price": "60000.1"}
    for time_in_force in _TIMES:
        yield {"type": "LIMIT", "time_in_force": time_in_force, **priced}
    for kind in ("LIMIT", "LIMIT_MAKER"):
        yield {"type": kind, **priced}
        yield {"type": kind, "iceberg_quantity": "0.05", **priced}
        yield from ({"type": kind, **priced, **peg} for peg in _PEGS)
    yield {"type": "LIMIT", **priced, "peg_price_type": "MARKET_PEG", "time_in_force": "IOC"}


def _triggered() -> Iterator[Fields]:
    for kind, trigger in product(("STOP_LOSS", "TAKE_PROFIT"), _TRIGGERS):
        yield {"type": kind, "quantity": "0.5", **trigger}
        priced = {"type": f"{kind}_LIMIT", "quantity": "0.5", "price": "60000", **trigger}
        yield from ({**priced, "time_in_force": time_in_force} for time_in_force in _TIMES)
        yield {**priced, "iceberg_quantity": "0.1"}
        yield {**priced, "peg_price_type": "MARKET_PEG"}


def _routed() -> Iterator[Fields]:
    yield {"type": "MARKET", "quantity": "0.5", "smart_order_routing": True}
    yield {"type": "LIMIT", "quantity": "0.5", "price": "60000", "iceberg_quantity": "0.1", "smart_order_routing": True}


_KINDS = (*_markets(), *_limits(), *_triggered(), *_routed())
ORDERS: tuple[Fields, ...] = tuple(
    {"side": side, **kind, **more} for side, kind, more in product(SIDES, _KINDS, _FOR_ALL)
)
PEGGED_WITHOUT_PRICE: tuple[Fields, ...] = tuple(
    {"side": side, "type": kind, "quantity": "0.5", **peg}
    for side, kind, peg in product(SIDES, ("LIMIT", "LIMIT_MAKER"), _PEGS)
)
REPLACEMENTS: tuple[Fields, ...] = tuple(
    {"side": side, **kind} for side, kind in product(SIDES, (*_markets(), *_limits(), *_triggered()))
)


def shown(fields: object) -> str:
    """The name of a case."""
    return " ".join(map(str, fields.values())) if isinstance(fields, dict) else str(fields)


def time_in_force(fields: Fields) -> object:
    """What the exchange must be told: a limit price has one, and ours is GTC where none is requested."""
    limited = fields["type"] == "LIMIT" or str(fields["type"]).endswith("_LIMIT")
    return fields.get("time_in_force", "GTC") if limited else None
