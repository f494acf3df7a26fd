"""What is told of a signal's end: which writes are news, and the report, held against its published schema."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from orderexec.aws.ledger_item import make_item
from orderexec.aws.ledger_stream import read_rows
from orderexec.domain.execution_reports import VERSION, is_news, make_execution_report
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.order_words import ListKind
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request
from orderexec.domain.row import Row, make_row
from tests.contract.rows import rows
from tests.unit.examples import ACCOUNT_ORDER, LIMIT_SELL, MARKET_BUY, NOW, order, refusal, report, signal

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "outcome.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)

NEW = make_row(signal(id="signal-1", strategy="trend"), NOW)
SENT = NEW.claim(order(), signed_at=NOW, fence=NOW + 20_000, token="sent", now=NOW)
ACCEPTED = SENT.accept(Accepted(report(average_price=Decimal("6.5E+4"))), token="placed", now=NOW + 250)
DEAD = SENT.die(Reason.REJECTED, "no funds", code="-2010", message_id="m1", token="dead", now=NOW)
WAITING = SENT.wait(Failure(Meaning.RATE_LIMIT, "-1003", "slow"), retry_at=NOW, token="waiting", now=NOW)
CHANGE: dict[str, Any] = {"symbol": "BTCUSDT", "client_order_id": ACCOUNT_ORDER}


def told_of(row: Row) -> dict[str, Any]:
    return make_execution_report(row, "orderexec")


def refused_unsent(row: Row, message_id: str, token: str) -> Row:
    return row.die(Reason.RULES, "too small", code=None, message_id=message_id, token=token, now=NOW)


def test_a_row_that_closes_is_news() -> None:
    assert is_news(SENT, ACCEPTED)
    assert is_news(SENT, DEAD)
    assert is_news(None, refused_unsent(NEW, "m1", "a"))


def test_an_open_row_is_no_news() -> None:
    assert not is_news(None, SENT)
    assert not is_news(SENT, WAITING)
    assert not is_news(DEAD, SENT)


def test_notes_on_a_closed_row_are_no_news() -> None:
    doubted = replace(ACCEPTED, doubts=1)

    assert not is_news(DEAD, DEAD.note_letter(token="noted", now=NOW + 1))
    assert not is_news(doubted, doubted.note_audit(token="audited", now=NOW + 60_000))


def test_a_finding_is_news_once() -> None:
    found = ACCEPTED.note_finding("the exchange has 2 orders for it, not 1: 28, 29", token="found")

    assert is_news(ACCEPTED, found)
    assert not is_news(found, found.note_finding(str(found.detail), token="found again"))
    assert told_of(found)["detail"] == "the exchange has 2 orders for it, not 1: 28, 29"
    assert told_of(found)["outcome_id"] != told_of(ACCEPTED)["outcome_id"]


def test_a_signal_that_was_redriven_and_dies_of_the_same_is_news() -> None:
    first = refused_unsent(NEW, "m1", "first").note_letter(token="noted", now=NOW)
    again = refused_unsent(first.revive(signal(id="signal-1", strategy="trend")), "m2", "again")

    assert is_news(first, again)
    assert told_of(first)["detail"] == told_of(again)["detail"]
    assert told_of(again)["outcome_id"] == "again"


def test_the_report_of_a_placed_order() -> None:
    assert told_of(ACCEPTED) == {
        "version": "1",
        "outcome_id": "placed",
        "stack": "orderexec",
        "signal_id": "signal-1",
        "account": "main",
        "venue": "binance-spot",
        "strategy": "trend",
        "state": "ACCEPTED",
        "attempts": 1,
        "issued_at": "2026-09-21T14:13:19.000Z",
        "decided_at": "2026-09-21T14:13:20.250Z",
        "action": "place",
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "dry_run": False,
        "request": "BUY BTCUSDT MARKET quantity 0.5",
        "client_order_id": ACCOUNT_ORDER,
        "order_id": "28",
        "order_status": "FILLED",
        "order_quantity": "0.5",
        "executed_quantity": "0.5",
        "average_price": "65000",
    }


def test_the_page_shows_such_a_report() -> None:
    page = (DOCS / "reports.md").read_text()
    shown = json.loads(page.partition("```json\n")[2].partition("```")[0])

    assert shown.keys() == told_of(ACCEPTED).keys()
    assert [error.message for error in VALIDATOR.iter_errors(shown)] == []


def test_the_report_of_a_dead_one() -> None:
    told = told_of(DEAD)

    assert (told["state"], told["reason"], told["code"], told["detail"]) == ("DEAD", "REJECTED", "-2010", "no funds")
    assert not {"order_id", "order_status", "executed_quantity", "other_orders"} & told.keys()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (MARKET_BUY, ("place", "BTCUSDT", "BUY", "MARKET", False)),
        (LIMIT_SELL | {"dry_run": True}, ("place", "BTCUSDT", "SELL", "LIMIT", True)),
        (
            {"symbol": "BTCUSDT", "side": None, "quantity": None, "action": "cancel", "target": "b1"},
            ("cancel", "BTCUSDT", None, None, False),
        ),
    ],
)
def test_before_anything_was_sent_the_wish_is_told(fields: dict[str, Any], told: tuple[object, ...]) -> None:
    said = told_of(refused_unsent(make_row(signal(**fields), NOW), "m1", "a"))

    assert tuple(said.get(name) for name in ("action", "symbol", "side", "type", "dry_run")) == told
    assert not {"request", "client_order_id"} & said.keys()


def test_of_what_cannot_be_understood_no_more_is_told_than_why() -> None:
    invalid = make_row(refusal("{broken", id="m1"), NOW)
    dead = invalid.die(Reason.INVALID_SIGNAL, "not JSON", code=None, message_id="m1", token="a", now=NOW)

    assert set(told_of(dead)) == {
        "version",
        "outcome_id",
        "stack",
        "signal_id",
        "account",
        "venue",
        "state",
        "reason",
        "detail",
        "attempts",
        "issued_at",
        "decided_at",
    }


@pytest.mark.parametrize(
    ("request_", "action", "kind"),
    [
        (order(), "place", "MARKET"),
        (
            OrderList(kind=ListKind.OCO, list_client_order_id="l", above=order(type="LIMIT_MAKER"), below=order()),
            "place",
            "LIMIT_MAKER",
        ),
        (Replace(order=order(type="LIMIT"), replaced="x"), "replace", "LIMIT"),
        (Cancel(**CHANGE, cancel_id="c"), "cancel", None),
        (CancelAll(**CHANGE, until=NOW), "cancel", None),
        (Amend(**CHANGE, quantity=Decimal("0.1")), "amend", None),
    ],
)
def test_every_request_is_told_by_the_name_of_its_action(request_: Request, action: str, kind: str | None) -> None:
    told = told_of(replace(ACCEPTED, request=request_))

    assert (told["action"], told.get("type")) == (action, kind)


def test_further_orders_are_told_by_the_same_names() -> None:
    (told,) = told_of(replace(ACCEPTED, others=(report(order_id="29", quantity=None),)))["other_orders"]

    assert told == {
        "order_id": "29",
        "client_order_id": ACCOUNT_ORDER,
        "symbol": "BTCUSDT",
        "side": "BUY",
        "order_status": "FILLED",
        "executed_quantity": "0.5",
    }


BODIES = st.text() | st.sampled_from([json.dumps(body) for body in (MARKET_BUY, LIMIT_SELL, MARKET_BUY | {"x": 1})])


@st.composite
def closed_rows(draw: st.DrawFn) -> Row:
    row, reason = replace(draw(rows()), body=draw(BODIES)), draw(st.sampled_from(Reason))
    if draw(st.booleans()):
        return replace(row, state=State.DEAD, reason=reason, detail=draw(st.text(max_size=3_000)))
    return replace(row, state=State.ACCEPTED, reason=None)


@given(closed_rows())
def test_every_report_is_as_its_schema_says(row: Row) -> None:
    told = told_of(row)

    assert [error.message for error in VALIDATOR.iter_errors(told)] == []
    assert told.keys() <= SCHEMA["properties"].keys()


@given(closed_rows(), st.uuids().map(str), st.integers(0, 10**12))
def test_a_write_seen_again_has_the_same_report_and_a_note_on_it_none(row: Row, token: str, later: int) -> None:
    record = {"dynamodb": {"NewImage": make_item(row)}}
    noted = replace(row, token=token, updated_at=later, letter_sent=not row.letter_sent, audits=row.audits + 1)

    told = [told_of(after) for before, after in (read(record), read(record)) if is_news(before, after)]

    assert told == [told_of(row)] * 2
    assert not is_news(*read({"dynamodb": {"NewImage": make_item(noted), "OldImage": make_item(row)}}))


def read(record: dict[str, Any]) -> tuple[Row | None, Row]:
    before, after = read_rows(record)
    assert after is not None
    return before, after


def test_the_body_of_the_message_is_not_told() -> None:
    body = json.dumps({"symbol": "BTCUSDT", "side": "BUY", "quantity": "1", "api_secret": "do-not-publish"})
    dead = refused_unsent(make_row(refusal(body), NOW), "m1", "a")

    assert "do-not-publish" in dead.body
    assert "do-not-publish" not in json.dumps(told_of(dead))


def test_the_schema_knows_every_reason_and_version() -> None:
    assert SCHEMA["properties"]["reason"]["enum"] == [reason.value for reason in Reason]
    assert SCHEMA["properties"]["version"] == {"const": VERSION}


@pytest.mark.parametrize("name", SCHEMA["required"])
def test_the_schema_would_notice_what_is_missing(name: str) -> None:
    told = told_of(ACCEPTED)
    del told[name]

    assert not VALIDATOR.is_valid(told)
    assert not VALIDATOR.is_valid(told_of(ACCEPTED) | {"executed_quantity": 0.5})
    assert not VALIDATOR.is_valid(told_of(DEAD) | {"state": "ACCEPTED"})
