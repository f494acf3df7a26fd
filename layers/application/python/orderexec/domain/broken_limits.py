"""Which limit of its account a request breaks: every order of it is measured, the exits of a list as well."""

from collections.abc import Iterator
from decimal import Decimal

from .decimals import format_plain
from .instruments import Instrument
from .limits import Limits, join_names
from .order_words import Side
from .protected import Protected
from .requests import OrderList, PlacingPlan, get_first_order
from .worth import Leg, list_legs, sum_worth_of_day


def find_broken_limit(request: PlacingPlan, limits: Limits, instrument: Instrument, last: Decimal | None) -> str | None:
    """Return the first limit that what is to be sent breaks, with the limit and the value, or None.

    Every order of a list is measured. `last` is the last price, None where no limit needs it. What only makes an open
    position smaller is measured by its price alone: no limit may keep a person in a position.
    """
    return next(_list_broken(request, limits, instrument, last), None)


def needs_last_price(request: PlacingPlan, limits: Limits) -> bool:
    """Return whether the last price must be known to measure the request."""
    if limits.measures_price:
        return True
    return limits.measures_worth and any(leg.needs_last_price for leg in list_legs(request))


def _list_broken(request: PlacingPlan, limits: Limits, instrument: Instrument, last: Decimal | None) -> Iterator[str]:
    reduces, asset = get_first_order(request).only_reduces, instrument.quote_asset
    legs = tuple(list_legs(request, instrument.contract))
    if not reduces:
        yield from _list_too_much(legs, limits, asset, last)
    for leg in legs:
        if limits.max_price_distance_percent is not None:
            yield from _check_distance(leg, limits.max_price_distance_percent, last)
    if limits.max_daily_notional and not reduces:
        value = sum_worth_of_day(request, last, instrument.contract)
        yield from _check_worth_of_day(request, value, limits.max_daily_notional[asset], asset)


def _list_too_much(legs: tuple[Leg, ...], limits: Limits, asset: str, last: Decimal | None) -> Iterator[str]:
    if limits.measures_worth:
        yield from _list_unnamed(limits, asset)
    for leg in legs:
        if limits.sides is not None:
            yield from _check_side(leg, limits.sides)
        if limits.max_order_notional:
            yield from _check_worth(leg, limits.max_order_notional[asset], asset, last)


def _list_unnamed(limits: Limits, quote_asset: str) -> Iterator[str]:
    for name, by_asset in (("order", limits.max_order_notional), ("daily", limits.max_daily_notional)):
        if by_asset and quote_asset not in by_asset:
            yield f"max_{name}_notional has no amount for {quote_asset}, which pays this order; the limits need one"


def _check_side(leg: Leg, sides: frozenset[Side]) -> Iterator[str]:
    """Yield what is wrong with the leg's side.

    An exit may take the other side, since it can only end what its allowed entry has made, if it is no larger.
    """
    order, entry = leg.order, leg.entry
    if order.side in sides:
        return
    if entry is None or entry.side not in sides:
        yield f"side {order.side} is not among the allowed sides {join_names(sides)}"
    elif leg.order.only_reduces:
        return
    elif entry.quantity is None or leg.quantity is None or leg.quantity > entry.quantity:
        what = f"the {order.side} exit is larger than its {entry.side} entry"
        yield f"{what}, and the allowed sides are {join_names(sides)}"


def _check_worth(leg: Leg, most: Decimal, quote_asset: str, last: Decimal | None) -> Iterator[str]:
    value = leg.measure_worth(last)
    if value > most:
        worth = f"{format_plain(value)} {quote_asset}"
        yield f"{_name_leg(leg)} is worth {worth}, and max_order_notional allows {format_plain(most)}"


def _check_worth_of_day(request: PlacingPlan, value: Decimal, most: Decimal, quote_asset: str) -> Iterator[str]:
    if value > most:
        what = "the entry and its larger exit are" if _has_entry_and_exit(request) else "the order is"
        yield f"{what} worth {format_plain(value)} {quote_asset}, and max_daily_notional allows {format_plain(most)}"


def _check_distance(leg: Leg, most: Decimal, last: Decimal | None) -> Iterator[str]:
    order = leg.order
    if order.price is None or (leg.is_exit and not order.triggered):
        return  # an exit without a trigger is a maker: it rests at a gain, and can never trade at a worse price
    reference = _choose_reference(leg, last)
    if reference is None:
        return
    distance = abs(order.price - reference) * 100 / reference
    if distance > most:
        yield (
            f"{_name_leg(leg, 'price')} {format_plain(order.price)} lies {distance:.2f} % from "
            f"{format_plain(reference)}, and max_price_distance_percent allows {format_plain(most)} %"
        )


def _choose_reference(leg: Leg, last: Decimal | None) -> Decimal | None:
    """Return the price that a limit price is meant to lie near, None if it is not known.

    For a stop that is its trigger, for an exit its entry, for others the market.
    """
    if leg.order.triggered and leg.order.stop_price is not None:
        return leg.order.stop_price
    entry = leg.entry.price if leg.entry is not None else None
    return last if entry is None else entry


def _name_leg(leg: Leg, thing: str = "") -> str:
    if leg.is_exit:
        return f"the exit {leg.order.type}" + (f"'s {thing}" if thing else "")
    return thing or "the order"


def _has_entry_and_exit(request: PlacingPlan) -> bool:
    return isinstance(request, Protected) or (isinstance(request, OrderList) and request.working is not None)
