"""How an entry and its exits become a plan of orders sent one by one, where the exchange does not link them.

The exits are checked as if they were sent now, before the entry is: an entry never stands unprotected for a reason
that could have been seen.
"""

from dataclasses import replace

from .apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from .decimals import format_plain
from .exits import find_misplaced, make_order_id, request_exits
from .instruments import ZERO, Instrument
from .orders import Order
from .protected import Protected
from .signals import Signal


def apply_rules_to_protected(
    signal: Signal, instrument: Instrument, market: Market, *, round_: int = 0
) -> Protected | RuleViolation:
    """Return the plan to send, its orders rounded and checked like any others, and against each other.

    `round_` counts the stops of the signal that were cancelled again before.
    """
    requested = make_requested_order(signal)
    entry = apply_rules(requested, instrument, market)
    if isinstance(entry, RuleViolation):
        return entry
    exits: dict[str, Order] = {}
    for name, asked in request_exits(signal, requested, entry).items():
        reducing = replace(asked, reduce_only=entry.position_side is None)
        order = apply_rules(reducing, instrument, market)
        if isinstance(order, RuleViolation):
            return RuleViolation(f"{name}: {order.detail}", order.do)
        if order.size != entry.size:  # its type has a coarser lot than the entry's
            return RuleViolation(f"{name}: only {_show(order)} of {_show(entry)} {instrument.unit} would be protected")
        exits[name] = replace(order, client_order_id=make_order_id(signal, f"{name} {round_}"))
    problem = find_misplaced(exits, entry, market)
    if problem:
        return RuleViolation(problem)
    return Protected(entry=entry, stop_loss=exits["stop_loss"], take_profit=exits.get("take_profit"), round=round_)


def _show(order: Order) -> str:
    return format_plain(order.size or ZERO)
