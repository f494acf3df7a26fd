"""What becomes of an order that is sent to Bybit: an answer says only that the exchange has it."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Meaning
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import (
    KEY,
    LOST,
    NOTHING,
    OURS,
    accepted,
    acknowledged,
    entry,
    error,
    failed,
    listed,
    order,
    recorded,
    reply,
    sends,
    success,
    venue,
)

TENTH = Decimal("0.10")
PRICED: dict[str, Any] = {"quantity": TENTH, "price": Decimal(1600)}
RESTING = order(type=BybitType.LIMIT, time_in_force=TimeInForce.GTC, **PRICED)
AT_ONCE = [
    order(quantity=TENTH),
    order(type=BybitType.LIMIT, time_in_force=TimeInForce.IOC, **PRICED),
    order(type=BybitType.LIMIT, time_in_force=TimeInForce.FOK, **PRICED),
    order(type=BybitType.LIMIT_MAKER, **PRICED),
]
FILLED = entry(orderStatus="Filled", cumExecQty="0.10", avgPrice="1599.5")


@pytest.mark.parametrize("asked", AT_ONCE, ids=lambda asked: f"{asked.type} {asked.time_in_force}")
def test_what_may_end_at_once_is_looked_at_once(asked: Order) -> None:
    at, transport = venue(LINEAR, acknowledged(), listed(FILLED))

    report = accepted(at.send(asked, START_MS, KEY)).report

    assert transport.requests == ["POST /v5/order/create", "GET /v5/order/realtime"]
    named = {"category": "linear", "symbol": "ETHUSDT", "orderLinkId": OURS}
    assert transport.parameters(1) == named | {"limit": "50"}
    assert report is not None
    assert (report.status, report.executed_quantity, report.average_price) == ("FILLED", TENTH, Decimal("1599.5"))


@pytest.mark.parametrize(
    "look",
    [NOTHING, LOST, error(10016), listed(entry(orderId="e-2")), listed(entry("another")), success({"list": None})],
    ids=["nothing yet", "no answer", "a fault", "another order", "another id", "garbled"],
)
def test_an_order_that_is_not_shown_yet_is_accepted_all_the_same(look: Reply | NoReply) -> None:
    report = accepted(sends(AT_ONCE[0], acknowledged(), look)).report

    assert report is not None
    assert (report.order_id, report.client_order_id, report.status) == ("e-1", OURS, "ACCEPTED")
    assert (report.quantity, report.executed_quantity, report.average_price) == (TENTH, Decimal(0), None)
    assert report.open
    assert report.created_at == START_MS


@pytest.mark.parametrize(
    "asked",
    [RESTING, order(type=BybitType.STOP_LOSS, side=Side.SELL, quantity=TENTH, stop_price=Decimal(1500))],
    ids=["rests", "waits"],
)
def test_what_rests_is_not_looked_at(asked: Order) -> None:
    report = accepted(sends(asked, acknowledged())).report

    assert report is not None
    assert report.status == "ACCEPTED"


def test_the_published_answer_is_understood() -> None:
    asked = order(
        symbol="BTCUSDT",
        type=BybitType.LIMIT,
        time_in_force=TimeInForce.GTC,
        client_order_id="spot-test-postonly",
        **PRICED,
    )

    report = accepted(sends(asked, reply(recorded("place_order")), product=SPOT)).report

    assert report is not None
    assert (report.order_id, report.created_at) == ("1321003749386327552", 1_672_211_918_471)


def test_the_reason_of_an_end_is_told() -> None:
    refused = entry(orderStatus="Cancelled", rejectReason="EC_PostOnlyWillTakeLiquidity")

    answer = accepted(sends(AT_ONCE[3], acknowledged(), listed(refused)))

    assert answer.note == "the order is CANCELED: EC_PostOnlyWillTakeLiquidity"


@pytest.mark.parametrize(
    "answer",
    [
        acknowledged("another"),
        acknowledged(order_id=""),
        success({"orderLinkId": OURS}),
        success([]),
        success(None),
        success({"orderId": 5, "orderLinkId": OURS}),
        success({"orderId": "e-1", "orderLinkId": OURS}, time=None),
        reply({"retMsg": "OK"}),
        reply(b"<html>"),
    ],
)
def test_an_answer_that_does_not_read_as_documented_leaves_the_order_in_doubt(answer: Reply) -> None:
    assert failed(sends(RESTING, answer)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (error(110072, "OrderLinkedID is duplicate"), Meaning.DUPLICATE),
        (error(170141, "Duplicate clientOrderId"), Meaning.DUPLICATE),
        (error(110007, "ab not enough"), Meaning.REJECT),
        (error(10006), Meaning.ORDER_LIMIT),
        (error(10000), Meaning.UNKNOWN),
        (error(429), Meaning.UNKNOWN),
        (error(987_654), Meaning.UNKNOWN),
        (reply(b"", 502), Meaning.UNKNOWN),
        (LOST, Meaning.UNKNOWN),
        (NoReply(False, "refused"), Meaning.RETRY),
    ],
)
def test_a_refusal_is_what_the_table_says(answer: Reply | NoReply, meaning: Meaning) -> None:
    assert failed(sends(RESTING, answer)).meaning is meaning


def test_a_success_that_holds_a_refusal_is_none() -> None:
    inside = success({}, retExtInfo={"list": [{"code": 110007, "msg": "ab not enough for new order"}]})

    assert failed(sends(RESTING, inside)).meaning is Meaning.REJECT


def test_an_order_in_the_quote_asset_is_reported_in_it() -> None:
    asked = order(quote_quantity=Decimal(200))
    spent = entry(qty="200", marketUnit="quoteCoin", orderType="Market", orderStatus="Filled", cumExecQty="0.1")

    first = accepted(sends(asked, acknowledged(), NOTHING, product=SPOT)).report
    report = accepted(sends(asked, acknowledged(), listed(spent | {"avgPrice": "2000"}), product=SPOT)).report

    assert report is not None
    assert first is not None
    assert (report.quantity, report.quote_quantity, report.executed_quantity) == (None, Decimal(200), TENTH)
    assert (first.quantity, first.quote_quantity) == (None, Decimal(200))


def test_inverse_reports_contracts() -> None:
    report = accepted(sends(order(contracts=Decimal(3)), acknowledged(), NOTHING, product=INVERSE)).report

    assert report is not None
    assert report.quantity == 3


def test_every_attempt_has_the_same_id() -> None:
    at, transport = venue(LINEAR, LOST, error(110072))

    for signed_at in (START_MS, START_MS + 60_000):
        at.send(RESTING, signed_at, KEY)

    assert transport.parameters(0) == transport.parameters(1)


LAST = success({"list": [{"symbol": "ETHUSDT", "lastPrice": "1600"}]})
RULES = success({"list": [recorded("instruments_spot")["result"]["list"][0] | {"symbol": "ETHUSDT"}]})
NAMES = LAST


@pytest.mark.parametrize(
    ("kind", "side", "stop", "sent"),
    [
        (BybitType.STOP_LOSS, Side.SELL, "1599", True),
        (BybitType.STOP_LOSS, Side.SELL, "1600", False),
        (BybitType.STOP_LOSS, Side.BUY, "1601", True),
        (BybitType.STOP_LOSS, Side.BUY, "1599", False),
        (BybitType.TAKE_PROFIT, Side.SELL, "1601", True),
        (BybitType.TAKE_PROFIT, Side.SELL, "1599", False),
        (BybitType.TAKE_PROFIT, Side.BUY, "1599", True),
        (BybitType.TAKE_PROFIT, Side.BUY, "1601", False),
    ],
)
def test_spot_is_sent_no_trigger_that_the_market_has_passed(kind: BybitType, side: Side, stop: str, sent: bool) -> None:
    at, transport = venue(SPOT, NAMES, RULES, LAST, acknowledged())

    answer = at.send(order(type=kind, side=side, quantity=TENTH, stop_price=Decimal(stop)), START_MS, KEY)

    assert ("POST /v5/order/create" in transport.requests) is sent
    if sent:
        assert accepted(answer).report is not None
    else:
        assert failed(answer).meaning is Meaning.REJECT
        assert f"stop_price {stop} of a {side} {kind} must lie" in failed(answer).detail


def test_spot_waits_while_the_last_price_is_not_known() -> None:
    at, transport = venue(SPOT, LOST)
    waiting = order(type=BybitType.STOP_LOSS, side=Side.SELL, quantity=TENTH, stop_price=Decimal(1500))

    answer = failed(at.send(waiting, START_MS, KEY))

    assert answer.meaning is Meaning.RETRY
    assert answer.certainly_not_executed
    assert "POST /v5/order/create" not in transport.requests


@pytest.mark.parametrize("product", [SPOT, LINEAR, INVERSE], ids=lambda product: product.category)
def test_a_dry_run_raises_before_anything_is_asked_or_sent(product: BybitProduct) -> None:
    at, transport = venue(product)
    waits = order(type=BybitType.STOP_LOSS, side=Side.SELL, quantity=TENTH, stop_price=Decimal(1500), dry_run=True)

    for asked in (order(quantity=TENTH, dry_run=True), waits):
        with pytest.raises(ValueError, match="tries an order out"):
            at.send(asked, START_MS, KEY)
    assert transport.requests == []
