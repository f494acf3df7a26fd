"""What a row keeps of an order beside its state: why it ended and what it cost; older rows have neither."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.aws.ledger_item import make_item, parse_item, read_row
from orderexec.domain.outcomes import Accepted
from orderexec.domain.row import Row, make_row
from orderexec.domain.unreadable import Unreadable
from tests.unit.examples import NOW, order, report, signal

TOLD = report(why="OCO_TRIGGER", fees={"BNB": Decimal("1E-7"), "USDT": Decimal("-0.10")})
OTHER = replace(TOLD, client_order_id="another", fees={})


def make() -> Row:
    sent = make_row(signal(id="signal-1"), NOW).claim(order(), signed_at=NOW, fence=NOW, token="sent", now=NOW)
    return sent.accept(Accepted(TOLD, (OTHER,)), token="placed", now=NOW)


def test_both_are_kept_of_each_order_as_plain_decimals() -> None:
    item = make_item(make())

    assert item["order_why"] == {"S": "OCO_TRIGGER"}
    assert json.loads(item["order_fees"]["S"]) == {"BNB": "0.0000001", "USDT": "-0.1"}
    assert read_row(item) == make()
    assert read_row(item).others[0].fees == {}


def test_a_row_of_an_older_version_has_neither() -> None:
    item = make_item(make())
    others = [
        {name: value for name, value in other.items() if name not in ("why", "fees")}
        for other in json.loads(item["other_orders"]["S"])
    ]
    older = {name: value for name, value in item.items() if name not in ("order_why", "order_fees")}

    row = read_row(older | {"other_orders": {"S": json.dumps(others)}})

    assert row.report == replace(TOLD, why=None, fees=None)
    assert row.others == (replace(OTHER, why=None, fees=None),)


@pytest.mark.parametrize("written", ['{"BNB": "much"}', "[]", "no JSON", '{"BNB": null}'])
def test_fees_that_are_garbled_make_a_row_that_nobody_writes_over(written: str) -> None:
    item: dict[str, Any] = make_item(make()) | {"order_fees": {"S": written}}

    assert isinstance(parse_item(item), Unreadable)
