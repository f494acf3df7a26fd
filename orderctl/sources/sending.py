"""How signals go onto the queue: in batches, what SQS did not take tried again, in turn, until something is refused."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

MOST_BYTES = 1_048_576  # of a message, and of a batch ("Amazon SQS message quotas")
_MOST_ENTRIES = 10
_TRIES = 3
_LONGEST_GROUP = 128
FIFO = ".fifo"


@dataclass(frozen=True)
class Letter:
    """One signal to be published: its account and symbol decide where it stands, see `place`."""

    body: str
    account: str
    symbol: str
    has_id: bool

    @property
    def size(self) -> int:
        """As SQS counts it."""
        return len(self.body.encode())


@dataclass(frozen=True)
class SendTiming:
    """Of each signal the message id, None where SQS did not take it; and why it did not (None: it took everything)."""

    message_ids: list[str | None]
    refused: str | None = None


def place(queue_url: str, letter: Letter) -> dict[str, str]:
    """Its message group, as docs/queues.md recommends it: what one account wants is fair beside what others want.

    On a FIFO queue signals of a group wait for each other, and so only those of one account and symbol do.
    A FIFO queue swallows a second message with the same deduplication id for five minutes: two messages of one id are
    the same signal only if they read the same, and without an id they are two signals.
    """
    if not queue_url.endswith(FIFO):
        return {"MessageGroupId": letter.account}
    same = hashlib.sha256(letter.body.encode()).hexdigest() if letter.has_id else uuid.uuid4().hex
    return {"MessageGroupId": group_of(letter.account, letter.symbol), "MessageDeduplicationId": same}


def group_of(account: str, symbol: str) -> str:
    """In the letters that SQS takes: 1 to 128, of ASCII only ("SendMessage" in its API reference).

    Not every symbol is ASCII. Two long ones that differ in the end alone share a group, and only wait for each other.
    """
    return f"{account}.{quote(symbol, safe='')}"[:_LONGEST_GROUP]


def send_all(sqs: Any, queue_url: str, letters: Sequence[Letter]) -> SendTiming:
    """Stops at the first batch of which something is refused."""
    message_ids: list[str | None] = []
    # Of a batch that is taken in part the rest would come after those behind it.
    for batch in _batches(letters, most=1 if queue_url.endswith(FIFO) else _MOST_ENTRIES):
        sent = _send(sqs, queue_url, batch)
        message_ids += sent.message_ids
        if sent.refused is not None:
            return SendTiming(message_ids + [None] * (len(letters) - len(message_ids)), sent.refused)
    return SendTiming(message_ids)


def _batches(letters: Sequence[Letter], most: int) -> Iterator[list[Letter]]:
    batch: list[Letter] = []
    for letter in letters:
        if batch and (len(batch) == most or sum(each.size for each in batch) + letter.size > MOST_BYTES):
            yield batch
            batch = []
        batch.append(letter)
    if batch:
        yield batch


def _send(sqs: Any, queue_url: str, batch: Sequence[Letter]) -> SendTiming:
    entries = {
        str(index): {"Id": str(index), "MessageBody": letter.body, **place(queue_url, letter)}
        for index, letter in enumerate(batch)
    }
    taken: dict[str, str] = {}
    refused: dict[str, dict[str, Any]] = {}
    for _ in range(_TRIES):
        left = [entry for index, entry in entries.items() if index not in taken]
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=left)
        taken |= {each["Id"]: each["MessageId"] for each in answer.get("Successful", [])}
        refused = {each["Id"]: each for each in answer.get("Failed", [])}
        if not refused or any(each.get("SenderFault") for each in refused.values()):
            break
    return SendTiming([taken.get(index) for index in entries], _why(refused))


def _why(refused: dict[str, dict[str, Any]]) -> str | None:
    if not refused:
        return None
    first = next(iter(refused.values()))
    return f"{first.get('Code', '')}: {first.get('Message', '')}".strip(": ")
