"""Positions, wallets and what they rest on, over HTTP: one-way and hedge mode, reduce-only, profit, margin, modes."""

from decimal import Decimal

import pytest

from paper_exchange.exchange import Exchange
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET, SECRET, PaperClient, error
from tests.paper_exchange.paper_futures import INVERSE, LINEAR, PRODUCTS, FuturesClient

MODE = "/positionSide/dual"


@pytest.fixture(params=PRODUCTS, ids=lambda product: product.kind)
def futures(request: pytest.FixtureRequest, paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, request.param)


@pytest.fixture
def linear(paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, LINEAR)


@pytest.fixture
def inverse(paper: PaperClient) -> FuturesClient:
    return FuturesClient(paper, INVERSE)


def wallet(futures: FuturesClient) -> Decimal:
    return Decimal(futures.seen("wallet")[futures.product.margin_asset]["balance"])


def at(futures: FuturesClient, price: str) -> None:
    """A book of that price alone, so that fills are exact."""
    level = [[price, "10000"]]
    futures.control("books", {futures.product.symbol: {"bids": level, "asks": level, "last": price}})


def test_buying_and_selling_opens_reduces_closes_and_flips(futures: FuturesClient) -> None:
    one = Decimal(futures.product.quantity)
    held = []
    for side, times in (("BUY", 1), ("BUY", 1), ("SELL", 1), ("SELL", 3), ("BUY", 2)):
        futures.market(side, quantity=one * times)
        held.append(Decimal(futures.position()) / one)

    assert held == [1, 2, 1, -2, 0]


def test_profit_of_linear_contracts_goes_to_the_wallet_in_quote_units(linear: FuturesClient) -> None:
    at(linear, "50000")
    linear.market(quantity="1")
    before = wallet(linear)

    at(linear, "51000")
    linear.market("SELL", quantity="0.4", newClientOrderId="close")

    assert wallet(linear) - before == 400 - Decimal("0.4") * 51000 * Decimal("0.0005")
    trade = linear.signed("GET", "/userTrades", symbol="BTCUSDT").json()[-1]
    assert (trade["realizedPnl"], trade["commissionAsset"], trade["quoteQty"]) == (
        "400.00000000",
        "USDT",
        "20400.00000000",
    )
    told = linear.signed("GET", "/v2/positionRisk", symbol="BTCUSDT").json()[0]
    assert (told["positionAmt"], told["entryPrice"], told["unRealizedProfit"]) == (
        "0.600",
        "50000.00000",
        "600.00000000",
    )


def test_profit_of_inverse_contracts_goes_to_the_wallet_in_coin(inverse: FuturesClient) -> None:
    at(inverse, "50000")
    inverse.market("SELL", quantity="100")
    before = wallet(inverse)

    at(inverse, "40000")
    inverse.market("BUY", quantity="100")

    # 10,000 USD were sold for 0.2 BTC and are worth 0.25 BTC now: who sold contracts for dollars holds more coin.
    assert wallet(inverse) - before == Decimal("0.05") - Decimal("0.25") * Decimal("0.0005")
    assert inverse.signed("GET", "/userTrades", symbol="BTCUSD_PERP").json()[-1]["realizedPnl"] == "0.05000000"


def test_wallets_are_apart(paper: PaperClient, linear: FuturesClient, inverse: FuturesClient) -> None:
    spot, of_inverse = paper.balance("USDT"), wallet(inverse)

    linear.market(quantity="1")

    assert (paper.balance("USDT"), wallet(inverse)) == (spot, of_inverse)
    assert paper.seen("orders") == []


def test_reduce_only_needs_a_position_on_the_other_side(futures: FuturesClient) -> None:
    assert error(futures.market("SELL", reduceOnly="true")) == (400, -2022, "ReduceOnly Order is rejected.")
    futures.market("BUY")
    assert error(futures.market("BUY", reduceOnly="true"))[1] == -2022

    assert futures.market("SELL", reduceOnly="true").ok
    assert Decimal(futures.position()) == 0


def test_reduce_only_is_cut_to_the_position(futures: FuturesClient) -> None:
    quantity = futures.product.quantity
    futures.market("BUY")
    large = Decimal(quantity) * 5

    futures.market("SELL", quantity=large, reduceOnly="true", newClientOrderId="large")

    assert futures.found("large") == ("FILLED", quantity, quantity)
    assert Decimal(futures.position()) == 0


def test_a_resting_reduce_only_order_shrinks_with_its_position_and_ends_with_it(futures: FuturesClient) -> None:
    one = Decimal(futures.product.quantity)
    futures.market("BUY", quantity=one * 2)
    futures.limit("SELL", "66000", quantity=one * 2, reduceOnly="true", newClientOrderId="profit")

    futures.market("SELL", quantity=one)
    assert futures.found("profit")[:2] == ("NEW", futures.product.quantity)
    futures.market("SELL", quantity=one)
    assert futures.found("profit")[0] == "EXPIRED"

    futures.move("66001")
    assert Decimal(futures.position()) == 0


def test_reduce_only_is_spared_the_least_notional(linear: FuturesClient) -> None:
    linear.market(quantity="0.011")
    linear.market("SELL", quantity="0.010")
    assert error(linear.market("SELL", quantity="0.001"))[1] == -4164

    assert linear.market("SELL", quantity="0.001", reduceOnly="true").ok


def hedge(futures: FuturesClient) -> None:
    assert futures.signed("POST", MODE, dualSidePosition="true").json() == {"code": 200, "msg": "success"}


def test_hedge_mode_has_two_positions(futures: FuturesClient) -> None:
    hedge(futures)
    one = Decimal(futures.product.quantity)
    futures.market("BUY", quantity=one * 2, positionSide="LONG")
    futures.market("SELL", positionSide="SHORT")

    assert [Decimal(futures.position(side)) / one for side in ("LONG", "SHORT")] == [2, -1]
    futures.market("SELL", positionSide="LONG")
    assert [Decimal(futures.position(side)) / one for side in ("LONG", "SHORT")] == [1, -1]
    assert error(futures.market("SELL", quantity=one * 2, positionSide="LONG"))[1] == -2022, "it never flips"
    futures.market("BUY", positionSide="SHORT")
    assert error(futures.market("BUY", positionSide="SHORT"))[1] == -2022


def test_the_side_of_the_position_fits_the_mode(futures: FuturesClient) -> None:
    mismatch = (400, -4061, "Order's position side does not match user's setting.")
    assert error(futures.market(positionSide="LONG")) == mismatch
    hedge(futures)
    assert error(futures.market()) == mismatch
    assert error(futures.market(positionSide="BOTH")) == mismatch
    assert error(futures.market(positionSide="LONG", reduceOnly="true"))[1] == -1106


def test_the_mode_is_one_switch_for_both_products_and_stays_with_anything_open(
    linear: FuturesClient, inverse: FuturesClient
) -> None:
    assert error(linear.signed("POST", MODE, dualSidePosition="false"))[1] == -4059
    inverse.limit(newClientOrderId="open")
    assert error(linear.signed("POST", MODE, dualSidePosition="true"))[1] == -4067
    inverse.cancel("open")
    inverse.market()
    assert error(linear.signed("POST", MODE, dualSidePosition="true"))[1] == -4068
    inverse.market("SELL")

    hedge(linear)

    assert inverse.signed("GET", MODE).json() == {"dualSidePosition": True}


def test_leverage_says_how_much_margin_an_order_needs(linear: FuturesClient) -> None:
    linear.control("wallet", {"USDT": "100"})
    assert linear.limit(quantity="0.030", newClientOrderId="fits").ok, "1,800 USDT at 20 need 90"
    assert error(linear.limit(quantity="0.030"))[1] == -2019
    linear.cancel("fits")

    assert linear.signed("POST", "/leverage", symbol="BTCUSDT", leverage=10).json()["leverage"] == 10
    assert error(linear.limit(quantity="0.030")) == (400, -2019, "Margin is insufficient.")
    assert linear.limit(quantity="0.016").ok
    assert error(linear.signed("POST", "/leverage", symbol="BTCUSDT", leverage=126))[1] == -4028


def test_what_reduces_needs_no_margin(futures: FuturesClient) -> None:
    futures.market()
    futures.control("wallet", {futures.product.margin_asset: "0"})

    assert error(futures.market())[1] == -2019
    assert futures.market("SELL").ok


def test_margin_types_are_told_and_change_with_nothing_open(futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    change = {"symbol": symbol, "marginType": "ISOLATED"}
    assert error(futures.signed("POST", "/marginType", **change | {"marginType": "CROSSED"}))[1] == -4046
    futures.limit(newClientOrderId="open")
    assert error(futures.signed("POST", "/marginType", **change))[1] == -4047
    futures.cancel("open")

    assert futures.signed("POST", "/marginType", **change).ok
    version = "/v1" if futures.product is INVERSE else "/v2"
    told = futures.signed("GET", f"{version}/positionRisk").json()
    assert {each["symbol"]: each["marginType"] for each in told}[symbol] == "isolated"


def test_usdm_tells_settings_and_balances(linear: FuturesClient) -> None:
    linear.market(quantity="1")

    assert linear.signed("GET", "/multiAssetsMargin").json() == {"multiAssetsMargin": False}
    assert linear.signed("GET", "/accountConfig").json()["dualSidePosition"] is False
    config = linear.signed("GET", "/symbolConfig", symbol="BTCUSDT").json()
    assert [(each["leverage"], each["marginType"]) for each in config] == [(20, "CROSSED")]
    balance = linear.signed("GET", "/v3/balance").json()[0]
    account = linear.signed("GET", "/v3/account").json()
    assert balance["asset"] == "USDT"
    assert balance["availableBalance"] == account["availableBalance"] < balance["balance"]
    assert [each["symbol"] for each in account["positions"]] == ["BTCUSDT"]
    assert [each["positionAmt"] for each in linear.signed("GET", "/v3/positionRisk").json()] == ["1.000"]


def test_control_sets_positions(futures: FuturesClient) -> None:
    symbol = futures.product.symbol
    futures.control("positions", [{"symbol": symbol, "quantity": "-3", "entryPrice": "64000"}])

    assert Decimal(futures.position()) == -3
    assert futures.seen("positions") == [
        {"symbol": symbol, "positionSide": "BOTH", "quantity": "-3.00000000", "entryPrice": "64000.00000000"}
    ]
    assert futures.market("BUY", quantity="3", reduceOnly="true").ok


def test_another_account_has_positions_and_a_mode_of_its_own(paper: PaperClient, futures: FuturesClient) -> None:
    paper.control("accounts", {"paper-key-2": 222})
    futures.market()

    paper.key, paper.secret = SECOND_KEY, SECOND_SECRET
    assert Decimal(futures.position()) == 0
    hedge(futures)
    assert futures.market(positionSide="LONG").ok
    paper.key, paper.secret = KEY, SECRET

    assert Decimal(futures.position()) == Decimal(futures.product.quantity)
    assert futures.signed("GET", MODE).json() == {"dualSidePosition": False}


def test_prices_walk_the_same_way_for_the_same_seed() -> None:
    def walked(seed: int) -> list[Decimal]:
        seconds = [1_700_000_000]
        exchange = Exchange(clock=lambda: seconds[0] * 1_000_000, seed=seed)
        seconds[0] += 30
        exchange.advance()
        return [market.price for each in (exchange.linear, exchange.inverse) for market in each.markets.values()]

    assert walked(1) == walked(1) != walked(2)
    assert all(price != start for price, start in zip(walked(1), (65_000, 3_500) * 2, strict=True))
