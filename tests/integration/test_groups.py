"""Signals of one message group: strictly in turn on a FIFO queue, side by side on a standard one."""

import time
from collections.abc import Sequence

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs import sqs_backends

from orderexec.aws.ledger_item import FORMAT
from orderexec.domain.lifecycle import Reason, State
from tests.conftest import REGION
from tests.integration.stage import Record, Stage, buy
from tests.integration.test_batches import dynamodb_throttled

EXCHANGE_SECONDS = 0.6
ETHER = {"symbol": "ETHUSDT", "quantity": "0.01"}  # a symbol of its own tells a fault which request to refuse


@pytest.fixture
def queue_type() -> str:
    return "fifo"


def keep_waiting(stage: Stage, seconds: int) -> None:
    """The next order for ETHUSDT alone: a limit of the exchange's would close the gate for everybody."""
    stage.paper.arm(
        "answer_instead",
        status=400,
        code=-1016,
        msg="This service is no longer available.",
        headers={"Retry-After": str(seconds)},
        match={"symbol": "ETHUSDT"},
    )


class TestOnAStandardQueue:
    @pytest.fixture
    def queue_type(self) -> str:
        return "standard"

    def test_a_group_is_no_order(self, stage: Stage) -> None:
        warm_up(stage)
        stage.paper.arm("delay", seconds=EXCHANGE_SECONDS, count=10)
        stage.publish_in("main", *[buy(f"s{number}") for number in range(10)])

        assert taken(stage, stage.receive()) < 4 * EXCHANGE_SECONDS

    def test_one_that_comes_back_holds_nobody_back(self, stage: Stage) -> None:
        keep_waiting(stage, 60)
        [waiting, _] = stage.publish_in("main", buy("first", **ETHER), buy("second"))

        assert stage.invoke(stage.receive()) == [waiting]
        assert stage.row("second").state is State.ACCEPTED

    def test_the_dead_letter_keeps_the_group(self, stage: Stage) -> None:
        stage.publish_in("main", buy("dies", surprise=1))
        stage.invoke(stage.receive())

        assert groups_of_letters(stage) == ["main"]


def test_signals_of_one_group_are_executed_one_after_the_other(stage: Stage) -> None:
    stage.paper.arm("delay", seconds=EXCHANGE_SECONDS, count=5)
    stage.publish_in("main", *[buy(f"s{number}") for number in range(5)])

    seconds = taken(stage, stage.receive())

    assert seconds >= 5 * EXCHANGE_SECONDS
    assert executed(stage) == ["s0", "s1", "s2", "s3", "s4"]


def test_groups_go_side_by_side(stage: Stage) -> None:
    warm_up(stage)
    stage.paper.arm("delay", seconds=EXCHANGE_SECONDS, count=10)
    for number in range(2):
        for group in "abcde":
            stage.publish_in(group, buy(f"{group}{number}"))

    assert taken(stage, stage.receive()) < 5 * EXCHANGE_SECONDS
    order = executed(stage)
    assert all(order.index(f"{group}0") < order.index(f"{group}1") for group in "abcde")


def test_one_that_comes_back_holds_back_its_group_and_no_other(stage: Stage) -> None:
    keep_waiting(stage, 60)
    stage.publish_in("a", buy("a1"))
    waiting = stage.publish_in("a", buy("a2", **ETHER), buy("a3"), buy("a4"))
    stage.publish_in("b", buy("b1"), buy("b2"))

    assert stage.invoke(stage.receive()) == waiting

    assert sorted(executed(stage)) == ["a1", "b1", "b2"]
    assert sorted(rows(stage)) == ["a1", "a2", "a3", "a4", "b1", "b2"]
    for name in ("a3", "a4"):
        held = stage.row(name)
        assert (held.state, held.attempts) == (State.WAITING, 0)
        assert "an earlier signal of its group a is not done yet" in str(held.detail)


def test_one_that_is_held_back_with_a_row_that_cannot_be_read_comes_back_and_what_was_done_is_done(
    stage: Stage,
) -> None:
    """A newer version's row, after a rollback: the order before it in the batch was executed and acknowledged."""
    stage.dynamodb.put_item(
        TableName="ledger",
        Item={
            "pk": {"S": "main/binance-spot/a3"},
            "format": {"N": str(FORMAT + 1)},
            "token": {"S": "t"},
        },
    )
    keep_waiting(stage, 60)
    stage.publish_in("a", buy("a1"))
    waiting = stage.publish_in("a", buy("a2", **ETHER), buy("a3"), buy("a4"))
    records = stage.receive()

    assert stage.invoke(records) == waiting

    assert (stage.row("a1").state, stage.row("a4").state) == (State.ACCEPTED, State.WAITING)
    assert min(hidden_for(stage, records[1:])) > 30


def test_what_is_held_back_can_be_cancelled_and_is_never_sent(stage: Stage) -> None:
    keep_waiting(stage, 5)
    stage.publish_in("a", buy("a1", **ETHER), buy("a2"))
    records = stage.receive()
    assert len(stage.invoke(records)) == 2

    stage.publish_in("b", {"action": "cancel", "id": "c", "symbol": "BTCUSDT", "target": "a2"})
    assert stage.invoke(stage.receive()) == []

    assert stage.row("a2").reason is Reason.CANCELED
    time.sleep(max(*hidden_for(stage, records), 0))
    assert stage.invoke(received_again(records)) == []
    assert executed(stage) == ["a1"]


def test_what_is_held_back_becomes_visible_after_the_one_it_waits_for_and_in_order(stage: Stage) -> None:
    keep_waiting(stage, 20)
    stage.publish_in("a", buy("a1", **ETHER), buy("a2"), buy("a3"))
    records = stage.receive()

    stage.invoke(records)

    first, *others = hidden_for(stage, records)
    assert 19 < first < 23
    assert [first, *others] == sorted([first, *others])
    assert others[-1] < first + 1, "not for the queue's visibility timeout"


def test_a_group_goes_on_when_the_one_it_waited_for_is_done(stage: Stage) -> None:
    keep_waiting(stage, 0)
    stage.publish_in("a", buy("a1", **ETHER), buy("a2"), buy("a3"))
    records = stage.receive()
    assert len(stage.invoke(records)) == 3
    time.sleep(max(*hidden_for(stage, records), 0))

    assert stage.invoke(received_again(records)) == []

    assert executed(stage) == ["a1", "a2", "a3"]


def test_a_dead_signal_does_not_hold_back_its_group(stage: Stage) -> None:
    stage.publish_in("a", buy("a1"), buy("a2", surprise=1), buy("a3"))

    assert stage.invoke(stage.receive()) == []

    assert executed(stage) == ["a1", "a3"]
    assert stage.row("a2").state is State.DEAD


def test_a_fault_of_ours_holds_back_the_group(stage: Stage) -> None:
    """A redelivery reads the ledger first, a first delivery does not: only the former meets the fault."""
    warm_up(stage)
    ids = stage.publish_in("a", buy("a1"), buy("a2"), buy("a3"))
    records = stage.receive()
    again = received_again(records[:1]) + records[1:]

    with dynamodb_throttled("GetItem"):
        assert stage.invoke(again) == ids
    assert rows(stage) == ["a2", "a3", "warm-up"], "what is held back can be seen"
    first, *others = hidden_for(stage, records)
    assert 0 < first < 10
    assert all(first <= other < first + 1 for other in others)


def test_what_there_is_no_time_for_is_left_to_the_next_call(stage: Stage) -> None:
    ids = stage.publish_in("a", buy("a1"), buy("a2"), buy("a3"))
    records = stage.receive()

    assert stage.invoke(records, milliseconds_left=20_000) == ids[1:]

    assert executed(stage) == ["a1"]
    assert all(seconds <= 0 for seconds in hidden_for(stage, records)[1:]), "it may begin at once"


def warm_up(stage: Stage) -> None:
    """A cold container is put together, rules and secret are fetched."""
    stage.publish_in("warm-up", buy("warm-up"))
    assert stage.invoke(stage.receive()) == []


def taken(stage: Stage, records: Sequence[Record]) -> float:
    """Seconds for one call in which every signal is done with."""
    start = time.perf_counter()
    assert stage.invoke(records) == []
    return time.perf_counter() - start


def executed(stage: Stage) -> list[str]:
    """The ids of the signals that have an order, as the exchange took them."""
    requests = {name: stage.row(name).request for name in rows(stage)}
    names = {request.client_order_id: name for name, request in requests.items() if request}
    return [names[order["clientOrderId"]] for order in stage.paper.seen("orders")]


def rows(stage: Stage) -> list[str]:
    """The ids of the signals that the ledger knows."""
    return [item["signal_id"]["S"] for item in stage.dynamodb.scan(TableName="ledger")["Items"]]


def hidden_for(stage: Stage, records: Sequence[Record]) -> list[float]:
    """Seconds from now on; of those that were deleted nothing."""
    now, queue = time.time(), sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[stage.signals.rpartition("/")[2]]
    until = {message.id: message.visible_at / 1000 for message in queue._messages}
    return [until[record["messageId"]] - now for record in records if record["messageId"] in until]


def received_again(records: Sequence[Record]) -> list[Record]:
    """As SQS delivers them the second time: moto itself forgets the order of a group whose messages come back."""
    return [record | {"attributes": record["attributes"] | {"ApproximateReceiveCount": "2"}} for record in records]


def groups_of_letters(stage: Stage) -> list[str]:
    answer = stage.sqs.receive_message(QueueUrl=stage.letters, MaxNumberOfMessages=10, AttributeNames=["All"])
    return [letter["Attributes"]["MessageGroupId"] for letter in answer["Messages"]]
