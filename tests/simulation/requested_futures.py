"""What the signals of a futures world ask for: orders of every kind, protected entries of every form, and changes."""

from dataclasses import dataclass
from random import Random

from .requested import Body

_STOP: Body = {"stop_loss": "50000"}
_BOTH: Body = _STOP | {"take_profit": "70000"}
_LIMIT: Body = {"type": "LIMIT", "price": "60000"}
_PASSING: Body = {"type": "LIMIT", "price": "65000"}
_PLAIN: tuple[Body, ...] = (
    {},
    _LIMIT | {"time_in_force": "GTX"},
    dict(_LIMIT),
    {"side": "SELL", "reduce_only": True},
    {"side": "SELL", "type": "STOP_MARKET", "stop_price": "55000", "reduce_only": True},
)
# Each form of entry that may be protected, with each form of exits that it may have.
_PROTECTED: tuple[Body, ...] = (
    {**_BOTH},
    {**_BOTH},
    {**_STOP},
    {"stop_loss": {"trailing_delta": 100}},
    {"stop_loss": {"stop_price": "50000", "working_type": "MARK"}, "take_profit": {"stop_price": "70000"}},
    _PASSING | {"time_in_force": "IOC"} | _BOTH,
    _PASSING | {"time_in_force": "IOC"} | _BOTH,
    _PASSING | {"time_in_force": "FOK"} | _BOTH,
    _LIMIT | _STOP,
    _LIMIT | _STOP,
    _LIMIT | _STOP,
    _LIMIT | {"time_in_force": "GTX"} | _STOP,
)

# A doubt about a conditional order lasts two minutes: with the usual age few signals would outlive one.
_AGES: tuple[Body, ...] = ({}, {"max_age_seconds": 1_500})


@dataclass(frozen=True, slots=True)
class FuturesRequests:
    """Of one product: `size` is the field that says how much, with the amount of an order."""

    venue: str
    symbol: str
    size: tuple[str, str]
    other_sizes: tuple[str, ...]

    def order(self, rng: Random) -> Body:
        """An order, with or without exits that protect it."""
        name, amount = self.size
        body: Body = {"venue": self.venue, "symbol": self.symbol, "side": "BUY", name: amount}
        body |= rng.choice(_PLAIN if rng.random() < 0.35 else _PROTECTED)
        return body | rng.choice(_AGES)

    def change(self, rng: Random, target: str) -> Body:
        """A cancellation of one order or of all, or an amendment: larger or smaller, at another price or the same."""
        body: Body = {"venue": self.venue, "symbol": self.symbol}
        draw = rng.random()
        if draw < 0.5:
            return body | {"action": "cancel", "target": target}
        if draw < 0.65:
            return body | {"action": "cancel", "all_orders": True}
        terms = {self.size[0]: rng.choice(self.other_sizes), "price": rng.choice(("60000", "61000"))}
        return body | {"action": "amend", "target": target} | terms
