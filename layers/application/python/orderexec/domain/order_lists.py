"""How an entry with its exits, or a pair of exits alone, becomes a list of orders that the exchange itself links.

The exits are checked as if they were sent now, before the entry is: an entry never stands unprotected for a reason
that could have been seen.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from .apply_rules import Market, RuleViolation, apply_rules, find_lot, make_requested_order
from .decimals import multiply, round_down
from .exits import find_misplaced, make_order_id, request_exits
from .instruments import Feature, Instrument
from .order_words import ListKind, Side, SideEffect
from .orders import Order
from .requests import OrderList
from .signals import Signal

# What commission may leave of a filled quantity that is to be sold: far more than any fee.
_AFTER_COMMISSION = Decimal("0.99")
_KINDS = {  # by whether it has a pair of exits, and whether these sell what the entry has bought
    (False, False): ListKind.OTO,
    (True, False): ListKind.OTOCO,
    (False, True): ListKind.OPO,
    (True, True): ListKind.OPOCO,
}


def apply_rules_to_list(signal: Signal, instrument: Instrument, market: Market) -> OrderList | RuleViolation:
    """Return the list to send, its orders rounded and checked like any others, and against each other."""
    requested, entry = make_requested_order(signal), None
    if not requested.type.kind.pair:
        order = apply_rules(requested, instrument, market)
        if isinstance(order, RuleViolation):
            return order
        entry = order
    kind = ListKind.OCO if entry is None else _choose_kind(signal, instrument)
    wanted = request_exits(signal, requested, entry)
    missing = instrument.explain_lack(*_list_features(kind), *_list_exit_features(kind, wanted))
    if missing:
        return RuleViolation(missing)
    exits = _apply_rules_to_exits(wanted, kind, instrument, market)
    if isinstance(exits, RuleViolation):
        return exits
    problem = find_misplaced(exits, entry, market)
    return RuleViolation(problem) if problem else _link(signal, kind, entry, exits)


def _choose_kind(signal: Signal, instrument: Instrument) -> ListKind:
    """Return the kind of list that an entry and its exits become."""
    has_pair = signal.take_profit is not None and signal.stop_loss is not None
    pays_with_filled = signal.side == Side.BUY and (
        signal.exit_quantity == "filled" or (signal.exit_quantity is None and Feature.OPO not in instrument.lacks)
    )
    return _KINDS[has_pair, pays_with_filled]


def _list_features(kind: ListKind) -> Iterator[Feature]:
    if kind.has_entry:
        yield Feature.OTO
    if kind.pays_with_filled:
        yield Feature.OPO
    if kind.has_pair:
        yield Feature.OCO


def _list_exit_features(kind: ListKind, exits: dict[str, Order]) -> Iterator[Feature]:
    """Yield what the exits, and what they do to loans, ask of the symbol beside the list itself."""
    if kind.has_pair and exits["take_profit"].triggered:
        yield Feature.TRIGGERED_PROFIT
    for order in exits.values():
        if order.trailing_delta is not None and not kind.has_entry:
            yield Feature.TRAILING_PAIR
        elif order.trailing_delta is not None and order.price is None:
            yield Feature.TRAILING_AT_MARKET
        if order.side_effect is SideEffect.REPAY and kind.has_entry:
            yield Feature.REPAYING_ENTRY


def _apply_rules_to_exits(
    requests: dict[str, Order], kind: ListKind, instrument: Instrument, market: Market
) -> dict[str, Order] | RuleViolation:
    # They share one quantity, which both lots allow.
    step = max(find_lot(requested, instrument).step for requested in requests.values())
    exits = {}
    for name, requested in requests.items():
        for quantity in _list_quantities(requested, kind):
            # What rounds to nothing is refused in the words of what it was.
            order = apply_rules(replace(requested, quantity=round_down(quantity, step) or quantity), instrument, market)
            if isinstance(order, RuleViolation):
                return RuleViolation(f"{name}: {order.detail}", order.do)
            exits[name] = order
    return exits


def _list_quantities(requested: Order, kind: ListKind) -> Iterator[Decimal]:
    """Yield what an exit may come to be: all that was bought, or what commission leaves of it."""
    quantity = requested.quantity or Decimal(0)
    yield quantity
    if kind.pays_with_filled:
        yield multiply(quantity, _AFTER_COMMISSION)


def _link(signal: Signal, kind: ListKind, entry: Order | None, exits: dict[str, Order]) -> OrderList:
    list_id = make_order_id(signal, "list")
    if kind.pays_with_filled:
        exits = {name: replace(order, quantity=None) for name, order in exits.items()}
    if not kind.has_pair:
        return OrderList(kind=kind, list_client_order_id=list_id, working=entry, pending=next(iter(exits.values())))
    profit, loss = exits["take_profit"], exits["stop_loss"]
    above, below = (profit, loss) if profit.side == Side.SELL else (loss, profit)
    if entry is None:  # a list is found by its first order, which has the signal's own id
        above = replace(above, client_order_id=make_order_id(signal, ""))
    return OrderList(kind=kind, list_client_order_id=list_id, working=entry, above=above, below=below)
