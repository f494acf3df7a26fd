"""Order types, lists, replacements and amendments, as three clients that others wrote send and read them."""

from typing import Any

import ccxt
import pytest

from tests.paper_exchange.oracles import data
from tests.paper_exchange.paper_client import PaperClient

BTC = "BTC/USDT"
PAIR = {
    "pending_above_type": "LIMIT_MAKER",
    "pending_above_price": 70000,
    "pending_below_type": "STOP_LOSS",
    "pending_below_stop_price": 60000,
}
WORKING = ("BTCUSDT", "LIMIT", "BUY", 66000, 0.1)
PENDING_LIMIT = {"pending_price": 70000, "pending_time_in_force": "GTC", "pending_client_order_id": "pending"}


@pytest.mark.parametrize(
    ("kind", "price", "parameters", "told"),
    [
        ("market", None, {"stopLossPrice": 60000}, ("STOP_LOSS", 60000)),
        ("limit", 59000, {"stopLossPrice": 60000}, ("STOP_LOSS_LIMIT", 60000)),
        ("market", None, {"takeProfitPrice": 70000}, ("TAKE_PROFIT", 70000)),
        ("limit", 71000, {"takeProfitPrice": 70000}, ("TAKE_PROFIT_LIMIT", 70000)),
        ("limit", 70000, {"postOnly": True}, ("LIMIT_MAKER", None)),
        ("market", None, {"trailingPercent": 1, "stopLossOrTakeProfit": "stopLoss"}, ("STOP_LOSS", None)),
        ("limit", 70000, {"icebergQty": "0.01"}, ("LIMIT", None)),
    ],
)
def test_ccxt_places_each_type(
    binance: Any, kind: str, price: float | None, parameters: dict[str, object], told: tuple[str, float | None]
) -> None:
    placed = binance.create_order(BTC, kind, "sell", 0.1, price, params=parameters)

    found = binance.fetch_order(placed["id"], BTC)
    assert (found["info"]["type"], found["triggerPrice"], found["status"]) == (*told, "open")
    assert binance.cancel_order(placed["id"], BTC)["status"] == "canceled"


def test_ccxt_understands_stops_that_would_trigger_and_makers_that_would_take(binance: Any) -> None:
    with pytest.raises(ccxt.OrderImmediatelyFillable):
        binance.create_order(BTC, "limit", "buy", 0.1, 66000, params={"postOnly": True})
    with pytest.raises(ccxt.InvalidOrder, match="Order would trigger immediately"):
        binance.create_order(BTC, "market", "sell", 0.1, params={"stopLossPrice": 66000})


def test_ccxt_edits_an_order_by_replacing_it(binance: Any) -> None:
    placed = binance.create_order(BTC, "limit", "buy", 0.1, 60000)

    edited = binance.edit_order(placed["id"], BTC, "limit", "buy", 0.2, 61000)

    assert (edited["price"], edited["amount"], edited["status"]) == (61000, 0.2, "open")
    assert [order["id"] for order in binance.fetch_open_orders(BTC)] == [edited["id"]]
    assert [order["id"] for order in binance.cancel_all_orders(BTC)] == [edited["id"]]


def test_ccxt_places_and_finds_a_list(binance: Any) -> None:
    oco = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "quantity": "0.1",
        "aboveType": "LIMIT_MAKER",
        "abovePrice": "70000",
        "belowType": "STOP_LOSS",
        "belowStopPrice": "60000",
        "listClientOrderId": "list",
    }

    placed = binance.private_post_orderlist_oco(oco)

    assert binance.private_get_orderlist({"origClientOrderId": "list"})["orderListId"] == placed["orderListId"]
    assert len(binance.fetch_open_orders(BTC)) == 2
    assert binance.private_delete_orderlist({"symbol": "BTCUSDT", "listClientOrderId": "list"})["listStatusType"] == (
        "ALL_DONE"
    )


def test_python_binance_places_finds_and_cancels_an_oco(client: Any) -> None:
    placed = client.create_oco_order(
        symbol="BTCUSDT",
        side="SELL",
        quantity="0.1",
        aboveType="LIMIT_MAKER",
        abovePrice="70000",
        belowType="STOP_LOSS_LIMIT",
        belowStopPrice="60000",
        belowPrice="59000",
        belowTimeInForce="GTC",
    )

    assert [each["orderListId"] for each in client.get_open_oco_orders()] == [placed["orderListId"]]
    cancelled = client.cancel_all_open_orders(symbol="BTCUSDT")
    assert [report["status"] for report in cancelled[0]["orderReports"]] == ["CANCELED", "CANCELED"]


def test_python_binance_replaces_an_order(client: Any) -> None:
    old = client.order_limit_buy(symbol="BTCUSDT", quantity="0.1", price="60000")

    replaced = client.cancel_replace_order(
        symbol="BTCUSDT",
        side="BUY",
        type="LIMIT",
        timeInForce="GTC",
        quantity="0.1",
        price="61000",
        cancelReplaceMode="STOP_ON_FAILURE",
        cancelOrderId=old["orderId"],
    )

    assert (replaced["cancelResult"], replaced["newOrderResponse"]["status"]) == ("SUCCESS", "NEW")


def test_the_sdk_places_an_oco_with_trailing_and_pegged_legs(spot: Any) -> None:
    placed = data(
        spot.order_list_oco(
            "BTCUSDT",
            "SELL",
            0.1,
            "LIMIT_MAKER",
            "STOP_LOSS_LIMIT",
            above_peg_price_type="PRIMARY_PEG",
            below_price=59000,
            below_trailing_delta=100,
            below_stop_price=60000,
            below_time_in_force="GTC",
            new_order_resp_type="RESULT",
            list_client_order_id="list",
        )
    )

    assert (placed.contingency_type, placed.list_order_status, len(placed.order_reports)) == ("OCO", "EXECUTING", 2)
    assert [report.status for report in placed.order_reports] == ["NEW", "NEW"]
    assert data(spot.get_order_list(orig_client_order_id="list")).order_list_id == placed.order_list_id
    assert [each.order_list_id for each in data(spot.all_order_list())] == [placed.order_list_id]
    assert data(spot.delete_order_list("BTCUSDT", list_client_order_id="list")).list_status_type == "ALL_DONE"


@pytest.mark.parametrize(
    ("kind", "arguments", "pending"),
    [
        ("order_list_oto", (*WORKING, "LIMIT", "SELL", 0.1), PENDING_LIMIT),
        ("order_list_opo", (*WORKING, "LIMIT", "SELL"), PENDING_LIMIT),
        ("order_list_otoco", (*WORKING, "SELL", 0.1, "LIMIT_MAKER"), PAIR),
        ("order_list_opoco", (*WORKING, "SELL", "LIMIT_MAKER"), PAIR),
    ],
)
def test_the_sdk_places_lists_with_a_working_order(
    spot: Any, kind: str, arguments: tuple[object, ...], pending: dict[str, object]
) -> None:
    own = {name: value for name, value in pending.items() if name != "pending_above_type"}

    placed = data(getattr(spot, kind)(*arguments, working_time_in_force="GTC", new_order_resp_type="FULL", **own))

    working, *others = [report.status for report in placed.order_reports]
    assert (placed.contingency_type, working, set(others)) == ("OTO", "FILLED", {"PENDING_NEW"})
    assert {data(spot.get_order("BTCUSDT", order_id=each.order_id)).status for each in placed.orders[1:]} == {"NEW"}


def test_the_sdk_replaces_amends_routes_and_cancels_everything(spot: Any) -> None:
    data(spot.new_order("BTCUSDT", "BUY", "LIMIT_MAKER", quantity=0.1, price=60000, new_client_order_id="old"))
    replaced = data(
        spot.order_cancel_replace(
            "BTCUSDT",
            "BUY",
            "LIMIT",
            "STOP_ON_FAILURE",
            time_in_force="GTC",
            quantity=0.1,
            price=61000,
            cancel_orig_client_order_id="old",
            new_client_order_id="new",
        )
    )
    assert (replaced.cancel_result, replaced.new_order_response.status) == ("SUCCESS", "NEW")

    amended = data(spot.order_amend_keep_priority("BTCUSDT", 0.05, orig_client_order_id="new"))
    assert (amended.amended_order.qty, amended.amended_order.orig_client_order_id) == ("0.05000000", "new")
    number = amended.amended_order.order_id
    assert [each.new_qty for each in data(spot.order_amendments("BTCUSDT", number))] == ["0.05000000"]
    assert data(spot.sor_order("BTCUSDT", "BUY", "MARKET", 0.01)).used_sor
    assert len(data(spot.delete_open_orders("BTCUSDT"))) == 1


def test_the_sdk_reads_filters_and_the_reference_price(spot: Any, paper: PaperClient) -> None:
    paper.control("referencePrices", {"BTCUSDT": "64000"})
    paper.control("filters", {"maxAsset": {"BTC": "50"}})

    assert data(spot.reference_price("BTCUSDT")).reference_price == "64000.00000000"
    assert len(data(spot.my_filters("BTCUSDT")).asset_filters) == 1
