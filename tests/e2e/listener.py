"""A queue on which a rule puts every outcome that the deployed stack publishes, as a user's own would be."""

import json
from typing import Any

from local.stack import NAME, Stack
from orderexec.aws.ledger_item import read_row
from orderexec.domain.execution_reports import is_news, make_execution_report

_STAMPS = {"outcome_id", "decided_at"}
_OF_ORDERS = {
    "order_status",
    "order_quantity",
    "executed_quantity",
    "average_price",
    "fees",
    "ended_because",
    "canceled_by",
    "other_orders",
}
PATTERN = {"source": ["orderexec"], "detail-type": ["Signal Outcome"]}


class Listener:
    """Everything that was heard since the stack has been running."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._sqs = stack, stack.client("sqs")
        self._queue = self._sqs.create_queue(QueueName="outcomes")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        bus, events = stack.outputs["OutcomeBusName"], stack.client("events")
        events.put_rule(Name="outcomes", EventBusName=bus, EventPattern=json.dumps(PATTERN))
        target = {"Id": "outcomes", "Arn": attributes["QueueArn"]}
        events.put_targets(Rule="outcomes", EventBusName=bus, Targets=[target])
        self._heard: list[dict[str, Any]] = []
        self._followed: set[str] = set()  # keys of signals of whose orders something was seen since

    def heard(self) -> list[dict[str, Any]]:
        """The details so far, each outcome once."""
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._heard.append(json.loads(message["Body"])["detail"])
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return list({detail["outcome_id"]: detail for detail in self._heard}.values())

    def of(self, signal_id: str) -> list[dict[str, Any]]:
        return [detail for detail in self.heard() if detail["signal_id"] == signal_id]

    def due(self) -> dict[str, dict[str, Any]]:
        """What should have been heard last of each signal, by its key: as the ledger stands now."""
        pages = (
            self._stack.client("dynamodb").get_paginator("scan").paginate(TableName=self._stack.outputs["LedgerTable"])
        )
        rows = [read_row(item) for page in pages for item in page["Items"]]
        self._followed |= {row.identity.key for row in rows if row.seen_at is not None}
        ended = {row.identity.key: make_execution_report(row, NAME) for row in rows if is_news(None, row)}
        return {key: self._keep(key, told) for key, told in ended.items()}

    def last(self) -> dict[str, dict[str, Any]]:
        """What was heard last of each signal, by its key."""
        by_key = {f"{told['account']}/{told['venue']}/{told['signal_id']}": told for told in self.heard()}
        return {key: self._keep(key, told) for key, told in by_key.items()}

    def _keep(self, key: str, told: dict[str, Any]) -> dict[str, Any]:
        """What later notes on the row leave as it is: news of an order is told by events of their own."""
        changed = _STAMPS | (_OF_ORDERS if key in self._followed else set())
        return {name: value for name, value in told.items() if name not in changed}
