"""Pegged orders: which price they take, when, and which pegs are refused."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_orders import ORDER, order, place


@pytest.mark.parametrize(
    ("side", "peg", "price"),
    [
        ("BUY", {"pegPriceType": "PRIMARY_PEG"}, "64999.99"),
        ("SELL", {"pegPriceType": "PRIMARY_PEG"}, "65000.01"),
        ("BUY", {"pegPriceType": "PRIMARY_PEG", "pegOffsetType": "PRICE_LEVEL", "pegOffsetValue": 3}, "64999.96"),
        ("SELL", {"pegPriceType": "MARKET_PEG"}, "64999.99"),
    ],
)
def test_a_pegged_order_takes_its_price_from_the_book(
    paper: PaperClient, side: str, peg: dict[str, object], price: str
) -> None:
    placed = place(paper, side, "LIMIT", timeInForce="GTC", **peg)

    assert (placed["price"], placed["peggedPrice"]) == ("0.00000000", f"{price}000000")
    assert {name: placed[name] for name in peg} == peg
    assert placed["status"] == ("FILLED" if peg["pegPriceType"] == "MARKET_PEG" else "NEW")
    held = {"BUY": f"{price}000000", "SELL": "1.00000000"}[side]
    locked = paper.balance("USDT" if side == "BUY" else "BTC")[1]
    assert locked == ("0.00000000" if placed["status"] == "FILLED" else held)


def test_a_pegged_stop_finds_its_price_when_it_is_triggered(paper: PaperClient) -> None:
    peg = {"pegPriceType": "PRIMARY_PEG", "timeInForce": "GTC", "stopPrice": "60000"}
    request = order("SELL", "STOP_LOSS_LIMIT", **peg, newOrderRespType="FULL")
    placed = paper.signed("POST", ORDER, **{name: value for name, value in request.items() if name != "price"}).json()
    assert "peggedPrice" not in placed

    paper.control("prices", {"BTCUSDT": "59000"})

    found = paper.find("mine").json()
    assert (found["status"], found["peggedPrice"]) == ("NEW", "59000.01000000")


@pytest.mark.parametrize(
    ("kind", "change", "code", "text"),
    [
        ("LIMIT", {"pegPriceType": "BEST"}, -1210, "Invalid pegPriceType."),
        (
            "LIMIT",
            {"pegPriceType": "MARKET_PEG", "pegOffsetType": "TICKS", "pegOffsetValue": "1"},
            -1211,
            "Invalid pegOffsetType.",
        ),
        (
            "LIMIT",
            {"pegPriceType": "MARKET_PEG", "pegOffsetValue": "1"},
            -1128,
            "Combination of optional fields invalid. "
            "Recommendation: 'pegOffsetType' and 'pegOffsetValue' must both be sent.",
        ),
        (
            "LIMIT",
            {"pegPriceType": "MARKET_PEG", "pegOffsetType": "PRICE_LEVEL", "pegOffsetValue": "101"},
            -1102,
            "'pegOffsetValue' contains unexpected value. Cannot be greater than 100.",
        ),
        (
            "LIMIT",
            {"pegPriceType": "PRIMARY_PEG", "timeInForce": "IOC"},
            -1014,
            "Unsupported order combination.",
        ),
        ("MARKET", {"pegPriceType": "MARKET_PEG"}, -2010, "This order type may not use pegged price."),
        (
            "LIMIT_MAKER",
            {"pegPriceType": "MARKET_PEG", "timeInForce": None},
            -2010,
            "This price peg cannot be used with this order type.",
        ),
        (
            "LIMIT",
            {"pegPriceType": "PRIMARY_PEG", "pegOffsetType": "PRICE_LEVEL", "pegOffsetValue": "50"},
            -2010,
            "Order book liquidity is too low for this pegged order.",
        ),
        ("LIMIT", {"pegPriceType": "PRIMARY_PEG", "price": "400000"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        ("LIMIT", {"pegPriceType": "PRIMARY_PEG", "quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        (
            "LIMIT",
            {"pegPriceType": "PRIMARY_PEG", "symbol": "DOGEUSDT"},
            -2010,
            "Pegged orders are not supported for this symbol.",
        ),
    ],
)
def test_a_peg_that_makes_no_sense_is_refused(
    paper: PaperClient, kind: str, change: dict[str, str | None], code: int, text: str
) -> None:
    asked = order("BUY", kind, **{"timeInForce": "GTC"} if kind != "MARKET" else {}) | change

    answer = paper.signed("POST", ORDER, **{name: value for name, value in asked.items() if value is not None})

    assert error(answer) == (400, code, text)
