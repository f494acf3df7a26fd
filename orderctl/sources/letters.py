"""Dead letters without losing one: how they are looked at, redriven, deleted.

Looking at a message hides it for a while. Here that is a minute at the most, and it is shown again as soon as the look
is over; the queue counts the look, and does nothing with that count. Moving is send, then delete: a crash between the
two leaves a letter whose signal is known to the ledger, so that moving it again does no harm.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orderctl.sources.dead_letter import DeadLetter, place, read_letter
from orderctl.sources.sending import FIFO
from orderctl.target import Stack
from orderexec.aws.attributes import make_client_attributes
from orderexec.aws.letters import prepare_redrive

HIDDEN_SECONDS = 60
LONG_POLL_SECONDS = 1  # asks all of SQS's servers, not some: an empty answer is one
_AT_ONCE = 10


@dataclass(frozen=True)
class LetterBox:
    """The dead-letter queue of a stack, and the signal queue that letters go back to."""

    sqs: Any
    letters_url: str
    signals_url: str
    max_age_ms: int
    now: Callable[[], int]

    def look(self, limit: int) -> list[DeadLetter]:
        """Up to `limit` letters, oldest first; each is back in the queue when this returns."""
        with self.taken(limit) as letters:
            return sorted(letters, key=lambda letter: letter.died_at)

    @contextmanager
    def taken(self, limit: int) -> Iterator[Iterator[DeadLetter]]:
        """Letters one after the other, hidden from others meanwhile; those not deleted are shown again in the end."""
        held: dict[str, str] = {}
        try:
            yield self._receive(held, limit)
        finally:
            self._release(list(held.values()))

    def move(self, letter: DeadLetter, max_age_seconds: int | None = None) -> None:
        """To the signal queue; then the letter is deleted. It is executed up to the given age, else up to its own."""
        attributes = prepare_redrive(letter.attributes, max_age_seconds=max_age_seconds)
        self.sqs.send_message(
            QueueUrl=self.signals_url,
            MessageBody=letter.body,
            MessageAttributes=make_client_attributes(attributes),
            **place(self.signals_url, letter),
        )
        self.delete(letter)

    def delete(self, letter: DeadLetter) -> None:
        """For good."""
        self.sqs.delete_message(QueueUrl=self.letters_url, ReceiptHandle=letter.handle)

    def _receive(self, held: dict[str, str], limit: int) -> Iterator[DeadLetter]:
        while len(held) < limit:
            answer = self.sqs.receive_message(
                QueueUrl=self.letters_url,
                MaxNumberOfMessages=min(_AT_ONCE, limit - len(held)),
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=LONG_POLL_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
            # After a minute those come again that were seen first; their newer handles are the ones that count.
            fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in held]
            held |= {each["MessageId"]: each["ReceiptHandle"] for each in answer.get("Messages", [])}
            if not fresh:
                return
            fifo = self.letters_url.endswith(FIFO)
            yield from (read_letter(each, fifo=fifo, max_age_ms=self.max_age_ms, now=self.now()) for each in fresh)

    def _release(self, handles: list[str]) -> None:
        """Shown again at once. Those that were deleted meanwhile are refused one by one, which is as it should be."""
        for start in range(0, len(handles), _AT_ONCE):
            entries = [
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for index, handle in enumerate(handles[start : start + _AT_ONCE])
            ]
            self.sqs.change_message_visibility_batch(QueueUrl=self.letters_url, Entries=entries)


def letter_box(stack: Stack, now: Callable[[], int]) -> LetterBox:
    """Of a stack; raises NotThere if it lacks a queue."""
    return LetterBox(
        stack.client("sqs"),
        stack.output("DeadLetterQueueUrl"),
        stack.output("SignalQueueUrl"),
        int(stack.parameter("SignalMaxAgeSeconds")) * 1000,
        now,
    )
