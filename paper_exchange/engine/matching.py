"""What an arriving order takes from a book, and what becomes of the rest: pure, no state."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from paper_exchange.engine.book import Level
from paper_exchange.engine.orders import ZERO, NewOrder
from paper_exchange.enums import MARKET_TYPES, ExpiryReason, Side, TimeInForce


class Match(NamedTuple):
    """What an arriving order trades at once."""

    fills: list[Level]
    expiry_reason: ExpiryReason | None
    """Why the unfilled rest expires (enums.md, Expiry Reasons); None when it is filled or rests."""


def sweep(levels: Sequence[Level], side: Side, quantity: Decimal, limit: Decimal | None = None) -> list[Level]:
    """Return the fills of `quantity` against `levels`, best first, none worse for the taker than `limit`."""
    fills = []
    for level in levels:
        if quantity <= 0 or (limit is not None and _worse(level.price, limit, side)):
            break
        taken = min(quantity, level.quantity)
        fills.append(Level(level.price, taken))
        quantity -= taken
    return fills


def match(order: NewOrder, quantity: Decimal, levels: Sequence[Level], limit: Decimal | None) -> Match:
    """Return what an order takes from `levels`, and why its rest expires."""
    fills = sweep(levels, order.side, quantity, limit)
    if filled(fills) == quantity:
        return Match(fills, None)
    if order.type in MARKET_TYPES:
        return Match(fills, ExpiryReason.INSUFFICIENT_LIQUIDITY)
    if order.time_in_force is TimeInForce.IOC:
        return Match(fills, ExpiryReason.UNFILLED_IOC_QUANTITY_EXPIRED)
    if order.time_in_force is TimeInForce.FOK:
        return Match([], ExpiryReason.UNFILLED_FOK_ORDER_EXPIRED)
    return Match(fills, None)


def quantity_for_quote(levels: Sequence[Level], quote: Decimal, step: Decimal) -> Decimal:
    """Return the quantity, down to the step, that `quote` buys or is received for, as far as the book goes."""
    quantity = ZERO
    for level in levels:
        if quote <= 0:
            break
        taken = min(quote / level.price, level.quantity)
        quantity += taken
        quote -= taken * level.price
    return quantity // step * step


def filled(fills: Sequence[Level]) -> Decimal:
    """Return the quantity of all fills."""
    return sum((fill.quantity for fill in fills), ZERO)


def cost(fills: Sequence[Level]) -> Decimal:
    """Return what all fills cost in quote units."""
    return sum((fill.price * fill.quantity for fill in fills), ZERO)


def _worse(price: Decimal, limit: Decimal, side: Side) -> bool:
    return price > limit if side is Side.BUY else price < limit
