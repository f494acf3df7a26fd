"""What became of the chaos: the ledger, the dead letters and the exchange's own books, and where they disagree."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3.dynamodb.types
import requests

from local.bybit_orders import find_signals_id, is_made_exit
from local.exchange import Control
from local.stack import Stack
from tests.e2e.chaos_bybit import BYBIT, find_missing_exits
from tests.e2e.chaos_protection import find_unprotected
from tests.e2e.chaos_published import Published

STORIES = 5
ACKNOWLEDGED = "ACCEPTED"  # the status of an order of which Bybit has told nothing but that it has it
_LOG_LINES = 40

Document = Mapping[str, Any]


class Outside:
    """Reads where a user would read."""

    def __init__(self, stack: Stack) -> None:
        self._outputs = stack.outputs
        self._sqs, self._dynamodb = stack.client("sqs"), stack.client("dynamodb")

    def messages_left(self) -> int:
        names = [f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "NotVisible", "Delayed")]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._outputs["SignalQueueUrl"], AttributeNames=names)
        return sum(int(number) for number in answer["Attributes"].values())

    def rows(self) -> dict[str, Document]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._outputs["LedgerTable"])
        read = boto3.dynamodb.types.TypeDeserializer().deserialize
        items = [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]
        return {item["pk"]: item for item in items}

    def take_dead_letters(self) -> list[Document]:
        """All of them, out of the queue: attributes, and the message's own `body`."""
        found: list[Document] = []
        url = self._outputs["DeadLetterQueueUrl"]
        while messages := self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                attributes = message.get("MessageAttributes", {})
                texts = {name: value["StringValue"] for name, value in attributes.items()}
                found.append({"body": message["Body"], **texts})
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


class Verdict:
    """Holds everything that is known when all is over, and finds what must not be."""

    def __init__(self, stack: Stack, log: Path, signals: list[Published]) -> None:
        outside = Outside(stack)
        self.signals = signals
        self.rows = outside.rows()
        self.requests: list[Document] = requests.get(f"{stack.exchange_url}/control/requests", timeout=30).json()
        self._log = log.read_text(errors="replace").splitlines()
        self._letters: defaultdict[str, list[Document]] = defaultdict(list)
        self._orders: defaultdict[str, list[Document]] = defaultdict(list)
        self._made_exits: defaultdict[str, list[Document]] = defaultdict(list)
        for letter in outside.take_dead_letters():
            self._letters[letter.get("signal_id", "")].append(letter)
        for order in Control(stack.exchange_url).list_orders():
            orders = self._made_exits if is_made_exit(order) else self._orders
            orders[find_signals_id(order)].append(order)

    def complaints(self) -> dict[str, list[str]]:
        """What is wrong, by signal id; nothing, if the promise holds."""
        found = {each.id: self._complaints(each) for each in self.signals}
        found["(nobody's)"] = self._nobodys()
        return {name: several for name, several in found.items() if several}

    def states(self) -> Counter[str]:
        return Counter(f"{row['state']} {row.get('reason', '')}".strip() for row in self.rows.values())

    def faults_met(self) -> Counter[str]:
        """Faults of the exchange that a request ran into."""
        return Counter(request["fault"] for request in self.requests if request["fault"])

    def products_disturbed(self) -> Counter[str]:
        """The same by product, as the beginning of its paths names it."""
        return Counter("/" + request["path"].split("/")[1] for request in self.requests if request["fault"])

    def accepted(self) -> Counter[str]:
        """Signals that ended well, by kind."""
        return Counter(each.signal.kind for each in self.signals if self._state(each) == "ACCEPTED")

    def told_of_bybit(self) -> Counter[str]:
        """The statuses that rows tell of its orders."""
        return Counter(
            row["order_status"] for key, row in self.rows.items() if f"/{BYBIT}/" in key and "order_id" in row
        )

    def stops_left(self) -> int:
        """Stops of dead signals that stand until the hour after a doubt is over."""
        dead = [each for each in self.signals if self._state(each) == "DEAD"]
        return sum(order["status"] == "NEW" for each in dead for name in each.exit_ids for order in self._orders[name])

    def timeouts(self) -> int:
        """Invocations that the local AWS ended."""
        return sum("timed out after" in line and "killing worker" in line for line in self._log)

    def stories(self, complaints: Mapping[str, list[str]]) -> str:
        """Everything known of the first few offenders."""
        by_id = {each.id: each for each in self.signals}
        told = [
            f"{name}: {'; '.join(several)}" + (self._story(by_id[name]) if name in by_id else "")
            for name, several in list(complaints.items())[:STORIES]
        ]
        return "\n\n".join(told)

    def _state(self, each: Published) -> object:
        return self.rows.get(each.key, {}).get("state")

    def _complaints(self, each: Published) -> list[str]:
        row, letters = self.rows.get(each.key, {}), self._letters[each.id]
        orders = self._orders[each.client_order_id]
        if row.get("state") == "ACCEPTED":
            found = [f"ACCEPTED, and has {len(letters)} dead letters"] if letters else []
            return found + self._placed(each, row, orders)
        found = [f"{row.get('state')}, and the exchange holds {len(orders)} orders"] if orders else []
        found += self._unprotected(each, row)
        return found + (_dead(each, row, letters) if row.get("state") == "DEAD" else [f"is {row.get('state')}"])

    def _placed(self, each: Published, row: Document, orders: Sequence[Document]) -> list[str]:
        expected = 0 if each.signal.is_dry_run else 1
        if each.signal.must_die:
            return [f"ACCEPTED, though it is {each.signal.kind}"]
        if len(orders) != expected:
            return [f"ACCEPTED, and the exchange holds {len(orders)} orders, not {expected}"]
        found = [complaint for order in orders for complaint in find_differences(row, order)]
        return found + self._unprotected(each, row)

    def _unprotected(self, each: Published, row: Document) -> list[str]:
        if each.signal.venue == BYBIT:
            name = each.client_order_id
            return find_missing_exits(json.loads(each.signal.body), self._orders[name], self._made_exits[name])
        if not each.signal.is_protected:
            return []
        exits = [order for name in each.exit_ids for order in self._orders[name]]
        return find_unprotected(row, json.loads(each.signal.body), self._orders[each.client_order_id], exits)

    def _nobodys(self) -> list[str]:
        known = {name for each in self.signals for name in (each.client_order_id, *each.exit_ids)}
        keys = {each.key for each in self.signals}
        held = {name: [*self._orders[name], *self._made_exits[name]] for name in {*self._orders, *self._made_exits}}
        orders = [f"order {name} of no signal" for name in held.keys() - known if held[name]]
        return orders + [f"row {key} of no signal" for key in self.rows.keys() - keys]

    def _story(self, each: Published) -> str:
        names = [each.client_order_id, *each.exit_ids]
        asked = [request for request in self.requests if request["client_order_id"] in names]
        lines = [line for line in self._log if each.id in line or each.client_order_id in line]
        told = [
            f"signal: {each.signal}",
            f"row: {json.dumps(self.rows.get(each.key), default=str, sort_keys=True)}",
            *(
                f"order: {json.dumps(each)}"
                for name in names
                for each in (*self._orders[name], *self._made_exits[name])
            ),
            *(f"dead letter: {json.dumps(letter)}" for letter in self._letters[each.id]),
            *(f"request: {json.dumps(request)}" for request in asked),
            *(f"log: {line}" for line in lines[-_LOG_LINES:]),
        ]
        return "\n  " + "\n  ".join(told)


def _dead(each: Published, row: Document, letters: list[Document]) -> list[str]:
    if not letters:
        return ["DEAD without a dead letter"]
    found = [f"its dead letter says {letter.get('reason')}" for letter in letters if letter["reason"] != row["reason"]]
    return found + ["its dead letter's body is changed" for letter in letters if letter["body"] != each.signal.body]


def find_differences(row: Document, order: Document) -> list[str]:
    """What the row tells of its order otherwise than the exchange itself."""
    said: dict[str, Any] = {"order_id": str(order["orderId"]), "symbol": order["symbol"], "side": order["side"]}
    if row.get("order_status") == ACKNOWLEDGED and row["pk"].split("/")[1] == BYBIT:
        said["executed_quantity"] = Decimal(0)  # nothing else was told of it, so nothing else may be claimed
    else:
        said |= _state_of(order)
    differing = {name: value for name, value in said.items() if _like(row.get(name), value) != value}
    return [f"the row's {name} is {row.get(name)}, the exchange's {value}" for name, value in differing.items()]


def _state_of(order: Document) -> dict[str, Any]:
    said: dict[str, Any] = {"order_status": order["status"]}
    if "executedQty" in order:  # of a conditional order it is that of the order that comes of it
        said["executed_quantity"] = Decimal(order["executedQty"])
    return said


def _like(value: object, other: object) -> object:
    """As the exchange's value is kept: numbers as decimals, all else as text."""
    return Decimal(str(value)) if isinstance(other, Decimal) else str(value)
