"""Which price of the book a peg selects (faqs/pegged_orders.md)."""

from decimal import Decimal

from paper_exchange.engine.book import Book
from paper_exchange.engine.orders import Peg
from paper_exchange.enums import PegPriceType, Side


def pegged_price(peg: Peg, side: Side, book: Book) -> Decimal | None:
    """Return the price that a peg selects; None when the book has no such level."""
    same_side = peg.price_type is PegPriceType.PRIMARY_PEG
    levels = book.bids if (side is Side.BUY) == same_side else book.asks
    depth = peg.offset_value or 0
    return levels[depth].price if depth < len(levels) else None
