"""What the signals of a margin world ask for: as at Spot, each in one of two accounts, with and without a loan."""

from random import Random

from . import requested
from .requested import Body

VENUE = "binance-margin"
_MODES = ("cross", "isolated")
_LOANS = (None, None, "borrow", "borrow_repay")


def order(rng: Random) -> Body:
    """An order or a list of orders."""
    body = requested.order(rng) | {"venue": VENUE, "margin_mode": rng.choice(_MODES)}
    body.pop("exit_quantity", None)
    loan = rng.choice(_LOANS)
    return body if loan is None else body | {"side_effect": loan}


def change(rng: Random, target: str) -> Body:
    """A cancellation of one order, or of all of one of the accounts."""
    body: Body = {"venue": VENUE, "action": "cancel", "symbol": "BTCUSDT"}
    if rng.random() < 0.7:
        return body | {"target": target}
    return body | {"all_orders": True, "margin_mode": rng.choice(_MODES)}
