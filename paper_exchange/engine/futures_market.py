"""The market of one symbol of contracts: beside the last price it has a mark price, which follows the last one."""

from collections.abc import Sequence
from decimal import Decimal

from paper_exchange.engine.book import Level
from paper_exchange.engine.market import Market
from paper_exchange.enums import Side
from paper_exchange.rules.futures_symbols import FuturesSymbol


class FuturesMarket(Market):
    """Knows what a symbol of contracts trades at."""

    symbol: FuturesSymbol

    def __init__(self, symbol: FuturesSymbol) -> None:
        self.mark_apart: Decimal | None = None
        """The mark price, as long as it does not follow the last price."""
        super().__init__(symbol)

    @property
    def mark_price(self) -> Decimal:
        """What positions are valued at, and what rules measure by."""
        return self.price if self.mark_apart is None else self.mark_apart

    @property
    def average_price(self) -> Decimal:
        """What filters measure by: of contracts the mark price."""
        return self.mark_price

    @property
    def protected(self) -> bool:
        """Whether last price and mark price are so far apart that a protected trigger stays silent."""
        return abs(self.price - self.mark_price) > self.mark_price * self.symbol.trigger_protect

    def against(self, side: Side) -> Sequence[Level]:
        """Return what an order of `side` trades with, best first, as far as the market's bound lets it reach."""
        bound = self.mark_price * self.symbol.market_take_bound
        lowest, highest = self.mark_price - bound, self.mark_price + bound
        return [level for level in super().against(side) if lowest <= level.price <= highest]
