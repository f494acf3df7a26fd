"""How a ledger row reads as a DynamoDB item: flat attributes, amounts as plain strings, times as numbers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from orderexec.domain.daily_count import Counted
from orderexec.domain.decimals import format_plain
from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.order_words import Side
from orderexec.domain.orders import OrderReport
from orderexec.domain.requests import Placement, Request, get_first_order
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable, UnreadableRow

from .open_index import index_keys
from .request_item import read_request, request_values

Item = dict[str, Any]  # name -> {"S" | "N" | "BOOL": value}, as the client takes it

# Raise it when an item holds what the version before would misread, or lose when it writes the row: it then leaves the
# row alone. Release a version that reads the new format before one that writes it: both run at once for a while. Items
# without a format are of the first one.
FORMAT = 1
_ROW_TEXTS = (
    "content", "token", "body", "body_cut", "attributes", "strategy", "code", "detail", "message_id", "mark",
    "closed_by", "canceled_by", "signed_for",
)  # fmt: skip
_ROW_NUMBERS = (
    "issued_at", "expires_at", "updated_at", "attempts", "signed_at", "earliest_signed_at", "fence", "retry_at",
    "doubts", "audits", "looks", "look_at",
)  # fmt: skip
_COUNTS = ("doubts", "audits", "looks")  # left out where they are 0, as they nearly always are
# The report repeats symbol, side and client order id; these are its own, by the name they have in the item.
_REPORT_AMOUNTS = {
    "quantity": "order_quantity", "quote_quantity": "order_quote_quantity",
    "executed_quantity": "executed_quantity", "average_price": "average_price",
}  # fmt: skip
_AMOUNTS = tuple(_REPORT_AMOUNTS)


def to_item(row: Row) -> Item:
    """The whole row; what it does not have is left out."""
    item: Item = {"pk": {"S": row.identity.key}, "state": {"S": row.state.value}}
    item |= {"account": {"S": row.identity.account}, "venue": {"S": row.identity.venue}}
    item |= {"signal_id": {"S": row.identity.id}, "format": {"N": str(FORMAT)}} | index_keys(row)
    if row.reason is not None:
        item |= {"reason": {"S": row.reason.value}, "letter_sent": {"BOOL": row.letter_sent}}
    for name in _ROW_TEXTS:
        if (text := getattr(row, name)) is not None and (text or name != "body"):
            item[name] = {"S": text}
    for name in _ROW_NUMBERS:
        number = getattr(row, name)
        if number is not None and not (name in _COUNTS and number == 0):
            item[name] = {"N": str(number)}
    if row.request is not None:
        item |= {name: _attribute(value) for name, value in request_values(row.request).items()}
        if row.report is not None:
            item |= _report_item(row.report, row.request)
    if row.counted is not None:
        item |= {"counted_day": {"S": row.counted.day}, "counted_asset": {"S": row.counted.asset}}
        item["counted_notional"] = {"S": format_plain(row.counted.notional)}
    if row.others:
        item["other_orders"] = {"S": json.dumps([_report_document(report) for report in row.others])}
    return item


def from_item(item: Mapping[str, Any]) -> Row:
    """The row that `to_item` wrote. Raises UnreadableRow where this version of it could not have."""
    row = parse_item(item)
    if isinstance(row, Unreadable):
        raise UnreadableRow(row)
    return row


def parse_item(item: Mapping[str, Any]) -> Row | Unreadable:
    """The row, or why there is none for this version: an item may be of a newer one, or written by hand."""
    values: dict[str, Any] = {name: next(iter(value.values()), None) for name, value in item.items()}
    key = str(values.get("pk"))
    try:
        written = int(values.get("format", 1))
        if written > FORMAT:
            return Unreadable(key, f"a newer version wrote it (format {written}, this version knows {FORMAT})")
        row = _row(values)
    except Exception as error:  # noqa: BLE001 - whatever garbage can raise
        return Unreadable(key, _wrong(error))
    if row.identity.key != key:
        return Unreadable(key, f"its attributes are those of {row.identity.key}")
    return row


def _wrong(error: Exception) -> str:
    match error:
        case KeyError():
            return f"it has no attribute {error}"
        case ArithmeticError():  # of which decimal says only its own class
            return "one of its amounts is no number"
    return str(error) or type(error).__name__


def _row(values: Mapping[str, Any]) -> Row:
    request = read_request(values)
    return Row(
        identity=Identity(account=values["account"], venue=values["venue"], id=values["signal_id"]),
        state=State(values["state"]),
        reason=Reason(values["reason"]) if "reason" in values else None,
        letter_sent=values.get("letter_sent", False),
        request=request,
        report=_report(values, request) if request is not None and "order_id" in values else None,
        counted=_counted(values),
        others=tuple(_from_document(document) for document in json.loads(values.get("other_orders", "[]"))),
        **_present(values, _ROW_TEXTS, str),
        **_present(values, _ROW_NUMBERS, int),
    )


def _counted(values: Mapping[str, Any]) -> Counted | None:
    if "counted_day" not in values:
        return None
    notional = Decimal(values["counted_notional"])
    return Counted(day=values["counted_day"], asset=values["counted_asset"], notional=notional)


def _attribute(value: str | int | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _present(values: Mapping[str, Any], names: tuple[str, ...], read: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(values[name]) for name in names if name in values}


def _report_item(report: OrderReport, request: Request) -> Item:
    item: Item = {"order_id": {"S": report.order_id}, "order_status": {"S": report.status}}
    item["order_created_at"] = {"N": str(report.created_at)}
    if not isinstance(request, Placement):
        item["order_side"] = {"S": report.side}
    for name, stored in _REPORT_AMOUNTS.items():
        if (amount := getattr(report, name)) is not None:
            item[stored] = {"S": format_plain(amount)}
    return item


def _report(values: Mapping[str, Any], request: Request) -> OrderReport:
    amounts = {name: Decimal(values[stored]) for name, stored in _REPORT_AMOUNTS.items() if stored in values}
    return OrderReport(
        order_id=values["order_id"],
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=get_first_order(request).side if isinstance(request, Placement) else Side(values["order_side"]),
        status=values["order_status"],
        created_at=int(values["order_created_at"]),
        **({"quantity": None} | amounts),  # type: ignore[arg-type]
    )


def _report_document(report: OrderReport) -> dict[str, Any]:
    known = {name: value for name, value in asdict(report).items() if value is not None}
    return {name: format_plain(value) if isinstance(value, Decimal) else value for name, value in known.items()}


def _from_document(document: Mapping[str, Any]) -> OrderReport:
    amounts = {name: Decimal(document[name]) for name in _AMOUNTS if name in document}
    side = Side(document["side"])
    return OrderReport(**({"quantity": None} | dict(document) | {"side": side} | amounts))
