"""When a contingent order is triggered: stop prices and trailing stops (faqs/trailing-stop-faq.md)."""

from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.enums import STOP_LOSSES, OrderType, Side

BASIS_POINTS = Decimal(10_000)


def waits_for_rise(order_type: OrderType, side: Side) -> bool:
    """Return whether the stop price lies above the market: a buyer's stop loss, a seller's take profit."""
    return (order_type in STOP_LOSSES) == (side is Side.BUY)


def reached(order_type: OrderType, side: Side, stop_price: Decimal, price: Decimal) -> bool:
    """Return whether the market's price triggers an order with that stop price."""
    return price >= stop_price if waits_for_rise(order_type, side) else price <= stop_price


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The state of one waiting order, told of every price by `sees`."""

    type: OrderType
    side: Side
    stop_price: Decimal | None
    trailing_delta: int | None
    tracking_since_ms: int | None = None
    best: Decimal | None = None
    """The price a trailing stop follows: the lowest for a buyer, the highest for a seller."""

    def sees(self, price: Decimal, now_ms: int) -> bool:
        """Return whether the last price now being `price` triggers the order."""
        if self.best is None and self.stop_price is not None:
            if not reached(self.type, self.side, self.stop_price, price):
                return False
            if self.trailing_delta is None:
                return True
        return self._trails(price, now_ms)

    def _trails(self, price: Decimal, now_ms: int) -> bool:
        if self.trailing_delta is None:
            raise ValueError("a contingent order has a stop price or a trailing delta")
        if self.best is None:
            self.tracking_since_ms, self.best = now_ms, price
            return False
        if self.side is Side.BUY:
            self.best = min(self.best, price)
            return price >= self.best * (1 + self.trailing_delta / BASIS_POINTS)
        self.best = max(self.best, price)
        return price <= self.best * (1 - self.trailing_delta / BASIS_POINTS)
