"""The exchange's own SDKs of futures, unchanged but for their base URL, take the paper exchange for Binance."""

from typing import Any

import pytest
from binance_common.errors import BadRequestError, RateLimitBanError, TooManyRequestsError

from tests.paper_exchange.oracles import data
from tests.paper_exchange.paper_client import PaperClient


def test_usdm_reads_rules_and_prices(usdm: Any) -> None:
    info = data(usdm.exchange_information())

    assert [(each.symbol, each.status, each.margin_asset) for each in info.symbols] == [
        ("BTCUSDT", "TRADING", "USDT"),
        ("ETHUSDT", "TRADING", "USDT"),
    ]
    assert {each.filter_type for each in info.symbols[0].filters} >= {"PRICE_FILTER", "MIN_NOTIONAL", "PERCENT_PRICE"}
    assert (info.rate_limits[0].rate_limit_type, info.rate_limits[0].limit) == ("REQUEST_WEIGHT", 2_400)
    assert data(usdm.check_server_time()).server_time > 0
    assert data(usdm.symbol_price_ticker(symbol="BTCUSDT")).actual_instance.price == "65000.00"
    assert len(data(usdm.symbol_price_ticker_v2()).actual_instance) == 2
    assert data(usdm.mark_price("BTCUSDT")).actual_instance.mark_price == "65000.00000000"


def test_usdm_places_finds_amends_and_cancels(usdm: Any) -> None:
    bought = data(
        usdm.new_order(
            "BTCUSDT",
            "BUY",
            "MARKET",
            quantity=0.01,
            new_client_order_id="bought",
            new_order_resp_type="RESULT",
        )
    )
    limit = {"time_in_force": "GTC", "quantity": 0.01, "price": 60000.1, "new_client_order_id": "resting"}
    assert data(usdm.new_order("BTCUSDT", "BUY", "LIMIT", **limit)).status == "NEW"

    amended = data(usdm.modify_order("BTCUSDT", "BUY", 0.02, 61000, orig_client_order_id="resting"))

    found = data(usdm.query_order("BTCUSDT", orig_client_order_id="bought"))
    assert (bought.status, found.order_id, found.avg_price) == ("FILLED", bought.order_id, "65000.10000")
    assert (amended.price, amended.orig_qty) == ("61000.00", "0.020")
    assert data(usdm.query_current_open_order("BTCUSDT", orig_client_order_id="resting")).orig_qty == "0.020"
    assert [each.client_order_id for each in data(usdm.current_all_open_orders())] == ["resting"]
    assert data(usdm.cancel_order("BTCUSDT", orig_client_order_id="resting")).status == "CANCELED"
    assert [each.status for each in data(usdm.all_orders("BTCUSDT"))] == ["FILLED", "CANCELED"]
    assert [each.realized_pnl for each in data(usdm.account_trade_list("BTCUSDT"))] == ["0.00000000"]
    assert data(usdm.cancel_all_open_orders("BTCUSDT")).code == 200
    assert data(usdm.test_order("BTCUSDT", "BUY", "MARKET", quantity=0.01)).status == "NEW"


def test_usdm_places_finds_and_cancels_conditional_orders(usdm: Any, paper: PaperClient) -> None:
    stop = {"quantity": 0.01, "trigger_price": 60000, "reduce_only": "true", "price_protect": "TRUE"}
    trailing = {"quantity": 0.01, "activate_price": 70000, "callback_rate": 1.5, "client_algo_id": "trail"}
    new = usdm.new_algo_order
    data(usdm.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01))
    placed = data(new("CONDITIONAL", "BTCUSDT", "SELL", "STOP_MARKET", **stop, client_algo_id="stop"))
    data(new("CONDITIONAL", "BTCUSDT", "SELL", "TAKE_PROFIT_MARKET", trigger_price=70000, close_position="true"))
    data(new("CONDITIONAL", "BTCUSDT", "SELL", "TRAILING_STOP_MARKET", **trailing))

    found = data(usdm.query_algo_order(client_algo_id="stop"))
    assert (found.algo_id, found.algo_status, found.actual_order_id) == (placed.algo_id, "NEW", "")
    assert len(data(usdm.current_all_algo_open_orders())) == 3
    assert data(usdm.cancel_algo_order(client_algo_id="trail")).code == "200"
    paper.control("linear/prices", {"BTCUSDT": "60000"})

    ended = {each.client_algo_id: each for each in data(usdm.query_all_algo_orders("BTCUSDT"))}
    assert (ended["stop"].algo_status, ended["trail"].algo_status) == ("FINISHED", "CANCELED")
    actual = data(usdm.query_order("BTCUSDT", order_id=int(ended["stop"].actual_order_id)))
    assert (actual.status, actual.reduce_only) == ("FILLED", True)
    assert data(usdm.cancel_all_algo_open_orders("BTCUSDT")).code == 200


def test_usdm_reads_and_sets_what_the_account_has(usdm: Any) -> None:
    data(usdm.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01))

    assert [each.position_amt for each in data(usdm.position_information_v2(symbol="BTCUSDT"))] == ["0.010"]
    assert [each.margin_asset for each in data(usdm.position_information_v3())] == ["USDT"]
    assert data(usdm.futures_account_balance_v2())[0].asset == data(usdm.futures_account_balance_v3())[0].asset
    assert data(usdm.account_information_v2()).can_trade is True
    assert data(usdm.account_information_v3()).positions[0].symbol == "BTCUSDT"
    assert data(usdm.get_current_multi_assets_mode()).multi_assets_margin is False
    assert data(usdm.get_current_position_mode()).dual_side_position is False
    assert data(usdm.change_initial_leverage("BTCUSDT", 5)).leverage == 5
    assert data(usdm.change_margin_type("ETHUSDT", "ISOLATED")).code == 200
    configured = {each.symbol: each for each in data(usdm.symbol_configuration())}
    assert (configured["BTCUSDT"].leverage, configured["ETHUSDT"].margin_type) == (5, "ISOLATED")
    assert data(usdm.futures_account_configuration()).dual_side_position is False


def test_coinm_reads_rules_and_prices(coinm: Any) -> None:
    info = data(coinm.exchange_information())

    assert [(each.symbol, each.contract_size, each.margin_asset) for each in info.symbols] == [
        ("BTCUSD_PERP", 100, "BTC"),
        ("ETHUSD_PERP", 10, "ETH"),
    ]
    assert data(coinm.check_server_time()).server_time > 0
    assert [each.price for each in data(coinm.symbol_price_ticker(symbol="BTCUSD_PERP"))] == ["65000.0"]
    marks = data(coinm.index_price_and_mark_price(symbol="BTCUSD_PERP"))
    assert [each.mark_price for each in marks] == ["65000.00000000"]


def test_coinm_places_finds_amends_and_cancels(coinm: Any) -> None:
    names = {"new_client_order_id": "bought", "new_order_resp_type": "RESULT"}
    bought = data(coinm.new_order("BTCUSD_PERP", "BUY", "MARKET", quantity=3, **names))
    limit = {"time_in_force": "GTC", "quantity": 3, "price": 60000.1, "new_client_order_id": "resting"}
    data(coinm.new_order("BTCUSD_PERP", "BUY", "LIMIT", **limit))

    change = {"orig_client_order_id": "resting", "quantity": 4, "price": 61000}
    amended = data(coinm.modify_order("BTCUSD_PERP", "BUY", **change))

    found = data(coinm.query_order("BTCUSD_PERP", orig_client_order_id="bought"))
    assert (bought.status, found.avg_price, found.cum_base) == ("FILLED", "65000.10000", "0.00461538")
    assert (amended.price, amended.orig_qty) == ("61000.0", "4")
    assert [each.client_order_id for each in data(coinm.current_all_open_orders())] == ["resting"]
    assert data(coinm.cancel_order("BTCUSD_PERP", orig_client_order_id="resting")).status == "CANCELED"
    assert len(data(coinm.all_orders(symbol="BTCUSD_PERP"))) == 2
    assert [each.base_qty for each in data(coinm.account_trade_list(symbol="BTCUSD_PERP"))] == ["0.00461538"]
    assert {each.symbol: each.position_amt for each in data(coinm.position_information())}["BTCUSD_PERP"] == "3"
    assert {each.asset for each in data(coinm.futures_account_balance())} == {"BTC", "ETH"}
    assert data(coinm.account_information()).can_trade is True
    assert data(coinm.change_initial_leverage("BTCUSD_PERP", 5)).leverage == 5


def test_they_understand_refusals(usdm: Any, coinm: Any, paper: PaperClient) -> None:
    for new, symbol in ((usdm.new_order, "BTCUSDT"), (coinm.new_order, "BTCUSD_PERP")):
        with pytest.raises(BadRequestError) as refusal:
            new(symbol, "SELL", "STOP_MARKET", quantity=3)
        assert refusal.value.status_code == -4120
        with pytest.raises(BadRequestError, match="ReduceOnly Order is rejected"):
            new(symbol, "SELL", "MARKET", quantity=3, reduce_only="true")
        paper.arm("rate_limit", seconds=1)
        with pytest.raises(TooManyRequestsError):
            new(symbol, "BUY", "MARKET", quantity=3)
        paper.arm("ban", seconds=1)
        with pytest.raises(RateLimitBanError):
            new(symbol, "BUY", "MARKET", quantity=3)
