"""What a signal is once it is fully understood, and what is left of a message that cannot be."""

from dataclasses import dataclass, field
from decimal import Decimal

from .order_types import MARKET, OrderType
from .order_words import MarginMode, PositionSide, Side, SideEffect, TimeInForce, WorkingType
from .product import CLOSE, PLACE
from .products import DEFAULT_VENUE, find_product, name_market

USUAL_ACCOUNT = "main"  # of a signal that names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which signal a message is about: the ledger's key. Parts are checked before they become one."""

    account: str = USUAL_ACCOUNT
    venue: str = DEFAULT_VENUE
    id: str

    @property
    def key(self) -> str:
        """`<account>/<venue>/<id>`; only the id can hold a slash, so no two signals share a key."""
        return f"{self.account}/{self.venue}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a position is left: at `price`, once `stop_price` is reached or the market turned by `trailing_delta`."""

    price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_delta: int | None = None
    time_in_force: TimeInForce | None = None
    working_type: WorkingType | None = None

    @property
    def triggered(self) -> bool:
        """Whether it waits for the market's price before it is an order like others."""
        return self.stop_price is not None or self.trailing_delta is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal that is fully understood. Times in epoch ms, `quantity` in base and `quote_quantity` in quote units.

    `contracts` counts the venue's contracts. `trailing_delta` is in basis points. `target` is the id of the signal
    whose order is meant. `side` and `type` are None where it asks for no order.
    """

    identity: Identity
    content: str
    issued_at: int
    expires_at: int
    symbol: str
    product: str | None = None
    action: str = PLACE
    side: Side | None = None
    type: OrderType | None = None
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    contracts: Decimal | None = None
    quantity_percent: Decimal | None = None
    quote_percent: Decimal | None = None
    reduce_to_position: bool = False
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_delta: int | None = None
    iceberg_quantity: Decimal | None = None
    time_in_force: TimeInForce | None = None
    peg_price_type: str | None = None
    peg_offset_value: int | None = None
    self_trade_prevention_mode: str | None = None
    strategy_id: int | None = None
    strategy_type: int | None = None
    smart_order_routing: bool = False
    reduce_only: bool = False
    close_position: bool = False
    position_side: PositionSide | None = None
    working_type: WorkingType | None = None
    price_protect: bool = False
    margin_mode: MarginMode | None = None
    leverage: int | None = None
    side_effect: SideEffect | None = None
    take_profit: Exit | None = None
    stop_loss: Exit | None = None
    exit_quantity: str | None = None
    target: str | None = None
    cancel_orders: bool = False
    cancel_after_seconds: Decimal | None = None
    strategy: str | None = None
    dry_run: bool = False
    body: str = field(default="", compare=False)
    attributes: str = field(default="", compare=False)  # of its message, as one text (kept.py)
    # Of a signal that another one made (parts.py): the id of that one, and why, in words for its outcome.
    part_of: str | None = None
    because: str | None = field(default=None, compare=False)

    @property
    def is_derivative(self) -> bool:
        """Whether a position is traded, not the asset itself."""
        return find_product(self.market).derivative

    @property
    def market(self) -> str:
        """Where it trades: the venue, with the product where the venue has several."""
        return name_market(self.identity.venue, self.product)

    @property
    def sized_by_balance(self) -> bool:
        """Whether the account's free balance decides how much is traded."""
        shared = self.quantity_percent is not None or self.quote_percent is not None or self.reduce_to_position
        return shared and not self.is_derivative

    @property
    def sized_by_position(self) -> bool:
        """Whether the account's open position decides how much is traded: a share of it, or all of it at once."""
        closes = self.close_position and self.type is not None and not self.type.kind.triggered
        return self.is_derivative and (closes or self.quantity_percent is not None)

    @property
    def only_reduces(self) -> bool:
        """Whether it can only make smaller what is open or held: the exchange refuses or cuts what would do more."""
        if self.action == CLOSE:
            return True
        if self.position_side is not None:  # in hedge mode the side says it
            return self.side is not None and self.side != self.position_side.opened_by
        return self.reduce_only or self.close_position or self.sized_by_position

    @property
    def is_market_order(self) -> bool:
        """Whether it asks for an order that trades at once, at whatever price there is."""
        return self.type is not None and self.type.kind == MARKET

    @property
    def has_exits(self) -> bool:
        """Whether it asks for a list of orders."""
        return self.take_profit is not None or self.stop_loss is not None


@dataclass(frozen=True, slots=True)
class InvalidSignal:
    """A message that is no signal; `identity` is as much of it as could be read, `content` a digest of the body.

    It has an age as well (epoch ms): what it was meant as may be made of its letter later.
    """

    identity: Identity
    content: str
    detail: str
    issued_at: int
    body: str = field(default="", compare=False)
    attributes: str = field(default="", compare=False)
