"""Which venues a stack trades at, and futures and Bybit from the queue to the exchange and back."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import State
from tests.integration.stage import Stage, buy

FUTURES = ("binance-usdm", "binance-coinm")
SYMBOLS = {"binance-usdm": "BTCUSDT", "binance-coinm": "BTCUSD_PERP"}
KINDS = {"binance-usdm": "linear", "binance-coinm": "inverse"}
Trade = Callable[..., None]


@pytest.fixture
def trade_at(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Trade:
    """`trade_at("binance-usdm")`: the stack is deployed with these venues."""

    def deploy(*venues: str) -> None:
        monkeypatch.setenv("VENUES", ",".join(venues))
        monkeypatch.setenv("BINANCE_USDM_URL", stage.paper.url)
        monkeypatch.setenv("BINANCE_COINM_URL", stage.paper.url)
        monkeypatch.setenv("BYBIT_URL", stage.paper.url)
        stage.new_container()

    return deploy


def at(venue: str, **fields: object) -> dict[str, object]:
    """A signal for futures; 0.3 BTC are 195 contracts of 100 USD at 65,000."""
    return buy("signal-1", venue=venue, symbol=SYMBOLS[venue], quantity="0.3", **fields)


def see(stage: Stage, venue: str, what: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = stage.paper.seen(f"{KINDS[venue]}/{what}")
    return found


def test_a_signal_for_a_venue_that_the_stack_does_not_trade_at_is_refused_in_words(stage: Stage) -> None:
    assert stage.run(at("binance-usdm")) == []

    [(_, attributes)] = stage.dead_letters()
    assert (attributes["reason"], attributes["attempts"]) == ("RULES", "0")
    assert attributes["detail"] == (
        "this stack does not trade at binance-usdm, only at binance-spot; "
        "add binance-usdm to the parameter Venues and deploy, then redrive it"
    )
    assert stage.row("signal-1", venue="binance-usdm").state is State.DEAD
    assert stage.paper.seen("requests") == []


def test_a_venue_of_several_products_is_named_as_a_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    spot = buy("signal-1", venue="bybit", product="spot", symbol="BTCUSDT")

    assert stage.run(spot) == []

    [(_, attributes)] = stage.dead_letters()
    assert attributes["detail"] == (
        "this stack does not trade at bybit, only at binance-spot; "
        "add bybit to the parameter Venues and deploy, then redrive it"
    )
    monkeypatch.setenv("VENUES", "bybit")
    monkeypatch.setenv("BYBIT_URL", "http://127.0.0.1:1")
    stage.new_container()
    assert stage.run(buy("signal-2")) == []

    details = [attributes["detail"] for _, attributes in stage.dead_letters()]
    assert any(detail.startswith("this stack does not trade at binance-spot, only at bybit;") for detail in details)


def test_once_the_stack_trades_there_a_redriven_letter_is_executed(stage: Stage, trade_at: Trade) -> None:
    stage.run(at("binance-usdm"))
    trade_at("binance-spot", "binance-usdm")

    stage.redrive()
    assert stage.invoke(stage.receive()) == []

    assert stage.row("signal-1", venue="binance-usdm").state is State.ACCEPTED
    assert len(see(stage, "binance-usdm", "orders")) == 1


def test_a_signal_in_doubt_waits_for_its_venue_to_come_back(stage: Stage, trade_at: Trade) -> None:
    trade_at("binance-usdm")
    stage.paper.arm("lose_answer")
    stage.paper.arm("answer_instead", status=503, body="", match={"method": "GET", "path": "/fapi/v1/order"})
    [name] = stage.publish(at("binance-usdm"))
    records = stage.receive()
    assert stage.invoke(records) == [name]

    trade_at("binance-spot")
    assert stage.invoke(records) == [name]

    assert stage.row("signal-1", venue="binance-usdm").state is State.SENT
    assert stage.dead_letters() == []


@pytest.mark.parametrize("venue", FUTURES)
def test_a_market_order_is_executed_with_its_price(stage: Stage, trade_at: Trade, venue: str) -> None:
    trade_at(venue)

    assert stage.run(at(venue)) == []

    row, [order] = stage.row("signal-1", venue=venue), see(stage, venue, "orders")
    assert row.report is not None
    assert (row.report.status, row.report.average_price) == ("FILLED", Decimal("65000.1"))
    assert row.report.executed_quantity == (Decimal("0.3") if venue == "binance-usdm" else 195)
    assert Decimal(str(order["executed"])) == row.report.executed_quantity


@pytest.mark.parametrize("venue", FUTURES)
def test_a_protected_entry_becomes_a_stop_an_entry_and_a_profit(stage: Stage, trade_at: Trade, venue: str) -> None:
    trade_at(venue)

    assert stage.run(at(venue, stop_loss="60000", take_profit="70000")) == []

    assert stage.row("signal-1", venue=venue).state is State.ACCEPTED
    [stop] = see(stage, venue, "conditionals")
    entry, profit = see(stage, venue, "orders")
    assert (stop["type"], stop["state"], stop["reduceOnly"]) == ("STOP_MARKET", "NEW", True)
    assert (entry["side"], entry["status"]) == ("BUY", "FILLED")
    assert (profit["side"], profit["status"], profit["reduceOnly"]) == ("SELL", "NEW", True)
    assert profit["quantity"] == entry["executed"] == stop["quantity"]


@pytest.mark.parametrize("venue", FUTURES)
def test_cancelling_a_resting_entry_ends_its_stop(stage: Stage, trade_at: Trade, venue: str) -> None:
    trade_at(venue)
    stage.run(at(venue, type="LIMIT", price="60000", stop_loss="55000"))

    cancel = {"id": "signal-2", "action": "cancel", "venue": venue, "symbol": SYMBOLS[venue], "target": "signal-1"}
    assert stage.run(cancel) == []

    assert [order["status"] for order in see(stage, venue, "orders")] == ["CANCELED"]
    assert [stop["state"] for stop in see(stage, venue, "conditionals")] == ["CANCELED"]


@pytest.mark.parametrize("venue", FUTURES)
def test_a_share_of_the_open_position_is_closed(stage: Stage, trade_at: Trade, venue: str) -> None:
    trade_at(venue)
    held = "0.5" if venue == "binance-usdm" else "50"
    stage.paper.control(f"{KINDS[venue]}/positions", [{"symbol": SYMBOLS[venue], "quantity": held}])

    signal = at(venue, side="SELL", quantity_percent="40")
    del signal["quantity"]
    assert stage.run(json.dumps(signal)) == []

    [order] = see(stage, venue, "orders")
    assert Decimal(str(order["executed"])) == Decimal(held) * Decimal("0.4")
    assert order["reduceOnly"] is True


@pytest.mark.parametrize("venue", FUTURES)
def test_another_leverage_than_the_signals_is_refused_in_words(stage: Stage, trade_at: Trade, venue: str) -> None:
    trade_at(venue)
    stage.paper.control(f"{KINDS[venue]}/leverages", {SYMBOLS[venue]: 7})

    assert stage.run(at(venue, leverage=5)) == []

    [(_, attributes)] = stage.dead_letters()
    assert attributes["reason"] == "RULES"
    assert f"leverage of {SYMBOLS[venue]} is 7 at the exchange, and the signal says 5" in attributes["detail"]
    assert see(stage, venue, "orders") == []


def test_in_hedge_mode_a_signal_without_a_position_side_is_refused_at_once(stage: Stage, trade_at: Trade) -> None:
    trade_at("binance-usdm")
    stage.paper.control("futures/positionMode", {"dualSidePosition": True})
    held = [{"symbol": "BTCUSDT", "positionSide": "LONG", "quantity": "0.5"}]
    stage.paper.control("linear/positions", held)

    signal = at("binance-usdm", side="SELL", quantity_percent="40")
    del signal["quantity"]
    assert stage.run(json.dumps(signal)) == []

    [(_, attributes)] = stage.dead_letters()
    assert attributes["reason"] == "RULES"
    assert "hedge mode" in attributes["detail"]


BYBIT: dict[str, dict[str, str | int]] = {
    "spot": {"symbol": "BTCUSDT", "quote_quantity": "130"},
    "linear": {"symbol": "BTCUSDT", "quantity": "0.3", "take_profit": "70000", "stop_loss": "60000"},
    "inverse": {"symbol": "BTCUSD", "contracts": 100},
}


def at_bybit(product: str) -> str:
    return json.dumps({"id": "signal-1", "venue": "bybit", "product": product, "side": "BUY", **BYBIT[product]})


@pytest.mark.parametrize("product", BYBIT)
def test_an_order_at_bybit_is_told_with_what_it_filled(stage: Stage, trade_at: Trade, product: str) -> None:
    trade_at("bybit")

    assert stage.run(at_bybit(product)) == []

    row = stage.row("signal-1", venue="bybit")
    entry, *exits = stage.paper.seen("bybit/orders")
    assert row.report is not None
    assert (row.state, row.market, row.report.status) == (State.ACCEPTED, f"bybit/{product}", "FILLED")
    assert row.report.order_id == entry["orderId"]
    assert 0 < row.report.executed_quantity == Decimal(entry["cumExecQty"])
    assert [each["parentOrderLinkId"] for each in exits] == [entry["orderLinkId"]] * (2 if product == "linear" else 0)
    asked = {each["path"] for each in stage.paper.seen("requests")}
    assert {path for path in asked if not path.startswith("/v5/")} == set()


def test_an_order_of_which_bybit_tells_nothing_yet_is_accepted_without_a_fill(stage: Stage, trade_at: Trade) -> None:
    trade_at("bybit")
    stage.paper.control("bybit/settings", {"engine_ms": 60_000})

    assert stage.run(at_bybit("linear")) == []

    row = stage.row("signal-1", venue="bybit")
    assert row.report is not None
    assert (row.state, row.report.status, row.report.executed_quantity) == (State.ACCEPTED, "ACCEPTED", Decimal(0))
    assert len(stage.paper.seen("bybit/orders")) == 1


def test_a_lost_answer_of_bybit_is_found_in_its_lists_and_nothing_is_sent_again(stage: Stage, trade_at: Trade) -> None:
    trade_at("bybit")
    stage.paper.arm("lose_answer")

    assert stage.run(at_bybit("linear")) == []

    row = stage.row("signal-1", venue="bybit")
    assert row.report is not None
    assert (row.state, row.report.status) == (State.ACCEPTED, "FILLED")
    placed = [each for each in stage.paper.seen("requests") if each["path"] == "/v5/order/create"]
    assert len(placed) == 1
