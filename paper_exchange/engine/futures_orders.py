"""An order of contracts as it was asked for, and its trades."""

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from paper_exchange.engine.orders import ZERO, NewOrder, Order, Trade
from paper_exchange.engine.positions import PositionSide


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFuturesOrder(NewOrder):
    """What a client asks for; `quantity` counts contracts. It is LIMIT, LIMIT_MAKER or MARKET."""

    position_side: PositionSide = PositionSide.BOTH
    reduce_only: bool = False
    close_position: bool = False
    """It came from a conditional order that closes the whole position."""
    good_till_ms: int = 0
    """When it ends by itself; 0 for never. It is told, and not played."""

    @property
    def reduces(self) -> bool:
        """Whether it may only make its position smaller."""
        return self.reduce_only or self.close_position or self.position_side.closes(self.side)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuturesTrade(Trade):
    """A trade of one order of contracts."""

    value: Decimal
    """In the margin asset, without a sign."""
    realised: Decimal = ZERO
    """The profit that it realised; a loss is negative."""


def asked(order: Order) -> NewFuturesOrder:
    """Return what an order of contracts was asked for as."""
    return cast(NewFuturesOrder, order.request)
