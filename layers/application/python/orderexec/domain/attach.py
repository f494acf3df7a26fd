"""How an entry and its exits become one order, where the exchange makes orders of the exits as the entry fills.

The exits are checked as if they were sent now, before the entry is: an entry never stands unprotected for a reason
that could have been seen.
"""

from dataclasses import replace

from .apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from .exits import find_misplaced, request_exits
from .instruments import Instrument
from .orders import Order
from .signals import Signal


def apply_rules_to_attached(signal: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    """Return the entry to send, with its exits, all rounded and checked like any others, and against each other.

    An exit that names a price only is triggered at that price, and trades at it or better.
    """
    requested = make_requested_order(signal)
    entry = apply_rules(requested, instrument, market)
    if isinstance(entry, RuleViolation):
        return entry
    exits: dict[str, Order] = {}
    for name, asked in request_exits(signal, requested, entry).items():
        triggered = asked if asked.stop_price is not None else replace(asked, stop_price=asked.price)
        order = apply_rules(triggered, instrument, market)
        if isinstance(order, RuleViolation):
            return RuleViolation(f"{name}: {order.detail}", order.do)
        exits[name] = order
    problem = find_misplaced(exits, entry, market)
    if problem:
        return RuleViolation(problem)
    return replace(entry, take_profit=exits.get("take_profit"), stop_loss=exits.get("stop_loss"))
