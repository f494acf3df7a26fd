"""One order as it is sent and as the exchange reports it, and the client order id that links the two."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .order_types import OrderType
from .order_words import CLOSED, MarginMode, PositionSide, Side, SideEffect, TimeInForce, WorkingType

# What the trades of an order cost, by asset; below zero where the exchange paid for them.
Fees = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order, as it is asked for or as it is sent. Amounts are in base units, except `quote_quantity`.

    `contracts` stands in place of `quantity` where the venue counts contracts. `trailing_delta` is in basis points;
    `peg_offset` counts price levels into the book. `close_position`: it has no size, and closes what is open when it is
    triggered. `take_profit` and `stop_loss` are exits that are part of this very order, where the venue makes orders
    of them as it fills. `margin_mode` is the account of a margin order; None where there is only one account.
    `closes`: it was asked for by action `close`.
    """

    symbol: str
    side: Side
    type: OrderType
    client_order_id: str
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    contracts: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_delta: int | None = None
    iceberg_quantity: Decimal | None = None
    time_in_force: TimeInForce | None = None
    peg_price_type: str | None = None
    peg_offset: int | None = None
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
    side_effect: SideEffect | None = None
    take_profit: "Order | None" = None
    stop_loss: "Order | None" = None
    closes: bool = False
    dry_run: bool = False

    @property
    def triggered(self) -> bool:
        """Whether it waits for the market's price before it trades."""
        return self.type.kind.triggered

    @property
    def size(self) -> Decimal | None:
        """How much it trades in what the venue counts: contracts where it counts them, else base units."""
        return self.quantity if self.contracts is None else self.contracts

    @property
    def only_reduces(self) -> bool:
        """Whether it can only make an open position smaller."""
        if self.position_side is not None:
            return self.side != self.position_side.opened_by
        return self.reduce_only or self.close_position


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """What the exchange says of an order it has. Times in epoch milliseconds on the exchange's clock.

    `status` is the exchange's word, one of OrderStatus or one that this version does not know.
    `quantity` and `executed_quantity` are in what the venue counts: base units, or contracts. `quantity` is None where
    the exchange does not know it yet: an exit that will sell whatever the entry bought, or close whatever is open.
    `why` is the exchange's own word for why it ended. `fees` are those of all that is executed. None: not told.
    """

    order_id: str
    client_order_id: str
    symbol: str
    side: Side
    status: str
    quantity: Decimal | None
    executed_quantity: Decimal
    quote_quantity: Decimal | None = None
    average_price: Decimal | None = None
    created_at: int
    why: str | None = None
    fees: Fees | None = None

    @property
    def open(self) -> bool:
        """Whether it may still trade. Any status that is not known is taken to be open: nothing ends on a guess."""
        return self.status not in CLOSED


def make_client_order_id(account: str, venue: str, signal_id: str, part: str = "") -> str:
    """Return 32 hexadecimal digits, the same for every attempt at a signal; `part` tells the legs of a list apart.

    They fit the id rules of every venue planned (the narrowest, OKX, takes 32 letters and digits), and no SQL word can
    appear in them, for which a firewall would block the request. The id *finds* an order; it does not prevent a second
    one, since exchanges free an id once its order is filled.
    """
    # No signal's id can hold a line break, so no signal's id reads as another's leg.
    name = f"{account}/{venue}/{signal_id}" + (f"\n{part}" if part else "")
    return hashlib.sha256(name.encode()).hexdigest()[:32]
