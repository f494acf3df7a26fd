"""A conditional order of contracts as it was asked for and as it lives: it waits, and becomes a plain order."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.orders import Order
from paper_exchange.engine.positions import PositionSide
from paper_exchange.engine.triggers import Trigger
from paper_exchange.enums import OrderType, SelfTradePrevention, Side, TimeInForce


class ConditionalType(StrEnum):
    """Every type; without MARKET in its name it becomes a limit order."""

    STOP = "STOP"
    STOP_MARKET = "STOP_MARKET"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET"
    TRAILING_STOP_MARKET = "TRAILING_STOP_MARKET"

    @property
    def at_market(self) -> bool:
        """Whether it becomes a market order."""
        return self.endswith("MARKET")

    @property
    def takes_profit(self) -> bool:
        """Whether it waits on the side of the market where a position earns."""
        return self.startswith("TAKE_PROFIT")


class WorkingType(StrEnum):
    """Which price triggers."""

    CONTRACT_PRICE = "CONTRACT_PRICE"
    MARK_PRICE = "MARK_PRICE"


class State(StrEnum):
    """What became of a conditional order so far."""

    NEW = "NEW"
    TRIGGERED = "TRIGGERED"
    FINISHED = "FINISHED"
    CANCELED = "CANCELED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConditional:
    """What a client asks for. A trailing one has a callback rate, the others a trigger price."""

    symbol: str
    side: Side
    type: ConditionalType
    quantity: Decimal | None = None
    """In contracts; None closes the whole position."""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    activate_price: Decimal | None = None
    callback_rate: Decimal | None = None
    """In per cent."""
    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    price_protect: bool = False
    close_position: bool = False
    reduce_only: bool = False
    position_side: PositionSide = PositionSide.BOTH
    maker: bool = False
    """GTX: it becomes an order that may not take."""
    ends_with_position: bool = False
    """GTE_GTC: it needs a position to stand, and ends with it."""
    time_in_force: TimeInForce = TimeInForce.GTC
    good_till_ms: int = 0
    client_id: str | None = None
    self_trade_prevention: SelfTradePrevention | None = None

    @property
    def reduces(self) -> bool:
        """Whether it may only make its position smaller."""
        return self.reduce_only or self.close_position or self.position_side.closes(self.side)

    def plain(self, quantity: Decimal, client_order_id: str) -> NewFuturesOrder:
        """Return the plain order of so many contracts that it becomes."""
        resting = OrderType.LIMIT_MAKER if self.maker else OrderType.LIMIT
        return NewFuturesOrder(
            symbol=self.symbol,
            side=self.side,
            type=OrderType.MARKET if self.type.at_market else resting,
            quantity=quantity,
            price=self.price,
            time_in_force=self.time_in_force,
            position_side=self.position_side,
            reduce_only=self.reduce_only,
            close_position=self.close_position,
            client_order_id=client_order_id,
            self_trade_prevention=self.self_trade_prevention,
        )


def trigger_of(new: NewConditional) -> Trigger:
    """Return what the order waits for, in the words of spot's triggers.

    A trailing stop with an activation price waits for it as one that takes a profit would: a seller's lies above.
    """
    trails = new.callback_rate is not None
    profit = new.type.takes_profit or trails
    return Trigger(
        type=OrderType.TAKE_PROFIT if profit else OrderType.STOP_LOSS,
        side=new.side,
        stop_price=new.activate_price if trails else new.trigger_price,
        trailing_delta=None if new.callback_rate is None else int(new.callback_rate * 100),
    )


@dataclass(slots=True, kw_only=True)
class Conditional:
    """A conditional order as it lives."""

    conditional_id: int
    client_id: str
    request: NewConditional
    trigger: Trigger
    time_ms: int
    update_time_ms: int
    trigger_time_ms: int = 0
    ended: State | None = None
    """How it ended without becoming a plain order; None as long as it did not."""
    actual: Order | None = None
    """The plain order that it became."""
    hidden_until_us: int = 0

    @property
    def state(self) -> State:
        """What became of it so far: it is done when the order that it became is."""
        if self.actual is not None:
            return State.TRIGGERED if self.actual.open else State.FINISHED
        return self.ended or State.NEW

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.state is State.NEW
