"""How signals are put on the queue: in batches and in order, with retries, until SQS refuses one."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

MOST_BYTES = 1_048_576  # the limit of a message, and of a batch ("Amazon SQS message quotas")
_MOST_ENTRIES = 10
_TRIES = 3
_LONGEST_GROUP = 128
FIFO = ".fifo"


@dataclass(frozen=True)
class Letter:
    """One signal to be published; its account and its symbol decide its message group, see `choose_group`."""

    body: str
    account: str
    symbol: str
    has_id: bool

    @property
    def size(self) -> int:
        """The size in bytes, as SQS counts it."""
        return len(self.body.encode())


@dataclass(frozen=True)
class SendResult:
    """The message id of each signal, None if SQS did not take it; and why it refused (None if it took everything)."""

    message_ids: list[str | None]
    refused: str | None = None


def choose_group(queue_url: str, letter: Letter) -> dict[str, str]:
    """Return the message group, and on a FIFO queue the deduplication id, as docs/queues.md recommends them.

    On a standard queue the group is the account, so that a busy account does not delay the others. On a FIFO queue the
    signals of a group wait for each other, so that the group is one account and symbol. A FIFO queue drops a second
    message with the same deduplication id for five minutes: two messages with one id are the same signal only if their
    bodies are equal, and without an id they are two signals.
    """
    if not queue_url.endswith(FIFO):
        return {"MessageGroupId": letter.account}
    same = hashlib.sha256(letter.body.encode()).hexdigest() if letter.has_id else uuid.uuid4().hex
    return {"MessageGroupId": name_group(letter.account, letter.symbol), "MessageDeduplicationId": same}


def name_group(account: str, symbol: str) -> str:
    """Return the name of the group in what SQS accepts: 1 to 128 characters of ASCII ("SendMessage", API reference).

    Not every symbol is ASCII. Two long symbols that differ only at the end share a group, so that they wait for each
    other, which does no harm.
    """
    return f"{account}.{quote(symbol, safe='')}"[:_LONGEST_GROUP]


def send_all(sqs: Any, queue_url: str, letters: Sequence[Letter]) -> SendResult:
    """Send the letters in order. It stops after the first batch of which SQS refuses something."""
    message_ids: list[str | None] = []
    # If SQS took a part of a batch only, the rest of it would arrive after signals that come later.
    for batch in _split(letters, most=1 if queue_url.endswith(FIFO) else _MOST_ENTRIES):
        sent = _send(sqs, queue_url, batch)
        message_ids += sent.message_ids
        if sent.refused is not None:
            return SendResult(message_ids + [None] * (len(letters) - len(message_ids)), sent.refused)
    return SendResult(message_ids)


def _split(letters: Sequence[Letter], most: int) -> Iterator[list[Letter]]:
    batch: list[Letter] = []
    for letter in letters:
        if batch and (len(batch) == most or sum(each.size for each in batch) + letter.size > MOST_BYTES):
            yield batch
            batch = []
        batch.append(letter)
    if batch:
        yield batch


def _send(sqs: Any, queue_url: str, batch: Sequence[Letter]) -> SendResult:
    entries = {
        str(index): {"Id": str(index), "MessageBody": letter.body, **choose_group(queue_url, letter)}
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
    return SendResult([taken.get(index) for index in entries], _explain_refusal(refused))


def _explain_refusal(refused: dict[str, dict[str, Any]]) -> str | None:
    if not refused:
        return None
    first = next(iter(refused.values()))
    return f"{first.get('Code', '')}: {first.get('Message', '')}".strip(": ")
