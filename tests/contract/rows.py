"""Any row that the ledger may have to keep, for hypothesis to draw."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from orderexec.domain.closing import PERSON
from orderexec.domain.daily_count import Counted
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.order_words import ListKind, MarginMode, PositionSide, Side, SideEffect, TimeInForce, WorkingType
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.domain.product import REPLACE, ExitStyle, Product
from orderexec.domain.products import PRODUCTS
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, PlacingPlan, Plan, Replace, get_first_order
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.ports import Ledger, RowChanged

TIMES = st.integers(0, 4_102_444_800_000)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=80)
AMOUNTS = st.decimals(Decimal("1e-18"), Decimal("1e18"), allow_nan=False, places=18)
NAMES = st.text("abcXYZ019-_", min_size=1, max_size=12)
IDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=128)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


WHOLE = st.integers(1, 2**31 - 1)
NAMED = {"symbol": NAMES, "client_order_id": NAMES}
_SIZES = ["quantity", "quote_quantity", "contracts", "price", "stop_price", "iceberg_quantity"]


def _orders(product: Product, modes: st.SearchStrategy[MarginMode | None]) -> st.SearchStrategy[Order]:
    orders = st.builds(
        Order,
        symbol=NAMES,
        side=st.sampled_from(Side),
        type=st.sampled_from(sorted(product.fields)),
        client_order_id=NAMES,
        **dict.fromkeys(_SIZES, maybe(AMOUNTS)),
        **dict.fromkeys(["trailing_delta", "peg_offset", "strategy_id", "strategy_type"], maybe(WHOLE)),
        **dict.fromkeys(
            ["smart_order_routing", "reduce_only", "close_position", "price_protect", "closes"], st.booleans()
        ),
        time_in_force=maybe(st.sampled_from(TimeInForce)),
        peg_price_type=maybe(st.sampled_from(["PRIMARY_PEG", "MARKET_PEG"])),
        self_trade_prevention_mode=maybe(st.just("EXPIRE_MAKER")),
        position_side=maybe(st.sampled_from(PositionSide)),
        working_type=maybe(st.sampled_from(WorkingType)),
        margin_mode=modes,
        side_effect=maybe(st.sampled_from(SideEffect)),
        dry_run=st.booleans(),
    )
    return orders.map(lambda order: replace(order, dry_run=order.dry_run and "dry_run" in product.fields[order.type]))


def _with_exits(orders: st.SearchStrategy[Order]) -> st.SearchStrategy[Order]:
    return st.builds(lambda order, exit_: replace(order, stop_loss=exit_), orders, orders)


def _lists(orders: st.SearchStrategy[Order]) -> st.SearchStrategy[OrderList]:
    listed = {"list_client_order_id": NAMES}
    return (
        st.builds(OrderList, kind=st.just(ListKind.OCO), above=orders, below=orders, **listed)
        | st.builds(OrderList, kind=st.just(ListKind.OPO), working=orders, pending=orders, **listed)
        | st.builds(OrderList, kind=st.just(ListKind.OTOCO), working=orders, above=orders, below=orders, **listed)
    )


FAILURES = st.builds(
    Failure,
    meaning=st.sampled_from(Meaning),
    code=maybe(NAMES),
    detail=TEXTS,
    cause=maybe(st.sampled_from(Cause)),
)


def requests(market: str) -> st.SearchStrategy[Plan]:
    """Whatever a signal for the market may become."""
    product = PRODUCTS[market]
    modes = _choose_modes(product)
    orders = _orders(product, modes)
    found: st.SearchStrategy[Any] = orders | st.builds(
        CancelAll, **NAMED, until=TIMES, repeated=st.booleans(), margin_mode=modes
    )
    amends = st.builds(Amend, **NAMED, quantity=AMOUNTS, price=AMOUNTS, side=st.sampled_from(Side))
    match product.exit_style:
        case ExitStyle.STEPPED:
            return found | _plans(orders) | _cancels(modes, product.exit_style) | amends
        case ExitStyle.ATTACHED:
            return found | _with_exits(orders) | _cancels(modes, product.exit_style) | amends
    found = found | _cancels(modes, product.exit_style)
    # Margin has neither these nor OPO. The lists that it has are tied to one account and to the types of their legs, so
    # none is drawn: test_ledger_contract.py writes one of each kind.
    if REPLACE in product.actions:
        changes = st.builds(Replace, order=orders, replaced=NAMES) | st.builds(Amend, **NAMED, quantity=AMOUNTS)
        found = found | _lists(orders) | changes
    return found


def _choose_modes(product: Product) -> st.SearchStrategy[MarginMode | None]:
    if product.derivative or "margin_mode" not in product.of_every_order:
        return st.none()
    named = st.sampled_from(product.margin_modes)
    return named if product.usual_margin else maybe(named)


def _plans(orders: st.SearchStrategy[Order]) -> st.SearchStrategy[Protected]:
    return st.builds(
        Protected,
        entry=orders,
        stop_loss=orders,
        take_profit=maybe(orders),
        step=st.sampled_from(Step),
        round=st.integers(0, 9),
        failure=maybe(FAILURES),
    )


def _cancels(modes: st.SearchStrategy[MarginMode | None], style: ExitStyle) -> st.SearchStrategy[Cancel]:
    of_steps: dict[str, st.SearchStrategy[Any]] = (
        {"conditional": st.booleans(), "protection": st.lists(NAMES, max_size=2).map(tuple)}
        if style is ExitStyle.STEPPED
        else {}
    )
    listed = maybe(NAMES) if style is ExitStyle.LISTED else st.none()  # only there an order may be one of a list
    return st.builds(Cancel, **NAMED, cancel_id=NAMES, list_client_order_id=listed, margin_mode=modes, **of_steps)


FEES = AMOUNTS | AMOUNTS.map(lambda amount: -amount) | st.just(Decimal(0))  # below zero: the exchange paid
REPORTS = st.builds(
    OrderReport,
    order_id=NAMES,
    client_order_id=NAMES,
    symbol=NAMES,
    side=st.sampled_from(Side),
    status=st.sampled_from(["NEW", "FILLED", "EXPIRED"]),
    quantity=maybe(AMOUNTS),
    executed_quantity=st.just(Decimal(0)) | AMOUNTS,
    quote_quantity=maybe(AMOUNTS),
    average_price=maybe(AMOUNTS),
    created_at=TIMES,
    why=maybe(NAMES),
    fees=maybe(st.dictionaries(NAMES, FEES, max_size=2)),
)


# Of six places: moto writes a smaller sum of a counter as 1E-7 or 0E-7, and cannot add to that. DynamoDB can.
WORTHS = st.decimals(Decimal("1e-6"), Decimal("1e18"), allow_nan=False, places=6)
COUNTED = st.builds(Counted, day=st.dates().map(str), asset=NAMES, notional=st.just(Decimal(0)) | WORTHS)


def _report(request: Plan | None) -> st.SearchStrategy[OrderReport | None]:
    """One that fits the request: the ledger keeps what they share only once."""
    if request is None:
        return st.none()
    shared: dict[str, Any] = {"client_order_id": request.client_order_id, "symbol": request.symbol}
    if isinstance(request, PlacingPlan):
        order = get_first_order(request)
        shared |= {"client_order_id": order.client_order_id, "side": order.side}
    return st.none() | REPORTS.map(lambda report: replace(report, **shared))


@st.composite
def rows(draw: st.DrawFn, market: str | None = None) -> Row:
    """A row of the market, of any if none is named."""
    market = market or draw(st.sampled_from(sorted(PRODUCTS)))
    venue, _, product = market.partition("/")
    request = draw(maybe(requests(market)))
    reason = draw(maybe(st.sampled_from(Reason)))
    return Row(
        identity=Identity(account=draw(NAMES), venue=venue, id=draw(IDS)),
        content=draw(NAMES),
        state=draw(st.sampled_from(State)),
        token=draw(st.uuids().map(str)),
        issued_at=draw(TIMES),
        expires_at=draw(TIMES),
        updated_at=draw(TIMES),
        body=draw(TEXTS),
        body_cut=draw(maybe(TEXTS)),
        attributes=draw(maybe(TEXTS)),
        strategy=draw(maybe(TEXTS)),
        product=product or None,
        part_of=draw(maybe(IDS)),
        cancel_after=draw(maybe(st.integers(1, 10**10))),
        attempts=draw(st.integers(0, 1_000)),
        request=request,
        signed_at=draw(maybe(TIMES)),
        earliest_signed_at=draw(maybe(TIMES)),
        fence=draw(maybe(TIMES)),
        counted=draw(maybe(COUNTED)),
        signed_for=draw(maybe(TEXTS)),
        retry_at=draw(maybe(TIMES)),
        report=draw(_report(request)),
        others=tuple(draw(st.lists(REPORTS, max_size=3))) if request else (),
        reason=reason,
        code=draw(maybe(TEXTS)),
        detail=draw(maybe(TEXTS)),
        message_id=draw(maybe(TEXTS)),
        letter_sent=reason is not None and draw(st.booleans()),
        mark=draw(maybe(NAMES)),
        doubts=draw(st.integers(0, 3)),
        audits=draw(st.integers(0, 5)),
        looks=draw(st.integers(0, 1_000)),
        look_at=draw(maybe(TIMES)),
        closed_by=draw(maybe(st.just(PERSON))),
        canceled_by=draw(maybe(st.just("cancel-1"))),
        is_late=draw(st.booleans()),
        seen_at=draw(maybe(TIMES)),
        unclear_since=draw(maybe(TIMES)),
        lost=draw(st.booleans()),
    )


def written_or_current(ledger: Ledger, row: Row, *, over: Row) -> Row | None:
    """None once the row is written, else the row that stands in its way."""
    try:
        ledger.write(row, over=over)
    except RowChanged as changed:
        return changed.current
    return None


def overtaken(ledger: Ledger, row: Row, *, over: Row) -> Row:
    """The row that stands in the way of a write that must fail."""
    current = written_or_current(ledger, row, over=over)
    assert current is not None, "it was written"
    return current
