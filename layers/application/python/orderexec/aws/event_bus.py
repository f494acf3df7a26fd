"""The EventBridge bus: how reports are published on it, and what it means when it does not take one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orderexec.domain.retry import choose_backoff
from orderexec.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE, DETAIL_TYPE = "orderexec", "Signal Outcome"
_TRIES = 3
# What PutEvents takes in one call: 10 entries, together less than 256 KB of source, type and detail, and 14 bytes
# for the time of each (EventBridge's user guide, "Calculating Amazon EventBridge PutEvents event entry size").
_LARGEST_CALL, _MOST_ENTRIES = 256 * 1024 - 1, 10
_FRAME = len(SOURCE) + len(DETAIL_TYPE) + 14
# The API reference of PutEventsResultEntry calls these retryable, and every other code not.
_PASSING = frozenset({"InternalFailure", "ThrottlingException"})


@dataclass(frozen=True, slots=True)
class Report:
    """A detail to be published, and the time that its event is to carry."""

    detail: Mapping[str, Any]
    time: datetime


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Why a report is not on the bus; `for_good` if it would not be taken the next time either."""

    why: str
    for_good: bool


@dataclass(frozen=True, slots=True)
class EventBus:
    """Publishes reports; `name` is the bus's."""

    client: "EventBridgeClient"
    name: str
    clock: Clock

    def publish(self, reports: Sequence[Report]) -> list[Unpublished | None]:
        """What became of each, None where the bus has it; of a call only what was refused for now is sent again.

        Raises what the client raises when a call as a whole fails: the bus is gone, forbidden, or does not answer.
        """
        entries = [self._entry(report) for report in reports]
        results: list[Unpublished | None] = [Unpublished("not tried", for_good=False)] * len(entries)
        pending = list(range(len(entries)))
        for tried in range(_TRIES):
            if tried and pending:
                self.clock.sleep(choose_backoff(tried, self.clock.jitter()))
            for chunk in _chunks(pending, [_size(entry) for entry in entries]):
                for index, result in zip(chunk, self._put([entries[index] for index in chunk]), strict=True):
                    results[index] = result
            pending = [index for index in pending if (result := results[index]) and not result.for_good]
        return results

    def _entry(self, report: Report) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Detail": json.dumps(report.detail, ensure_ascii=False),
            "Time": report.time,
        }

    def _put(self, entries: "Sequence[PutEventsRequestEntryTypeDef]") -> list[Unpublished | None]:
        if _size(entries[0]) > _LARGEST_CALL:  # then it is alone in its call
            return [Unpublished(f"larger than an event can be: {_size(entries[0])} bytes", for_good=True)]
        answer = self.client.put_events(Entries=entries)
        return [_result(entry) for entry in answer["Entries"]]


def _result(answer: Mapping[str, Any]) -> Unpublished | None:
    code = answer.get("ErrorCode")
    if code is None:
        return None
    return Unpublished(f"{code}: {answer.get('ErrorMessage', '')}", for_good=code not in _PASSING)


def _size(entry: "PutEventsRequestEntryTypeDef") -> int:
    return _FRAME + len(entry["Detail"].encode())


def _chunks(indexes: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """`indexes` in order, in groups that one call takes; what is too large for any call stands alone."""
    chunk: list[int] = []
    for index in indexes:
        full = len(chunk) == _MOST_ENTRIES or sum(sizes[each] for each in chunk) + sizes[index] > _LARGEST_CALL
        if chunk and full:
            yield chunk
            chunk = []
        chunk.append(index)
    if chunk:
        yield chunk
