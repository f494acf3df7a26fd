"""A signal that another one makes: the cancellation before a close, or the one by which an order ends by itself.

It has a row of its own, and so it is executed once however often it is made. Its id comes from the signal that it is
part of, and ends in a digest that no producer's id has by chance. Nobody published it, so no letter of it is sent: the
row of the other signal says what became of it.
"""

import hashlib
import json
from dataclasses import replace
from decimal import Decimal

from .decimals import format_plain
from .following import is_resting, list_legs
from .lifecycle import State
from .messages import Message
from .product import CANCEL
from .requests import OrderList, PlacingPlan, get_first_order
from .row import Row
from .signal_parser import parse_signal
from .signals import Identity, Signal

_LONGEST_ID = 128
_DIGITS = 12
# The cancellation by which an order ends may be tried for so long; nobody else would end the order.
_END_AGE_MS = 86_400_000


def name_part(whole: Identity, part: str, once: str = "") -> Identity:
    """Return the identity of a part of the signal: another one for each `once`."""
    digest = hashlib.sha256(f"{whole.key}\n{part}\n{once}".encode()).hexdigest()[:_DIGITS]
    end = f"~{part}~{digest}"
    return replace(whole, id=whole.id[: _LONGEST_ID - len(end)] + end)


def make_cancel_before(signal: Signal, message: Message) -> Signal:
    """Return the cancellation of all orders that goes before a close. A close that is redriven has another one."""
    once = "" if message.mark is None else message.mark.death
    fields = {"all_orders": True, **_list_given(margin_mode=signal.margin_mode)}
    return _make_cancel(
        name_part(signal.identity, "orders", once),
        fields | {"symbol": signal.symbol, **_list_given(product=signal.product, strategy=signal.strategy)},
        of=signal.identity.id,
        because=f"before signal {signal.identity.id!r} closed what there was",
        issued_at=signal.issued_at,
        expires_at=signal.expires_at,
    )


def get_end(row: Row) -> int | None:
    """Return when the order of the row ends by itself (exchange's clock, epoch ms) if it still rests then."""
    if row.cancel_after is None or row.report is None or row.state is not State.ACCEPTED:
        return None
    return row.report.created_at + row.cancel_after


def must_end(row: Row, now: int) -> bool:
    """Return whether the order has rested for as long as it may, `now` being the exchange's clock.

    Of an entry with exits only the entry ends: once it has traded, its exits stay for as long as they protect.
    """
    end = get_end(row)
    if end is None or now < end or not is_resting(row) or not isinstance(row.request, PlacingPlan):
        return False
    pair = isinstance(row.request, OrderList) and not row.request.kind.has_entry
    legs = list_legs(row.request) if pair else (get_first_order(row.request),)
    names = {leg.client_order_id for leg in legs}
    reports = () if row.report is None else (row.report, *row.others)
    return any(report.open for report in reports if report.client_order_id in names)


def make_end(row: Row) -> Signal:
    """Return the cancellation by which the order of the row ends, just as a producer would cancel it."""
    if row.request is None or row.cancel_after is None:
        raise ValueError(f"{row.identity.key} has no order that ends by itself")
    end = get_end(row) or row.updated_at
    return _make_cancel(
        name_part(row.identity, "ends"),
        {
            "target": row.identity.id,
            "symbol": row.request.symbol,
            **_list_given(product=row.product, strategy=row.strategy),
        },
        of=row.identity.id,
        because=f"signal {row.identity.id!r} said that its order ends {describe_wait(row.cancel_after)} after it came",
        issued_at=end,
        expires_at=end + _END_AGE_MS,
    )


def describe_wait(milliseconds: int) -> str:
    """Return how long an order may rest, in words."""
    return f"{format_plain(Decimal(milliseconds) / 1000)} s"


def _make_cancel(
    identity: Identity, fields: dict[str, object], *, of: str, because: str, issued_at: int, expires_at: int
) -> Signal:
    """Return the signal as the parser reads it from a body of its own, which its row keeps like any other's."""
    named = {"id": identity.id, "account": identity.account, "venue": identity.venue, "action": CANCEL}
    body = json.dumps(named | fields)
    parsed = parse_signal(Message(id=identity.id, body=body, sent_at=issued_at), max_age_ms=0, now=issued_at)
    if not isinstance(parsed, Signal):
        raise ValueError(f"{identity.key} is no signal: {parsed.detail}")
    return replace(parsed, part_of=of, because=because, issued_at=issued_at, expires_at=expires_at)


def _list_given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
