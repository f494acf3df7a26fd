"""How a position is left: the orders that a take-profit and a stop-loss become, each on its side of the market."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from .apply_rules import Market
from .decimals import format_plain
from .order_types import TRAILING, Kind, Trigger
from .order_words import Side
from .orders import Order, make_client_order_id
from .product import Product
from .products import find_product
from .signals import Exit, Signal

_EXPECTED = "the price expected when the exits become active"
_TRIGGERS = {"take_profit": Trigger.PROFIT, "stop_loss": Trigger.LOSS}


def request_exits(signal: Signal, requested: Order, entry: Order | None) -> dict[str, Order]:
    """Return the exits as the signal asks for them, by the name of its field; nothing is rounded yet.

    `requested` is the order of the signal itself, before rounding. `entry` is the order that they leave; without one
    they end what the account holds already.
    """
    # What else an entry has, each exit sets for itself.
    base = replace(requested, iceberg_quantity=None, peg_price_type=None, peg_offset=None)
    if entry is not None:
        base = replace(base, side=entry.side.opposite, quantity=entry.quantity, contracts=entry.contracts)
    product = find_product(signal.market)
    exits = {"take_profit": signal.take_profit, "stop_loss": signal.stop_loss}
    return {
        name: replace(_make_exit(base, name, wanted, product), client_order_id=make_order_id(signal, name))
        for name, wanted in exits.items()
        if wanted is not None
    }


def find_misplaced(exits: dict[str, Order], entry: Order | None, market: Market) -> str | None:
    """Return which exit lies on the wrong side of the market, or of the other exit, in words; None if none does.

    It would trade at once, or be refused when the entry has filled.
    """
    return next(_list_misplaced(exits, _expect_price(entry, market)), None)


def make_order_id(signal: Signal, part: str) -> str:
    """Return the client order id of one order of several that come of the signal."""
    return make_client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id, part)


def _make_exit(base: Order, name: str, requested: Exit, product: Product) -> Order:
    order_type = product.find_type(_choose_kind(name, requested, product))
    default = product.find_default_time_in_force(order_type)
    return replace(
        base,
        type=order_type,
        price=requested.price,
        stop_price=requested.stop_price,
        trailing_delta=requested.trailing_delta,
        working_type=requested.working_type,
        time_in_force=(requested.time_in_force or default) if default else None,
    )


def _choose_kind(name: str, requested: Exit, product: Product) -> Kind:
    if not requested.triggered:
        return product.resting_exit
    if requested.trailing_delta is not None and product.has_type(TRAILING):
        return TRAILING
    return Kind(at_market=requested.price is None, trigger=_TRIGGERS[name])


def _expect_price(entry: Order | None, market: Market) -> Decimal | None:
    """Return about where the market is when the exits become active: where the entry fills, or now."""
    prices = [price for price in (entry.price if entry else None, market.last) if price is not None]
    if not prices:
        return None
    return max(prices) if entry is not None and entry.side == Side.SELL else min(prices)


def _list_misplaced(exits: dict[str, Order], expected: Decimal | None) -> Iterator[str]:
    selling = next(iter(exits.values())).side == Side.SELL
    upper, lower = ("take_profit", "stop_loss") if selling else ("stop_loss", "take_profit")
    levels = {
        name: _find_level(order, paired=len(exits) == 2, nearest=min if selling else max)
        for name, order in exits.items()
    }
    high, low = levels.get(upper), levels.get(lower)
    if high is not None and low is not None and high <= low:
        yield f"{upper} {format_plain(high)} must lie above {lower} {format_plain(low)}"
    if expected is not None and high is not None and high <= expected:
        yield f"{upper} {format_plain(high)} must lie above {format_plain(expected)}, {_EXPECTED}"
    if expected is not None and low is not None and low >= expected:
        yield f"{lower} {format_plain(low)} must lie below {format_plain(expected)}, {_EXPECTED}"


def _find_level(order: Order, *, paired: bool, nearest: Callable[[list[Decimal]], Decimal]) -> Decimal | None:
    """Return the price that has its place: the trigger's if there is one.

    In a pair a take-profit's limit price is bound as well ("New Order list - OCO" in rest-api.md): the nearer counts.
    """
    kind = order.type.kind
    limit_too = not kind.triggered or (paired and kind.trigger is Trigger.PROFIT)
    bound = [price for price in (order.stop_price, order.price if limit_too else None) if price is not None]
    return nearest(bound) if bound else None
