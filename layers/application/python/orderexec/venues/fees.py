"""What the trades of an order cost in all, as any exchange lists them: nothing is told of a part of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from orderexec.domain.decimals import add, format_plain
from orderexec.domain.orders import Fees, OrderReport

from .replies import Unreadable


class Trade(NamedTuple):
    """One trade of an order: how much of it, by its exchange's id, and the fee, below zero if the exchange paid it."""

    order_id: str
    quantity: Decimal
    fee: Decimal
    asset: str


def add_up(trades: Iterable[Trade], report: OrderReport, order_id: str) -> Fees:
    """Return the fees of the order of that id by asset. Raises Unreadable unless the trades are all that it has.

    Lists of trades lag, have an end, and do not go back for ever; their quantities tell whether one is missing.
    """
    fees: dict[str, Decimal] = {}
    listed = Decimal(0)
    for trade in trades:
        if trade.order_id != order_id:
            raise Unreadable(f"a trade of order {trade.order_id} is listed among those of {order_id}")
        listed = add(listed, trade.quantity)
        fees[trade.asset] = add(fees.get(trade.asset, Decimal(0)), trade.fee)
    if listed != report.executed_quantity:
        told, executed = format_plain(listed), format_plain(report.executed_quantity)
        raise Unreadable(f"the trades that are listed make {told} of the {executed} that are executed")
    return fees
