"""The exchange's own SDK for margin, unchanged but for its base URL, takes the paper exchange for Binance."""

import logging
from typing import Any

import pytest
from binance_common.errors import BadRequestError

from tests.paper_exchange.oracles import data
from tests.paper_exchange.paper_client import PaperClient

FLAGS: list[dict[str, str]] = [{}, {"is_isolated": "TRUE"}]
LIMIT = {"time_in_force": "GTC", "quantity": 0.1, "price": 60000}
OCO = {"quantity": 0.1, "price": 70000, "stop_price": 60000, "list_client_order_id": "list"}
WORKING = {
    "working_type": "LIMIT",
    "working_side": "BUY",
    "working_price": 60000,
    "working_quantity": 0.1,
    "working_time_in_force": "GTC",
    "pending_side": "SELL",
    "pending_quantity": 0.1,
    "list_client_order_id": "list",
}
OTO = WORKING | {
    "working_iceberg_qty": 0.01,  # the SDK does not do without it
    "pending_type": "LIMIT",
    "pending_price": 70000,
    "pending_time_in_force": "GTC",
}
OTOCO = WORKING | {
    "pending_above_type": "LIMIT_MAKER",
    "pending_above_price": 70000,
    "pending_below_type": "STOP_LOSS",
    "pending_below_stop_price": 59000,
}


@pytest.fixture(autouse=True)
def as_declared(caplog: pytest.LogCaptureFixture) -> Any:
    """The SDK warns of answers that are not of its declared types; none of those here is one."""
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.message for record in caplog.records if "did not match" in record.message] == []
    assert [record.message for record in caplog.records if "Failed to parse" in record.message] == []


def symbol(flags: dict[str, str]) -> dict[str, str]:
    """The symbol of a list is named for isolated accounts alone."""
    return {"symbol": "BTCUSDT", **flags} if flags else {}


@pytest.mark.parametrize("flags", FLAGS)
def test_it_places_finds_and_cancels_an_order(margin: Any, flags: dict[str, str]) -> None:
    placed = data(
        margin.margin_account_new_order("BTCUSDT", "BUY", "LIMIT", new_client_order_id="mine", **LIMIT, **flags)
    )
    found = data(margin.query_margin_accounts_order("BTCUSDT", orig_client_order_id="mine", **flags))

    assert (placed.status, placed.is_isolated, placed.fills) == ("NEW", bool(flags), [])
    assert (found.order_id, found.is_isolated) == (placed.order_id, bool(flags))
    open_orders = data(margin.query_margin_accounts_open_orders("BTCUSDT", **flags))
    assert [each.client_order_id for each in open_orders] == ["mine"]
    cancelled = data(margin.margin_account_cancel_order("BTCUSDT", orig_client_order_id="mine", **flags))
    assert (cancelled.status, cancelled.order_id, cancelled.is_isolated) == (
        "CANCELED",
        str(placed.order_id),
        bool(flags),
    )
    history = data(margin.query_margin_accounts_all_orders("BTCUSDT", **flags))
    assert [each.status for each in history] == ["CANCELED"]


@pytest.mark.parametrize("flags", FLAGS)
def test_it_trades_with_borrowed_money(margin: Any, paper: PaperClient, flags: dict[str, str]) -> None:
    none = {"USDT": "0", "BTC": "0"}
    paper.control("margin", {"cross": none, "BTCUSDT": none})
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["65000", "1"]]}})

    bought = data(
        margin.margin_account_new_order(
            "BTCUSDT", "BUY", "MARKET", quantity=0.1, side_effect_type="MARGIN_BUY", **flags
        )
    )

    assert (bought.margin_buy_borrow_amount, bought.margin_buy_borrow_asset) == (6_500, "USDT")
    trades = data(margin.query_margin_accounts_trade_list("BTCUSDT", **flags))
    assert [(each.order_id, each.is_isolated) for each in trades] == [(bought.order_id, bool(flags))]
    if flags:
        pair = data(margin.query_isolated_margin_account_info(symbols="BTCUSDT")).assets[0]
        assert (pair.quote_asset.borrowed, pair.base_asset.free) == ("6500.00000000", "0.09990000")
    else:
        held = {each.asset: each for each in data(margin.query_cross_margin_account_details()).user_assets}
        assert (held["USDT"].borrowed, held["BTC"].free) == ("6500.00000000", "0.09990000")


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize(
    ("method", "sides", "parameters"),
    [
        ("margin_account_new_oco", {"side": "SELL"}, OCO),
        ("margin_account_new_oto", {}, OTO),
        ("margin_account_new_otoco", {}, OTOCO),
    ],
)
def test_it_places_finds_and_cancels_a_list(
    margin: Any, flags: dict[str, str], method: str, sides: dict[str, str], parameters: dict[str, object]
) -> None:
    placed = data(getattr(margin, method)("BTCUSDT", **sides, **parameters, **flags))

    found = data(margin.query_margin_accounts_oco(orig_client_order_id="list", **symbol(flags)))
    assert (found.order_list_id, found.is_isolated) == (placed.order_list_id, bool(flags))
    assert [each.order_list_id for each in data(margin.query_margin_accounts_open_oco(**symbol(flags)))] == [
        placed.order_list_id
    ]
    assert len(data(margin.query_margin_accounts_all_oco(**symbol(flags)))) == 1
    cancelled = data(margin.margin_account_cancel_oco("BTCUSDT", list_client_order_id="list", **flags))
    assert cancelled.list_order_status == "ALL_DONE"
    assert len(cancelled.order_reports) == len(placed.orders)


@pytest.mark.parametrize("flags", FLAGS)
def test_it_cancels_all_orders_of_a_symbol(margin: Any, flags: dict[str, str]) -> None:
    data(margin.margin_account_new_order("BTCUSDT", "BUY", "LIMIT", new_client_order_id="mine", **LIMIT, **flags))
    data(margin.margin_account_new_oco("BTCUSDT", side="SELL", **OCO, **flags))

    cancelled = data(margin.margin_account_cancel_all_open_orders_on_a_symbol("BTCUSDT", **flags))

    assert [each.orig_client_order_id or each.list_client_order_id for each in cancelled] == ["mine", "list"]


def test_it_reads_what_can_be_traded_and_borrowed(margin: Any) -> None:
    assert "BTCUSDT" in [each.symbol for each in data(margin.get_all_cross_margin_pairs())]
    assert "BTCUSDT" in [each.symbol for each in data(margin.get_all_isolated_margin_symbol())]
    assert {each.asset_name: each.is_borrowable for each in data(margin.get_all_margin_assets())}["BTC"]
    assert data(margin.query_max_borrow("BTC")).amount == "10.00000000"
    assert data(margin.query_max_borrow("BTC", isolated_symbol="BTCUSDT")).borrow_limit == "10.00000000"
    assert data(margin.query_current_margin_order_count_usage())[0].count == 0
    assert len(data(margin.query_isolated_margin_account_info()).assets) == 5


def test_it_borrows_and_repays_by_hand(margin: Any) -> None:
    for what in ("BORROW", "REPAY"):
        done = data(margin.margin_account_borrow_repay("USDT", is_isolated="FALSE", amount="100", type=what))
        assert done.tran_id > 0
    data(margin.margin_account_borrow_repay("BTC", is_isolated="TRUE", amount="1", type="BORROW", symbol="BTCUSDT"))

    assert (
        data(margin.query_isolated_margin_account_info(symbols="BTCUSDT")).assets[0].base_asset.borrowed == "1.00000000"
    )


def test_it_understands_refusals(margin: Any, paper: PaperClient) -> None:
    data(margin.margin_account_new_order("BTCUSDT", "BUY", "LIMIT", new_client_order_id="mine", **LIMIT))

    with pytest.raises(BadRequestError, match="Order does not exist"):
        margin.query_margin_accounts_order("BTCUSDT", orig_client_order_id="mine", is_isolated="TRUE")
    paper.control("lending", {"limits": {"USDT": "1"}})
    with pytest.raises(BadRequestError, match="exceed maximum borrow amount"):
        margin.margin_account_new_order("BTCUSDT", "BUY", "MARKET", quantity=5, side_effect_type="MARGIN_BUY")
