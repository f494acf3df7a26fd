"""The market of one symbol: its last price, its order book, the reference price of its price rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.book import Book, Level, Walk, book_around
from paper_exchange.enums import Side
from paper_exchange.rules.symbols import Symbol


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """The price that price rules measure by, and when it was set."""

    price: Decimal | None
    time_ms: int


class Market:
    """Knows what a symbol trades at."""

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        self.reference: ReferencePrice | None = None
        """None as long as it was never set."""
        self.move(symbol.price)

    @property
    def average_price(self) -> Decimal:
        """What filters measure by: the reference price if there is one; no history is kept to average otherwise."""
        return (self.reference and self.reference.price) or self.price

    def move(self, price: Decimal) -> None:
        """Trade at `price`, with a fresh book around it."""
        self.price = price
        self.book = book_around(price, self.symbol.tick_size, self.symbol.level_quantity)

    def put(self, book: Book, last_price: Decimal | None = None) -> None:
        """Put these bids and asks instead, until the price moves; and trade at `last_price`."""
        self.book = book
        self.price = last_price or self.price

    def step(self, walk: Walk) -> None:
        """Walk one step."""
        self.move(walk.step(self.price, self.symbol.tick_size))

    def against(self, side: Side) -> Sequence[Level]:
        """Return what an order of `side` trades with, best first."""
        return self.book.asks if side is Side.BUY else self.book.bids
