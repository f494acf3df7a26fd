"""Replacements, amendments and what else is new over the answers that Binance's documentation shows."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import Amend, Replace
from orderexec.venues.http import NoReply, Reply
from tests.unit.examples import order
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import (
    KEY,
    LOST,
    UNKNOWN_ORDER,
    accepted,
    failed,
    found,
    ids,
    refused,
    reply,
    report,
    venue,
)

REPLACE = Replace(
    order=order(client_order_id="wOceeeOzNORyLiQfw7jd8S", type="LIMIT"), replaced="DnLo3vTAQcjha43lAZhZ0y"
)
AMEND = Amend(symbol="BTCUSDT", client_order_id="PFaq6hIHxqFENGfdtn4J6Q", quantity=Decimal(5))


def test_a_replacement_reports_the_new_order_and_then_the_old_one() -> None:
    answer = accepted(REPLACE, reply(recorded("replace_success")))

    assert ids(answer) == ["wOceeeOzNORyLiQfw7jd8S", "DnLo3vTAQcjha43lAZhZ0y"]
    assert answer.report is not None
    assert (answer.report.status, answer.others[0].status) == ("NEW", "CANCELED")


@pytest.mark.parametrize(
    ("form", "status", "meaning", "words"),
    [
        ("replace_cancel_failed", 400, Meaning.REJECT, "the old order could not be canceled, so no new one was sent"),
        ("replace_order_failed", 409, Meaning.REJECT, "the old order is canceled, the new one was refused: -2010"),
        ("replace_cancel_only", 409, Meaning.REJECT, "the old order is canceled, the new one was refused: -1015"),
        ("replace_only_cancel_failed", 409, Meaning.UNKNOWN, ""),
        ("replace_both_failed", 400, Meaning.UNKNOWN, ""),
        ("replace_over_the_limit", 429, Meaning.ORDER_LIMIT, "Too many new orders"),
    ],
)
def test_each_way_in_which_a_replacement_fails_is_told_apart(
    form: str, status: int, meaning: Meaning, words: str
) -> None:
    failure = refused(REPLACE, reply(recorded(form), status))

    assert failure.meaning is meaning
    assert failure.detail.startswith(words)


def test_a_replacement_whose_old_order_is_gone_is_not_to_be_redriven() -> None:
    gone = refused(REPLACE, reply(recorded("replace_order_failed"), 409)).detail
    stands = refused(REPLACE, reply(recorded("replace_cancel_failed"), 400)).detail

    assert gone.endswith(
        "; publish a corrected signal under a new id, with action place: the old order is canceled already"
    )
    assert stands.endswith("; look at the old order; if a new one is still wanted, publish it under a new id")
    assert "redrive" not in gone + stands


@pytest.mark.parametrize(
    ("half", "meaning", "broken"),
    [
        ({"code": -1013, "msg": "Filter failure: NOTIONAL"}, Meaning.REJECT, "NOTIONAL"),
        ({"code": -1007, "msg": "Timeout waiting for response"}, Meaning.UNKNOWN, None),
        ({"code": -2010, "msg": "Duplicate order sent."}, Meaning.UNKNOWN, None),
        (None, Meaning.UNKNOWN, None),
    ],
)
def test_a_replacement_whose_new_order_failed_is_as_certain_as_that_half_says(
    half: object, meaning: Meaning, broken: str | None
) -> None:
    document = recorded("replace_order_failed")
    document["data"]["newOrderResponse"] = half

    failure = refused(REPLACE, reply(document, 409))

    assert (failure.meaning, failure.filter) == (meaning, broken)


@pytest.mark.parametrize(
    "data", [None, {}, [], {"cancelResult": "SUCCESS"}, {"cancelResult": "SUCCESS", "newOrderResult": "?"}]
)
def test_a_replacement_without_its_two_results_is_in_doubt(data: object) -> None:
    answer = {"code": -2021, "msg": "Order cancel-replace partially failed.", "data": data}

    assert refused(REPLACE, reply(answer, 409)).meaning is Meaning.UNKNOWN
    assert refused(REPLACE, reply(recorded("replace_success") | {"newOrderResponse": data})).meaning is Meaning.UNKNOWN
    assert refused(REPLACE, reply(recorded("replace_success") | {"cancelResult": data})).meaning is Meaning.UNKNOWN


def test_an_amended_order_reports_its_new_quantity() -> None:
    answer = accepted(AMEND, reply(recorded("amend_order")))

    assert answer.report is not None
    assert (answer.report.client_order_id, answer.report.quantity, answer.report.status) == (
        "PFaq6hIHxqFENGfdtn4J6Q",
        Decimal(5),
        "NEW",
    )


@pytest.mark.parametrize("document", [{}, {"amendedOrder": None}, recorded("amend_listed_order")])
def test_an_answer_about_another_amendment_proves_nothing(document: dict[str, Any]) -> None:
    assert refused(AMEND, reply(document)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("look", "meaning"),
    [
        (report(AMEND.client_order_id, status="FILLED"), Meaning.REJECT),
        (report(AMEND.client_order_id, status="NEW"), Meaning.UNKNOWN),
        (LOST, Meaning.UNKNOWN),
    ],
)
def test_an_order_that_is_not_open_cannot_be_amended_if_it_is_seen_to_have_ended(
    look: Reply | NoReply, meaning: Meaning
) -> None:
    assert refused(AMEND, UNKNOWN_ORDER, look).meaning is meaning


def test_an_amendment_is_found_when_the_order_is_that_small() -> None:
    name = AMEND.client_order_id

    assert isinstance(found(AMEND, report(name, origQty="5.00000000")), Accepted)
    assert failed(found(AMEND, report(name, origQty="5.00000001"))).meaning is Meaning.NO_EFFECT


def test_a_routed_order_is_read_like_any_other() -> None:
    routed = order(smart_order_routing=True, client_order_id="sBI1KM6nNtOfj5tccZSKly", type="LIMIT")

    answer = accepted(routed, reply(recorded("order_sor")))

    assert answer.report is not None
    assert (answer.report.status, answer.report.average_price) == ("FILLED", Decimal(28000))


@pytest.mark.parametrize(("asset", "free"), [("LTC", "4763368.68006011"), ("BTC", "4723846.89208129"), ("BNB", "0")])
def test_a_free_balance_is_read_and_0_where_the_account_has_none(asset: str, free: str) -> None:
    spot, transport = venue(reply(recorded("account")))

    assert spot.ask_free_balance(asset, KEY) == Decimal(free)
    assert transport.sent[0]["request"] == "GET /api/v3/account"


@pytest.mark.parametrize("balances", [None, [{}], [{"asset": "LTC", "free": 1.5}], [{"asset": "LTC", "free": "NaN"}]])
def test_a_garbled_balance_is_in_doubt(balances: object) -> None:
    spot, _ = venue(reply(recorded("account") | {"balances": balances}))

    assert failed(spot.ask_free_balance("LTC", KEY)).meaning is Meaning.UNKNOWN
