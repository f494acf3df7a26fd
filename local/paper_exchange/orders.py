"""Orders and trades, and how they are found again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"


class OrderType(StrEnum):
    """Every documented type; a symbol's `orderTypes` says which of them it takes."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"


class TimeInForce(StrEnum):
    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Status(StrEnum):
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


OPEN = frozenset({Status.NEW, Status.PARTIALLY_FILLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What a client asks for: `quantity` in base units, or a MARKET order's `quote_quantity` in quote units."""

    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal = ZERO
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    client_order_id: str | None = None

    def notional(self, average_price: Decimal) -> Decimal:
        """In quote units; without a price of its own it is valued at `average_price`."""
        if self.quote_quantity is not None:
            return self.quote_quantity
        return self.quantity * (average_price if self.price is None else self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    trade_id: int
    order: "Order"
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    time_ms: int
    maker: bool


@dataclass(slots=True, kw_only=True)
class Order:
    order_id: int
    client_order_id: str
    request: NewOrder
    quantity: Decimal
    time_ms: int
    update_time_ms: int
    status: Status = Status.NEW
    expiry_reason: str | None = None
    executed: Decimal = ZERO
    executed_quote: Decimal = ZERO
    locked: Decimal = ZERO
    """What it still holds of the asset it pays with."""
    hidden_until_us: int = 0
    trades: list[Trade] = field(default_factory=list)

    @property
    def symbol(self) -> str:
        return self.request.symbol

    @property
    def side(self) -> Side:
        return self.request.side

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.executed

    @property
    def open(self) -> bool:
        return self.status in OPEN


class Orders:
    """Every order ever accepted, oldest first."""

    def __init__(self) -> None:
        self._all: list[Order] = []
        self._newest: dict[tuple[str, str], Order] = {}
        self._open: dict[int, Order] = {}
        self._open_ids: set[str] = set()

    def __iter__(self) -> Iterator[Order]:
        return iter(self._all)

    def next_id(self) -> int:
        return len(self._all) + 1

    def add(self, order: Order) -> None:
        self._all.append(order)
        self._newest[order.symbol, order.client_order_id] = order
        self._open[order.order_id] = order
        self._open_ids.add(order.client_order_id)

    def closed(self, order: Order) -> None:
        """Its client order id is free again: ids are unique among open orders only."""
        del self._open[order.order_id]
        self._open_ids.remove(order.client_order_id)

    def by_id(self, symbol: str, order_id: int) -> Order | None:
        order = self._all[order_id - 1] if 0 < order_id <= len(self._all) else None
        return order if order is not None and order.symbol == symbol else None

    def newest(self, symbol: str, client_order_id: str) -> Order | None:
        """Of the orders that ever had this id, the last."""
        return self._newest.get((symbol, client_order_id))

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        return [order for order in self._open.values() if symbol in (None, order.symbol)]

    def is_open(self, client_order_id: str) -> bool:
        return client_order_id in self._open_ids
