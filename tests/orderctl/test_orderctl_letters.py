"""Dead letters are looked at without harm, moved only where nothing was executed, and never lost in between."""

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from orderctl.command import Run
from orderctl.judgement import may_be_redriven
from orderctl.sources.dead_letter import DeadLetter, read_letter
from orderctl.sources.letters import LetterBox
from orderexec.aws.letters import format_instant
from orderexec.domain.lifecycle import Reason
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_sent, make_waiting, parse_answer


def buy(signal_id: str, **fields: object) -> dict[str, object]:
    return {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"} | fields


@pytest.fixture(autouse=True)
def shortly_after_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock takes a millisecond, here and in SQS."""
    clock = itertools.count(NOW)
    monkeypatch.setattr(Run, "now", lambda _: next(clock))
    monkeypatch.setattr("moto.sqs.models.unix_time_millis", lambda: next(clock))
    monkeypatch.setattr("moto.sqs.models.unix_time", lambda: next(clock) / 1000)


@pytest.fixture
def letters(deployed: Deployed) -> Deployed:
    """Four letters of three causes."""
    for signal_id, account in (("a", "main"), ("b", "other")):
        deployed.put(make_dead(signal_id, Reason.CREDENTIALS, account=account))
        deployed.send_letter(buy(signal_id, account=account), reason="CREDENTIALS", code="-2015", signal_id=signal_id)
    deployed.put(make_dead("small", symbol="ETHUSDT"))
    deployed.send_letter(buy("small", symbol="ETHUSDT"), reason="RULES", signal_id="small", detail="below [NOTIONAL]")
    deployed.send_letter(buy("given-up"))
    return deployed


def open_box(deployed: Deployed) -> LetterBox:
    return LetterBox(deployed.sqs, deployed.letters, deployed.signals, 300_000, lambda: NOW)


def test_letters_are_grouped_by_cause_with_what_to_do(letters: Deployed, ctl: Ctl) -> None:
    result = ctl("dead")

    words = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "4 dead letters" in words
    assert "2 x CREDENTIALS -2015" in words
    assert "check the key, its IP whitelist and its permission to trade" in words
    assert "redrive orderctl redrive --reason CREDENTIALS" in words
    assert "below [NOTIONAL]" in words
    assert "--reason RULES" not in words
    assert "1 x (given up by the queue itself)" in words
    assert "redrive orderctl redrive --signal main/binance-spot/given-up" in words


def test_a_group_of_one_account_is_redriven_without_the_letters_of_others(deployed: Deployed, ctl: Ctl) -> None:
    for signal_id in ("a", "b"):
        deployed.send_letter(buy(signal_id, account="other"), reason="CREDENTIALS", code="-2015", signal_id=signal_id)

    words = " ".join(ctl("dead", "--stack", "orderexec").stdout.split())

    assert "redrive orderctl redrive --reason CREDENTIALS --account other --stack orderexec" in words


def test_looking_leaves_every_letter_where_it_was(letters: Deployed, ctl: Ctl) -> None:
    first, second = (parse_answer(ctl("dead", "--json")) for _ in range(2))

    assert first == second
    assert len(letters.receive(letters.letters)) == 4


def test_an_interrupted_look_hides_no_letter(letters: Deployed) -> None:
    with pytest.raises(KeyboardInterrupt), open_box(letters).take(10) as seen:
        next(seen)
        raise KeyboardInterrupt

    assert len(letters.receive(letters.letters)) == 4


def test_without_letters_all_is_well(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("dead")

    assert result.exit_code == 0
    assert result.stdout == "no dead letters\n"


def test_a_letter_of_a_reason_that_nobody_knows(deployed: Deployed, ctl: Ctl) -> None:
    deployed.send_letter("not even JSON", reason="COSMIC")

    assert parse_answer(ctl("dead", "--json"))["groups"][0]["meaning"] == "COSMIC is no reason that this tool knows"


@pytest.mark.parametrize(
    ("options", "moved"),
    [
        ("", {"a", "b", "small", "given-up"}),
        ("--reason credentials", {"a", "b"}),
        ("--reason CREDENTIALS --account other", {"b"}),
        ("--symbol ethusdt", {"small"}),
        ("--signal given-up", {"given-up"}),
        ("--signal other/binance-spot/b", {"b"}),
    ],
)
def test_letters_go_back_as_chosen_and_the_others_stay(
    letters: Deployed, ctl: Ctl, options: str, moved: set[str]
) -> None:
    result = ctl("redrive", "--yes", "--json", *options.split())

    assert result.exit_code == 0
    assert parse_answer(result)["done"] == len(moved)
    assert {json.loads(each["Body"])["id"] for each in letters.receive(letters.signals)} == moved
    assert len(letters.receive(letters.letters)) == 4 - len(moved)


def test_a_letter_goes_back_unchanged(letters: Deployed, ctl: Ctl) -> None:
    ctl("redrive", "--yes", "--signal", "a")

    (message,) = letters.receive(letters.signals)
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"]) == buy("a", account="main")
    assert attributes == {
        "reason": "CREDENTIALS",
        "code": "-2015",
        "signal_id": "a",
        "orderexec.letter": "t2",
        "issued_at": format_instant(NOW),
    }


def test_what_only_its_message_id_named_keeps_that_name(deployed: Deployed, ctl: Ctl) -> None:
    # GIVEN a signal without id that the queue itself gave up
    body = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    message_id = deployed.send_letter(body)

    ctl("redrive", "--yes")

    # THEN a second copy of it would be the same signal
    (message,) = deployed.receive(deployed.signals)
    assert message["MessageAttributes"]["signal_id"]["StringValue"] == message_id
    assert message["MessageAttributes"]["reason"]["StringValue"] == "EXHAUSTED"


def test_what_may_have_been_executed_stays(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_sent("doubted"))
    deployed.send_letter(buy("doubted"))

    result = ctl("redrive", "--yes")

    assert result.exit_code == 1
    assert "stays: its order may be at the exchange; the function is asking the exchange" in " ".join(
        result.stdout.split()
    )
    assert deployed.receive(deployed.signals) == []
    assert len(deployed.receive(deployed.letters)) == 1


def make_letter(body: object, *, death: str | None = "t2", fifo: bool = False) -> DeadLetter:
    """As it lies in its queue since NOW; without a death it is one that the queue itself gave up."""
    named = {"reason": "RULES", "signal_id": "x", "issued_at": format_instant(NOW), "orderexec.letter": death}
    given = {name: {"DataType": "String", "StringValue": text} for name, text in named.items()} if death else {}
    received = {
        "MessageId": "m",
        "ReceiptHandle": "h",
        "Body": json.dumps(body),
        "Attributes": {"SentTimestamp": str(NOW)},
        "MessageAttributes": given,
    }
    return read_letter(received, fifo=fifo, max_age_ms=300_000, now=NOW)


@pytest.mark.parametrize("row", [None, make_waiting("x"), make_dead("x")])
def test_what_is_certainly_not_executed_may_be_tried_again(row: Any) -> None:
    assert may_be_redriven(make_letter(buy("x")), row, NOW) == (None, NOW, False)


@pytest.mark.parametrize("row", [None, make_dead("x")])
def test_what_is_too_old_stays_unless_an_age_is_named_that_it_has_not_reached(row: Any) -> None:
    found, later = make_letter(buy("x")), NOW + 3 * 86_400_000

    why = may_be_redriven(found, row, later).why

    assert why == "its signal is older than its maximum age; --max-age AGE executes it, or publish it under a new id"
    assert may_be_redriven(found, row, later, 3 * 86_400_000).why == why
    assert may_be_redriven(found, row, later, 3 * 86_400_000 + 1) == (None, NOW, True)


def test_an_age_that_is_named_makes_nothing_younger_that_may_go_anyway() -> None:
    assert may_be_redriven(make_letter(buy("x")), make_dead("x"), NOW, 86_400_000) == (None, NOW, False)


def test_a_rows_age_counts_though_the_letter_says_less() -> None:
    old = replace(make_dead("x"), issued_at=NOW - 300_000, expires_at=NOW)

    assert may_be_redriven(make_letter(buy("x")), old, NOW)[0:2] == (
        "its signal is older than its maximum age; --max-age AGE executes it, or publish it under a new id",
        NOW - 300_000,
    )


def test_a_letter_of_an_earlier_death_or_of_another_signal_stays() -> None:
    canceled = make_waiting("x").cancel("by another", token="t3", now=NOW)

    assert "dead-lettered again since" in str(
        may_be_redriven(make_letter(buy("x"), death="t1"), make_dead("x"), NOW).why
    )
    assert "cancelled by another signal or by a person" in str(
        may_be_redriven(make_letter(buy("x")), canceled, NOW).why
    )
    assert "belongs to another signal" in str(
        may_be_redriven(make_letter(buy("x")), make_dead("x", side="SELL"), NOW).why
    )
    assert "belongs to another signal" in str(
        may_be_redriven(make_letter(buy("x")), make_waiting("x", side="SELL"), NOW).why
    )


def test_what_is_still_no_signal_stays() -> None:
    assert "still not a valid signal" in str(may_be_redriven(make_letter(buy("x", prize=1)), None, NOW).why)


def test_what_the_queue_gave_up_when_its_letter_was_due_is_the_letter_of_that_death() -> None:
    row = make_dead("x")

    bound = make_letter(buy("x"), death=None).bind_to(row)

    assert may_be_redriven(bound, row, NOW).why is None
    assert bound.attributes["orderexec.letter"].value == "t2"
    noted = row.note_letter(token="t3", now=NOW)
    assert "dead-lettered again since" in str(
        may_be_redriven(make_letter(buy("x"), death=None).bind_to(noted), noted, NOW).why
    )


def test_a_fifo_queue_forgets_how_old_a_message_is_that_it_gives_up() -> None:
    assert may_be_redriven(make_letter(buy("x"), death=None), None, NOW).why is None
    assert "its age is not known" in str(may_be_redriven(make_letter(buy("x"), death=None, fifo=True), None, NOW).why)
    assert may_be_redriven(make_letter(buy("x", issued_at=NOW - 1), death=None, fifo=True), None, NOW).why is None
    assert may_be_redriven(make_letter(buy("x"), death=None, fifo=True), make_waiting("x"), NOW).why is None


def test_without_consent_nothing_moves(letters: Deployed, ctl: Ctl) -> None:
    for result in (ctl("redrive", given="n\n"), ctl("redrive", "--json"), ctl("redrive", given="")):
        assert result.exit_code == 1
    assert letters.receive(letters.signals) == []
    assert len(letters.receive(letters.letters)) == 4


def test_a_person_is_told_what_will_happen_and_asked(letters: Deployed, ctl: Ctl) -> None:
    result = ctl("redrive", "--reason", "RULES", given="y\n")

    words = " ".join(result.stdout.split())
    assert re.search(r"1 RULES 0\.\d s will be redriven main/binance-spot/small", words)
    assert "1 letter will be redriven (AWS account 123456789012, eu-west-1); the oldest is 0." in result.stderr
    assert result.stdout.endswith("1 letter was redriven.\n")


class DyingAgain:
    """The letter box of a stack whose function dead-letters each signal again at once."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._sqs = deployed.sqs
        self.moved = 0

    def send_message(self, **_: object) -> None:
        self.moved += 1
        assert self.moved < 10
        self._deployed.send_letter(buy("a"), reason="CREDENTIALS", signal_id="a")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)


def test_a_signal_that_dies_again_is_moved_once(deployed: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed.send_letter(buy("a"), reason="CREDENTIALS", signal_id="a")
    sqs = DyingAgain(deployed)
    monkeypatch.setattr(
        "orderctl.commands.letter_plans.open_letter_box",
        lambda _, now: LetterBox(sqs, deployed.letters, deployed.signals, 300_000, now),
    )

    result = ctl("redrive", "--yes", "--json")

    assert parse_answer(result)["done"] == 1
    assert sqs.moved == 1


def test_a_letter_that_cannot_be_sent_is_not_deleted(letters: Deployed) -> None:
    letters.sqs.delete_queue(QueueUrl=letters.signals)

    with pytest.raises(ClientError), open_box(letters).take(10) as seen:
        open_box(letters).redrive(next(seen))

    assert len(letters.receive(letters.letters)) == 4


def test_letters_that_nobody_needs_are_deleted_as_chosen(letters: Deployed, ctl: Ctl) -> None:
    result = ctl("discard", "--reason", "RULES", "--yes", "--json")

    assert parse_answer(result)["done"] == 1
    assert {json.loads(each["Body"])["id"] for each in letters.receive(letters.letters)} == {"a", "b", "given-up"}
    assert letters.receive(letters.signals) == []


def test_on_fifo_queues_a_letter_keeps_its_group_and_a_repeated_move_is_swallowed(deployed: Deployed) -> None:
    urls = [
        deployed.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for name in ("signals", "letters")
    ]
    deployed.sqs.send_message(
        QueueUrl=urls[1], MessageBody=json.dumps(buy("a")), MessageGroupId="group", MessageDeduplicationId="first"
    )
    fifo = LetterBox(deployed.sqs, urls[1], urls[0], 300_000, lambda: NOW)
    with fifo.take(10) as seen:
        found = next(seen)

        fifo.redrive(found)
        fifo.redrive(found)

    (message,) = deployed.receive(urls[0])
    assert message["Attributes"]["MessageGroupId"] == "group"
