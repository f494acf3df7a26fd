"""The format of a ledger row as a DynamoDB item: flat attributes, amounts as plain strings, times as numbers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from orderexec.domain.daily_count import Counted
from orderexec.domain.decimals import format_plain
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Fees, OrderReport
from orderexec.domain.requests import PlacingPlan, Plan, get_first_order
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable, UnreadableRow

from .open_index import make_index_keys
from .request_item import make_request_values, read_request
from .resting_index import make_resting_keys

Item = dict[str, Any]  # name -> {"S" | "N" | "BOOL": value}, as the client takes it

# Raise the number when an item holds something that the version before would misread, or would lose when it writes the
# row: that version then leaves the row alone. Release a version that reads the new format before one that writes it,
# because two versions run at once for a while. An item without a number is of format 1.
FORMAT = 1
_MESSAGE_TEXTS = ("content", "body", "body_cut", "attributes", "strategy", "product", "part_of")
_STATE_TEXTS = ("token", "code", "detail", "message_id", "mark", "closed_by", "canceled_by", "signed_for")
_ROW_TEXTS = (*_MESSAGE_TEXTS, *_STATE_TEXTS)
_OF_LOOKS = ("look_at", "seen_at", "unclear_since")
_INSTANTS = (
    "issued_at",
    "expires_at",
    "updated_at",
    "signed_at",
    "earliest_signed_at",
    "fence",
    "retry_at",
    *_OF_LOOKS,
)
_COUNTS = ("doubts", "audits", "looks")  # left out where they are 0, as they nearly always are
_ROW_NUMBERS = ("attempts", "cancel_after", *_INSTANTS, *_COUNTS)
# The amounts of a report, with their names in the item. Its symbol, side and client order id are the request's.
_REPORT_AMOUNTS = {
    "quantity": "order_quantity",
    "quote_quantity": "order_quote_quantity",
    "executed_quantity": "executed_quantity",
    "average_price": "average_price",
}
_AMOUNTS = tuple(_REPORT_AMOUNTS)


def make_item(row: Row) -> Item:
    """Return the item of the whole row; what the row does not have is left out."""
    item: Item = {"pk": {"S": row.identity.key}, "state": {"S": row.state.value}}
    item |= {"account": {"S": row.identity.account}, "venue": {"S": row.identity.venue}}
    item |= {"signal_id": {"S": row.identity.id}, "format": {"N": str(FORMAT)}}
    item |= make_index_keys(row) | make_resting_keys(row)
    if row.reason is not None:
        item |= {"reason": {"S": row.reason.value}, "letter_sent": {"BOOL": row.letter_sent}}
    if row.is_late:
        item["is_late"] = {"BOOL": True}
    if row.lost:
        item["lost"] = {"BOOL": True}
    for name in _ROW_TEXTS:
        if (text := getattr(row, name)) is not None and (text or name != "body"):
            item[name] = {"S": text}
    for name in _ROW_NUMBERS:
        number = getattr(row, name)
        if number is not None and not (name in _COUNTS and number == 0):
            item[name] = {"N": str(number)}
    if row.request is not None:
        item |= {name: _make_attribute(value) for name, value in make_request_values(row.request).items()}
        if row.report is not None:
            item |= _make_report_attributes(row.report, row.request)
    if row.counted is not None:
        item |= {"counted_day": {"S": row.counted.day}, "counted_asset": {"S": row.counted.asset}}
        item["counted_notional"] = {"S": format_plain(row.counted.notional)}
    if row.others:
        item["other_orders"] = {"S": json.dumps([_make_document(report) for report in row.others])}
    return item


def read_row(item: Mapping[str, Any]) -> Row:
    """Return the row that `make_item` made this item of. Raises UnreadableRow if it is none that this version makes."""
    row = parse_item(item)
    if isinstance(row, Unreadable):
        raise UnreadableRow(row)
    return row


def parse_item(item: Mapping[str, Any]) -> Row | Unreadable:
    """Return the row of the item, as `read_row` does, or why this version cannot read it.

    The item may be of a newer version, or written by hand.
    """
    values: dict[str, Any] = {name: next(iter(value.values()), None) for name, value in item.items()}
    key = str(values.get("pk"))
    try:
        written = int(values.get("format", 1))
        if written > FORMAT:
            return Unreadable(key, f"a newer version wrote it (format {written}, this version knows {FORMAT})")
        row = _read_values(values)
    except Exception as error:  # noqa: BLE001 - whatever garbage can raise
        return Unreadable(key, _describe_error(error))
    if row.identity.key != key:
        return Unreadable(key, f"its attributes are those of {row.identity.key}")
    return row


def _describe_error(error: Exception) -> str:
    match error:
        case KeyError():
            return f"it has no attribute {error}"
        case ArithmeticError():  # decimal gives such an error no words but the name of its class
            return "one of its amounts is no number"
    return str(error) or type(error).__name__


def _read_values(values: Mapping[str, Any]) -> Row:
    request = read_request(values)
    return Row(
        identity=Identity(account=values["account"], venue=values["venue"], id=values["signal_id"]),
        state=State(values["state"]),
        reason=Reason(values["reason"]) if "reason" in values else None,
        letter_sent=values.get("letter_sent", False),
        is_late=values.get("is_late", False),
        lost=values.get("lost", False),
        request=request,
        report=_read_report(values, request) if request is not None and "order_id" in values else None,
        counted=_read_counted(values),
        others=tuple(_read_document(document) for document in json.loads(values.get("other_orders", "[]"))),
        **_read_present(values, _ROW_TEXTS, str),
        **_read_present(values, _ROW_NUMBERS, int),
    )


def _read_counted(values: Mapping[str, Any]) -> Counted | None:
    if "counted_day" not in values:
        return None
    notional = Decimal(values["counted_notional"])
    return Counted(day=values["counted_day"], asset=values["counted_asset"], notional=notional)


def _make_attribute(value: str | int | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _read_present(values: Mapping[str, Any], names: tuple[str, ...], read: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(values[name]) for name in names if name in values}


def _make_report_attributes(report: OrderReport, request: Plan) -> Item:
    item: Item = {"order_id": {"S": report.order_id}, "order_status": {"S": report.status}}
    item["order_created_at"] = {"N": str(report.created_at)}
    if not isinstance(request, PlacingPlan):
        item["order_side"] = {"S": report.side}
    for name, stored in _REPORT_AMOUNTS.items():
        if (amount := getattr(report, name)) is not None:
            item[stored] = {"S": format_plain(amount)}
    if report.why is not None:
        item["order_why"] = {"S": report.why}
    if report.fees is not None:
        item["order_fees"] = {"S": json.dumps(_write_fees(report.fees))}
    return item


def _read_report(values: Mapping[str, Any], request: Plan) -> OrderReport:
    amounts = {name: Decimal(values[stored]) for name, stored in _REPORT_AMOUNTS.items() if stored in values}
    order = get_first_order(request) if isinstance(request, PlacingPlan) else None
    return OrderReport(
        order_id=values["order_id"],
        client_order_id=(order or request).client_order_id,
        symbol=request.symbol,
        side=order.side if order is not None else Side(values["order_side"]),
        status=values["order_status"],
        created_at=int(values["order_created_at"]),
        why=values.get("order_why"),
        fees=_read_fees(json.loads(values["order_fees"])) if "order_fees" in values else None,
        **({"quantity": None} | amounts),  # type: ignore[arg-type]
    )


def _make_document(report: OrderReport) -> dict[str, Any]:
    known = {name: value for name, value in asdict(report).items() if value is not None}
    if report.fees is not None:
        known["fees"] = _write_fees(report.fees)
    return {name: format_plain(value) if isinstance(value, Decimal) else value for name, value in known.items()}


def _read_document(document: Mapping[str, Any]) -> OrderReport:
    amounts = {name: Decimal(document[name]) for name in _AMOUNTS if name in document}
    read: dict[str, Any] = {"quantity": None} | dict(document) | {"side": Side(document["side"])} | amounts
    if "fees" in document:
        read["fees"] = _read_fees(document["fees"])
    return OrderReport(**read)


def _write_fees(fees: Fees) -> dict[str, str]:
    return {asset: format_plain(fee) for asset, fee in fees.items()}


def _read_fees(written: Mapping[str, str]) -> Fees:
    return {asset: Decimal(fee) for asset, fee in written.items()}
