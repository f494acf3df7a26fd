"""What the signals of a Bybit world ask for: orders of every kind, with and without exits that are part of them."""

from dataclasses import dataclass, field
from random import Random

from .requested import Body

_STOP: Body = {"stop_loss": "50000"}
_BOTH: Body = _STOP | {"take_profit": "70000"}
_LIMIT: Body = {"type": "LIMIT", "price": "60000"}
_PASSING: Body = {"type": "LIMIT", "price": "65000"}
_MAKER: Body = {"type": "LIMIT_MAKER", "price": "60000"}
_OF_ALL: tuple[Body, ...] = (
    {},
    {},
    dict(_LIMIT),
    dict(_LIMIT),
    dict(_MAKER),
    _PASSING | {"time_in_force": "IOC"},
    _PASSING | {"time_in_force": "FOK"},
    _LIMIT | _STOP,
    _LIMIT | _BOTH,
    _MAKER | _BOTH,
)
OF_SPOT: tuple[Body, ...] = (
    *_OF_ALL,
    {"quantity": None, "quote_quantity": "65"},
    {"margin_mode": "cross"},
    {"side": "SELL", "type": "STOP_LOSS", "stop_price": "55000"},
    {"side": "SELL", "type": "TAKE_PROFIT", "stop_price": "70000"},
)
OF_CONTRACTS: tuple[Body, ...] = (
    *_OF_ALL,
    {**_BOTH},
    {"stop_loss": {"stop_price": "50000", "working_type": "MARK"}},
    _PASSING | {"time_in_force": "IOC"} | _BOTH,
    {"side": "SELL", "reduce_only": True},
    {"side": "SELL", "type": "STOP_LOSS", "stop_price": "55000", "reduce_only": True},
    {"side": "SELL", "type": "TAKE_PROFIT_LIMIT", "stop_price": "70000", "price": "70000", "reduce_only": True},
    {"side": "SELL", "type": "STOP_LOSS", "stop_price": "55000", "close_position": True},
)
_AGES: tuple[Body, ...] = ({}, {}, {"max_age_seconds": 1_500})


@dataclass(frozen=True, slots=True)
class BybitRequests:
    """Of one product: `size` is the field that says how much, with the amount of an order."""

    product: str
    symbol: str
    kinds: tuple[Body, ...]
    size: tuple[str, str] = ("quantity", "0.01")
    other_sizes: tuple[str, ...] = ("0.005", "0.01", "0.02")
    common: Body = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "common", {"venue": "bybit", "product": self.product, "symbol": self.symbol})

    def order(self, rng: Random) -> Body:
        """An order, with or without exits."""
        name, amount = self.size
        body = self.common | {"side": "BUY", name: amount} | rng.choice(self.kinds) | rng.choice(_AGES)
        if body.get("close_position"):
            body[name] = None
        return {field: value for field, value in body.items() if value is not None}

    def change(self, rng: Random, target: str) -> Body:
        """A cancellation of one order or of all, or an amendment: larger or smaller, at another price or the same."""
        draw = rng.random()
        if draw < 0.5:
            return self.common | {"action": "cancel", "target": target}
        if draw < 0.65:
            return self.common | {"action": "cancel", "all_orders": True}
        terms = {self.size[0]: rng.choice(self.other_sizes), "price": rng.choice(("60000", "61000"))}
        return self.common | {"action": "amend", "target": target} | terms
