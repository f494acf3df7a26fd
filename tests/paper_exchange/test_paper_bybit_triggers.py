"""Orders at the paper Bybit that wait for a price: on either side of the market, of spot and of contracts."""

from typing import Any

import pytest

from tests.paper_exchange.paper_bybit import SIZES, PaperBybit, code, result

CONTRACTS = pytest.mark.parametrize("category", ["linear", "inverse"])
RISES, FALLS = 1, 2


@CONTRACTS
@pytest.mark.parametrize(
    ("side", "direction", "trigger", "reached", "status"),
    [
        ("Sell", FALLS, "64000", "63999", "Filled"),
        ("Sell", RISES, "66000", "66001", "Filled"),
        ("Buy", RISES, "66000", "66001", "Filled"),
        ("Buy", FALLS, "64000", "63999", "Filled"),
        ("Buy", FALLS, "64000", "64001", "Untriggered"),
        ("Sell", RISES, "66000", "65999", "Untriggered"),
    ],
)
def test_the_direction_says_which_way_the_price_has_to_go(
    bybit: PaperBybit, category: str, side: str, direction: int, trigger: str, reached: str, status: str
) -> None:
    placed = bybit.market(category, side, triggerPrice=trigger, triggerDirection=direction)
    waiting = bybit.find(placed, category)
    assert (waiting["orderStatus"], waiting["triggerDirection"], waiting["stopOrderType"]) == (
        "Untriggered",
        direction,
        "Stop",
    )

    bybit.prices(category, reached)

    assert bybit.find(placed, category)["orderStatus"] == status


@CONTRACTS
def test_a_trigger_that_is_passed_already_is_refused(bybit: PaperBybit, category: str) -> None:
    at: dict[str, Any] = {"orderType": "Market", "price": None}
    assert code(bybit.create(category, triggerPrice="64000", triggerDirection=RISES, **at)) == 110092
    assert code(bybit.create(category, triggerPrice="66000", triggerDirection=FALLS, **at)) == 110093
    assert code(bybit.create(category, triggerPrice="66000", **at)) == 10001


def test_a_trigger_may_watch_the_mark_price(bybit: PaperBybit) -> None:
    placed = bybit.market("linear", "Sell", triggerPrice="64000", triggerDirection=FALLS, triggerBy="MarkPrice")
    bybit.control("linear/markPrices", {"BTCUSDT": "65000"})
    bybit.prices("linear", "63000")
    assert bybit.find(placed, "linear")["orderStatus"] == "Untriggered"

    bybit.control("linear/markPrices", {"BTCUSDT": "64000"})
    assert bybit.find(placed, "linear")["orderStatus"] == "Filled"


@CONTRACTS
def test_a_triggered_limit_order_rests_under_the_same_id(bybit: PaperBybit, category: str) -> None:
    placed = bybit.place(category, "Sell", price="66500", triggerPrice="66000", triggerDirection=RISES)

    bybit.prices(category, "66000")
    assert bybit.find(placed, category)["orderStatus"] == "New"
    bybit.prices(category, "66600")

    found = bybit.find(placed, category)
    assert (found["orderStatus"], found["avgPrice"], found["triggerPrice"]) == ("Filled", "66500", "66000")


@CONTRACTS
def test_a_conditional_order_needs_no_margin_until_it_is_triggered(bybit: PaperBybit, category: str) -> None:
    large = {"linear": "400", "inverse": "4000000"}[category]
    bybit.control("balances", {"USDT": "10", "BTC": "0.0001"})
    placed = bybit.market(category, triggerPrice="66000", triggerDirection=RISES, qty=large)

    bybit.prices(category, "66000")

    found = bybit.find(placed, category)
    assert (found["orderStatus"], found["cumExecQty"]) == ("Cancelled", "0")


@CONTRACTS
def test_a_closing_stop_takes_whatever_is_open_then(bybit: PaperBybit, category: str) -> None:
    bybit.market(category)
    stop = bybit.market(
        category, "Sell", qty="0", reduceOnly=True, closeOnTrigger=True, triggerPrice="64000", triggerDirection=FALLS
    )
    bybit.market(category)

    bybit.prices(category, "64000")

    assert bybit.position(category) == ("", "0")
    assert bybit.find(stop, category)["cumExecQty"] == {"linear": "0.02", "inverse": "600"}[category]


@CONTRACTS
def test_a_waiting_order_is_amended_and_cancelled(bybit: PaperBybit, category: str) -> None:
    placed = bybit.place(category, "Sell", price="63900", triggerPrice="64000", triggerDirection=FALLS)

    result(bybit.change("amend", placed, category, triggerPrice="63000", price="62900"))
    bybit.prices(category, "63500")
    found = bybit.find(placed, category)
    assert (found["orderStatus"], found["triggerPrice"], found["price"]) == ("Untriggered", "63000", "62900")
    assert code(bybit.change("amend", placed, category, triggerPrice="64000")) == 110093

    result(bybit.change("cancel", placed, category))
    assert bybit.find(placed, category)["orderStatus"] == "Deactivated"
    assert code(bybit.change("cancel", placed, category)) == 110010


def wait_at_spot(bybit: PaperBybit, service: str, side: str, trigger: str, **parameters: Any) -> str:
    return bybit.market("spot", side, triggerPrice=trigger, orderFilter=service, **parameters)


@pytest.mark.parametrize("service", ["tpslOrder", "StopOrder"])
@pytest.mark.parametrize(
    ("side", "trigger", "reached"),
    [("Sell", "64000", "63990"), ("Sell", "66000", "66010"), ("Buy", "66000", "66010"), ("Buy", "64000", "63990")],
)
def test_spot_tells_the_direction_by_where_the_market_is(
    bybit: PaperBybit, service: str, side: str, trigger: str, reached: str
) -> None:
    placed = wait_at_spot(bybit, service, side, trigger)
    bybit.prices("spot", "65010")
    assert bybit.find(placed)["orderStatus"] == "Untriggered"

    bybit.prices("spot", reached)

    assert (bybit.find(placed)["orderStatus"], bybit.find(placed)["cumExecQty"]) == ("Filled", SIZES["spot"])


def test_a_tpsl_order_of_spot_keeps_its_assets_and_a_stop_order_does_not(bybit: PaperBybit) -> None:
    stop = wait_at_spot(bybit, "StopOrder", "Sell", "64000", qty="1")
    assert bybit.coin("BTC")["locked"] == "0"
    wait_at_spot(bybit, "tpslOrder", "Sell", "63000", qty="2")
    assert bybit.coin("BTC")["locked"] == "2"

    bybit.control("balances", {"BTC": "0"})
    bybit.prices("spot", "63990")

    found = bybit.find(stop)
    assert (found["orderStatus"], found["cumExecQty"], found["rejectReason"]) == ("Cancelled", "0", "EC_Others")


def test_a_waiting_order_of_spot_is_amended(bybit: PaperBybit) -> None:
    placed = wait_at_spot(bybit, "tpslOrder", "Sell", "64000", qty="1")

    result(bybit.change("amend", placed, triggerPrice="63000", qty="0.5"))

    bybit.prices("spot", "63500")
    found = bybit.find(placed)
    assert (found["orderStatus"], found["triggerPrice"], found["qty"]) == ("Untriggered", "63000", "0.5")
    assert bybit.coin("BTC")["locked"] == "0.5"


def test_a_trigger_and_the_service_for_it_come_together(bybit: PaperBybit) -> None:
    assert code(bybit.create(triggerPrice="64000")) == 170201
    assert code(bybit.create(orderFilter="StopOrder")) == 170201
    assert code(bybit.create(orderFilter="OcoOrder", triggerPrice="64000")) == 170201


@pytest.mark.parametrize("service", ["tpslOrder", "StopOrder"])
def test_an_order_of_spot_is_cancelled_at_the_service_that_holds_it(bybit: PaperBybit, service: str) -> None:
    waiting = bybit.place("spot", "Sell", price="59000", triggerPrice="60000", orderFilter=service)
    plain = bybit.place()

    assert code(bybit.change("cancel", waiting)) == 170213
    assert code(bybit.change("cancel", plain, orderFilter=service)) == 170213
    assert [each["orderStatus"] for each in bybit.listed("realtime")] == ["New", "Untriggered"]
    result(bybit.change("cancel", waiting, orderFilter=service))
    result(bybit.change("cancel", plain, orderFilter="Order"))
    assert bybit.listed("realtime") == []


def test_once_triggered_an_order_of_spot_is_cancelled_as_a_plain_one(bybit: PaperBybit) -> None:
    waiting = bybit.place("spot", "Sell", price="60500", triggerPrice="60000", orderFilter="tpslOrder")
    bybit.prices("spot", "59900")

    result(bybit.change("cancel", waiting))
    assert bybit.find(waiting)["orderStatus"] == "Cancelled"
