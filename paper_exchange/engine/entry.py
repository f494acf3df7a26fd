"""What happens to an order the moment it is placed: waits, rests, trades, or is refused. Pure: nothing changes yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.book import Level
from paper_exchange.engine.market import Market
from paper_exchange.engine.matching import cost, match
from paper_exchange.engine.orders import ZERO, NewOrder
from paper_exchange.engine.pegs import pegged_price
from paper_exchange.engine.triggers import Trigger, reached
from paper_exchange.enums import MARKET_TYPES, ExpiryReason, OrderType, Side
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.admission import check_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What becomes of an order the moment it is placed."""

    needs: Decimal
    """How much of the asset it pays with has to be set aside."""
    trigger: Trigger | None = None
    """What it waits for; None when it enters the book."""
    limit: Decimal | None = None
    pegged_price: Decimal | None = None
    fills: Sequence[Level] = ()
    expiry_reason: ExpiryReason | None = None


def enter(new: NewOrder, quantity: Decimal, market: Market, now_ms: int) -> Entry:
    """Say what becomes of a new order. Raises Refusal for one that would trigger or, as a maker, trade at once."""
    if not new.contingent:
        return enter_book(new, quantity, market)
    if new.stop_price is not None and reached(new.type, new.side, new.stop_price, market.price):
        raise Refusal(Kind.WOULD_TRIGGER_IMMEDIATELY)
    trigger = Trigger(type=new.type, side=new.side, stop_price=new.stop_price, trailing_delta=new.trailing_delta)
    trigger.sees(market.price, now_ms)  # without a stop price a trailing stop follows from here
    needs = ZERO if new.holds_when_triggered else estimated_need(new, quantity, market)
    return Entry(needs=needs, trigger=trigger)


def enter_book(new: NewOrder, quantity: Decimal, market: Market) -> Entry:
    """Say what becomes of an order that does not wait, or no longer. Raises as `enter`."""
    pegged = _pegged_price(new, quantity, market)
    limit = None if new.type in MARKET_TYPES else pegged or new.price
    fills, expiry_reason = match(new, quantity, market.against(new.side), limit)
    if fills and new.type is OrderType.LIMIT_MAKER:
        raise Refusal(Kind.WOULD_MATCH_IMMEDIATELY)
    needs = quantity
    if new.side is Side.BUY:
        needs = cost(fills) if limit is None else limit * quantity
    return Entry(needs=needs, limit=limit, pegged_price=pegged, fills=fills, expiry_reason=expiry_reason)


def estimated_need(new: NewOrder, quantity: Decimal, market: Market) -> Decimal:
    """Return what is set aside for an order that does not work yet; when it does, it may need more or less."""
    return quantity if new.side is Side.SELL else quantity * new.valued_at(market.price)


def _pegged_price(new: NewOrder, quantity: Decimal, market: Market) -> Decimal | None:
    if new.peg is None:
        return None
    price = pegged_price(new.peg, new.side, market.book)
    if price is None:
        raise Refusal(Kind.BOOK_TOO_THIN_TO_PEG)
    check_price(new, quantity, price, market)
    return price
