"""What is published is what was written, character by character; nothing is sent unless everything is valid."""

import json
import re
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderctl.sources.bodies import find_bodies
from orderctl.sources.sending import MOST_BYTES, Letter, choose_group, send_all
from orderctl.trouble import Trouble
from tests.orderctl.conftest import Ctl, Deployed, parse_answer

BUY = '{"id": "a", "symbol": "BTCUSDT", "side": "BUY", "quantity": 0.10}'
SELL = '{"id": "b", "symbol": "BTCUSDT", "side": "SELL", "quantity": "1"}'
FIFO = "https://sqs/signals.fifo"


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (BUY, [BUY]),
        (f"\n {BUY}\n", [BUY]),
        (f"{BUY}\n{SELL}\n", [BUY, SELL]),
        (f"[{BUY},\n {SELL}]", [BUY, SELL]),
        ("[]", []),
        ("", []),
        (json.dumps({"about": "x", "Records": [{"messageId": "1", "body": BUY}, {"body": SELL}]}), [BUY, SELL]),
    ],
)
def test_signals_are_found_in_every_form_unchanged(text: str, bodies: list[str]) -> None:
    assert find_bodies(text) == bodies


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()), min_size=2))
def test_lines_and_arrays_hold_the_same_signals(documents: list[dict[str, Any]]) -> None:
    bodies = [json.dumps(document) for document in documents]

    assert find_bodies("\n".join(bodies)) == bodies
    assert find_bodies(f"[{', '.join(bodies)}]") == bodies


@pytest.mark.parametrize("text", ["{", f"{BUY}\n{{", f"[{BUY}, {{]", "nonsense", '{"Records": [{}]}', "[" * 100_000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(Trouble):
        find_bodies(text)


def test_signals_reach_the_queue_unchanged(deployed: Deployed, ctl: Ctl, tmp_path: Path) -> None:
    file = tmp_path / "signals.jsonl"
    file.write_text(f"{BUY}\n{SELL}\n")

    result = ctl("publish", str(file), "--json")

    messages = deployed.receive(deployed.signals)
    assert result.exit_code == 0
    assert sorted(message["Body"] for message in messages) == sorted([BUY, SELL])
    assert [each["signal_id"] for each in parse_answer(result)["signals"]] == ["a", "b"]
    assert {each["message_id"] for each in parse_answer(result)["signals"]} == {each["MessageId"] for each in messages}


def test_more_signals_than_a_batch_takes(deployed: Deployed, ctl: Ctl) -> None:
    text = "\n".join(BUY.replace('"a"', f'"{number}"') for number in range(25))

    result = ctl("publish", "-", given=text)

    assert result.exit_code == 0
    assert len(deployed.receive(deployed.signals)) == 25


def test_one_bad_signal_keeps_all_from_being_sent(deployed: Deployed, ctl: Ctl) -> None:
    bad = '{"symbol": "BTCUSDT", "side": "HOLD", "prize": 1}'

    result = ctl("publish", "-", given=f"{BUY}\n{bad}\n{bad}")

    assert result.exit_code == 1
    assert "signal 2: " in result.stderr
    assert "signal 3: " in result.stderr
    assert "unknown field 'prize'" in result.stderr
    assert deployed.receive(deployed.signals) == []


def test_a_signal_without_id_gets_its_message_id_and_a_warning(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("publish", "-", "--json", given=BUY.replace('"id": "a", ', ""))

    (published,) = parse_answer(result)["signals"]
    assert published["signal_id"] == published["message_id"]
    assert "signal 1 has no id: if you publish it twice, it is two signals" in result.stderr


def test_what_will_die_of_its_age_or_its_id_is_told(deployed: Deployed, ctl: Ctl) -> None:
    old = SELL.replace('"id": "b"', '"id": "a", "issued_at": "2026-01-01T00:00:00Z"')

    result = ctl("publish", "-", given=f"{BUY}\n{old}")

    assert result.exit_code == 0
    assert "signal 2 has the id of an earlier signal here, but another content" in result.stderr
    assert "signal 2 is already too old: it will become a dead letter, EXPIRED" in result.stderr


def test_a_file_that_is_not_there(ctl: Ctl) -> None:
    result = ctl("publish", "no-such-file")

    assert result.exit_code == 2
    assert "no-such-file cannot be read: No such file or directory" in result.stderr


class Queue:
    """SQS that refuses what it is told to, as often as it is told to."""

    def __init__(self, refusals: dict[str, int], *, sender_fault: bool = False) -> None:
        self.refusals, self.sender_fault = refusals, sender_fault
        self.bodies: list[str] = []

    def send_message_batch(self, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert sum(len(entry["MessageBody"].encode()) for entry in Entries) <= MOST_BYTES
        taken: list[dict[str, Any]] = []
        refused: list[dict[str, Any]] = []
        for entry in Entries:
            body = entry["MessageBody"]
            if self.refusals.get(body, 0):
                self.refusals[body] -= 1
                refused.append({"Id": entry["Id"], "Code": "Throttled", "SenderFault": self.sender_fault})
            else:
                self.bodies.append(body)
                taken.append({"Id": entry["Id"], "MessageId": f"id of {body}"})
        return {"Successful": taken, "Failed": refused}


def make_letters(*bodies: str) -> list[Letter]:
    return [Letter(body, "main", "BTCUSDT", has_id=True) for body in bodies]


def test_what_sqs_did_not_take_is_tried_again_and_nothing_twice() -> None:
    queue = Queue({"b": 2})

    sent = send_all(queue, "https://sqs/signals", make_letters("a", "b", "c"))

    assert sent.refused is None
    assert sent.message_ids == ["id of a", "id of b", "id of c"]
    assert sorted(queue.bodies) == ["a", "b", "c"]


def test_what_sqs_never_takes_is_told_and_the_rest_is_not_sent() -> None:
    bodies = [str(number) for number in range(25)]

    sent = send_all(Queue({"12": 99}), "https://sqs/signals", make_letters(*bodies))

    assert sent.refused == "Throttled"
    assert [body for body, message_id in zip(bodies, sent.message_ids, strict=True) if message_id is None] == [
        "12",
        *bodies[20:],
    ]


def test_a_fault_of_ours_is_not_repeated() -> None:
    queue = Queue({"a": 1}, sender_fault=True)

    assert send_all(queue, "https://sqs/signals", make_letters("a")).refused == "Throttled"


def test_on_a_fifo_queue_nothing_overtakes_what_is_tried_again() -> None:
    queue = Queue({"b": 2})

    send_all(queue, FIFO, make_letters("a", "b", "c"))

    assert queue.bodies == ["a", "b", "c"]


def test_large_signals_are_split_by_size() -> None:
    queue = Queue({})

    send_all(queue, "https://sqs/signals", make_letters(*("x" * (MOST_BYTES // 2 + number) for number in range(3))))

    assert len(queue.bodies) == 3


def read_group(queue_url: str, symbol: str) -> str:
    return choose_group(queue_url, Letter("{}", "main", symbol, has_id=True))["MessageGroupId"]


def test_the_groups_are_those_that_the_documentation_recommends() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "queues.md").read_text()

    assert read_group("https://sqs/signals", "BTCUSDT") == "main"
    assert 'MessageGroupId=signal["account"]' in documented
    assert read_group(FIFO, "BTCUSDT") == "main.BTCUSDT"
    assert read_group(FIFO, "币安人生USDT") == "main.%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"
    assert """MessageGroupId=f"{signal['account']}.{quote(signal['symbol'])}"[:128]""" in documented
    long = "币" * 40
    assert read_group(FIFO, long) == f"main.{urllib.parse.quote(long)}"[:128]


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True), st.from_regex(r"[^\W_]{1,40}", fullmatch=True))
def test_every_signal_has_a_group_that_sqs_takes(account: str, symbol: str) -> None:
    """Alphanumeric characters and punctuation, 128 at the most."""
    for queue_url in (FIFO, "https://sqs/signals"):
        found = choose_group(queue_url, Letter("{}", account, symbol, has_id=True))["MessageGroupId"]
        assert re.fullmatch(r"[!-~]{1,128}", found)


def test_a_signal_of_a_symbol_that_is_not_ascii_is_published(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("publish", "-", given=BUY.replace("BTCUSDT", "币安人生USDT"))

    (message,) = deployed.receive(deployed.signals)
    assert result.exit_code == 0
    assert message["Attributes"]["MessageGroupId"] == "main"


def test_a_fifo_queue_tells_two_signals_without_id_apart_but_not_a_repetition_of_one_with_id() -> None:
    def deduplication_id(*, has_id: bool) -> str:
        return choose_group(FIFO, Letter("{}", "main", "BTCUSDT", has_id=has_id))["MessageDeduplicationId"]

    assert deduplication_id(has_id=True) == deduplication_id(has_id=True)
    assert deduplication_id(has_id=False) != deduplication_id(has_id=False)
