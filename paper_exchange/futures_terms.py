"""What an account has in common for all kinds of contracts: position mode, leverage, margin types, order counts."""

from decimal import Decimal
from typing import Protocol

from paper_exchange.engine.unfilled_orders import PlacedOrders
from paper_exchange.refusal import FuturesKind, Refusal
from paper_exchange.rules.futures_state import LEVERAGE
from paper_exchange.rules.rate_limits import RateLimit

MAX_LEVERAGE = 125


class Member(Protocol):
    """The exchange of one kind of contracts, as its terms see it."""

    def has_orders(self, symbol: str | None = None) -> bool:
        """Return whether orders are open, of one symbol or of any."""

    def has_positions(self, symbol: str | None = None) -> bool:
        """Return whether positions are open, of one symbol or of any."""


class Terms:
    """Knows and changes them. Nothing changes that open orders or positions rest on. Raises Refusal."""

    def __init__(self, limits: list[RateLimit]) -> None:
        self.limits = limits
        self.unfilled = PlacedOrders(limits)
        self.hedged = False
        """Whether a symbol has a long and a short position instead of one, unless it has a mode of its own."""
        self._own_modes: dict[str, bool] = {}
        self.isolated: set[str] = set()
        self._leverages: dict[str, int | Decimal] = {}
        self._members: list[Member] = []

    def join(self, member: Member) -> None:
        """Let them be the terms of one more kind of contracts."""
        self._members.append(member)

    def leverage_of(self, symbol: str) -> int | Decimal:
        """Return how many times its margin a position is worth."""
        return self._leverages.get(symbol, LEVERAGE)

    def set_leverage(self, symbol: str, leverage: int | Decimal) -> None:
        """Set how many times its margin a position is worth."""
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise Refusal(FuturesKind.LEVERAGE_NOT_VALID, leverage=leverage)
        self._leverages[symbol] = leverage

    def set_hedged(self, *, hedged: bool) -> None:
        """Switch between one position a symbol and two."""
        if hedged == self.hedged:
            raise Refusal(FuturesKind.SAME_POSITION_MODE)
        if any(each.has_orders() for each in self._members):
            raise Refusal(FuturesKind.POSITION_MODE_HAS_ORDERS)
        if any(each.has_positions() for each in self._members):
            raise Refusal(FuturesKind.POSITION_MODE_HAS_POSITIONS)
        self.hedged = hedged

    def hedges(self, symbol: str) -> bool:
        """Return whether the symbol has a long and a short position instead of one."""
        return self._own_modes.get(symbol, self.hedged)

    def set_hedged_in(self, symbol: str, *, hedged: bool) -> None:
        """Give a symbol a mode of its own."""
        if hedged == self.hedges(symbol):
            raise Refusal(FuturesKind.SAME_POSITION_MODE)
        if any(each.has_orders(symbol) for each in self._members):
            raise Refusal(FuturesKind.POSITION_MODE_HAS_ORDERS)
        if any(each.has_positions(symbol) for each in self._members):
            raise Refusal(FuturesKind.POSITION_MODE_HAS_POSITIONS)
        self._own_modes[symbol] = hedged

    def set_isolated(self, symbol: str, *, isolated: bool) -> None:
        """Switch a symbol between a margin of its own and that of the whole wallet, which only what is told shows."""
        if isolated == (symbol in self.isolated):
            raise Refusal(FuturesKind.SAME_MARGIN_TYPE)
        if any(each.has_orders(symbol) for each in self._members):
            raise Refusal(FuturesKind.MARGIN_TYPE_HAS_ORDERS)
        if any(each.has_positions(symbol) for each in self._members):
            raise Refusal(FuturesKind.MARGIN_TYPE_HAS_POSITION)
        (self.isolated.add if isolated else self.isolated.discard)(symbol)
