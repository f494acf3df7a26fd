"""Conditional orders of contracts over HTTP: what they wait for, what they become, how they are found and end."""

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_futures import INVERSE, LINEAR, PRODUCTS, FuturesClient


@pytest.fixture(params=PRODUCTS, ids=lambda product: product.kind)
def futures(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, request.param)


def state(futures: FuturesClient, client_id: str) -> str:
    return str(futures.signed("GET", "/algoOrder", clientAlgoId=client_id).json()["algoStatus"])


@pytest.mark.parametrize(
    ("side", "kind", "trigger", "short_of_it", "at_it"),
    [
        ("SELL", "STOP_MARKET", "60000", "60000.1", "60000"),
        ("BUY", "STOP_MARKET", "70000", "69999.9", "70000"),
        ("SELL", "TAKE_PROFIT_MARKET", "70000", "69999.9", "70000"),
        ("BUY", "TAKE_PROFIT_MARKET", "60000", "60000.1", "60000"),
    ],
)
def test_it_waits_for_its_price_and_becomes_a_plain_order(
    futures: FuturesClient, side: str, kind: str, trigger: str, short_of_it: str, at_it: str
) -> None:
    placed = futures.conditional(side, kind, triggerPrice=trigger, clientAlgoId="stop").json()
    assert (placed["algoStatus"], placed["orderType"], placed["triggerPrice"][:5]) == ("NEW", kind, trigger)

    futures.move(short_of_it)
    assert state(futures, "stop") == "NEW"
    futures.move(at_it)

    done = futures.signed("GET", "/algoOrder", clientAlgoId="stop").json()
    assert (done["algoStatus"], done["actualType"], done["actualQty"]) == ("FINISHED", "MARKET", done["quantity"])
    actual = futures.signed("GET", "/order", symbol=futures.product.symbol, orderId=done["actualOrderId"]).json()
    assert (actual["status"], actual["type"], actual["clientOrderId"]) == ("FILLED", "MARKET", "stop")


def test_plain_lookups_do_not_find_it(futures: FuturesClient) -> None:
    algo_id = futures.conditional("SELL", "STOP_MARKET", triggerPrice="60000", clientAlgoId="stop").json()["algoId"]

    assert error(futures.find("stop")) == (400, -2013, "Order does not exist.")
    assert error(futures.cancel("stop"))[1] == -2011
    assert futures.signed("GET", "/openOrders").json() == []
    by_number = futures.signed("GET", "/algoOrder", algoId=algo_id).json()
    assert (by_number["clientAlgoId"], by_number["actualOrderId"]) == ("stop", "")


def test_three_lookups_find_it_and_know_how_it_ended(futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    futures.conditional("SELL", "STOP_MARKET", triggerPrice="60000", clientAlgoId="stop")
    assert [each["clientAlgoId"] for each in futures.signed("GET", "/openAlgoOrders").json()] == ["stop"]

    cancelled = futures.signed("DELETE", "/algoOrder", clientAlgoId="stop").json()

    assert (cancelled["clientAlgoId"], cancelled["code"], cancelled["msg"]) == ("stop", "200", "success")
    assert state(futures, "stop") == "CANCELED"
    assert futures.signed("GET", "/openAlgoOrders", symbol=symbol).json() == []
    everything = futures.signed("GET", "/allAlgoOrders", symbol=symbol).json()
    assert [(each["clientAlgoId"], each["algoStatus"]) for each in everything] == [("stop", "CANCELED")]
    assert error(futures.signed("DELETE", "/algoOrder", clientAlgoId="stop")) == (400, -2011, "Unknown order sent.")
    assert error(futures.signed("GET", "/algoOrder", clientAlgoId="none")) == (400, -2013, "Order does not exist.")


def test_a_limit_one_becomes_a_resting_order(futures: FuturesClient) -> None:
    limited = {"triggerPrice": "60000", "price": "62000", "timeInForce": "GTC"}
    futures.conditional("SELL", "STOP", **limited, clientAlgoId="stop")

    futures.move("59000")

    assert state(futures, "stop") == "TRIGGERED"
    actual = futures.signed("GET", "/openOrder", symbol=futures.product.symbol, origClientOrderId="stop").json()
    assert (actual["type"], actual["status"], actual["price"][:5]) == ("LIMIT", "NEW", "62000")
    futures.move("62500")
    assert (state(futures, "stop"), futures.found("stop")[0]) == ("FINISHED", "FILLED")


def test_the_mark_price_triggers_what_works_by_it(futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    futures.conditional("SELL", "STOP_MARKET", triggerPrice="64000", workingType="MARK_PRICE", clientAlgoId="mark")
    futures.conditional("SELL", "STOP_MARKET", triggerPrice="64000", clientAlgoId="last")
    futures.control("markPrices", {symbol: "65000"})

    futures.move("63900")
    assert (state(futures, "mark"), state(futures, "last")) == ("NEW", "FINISHED")
    futures.control("markPrices", {symbol: None})

    assert state(futures, "mark") == "FINISHED"


def test_a_protected_one_is_silent_as_long_as_mark_and_last_price_are_far_apart(futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    futures.conditional("SELL", "STOP_MARKET", triggerPrice="60000", priceProtect="TRUE", clientAlgoId="safe")
    futures.control("markPrices", {symbol: "65000"})

    futures.move("60000")
    assert state(futures, "safe") == "NEW"
    futures.control("markPrices", {symbol: "62000"})

    assert state(futures, "safe") == "FINISHED"


def test_a_trailing_stop_follows_the_best_price(futures: FuturesClient) -> None:
    futures.conditional("SELL", "TRAILING_STOP_MARKET", callbackRate="1", clientAlgoId="trail")
    for price in ("66000", "68000", "67400"):
        futures.move(price)
    assert state(futures, "trail") == "NEW"

    futures.move("67320")

    assert state(futures, "trail") == "FINISHED"


def test_a_trailing_stop_starts_at_its_activation_price(futures: FuturesClient) -> None:
    trailing = {"callbackRate": "1", "activatePrice": "66000"}
    futures.conditional("SELL", "TRAILING_STOP_MARKET", **trailing, clientAlgoId="trail")
    futures.move("64000")
    assert state(futures, "trail") == "NEW"
    futures.move("66000")
    futures.move("65340")

    assert state(futures, "trail") == "FINISHED"
    assert error(futures.conditional("BUY", "TRAILING_STOP_MARKET", **trailing))[1] == -2021


def test_what_would_be_triggered_at_once_is_refused(futures: FuturesClient) -> None:
    for side, kind, price in (
        ("SELL", "STOP_MARKET", "65000"),
        ("BUY", "STOP_MARKET", "64000"),
        ("SELL", "TAKE_PROFIT_MARKET", "64000"),
    ):
        refused = error(futures.conditional(side, kind, triggerPrice=price))
        assert refused == (400, -2021, "Order would immediately trigger.")
    assert futures.seen("conditionals") == []


def test_it_needs_no_position_to_stand_unless_it_is_to_end_with_one(futures: FuturesClient) -> None:
    stop = {"triggerPrice": "60000", "reduceOnly": "true"}
    assert futures.conditional("SELL", "STOP_MARKET", **stop, clientAlgoId="stands").ok
    assert error(futures.conditional("SELL", "STOP_MARKET", **stop, timeInForce="GTE_GTC"))[1] == -4509

    futures.market()
    assert futures.conditional("SELL", "STOP_MARKET", **stop, timeInForce="GTE_GTC", clientAlgoId="tied").ok
    futures.market("SELL")

    assert (state(futures, "stands"), state(futures, "tied")) == ("NEW", "EXPIRED")


def test_margin_is_asked_for_when_it_is_triggered(futures: FuturesClient) -> None:
    asset = futures.product.margin_asset
    futures.control("wallet", {asset: "0.00000001"})
    assert error(futures.market())[1] == -2019

    assert futures.conditional("BUY", "STOP_MARKET", triggerPrice="66000", clientAlgoId="poor").ok
    futures.move("66000")

    assert state(futures, "poor") == "REJECTED"
    assert futures.seen("orders") == []


def test_a_reduce_only_one_never_opens_and_never_flips(futures: FuturesClient) -> None:
    quantity = futures.product.quantity
    stop = {"triggerPrice": "60000", "reduceOnly": "true"}
    futures.conditional("SELL", "STOP_MARKET", **stop, clientAlgoId="alone")
    futures.move("60000")
    assert (state(futures, "alone"), futures.seen("positions")) == ("REJECTED", [])

    futures.move("65000")
    futures.market()
    more = "9" if futures.product is INVERSE else "9.000"
    futures.conditional("SELL", "STOP_MARKET", **stop | {"quantity": more}, clientAlgoId="large")
    futures.move("60000")

    assert futures.found("large") == ("FILLED", quantity, quantity)
    assert futures.seen("positions") == []


def close(futures: FuturesClient, side: str, kind: str, **parameters: object) -> requests.Response:
    order = {"algoType": "CONDITIONAL", "symbol": futures.product.symbol, "closePosition": "true"}
    return futures.signed("POST", "/algoOrder", **order, side=side, type=kind, **parameters)


def test_close_position_closes_all_there_is(futures: FuturesClient) -> None:
    futures.market()
    futures.market()
    close(futures, "SELL", "STOP_MARKET", triggerPrice="60000", clientAlgoId="all")

    futures.move("60000")

    assert (state(futures, "all"), futures.seen("positions")) == ("FINISHED", [])
    assert futures.find("all").json()["closePosition"] is True


def test_close_position_without_one_expires(futures: FuturesClient) -> None:
    close(futures, "SELL", "STOP_MARKET", triggerPrice="60000", clientAlgoId="all")

    futures.move("60000")

    assert (state(futures, "all"), futures.seen("orders")) == ("EXPIRED", [])


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("STOP_MARKET", {"quantity": "1"}, -4137),
        ("STOP_MARKET", {"reduceOnly": "false"}, -4138),
        ("STOP_MARKET", {"reduceOnly": "true"}, -1106),
        ("STOP", {"price": "59000"}, -4136),
    ],
)
def test_close_position_goes_with_no_size(
    futures: FuturesClient, kind: str, change: dict[str, object], code: int
) -> None:
    refused = close(futures, "SELL", kind, triggerPrice="60000", **change)

    assert error(refused)[1] == code


def test_close_position_of_hedge_mode_is_for_the_side_that_closes(paper: PaperClient, futures: FuturesClient) -> None:
    paper.control("futures/positionMode", {"dualSidePosition": True})

    wrong = close(futures, "BUY", "STOP_MARKET", triggerPrice="70000", positionSide="LONG")
    right = close(futures, "SELL", "STOP_MARKET", triggerPrice="60000", positionSide="LONG")

    assert error(wrong)[1] == -2022
    assert right.ok


def test_a_second_close_in_the_same_direction_is_refused(futures: FuturesClient) -> None:
    close(futures, "SELL", "STOP_MARKET", triggerPrice="60000")
    again = close(futures, "SELL", "STOP_MARKET", triggerPrice="59000")
    profit = close(futures, "SELL", "TAKE_PROFIT_MARKET", triggerPrice="70000")

    assert error(again)[1] == -4130
    assert profit.ok


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"algoType": "VP"}, -1130),
        ({"type": "LIMIT"}, -1116),
        ({"triggerPrice": ""}, -1102),
        ({"triggerPrice": "0"}, -4006),
        ({"triggerPrice": "9000000"}, -4007),
        ({"triggerPrice": "60000.001"}, -1111),
        ({"workingType": "INDEX"}, -4031),
        ({"price": "60000"}, -1106),
        ({"callbackRate": "1"}, -1106),
        ({"positionSide": "LONG"}, -4061),
        ({"timeInForce": "DAY"}, -1115),
        ({"clientAlgoId": "x" * 37}, -4015),
        ({"quantity": "0"}, -4003),
        ({"stopPrice": "60000"}, -1104),
    ],
)
def test_refusals_have_their_documented_codes(futures: FuturesClient, change: dict[str, object], code: int) -> None:
    refused = futures.conditional("SELL", "STOP_MARKET", **{"triggerPrice": "60000"} | change)

    assert error(refused)[1] == code
    assert futures.seen("conditionals") == []


@pytest.mark.parametrize("rate", ["0.09", "10.1"])
def test_a_trailing_stop_has_a_distance_in_range(futures: FuturesClient, rate: str) -> None:
    assert error(futures.conditional("SELL", "TRAILING_STOP_MARKET", callbackRate=rate))[1] == -1130


def test_an_id_is_unique_among_waiting_ones(futures: FuturesClient) -> None:
    stop = {"triggerPrice": "60000", "clientAlgoId": "mine"}
    assert futures.limit(newClientOrderId="mine").ok
    assert futures.conditional("SELL", "STOP_MARKET", **stop).ok
    assert error(futures.conditional("SELL", "STOP_MARKET", **stop)) == (400, -4116, "ClientOrderId is duplicated.")

    futures.signed("DELETE", "/algoOpenOrders", symbol=futures.product.symbol)
    assert futures.conditional("SELL", "STOP_MARKET", **stop).ok


def test_only_so_many_stand(paper: PaperClient) -> None:
    futures = FuturesClient(paper, LINEAR)
    paper.control("futures/limits", [limit("SECOND", 10), limit("MINUTE", 1)])
    for _ in range(200):
        assert futures.conditional("SELL", "STOP_MARKET", triggerPrice="60000").ok

    assert error(futures.conditional("SELL", "STOP_MARKET", triggerPrice="60000"))[1] == -4045


def limit(interval: str, count: int) -> dict[str, object]:
    return {"rateLimitType": "ORDERS", "interval": interval, "intervalNum": count, "limit": 5_000}
