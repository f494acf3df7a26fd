"""Positions: how much of each contract the account holds on which side, and what that cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from paper_exchange.engine.contracts import UNIT, Contract
from paper_exchange.engine.orders import ZERO
from paper_exchange.engine.settlement import ASSET_UNIT
from paper_exchange.enums import Side


class PositionSide(StrEnum):
    """Which position of a symbol is meant: the only one, or one of two that are held against each other."""

    BOTH = "BOTH"
    LONG = "LONG"
    SHORT = "SHORT"

    def closes(self, side: Side) -> bool:
        """Return whether an order of `side` can only make this position smaller; the only one goes either way."""
        return self is not PositionSide.BOTH and (self is PositionSide.LONG) == (side is Side.SELL)

    def enlarged_by(self, side: Side) -> bool:
        """Return whether an order of `side` can only make this position larger."""
        return self is not PositionSide.BOTH and not self.closes(side)


@dataclass(slots=True, kw_only=True)
class Position:
    """What is held of one symbol on one side. Quantity and cost are negative for a short."""

    symbol: str
    side: PositionSide
    contract: Contract
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    """What it was worth when it was opened, in the margin asset."""
    update_time_ms: int = 0

    @property
    def entry_price(self) -> Decimal:
        """The average price that it was opened at; zero without a position."""
        return self.contract.average_price(self.quantity, self.cost)

    def unrealised(self, price: Decimal) -> Decimal:
        """Return what closing it at that price would earn."""
        return self.contract.profit(self.cost, self.contract.value(self.quantity, price))

    def reducible_by(self, side: Side) -> Decimal:
        """Return how much an order of `side` can buy or sell before the position is closed."""
        return max(-self.quantity if side is Side.BUY else self.quantity, ZERO)

    def trade(self, side: Side, quantity: Decimal, price: Decimal) -> Decimal:
        """Take a fill in, and return the profit that it realised, as it goes to the wallet."""
        closing = min(quantity, self.reducible_by(side))
        realised = self._close(side, closing, price) if closing else ZERO
        opening = quantity - closing
        sign = 1 if side is Side.BUY else -1
        self.quantity += sign * opening
        self.cost += sign * self.contract.value(opening, price)
        return realised.quantize(ASSET_UNIT, ROUND_HALF_EVEN)

    def _close(self, side: Side, quantity: Decimal, price: Decimal) -> Decimal:
        sign = 1 if self.quantity > 0 else -1
        opened = (self.cost * quantity / abs(self.quantity)).quantize(UNIT, ROUND_HALF_EVEN)
        self.quantity += quantity if side is Side.BUY else -quantity
        self.cost -= opened
        return self.contract.profit(opened, sign * self.contract.value(quantity, price))


class Positions:
    """Every position that there ever was; a closed one has quantity zero."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, PositionSide], Position] = {}

    def __iter__(self) -> Iterator[Position]:
        return iter(self._held.values())

    def of(self, symbol: str, side: PositionSide, contract: Contract) -> Position:
        """Return the position of a symbol on a side, which may be of quantity zero."""
        key = symbol, side
        if key not in self._held:
            self._held[key] = Position(symbol=symbol, side=side, contract=contract)
        return self._held[key]

    def open_positions(self, symbol: str | None = None) -> list[Position]:
        """Return those that are not closed, of one symbol or of all."""
        return [each for each in self if each.quantity and symbol in (None, each.symbol)]
