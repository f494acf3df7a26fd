"""Answers about single orders, as Binance's documentation shows them and garbled."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.order_words import Side
from orderexec.domain.orders import OrderReport
from orderexec.venues.binance.reports import read_order, read_placed
from orderexec.venues.replies import Unreadable
from tests.unit.examples import order
from tests.unit.venues.binance.recorded import GARBLED, VALUES, recorded

SENT = order(side="SELL", quantity=Decimal(10), client_order_id="6gCrw2kRUAF9CvJDGP16IP")
FILLED = OrderReport(
    order_id="28",
    client_order_id="6gCrw2kRUAF9CvJDGP16IP",
    symbol="BTCUSDT",
    side=Side.SELL,
    status="FILLED",
    quantity=Decimal(10),
    executed_quantity=Decimal(10),
    average_price=Decimal(1),
    created_at=1507725176595,
)


@pytest.mark.parametrize("form", ["order_result", "order_full"])
def test_a_full_answer_to_a_placement_is_read(form: str) -> None:
    assert read_placed(recorded(form), SENT) == FILLED


def test_an_answer_that_only_acknowledges_is_filled_up_with_what_was_sent() -> None:
    report = read_placed(recorded("order_ack"), SENT)

    assert (report.order_id, report.symbol, report.side, report.status) == ("28", "BTCUSDT", "SELL", "NEW")
    assert (report.quantity, report.executed_quantity, report.average_price) == (Decimal(10), Decimal(0), None)
    assert report.created_at == 1507725176595


def test_an_order_that_was_looked_up_is_read() -> None:
    assert read_order(recorded("query_order")) == OrderReport(
        order_id="1",
        client_order_id="myOrder1",
        symbol="LTCBTC",
        side=Side.BUY,
        status="NEW",
        quantity=Decimal(1),
        executed_quantity=Decimal(0),
        created_at=1499827319559,
    )


def test_an_expired_answer_is_no_fill() -> None:
    expired = recorded("order_result") | {
        "status": "EXPIRED",
        "executedQty": "0.00000000",
        "cummulativeQuoteQty": "0.00000000",
        "expiryReason": "INSUFFICIENT_LIQUIDITY",
    }

    report = read_placed(expired, SENT)

    assert (report.status, report.executed_quantity, report.average_price) == ("EXPIRED", Decimal(0), None)
    assert report.why == "INSUFFICIENT_LIQUIDITY"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"status": "EXPIRED", "expiryReason": "OCO_TRIGGER"}, "OCO_TRIGGER"),
        ({"status": "EXPIRED", "expiryReason": "NONE"}, None),
        ({"status": "EXPIRED"}, None),
        ({"status": "EXPIRED", "expiryReason": 7}, None),
        ({"status": "EXPIRED", "expiryReason": "x" * 101}, None),
        ({"status": "EXPIRED_IN_MATCH", "preventedMatchId": 0}, "self-trade prevention, match 0"),
        ({"status": "EXPIRED_IN_MATCH"}, "self-trade prevention"),
        ({"status": "NEW", "preventedMatchId": 3}, None),
    ],
)
def test_why_an_order_expired_is_told_and_no_report_is_refused_for_it(told: dict[str, Any], why: str | None) -> None:
    report = read_order(recorded("query_order") | told)

    assert (report.status, report.why) == (told["status"], why)


@pytest.mark.parametrize(
    ("executed", "quote", "average"),
    [("3", "10", "3.333333333333333"), ("0.5", "-1", None), ("0", "0", None), ("8", "1", "0.125")],
)
def test_the_average_price_is_quote_by_base_where_both_are_known(
    executed: str, quote: str, average: str | None
) -> None:
    report = read_order(recorded("query_order") | {"executedQty": executed, "cummulativeQuoteQty": quote})

    assert report.average_price == (None if average is None else Decimal(average))


def test_a_quote_sized_order_reports_what_was_asked_for() -> None:
    assert read_order(recorded("query_order") | {"origQuoteOrderQty": "25.5"}).quote_quantity == Decimal("25.5")
    assert read_order(recorded("query_order")).quote_quantity is None


def test_the_answer_about_another_order_is_not_taken_for_ours() -> None:
    with pytest.raises(Unreadable, match="about order 6gCrw2kRUAF9CvJDGP16IP"):
        read_placed(recorded("order_ack"), order())


NEEDED = (
    "orderId",
    "clientOrderId",
    "symbol",
    "side",
    "status",
    "executedQty",
    "cummulativeQuoteQty",
    "time",
)


@pytest.mark.parametrize("field", NEEDED)
def test_an_answer_that_lacks_a_field_is_unreadable(field: str) -> None:
    answer = recorded("query_order")
    del answer[field]

    with pytest.raises(Unreadable, match=field):
        read_order(answer)


@pytest.mark.parametrize("field", ["origQty", "executedQty", "cummulativeQuoteQty"])
@pytest.mark.parametrize("value", GARBLED, ids=repr)
def test_an_answer_with_a_garbled_amount_is_unreadable(field: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_order(recorded("query_order") | {field: value})


@pytest.mark.parametrize("field", ["orderId", "time"])
@pytest.mark.parametrize("value", [*GARBLED, "28"], ids=repr)
def test_an_answer_with_a_garbled_number_is_unreadable(field: str, value: object) -> None:
    with pytest.raises(Unreadable):
        read_order(recorded("query_order") | {field: value})


@given(st.dictionaries(st.sampled_from([*NEEDED, "origQuoteOrderQty", "transactTime"]), VALUES))
def test_any_answer_is_a_report_or_unreadable(changes: dict[str, object]) -> None:
    try:
        assert read_order(recorded("query_order") | changes).order_id
        assert read_placed(recorded("order_full") | changes, SENT).client_order_id == SENT.client_order_id
    except Unreadable as unreadable:
        assert str(unreadable)
