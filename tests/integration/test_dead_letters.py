"""The dead letters as they lie in the queue: the body unchanged, and the attributes of the contract."""

import json

import pytest

from orderexec.domain.fields import read_instant
from orderexec.domain.lifecycle import State
from tests.integration.stage import Stage, buy

POOR = buy("signal-1", quantity="20")
WORTH_NOTHING = buy("signal-1", quantity="0.00001")
UNSIGNED = buy("signal-1", account="nobody")


@pytest.mark.parametrize(
    ("body", "reason", "code", "attempts"),
    [
        (POOR, "REJECTED", "-2010", "1"),
        (WORTH_NOTHING, "RULES", None, "0"),
        (buy("signal-1", symbol="NOSUCH"), "RULES", "-1121", "0"),
        (buy("signal-1", symbol="BTTUSDT", quantity="10000"), "RULES", None, "0"),
        (UNSIGNED, "CREDENTIALS", None, "0"),
        (buy("signal-1", issued_at=1_600_000_000_000), "EXPIRED", None, "0"),
        (buy("signal-1", side="HOLD"), "INVALID_SIGNAL", None, "0"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
def test_a_letter_says_why(stage: Stage, body: dict[str, object], reason: str, code: str | None, attempts: str) -> None:
    stage.paper.control("balances", {"USDT": "1000"})
    text = json.dumps(body, indent=3)

    assert stage.run(text) == []

    [(letter, attributes)] = stage.dead_letters()
    assert letter == text
    assert attributes.pop("detail")
    row = stage.row("signal-1", str(body.get("account", "main")))
    assert read_instant(attributes.pop("issued_at")) == row.issued_at
    assert attributes.pop("orderexec.letter") == row.mark
    expected = {"reason": reason, "signal_id": "signal-1", "attempts": attempts} | ({"code": code} if code else {})
    assert attributes == expected


def test_a_body_that_is_no_signal_is_kept_as_it_is(stage: Stage) -> None:
    text = '{"symbol": "BTCUSDT", \n no json'
    [name] = stage.publish(text)

    assert stage.invoke(stage.receive()) == []

    [(letter, attributes)] = stage.dead_letters()
    assert letter == text
    assert (attributes["reason"], attributes["signal_id"]) == ("INVALID_SIGNAL", name)


def test_a_letter_redriven_is_tried_again(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1"))
    [(letter, attributes)] = stage.dead_letters()
    stage.paper.control("balances", {"USDT": "1000"})

    assert stage.run(letter, **attributes) == []

    assert stage.row("signal-1").state is State.ACCEPTED
    assert len(stage.paper.seen("orders")) == 1


def test_a_plain_duplicate_of_a_dead_signal_is_acknowledged_silently(stage: Stage) -> None:
    stage.paper.control("balances", {"USDT": "0"})
    stage.run(buy("signal-1"))
    assert len(stage.dead_letters()) == 1

    assert stage.run(buy("signal-1")) == []
    assert (
        stage.sqs.get_queue_attributes(QueueUrl=stage.letters, AttributeNames=["All"])["Attributes"][
            "ApproximateNumberOfMessages"
        ]
        == "0"
    )
