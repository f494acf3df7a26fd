"""How signals are delivered, as by SQS and Lambda: at least once, hidden meanwhile, given up after some receives."""

import json
from collections import Counter, deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.duplicates.world import Killed, World

VISIBILITY_SECONDS = 90.0  # template.yaml, as are the next two
CALL_SECONDS = 45.0
CONTAINERS = 10
MAX_RECEIVES = 5  # "at least 5", says the Lambda guide on SQS; the 200 of template.yaml only prolongs failure

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a container gets: ChangeMessageVisibility (receipt handle, seconds), the dead letters' queue, an end."""

    hide: Callable[[str, float], None]
    letters_url: str
    closing: ExitStack


Build = Callable[[Surroundings], Handler]


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one call, as far as Powertools reads it."""

    world: World
    deadline_us: int
    function_name: str = "contestant"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:contestant"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the call is killed."""
        return max(0, (self.deadline_us - self.world.now_us) // 1_000)


@dataclass(slots=True, eq=False)
class Copy:
    """One copy of a message in the queue; `receipt` is the receipt of its newest delivery."""

    number: int
    body: str
    sent_ms: int
    receives: int = 0
    receipt: int = 0
    deleted: bool = False


@dataclass(slots=True)
class Queue:
    """A queue that gives each visible copy to a free container, and deletes it once the handler says it is done."""

    world: World
    build: Build
    letters_url: str
    closing: ExitStack
    most_receives: int = MAX_RECEIVES
    given_up: set[int] = field(default_factory=set)
    deliveries: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    _receipts: dict[str, Copy] = field(default_factory=dict)
    _visible: deque[Copy] = field(default_factory=deque)
    _free: list[Handler] = field(default_factory=list)
    _running: int = 0

    def publish(self, number: int, signal: dict[str, str], second_copy_after: float | None) -> None:
        """Put a message on the queue, once or, as SQS may do, twice."""
        sent_ms = self.world.now_us // 1_000
        for delay in (0.0, second_copy_after):
            if delay is not None:
                copy = Copy(number, json.dumps(signal), sent_ms)
                self.world.call_after(delay, lambda copy=copy: self._show(copy, 0))  # type: ignore[misc]

    def hide(self, receipt_handle: str, seconds: float) -> None:
        """Do what ChangeMessageVisibility does: only the receipt of the newest delivery counts."""
        copy = self._receipts[receipt_handle]
        if copy.receipt == int(receipt_handle):
            self._hide(copy, seconds)

    def _hide(self, copy: Copy, seconds: float) -> str:
        receipt = len(self._receipts) + 1
        copy.receipt = receipt
        self._receipts[str(receipt)] = copy
        self.world.call_after(seconds, lambda: self._show(copy, receipt))
        return str(receipt)

    def _show(self, copy: Copy, receipt: int) -> None:
        if copy.deleted or copy.receipt != receipt:
            return
        self._visible.append(copy)
        self._pump()

    def _pump(self) -> None:
        while self._visible and self._running < CONTAINERS:
            copy = self._visible.popleft()
            copy.receives += 1
            if copy.receives > self.most_receives:
                copy.deleted = True
                self.given_up.add(copy.number)
                continue
            receipt = self._hide(copy, VISIBILITY_SECONDS)
            self._running += 1
            self.deliveries += 1
            self.world.spawn(copy.number, CALL_SECONDS, lambda copy=copy, receipt=receipt: self._call(copy, receipt))  # type: ignore[misc]

    def _build_container(self) -> Handler:
        return self.build(Surroundings(self.hide, self.letters_url, self.closing))

    def _call(self, copy: Copy, receipt: str) -> None:
        handler = self._free.pop() if self._free else self._build_container()
        deadline_us = self.world.now_us + round(CALL_SECONDS * 1e6)
        try:
            answer = handler({"Records": [_build_record(copy, receipt)]}, Context(self.world, deadline_us))
            copy.deleted = copy.deleted or not (answer or {}).get("batchItemFailures")
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 - the call failed: its message stays hidden for the visibility time-out
            self.failures[f"{type(error).__name__}: {error}"[:80]] += 1
        # Only the call has died. The next call gets the same container; nothing in its memory decides anything.
        self._free.append(handler)
        self._running -= 1
        self.world.call_after(0, self._pump)


def _build_record(copy: Copy, receipt: str) -> dict[str, Any]:
    return {
        "messageId": f"message-{copy.number}",
        "receiptHandle": receipt,
        "body": copy.body,
        "attributes": {
            "ApproximateReceiveCount": str(copy.receives),
            "SentTimestamp": str(copy.sent_ms),
            "ApproximateFirstReceiveTimestamp": str(copy.sent_ms),
            "SenderId": "AIDA",
        },
        "messageAttributes": {},
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:signals",
        "awsRegion": "us-east-1",
    }
