"""Publishing on the bus: how reports are put into calls, and what is done about those that are not taken."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from orderexec.aws.event_bus import EventBus, Report, Unpublished
from orderexec.ports import Clock, Randomness

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

THEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
LIMIT = 256 * 1024


class Bus:
    """As much of EventBridge as PutEvents takes; `faults` are the codes that a report's next tries meet."""

    def __init__(self, faults: dict[int, list[str]] | None = None) -> None:
        self.faults = faults or {}
        self.calls: list[list[dict[str, Any]]] = []
        self.taken: list[int] = []
        self.slept: list[float] = []
        self.broken = False

    def put_events(self, *, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        size = sum(
            14 + sum(len(entry[part].encode()) for part in ("Source", "DetailType", "Detail")) for entry in Entries
        )
        if self.broken or not 1 <= len(Entries) <= 10 or size >= LIMIT:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": f"{size} bytes"}}, "PutEvents")
        self.calls.append(list(Entries))
        results = [self._take(json.loads(entry["Detail"])["number"]) for entry in Entries]
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _take(self, number: int) -> dict[str, str]:
        if codes := self.faults.get(number):
            return {"ErrorCode": codes.pop(0), "ErrorMessage": "said so"}
        self.taken.append(number)
        return {"EventId": f"event-{number}"}

    def publish(self, *sizes: int) -> list[Unpublished | None]:
        """Reports 0, 1, 2, ..., padded with so many bytes each."""
        clock, randomness = Clock(now=lambda: 0, sleep=self.slept.append), Randomness(token=str, jitter=lambda: 0.5)
        bus = EventBus(cast("EventBridgeClient", self), "outcomes", clock, randomness)
        return bus.publish(
            [Report({"number": number, "pad": "é" * (size // 2)}, THEN) for number, size in enumerate(sizes)]
        )


def test_an_entry_says_whose_it_is_and_of_when() -> None:
    bus = Bus()

    assert bus.publish(2) == [None]
    [[entry]] = bus.calls
    assert entry == {
        "EventBusName": "outcomes",
        "Source": "orderexec",
        "DetailType": "Signal Outcome",
        "Detail": '{"number": 0, "pad": "é"}',
        "Time": THEN,
    }


def test_nothing_to_publish_costs_no_call() -> None:
    bus = Bus()

    assert bus.publish() == []
    assert bus.calls == []
    assert bus.slept == []


@given(st.lists(st.sampled_from([0, 100, 26_000, 130_000, LIMIT - 100, LIMIT, 300_000]), max_size=25))
def test_every_report_is_in_some_call_that_the_bus_takes(sizes: list[int]) -> None:
    bus = Bus()

    results = bus.publish(*sizes)

    assert bus.taken == [number for number, result in enumerate(results) if result is None]
    assert [size for size, result in zip(sizes, results, strict=True) if result] == [s for s in sizes if s >= LIMIT]
    assert all(result.for_good and "larger than an event can be" in result.why for result in results if result)


def test_ten_small_ones_share_a_call() -> None:
    bus = Bus()

    bus.publish(*[10] * 21)

    assert [len(call) for call in bus.calls] == [10, 10, 1]


@pytest.mark.parametrize("code", ["InternalFailure", "ThrottlingException"])
def test_only_what_was_refused_for_now_is_sent_again(code: str) -> None:
    bus = Bus({1: [code], 3: [code, code]})

    assert bus.publish(*[10] * 5) == [None] * 5
    assert bus.taken == [0, 2, 4, 1, 3]
    assert bus.slept == [1.0, 2.0]


def test_what_is_refused_again_and_again_is_left_for_later() -> None:
    bus = Bus({0: ["ThrottlingException"] * 9})

    assert bus.publish(10, 10) == [Unpublished("ThrottlingException: said so", for_good=False), None]
    assert len(bus.calls) == 3


@pytest.mark.parametrize("code", ["MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException", "Unheard"])
def test_what_would_be_refused_again_is_not_sent_again(code: str) -> None:
    bus = Bus({0: [code]})

    assert bus.publish(10, 10) == [Unpublished(f"{code}: said so", for_good=True), None]
    assert (len(bus.calls), bus.slept) == (1, [])


def test_a_call_that_fails_as_a_whole_raises() -> None:
    bus = Bus()
    bus.broken = True

    with pytest.raises(ClientError):
        bus.publish(10)
