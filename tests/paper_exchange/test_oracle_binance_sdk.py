"""The exchange's own SDK, unchanged but for its base URL, takes the paper exchange for Binance."""

from typing import Any

import pytest
from binance_common.errors import BadRequestError, RateLimitBanError, TooManyRequestsError, UnauthorizedError

from tests.paper_exchange.oracles import data, rest_api
from tests.paper_exchange.paper_client import PaperClient


def test_it_reads_rules_and_prices(spot: Any) -> None:
    info = data(spot.exchange_info(symbol="BTCUSDT"))
    both = data(spot.exchange_info(symbols=["BTCUSDT", "币安人生USDT"]))

    assert info.symbols[0].status == "TRADING"
    assert [symbol.symbol for symbol in both.symbols] == ["BTCUSDT", "币安人生USDT"]
    assert data(spot.time()).server_time > 0
    assert data(spot.avg_price("BTCUSDT")).price == "65000.00000000"
    assert data(spot.depth("BTCUSDT", limit=1)).asks == [["65000.01000000", "5.00000000"]]
    assert data(spot.ticker_price(symbol="BTCUSDT")).actual_instance.price == "65000.00000000"


def test_it_places_orders_and_finds_them_by_client_id(spot: Any) -> None:
    bought = data(spot.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01, new_client_order_id="bought"))
    data(
        spot.new_order(
            "BTCUSDT", "BUY", "LIMIT", time_in_force="GTC", quantity=0.01, price=60000, new_client_order_id="resting"
        )
    )

    assert (bought.status, bought.executed_qty, bought.fills[0].commission_asset) == ("FILLED", "0.01000000", "BTC")
    found = data(spot.get_order("BTCUSDT", orig_client_order_id="bought"))
    assert (found.order_id, found.status) == (bought.order_id, "FILLED")
    assert [order.client_order_id for order in data(spot.get_open_orders())] == ["resting"]
    assert [order.status for order in data(spot.all_orders("BTCUSDT"))] == ["FILLED", "NEW"]
    assert len(data(spot.my_trades("BTCUSDT"))) == 1
    cancelled = data(spot.delete_order("BTCUSDT", orig_client_order_id="resting"))
    assert (cancelled.status, cancelled.orig_client_order_id) == ("CANCELED", "resting")


def test_it_spends_a_quote_amount_in_a_symbol_that_is_not_ascii(spot: Any) -> None:
    bought = data(spot.new_order("币安人生USDT", "BUY", "MARKET", quote_order_qty=100))

    assert (bought.symbol, bought.status) == ("币安人生USDT", "FILLED")


def test_it_tests_an_order(spot: Any) -> None:
    tested = data(spot.order_test("BTCUSDT", "BUY", "MARKET", quantity=0.01, compute_commission_rates=True))

    assert tested.standard_commission_for_order.taker == "0.00100000"
    assert data(spot.get_open_orders()) == []


def test_it_reads_the_account_and_its_limits(spot: Any) -> None:
    account = data(spot.get_account(omit_zero_balances=True))
    usdt = next(balance for balance in account.balances if balance.asset == "USDT")
    response = spot.rate_limit_order()

    assert (usdt.free, account.can_trade) == ("1000000.00000000", True)
    assert [(each.interval, each.limit, each.count) for each in data(response)] == [
        ("SECOND", 50, 0),
        ("DAY", 160_000, 0),
    ]
    assert {(limit.interval, limit.intervalNum, limit.count) for limit in response.rate_limits} == {("MINUTE", 1, 60)}


@pytest.mark.parametrize(
    ("quantity", "code", "text"),
    [
        (90, -2010, "Account has insufficient balance for requested action."),
        (0.0001234, -1013, "Filter failure: LOT_SIZE"),
    ],
)
def test_it_understands_a_refused_order(spot: Any, quantity: float, code: int, text: str) -> None:
    with pytest.raises(BadRequestError) as refusal:
        spot.new_order("BTCUSDT", "BUY", "MARKET", quantity=quantity)

    assert (refusal.value.status_code, refusal.value.error_message) == (code, text)


def test_it_understands_other_refusals(exchange_url: str, spot: Any, paper: PaperClient) -> None:
    with pytest.raises(BadRequestError, match="Order does not exist"):
        spot.get_order("BTCUSDT", order_id=404)
    with pytest.raises(BadRequestError, match="Unknown order sent"):
        spot.delete_order("BTCUSDT", order_id=404)
    with pytest.raises(UnauthorizedError, match="Invalid API-key"):
        rest_api(exchange_url, key="someone-else").get_account()
    paper.arm("rate_limit", seconds=1)
    with pytest.raises(TooManyRequestsError):
        spot.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01)
    paper.arm("ban", seconds=1)
    with pytest.raises(RateLimitBanError):
        spot.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01)
