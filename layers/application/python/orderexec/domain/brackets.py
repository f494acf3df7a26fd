"""How an entry with its take-profit and stop-loss, or a pair of exits alone, becomes a list of orders that is accepted.

The exits are checked as if they were sent now, before the entry is: an entry never stands unprotected for a reason
that could have been seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from .apply_rules import Market, RuleViolation, apply_rules, lot_of, requested_order
from .decimals import plain, round_down, times
from .instruments import Feature, Instrument
from .order_types import MAKER, Kind, Trigger
from .order_words import ListKind, Side
from .orders import Order, client_order_id
from .products import find_product
from .requests import OrderList
from .signals import Exit, Signal

# What commission may leave of a filled quantity that is to be sold: far more than any fee.
_TRIGGERS = {"take_profit": Trigger.PROFIT, "stop_loss": Trigger.LOSS}
_AFTER_COMMISSION = Decimal("0.99")


def apply_rules_to_list(signal: Signal, instrument: Instrument, market: Market) -> OrderList | RuleViolation:
    """The list to send, its orders rounded and checked like any others, and against each other."""
    requested = requested_order(signal)
    if requested.type.kind.pair:
        entry = None
        kind, missing = ListKind.OCO, instrument.without(Feature.OCO)
    else:
        order = apply_rules(requested, instrument, market)
        if isinstance(order, RuleViolation):
            return order
        entry, kind = order, _kind(signal, instrument)
        missing = instrument.without(*_features(kind))
    if missing:
        return RuleViolation(missing)
    exits = _apply_rules_to_exits(signal, entry, kind, instrument, market)
    if isinstance(exits, RuleViolation):
        return exits
    problem = next(_misplaced(exits, _expected_price(entry, market)), None)
    return RuleViolation(problem) if problem else _list(signal, kind, entry, exits)


def _apply_rules_to_exits(
    signal: Signal, entry: Order | None, kind: ListKind, instrument: Instrument, market: Market
) -> dict[str, Order] | RuleViolation:
    requests = dict(_exits(signal, entry))
    # They share one quantity, which both lots allow.
    step = max(lot_of(requested, instrument).step for requested in requests.values())
    exits = {}
    for name, requested in requests.items():
        for quantity in _quantities(requested, kind):
            # What rounds to nothing is refused in the words of what it was.
            order = apply_rules(replace(requested, quantity=round_down(quantity, step) or quantity), instrument, market)
            if isinstance(order, RuleViolation):
                return RuleViolation(f"{name}: {order.detail}")
            exits[name] = order
    return exits


def _quantities(requested: Order, kind: ListKind) -> Iterator[Decimal]:
    """What an exit may come to be: all that was bought, or what commission leaves of it."""
    quantity = requested.quantity or Decimal(0)
    yield quantity
    if kind.pays_with_filled:
        yield times(quantity, _AFTER_COMMISSION)


def _kind(signal: Signal, instrument: Instrument) -> ListKind:
    both = signal.take_profit is not None and signal.stop_loss is not None
    pays = signal.side == Side.BUY and (
        signal.exit_quantity == "filled" or (signal.exit_quantity is None and Feature.OPO not in instrument.lacks)
    )
    if pays:
        return ListKind.OPOCO if both else ListKind.OPO
    return ListKind.OTOCO if both else ListKind.OTO


def _features(kind: ListKind) -> Iterator[Feature]:
    if kind.has_entry:
        yield Feature.OTO
    if kind.pays_with_filled:
        yield Feature.OPO
    if kind.has_pair:
        yield Feature.OCO


def _exits(signal: Signal, entry: Order | None) -> Iterator[tuple[str, Order]]:
    """The exits as requested, by the name of the signal's field."""
    # What else an entry has, each exit sets for itself.
    base = replace(requested_order(signal), iceberg_quantity=None, peg_price_type=None, peg_offset=None)
    if entry is not None:
        base = replace(base, side=entry.side.opposite, quantity=entry.quantity)
    for name, requested in (("take_profit", signal.take_profit), ("stop_loss", signal.stop_loss)):
        if requested is not None:
            # A list is found by its first order, which has the signal's own id: the entry, else the exit above.
            first = entry is None and (name == "take_profit") == (base.side == Side.SELL)
            yield (
                name,
                _exit_order(base, name, requested, _order_id(signal, "" if first else name), signal.identity.venue),
            )


def _exit_order(base: Order, name: str, requested: Exit, order_id: str, venue: str) -> Order:
    product = find_product(venue)
    kind = Kind(at_market=requested.price is None, trigger=_TRIGGERS[name]) if requested.triggered else MAKER
    order_type = product.find_type(kind)
    default = product.default_time_in_force(order_type)
    return replace(
        base,
        type=order_type,
        client_order_id=order_id,
        price=requested.price,
        stop_price=requested.stop_price,
        trailing_delta=requested.trailing_delta,
        time_in_force=(requested.time_in_force or default) if default else None,
    )


def _expected_price(entry: Order | None, market: Market) -> Decimal | None:
    """About where the market is when the exits become active: where the entry fills, or now."""
    prices = [price for price in (entry.price if entry else None, market.last) if price is not None]
    if not prices:
        return None
    return max(prices) if entry is not None and entry.side == Side.SELL else min(prices)


def _misplaced(exits: dict[str, Order], expected: Decimal | None) -> Iterator[str]:
    """An exit on the wrong side of the market would trade at once, or be refused when the entry has filled."""
    selling = next(iter(exits.values())).side == Side.SELL
    upper, lower = ("take_profit", "stop_loss") if selling else ("stop_loss", "take_profit")
    levels = {
        name: _level(order, paired=len(exits) == 2, nearest=min if selling else max) for name, order in exits.items()
    }
    high, low = levels.get(upper), levels.get(lower)
    if high is not None and low is not None and high <= low:
        yield f"{upper} {plain(high)} must lie above {lower} {plain(low)}"
    if expected is not None and high is not None and high <= expected:
        yield f"{upper} {plain(high)} must lie above the price expected then, {plain(expected)}"
    if expected is not None and low is not None and low >= expected:
        yield f"{lower} {plain(low)} must lie below the price expected then, {plain(expected)}"


def _level(order: Order, *, paired: bool, nearest: Callable[[list[Decimal]], Decimal]) -> Decimal | None:
    """The price that has its place: the trigger's if there is one.

    In a pair a take-profit's limit price is bound as well ("New Order list - OCO" in rest-api.md): the nearer counts.
    """
    limit_too = order.type.kind.maker or (paired and order.type.kind.trigger is Trigger.PROFIT)
    bound = [price for price in (order.stop_price, order.price if limit_too else None) if price is not None]
    return nearest(bound) if bound else None


def _list(signal: Signal, kind: ListKind, entry: Order | None, exits: dict[str, Order]) -> OrderList:
    list_id = _order_id(signal, "list")
    if kind.pays_with_filled:
        exits = {name: replace(order, quantity=None) for name, order in exits.items()}
    if not kind.has_pair:
        return OrderList(kind=kind, list_client_order_id=list_id, working=entry, pending=next(iter(exits.values())))
    profit, loss = exits["take_profit"], exits["stop_loss"]
    above, below = (profit, loss) if profit.side == Side.SELL else (loss, profit)
    return OrderList(kind=kind, list_client_order_id=list_id, working=entry, above=above, below=below)


def _order_id(signal: Signal, part: str) -> str:
    return client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id, part)
