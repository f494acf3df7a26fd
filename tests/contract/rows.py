"""Any row that the ledger may have to keep, for hypothesis to draw."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.signals import Identity

TIMES = st.integers(0, 4_102_444_800_000)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=80)
AMOUNTS = st.decimals(Decimal("1e-18"), Decimal("1e18"), allow_nan=False, places=18)
NAMES = st.text("abcXYZ019-_", min_size=1, max_size=12)
IDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=128)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ORDERS = st.builds(
    Order,
    symbol=NAMES,
    side=st.sampled_from(["BUY", "SELL"]),
    type=st.sampled_from(["MARKET", "LIMIT"]),
    client_order_id=NAMES,
    quantity=maybe(AMOUNTS),
    quote_quantity=maybe(AMOUNTS),
    price=maybe(AMOUNTS),
    time_in_force=maybe(st.sampled_from(["GTC", "IOC", "FOK"])),
    dry_run=st.booleans(),
)


def _report(order: Order | None) -> st.SearchStrategy[OrderReport | None]:
    """One that fits the order: the ledger keeps what they share only once."""
    if order is None:
        return st.none()
    return st.none() | st.builds(
        OrderReport,
        order_id=NAMES,
        client_order_id=st.just(order.client_order_id),
        symbol=st.just(order.symbol),
        side=st.just(order.side),
        status=st.sampled_from(["NEW", "FILLED", "EXPIRED"]),
        quantity=AMOUNTS,
        executed_quantity=st.just(Decimal(0)) | AMOUNTS,
        quote_quantity=maybe(AMOUNTS),
        average_price=maybe(AMOUNTS),
        created_at=TIMES,
    )


@st.composite
def rows(draw: st.DrawFn) -> Row:
    order = draw(maybe(ORDERS))
    reason = draw(maybe(st.sampled_from(Reason)))
    return Row(
        identity=Identity(account=draw(NAMES), venue=draw(NAMES), id=draw(IDS)),
        content=draw(NAMES),
        state=draw(st.sampled_from(State)),
        token=draw(st.uuids().map(str)),
        issued_at=draw(TIMES),
        expires_at=draw(TIMES),
        updated_at=draw(TIMES),
        body=draw(TEXTS),
        strategy=draw(maybe(TEXTS)),
        attempts=draw(st.integers(0, 1_000)),
        order=order,
        signed_at=draw(maybe(TIMES)),
        earliest_signed_at=draw(maybe(TIMES)),
        fence=draw(maybe(TIMES)),
        retry_at=draw(maybe(TIMES)),
        report=draw(_report(order)),
        reason=reason,
        code=draw(maybe(TEXTS)),
        detail=draw(maybe(TEXTS)),
        message_id=draw(maybe(TEXTS)),
        letter_sent=reason is not None and draw(st.booleans()),
        doubted=draw(st.booleans()),
        audited=draw(st.booleans()),
    )
