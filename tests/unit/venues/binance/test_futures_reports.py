"""How answers about orders of futures are read, by the documentation's examples; what is garbled is not guessed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import CLOSED, Side
from orderexec.domain.orders import Order
from orderexec.venues.binance.futures_reports import read_conditional, read_order, read_placed, read_triggered_id
from orderexec.venues.replies import Unreadable
from tests.unit.venues.binance.recorded import GARBLED, VALUES, recorded

BOTH = ("binance_usdm", "binance_coinm")
NEEDED = ("orderId", "clientOrderId", "symbol", "side", "status", "origQty", "executedQty")
NEEDED_OF_A_WAITING_ONE = ("algoId", "clientAlgoId", "symbol", "side", "algoStatus", "quantity", "createTime")
FILLED = {"status": "FILLED", "executedQty": "0.40", "avgPrice": "9300.5"}


@pytest.mark.parametrize("folder", BOTH)
@pytest.mark.parametrize("name", ["new_order", "query_order", "cancel_order", "modify_order"])
def test_every_documented_answer_about_an_order_is_read(folder: str, name: str) -> None:
    answer = recorded(name, folder)

    report = read_order(answer)

    assert report.order_id == str(answer["orderId"])
    assert (report.client_order_id, report.status) == (answer["clientOrderId"], answer["status"])
    assert report.quantity == Decimal(answer["origQty"])
    assert report.created_at == answer.get("time", answer["updateTime"])
    assert report.average_price is None


@pytest.mark.parametrize("folder", BOTH)
@pytest.mark.parametrize("name", ["all_orders", "current_all_open_orders"])
def test_every_documented_list_of_orders_is_read(folder: str, name: str) -> None:
    assert [read_order(order).symbol for order in recorded(name, folder)]


@pytest.mark.parametrize("folder", BOTH)
def test_an_average_price_counts_only_with_something_executed(folder: str) -> None:
    answer = recorded("query_order", folder)

    assert read_order(answer | FILLED).average_price == Decimal("9300.5")
    assert read_order(answer | FILLED | {"executedQty": "0"}).average_price is None
    assert read_order({**answer, **FILLED, "avgPrice": "0.00000"}).average_price is None


@pytest.mark.parametrize("name", ["new_algo_order", "query_algo_order"])
def test_every_documented_answer_about_a_waiting_order_is_read(name: str) -> None:
    answer = recorded(name, "binance_usdm")

    report = read_conditional(answer)

    assert (report.order_id, report.client_order_id) == ("2146760", "6B2I9XVcJpCjqPAJ4YoFX7")
    assert (report.status, report.side, report.quantity) == (answer["algoStatus"], Side.SELL, Decimal("0.01"))
    assert report.created_at == 1750485492076


@pytest.mark.parametrize("name", ["query_all_algo_orders", "current_all_algo_open_orders"])
def test_every_documented_list_of_waiting_orders_is_read(name: str) -> None:
    assert [read_conditional(order).symbol for order in recorded(name, "binance_usdm")] == ["BNBUSDT"]


def test_a_cancelled_one_has_traded_nothing_whatever_its_actual_quantity() -> None:
    """The example of the documentation: cancelled before it triggered, and with an actualQty of all of it."""
    answer = recorded("query_algo_order", "binance_usdm")
    assert (answer["algoStatus"], answer["actualOrderId"], answer["actualQty"]) == ("CANCELED", "", "0.01")

    report = read_conditional(answer)

    assert (report.executed_quantity, report.average_price, report.open) == (Decimal(0), None, False)
    assert read_triggered_id(answer) is None


def test_a_triggered_one_names_the_order_that_came_of_it() -> None:
    triggered = {"algoStatus": "TRIGGERED", "actualOrderId": "987", "actualPrice": "749.5", "actualQty": "0.005"}
    answer = recorded("query_algo_order", "binance_usdm") | triggered

    report = read_conditional(answer)

    assert read_triggered_id(answer) == "987"
    assert (report.executed_quantity, report.average_price) == (Decimal("0.005"), Decimal("749.5"))
    assert report.open


@pytest.mark.parametrize(
    ("status", "can_trade"),
    [
        *[(word, True) for word in ("NEW", "TRIGGERING", "TRIGGERED", "WHATEVER")],
        *[(word, False) for word in ("CANCELED", "FINISHED", "REJECTED", "EXPIRED")],
    ],
)
def test_only_the_words_that_the_documentation_calls_an_end_close_it(status: str, can_trade: bool) -> None:
    """The page "Event: Algo Order Update" says what each of them means."""
    assert read_conditional(recorded("new_algo_order", "binance_usdm") | {"algoStatus": status}).open is can_trade
    assert (status in CLOSED) is not can_trade


@pytest.mark.parametrize("quantity", ["0", "0.00", "", None])
def test_what_closes_a_position_has_no_quantity(quantity: object) -> None:
    closing = {"closePosition": True, "quantity": quantity}

    assert read_conditional(recorded("new_algo_order", "binance_usdm") | closing).quantity is None


@pytest.mark.parametrize("folder", BOTH)
@pytest.mark.parametrize("field", NEEDED)
@pytest.mark.parametrize("value", GARBLED, ids=repr)
def test_a_garbled_field_is_not_guessed(folder: str, field: str, value: object) -> None:
    answer = recorded("query_order", folder)
    if field in ("clientOrderId", "symbol", "status") and isinstance(value, str):
        assert getattr(read_order(answer | {field: value}), "open", None) is not None
        return

    with pytest.raises(Unreadable, match="lacks or garbles"):
        read_order(answer | {field: value})


@pytest.mark.parametrize("field", NEEDED_OF_A_WAITING_ONE)
def test_a_waiting_order_without_a_field_is_not_guessed(field: str) -> None:
    answer = recorded("new_algo_order", "binance_usdm")
    del answer[field]

    with pytest.raises(Unreadable):
        read_conditional(answer)


@given(st.dictionaries(st.sampled_from([*NEEDED, *NEEDED_OF_A_WAITING_ONE, "time", "updateTime", "avgPrice"]), VALUES))
def test_an_answer_of_any_form_is_read_or_unreadable(changes: dict[str, Any]) -> None:
    for read, name in ((read_order, "query_order"), (read_conditional, "query_algo_order")):
        try:
            report = read(recorded(name, "binance_usdm") | changes)
        except Unreadable:
            continue
        assert report.executed_quantity.is_finite()
        assert report.quantity is None or report.quantity.is_finite()


def test_an_answer_about_another_order_is_no_report_of_ours() -> None:
    order = Order(
        symbol="BTCUSDT", side=Side.SELL, type=FuturesType.LIMIT, client_order_id="ours", quantity=Decimal(10)
    )
    answer = recorded("new_order", "binance_usdm")

    assert read_placed(answer | {"clientOrderId": "ours"}, order).order_id == "22542179"
    with pytest.raises(Unreadable, match="about order testOrder"):
        read_placed(answer, order)
