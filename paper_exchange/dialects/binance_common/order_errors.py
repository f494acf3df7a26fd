"""What every product of Binance refuses in the same words because of how a request describes or names an order.

Texts are those of the exchange's pages of error codes.
"""

from paper_exchange.dialects.binance_common.errors import Refused


def invalid_side() -> Refused:
    """Return the refusal of a side that is none."""
    return Refused(-1117, "Invalid side.")


def invalid_type() -> Refused:
    """Return the refusal of a type that is none."""
    return Refused(-1116, "Invalid orderType.")


def invalid_time_in_force() -> Refused:
    """Return the refusal of a timeInForce that is none, or not for such an order."""
    return Refused(-1115, "Invalid timeInForce.")


def no_such_order() -> Refused:
    """Return the refusal to find an order."""
    return Refused(-2013, "Order does not exist.")


def unknown_order(code: int = -2011) -> Refused:
    """Return the refusal to change an order that is not open."""
    return Refused(code, "Unknown order sent.")
