"""What the entry point answers for a batch, and what the queue does with it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from functions.execute_signals import app
from orderexec.aws.dynamodb import DynamoDB
from orderexec.aws.ledger import DynamoLedger
from orderexec.domain.lifecycle import Reason, State
from tests.doubles.key_pairs import pair, private_pem, public_pem
from tests.integration.stage import Stage, buy
from tests.paper_exchange.paper_client import KEY

COMES_BACK, IS_ACCEPTED, DIES = "comes back", "is placed", "dies"


def body(kind: str, number: int) -> dict[str, object]:
    extra: dict[str, object] = {"surprise": 1} if kind == DIES else {}
    # A symbol of its own tells the fault which requests to refuse.
    symbol = "ETHUSDT" if kind == COMES_BACK else "BTCUSDT"
    return buy(f"signal-{number}", symbol=symbol, quantity="0.01") | extra


@pytest.mark.parametrize(
    "kinds",
    [
        [IS_ACCEPTED],
        [COMES_BACK],
        [DIES],
        [COMES_BACK, COMES_BACK, COMES_BACK],
        [IS_ACCEPTED, COMES_BACK, DIES],
        [DIES, IS_ACCEPTED, DIES, COMES_BACK, IS_ACCEPTED, COMES_BACK, IS_ACCEPTED, DIES, COMES_BACK, IS_ACCEPTED],
    ],
    ids=len,
)
def test_the_answer_names_exactly_the_messages_that_stay(stage: Stage, kinds: list[str]) -> None:
    # Refused for its own sake: a limit would hold all of them.
    stage.paper.arm(
        "answer_instead", status=400, code=-1016, msg="Service shut down.", count=10, match={"symbol": "ETHUSDT"}
    )
    ids = stage.publish(*[body(kind, number) for number, kind in enumerate(kinds)])

    staying = stage.invoke(stage.receive())

    assert sorted(staying) == sorted(name for name, kind in zip(ids, kinds, strict=True) if kind == COMES_BACK)
    ends = {COMES_BACK: State.WAITING, IS_ACCEPTED: State.ACCEPTED, DIES: State.DEAD}
    assert [stage.row(f"signal-{number}").state for number in range(len(kinds))] == [ends[kind] for kind in kinds]
    assert len(stage.paper.seen("orders")) == kinds.count(IS_ACCEPTED)
    assert len(stage.dead_letters()) == kinds.count(DIES)


def test_a_cold_container_is_put_together_once(stage: Stage) -> None:
    stage.run(*[buy(f"signal-{number}") for number in range(10)])

    assert app.get_application.cache_info().misses == 1


def test_two_copies_in_one_batch_make_one_order(stage: Stage) -> None:
    stage.run(*[buy("signal-1")] * 6)

    assert len(stage.paper.seen("orders")) == 1
    assert stage.row("signal-1").attempts == 1


def test_a_message_comes_back_when_its_delay_is_over_not_before(stage: Stage) -> None:
    stage.paper.arm("rate_limit", seconds=1)
    [name] = stage.publish(buy("signal-1"))
    assert stage.invoke(stage.receive()) == [name]
    due = stage.row("signal-1").retry_at
    assert due is not None

    [record] = stage.next_delivery(within=5)

    assert time.time() * 1000 >= due
    assert record["messageId"] == name
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert stage.invoke([record]) == []
    assert stage.row("signal-1").state is State.ACCEPTED
    assert stage.receive() == []


def test_ten_signals_take_about_as_long_as_one(stage: Stage) -> None:
    stage.run(buy("warm-up"))
    # So long that what a loaded machine adds of its own does not decide: in turn they would take ten times as long.
    stage.paper.arm("delay", seconds=0.4, count=1_000)

    one = taken(stage, 1, "one")
    ten = min(taken(stage, 10, f"ten-{turn}") for turn in range(2))

    assert one >= 0.4
    assert ten < 4 * one


def taken(stage: Stage, count: int, name: str) -> float:
    """Seconds for one invocation with so many signals."""
    stage.publish(*[buy(f"{name}-{number}") for number in range(count)])
    records = stage.receive()
    assert len(records) == count
    start = time.perf_counter()
    assert stage.invoke(records) == []
    return time.perf_counter() - start


def test_an_order_whose_answer_was_lost_is_found_over_http(stage: Stage) -> None:
    stage.paper.arm("lose_answer")

    assert stage.run(buy("signal-1")) == []
    [order] = stage.paper.seen("orders")
    report = stage.row("signal-1").report
    assert report is not None
    assert report.order_id == str(order["orderId"])


@pytest.mark.parametrize("code", [-2010, -1021, -1003])
def test_under_a_server_error_no_refusal_is_believed(stage: Stage, code: int) -> None:
    stage.paper.arm("answer_after", status=503, code=code, msg="Duplicate order sent.")

    assert stage.run(buy("signal-1")) == []
    assert (stage.row("signal-1").state, stage.row("signal-1").attempts) == (State.ACCEPTED, 1)
    assert len(stage.paper.seen("orders")) == 1


def test_an_order_in_doubt_stays_hidden_until_its_fence(stage: Stage) -> None:
    stage.paper.arm("lose_request")
    [name] = stage.publish(buy("signal-1"))

    assert stage.invoke(stage.receive()) == [name]
    row = stage.row("signal-1")
    assert row.state is State.SENT
    assert row.fence is not None
    assert 15 <= row.fence / 1000 - time.time() <= 60
    assert stage.receive() == []


@contextmanager
def dynamodb_throttled(operation: str) -> Iterator[None]:
    """Every such call of the function is answered as an overloaded table does."""
    dynamodb = cast(DynamoLedger, app.get_application().ports.ledger).client
    assert isinstance(dynamodb, DynamoDB)
    kind, events = "ProvisionedThroughputExceededException", dynamodb.client.meta.events
    error = {"Error": {"Code": kind, "Message": "slow down"}, "ResponseMetadata": {}}
    answer = SimpleNamespace(status_code=400, headers={}, content=json.dumps({"__type": f"aws#{kind}"}).encode())
    refusals: dict[str, Callable[..., Any]] = {
        f"before-send.dynamodb.{operation}": lambda **_: answer,  # to the short way
        f"before-call.dynamodb.{operation}": lambda **_: (answer, error),  # to the client, which waits for nothing here
    }
    for event, refuse in refusals.items():
        events.register(event, refuse)
    try:
        yield
    finally:
        for event, refuse in refusals.items():
            events.unregister(event, refuse)


def test_a_throttled_ledger_sends_the_message_back_and_nothing_to_the_exchange(stage: Stage) -> None:
    [name] = stage.publish(buy("signal-1"))
    records = stage.receive()

    with dynamodb_throttled("PutItem"):
        assert stage.invoke(records) == [name]
    assert not [seen for seen in stage.paper.seen("requests") if seen["method"] == "POST"]
    assert stage.receive() == []  # hidden for a while
    assert stage.invoke(records) == []
    assert stage.row("signal-1").state is State.ACCEPTED


def test_a_batch_survives_one_record_that_cannot_be_handled(stage: Stage) -> None:
    """A redelivery reads the ledger first, a first delivery does not: only the former meets the fault."""
    stage.run(buy("warm-up"))
    [name, _] = stage.publish(buy("signal-1"), buy("signal-2"))
    records = stage.receive()
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = "2" if record["messageId"] == name else "1"

    with dynamodb_throttled("GetItem"):
        assert stage.invoke(records) == [name]
    assert stage.row("signal-2").state is State.ACCEPTED


def test_a_rotated_key_is_picked_up_without_a_new_container(stage: Stage) -> None:
    stage.run(buy("signal-1"))
    stage.paper.control("reset", {})
    stage.put_secret('{"api_key": "paper-key-2", "api_secret": "paper-secret-2"}')
    stage.paper.arm("answer_instead", status=400, code=-2015, msg="Invalid API-key, IP, or permissions for action.")

    assert stage.run(buy("signal-2")) == []
    assert stage.row("signal-2").attempts == 2
    assert len(stage.paper.seen("orders")) == 1


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("code", ["-1022", "-2015"])
def test_an_account_that_moves_from_hmac_to_a_key_pair_loses_no_signal(stage: Stage, kind: str, code: str) -> None:
    """Either its API key has another key behind it now (-1022), or the new pair came with an API key of its own."""
    stage.run(buy("signal-1"))
    api_key = KEY if code == "-1022" else "paper-key-3"
    stage.paper.control("keys", {KEY: None} | {api_key: public_pem(pair(kind))})
    stage.put_secret(json.dumps({"api_key": api_key, "private_key": private_pem(pair(kind))}))

    assert stage.run(buy("signal-2")) == []
    assert (stage.row("signal-2").state, stage.row("signal-2").attempts) == (State.ACCEPTED, 2)
    assert stage.run(buy("signal-3")) == []
    assert (stage.row("signal-3").state, stage.row("signal-3").attempts) == (State.ACCEPTED, 1)


NOT_A_KEY = [
    "no json {",
    '"text"',
    "[]",
    "{}",
    '{"api_key": "paper-key"}',
    '{"api_key": "a", "api_secret": "b\\nc"}',
    '{"api_key": "paper-key", "private_key": "-----BEGIN PRIVATE KEY-----"}',
]


@pytest.mark.parametrize("text", NOT_A_KEY)
def test_a_secret_that_is_no_key_needs_a_person(stage: Stage, text: str) -> None:
    stage.put_secret(text)

    assert stage.run(buy("signal-1")) == []
    assert stage.row("signal-1").reason is Reason.CREDENTIALS
    assert not [seen for seen in stage.paper.seen("requests") if seen["method"] == "POST"]


def test_a_secret_that_was_repaired_is_used_at_once(stage: Stage) -> None:
    stage.put_secret("no json {")
    stage.run(buy("signal-1"))

    stage.put_secret('{"api_key": "paper-key", "api_secret": "paper-secret"}')
    stage.run(buy("signal-2"))

    assert stage.row("signal-2").state is State.ACCEPTED


def test_a_message_whose_outcome_cannot_be_told_comes_back_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told = cast(Any, app).report

    def fails_once(verdict: Any, *arguments: Any) -> None:
        if verdict.row.identity.id == "signal-1":
            raise RuntimeError("no words")
        told(verdict, *arguments)

    monkeypatch.setattr(app, "report", fails_once)
    ids = stage.publish(*[buy(f"signal-{number}") for number in range(3)])

    assert stage.invoke(stage.receive()) == [ids[1]]

    assert [stage.row(f"signal-{number}").state for number in range(3)] == [State.ACCEPTED] * 3
    assert len(stage.paper.seen("orders")) == 3
