"""What Bybit tells beside the state of an order: what it cost, and why it ended; neither decides what the order is."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.bybit.products import INVERSE, LINEAR, BybitProduct
from orderexec.venues.http import NoReply, Reply
from tests.unit.venues.bybit.scripted_bybit import KEY, LOST, entry, error, listed, order, recorded, success, venue

ASKED = order(type=BybitType.LIMIT, quantity=Decimal(1), price=Decimal(1600))
FILLED: dict[str, Any] = {"orderStatus": "Filled", "cumExecQty": "0.1", "avgPrice": "1599.5"}
TRADE: dict[str, Any] = recorded("trade_history")["result"]["list"][0] | {"orderId": "e-1", "feeCurrency": "ETH"}


def look_up(asked: Order = ASKED, **changes: Any) -> OrderReport:
    at, _ = venue(LINEAR, listed(entry(**changes)))
    told = at.look_up(asked, KEY)
    assert isinstance(told, OrderReport), told
    return told


@pytest.mark.parametrize(
    ("detail", "fees"),
    [
        ({"MNT": "0.00242968"}, {"MNT": Decimal("0.00242968")}),
        ({"USDT": "-0.1", "MNT": "0"}, {"USDT": Decimal("-0.1"), "MNT": Decimal(0)}),
        ({}, None),
        (None, None),
        ("", None),
        ({"MNT": 0.1}, None),
        ({"MNT": "much"}, None),
        ({"MNT": "NaN"}, None),
        ([["MNT", "1"]], None),
    ],
)
def test_what_a_filled_order_cost_is_read_from_its_own_entry(detail: object, fees: object) -> None:
    report = look_up(**FILLED, cumFeeDetail=detail)

    assert (report.status, report.executed_quantity, report.fees) == ("FILLED", Decimal("0.1"), fees)


def test_an_order_that_has_not_traded_has_no_fees() -> None:
    assert look_up(orderStatus="New", cumExecQty="0", cumFeeDetail={"MNT": "0.00242968"}).fees is None


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"rejectReason": "EC_PostOnlyWillTakeLiquidity", "cancelType": "UNKNOWN"}, "EC_PostOnlyWillTakeLiquidity"),
        ({"rejectReason": "EC_NoError", "cancelType": "CancelByPrepareLiq"}, "CancelByPrepareLiq"),
        ({"rejectReason": "EC_NoImmediateQtyToFill", "cancelType": "CancelByUser"}, "EC_NoImmediateQtyToFill"),
        ({"rejectReason": "EC_NoError", "cancelType": "UNKNOWN"}, None),
        ({"rejectReason": "", "cancelType": ""}, None),
        ({"rejectReason": None, "cancelType": 7}, None),
        ({"rejectReason": "x" * 101, "cancelType": "CancelBySmp"}, "CancelBySmp"),
    ],
)
def test_why_an_order_ended_is_the_exchanges_own_word(told: dict[str, Any], why: str | None) -> None:
    report = look_up(orderStatus="Cancelled", **told)

    assert (report.status, report.why) == ("CANCELED", why)


def ask(*replies: Reply | NoReply, product: BybitProduct = INVERSE, **changes: Any) -> tuple[object, list[str]]:
    at, transport = venue(product, *replies)
    report = look_up(**(FILLED | {"cumFeeDetail": {}} | changes))
    return at.ask_fees(ASKED, report, KEY), transport.requests


def trades(*rows: dict[str, Any]) -> Reply:
    return success({"list": list(rows), "nextPageCursor": "", "category": "inverse"})


def test_what_the_entry_tells_is_not_asked_for() -> None:
    assert ask(cumFeeDetail={"MNT": "0.5"}, product=LINEAR) == ({"MNT": Decimal("0.5")}, [])


def test_what_it_does_not_tell_is_asked_for_by_the_orders_own_id() -> None:
    at, transport = venue(INVERSE, trades(TRADE | {"execQty": "0.04"}, TRADE | {"execQty": "0.06"}))

    fees = at.ask_fees(ASKED, look_up(**FILLED, cumFeeDetail={}), KEY)

    assert fees == {"ETH": Decimal("0.142818")}
    assert transport.requests == ["GET /v5/execution/list"]
    assert transport.parameters() == {"category": "inverse", "symbol": "ETHUSDT", "orderId": "e-1", "limit": "100"}


@pytest.mark.parametrize(
    "answer",
    [
        trades(),
        trades(TRADE | {"execQty": "0.09"}),
        trades(TRADE, TRADE),
        trades(TRADE | {"orderId": "e-2"}),
        trades(TRADE | {"feeCurrency": ""}),
        trades(TRADE | {"execFee": "much"}),
        success({"list": None}),
        success([]),
        LOST,
        error(10016),
    ],
    ids=["none", "a part", "twice", "another order", "no coin", "garbled", "no list", "no result", "lost", "a fault"],
)
def test_a_coin_is_not_guessed_and_a_part_of_the_trades_tells_nothing(answer: Reply | NoReply) -> None:
    fees, _ = ask(answer)

    assert isinstance(fees, Failure)
    assert fees.meaning in (Meaning.UNKNOWN, Meaning.RETRY)


def test_the_published_answer_names_no_coin_and_so_tells_nothing() -> None:
    published = recorded("trade_history")["result"]

    fees, _ = ask(success(published), orderId=published["list"][0]["orderId"])

    assert isinstance(fees, Failure)
    assert "feeCurrency" in fees.detail
