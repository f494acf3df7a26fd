"""Rows that the reconcile function has to look after: an answer lost an hour ago, an order that was executed twice."""

import json
from dataclasses import replace

from orderexec.aws.ledger_item import make_item
from orderexec.domain.row import Row
from tests.integration.stage import Stage, buy

AGO_MS = 3_600_000


def abandoned(stage: Stage, signal_id: str, fault: str) -> str:
    """The body of a signal whose answer was lost an hour ago, and whose message is gone; its row still says SENT."""
    body = json.dumps(buy(signal_id))
    stage.paper.arm(fault, hide_seconds=1)
    assert stage.run(body)
    _age(stage, stage.row(signal_id))
    return body


def doubled(stage: Stage) -> None:
    """A doubt that ended ACCEPTED, at an exchange that has executed the first request after all: signal "doubled"."""
    stage.run(buy("doubled"))
    row = stage.row("doubled")
    assert row.request is not None
    assert stage.paper.market(quantity="0.001", newClientOrderId=row.request.client_order_id).ok
    doubted = replace(row, doubts=1, updated_at=row.updated_at - AGO_MS)
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(doubted))


def _age(stage: Stage, row: Row) -> None:
    aged = replace(
        row,
        signed_at=(row.signed_at or 0) - AGO_MS,
        earliest_signed_at=(row.earliest_signed_at or 0) - AGO_MS,
        fence=(row.fence or 0) - AGO_MS,
        expires_at=row.expires_at - AGO_MS,
        updated_at=row.updated_at - AGO_MS,
    )
    stage.dynamodb.put_item(TableName="ledger", Item=make_item(aged))
