"""The market of one symbol: its last price and its order book."""

from collections.abc import Sequence
from decimal import Decimal

from local.paper_exchange.book import Book, Level, Walk, book_around
from local.paper_exchange.orders import Side
from local.paper_exchange.symbols import Symbol


class Market:
    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        self.move(symbol.price)

    def move(self, price: Decimal) -> None:
        self.price = price
        self.book = book_around(price, self.symbol.tick_size, self.symbol.level_quantity)

    def put(self, book: Book) -> None:
        """These bids and asks instead, until the price moves."""
        self.book = book

    def step(self, walk: Walk) -> None:
        self.move(walk.step(self.price, self.symbol.tick_size))

    def against(self, side: Side) -> Sequence[Level]:
        """What an order of `side` trades with, best first."""
        return self.book.asks if side is Side.BUY else self.book.bids
