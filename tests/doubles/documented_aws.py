"""What AWS documents and moto lets pass: the one place where the tests' AWS is as strict as the real one.

SQS, from the API reference ("SendMessage", "MessageAttributeValue") and the developer guide ("Amazon SQS message
quotas", "Amazon SQS message metadata", "Configure a dead-letter queue redrive"):

* A message has at most 1,048,576 bytes. Body, and name, type and value of each attribute count, in UTF-8.
* Body, and name, type and value of each attribute, must not be empty. A message has at most 10 attributes.
* Text may hold #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD and #x10000 to #x10FFFF. In a body SQS replaces other
  characters by U+FFFD; that it does so in an attribute is not said, so here they are refused.
* An attribute's name has letters, digits, "_", "-" and ".", not at its ends and not twice in a row, up to 256 of them,
  and does not begin with "AWS." or "Amazon.".
* DelaySeconds is 0 to 900, and a message of a FIFO queue has none of its own. A timeout is 0 to 43,200 seconds.
* `StartMessageMoveTask`, which the console's "Start DLQ redrive" calls: "All redriven messages are considered new
  messages with a new messageID and enqueueTime". Body, attributes and group are kept, receives are counted from 1.

DynamoDB ("Service, account, and table quotas"): an item has at most 400 KB, names in UTF-8 and values. What would
become larger is refused with a ValidationException and changes nothing.
"""

import copy
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.sqs.exceptions import BatchRequestTooLong, SQSException
from moto.sqs.models import Message, Queue, SQSBackend
from moto.sqs.responses import SQSResponse

MOST_MESSAGE_BYTES = 1_048_576
MOST_ATTRIBUTES = 10
MOST_ITEM_BYTES = 409_600
_LONGEST_DELAY = 900
_NOT_ALLOWED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"(?!AWS\.|Amazon\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", re.IGNORECASE)


@contextmanager
def documented_aws() -> Iterator[None]:
    """While this is open, every moto account keeps the rules above."""
    with ExitStack() as patches:
        for owner, name, stricter in _PATCHES:
            patches.enter_context(patch.object(owner, name, stricter))
        patches.enter_context(
            patch.object(SQSResponse, "start_message_move_task", _start_message_move_task, create=True)
        )
        yield


def message_bytes(body: str, attributes: Mapping[str, Any] | None) -> int:
    """How many bytes of a message SQS counts."""
    return len(body.encode()) + sum(
        len(name.encode()) + len(value["DataType"].encode()) + len(_value(value))
        for name, value in (attributes or {}).items()
    )


def _value(attribute: Mapping[str, Any]) -> bytes:
    value = attribute.get("StringValue") or attribute.get("BinaryValue") or b""
    return value.encode() if isinstance(value, str) else value


def refused(why: str, code: str = "InvalidParameterValue") -> Exception:
    """What SQS answers to a message that breaks one of its rules."""
    error: Exception = SQSException(code, why)
    return error


_real_send, _real_batch, _real_put = SQSBackend.send_message, SQSBackend.send_message_batch, Table.put_item
_real_execute = UpdateExpressionExecutor.execute


@wraps(_real_send)
def _send_message(
    self: SQSBackend, queue_name: str, message_body: str, message_attributes: Any = None, *others: Any, **named: Any
) -> Message:
    """As moto's, once the message keeps the rules."""
    check_message(message_body, message_attributes)
    delay = others[0] if others else named.get("delay_seconds")
    if delay is not None and not 0 <= int(delay) <= _LONGEST_DELAY:
        raise refused(f"Value {delay} for parameter DelaySeconds is invalid. Reason: must be between 0 and 900.")
    return _real_send(self, queue_name, _NOT_ALLOWED.sub("\ufffd", message_body), message_attributes, *others, **named)


@wraps(_real_batch)
def _send_message_batch(self: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]) -> Any:
    """As moto's. The messages of a batch share the size of one; one that breaks a rule fails alone."""
    size = sum(message_bytes(entry["MessageBody"], entry["MessageAttributes"]) for entry in entries.values())
    if size > MOST_MESSAGE_BYTES:
        raise BatchRequestTooLong(size)
    failed: list[dict[str, Any]] = []
    sound: dict[str, dict[str, Any]] = {}
    for key, entry in entries.items():
        try:
            check_message(entry["MessageBody"], entry["MessageAttributes"])
            sound[key] = entry
        except SQSException as error:
            why = {"Code": error.code, "Message": error.message}
            failed.append({"Id": entry["Id"], "SenderFault": True} | why)
    sent, others = _real_batch(self, queue_name, sound)
    return sent, failed + others


def check_message(body: str, attributes: Mapping[str, Any] | None) -> None:
    """Raises what SQS would answer to a message that breaks one of its rules."""
    if not body:
        raise refused("The request must contain the parameter MessageBody.", "MissingParameter")
    if len(attributes or {}) > MOST_ATTRIBUTES:
        raise refused(f"Number of message attributes [{len(attributes or {})}] exceeds the allowed maximum [10].")
    for name, value in (attributes or {}).items():
        _check_attribute(name, value)
    if message_bytes(body, attributes) > MOST_MESSAGE_BYTES:
        reason = f"One or more parameters are invalid. Reason: Message must be shorter than {MOST_MESSAGE_BYTES} bytes."
        raise refused(reason)


def _check_attribute(name: str, value: Mapping[str, Any]) -> None:
    if not _NAME.fullmatch(name):
        raise refused(f"Invalid attribute name '{name}'")
    if not _value(value):
        raise refused(f"Message (user) attribute '{name}' must contain a non-empty value of type '{value['DataType']}'")
    if _NOT_ALLOWED.search(value.get("StringValue") or ""):
        raise refused(f"Invalid binary character was found in the message attribute '{name}'")


def _start_message_move_task(self: SQSResponse) -> ActionResult:
    """All messages that can be received are moved at once; on AWS it takes its time."""
    backend = self.sqs_backend
    arn, target = self._get_param("SourceArn"), self._get_param("DestinationArn")
    source = _named(backend, arn)
    feeding = [queue for queue in backend.queues.values() if queue.dead_letter_queue is source]
    if not feeding:
        raise refused(f"Source queue must be configured as a Dead Letter Queue: {arn}")
    destination = _named(backend, target) if target else feeding[0]
    for message in [each for each in source._messages if each.visible and not each.delayed]:
        source._messages.remove(message)
        destination.add_message(_as_new(message))
    return ActionResult({"TaskHandle": uuid.uuid4().hex})


def _named(backend: SQSBackend, arn: str) -> Queue:
    for queue in backend.queues.values():
        if queue.queue_arn == arn:
            return queue
    raise refused(f"There is no queue {arn}", "ResourceNotFoundException")


def _as_new(message: Message) -> Message:
    new = Message(str(uuid.uuid4()), message.body)
    new.message_attributes = dict(message.message_attributes)
    new.group_id, new.deduplication_id = message.group_id, message.deduplication_id and new.id
    new.sequence_number = message.sequence_number
    new.mark_sent()
    return new


@wraps(_real_put)
def _put_item(self: Table, item_attrs: dict[str, Any], *others: Any, **named: Any) -> Item:
    size = Item(DynamoType({"S": ""}), None, item_attrs).size()
    if size > MOST_ITEM_BYTES:
        raise ItemSizeTooLarge
    return _real_put(self, item_attrs, *others, **named)


def _execute(self: UpdateExpressionExecutor, node: Any = None) -> None:
    """An update that makes its item too large leaves it as it was."""
    if node is not None:
        _real_execute(self, node)
        return
    before = copy.deepcopy(self.item.attrs)
    _real_execute(self)
    if self.item.size() > MOST_ITEM_BYTES:
        self.item.attrs = before
        raise ItemSizeTooLarge


_PATCHES: tuple[tuple[Any, str, Any], ...] = (
    (SQSBackend, "send_message", _send_message),
    (SQSBackend, "send_message_batch", _send_message_batch),
    (Table, "put_item", _put_item),
    (UpdateExpressionExecutor, "execute", _execute),
    (LimitedSizeDict, "__setitem__", dict.__setitem__),  # moto's own bound lies lower, and takes long for large items
)
