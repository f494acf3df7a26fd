"""An order as it is sent and as the exchange reports it, and the client order id that links the two."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order that fits the symbol's rules. Amounts in base asset units, except `quote_quantity`."""

    symbol: str
    side: str
    type: str
    client_order_id: str
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    time_in_force: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """What the exchange says of an order it has. Times in epoch milliseconds on the exchange's clock."""

    order_id: str
    client_order_id: str
    symbol: str
    side: str
    status: str
    quantity: Decimal
    executed_quantity: Decimal
    quote_quantity: Decimal | None = None
    average_price: Decimal | None = None
    created_at: int


def client_order_id(account: str, venue: str, signal_id: str) -> str:
    """32 hexadecimal digits, the same for every attempt at a signal.

    They fit the id rules of every venue planned (the narrowest, OKX, takes 32 letters and digits), and no SQL
    word can appear in them, for which Binance's firewall would block the request. The id *finds* an order; it
    does not prevent a second one, since exchanges free an id once its order is filled.
    """
    return hashlib.sha256(f"{account}/{venue}/{signal_id}".encode()).hexdigest()[:32]


def mismatch(order: Order, report: OrderReport, not_before: int) -> str | None:
    """What tells that `report` is of some other order, or None when it fits `order` sent at `not_before` or later."""
    if report.client_order_id != order.client_order_id:
        return f"client order id {report.client_order_id}, sent {order.client_order_id}"
    if (report.symbol, report.side) != (order.symbol, order.side):
        return f"{report.side} {report.symbol}, sent {order.side} {order.symbol}"
    if order.quantity is not None and report.quantity != order.quantity:
        return f"quantity {report.quantity}, sent {order.quantity}"
    if order.quantity is None and report.quote_quantity not in (None, order.quote_quantity):
        return f"quote quantity {report.quote_quantity}, sent {order.quote_quantity}"
    if report.created_at < not_before:
        return f"created at {report.created_at}, before the first request at {not_before}"
    return None
