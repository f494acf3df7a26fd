"""How a ledger row reads as a DynamoDB item: flat attributes, amounts as plain strings, times as numbers."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.decimals import plain
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.signals import Identity

Item = dict[str, Any]  # name -> {"S" | "N" | "BOOL": value}, as the client takes it

_ROW_TEXTS = ("content", "token", "body", "strategy", "code", "detail", "message_id")
_ROW_NUMBERS = (
    "issued_at", "expires_at", "updated_at", "attempts", "signed_at", "earliest_signed_at", "fence", "retry_at",
)  # fmt: skip
_ROW_FLAGS = ("doubted", "audited")  # left out where they are false, as they nearly always are
_ORDER_TEXTS = ("symbol", "side", "type", "client_order_id", "time_in_force")
_ORDER_AMOUNTS = ("quantity", "quote_quantity", "price")
# The report repeats symbol, side and client order id; these are its own, by the name they have in the item.
_REPORT_AMOUNTS = {
    "quantity": "order_quantity", "quote_quantity": "order_quote_quantity",
    "executed_quantity": "executed_quantity", "average_price": "average_price",
}  # fmt: skip


def to_item(row: Row) -> Item:
    """The whole row; what it does not have is left out."""
    item: Item = {"pk": {"S": row.identity.key}, "state": {"S": row.state.value}}
    item |= {"account": {"S": row.identity.account}, "venue": {"S": row.identity.venue}}
    item["signal_id"] = {"S": row.identity.id}
    if row.reason is not None:
        item |= {"reason": {"S": row.reason.value}, "letter_sent": {"BOOL": row.letter_sent}}
    item |= {name: {"BOOL": True} for name in _ROW_FLAGS if getattr(row, name)}
    if row.due is not None:
        # The key of the sparse index: only rows that somebody may have to look after stand in it.
        item |= {"open": {"S": row.identity.venue}, "due": {"N": str(row.due)}}
    _add(item, row, _ROW_TEXTS, "S", str)
    _add(item, row, _ROW_NUMBERS, "N", str)
    if row.order is not None:
        item["dry_run"] = {"BOOL": row.order.dry_run}
        _add(item, row.order, _ORDER_TEXTS, "S", str)
        _add(item, row.order, _ORDER_AMOUNTS, "S", plain)
    if row.report is not None:
        item["order_id"] = {"S": row.report.order_id}
        item["order_status"] = {"S": row.report.status}
        item["order_created_at"] = {"N": str(row.report.created_at)}
        _add(item, row.report, _REPORT_AMOUNTS, "S", plain)
    return item


def from_item(item: Mapping[str, Any]) -> Row:
    """The row that `to_item` wrote."""
    values = {name: next(iter(value.values())) for name, value in item.items()}
    order = _order(values) if "client_order_id" in values else None
    return Row(
        identity=Identity(account=values["account"], venue=values["venue"], id=values["signal_id"]),
        state=State(values["state"]),
        reason=Reason(values["reason"]) if "reason" in values else None,
        letter_sent=values.get("letter_sent", False),
        order=order,
        report=_report(values, order) if order is not None and "order_id" in values else None,
        **_present(values, _ROW_FLAGS, bool),
        **_present(values, _ROW_TEXTS, str),
        **_present(values, _ROW_NUMBERS, int),
    )


def _add(item: Item, source: object, names: Any, kind: str, text: Any) -> None:
    for name in names:
        value = getattr(source, name)
        if value is not None:
            item[names[name] if isinstance(names, dict) else name] = {kind: text(value)}


def _present(values: Mapping[str, Any], names: tuple[str, ...], read: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(values[name]) for name in names if name in values}


def _order(values: Mapping[str, Any]) -> Order:
    return Order(
        dry_run=values["dry_run"],
        **_present(values, _ORDER_TEXTS, str),
        **_present(values, _ORDER_AMOUNTS, Decimal),
    )


def _report(values: Mapping[str, Any], order: Order) -> OrderReport:
    amounts = {name: Decimal(values[stored]) for name, stored in _REPORT_AMOUNTS.items() if stored in values}
    return OrderReport(
        order_id=values["order_id"],
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        side=order.side,
        status=values["order_status"],
        created_at=int(values["order_created_at"]),
        **amounts,
    )
