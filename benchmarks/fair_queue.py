"""How a standard SQS queue decides which message is next, as a model in memory: fair between groups, or first come.

No emulator has the fairness of AWS's own queue. This model does what the Amazon SQS Developer Guide says ("How Amazon
SQS fair queues work"), and no more. A group becomes noisy when it has more than 10 % of all messages in flight, and at
least 30; it stays noisy until none of its messages waits. Messages of quiet groups go first, then those of the noisy
group that has the fewest in flight. Two things are left out: the share of processing time, a second sign for which the
guide names no period, and that AWS's thresholds are approximate.
"""

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

NOISY_SHARE, NOISY_LEAST = 0.1, 30


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `number` counts all messages of the queue; `sent_at` is a value of the performance counter."""

    group: str
    number: int
    sent_at: float = field(default_factory=time.perf_counter)


class Queue:
    """The queue; threads may share it. `fair` says whether producers name a group."""

    def __init__(self, *, fair: bool) -> None:
        self._fair = fair
        self._waiting: defaultdict[str, deque[Message]] = defaultdict(deque)
        self._in_flight: Counter[str] = Counter()
        self._noisy: set[str] = set()
        self._sent = 0
        self._closed = False
        self._changed = threading.Condition()

    def send(self, group: str) -> Message:
        """Put one message of the group on the queue, and return it."""
        with self._changed:
            message = Message(group, self._sent)
            self._sent += 1
            self._waiting[group].append(message)
            self._changed.notify()
        return message

    def receive(self, most: int) -> list[Message]:
        """Wait for a message, and return up to `most`; return none once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or any(self._waiting.values()))
            taken: list[Message] = []
            while not self._closed and len(taken) < most and any(self._waiting.values()):
                taken.append(self._take())
            return taken

    def delete(self, messages: Sequence[Message]) -> None:
        """End messages in flight."""
        with self._changed:
            self._in_flight.subtract(message.group for message in messages)

    def close(self) -> None:
        """Hand out no more messages, and wake up all who wait for one."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self) -> Message:
        group = min((group for group, waiting in self._waiting.items() if waiting), key=self._rank)
        message = self._waiting[group].popleft()
        self._in_flight[group] += 1
        if not self._waiting[group]:
            self._noisy.discard(group)
        elif self._in_flight[group] >= max(NOISY_LEAST, NOISY_SHARE * self._in_flight.total()):
            self._noisy.add(group)
        return message

    def _rank(self, group: str) -> tuple[bool, int, int]:
        """Return the group's rank; the lowest goes first: quiet groups, then the fewest in flight, then by age."""
        noisy = self._fair and group in self._noisy
        return noisy, self._in_flight[group] if noisy else 0, self._waiting[group][0].number
