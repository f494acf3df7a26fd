"""Stop, take-profit, trailing, post-only and iceberg orders: when they work and how they are told."""

from decimal import Decimal

import pytest

from paper_exchange.engine.triggers import Trigger
from paper_exchange.enums import OrderType, Side
from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_orders import ORDER, order, place


def status(paper: PaperClient) -> str:
    found: str = paper.find("mine").json()["status"]
    return found


@pytest.mark.parametrize(
    ("side", "kind", "stop", "before", "then"),
    [
        ("SELL", "STOP_LOSS", "60000", "60000.01", "60000"),
        ("SELL", "TAKE_PROFIT", "70000", "69999.99", "70000"),
        ("BUY", "STOP_LOSS", "70000", "69999.99", "70000"),
        ("BUY", "TAKE_PROFIT", "60000", "60000.01", "60000"),
    ],
)
def test_a_stop_becomes_a_market_order_when_the_last_price_reaches_it(
    paper: PaperClient, side: str, kind: str, stop: str, before: str, then: str
) -> None:
    placed = place(paper, side, kind, stopPrice=stop)
    assert (placed["status"], placed["workingTime"], placed["stopPrice"]) == ("NEW", -1, f"{stop}.00000000")

    paper.control("prices", {"BTCUSDT": before})
    waiting = paper.find("mine").json()
    assert (waiting["status"], waiting["isWorking"], waiting["workingTime"]) == ("NEW", False, -1)
    paper.control("prices", {"BTCUSDT": then})

    done = paper.find("mine").json()
    assert (done["status"], done["isWorking"], done["workingTime"] > 0) == ("FILLED", True, True)
    trade = paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT").json()[0]
    assert (trade["isMaker"], abs(Decimal(trade["price"]) - Decimal(then))) == (False, Decimal("0.01"))


def test_a_triggered_limit_order_rests_at_its_price(paper: PaperClient) -> None:
    place(paper, "SELL", "STOP_LOSS_LIMIT", stopPrice="60000", price="61000")

    paper.control("prices", {"BTCUSDT": "60000"})
    resting = paper.find("mine").json()
    assert (resting["status"], resting["isWorking"]) == ("NEW", True)
    paper.control("prices", {"BTCUSDT": "61001"})

    assert status(paper) == "FILLED"


def test_a_book_without_a_trade_triggers_nothing(paper: PaperClient) -> None:
    place(paper, "SELL", "STOP_LOSS", stopPrice="60000")
    book = {"bids": [["59000", "5"]], "asks": []}

    paper.control("books", {"BTCUSDT": book})
    assert status(paper) == "NEW"
    paper.control("books", {"BTCUSDT": book | {"last": "59000"}})
    assert status(paper) == "FILLED"


def test_a_stop_without_anyone_to_trade_with_expires(paper: PaperClient) -> None:
    place(paper, "SELL", "STOP_LOSS", stopPrice="60000")

    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [], "last": "59000"}})

    found = paper.find("mine").json()
    assert (found["status"], found["expiryReason"]) == ("EXPIRED", "INSUFFICIENT_LIQUIDITY")
    assert paper.balance("BTC") == ("100.00000000", "0.00000000")


def test_a_stop_that_has_become_too_dear_expires(paper: PaperClient) -> None:
    paper.control("balances", {"USDT": "70000"})
    place(paper, "BUY", "STOP_LOSS", stopPrice="70000")
    assert paper.balance("USDT") == ("0.00000000", "70000.00000000")

    paper.control("prices", {"BTCUSDT": "70000"})

    found = paper.find("mine").json()
    assert (found["status"], found["expiryReason"]) == ("EXPIRED", "REJECTED")
    assert paper.balance("USDT") == ("70000.00000000", "0.00000000")


@pytest.mark.parametrize(
    ("side", "kind", "stop"),
    [
        ("SELL", "STOP_LOSS", "65000"),
        ("SELL", "STOP_LOSS_LIMIT", "66000"),
        ("SELL", "TAKE_PROFIT", "64000"),
        ("BUY", "STOP_LOSS_LIMIT", "64000"),
        ("BUY", "TAKE_PROFIT_LIMIT", "66000"),
    ],
)
def test_a_stop_on_the_wrong_side_of_the_market_is_refused(paper: PaperClient, side: str, kind: str, stop: str) -> None:
    answer = paper.signed("POST", ORDER, **order(side, kind, stopPrice=stop))

    assert error(answer) == (400, -2010, "Order would trigger immediately.")
    assert paper.seen("orders") == []


# The scenarios of faqs/trailing-stop-faq.md: side, type, stop price, basis points, prices on the way, the trigger.
SCENARIOS = {
    "A": ("BUY", "STOP_LOSS_LIMIT", "44000", 500, ["40000", "37000", "44000", "45000", "46000", "42000"], "44100"),
    "B": ("SELL", "STOP_LOSS_LIMIT", "39000", 1000, ["40000", "41500", "39000", "37000", "41000"], "36900"),
    "C": ("BUY", "TAKE_PROFIT_LIMIT", "38000", 850, ["40000", "42000", "38000", "37000", "39000", "38000"], "40145"),
    "D": (
        "SELL",
        "TAKE_PROFIT_LIMIT",
        "42000",
        750,
        ["40000", "41500", "39000", "42000", "45000", "44000", "46500"],
        "43012.5",
    ),
    "E": ("SELL", "STOP_LOSS_LIMIT", None, 700, ["40000", "42000", "39500", "45500"], "42315"),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_documented_scenarios_of_trailing_stops(
    scenario: tuple[str, str, str | None, int, list[str], str],
) -> None:
    side, kind, stop, delta, way, end = scenario
    trigger = Trigger(
        type=OrderType(kind),
        side=Side(side),
        stop_price=None if stop is None else Decimal(stop),
        trailing_delta=delta,
    )

    assert not any(trigger.sees(Decimal(price), 0) for price in way)
    just_short = Decimal("0.01") if side == "SELL" else Decimal("-0.01")
    assert not trigger.sees(Decimal(end) + just_short, 0)
    assert trigger.sees(Decimal(end), 0)


def test_a_trailing_stop_tells_when_it_began_to_follow(paper: PaperClient) -> None:
    at_once = place(paper, "SELL", "STOP_LOSS", trailingDelta=100)
    assert (at_once["trailingDelta"], at_once["trailingTime"] > 0, at_once["stopPrice"]) == (100, True, "0.00000000")
    paper.cancel("mine")
    later = place(paper, "SELL", "TAKE_PROFIT", trailingDelta=100, stopPrice="70000")
    assert later["trailingTime"] == -1

    for price in ("70000", "72000", "71280.01"):
        paper.control("prices", {"BTCUSDT": price})
        assert (status(paper), paper.find("mine").json()["trailingTime"] > 0) == ("NEW", True)
    paper.control("prices", {"BTCUSDT": "71280"})
    assert status(paper) == "FILLED"


def test_a_post_only_order_never_takes(paper: PaperClient) -> None:
    refused = paper.signed("POST", ORDER, **order("BUY", "LIMIT_MAKER", price="65000.01"))
    assert error(refused) == (400, -2010, "Order would immediately match and take.")

    assert place(paper, "BUY", "LIMIT_MAKER", price="65000")["status"] == "NEW"
    paper.control("prices", {"BTCUSDT": "64000"})
    assert paper.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT").json()[0]["isMaker"]


@pytest.mark.parametrize(
    ("kind", "extra", "acknowledged"),
    [
        ("LIMIT", {"price": "60000", "timeInForce": "GTC"}, False),
        ("MARKET", {}, False),
        ("LIMIT_MAKER", {"price": "60000"}, True),
        ("STOP_LOSS", {"stopPrice": "70000"}, True),
        ("TAKE_PROFIT_LIMIT", {"stopPrice": "60000"}, True),
    ],
)
def test_most_types_are_only_acknowledged_by_default(
    paper: PaperClient, kind: str, extra: dict[str, str], acknowledged: bool
) -> None:
    assert ("status" not in paper.signed("POST", ORDER, **order("BUY", kind, **extra)).json()) is acknowledged


def test_an_order_tells_what_was_asked_for_and_no_more(paper: PaperClient) -> None:
    labels = {"strategyId": 7, "strategyType": 1_000_000, "selfTradePreventionMode": "EXPIRE_BOTH"}
    placed = place(paper, "BUY", "LIMIT_MAKER", price="60000", icebergQty="0.1", **labels)
    told = {"icebergQty": "0.10000000", **labels}

    assert {name: placed[name] for name in told} == told
    assert {name: paper.find("mine").json()[name] for name in told} == told
    assert not placed.keys() & {"stopPrice", "trailingDelta", "trailingTime", "pegPriceType", "usedSor"}
    assert not place(paper, "BUY", "MARKET", newClientOrderId="plain").keys() & {"icebergQty", "strategyId"}
