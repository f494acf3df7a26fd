"""What became of published signals, read where a user would look: ledger, dead-letter queue, exchange."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import boto3.dynamodb.types

from local.bybit_orders import find_signals_id
from local.exchange import Control
from local.samples import Sample
from local.stack import Stack
from orderexec.aws.controls import DynamoControls
from orderexec.bootstrap import make_system_clock
from orderexec.domain.orders import make_client_order_id

CLOSED = ("ACCEPTED", "DEAD")
_PARTS = ("", "take_profit", "stop_loss", "take_profit 0", "stop_loss 0")


@dataclass
class Outcome:
    """The outcome of one sample (of its second signal, if it has two). `row` is its ledger item, empty at first."""

    sample: Sample
    account: str
    venue: str
    signal_id: str
    published_at: float
    row: Mapping[str, Any] = field(default_factory=dict)
    dead_letters: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The key of its row in the ledger."""
        return f"{self.account}/{self.venue}/{self.signal_id}"

    @property
    def is_closed(self) -> bool:
        """Whether its row is final and its expected dead letters are there."""
        return self.row.get("state") in CLOSED and len(self.dead_letters) >= len(self.sample.dead_letters)

    @property
    def latency(self) -> float | None:
        """The seconds from its publication to the last change of its row."""
        return self.row["updated_at"] / 1000 - self.published_at if "updated_at" in self.row else None

    @property
    def is_in_doubt(self) -> bool:
        """Whether its request got no answer that says what became of it, and nothing has been found out since."""
        return self.row.get("state") == "SENT" and "detail" in self.row

    def find_deviations(self, orders: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return what differs from the sample's expectation; `orders` is the exchange's own list."""
        expect = {name: value for name, value in self.sample.expect.items() if name not in ("orders", "dead_letters")}
        found = [
            f"{name} is {self.row.get(name, 'missing')}, not {value}"
            for name, value in expect.items()
            if self.row.get(name) != value
        ]
        reasons = [letter.get("reason") for letter in self.dead_letters]
        if reasons != self.sample.dead_letters:
            found.append(f"dead letters {reasons}, not {self.sample.dead_letters}")
        held = self.count(orders)
        if held != self.sample.expect["orders"]:
            found.append(f"the exchange holds {held} orders, not {self.sample.expect['orders']}")
        return found

    @property
    def client_order_ids(self) -> set[str]:
        """The client order ids of its order, and of the exits of a list."""
        return {make_client_order_id(self.account, self.venue, self.signal_id, part) for part in _PARTS}

    @property
    def all_client_order_ids(self) -> set[str]:
        """The same, and the ids of the orders that the other signals of the sample placed."""
        earlier = [_read_identity(body).get("id", "") for body in self.sample.bodies]
        return self.client_order_ids | {make_client_order_id(self.account, self.venue, name) for name in earlier}

    def count(self, orders: Iterable[Mapping[str, Any]]) -> int:
        """Return how many of the exchange's orders belong to this signal."""
        own = self.client_order_ids
        return sum(find_signals_id(order) in own for order in orders)


def find_strangers(outcomes: Iterable[Outcome], orders: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ids of those orders of the exchange that belong to no signal."""
    known = {named for outcome in outcomes for named in outcome.all_client_order_ids}
    return [str(order["orderId"]) for order in orders if find_signals_id(order) not in known]


class Watch:
    """A stack, and the samples that were published to it and are followed."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._queue, self._tables = stack.client("sqs"), stack.client("dynamodb")
        self.control = Control(stack.exchange_url)
        self.outcomes: list[Outcome] = []
        self.letters_taken = 0  # from the dead-letter queue, whichever signals they are of
        self._board = DynamoControls(self._tables, stack.outputs["SharedTable"], make_system_clock())
        self._lifts: dict[str, float] = {}

    def publish(self, samples: Sequence[Sample]) -> None:
        """Arm the faults and set the halts that the samples need, then publish the samples."""
        for sample in samples:
            sample.arm(self.control)
            if sample.halt is not None:
                self._halt(**sample.halt)
        for sample in samples:
            self.outcomes.append(self._publish(sample))

    def refresh(self) -> list[str]:
        """Read every row and every new dead letter. Lift the halts whose time has come, and return their scopes."""
        for outcome in self.outcomes:
            item = self._tables.get_item(TableName=self._stack.outputs["LedgerTable"], Key={"pk": {"S": outcome.key}})
            outcome.row = _read_item(item.get("Item", {}))
        by_id = {outcome.signal_id: outcome for outcome in self.outcomes}
        for letter in self._receive_dead_letters():
            if letter.get("signal_id") in by_id:
                by_id[letter["signal_id"]].dead_letters.append(letter)
        return self._lift_due_halts()

    def _lift_due_halts(self) -> list[str]:
        due = [scope for scope, at in self._lifts.items() if time.monotonic() > at]
        for scope in due:
            del self._lifts[scope]
            self._board.resume(scope)
        return due

    def _halt(self, scope: str, why: str, lift_after_seconds: float) -> None:
        self._board.halt(scope, why)
        self._lifts[scope] = time.monotonic() + lift_after_seconds

    def is_over(self) -> bool:
        """Return whether every row is closed and no message is left, so that nothing more can happen."""
        return all(outcome.is_closed for outcome in self.outcomes) and not self._count_messages()

    def _publish(self, sample: Sample) -> Outcome:
        published_at = time.time()
        answers = [
            self._queue.send_message(QueueUrl=self._stack.outputs["SignalQueueUrl"], MessageBody=body)
            for body in sample.bodies
        ]
        named = _read_identity(sample.bodies[-1])
        signal_id = named.get("id", answers[-1]["MessageId"])
        return Outcome(
            sample, named.get("account", "main"), named.get("venue", "binance-spot"), signal_id, published_at
        )

    def _receive_dead_letters(self) -> list[dict[str, str]]:
        queue = self._stack.outputs["DeadLetterQueueUrl"]
        found = []
        while messages := self._queue.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                attributes = message.get("MessageAttributes", {})
                found.append({name: value["StringValue"] for name, value in attributes.items()})
                self._queue.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                self.letters_taken += 1
        return found

    def _count_messages(self) -> int:
        names = [f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "NotVisible", "Delayed")]
        answer = self._queue.get_queue_attributes(QueueUrl=self._stack.outputs["SignalQueueUrl"], AttributeNames=names)
        return sum(int(number) for number in answer["Attributes"].values())


def _read_identity(body: str) -> dict[str, str]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return {name: document[name] for name in ("id", "account", "venue") if name in document}


def _read_item(item: Mapping[str, Any]) -> dict[str, Any]:
    read = boto3.dynamodb.types.TypeDeserializer().deserialize
    values = {name: read(value) for name, value in item.items()}
    return {name: int(value) if isinstance(value, Decimal) else value for name, value in values.items()}
