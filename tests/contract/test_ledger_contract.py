"""What every ledger promises, shown of the one in memory and of the one in DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError
from hypothesis import HealthCheck, given, settings
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.day_counters import DayCounters
from orderexec.aws.dynamodb import shortened
from orderexec.aws.ledger import DynamoLedger, RowGone
from orderexec.bootstrap import system_chance
from orderexec.domain.lifecycle import Row, State
from orderexec.domain.signals import Identity
from orderexec.ports import Ledger
from tests.contract.rows import rows
from tests.doubles.ledger import MemoryLedger
from tests.doubles.stores import Fault

IDENTITY = Identity(id="signal-1")
UNWRITTEN = Row(
    identity=IDENTITY, content="c", state=State.WAITING, token="", issued_at=1, expires_at=300_000, updated_at=1
)
COUNTERS = DayCounters("shared", system_chance())
FIRST = replace(UNWRITTEN, state=State.SENT, token="first", attempts=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """One ledger, how to lose the reply of its next write, and how to delete a row behind its back."""

    ledger: Ledger
    lose_next_reply: Callable[[], Callable[[], bool]]  # tells later whether it was lost
    delete: Callable[[str], object]


def in_memory() -> Subject:
    ledger = MemoryLedger()

    def lose_next_reply() -> Callable[[], bool]:
        ledger.faults.arm(Fault.REPLY_LOST)
        return lambda: not ledger.faults.armed

    return Subject(ledger, lose_next_reply, ledger.rows.pop)


def in_dynamodb(*, short: bool) -> Subject:
    session, config = botocore.session.get_session(), Config(retries={"mode": "standard", "total_max_attempts": 3})
    client = boto3.Session(botocore_session=session).client("dynamodb", config=config)
    return Subject(
        DynamoLedger(shortened(client, session, lambda: 0) if short else client, "ledger", COUNTERS),
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
        return in_memory()
    request.getfixturevalue("dynamodb")
    return in_dynamodb(short="short" in request.param)


def test_an_unknown_signal_has_no_row(subject: Subject) -> None:
    assert subject.ledger.read(IDENTITY) is None


@given(row=rows())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_reads_as_it_was_written(subject: Subject, row: Row) -> None:
    standing = subject.ledger.read(row.identity)

    assert subject.ledger.write(row, over=standing or replace(row, token="")) is None
    assert subject.ledger.read(row.identity) == row


def test_only_the_first_of_two_first_writes_stands(subject: Subject) -> None:
    assert subject.ledger.write(FIRST, over=UNWRITTEN) is None

    assert subject.ledger.write(replace(FIRST, token="other"), over=UNWRITTEN) == FIRST
    assert subject.ledger.read(IDENTITY) == FIRST


def test_a_write_replaces_the_row_that_it_came_from(subject: Subject) -> None:
    second = replace(FIRST, token="second", attempts=2)
    subject.ledger.write(FIRST, over=UNWRITTEN)

    assert subject.ledger.write(second, over=FIRST) is None
    assert subject.ledger.read(IDENTITY) == second


def test_the_loser_gets_the_row_that_stands_and_changes_nothing(subject: Subject) -> None:
    second = replace(FIRST, token="second", state=State.PLACED)
    subject.ledger.write(FIRST, over=UNWRITTEN)
    subject.ledger.write(second, over=FIRST)

    assert subject.ledger.write(replace(FIRST, token="late"), over=FIRST) == second
    assert subject.ledger.read(IDENTITY) == second


def test_of_many_writers_exactly_one_wins(subject: Subject) -> None:
    subject.ledger.write(FIRST, over=UNWRITTEN)
    tried = [replace(FIRST, token=f"writer-{number}") for number in range(24)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda row: subject.ledger.write(row, over=FIRST), tried))

    winners = [row for row, answer in zip(tried, answers, strict=True) if answer is None]
    assert winners == [subject.ledger.read(IDENTITY)]
    assert all(answer in (None, *winners) for answer in answers)


@pytest.mark.parametrize("over", [UNWRITTEN, FIRST], ids=["first write", "later write"])
def test_a_write_whose_own_reply_was_lost_recognises_itself(subject: Subject, over: Row) -> None:
    if over.token:
        subject.ledger.write(over, over=UNWRITTEN)
    row = replace(FIRST, token="mine")
    was_lost = subject.lose_next_reply()

    assert subject.ledger.write(row, over=over) is None
    assert was_lost()
    assert subject.ledger.read(IDENTITY) == row


def test_a_row_that_somebody_deleted_is_a_fault_and_is_not_made_anew(subject: Subject) -> None:
    subject.ledger.write(FIRST, over=UNWRITTEN)
    subject.delete(IDENTITY.key)

    with pytest.raises(RowGone):
        subject.ledger.write(replace(FIRST, token="second"), over=FIRST)
    assert subject.ledger.read(IDENTITY) is None


def test_only_rows_that_are_due_are_overdue_and_the_longest_first(subject: Subject) -> None:
    def written(number: int, **changes: Any) -> Row:
        row = replace(UNWRITTEN, identity=Identity(id=f"a/{number}"), token=f"t{number}", **changes)
        assert subject.ledger.write(row, over=replace(UNWRITTEN, identity=row.identity)) is None
        return row

    late = written(1, state=State.SENT, fence=2_000)
    later = written(2, state=State.SENT, fence=1_000)
    written(3, state=State.SENT, fence=10_000_000)
    written(4, state=State.PLACED)
    of_another_venue = replace(UNWRITTEN, identity=Identity(venue="elsewhere", id="5"), token="t5", state=State.SENT)
    subject.ledger.write(of_another_venue, over=replace(of_another_venue, token=""))

    assert list(subject.ledger.overdue("binance-spot", 1_000_000)) == [later, late]


def test_a_closed_row_is_no_longer_overdue(subject: Subject) -> None:
    sent = replace(FIRST, fence=1)
    subject.ledger.write(sent, over=UNWRITTEN)
    subject.ledger.write(replace(sent, state=State.PLACED, token="second"), over=sent)

    assert list(subject.ledger.overdue("binance-spot", 10_000_000)) == []
