"""How dead letters are read, redriven and deleted, so that none is lost.

To receive a message hides it for a while. Here that is a minute at most, and the message is shown again as soon as the
command is through; the queue counts the receive, and does nothing with that count. A redrive sends first and deletes
then: a crash between the two leaves a letter whose signal is known to the ledger, so a second redrive does no harm.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orderctl.sources.dead_letter import DeadLetter, choose_group, read_letter
from orderctl.sources.sending import FIFO
from orderctl.target import Stack
from orderexec.aws.attributes import make_client_attributes
from orderexec.aws.letters import prepare_redrive

HIDDEN_SECONDS = 60
LONG_POLL_SECONDS = 1  # a long poll asks all servers of SQS, so that an empty answer means an empty queue
_AT_ONCE = 10


@dataclass(frozen=True)
class LetterBox:
    """The dead-letter queue of a stack, and the signal queue that its letters are redriven to."""

    sqs: Any
    letters_url: str
    signals_url: str
    max_age_ms: int
    now: Callable[[], int]

    def look(self, limit: int) -> list[DeadLetter]:
        """Return up to `limit` letters, the oldest first; each is visible again when this returns."""
        with self.take(limit) as letters:
            return sorted(letters, key=lambda letter: letter.died_at)

    @contextmanager
    def take(self, limit: int) -> Iterator[Iterator[DeadLetter]]:
        """Yield up to `limit` letters one by one, hidden from others; those not deleted become visible again."""
        held: dict[str, str] = {}
        try:
            yield self._receive(held, limit)
        finally:
            self._release(list(held.values()))

    def redrive(self, letter: DeadLetter, max_age_seconds: int | None = None) -> None:
        """Send the signal to its queue, then delete the letter. `max_age_seconds` replaces its own maximum age."""
        attributes = prepare_redrive(letter.attributes, max_age_seconds=max_age_seconds)
        self.sqs.send_message(
            QueueUrl=self.signals_url,
            MessageBody=letter.body,
            MessageAttributes=make_client_attributes(attributes),
            **choose_group(self.signals_url, letter),
        )
        self.delete(letter)

    def delete(self, letter: DeadLetter) -> None:
        """Delete the letter for good."""
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
            # After a minute the first ones are visible again and come twice; only their newer handles are valid.
            fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in held]
            held |= {each["MessageId"]: each["ReceiptHandle"] for each in answer.get("Messages", [])}
            if not fresh:
                return
            fifo = self.letters_url.endswith(FIFO)
            yield from (read_letter(each, fifo=fifo, max_age_ms=self.max_age_ms, now=self.now()) for each in fresh)

    def _release(self, handles: list[str]) -> None:
        """Make the messages visible at once. SQS refuses those that were deleted, one by one, which does no harm."""
        for start in range(0, len(handles), _AT_ONCE):
            entries = [
                {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for index, handle in enumerate(handles[start : start + _AT_ONCE])
            ]
            self.sqs.change_message_visibility_batch(QueueUrl=self.letters_url, Entries=entries)


def open_letter_box(stack: Stack, now: Callable[[], int]) -> LetterBox:
    """Return the letter box of a stack. Raises NotThere if the stack lacks a queue."""
    return LetterBox(
        stack.client("sqs"),
        stack.output("DeadLetterQueueUrl"),
        stack.output("SignalQueueUrl"),
        int(stack.parameter("SignalMaxAgeSeconds")) * 1000,
        now,
    )
