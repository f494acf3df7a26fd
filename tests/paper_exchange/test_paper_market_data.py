"""What anyone may ask: rules and prices."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error


def names(paper: PaperClient, **parameters: object) -> list[str]:
    return [symbol["symbol"] for symbol in paper.public("/api/v3/exchangeInfo", **parameters).json()["symbols"]]


def test_exchange_info_tells_of_one_some_or_all_symbols(paper: PaperClient) -> None:
    assert names(paper, symbol="BTCUSDT") == ["BTCUSDT"]
    assert names(paper, symbols='["ETHBTC","BTCUSDT"]') == ["ETHBTC", "BTCUSDT"]
    assert {"BTCUSDT", "ETHUSDT", "DOGEUSDT", "ETHBTC", "SHIBUSDT", "币安人生USDT", "BTTUSDT"} == set(names(paper))


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"symbol": "NOSUCHPAIR"}, -1121),
        ({"symbols": '["BTCUSDT","NOSUCHPAIR"]'}, -1121),
        ({"symbols": "BTCUSDT"}, -1100),
        ({"symbol": "BTCUSDT", "symbols": '["BTCUSDT"]'}, -1128),
    ],
)
def test_symbols_must_be_known(paper: PaperClient, parameters: dict[str, object], code: int) -> None:
    assert error(paper.public("/api/v3/exchangeInfo", **parameters))[1] == code


def test_symbols_have_the_rules_of_the_live_exchange(paper: PaperClient) -> None:
    symbols = {each["symbol"]: each for each in paper.public("/api/v3/exchangeInfo").json()["symbols"]}

    def rule(symbol: str, filter_type: str, parameter: str) -> object:
        return next(each[parameter] for each in symbols[symbol]["filters"] if each["filterType"] == filter_type)

    assert rule("BTCUSDT", "PRICE_FILTER", "tickSize") == "0.01000000"
    assert rule("DOGEUSDT", "LOT_SIZE", "stepSize") == "1.00000000"
    assert rule("ETHBTC", "PRICE_FILTER", "tickSize") == "0.00001000"
    assert rule("SHIBUSDT", "PRICE_FILTER", "tickSize") == "0.00000001"
    assert rule("BTCUSDT", "NOTIONAL", "minNotional") == "5.00000000"
    assert rule("BTCUSDT", "NOTIONAL", "applyMinToMarket") is True
    assert {rule(name, "MARKET_LOT_SIZE", "stepSize") for name in symbols} == {"0.00000000"}
    assert {name for name, each in symbols.items() if each["status"] != "TRADING"} == {"BTTUSDT"}


def test_prices_follow_the_market(paper: PaperClient) -> None:
    paper.control("prices", {"BTCUSDT": "50000"})

    assert paper.public("/api/v3/ticker/price", symbol="BTCUSDT").json() == {
        "symbol": "BTCUSDT",
        "price": "50000.00000000",
    }
    assert {"symbol": "ETHUSDT", "price": "3500.00000000"} in paper.public("/api/v3/ticker/price").json()
    average = paper.public("/api/v3/avgPrice", symbol="BTCUSDT").json()
    assert (average["mins"], average["price"]) == (5, "50000.00000000")


def test_the_book_has_its_best_prices_first(paper: PaperClient) -> None:
    book = paper.public("/api/v3/depth", symbol="BTCUSDT", limit=2).json()

    assert book["bids"] == [["64999.99000000", "5.00000000"], ["64999.98000000", "5.00000000"]]
    assert book["asks"] == [["65000.01000000", "5.00000000"], ["65000.02000000", "5.00000000"]]
