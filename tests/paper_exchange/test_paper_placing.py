"""New orders: what fills, what rests, what expires, and how each is told."""

from decimal import Decimal

import pytest

from tests.paper_exchange.paper_client import PaperClient, error


def test_a_market_buy_fills_at_the_best_ask_and_pays_commission_in_the_base_asset(paper: PaperClient) -> None:
    paper.control("prices", {"BTCUSDT": "50000"})

    order = paper.market("BUY", "0.01", newClientOrderId="one").json()

    assert order["status"] == "FILLED"
    assert order["clientOrderId"] == "one"
    assert order["price"] == "0.00000000"
    assert order["executedQty"] == "0.01000000"
    assert order["cummulativeQuoteQty"] == "500.00010000"
    assert order["fills"] == [
        {
            "price": "50000.01000000",
            "qty": "0.01000000",
            "commission": "0.00001000",
            "commissionAsset": "BTC",
            "tradeId": 1,
        }
    ]
    assert paper.balance("USDT") == ("999499.99990000", "0.00000000")
    assert paper.balance("BTC") == ("100.00999000", "0.00000000")


def test_a_market_sell_pays_commission_in_the_quote_asset(paper: PaperClient) -> None:
    paper.control("prices", {"BTCUSDT": "50000"})

    fill = paper.market("SELL", "0.01").json()["fills"][0]

    assert (fill["price"], fill["commission"], fill["commissionAsset"]) == ("49999.99000000", "0.49999990", "USDT")


def test_a_large_order_walks_the_book(paper: PaperClient) -> None:
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["100", "1"], ["101", "2"], ["102", "3"]]}})

    order = paper.market("BUY", "4").json()

    assert [(fill["price"], fill["qty"]) for fill in order["fills"]] == [
        ("100.00000000", "1.00000000"),
        ("101.00000000", "2.00000000"),
        ("102.00000000", "1.00000000"),
    ]
    assert order["cummulativeQuoteQty"] == "404.00000000"


@pytest.mark.parametrize(
    ("asks", "executed"), [([], "0.00000000"), ([["65000", "0.3"]], "0.30000000")], ids=["none", "some"]
)
def test_a_market_order_without_enough_liquidity_is_200_and_expired(
    paper: PaperClient, asks: list[list[str]], executed: str
) -> None:
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": asks}})

    answer = paper.market("BUY", "1")

    assert answer.status_code == 200
    order = answer.json()
    assert (order["status"], order["executedQty"]) == ("EXPIRED", executed)
    assert order["expiryReason"] == "INSUFFICIENT_LIQUIDITY"


def test_a_quote_sized_buy_spends_as_much_as_the_lot_size_allows(paper: PaperClient) -> None:
    order = paper.signed(
        "POST", "/api/v3/order", symbol="DOGEUSDT", side="BUY", type="MARKET", quoteOrderQty="100"
    ).json()

    assert order["origQuoteOrderQty"] == "100.00000000"
    assert order["executedQty"] == order["origQty"] == "666.00000000"
    assert Decimal(order["cummulativeQuoteQty"]) == Decimal("666") * Decimal("0.15001")


@pytest.mark.parametrize(
    ("book", "text"),
    [
        ([], "Order book liquidity is less than symbol minimum quantity."),
        ([["0.15", "0.5"]], "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."),
    ],
)
def test_a_quote_sized_order_needs_a_book(paper: PaperClient, book: list[list[str]], text: str) -> None:
    paper.control("books", {"DOGEUSDT": {"bids": book, "asks": book}})

    answer = paper.signed("POST", "/api/v3/order", symbol="DOGEUSDT", side="SELL", type="MARKET", quoteOrderQty="100")

    assert error(answer) == (400, -2010, text)


def test_a_limit_order_rests_and_holds_its_funds_until_it_is_cancelled(paper: PaperClient) -> None:
    order = paper.limit("BUY", "0.5", "60000", newClientOrderId="resting").json()
    assert (order["status"], order["executedQty"], order["fills"]) == ("NEW", "0.00000000", [])
    assert paper.balance("USDT") == ("970000.00000000", "30000.00000000")

    cancelled = paper.cancel("resting").json()

    assert (cancelled["status"], cancelled["origClientOrderId"]) == ("CANCELED", "resting")
    assert cancelled["clientOrderId"] != "resting"
    assert paper.balance("USDT") == ("1000000.00000000", "0.00000000")


def test_a_resting_order_is_filled_at_its_own_price_when_the_market_comes_to_it(paper: PaperClient) -> None:
    paper.limit("BUY", "1", "60000", newClientOrderId="resting")

    paper.control("prices", {"BTCUSDT": "59990"})

    order = paper.find("resting").json()
    assert (order["status"], order["cummulativeQuoteQty"]) == ("FILLED", "60000.00000000")
    assert paper.balance("USDT") == ("940000.00000000", "0.00000000")


def test_a_limit_order_takes_what_there_is_and_rests_with_the_remainder(paper: PaperClient) -> None:
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["64000", "0.4"], ["66000", "9"]]}})

    order = paper.limit("BUY", "1", "65000", newClientOrderId="both").json()

    assert (order["status"], order["executedQty"]) == ("PARTIALLY_FILLED", "0.40000000")
    # 0.4 BTC paid at 64,000; 0.6 BTC still to be paid at up to 65,000.
    assert paper.balance("USDT") == ("935400.00000000", "39000.00000000")


@pytest.mark.parametrize(
    ("time_in_force", "executed", "reason"),
    [
        ("IOC", "0.40000000", "UNFILLED_IOC_QUANTITY_EXPIRED"),
        ("FOK", "0.00000000", "UNFILLED_FOK_ORDER_EXPIRED"),
    ],
)
def test_immediate_orders_expire_instead_of_resting(
    paper: PaperClient, time_in_force: str, executed: str, reason: str
) -> None:
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["64000", "0.4"]]}})

    order = paper.limit("BUY", "1", "65000", timeInForce=time_in_force).json()

    assert (order["status"], order["executedQty"], order["expiryReason"]) == ("EXPIRED", executed, reason)
    assert paper.balance("USDT")[1] == "0.00000000"


def test_a_fill_or_kill_order_that_fits_is_filled(paper: PaperClient) -> None:
    assert paper.limit("BUY", "1", "66000", timeInForce="FOK").json()["status"] == "FILLED"


def test_the_answer_has_the_asked_detail(paper: PaperClient) -> None:
    acknowledged = paper.market(newOrderRespType="ACK").json()
    result = paper.market(newOrderRespType="RESULT").json()
    full = paper.market(newOrderRespType="FULL").json()

    assert set(acknowledged) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    assert set(full) - set(result) == {"fills"}
    assert set(result) - set(acknowledged) == {
        "price",
        "origQty",
        "executedQty",
        "origQuoteOrderQty",
        "cummulativeQuoteQty",
        "status",
        "timeInForce",
        "type",
        "side",
        "workingTime",
        "selfTradePreventionMode",
    }
    assert set(paper.market().json()) == set(full)


def test_too_little_balance_is_refused_and_changes_nothing(paper: PaperClient) -> None:
    paper.control("balances", {"USDT": "100", "BTC": "0.005"})

    for refused in (paper.market("BUY"), paper.limit("BUY"), paper.market("SELL"), paper.limit("SELL", price="70000")):
        assert error(refused) == (400, -2010, "Account has insufficient balance for requested action.")

    assert (paper.balance("USDT"), paper.balance("BTC")) == (
        ("100.00000000", "0.00000000"),
        ("0.00500000", "0.00000000"),
    )
    assert paper.seen("orders") == []


def test_a_client_order_id_is_unique_among_open_orders_only(paper: PaperClient) -> None:
    filled = [paper.market(newClientOrderId="again").json()["orderId"] for _ in range(2)]
    assert filled == [1, 2], "a filled order frees its id: the second one was bought as well"

    assert paper.limit(newClientOrderId="again").json()["status"] == "NEW"
    assert error(paper.market(newClientOrderId="again")) == (400, -2010, "Duplicate order sent.")
    assert error(paper.limit(newClientOrderId="again")) == (400, -2010, "Duplicate order sent.")

    paper.cancel("again")
    assert paper.market(newClientOrderId="again").json()["status"] == "FILLED"


def test_an_order_on_a_symbol_that_is_not_trading_is_refused(paper: PaperClient) -> None:
    answer = paper.market(symbol="BTTUSDT", quantity="10000")

    assert error(answer) == (400, -1013, "Market is closed.")


def test_a_type_that_the_symbol_does_not_take_is_refused(paper: PaperClient) -> None:
    stop = paper.signed(
        "POST", "/api/v3/order", symbol="SHIBUSDT", side="SELL", type="STOP_LOSS", quantity="1", stopPrice="60000"
    )
    assert error(stop) == (400, -2010, "Stop loss orders are not supported for this symbol.")

    paper.control("symbols", {"symbol": "BTCUSDT", "orderTypes": ["LIMIT"]})
    assert error(paper.market()) == (400, -2010, "Market orders are not supported for this symbol.")


def test_a_test_order_is_checked_and_not_placed(paper: PaperClient) -> None:
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}

    accepted = paper.signed("POST", "/api/v3/order/test", **order, quantity="0.01")
    with_rates = paper.signed("POST", "/api/v3/order/test", **order, quantity="0.01", computeCommissionRates="true")
    refused = paper.signed("POST", "/api/v3/order/test", **order, quantity="0.000001")

    assert (accepted.status_code, accepted.json()) == (200, {})
    assert with_rates.json()["standardCommissionForOrder"] == {"maker": "0.00100000", "taker": "0.00100000"}
    assert error(refused) == (400, -1013, "Filter failure: LOT_SIZE")
    assert paper.seen("orders") == []
