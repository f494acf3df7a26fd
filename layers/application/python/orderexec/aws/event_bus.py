"""The EventBridge bus: how reports are published on it, and which of its refusals may pass."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orderexec.domain.retry import choose_backoff
from orderexec.ports import Clock, Randomness

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "orderexec"
OUTCOME, ORDER_UPDATE = "Signal Outcome", "Order Update"  # the detail types
_TRIES = 3
# One call of PutEvents takes 10 entries of together less than 256 KB. An entry counts its source, type and detail, and
# 14 bytes for its time ("Calculating Amazon EventBridge PutEvents event entry size" in EventBridge's user guide).
_LARGEST_CALL, _MOST_ENTRIES = 256 * 1024 - 1, 10
_FRAME = len(SOURCE) + len(OUTCOME) + 14
# The page "PutEventsResultEntry" of EventBridge's API reference calls these codes retryable, and all others not.
_PASSING = frozenset({"InternalFailure", "ThrottlingException"})


@dataclass(frozen=True, slots=True)
class Report:
    """A detail to be published, the time that its event shall carry, and of which type it is."""

    detail: Mapping[str, Any]
    time: datetime
    kind: str = OUTCOME


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Why a report is not on the bus. `for_good` means that another try would not be taken either."""

    why: str
    for_good: bool


@dataclass(frozen=True, slots=True)
class EventBus:
    """Publishes reports on the bus that is called `name`."""

    client: "EventBridgeClient"
    name: str
    clock: Clock
    randomness: Randomness

    def publish(self, reports: Sequence[Report]) -> list[Unpublished | None]:
        """Publish the reports; return for each, in their order, None once the bus has it, else why it has not.

        What the bus refused for the moment is tried three times in all. Raises what the client raises if a call fails
        as a whole: then the bus is gone, forbidden, or does not answer.
        """
        entries = [self._make_entry(report) for report in reports]
        results: list[Unpublished | None] = [Unpublished("not tried", for_good=False)] * len(entries)
        pending = list(range(len(entries)))
        for tried in range(_TRIES):
            if tried and pending:
                self.clock.sleep(choose_backoff(tried, self.randomness.jitter()))
            for chunk in _split(pending, [_count_bytes(entry) for entry in entries]):
                for index, result in zip(chunk, self._put([entries[index] for index in chunk]), strict=True):
                    results[index] = result
            pending = [index for index in pending if (result := results[index]) and not result.for_good]
        return results

    def _make_entry(self, report: Report) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": report.kind,
            "Detail": json.dumps(report.detail, ensure_ascii=False),
            "Time": report.time,
        }

    def _put(self, entries: "Sequence[PutEventsRequestEntryTypeDef]") -> list[Unpublished | None]:
        if _count_bytes(entries[0]) > _LARGEST_CALL:  # then it is alone in its call
            return [Unpublished(f"larger than an event can be: {_count_bytes(entries[0])} bytes", for_good=True)]
        answer = self.client.put_events(Entries=entries)
        return [_read_result(entry) for entry in answer["Entries"]]


def _read_result(answer: Mapping[str, Any]) -> Unpublished | None:
    code = answer.get("ErrorCode")
    if code is None:
        return None
    return Unpublished(f"{code}: {answer.get('ErrorMessage', '')}", for_good=code not in _PASSING)


def _count_bytes(entry: "PutEventsRequestEntryTypeDef") -> int:
    return _FRAME + len(entry["Detail"].encode())


def _split(indexes: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield the indexes in their order, in groups that one call takes; one too large for any call is a group alone."""
    chunk: list[int] = []
    for index in indexes:
        full = len(chunk) == _MOST_ENTRIES or sum(sizes[each] for each in chunk) + sizes[index] > _LARGEST_CALL
        if chunk and full:
            yield chunk
            chunk = []
        chunk.append(index)
    if chunk:
        yield chunk
