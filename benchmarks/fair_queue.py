"""A standard SQS queue in memory, as far as it decides who is next: fair between message groups, or first come.

AWS's own fairness cannot be had on a laptop, no emulator has it. This is what the Amazon SQS Developer Guide says of it
("How Amazon SQS fair queues work"), and no more: a group is noisy from the moment on at which it has more than 10 % of
all messages in flight, and 30 at least, until nothing of it waits any more; messages of quiet groups go first, then
those of the noisy group that has the fewest in flight. Left out: the share of processing time, which the guide
names as a second sign without saying over how long it is taken; and that AWS's thresholds are approximate.
"""

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

NOISY_SHARE, NOISY_LEAST = 0.1, 30


@dataclass(frozen=True, slots=True)
class Message:
    """`number` counts all messages of the queue; `sent_at` on the performance counter."""

    group: str
    number: int
    sent_at: float = field(default_factory=time.perf_counter)


class Queue:
    """Safe to share between threads. `fair` is whether producers name a group."""

    def __init__(self, *, fair: bool) -> None:
        self._fair = fair
        self._waiting: defaultdict[str, deque[Message]] = defaultdict(deque)
        self._in_flight: Counter[str] = Counter()
        self._noisy: set[str] = set()
        self._sent = 0
        self._closed = False
        self._changed = threading.Condition()

    def send(self, group: str) -> Message:
        with self._changed:
            message = Message(group, self._sent)
            self._sent += 1
            self._waiting[group].append(message)
            self._changed.notify()
        return message

    def receive(self, most: int) -> list[Message]:
        """Up to `most` messages, waiting until there is one; none once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or any(self._waiting.values()))
            taken: list[Message] = []
            while not self._closed and len(taken) < most and any(self._waiting.values()):
                taken.append(self._take())
            return taken

    def delete(self, messages: Sequence[Message]) -> None:
        with self._changed:
            self._in_flight.subtract(message.group for message in messages)

    def close(self) -> None:
        """Nothing is handed out any more."""
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
        """The lowest goes first: quiet before noisy, of several noisy that with the fewest in flight, then by age."""
        noisy = self._fair and group in self._noisy
        return noisy, self._in_flight[group] if noisy else 0, self._waiting[group][0].number
