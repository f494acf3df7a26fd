"""What is told of an order that rested: which writes are news of it, and each update held against its schema."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from orderexec.aws.ledger_item import make_item
from orderexec.aws.ledger_stream import read_rows
from orderexec.domain.following import index_reports, is_resting, list_resting, take_in
from orderexec.domain.lifecycle import State
from orderexec.domain.order_updates import make_order_updates, name_role
from orderexec.domain.order_words import ListKind, Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.protected import Protected
from orderexec.domain.requests import OrderList
from orderexec.domain.row import Row, make_row
from orderexec.domain.spot_products import SpotType
from tests.contract.rows import FEES, NAMES, REPORTS, rows
from tests.unit.domain.schemas import published
from tests.unit.examples import LIMIT_SELL, NOW, order, report, signal

SCHEMA = published("order-update")
VALIDATOR = Draft202012Validator(SCHEMA)
LATER = NOW + 60_000
LIMIT = order(**LIMIT_SELL)
RESTS = report(status="NEW", executed_quantity=Decimal(0), average_price=None)


def tell(before: Row | None, after: Row) -> list[dict[str, Any]]:
    return list(make_order_updates(before, after, "orderexec"))


def accepted(request: Order | OrderList, told: OrderReport, *others: OrderReport) -> Row:
    fresh = make_row(signal(id="signal-1", strategy="trend"), NOW)
    sent = fresh.claim(request, signed_at=NOW, fence=NOW + 20_000, token="sent", now=NOW)
    return sent.accept(Accepted(told, others), token="placed", now=NOW)


def see(row: Row, *told: OrderReport, at: int = LATER) -> Row:
    after = take_in(
        row, {each.client_order_id: each for each in told}, missing=None, complete=True, token=f"seen at {at}", now=at
    )
    assert after is not None
    return after


RESTING = accepted(LIMIT, RESTS)
NAMED = {part: f"{part}-of-the-signal" for part in ("entry", "profit", "loss")}
ENTRY = replace(LIMIT, client_order_id=NAMED["entry"], side=Side.BUY)
PROFIT = replace(LIMIT, client_order_id=NAMED["profit"], type=SpotType.LIMIT_MAKER, price=Decimal(70_000))
LOSS = replace(LIMIT, client_order_id=NAMED["loss"], type=SpotType.STOP_LOSS, price=None, stop_price=Decimal(60_000))


def of(leg: Order, **changes: Any) -> OrderReport:
    return replace(RESTS, client_order_id=leg.client_order_id, side=leg.side, **changes)


@st.composite
def written(draw: st.DrawFn) -> tuple[Row, Row]:
    """Any accepted row, and the same one after a look at its orders that found something."""
    before = replace(draw(rows().filter(lambda row: row.report is not None)), state=State.ACCEPTED, reason=None)
    first = before.report and before.report.client_order_id
    before = replace(before, others=tuple(each for each in before.others if each.client_order_id != first))
    known = index_reports(before)
    seen = [
        replace(draw(REPORTS), client_order_id=name, symbol=each.symbol, side=each.side) for name, each in known.items()
    ]
    after = before.note_update(
        tuple(seen),
        seen_at=draw(st.integers(0, 10**13)),
        unclear_since=None,
        detail=None,
        lost=draw(st.booleans()),
        token=draw(st.uuids().map(str)),
    )
    return before, after


@given(written())
def test_every_update_is_as_its_schema_says(write: tuple[Row, Row]) -> None:
    for told in tell(*write):
        assert [error.message for error in VALIDATOR.iter_errors(told)] == []
        assert told.keys() <= SCHEMA["properties"].keys()


@given(written())
def test_a_write_that_is_delivered_again_has_the_same_updates(write: tuple[Row, Row]) -> None:
    before, after = write
    record = {"dynamodb": {"OldImage": make_item(before), "NewImage": make_item(after)}}
    was, now = read_rows(record)
    assert now is not None

    assert tell(was, now) == tell(before, after)


@given(written(), st.uuids().map(str), st.integers(0, 10**13))
def test_a_write_that_changes_no_order_is_no_news(write: tuple[Row, Row], token: str, at: int) -> None:
    row = write[1]

    noted = replace(row, token=token, seen_at=at, unclear_since=at, detail="the exchange does not show it any more")

    assert tell(row, noted) == []


VIEWS = st.builds(
    lambda status, size, filled: replace(RESTS, status=status, quantity=size, executed_quantity=filled),
    st.sampled_from(["NEW", "PENDING_CANCEL", "PARTIALLY_FILLED", "FILLED", "CANCELED"]),
    st.sampled_from([Decimal(8), Decimal(9)]),
    st.sampled_from([Decimal(0), Decimal(1), Decimal(2)]),
)


def follow(views: list[OrderReport]) -> Iterator[tuple[Row, Row]]:
    """Every write that looks at an order make, as long as it is followed, one view after the other."""
    row = RESTING
    for number, view in enumerate(views):
        if not is_resting(row):
            return
        seen = {view.client_order_id: view}
        after = take_in(row, seen, missing=None, complete=True, token=f"look-{number}", now=LATER + number)
        if after is not None:
            yield row, after
            row = after


@given(st.lists(VIEWS, max_size=20))
def test_no_two_news_have_the_same_id_and_each_change_is_told_once(views: list[OrderReport]) -> None:
    writes = list(follow(views))
    told = [update for before, after in writes for update in tell(before, after)]
    changes = [
        (before, after)
        for before, after in writes
        if (before.report and (before.report.status, before.report.executed_quantity, before.report.quantity))
        != (after.report and (after.report.status, after.report.executed_quantity, after.report.quantity))
    ]

    assert len({update["update_id"] for update in told}) == len(told) == len(changes)
    assert sum(update["order_closed"] for update in told) <= 1
    filled = [Decimal(update["executed_quantity"]) for update in told]
    assert filled == sorted(filled)


def test_an_order_amended_to_what_it_was_before_is_news_again() -> None:
    sizes = [Decimal(9), Decimal(8), Decimal(9), Decimal(8)]

    told = [update for write in follow([replace(RESTS, quantity=size) for size in sizes]) for update in tell(*write)]

    assert [update["order_quantity"] for update in told] == ["9", "8", "9", "8"]
    assert len({update["update_id"] for update in told}) == 4


def test_a_fill_is_told_with_all_that_is_known_of_it() -> None:
    filled = replace(
        RESTS,
        status="FILLED",
        executed_quantity=Decimal("0.5"),
        average_price=Decimal("6.5E+4"),
        fees={"BNB": Decimal("1E-7"), "USDT": Decimal("-0.10")},
    )

    (told,) = tell(RESTING, see(RESTING, filled))

    assert told == {
        "version": "1",
        "update_id": f"seen at {LATER}/{RESTS.client_order_id}",
        "stack": "orderexec",
        "signal_id": "signal-1",
        "account": "main",
        "venue": "binance-spot",
        "strategy": "trend",
        "role": "order",
        "previous_status": "NEW",
        "order_closed": True,
        "signal_closed": True,
        "still_resting": [],
        "seen_at": "2026-09-21T14:14:20.000Z",
        "order_id": RESTS.order_id,
        "client_order_id": RESTS.client_order_id,
        "symbol": "BTCUSDT",
        "side": RESTS.side,
        "order_status": "FILLED",
        "order_quantity": "0.5",
        "executed_quantity": "0.5",
        "average_price": "65000",
        "fees": {"BNB": "0.0000001", "USDT": "-0.1"},
    }


@pytest.mark.parametrize(("status", "told"), [("EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED"), ("NEW", None)])
def test_why_it_ended_is_told_of_what_has_ended(status: str, told: str | None) -> None:
    seen = replace(RESTS, status=status, quantity=Decimal(9), why="UNFILLED_IOC_QUANTITY_EXPIRED")

    (update,) = tell(RESTING, see(RESTING, seen))

    assert update.get("ended_because") == told


def bracket() -> Row:
    request = OrderList(kind=ListKind.OTOCO, list_client_order_id="list", working=ENTRY, above=PROFIT, below=LOSS)
    return accepted(request, of(ENTRY), of(PROFIT, status="PENDING_NEW"), of(LOSS, status="PENDING_NEW"))


def test_each_order_of_a_bracket_is_told_by_its_role_and_with_what_still_rests() -> None:
    row = bracket()
    filled = see(row, of(ENTRY, status="FILLED", executed_quantity=Decimal("0.5")), of(PROFIT), of(LOSS))
    ended = see(
        filled,
        of(PROFIT, status="EXPIRED", why="OCO_TRIGGER"),
        of(LOSS, status="FILLED", executed_quantity=Decimal("0.5")),
        at=LATER + 1,
    )

    first = {each["role"]: each for each in tell(row, filled)}
    last = {each["role"]: each for each in tell(filled, ended)}

    assert len({each["update_id"] for each in (*first.values(), *last.values())}) == 5
    assert first.keys() == {"entry", "take_profit", "stop_loss"}
    assert first["entry"]["still_resting"] == ["take_profit", "stop_loss"]
    assert (first["entry"]["order_closed"], first["entry"]["signal_closed"]) == (True, False)
    assert last.keys() == {"take_profit", "stop_loss"}
    assert (last["take_profit"]["order_status"], last["take_profit"]["ended_because"]) == ("EXPIRED", "OCO_TRIGGER")
    assert (last["stop_loss"]["order_status"], last["stop_loss"]["signal_closed"]) == ("FILLED", True)


@pytest.mark.parametrize(("side", "above", "below"), [(Side.SELL, PROFIT, LOSS), (Side.BUY, LOSS, PROFIT)])
def test_of_a_pair_the_one_on_the_better_side_takes_the_profit(side: Side, above: Order, below: Order) -> None:
    pair = OrderList(
        kind=ListKind.OCO,
        list_client_order_id="list",
        above=replace(above, side=side),
        below=replace(below, side=side),
    )

    assert [name_role(pair, NAMED[part]) for part in ("profit", "loss")] == ["take_profit", "stop_loss"]


@pytest.mark.parametrize(("exit_", "role"), [(PROFIT, "take_profit"), (LOSS, "stop_loss")])
def test_the_one_exit_of_an_entry_is_named_by_what_it_waits_for(exit_: Order, role: str) -> None:
    pending = OrderList(kind=ListKind.OTO, list_client_order_id="list", working=ENTRY, pending=exit_)

    assert [name_role(pending, leg.client_order_id) for leg in pending.legs] == ["entry", role]


def test_the_orders_of_a_protected_entry_have_their_roles() -> None:
    plan = Protected(entry=ENTRY, stop_loss=LOSS, take_profit=PROFIT)

    roles = [name_role(plan, leg.client_order_id) for leg in plan.legs]
    assert roles == ["entry", "stop_loss", "take_profit"]


def test_an_order_of_a_list_of_which_nothing_was_told_is_followed_and_not_told_as_resting() -> None:
    row = replace(bracket(), others=())
    assert [leg.client_order_id for leg in list_resting(row)] == [NAMED["entry"], NAMED["profit"], NAMED["loss"]]

    [told] = tell(row, see(row, of(ENTRY, status="PARTIALLY_FILLED", executed_quantity=Decimal("0.1"))))

    assert told["still_resting"] == ["entry"]


def test_a_row_that_is_accepted_no_more_tells_no_update() -> None:
    assert tell(RESTING, replace(RESTING, state=State.SENT, report=replace(RESTS, status="CANCELED"))) == []


@pytest.mark.parametrize("state", [State.SENT, State.WAITING, State.DEAD])
def test_the_write_that_accepts_it_is_told_by_the_outcome(state: State) -> None:
    assert tell(None, RESTING) == []
    assert tell(replace(RESTING, state=state, report=None), RESTING) == []


@given(st.dictionaries(NAMES, FEES, max_size=3))
def test_fees_are_told_as_plain_decimals(fees: dict[str, Decimal]) -> None:
    seen = replace(RESTS, status="FILLED", executed_quantity=Decimal("0.5"), fees=fees)

    (told,) = tell(RESTING, see(RESTING, seen))

    assert {asset: Decimal(fee) for asset, fee in told["fees"].items()} == fees
    assert "E" not in json.dumps(list(told["fees"].values()))
