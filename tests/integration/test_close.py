"""Action `close` through the whole function: what is free is sold, what is open is closed, once, whatever happens."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from functions.execute_signals import app
from orderexec.aws.ledger import DynamoLedger
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.parts import name_part
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from tests.integration.reports import Reports
from tests.integration.stage import Stage, buy
from tests.integration.test_risk_limits import limit

Fields = dict[str, object]
FUTURES = ("binance-usdm", "binance-coinm")
SYMBOLS = {"binance-usdm": "BTCUSDT", "binance-coinm": "BTCUSD_PERP"}
KINDS = {"binance-usdm": "linear", "binance-coinm": "inverse"}
PLACES = {"method": "POST", "path": "/api/v3/order"}
NO_KEY = '{"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}'
CANCELS = {"method": "DELETE", "path": "/api/v3/openOrders"}


def close(signal_id: str = "close", **fields: object) -> Fields:
    return {"id": signal_id, "action": "close", "symbol": "BTCUSDT"} | fields


def sell_limit(signal_id: str, quantity: str, **fields: object) -> Fields:
    return buy(signal_id, side="SELL", type="LIMIT", price="70000", quantity=quantity) | fields


def hold(stage: Stage, **balances: str) -> None:
    stage.paper.control("balances", balances)


def sales(stage: Stage) -> list[tuple[str, Decimal]]:
    """Status and quantity of all market sales."""
    found = [order for order in stage.paper.seen("orders") if (order["side"], order["type"]) == ("SELL", "MARKET")]
    return [(order["status"], Decimal(order["origQty"])) for order in found]


def cancel_of(stage: Stage, signal_id: str = "close", once: str = "") -> Row:
    return stage.row(name_part(Identity(id=signal_id), "orders", once).id)


@pytest.fixture
def at_futures(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def deploy(venue: str) -> None:
        monkeypatch.setenv("VENUES", venue)
        monkeypatch.setenv("BINANCE_USDM_URL", stage.paper.url)
        monkeypatch.setenv("BINANCE_COINM_URL", stage.paper.url)
        stage.new_container()

    return deploy


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_all_that_is_free_is_sold_once(stage: Stage, lost: bool) -> None:
    hold(stage, BTC="0.0123456789")
    if lost:
        stage.paper.arm("lose_answer", match=PLACES)

    assert stage.run(close()) == []
    assert stage.run(close()) == []

    row = stage.row("close")
    assert row.report is not None
    assert (row.state, row.report.status, row.attempts) == (State.ACCEPTED, "FILLED", 1)
    assert sales(stage) == [("FILLED", Decimal("0.01234"))]


def test_the_outcome_says_that_it_was_a_close(stage: Stage, reports: Reports) -> None:
    hold(stage, BTC="0.01")

    stage.run(close(strategy="trend"))

    reports.report()
    [told] = [event["detail"] for event in reports.heard()]
    assert (told["action"], told["state"], told["side"], told["strategy"]) == ("close", "ACCEPTED", "SELL", "trend")


@pytest.mark.parametrize(
    ("free", "words"),
    [
        ("0", "nothing to close: what is free of BTC is 0"),
        ("0.00000012", "nothing to close: what is free of BTC is 0.00000012, and the exchange trades no less than"),
        ("0.00002", "nothing to close: what is free of BTC is 0.00002, and it is worth 1.3 USDT, and the exchange"),
    ],
    ids=["nothing", "less than a lot", "worth too little"],
)
def test_where_there_is_nothing_to_close_it_is_done_without_a_request(stage: Stage, free: str, words: str) -> None:
    hold(stage, BTC=free)

    assert stage.run(close()) == []

    row = stage.row("close")
    assert (row.state, row.request, row.attempts) == (State.ACCEPTED, None, 0)
    assert (row.detail or "").startswith(words)
    assert (stage.paper.seen("orders"), stage.dead_letters()) == ([], [])


def test_a_close_that_is_tried_again_sells_what_it_was_first_for(stage: Stage) -> None:
    hold(stage, BTC="0.01")
    stage.paper.arm("answer_instead", status=400, body='{"code": -1015, "msg": "Too many new orders."}', match=PLACES)
    stage.run(close())
    assert (stage.row("close").state, stage.row("close").attempts) == (State.WAITING, 1)
    hold(stage, BTC="5")

    while stage.row("close").state is State.WAITING:
        stage.invoke(stage.next_delivery(within=15))

    assert sales(stage) == [("FILLED", Decimal("0.01"))]


def test_no_halt_and_no_risk_limit_keeps_a_close_back(stage: Stage) -> None:
    hold(stage, BTC="1")
    limit(stage, sides=["BUY"], symbols=["ETHUSDT"], max_order_notional={"USDT": "10"}, max_daily_orders=1)
    stage.run(buy("refused"))
    app.get_application().ports.board.halt("global", "a test")

    assert stage.run(close()) == []

    assert stage.row("refused").reason is Reason.LIMITS
    assert stage.row("close").state is State.ACCEPTED
    assert sales(stage) == [("FILLED", Decimal(1))]


def test_limits_that_cannot_be_read_keep_no_close_back(stage: Stage) -> None:
    hold(stage, BTC="1")
    limit(stage, no_such_limit=1)

    assert stage.run(close()) == []

    assert stage.row("close").state is State.ACCEPTED


@pytest.mark.parametrize("venue", FUTURES)
@pytest.mark.parametrize("held", ["3", "-3"], ids=["long", "short"])
def test_an_open_position_is_closed_whichever_way_it_is(
    stage: Stage, at_futures: Callable[[str], None], venue: str, held: str
) -> None:
    at_futures(venue)
    stage.paper.control(f"{KINDS[venue]}/positions", [{"symbol": SYMBOLS[venue], "quantity": held}])

    assert stage.run(close(venue=venue, symbol=SYMBOLS[venue])) == []
    assert stage.run(close("again", venue=venue, symbol=SYMBOLS[venue])) == []

    [order] = stage.paper.seen(f"{KINDS[venue]}/orders")
    assert (order["side"], Decimal(order["quantity"]), order["reduceOnly"]) == (
        "SELL" if held == "3" else "BUY",
        Decimal(3),
        True,
    )
    assert stage.row("close", venue=venue).state is State.ACCEPTED
    assert stage.row("again", venue=venue).detail == f"nothing to close: there is no open position in {SYMBOLS[venue]}"
    assert [Decimal(each["quantity"]) for each in stage.paper.seen(f"{KINDS[venue]}/positions")] in ([], [Decimal(0)])


def test_in_hedge_mode_only_the_named_position_is_closed(stage: Stage, at_futures: Callable[[str], None]) -> None:
    at_futures("binance-usdm")
    stage.paper.control("futures/positionMode", {"dualSidePosition": True})
    both = [("LONG", "2"), ("SHORT", "-1")]
    positions = [{"symbol": "BTCUSDT", "positionSide": side, "quantity": held} for side, held in both]
    stage.paper.control("linear/positions", positions)

    stage.run(close("unnamed", venue="binance-usdm"), close(venue="binance-usdm", position_side="SHORT"))

    assert stage.row("unnamed", venue="binance-usdm").state is State.DEAD
    assert "position_side" in (stage.row("unnamed", venue="binance-usdm").detail or "")
    [order] = stage.paper.seen("linear/orders")
    assert (order["side"], order["positionSide"], Decimal(order["quantity"])) == ("BUY", "SHORT", Decimal(1))


def test_what_orders_hold_is_freed_first(stage: Stage) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"), sell_limit("e", "1", symbol="ETHUSDT", price="9000"))

    assert stage.run(close(cancel_orders=True)) == []

    by_symbol = {(order["symbol"], order["status"]) for order in stage.paper.seen("orders") if order["type"] == "LIMIT"}
    assert by_symbol == {("BTCUSDT", "CANCELED"), ("ETHUSDT", "NEW")}
    assert sales(stage) == [("FILLED", Decimal(1))]
    cancel = cancel_of(stage)
    assert (cancel.state, cancel.part_of, len(cancel.others)) == (State.ACCEPTED, "close", 1)
    assert cancel.detail == "before signal 'close' closed what there was"


def test_without_cancel_orders_what_they_hold_stays(stage: Stage) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"))

    assert stage.run(close()) == []

    assert sales(stage) == [("FILLED", Decimal("0.6"))]


@pytest.mark.parametrize("venue", FUTURES)
def test_at_the_futures_stops_are_cancelled_as_well(
    stage: Stage, at_futures: Callable[[str], None], venue: str
) -> None:
    at_futures(venue)
    entry = buy("in", venue=venue, symbol=SYMBOLS[venue], quantity="0.3", stop_loss="60000", take_profit="70000")
    stage.run(entry)

    assert stage.run(close(venue=venue, symbol=SYMBOLS[venue], cancel_orders=True)) == []

    assert [stop["state"] for stop in stage.paper.seen(f"{KINDS[venue]}/conditionals")] == ["CANCELED"]
    statuses = [order["status"] for order in stage.paper.seen(f"{KINDS[venue]}/orders")]
    assert sorted(statuses) == ["CANCELED", "FILLED", "FILLED"]
    assert stage.row("close", venue=venue).state is State.ACCEPTED


def test_a_crash_between_the_two_steps_repeats_neither(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"))
    write, crashed = DynamoLedger.write, list[str]()

    def crash(ledger: DynamoLedger, row: Row, *, over: Row) -> None:
        if row.identity.id == "close" and not crashed:
            crashed.append(row.identity.id)
            raise ConnectionError("the function dies")
        write(ledger, row, over=over)

    monkeypatch.setattr(DynamoLedger, "write", crash)
    assert len(stage.run(close(cancel_orders=True))) == 1
    assert (cancel_of(stage).state, sales(stage)) == (State.ACCEPTED, [])
    stage.run(sell_limit("b", "0.3"))  # placed since: nothing is cancelled that was not asked for
    stage.new_container()

    assert stage.invoke(stage.next_delivery(within=10)) == []

    assert stage.row("close").state is State.ACCEPTED
    assert sales(stage) == [("FILLED", Decimal("0.7"))]
    assert [request["path"] for request in stage.paper.seen("requests")].count("/api/v3/openOrders") == 1


def test_nothing_is_closed_until_the_cancellation_is_known(stage: Stage) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"))
    stage.paper.arm("answer_instead", status=503, body="", match=CANCELS)
    stage.paper.arm("answer_instead", status=503, body="", match={"method": "GET", "path": "/api/v3/openOrders"})

    assert len(stage.run(close(cancel_orders=True))) == 1

    assert (cancel_of(stage).state, sales(stage)) == (State.SENT, [])
    waiting = stage.row("close")
    assert (waiting.state, waiting.attempts) == (State.WAITING, 0)
    assert (waiting.detail or "").startswith("the orders of BTCUSDT are cancelled first: ")


def test_where_the_cancellation_dies_the_close_does_and_one_letter_says_so(stage: Stage) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"))
    stage.paper.arm("answer_instead", status=401, body=NO_KEY, match=CANCELS)

    assert stage.run(close(cancel_orders=True)) == []

    row, cancel = stage.row("close"), cancel_of(stage)
    assert (row.state, row.reason, row.code) == (State.DEAD, Reason.CREDENTIALS, "-2015")
    assert (row.detail or "").startswith(
        "the orders of BTCUSDT could not be cancelled first, so nothing was closed: Invalid API-key"
    )
    assert (cancel.state, cancel.letter_sent, cancel.mark) == (State.DEAD, True, None)
    [(_, letter)] = stage.dead_letters()
    assert letter["signal_id"] == "close"
    assert sales(stage) == []


def test_a_close_that_is_redriven_cancels_anew(stage: Stage) -> None:
    hold(stage, BTC="1")
    stage.run(sell_limit("a", "0.4"))
    stage.paper.arm("answer_instead", status=401, body=NO_KEY, match=CANCELS)
    stage.run(close(cancel_orders=True))
    death = stage.row("close").mark or ""

    stage.redrive()
    assert stage.invoke(stage.receive()) == []

    assert (stage.row("close").state, sales(stage)) == (State.ACCEPTED, [("FILLED", Decimal(1))])
    assert cancel_of(stage, once=death).state is State.ACCEPTED


def test_an_isolated_margin_account_is_closed_apart(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUES", "binance-margin")
    stage.new_container()
    stage.paper.control("margin", {"cross": {"BTC": "2"}, "BTCUSDT": {"BTC": "0.5"}})

    assert stage.run(close(venue="binance-margin", margin_mode="isolated")) == []

    report = stage.row("close", venue="binance-margin").report
    assert report is not None
    assert report.executed_quantity == Decimal("0.5")


@pytest.fixture
def at_bybit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUES", "bybit")
    monkeypatch.setenv("BYBIT_URL", stage.paper.url)
    stage.new_container()


@pytest.mark.usefixtures("at_bybit")
def test_at_bybits_spot_what_orders_hold_is_freed_and_sold(stage: Stage) -> None:
    stage.paper.control("bybit/balances", {"BTC": "0.5"})
    place = {"venue": "bybit", "product": "spot"}
    stage.run(sell_limit("a", "0.2", **place))

    stage.run(close(cancel_orders=True, **place))
    while stage.row("close", venue="bybit").state is not State.ACCEPTED:
        stage.invoke(stage.next_delivery(within=70))

    orders = [(order["orderType"], order["orderStatus"]) for order in stage.paper.seen("bybit/orders")]
    assert orders == [("Limit", "Cancelled"), ("Market", "Filled")]
    report = stage.row("close", venue="bybit").report
    assert report is not None
    assert report.executed_quantity == Decimal("0.5")


@pytest.mark.usefixtures("at_bybit")
@pytest.mark.parametrize(("held", "side"), [("0.5", "SELL"), ("-0.5", "BUY")])
def test_at_bybit_a_position_is_closed_and_only_reduced(stage: Stage, held: str, side: str) -> None:
    stage.paper.control("bybit/linear/positions", [{"symbol": "BTCUSDT", "quantity": held}])
    place = {"venue": "bybit", "product": "linear"}

    assert stage.run(close(**place)) == []
    assert stage.run(close("again", **place)) == []

    row = stage.row("close", venue="bybit")
    assert row.report is not None
    assert (row.state, row.report.side, row.report.executed_quantity) == (State.ACCEPTED, side, Decimal("0.5"))
    [order] = stage.paper.seen("bybit/orders")
    assert order["reduceOnly"] is True
    assert (stage.row("again", venue="bybit").detail or "").startswith("nothing to close: ")
