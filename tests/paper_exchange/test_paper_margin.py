"""Margin accounts: cross and isolated ones trade on Spot's markets, and each knows its own orders alone."""

from decimal import Decimal
from typing import Any

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_margin import BOTH, ISOLATED, MARGIN, balance, cancel, find, get, limit, market

NO_SUCH_ORDER = (400, -2013, "Order does not exist.")


def other(flags: dict[str, str]) -> dict[str, str]:
    return {} if flags else ISOLATED


@pytest.mark.parametrize("flags", BOTH)
def test_an_order_is_placed_found_and_cancelled(paper: PaperClient, flags: dict[str, str]) -> None:
    placed = limit(paper, "mine", **flags).json()
    found = find(paper, "mine", **flags).json()
    cancelled = cancel(paper, "mine", **flags).json()

    assert (placed["status"], placed["fills"], placed["isIsolated"]) == ("NEW", [], bool(flags))
    assert (found["orderId"], found["status"], found["isIsolated"]) == (placed["orderId"], "NEW", bool(flags))
    assert (cancelled["orderId"], cancelled["status"]) == (str(placed["orderId"]), "CANCELED")
    assert (cancelled["origClientOrderId"], cancelled["isIsolated"]) == ("mine", bool(flags))
    assert find(paper, "mine", **flags).json()["status"] == "CANCELED"


@pytest.mark.parametrize("flags", BOTH)
def test_an_order_is_not_found_without_the_flag_it_was_placed_with(paper: PaperClient, flags: dict[str, str]) -> None:
    number = limit(paper, "mine", **flags).json()["orderId"]

    assert error(find(paper, "mine", **other(flags))) == NO_SUCH_ORDER
    assert error(cancel(paper, "mine", **other(flags))) == (400, -2011, "Unknown order sent.")
    by_number = {"symbol": "BTCUSDT", "orderId": number}
    assert error(paper.signed("GET", f"{MARGIN}/order", **by_number, **other(flags))) == NO_SUCH_ORDER
    assert error(paper.signed("GET", "/api/v3/order", **by_number)) == NO_SUCH_ORDER
    assert error(paper.find("mine")) == NO_SUCH_ORDER


def test_the_three_accounts_may_use_the_same_client_order_id(paper: PaperClient) -> None:
    paper.limit(newClientOrderId="same")
    numbers = [limit(paper, "same", **flags).json()["orderId"] for flags in BOTH]

    assert len({*numbers, paper.find("same").json()["orderId"]}) == 3
    for flags in BOTH:
        assert error(limit(paper, "same", **flags)) == (400, -2010, "Duplicate order sent.")


@pytest.mark.parametrize("flags", BOTH)
def test_orders_trade_on_the_market_that_spot_trades_on(paper: PaperClient, flags: dict[str, str]) -> None:
    limit(paper, "resting", **flags)
    paper.limit(newClientOrderId="spot")

    paper.control("prices", {"BTCUSDT": "59000"})

    assert find(paper, "resting", **flags).json()["status"] == paper.find("spot").json()["status"] == "FILLED"
    assert market(paper, quantity="0.01", **flags).json()["fills"][0]["price"] == "59000.01000000"


def test_each_account_pays_with_its_own_money(paper: PaperClient) -> None:
    assert balance(paper, "USDT", {}) == (100_000, 0, 0)
    assert balance(paper, "USDT", ISOLATED) == (10_000, 0, 0)

    limit(paper, "mine", **ISOLATED)

    assert balance(paper, "USDT", {}) == (100_000, 0, 0)
    assert balance(paper, "USDT", ISOLATED) == (4_000, 6_000, 0)
    assert paper.balance("USDT") == ("1000000.00000000", "0.00000000")
    assert error(limit(paper, "too-much", quantity="1", **ISOLATED)) == (
        400,
        -2010,
        "Account has insufficient balance for requested action.",
    )


@pytest.mark.parametrize("flags", BOTH)
def test_lookups_tell_the_orders_and_trades_of_the_account_alone(paper: PaperClient, flags: dict[str, str]) -> None:
    limit(paper, "theirs", **other(flags))
    bought = market(paper, quantity="0.01", **flags).json()
    limit(paper, "open", **flags)
    symbol: dict[str, Any] = {"symbol": "BTCUSDT", **flags}

    assert [each["clientOrderId"] for each in get(paper, "openOrders", **symbol)] == ["open"]
    assert [each["status"] for each in get(paper, "allOrders", **symbol)] == ["FILLED", "NEW"]
    trades = get(paper, "myTrades", **symbol)
    assert [(each["orderId"], each["isIsolated"]) for each in trades] == [(bought["orderId"], bool(flags))]
    counts = get(paper, "rateLimit/order", **(symbol if flags else {}))
    assert [(each["interval"], each["count"]) for each in counts] == [("SECOND", 1), ("DAY", 1)]


@pytest.mark.parametrize("flags", BOTH)
def test_all_open_orders_of_a_symbol_are_cancelled_at_once(paper: PaperClient, flags: dict[str, str]) -> None:
    for name in ("one", "two"):
        limit(paper, name, quantity="0.05", **flags)
    limit(paper, "theirs", **other(flags))

    cancelled = paper.signed("DELETE", f"{MARGIN}/openOrders", symbol="BTCUSDT", **flags).json()

    assert [each["origClientOrderId"] for each in cancelled] == ["one", "two"]
    assert find(paper, "theirs", **other(flags)).json()["status"] == "NEW"
    assert balance(paper, "USDT", flags)[1] == 0


def test_an_isolated_account_trades_its_symbol_alone(paper: PaperClient) -> None:
    assert limit(paper, "eth", symbol="ETHUSDT", price="3000", **ISOLATED).json()["isIsolated"]

    assert find(paper, "eth", **ISOLATED).status_code == 400
    assert get(paper, "openOrders") == []
    assert [each["clientOrderId"] for each in get(paper, "openOrders", symbol="ETHUSDT", **ISOLATED)] == ["eth"]
    without = paper.signed("GET", f"{MARGIN}/openOrders", **ISOLATED)
    assert error(without)[1:] == (-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.")


@pytest.mark.parametrize(
    ("flag", "status"), [("TRUE", 200), ("true", 200), ("FALSE", 200), ("false", 200), ("yes", 400), ("1", 400)]
)
def test_the_flag_is_a_text(paper: PaperClient, flag: str, status: int) -> None:
    answer = limit(paper, "mine", isIsolated=flag)

    assert answer.status_code == status
    if status == 400:
        assert error(answer) == (400, -1130, "Data sent for parameter 'isIsolated' is not valid.")
    else:
        assert answer.json()["isIsolated"] == (flag.upper() == "TRUE")


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"symbol": "SHIBUSDT"}, -3028, "Not a valid margin pair."),
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        ({"price": "0.01"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        ({"sideEffectType": "BORROW"}, -1130, "Data sent for parameter 'sideEffectType' is not valid."),
        ({"strategyId": "1"}, -1106, "Parameter 'strategyId' sent when not required."),
        ({"pegPriceType": "PRIMARY_PEG"}, -1106, "Parameter 'pegPriceType' sent when not required."),
        ({"nonsense": "1"}, -1104, None),
    ],
)
def test_what_margin_does_not_take_is_refused(
    paper: PaperClient, flags: dict[str, str], change: dict[str, str], code: int, text: str | None
) -> None:
    refused = error(limit(paper, "mine", **flags, **change))

    assert refused == (400, code, text or refused[2])
    assert get(paper, "openOrders", symbol="BTCUSDT", **flags) == []


def test_a_symbol_can_be_taken_out_of_margin_trading(paper: PaperClient) -> None:
    pairs = {each["symbol"] for each in get(paper, "allPairs")}
    paper.control("symbols", {"symbol": "BTCUSDT", "isMarginTradingAllowed": False})

    assert pairs - {each["symbol"] for each in get(paper, "allPairs")} == {"BTCUSDT"}
    assert error(limit(paper, "mine"))[1] == -3028
    assert paper.limit().status_code == 200
    info = paper.public("/api/v3/exchangeInfo", symbol="BTCUSDT").json()["symbols"][0]
    assert (info["isMarginTradingAllowed"], info["permissionSets"]) == (False, [["SPOT"]])


def test_pairs_and_assets_are_told_to_every_key_without_a_signature(paper: PaperClient) -> None:
    for path in ("allPairs", "isolated/allPairs"):
        told = paper.public(f"{MARGIN}/{path}", symbol="BTCUSDT").json()
        assert [(each["symbol"], each["base"], each["quote"]) for each in told] == [("BTCUSDT", "BTC", "USDT")]
    assets = {each["assetName"]: each["isBorrowable"] for each in paper.public(f"{MARGIN}/allAssets").json()}
    assert (assets["BTC"], assets["BTT"]) == (True, False)
    assert error(paper.public(f"{MARGIN}/allAssets", asset="NOPE"))[1:] == (-3027, "Not a valid margin asset.")

    paper.key = "someone-else"
    assert error(paper.public(f"{MARGIN}/allPairs"))[1] == -2015


def test_the_account_is_worth_what_it_has_less_what_it_owes(paper: PaperClient) -> None:
    market(paper, quantity="2", sideEffectType="MARGIN_BUY")

    told = get(paper, "account")
    isolated = get(paper, "isolated/account")

    worth, debt, net = (Decimal(told[f"total{what}OfBtc"]) for what in ("Asset", "Liability", "NetAsset"))
    assert debt == (Decimal("30000.02") / 65_000).quantize(Decimal("1E-8"))
    assert abs(worth - debt - net) <= Decimal("1E-8")
    assert Decimal(told["marginLevel"]) > 1
    assert {each["symbol"] for each in isolated["assets"]} == {each["symbol"] for each in get(paper, "allPairs")}
    assert isolated["totalLiabilityOfBtc"] == "0.00000000"


def test_a_key_of_another_owner_has_margin_accounts_of_its_own(paper: PaperClient) -> None:
    limit(paper, "mine")
    paper.control("accounts", {"paper-key-2": 222})
    paper.key, paper.secret = "paper-key-2", "paper-secret-2"

    assert error(find(paper, "mine")) == NO_SUCH_ORDER


def test_there_is_no_dry_run(paper: PaperClient) -> None:
    assert paper.signed("POST", f"{MARGIN}/order/test", symbol="BTCUSDT").status_code == 404
