"""What a client asks for with "Place Order", read and complete; the office makes it an order of the engine."""

from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.dialects.bybit.words import Category, Lifetime, MarketUnit, OrderFilter, TriggerBy
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import Side

SIDES = (PositionSide.BOTH, PositionSide.LONG, PositionSide.SHORT)
"""The position of each positionIdx."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A take-profit or a stop-loss that is attached to an order. Without a limit it ends at the market."""

    trigger_price: Decimal
    limit_price: Decimal | None = None
    trigger_by: TriggerBy = TriggerBy.LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One order. `quantity` is in base units, contracts, or the unit that `unit` names."""

    category: Category
    symbol: str
    side: Side
    at_market: bool
    quantity: Decimal
    unit: MarketUnit | None = None
    """Of a market order of spot."""
    price: Decimal | None = None
    lifetime: Lifetime = Lifetime.GTC
    order_filter: OrderFilter = OrderFilter.ORDER
    trigger_price: Decimal | None = None
    rises: bool = False
    """It waits for a price at the trigger price or above it."""
    trigger_by: TriggerBy = TriggerBy.LAST
    position_idx: int = 0
    reduce_only: bool = False
    close_on_trigger: bool = False
    leverage: bool = False
    take_profit: Exit | None = None
    stop_loss: Exit | None = None
    partial: bool = True
    """Exits end what this order fills; else the whole position."""
    link_id: str | None = None

    @property
    def spot(self) -> bool:
        """Whether it trades the asset itself."""
        return self.category is Category.SPOT

    @property
    def in_quote(self) -> bool:
        """Whether the quantity is counted in the quote asset."""
        return self.unit is MarketUnit.QUOTE

    @property
    def position_side(self) -> PositionSide:
        """Which position of its symbol it trades for."""
        return SIDES[self.position_idx]

    @property
    def closes_all(self) -> bool:
        """Whether it closes whatever is open ("Place Order", qty)."""
        return not self.quantity and self.reduce_only and self.close_on_trigger
