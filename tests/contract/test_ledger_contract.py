"""What every ledger promises, shown of the one in memory and of the one in DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.day_counters import DayCounters
from orderexec.aws.dynamodb import add_short_way
from orderexec.aws.ledger import DynamoLedger, RowGone
from orderexec.bootstrap import make_system_clock, make_system_randomness
from orderexec.domain.backlog import OpenRow
from orderexec.domain.lifecycle import State
from orderexec.domain.order_words import ListKind, MarginMode, Side, SideEffect
from orderexec.domain.orders import Order
from orderexec.domain.products import PRODUCTS
from orderexec.domain.requests import OrderList
from orderexec.domain.row import LOOK_AFTER_MS, Row
from orderexec.domain.signals import Identity
from orderexec.domain.spot_products import SpotType
from orderexec.ports import Ledger
from tests.contract.rows import overtaken, rows, written_or_current
from tests.doubles.ledger import MemoryLedger
from tests.doubles.stores import Fault

IDENTITY = Identity(id="signal-1")
UNWRITTEN = Row(
    identity=IDENTITY, content="c", state=State.WAITING, token="", issued_at=1, expires_at=300_000, updated_at=1
)
COUNTERS = DayCounters("shared", make_system_clock(), make_system_randomness())
FIRST = replace(UNWRITTEN, state=State.SENT, token="first", attempts=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """One ledger, how to lose the reply of its next write, and how to delete a row behind its back."""

    ledger: Ledger
    lose_next_reply: Callable[[], Callable[[], bool]]  # tells later whether it was lost
    delete: Callable[[str], object]


def make_in_memory() -> Subject:
    ledger = MemoryLedger()

    def lose_next_reply() -> Callable[[], bool]:
        ledger.faults.arm(Fault.REPLY_LOST)
        return lambda: not ledger.faults.armed

    return Subject(ledger, lose_next_reply, ledger.rows.pop)


def make_in_dynamodb(*, short: bool) -> Subject:
    session, config = botocore.session.get_session(), Config(retries={"mode": "standard", "total_max_attempts": 3})
    client = boto3.Session(botocore_session=session).client("dynamodb", config=config)
    return Subject(
        DynamoLedger(add_short_way(client, session, lambda: 0) if short else client, "ledger", COUNTERS),
        lambda: cut_connection_after_the_next_put(client),
        lambda key: client.delete_item(TableName="ledger", Key={"pk": {"S": key}}),
    )


def cut_connection_after_the_next_put(client: DynamoDBClient) -> Callable[[], bool]:
    """The put is applied, then its connection breaks: it is sent again without anybody's asking."""
    cut: list[str] = []

    def break_once(request: AWSPreparedRequest, **_: Any) -> None:
        if str(request.headers["X-Amz-Target"]).rstrip("'").endswith("PutItem") and not cut:
            cut.append(request.url)
            assert client.scan(TableName="ledger")["Count"] > 0, "cut before the put was applied"
            raise ConnectionClosedError(endpoint_url=request.url)

    client.meta.events.register_last("before-send", break_once)
    return lambda: bool(cut)


@pytest.fixture(params=["memory", "dynamodb", "dynamodb, the short way"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "memory":
        return make_in_memory()
    request.getfixturevalue("dynamodb")
    return make_in_dynamodb(short="short" in request.param)


def test_an_unknown_signal_has_no_row(subject: Subject) -> None:
    assert subject.ledger.read(IDENTITY) is None


@pytest.mark.parametrize("market", sorted(PRODUCTS))
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_reads_as_it_was_written(subject: Subject, market: str, data: st.DataObject) -> None:
    row = data.draw(rows(market))
    current = subject.ledger.read(row.identity)

    subject.ledger.write(row, over=current or replace(row, token=""))
    assert subject.ledger.read(row.identity) == row


def make_margin_list(kind: ListKind, mode: MarginMode) -> OrderList:
    entry = Order(
        symbol="BTCUSDT",
        side=Side.BUY,
        type=SpotType.LIMIT_MAKER,
        client_order_id="entry",
        quantity=Decimal("0.01"),
        price=Decimal(65_000),
        margin_mode=mode,
        side_effect=SideEffect.BORROW,
    )
    profit = replace(entry, side=Side.SELL, client_order_id="profit", price=Decimal(70_000))
    loss = replace(profit, type=SpotType.STOP_LOSS, client_order_id="loss", price=None, stop_price=Decimal(60_000))
    if kind is ListKind.OTO:
        return OrderList(kind=kind, list_client_order_id="list", working=entry, pending=loss)
    working = entry if kind is ListKind.OTOCO else None
    return OrderList(kind=kind, list_client_order_id="list", working=working, above=profit, below=loss)


@pytest.mark.parametrize("mode", list(MarginMode))
@pytest.mark.parametrize("kind", [ListKind.OCO, ListKind.OTO, ListKind.OTOCO])
def test_a_list_on_margin_keeps_the_account_of_each_of_its_orders(
    subject: Subject, kind: ListKind, mode: MarginMode
) -> None:
    unwritten = replace(UNWRITTEN, identity=Identity(venue="binance-margin", id="signal-1"))
    row = replace(unwritten, state=State.SENT, token="first", request=make_margin_list(kind, mode))

    subject.ledger.write(row, over=unwritten)
    read = subject.ledger.read(row.identity)

    assert read == row
    assert read is not None
    assert isinstance(read.request, OrderList)
    assert {leg.margin_mode for leg in read.request.legs} == {mode}


def test_only_the_first_of_two_first_writes_stands(subject: Subject) -> None:
    subject.ledger.write(FIRST, over=UNWRITTEN)

    assert overtaken(subject.ledger, replace(FIRST, token="other"), over=UNWRITTEN) == FIRST
    assert subject.ledger.read(IDENTITY) == FIRST


def test_a_write_replaces_the_row_that_it_came_from(subject: Subject) -> None:
    second = replace(FIRST, token="second", attempts=2)
    subject.ledger.write(FIRST, over=UNWRITTEN)

    subject.ledger.write(second, over=FIRST)
    assert subject.ledger.read(IDENTITY) == second


def test_the_loser_gets_the_row_that_stands_and_changes_nothing(subject: Subject) -> None:
    second = replace(FIRST, token="second", state=State.ACCEPTED)
    subject.ledger.write(FIRST, over=UNWRITTEN)
    subject.ledger.write(second, over=FIRST)

    assert overtaken(subject.ledger, replace(FIRST, token="late"), over=FIRST) == second
    assert subject.ledger.read(IDENTITY) == second


def test_of_many_writers_exactly_one_wins(subject: Subject) -> None:
    subject.ledger.write(FIRST, over=UNWRITTEN)
    tried = [replace(FIRST, token=f"writer-{number}") for number in range(24)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda row: written_or_current(subject.ledger, row, over=FIRST), tried))

    winners = [row for row, answer in zip(tried, answers, strict=True) if answer is None]
    assert winners == [subject.ledger.read(IDENTITY)]
    assert all(answer in (None, *winners) for answer in answers)


@pytest.mark.parametrize("over", [UNWRITTEN, FIRST], ids=["first write", "later write"])
def test_a_write_whose_own_reply_was_lost_recognises_itself(subject: Subject, over: Row) -> None:
    if over.token:
        subject.ledger.write(over, over=UNWRITTEN)
    row = replace(FIRST, token="mine")
    was_lost = subject.lose_next_reply()

    subject.ledger.write(row, over=over)
    assert was_lost()
    assert subject.ledger.read(IDENTITY) == row


def test_a_row_that_somebody_deleted_is_a_fault_and_is_not_made_anew(subject: Subject) -> None:
    subject.ledger.write(FIRST, over=UNWRITTEN)
    subject.delete(IDENTITY.key)

    with pytest.raises(RowGone):
        subject.ledger.write(replace(FIRST, token="second"), over=FIRST)
    assert subject.ledger.read(IDENTITY) is None


def test_only_rows_that_are_due_are_overdue_whatever_their_venue(subject: Subject) -> None:
    def write_one(number: int, **changes: Any) -> Row:
        identity = Identity(venue=changes.pop("venue", "binance-spot"), id=f"a/{number}")
        row = replace(UNWRITTEN, identity=identity, token=f"t{number}", **changes)
        subject.ledger.write(row, over=replace(UNWRITTEN, identity=row.identity))
        return row

    due = [
        write_one(1, state=State.SENT, fence=2_000),
        write_one(2, state=State.SENT, fence=1_000),
        write_one(5, state=State.SENT, venue="elsewhere", fence=3_000),
    ]
    write_one(3, state=State.SENT, fence=10_000_000)
    write_one(4, state=State.ACCEPTED)

    keys = {row.identity.key: row.due for row in due}
    assert {row.key: row.due for row in subject.ledger.find_overdue(1_000_000)} == keys
    assert {row.key: row.next_look for row in subject.ledger.find_overdue(1_000_000)} == keys


@given(looks=st.integers(1, 10**6), due=st.integers(1, 10**13 - 1), pause=st.integers(1, 10**9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_that_was_put_off_tells_when_it_is_looked_at_next_and_since_when_it_is_due(
    subject: Subject, looks: int, due: int, pause: int
) -> None:
    row = replace(FIRST, fence=due - LOOK_AFTER_MS, looks=looks, look_at=due + pause, token=f"{looks} {due} {pause}")
    current = subject.ledger.read(IDENTITY)
    subject.ledger.write(row, over=current or UNWRITTEN)

    assert list(subject.ledger.find_overdue(due + pause)) == []
    assert list(subject.ledger.find_overdue(due + pause + 1)) == [OpenRow(IDENTITY.key, due, due + pause)]


def test_a_row_that_only_waits_is_due_when_it_is_looked_at(subject: Subject) -> None:
    row = replace(FIRST, fence=1_000, look_at=900_000)
    subject.ledger.write(row, over=UNWRITTEN)

    assert list(subject.ledger.find_overdue(1_000_000)) == [OpenRow(IDENTITY.key, 900_000, 900_000)]


def test_a_closed_row_is_no_longer_overdue(subject: Subject) -> None:
    sent = replace(FIRST, fence=1)
    subject.ledger.write(sent, over=UNWRITTEN)
    subject.ledger.write(replace(sent, state=State.ACCEPTED, token="second"), over=sent)

    assert list(subject.ledger.find_overdue(10_000_000)) == []
