"""An order as it was asked for and as it lives, and its trades and amendments."""

from dataclasses import dataclass, field
from decimal import Decimal

from paper_exchange.engine.triggers import Trigger
from paper_exchange.enums import (
    CONTINGENT,
    OPEN,
    ExpiryReason,
    OrderType,
    PegOffsetType,
    PegPriceType,
    SelfTradePrevention,
    Side,
    SideEffect,
    Status,
    TimeInForce,
)

ZERO = Decimal(0)
NO_LIST = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Peg:
    """Where in the book a price comes from (faqs/pegged_orders.md)."""

    price_type: PegPriceType
    offset_type: PegOffsetType | None = None
    offset_value: int | None = None
    """How many price levels deeper into the book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What a client asks for: `quantity` in base units, or a MARKET order's `quote_quantity` in quote units.

    The pending orders of an OPO have neither: their size comes from what their working order buys.
    """

    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    stop_price: Decimal | None = None
    trailing_delta: int | None = None
    """In basis points."""
    iceberg_quantity: Decimal | None = None
    peg: Peg | None = None
    client_order_id: str | None = None
    strategy_id: int | None = None
    strategy_type: int | None = None
    self_trade_prevention: SelfTradePrevention | None = None
    uses_sor: bool = False
    side_effect: SideEffect = SideEffect.NO_SIDE_EFFECT
    repays_at_cancel: bool = False
    """Whether its owner's cancelling it repays what was borrowed for it and not spent."""

    @property
    def contingent(self) -> bool:
        """Whether it waits for a price before it works."""
        return self.type in CONTINGENT

    @property
    def iceberg(self) -> bool:
        """Whether only a part of it is shown."""
        return bool(self.iceberg_quantity)

    def valued_at(self, market_price: Decimal) -> Decimal:
        """Return the price that its size is counted with as long as it has not traded."""
        return self.price or self.stop_price or market_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade of one order, with what it cost."""

    trade_id: int
    order: "Order"
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    time_ms: int
    maker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A change of an open order's quantity, and of its id."""

    execution_id: int
    old_client_order_id: str
    new_client_order_id: str
    old_quantity: Decimal
    new_quantity: Decimal
    time_ms: int


@dataclass(slots=True, kw_only=True)
class Order:
    """An order as it lives."""

    order_id: int
    client_order_id: str
    request: NewOrder
    quantity: Decimal
    """In base units; 0 while it is pending in an OPO."""
    time_ms: int
    update_time_ms: int
    list_id: int = NO_LIST
    status: Status = Status.NEW
    expiry_reason: ExpiryReason | None = None
    executed: Decimal = ZERO
    executed_quote: Decimal = ZERO
    locked: Decimal = ZERO
    """What it still holds of the asset it pays with; what a pair of an OCO shares is held by its list instead."""
    borrowed: Decimal = ZERO
    """What was borrowed for it, of the asset it pays with."""
    limit: Decimal | None = None
    """The worst price it trades at, once it works; None trades at any."""
    pegged_price: Decimal | None = None
    trigger: Trigger | None = None
    """What a contingent order waits for, once it is placed."""
    working_time_ms: int | None = None
    """Since when it is in the book; None before."""
    took: bool = False
    """It traded on arrival, against what was in the book."""
    iceberg_quantity: Decimal | None = None
    hidden_until_us: int = 0
    trades: list[Trade] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)

    @property
    def symbol(self) -> str:
        """The symbol that it trades."""
        return self.request.symbol

    @property
    def side(self) -> Side:
        """Whether it buys or sells."""
        return self.request.side

    @property
    def remaining(self) -> Decimal:
        """What it has not traded yet."""
        return self.quantity - self.executed

    @property
    def open(self) -> bool:
        """Whether it may still trade."""
        return self.status in OPEN

    @property
    def working(self) -> bool:
        """Whether it is in the book."""
        return self.open and self.working_time_ms is not None
