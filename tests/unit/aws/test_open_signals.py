"""The look at the signals that have not ended: what it counts, since when, and that its cost is bounded."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.ledger_item import make_item
from orderexec.aws.open_index import PARTS
from orderexec.aws.open_signals import FIRST, LAST, DynamoOpenSignals, RowsLeftOut
from orderexec.domain.controls import ClosedGate, Halt, name_ban, name_crowd, name_pause
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.measures import Measure
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.ports import OpenSignal
from orderexec.usecases.measure_state import MeasureState
from tests.doubles.board import MemoryBoard, SharedControls
from tests.doubles.virtual_time import VirtualTime

SPOT = "binance-spot"
WAITING = Row(
    identity=Identity(id="waits"),
    content="c",
    state=State.WAITING,
    token="t",
    issued_at=1_000,
    expires_at=300_000,
    updated_at=2_000,
)
SENT = replace(WAITING, identity=Identity(id="sent"), state=State.SENT, signed_at=9_000, earliest_signed_at=5_000)
DEAD = replace(WAITING, identity=Identity(id="dead"), state=State.DEAD, reason=Reason.RULES, updated_at=7_000)


class Counting:
    """The client, and what was called; it hands back so many keys of a batch, and `fewer` the next time."""

    def __init__(self, client: Any, kept_back: int = 0, fewer: int = 0) -> None:
        self.client, self.kept_back, self.fewer = client, kept_back, fewer
        self.calls: list[str] = []

    def query(self, **parameters: Any) -> Any:
        self.calls.append("query")
        return self.client.query(**parameters)

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - as the client has it
        self.calls.append("batch")
        kept_back, self.kept_back = self.kept_back, max(0, self.kept_back - self.fewer)
        (asked,) = RequestItems.values()
        taken, left = asked["Keys"][kept_back:], asked["Keys"][:kept_back]
        answer = self.client.batch_get_item(RequestItems={"ledger": {**asked, "Keys": taken}}) if taken else {}
        kept = {"UnprocessedKeys": {"ledger": {**asked, "Keys": left}}} if left else {}
        return {"Responses": answer.get("Responses", {"ledger": []})} | kept


def make_signals(client: Any, parts: Sequence[str] = PARTS) -> DynamoOpenSignals:
    return DynamoOpenSignals(cast(DynamoDBClient, client), "ledger", parts)


def put(client: DynamoDBClient, *rows: Row) -> None:
    for row in rows:
        client.put_item(TableName="ledger", Item=make_item(row))


def test_each_state_has_its_own_beginning(dynamodb: DynamoDBClient) -> None:
    ended = replace(DEAD, identity=Identity(id="audited-later"), letter_sent=True, doubts=1)
    put(dynamodb, WAITING, SENT, DEAD, ended)

    found = {(signal.state, signal.since) for signal in make_signals(dynamodb).look()}

    assert found == {(State.SENT, 5_000), (State.WAITING, 1_000), (State.DEAD, 7_000)}


def test_a_row_that_this_version_cannot_read_does_not_hide_the_others(dynamodb: DynamoDBClient) -> None:
    strange = make_item(replace(SENT, identity=Identity(id="strange"))) | {"state": {"S": "PARKED"}}
    dynamodb.put_item(TableName="ledger", Item=strange)
    put(dynamodb, SENT)

    assert [signal.key for signal in make_signals(dynamodb).look()] == [SENT.identity.key]


@pytest.mark.parametrize("since", [{"S": "noon"}, {"N": "1.5"}, {"M": {}}])
def test_a_row_whose_time_this_version_cannot_read_does_not_hide_the_others(
    dynamodb: DynamoDBClient, since: dict[str, Any]
) -> None:
    strange = make_item(replace(WAITING, identity=Identity(id="strange"))) | {"issued_at": since}
    dynamodb.put_item(TableName="ledger", Item=strange)
    put(dynamodb, SENT)

    assert [signal.key for signal in make_signals(dynamodb).look()] == [SENT.identity.key]


def test_an_empty_index_costs_one_read_of_each_part(dynamodb: DynamoDBClient) -> None:
    client = Counting(dynamodb)

    assert make_signals(client).look() == []
    assert client.calls == ["query"] * len(PARTS)


def test_however_many_rows_are_open_the_same_few_are_read_at_both_ends(dynamodb: DynamoDBClient) -> None:
    rows = [
        replace(WAITING, identity=Identity(id=f"{number:03}"), expires_at=1_000_000 + number)
        for number in range(2 * FIRST + LAST)
    ]
    for row in rows:
        dynamodb.put_item(TableName="ledger", Item=make_item(row) | {"open": {"S": PARTS[0]}})
    client = Counting(dynamodb)

    found = {signal.key for signal in make_signals(client, PARTS[:1]).look()}

    assert client.calls == ["query", "query", "batch"]
    assert found == {row.identity.key for row in (*rows[:FIRST], *rows[-LAST:])}


def test_keys_that_dynamodb_hands_back_are_asked_for_again(dynamodb: DynamoDBClient) -> None:
    for row in (WAITING, SENT, DEAD):
        dynamodb.put_item(TableName="ledger", Item=make_item(row) | {"open": {"S": PARTS[0]}})

    assert len(make_signals(Counting(dynamodb, kept_back=2, fewer=1)).look()) == 3
    with pytest.raises(RowsLeftOut, match="of 3 rows only 2 could be read"):
        make_signals(Counting(dynamodb, kept_back=1)).look()


class Signals:
    """Implements ports.OpenSignals: what it was given, or a fault."""

    def __init__(self, found: Callable[[], list[OpenSignal]]) -> None:
        self.found = found

    def look(self) -> list[OpenSignal]:
        return self.found()


def measure(signals: Signals, controls: SharedControls) -> tuple[MeasureState, int]:
    time = VirtualTime()
    board = MemoryBoard(time.clock(), controls)
    return MeasureState(signals, board, time.clock()), time.clock().now()


def test_a_fault_of_one_measure_leaves_the_others() -> None:
    def fail() -> list[OpenSignal]:
        raise ConnectionError("no ledger")

    taken, _ = measure(Signals(fail), SharedControls(halts={"global": Halt(1, "looking")}))

    measured = taken()
    assert measured.values == {Measure.HALTS: 1}
    assert [str(fault) for fault in measured.faults] == ["no ledger"]


def test_a_gate_is_measured_by_what_it_stops_and_only_while_it_is_closed() -> None:
    controls = SharedControls()
    taken, now = measure(Signals(list), controls)
    controls.gates |= {
        name_ban(SPOT): ClosedGate(now + 120_000, "banned"),
        name_pause(SPOT, "a"): ClosedGate(now + 30_000, "used"),
        name_pause(SPOT, "b"): ClosedGate(now - 1, "over"),
        name_crowd(SPOT, "a"): ClosedGate(now + 999_000, "many"),
    }

    assert taken().values == {Measure.BAN: 120, Measure.PAUSE: 30}


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(0, 10_000)), max_size=20))
def test_of_each_state_the_oldest_counts(drawn: list[tuple[State, int]]) -> None:
    taken, now = measure(Signals(lambda: [OpenSignal("k", state, now - age) for state, age in drawn]), SharedControls())

    values = taken().values

    for state, name in (
        (State.SENT, Measure.OLDEST_SENT),
        (State.WAITING, Measure.OLDEST_WAITING),
        (State.DEAD, Measure.OLDEST_LETTER_UNSENT),
    ):
        ages = [age / 1000 for of, age in drawn if of is state and age]
        assert values.get(name) == (max(ages) if ages else None)
