"""Cancelling, replacing and amending what an earlier signal placed, through the whole function."""

from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import Reason, State
from tests.integration.stage import Stage

Fields = dict[str, object]
CANCELS = {"method": "DELETE", "path": "/api/v3/order"}
REPLACES = {"method": "POST", "path": "/api/v3/order/cancelReplace"}


def resting(signal_id: str, **fields: object) -> Fields:
    order: Fields = {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01"}
    return order | {"price": "60000"} | fields


def cancel(target: str | None, signal_id: str = "cancel", **fields: object) -> Fields:
    meant: Fields = {"all_orders": True} if target is None else {"target": target}
    return {"id": signal_id, "action": "cancel", "symbol": "BTCUSDT"} | meant | fields


def replace(target: str, signal_id: str = "replace", **fields: object) -> Fields:
    return resting(signal_id) | {"action": "replace", "target": target, "price": "61000"} | fields


def statuses(stage: Stage) -> list[str]:
    return [order["status"] for order in stage.paper.seen("orders")]


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_an_open_order_is_cancelled_once(stage: Stage, lost: bool) -> None:
    stage.run(resting("a"))
    if lost:
        stage.paper.arm("lose_answer", match=CANCELS)

    assert stage.run(cancel("a")) == []

    row = stage.row("cancel")
    assert row.report is not None
    assert (row.state, row.report.status, statuses(stage)) == (State.ACCEPTED, "CANCELED", ["CANCELED"])


def test_a_cancel_that_came_too_late_says_so_and_what_is_held_now(stage: Stage) -> None:
    stage.run(resting("a"))
    stage.paper.control("prices", {"BTCUSDT": "59000"})

    assert stage.run(cancel("a")) == []

    report = stage.row("cancel").report
    assert report is not None
    assert (stage.row("cancel").state, report.status) == (State.ACCEPTED, "FILLED")
    told = f"too late: order {report.order_id} was FILLED before; nothing was canceled; you hold 0.01 BTC by it"
    assert stage.row("cancel").detail == told
    assert stage.dead_letters() == []


def test_a_whole_list_is_cancelled_by_the_signal_that_placed_it(stage: Stage) -> None:
    stage.run(resting("b", take_profit="70000", stop_loss="55000"))

    assert stage.run(cancel("b")) == []

    assert statuses(stage) == ["CANCELED"] * 3
    assert stage.row("cancel").state is State.ACCEPTED


def test_a_signal_that_waits_is_ended_without_the_exchange_and_never_sent(stage: Stage) -> None:
    stage.paper.arm("rate_limit", seconds=1)
    stage.run(resting("a"))
    assert stage.row("a").state is State.WAITING

    assert stage.run(cancel("a")) == []

    target = stage.row("a")
    assert (target.state, target.reason) == (State.DEAD, Reason.CANCELED)
    assert (stage.row("cancel").state, stage.row("cancel").attempts) == (State.ACCEPTED, 0)
    assert stage.invoke(stage.next_delivery(within=5)) == []  # its message comes back and is done with
    assert (statuses(stage), stage.dead_letters()) == ([], [])


def test_a_cancellation_waits_until_it_is_known_what_became_of_its_target(stage: Stage) -> None:
    stage.paper.arm("lose_request")
    stage.run(resting("a"))
    assert stage.row("a").state is State.SENT

    stage.run(cancel("a"), cancel("never-seen", "other", max_age_seconds=0.5))

    assert [each["path"] for each in stage.paper.seen("requests") if each["method"] == "DELETE"] == []
    while (letters := stage.dead_letters()) == []:
        stage.invoke(stage.next_delivery(within=5))
    [(_, letter)] = letters
    assert (letter["reason"], letter["signal_id"]) == ("EXPIRED", "other")


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        (cancel("a", symbol="ETHUSDT"), "is about BTCUSDT, not ETHUSDT"),
        (replace("list"), "placed a list of orders, which can only be canceled"),
        ({"id": "x", "action": "amend", "symbol": "BTCUSDT", "target": "a", "quantity": "0.01"}, "can only reduce"),
        ({"id": "x", "action": "amend", "symbol": "BTCUSDT", "target": "dead", "quantity": "0.01"}, "ended DEAD"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(stage: Stage, signal: Fields, words: str) -> None:
    stage.run(resting("a"), resting("list", take_profit="70000"), resting("dead", price="0.001"))

    stage.run(signal)

    row = stage.row(str(signal["id"]))
    assert (row.state, row.reason, row.attempts) == (State.DEAD, Reason.RULES, 0)
    assert words in (row.detail or "")


def test_all_orders_of_the_symbol_are_cancelled_and_no_others(stage: Stage) -> None:
    stage.run(resting("a"), resting("b", price="59000"), resting("e", symbol="ETHUSDT", price="3000", quantity="0.1"))

    assert stage.run(cancel(None)) == []

    by_symbol = {(order["symbol"], order["status"]) for order in stage.paper.seen("orders")}
    assert by_symbol == {("BTCUSDT", "CANCELED"), ("ETHUSDT", "NEW")}
    assert len(stage.row("cancel").others) == 2
    assert stage.run(cancel(None, "again")) == []
    assert stage.row("again").state is State.ACCEPTED


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_an_order_is_replaced_by_exactly_one_other(stage: Stage, lost: bool) -> None:
    stage.run(resting("a"))
    if lost:
        stage.paper.arm("lose_answer", match=REPLACES)

    assert stage.run(replace("a")) == []

    assert statuses(stage) == ["CANCELED", "NEW"]
    row = stage.row("replace")
    assert (row.state, row.attempts) == (State.ACCEPTED, 1)
    if not lost:
        assert [report.status for report in row.others] == ["CANCELED"]
    assert stage.run(cancel("replace")) == []  # what a replacement placed can be cancelled by its signal
    assert statuses(stage) == ["CANCELED", "CANCELED"]


def test_what_is_filled_is_not_replaced(stage: Stage) -> None:
    stage.run(resting("a"))
    stage.paper.control("prices", {"BTCUSDT": "59000"})

    stage.run(replace("a", price="58000"))

    row = stage.row("replace")
    assert (row.state, row.reason, row.code) == (State.DEAD, Reason.REJECTED, "-2022")
    assert "the old order could not be canceled, so no new one was sent" in (row.detail or "")
    assert len(statuses(stage)) == 1


def test_a_replacement_of_which_only_the_cancellation_worked_says_so(stage: Stage) -> None:
    stage.run(resting("a"))

    stage.run(replace("a", type="LIMIT_MAKER", price="66000"))  # would take at once, so it is refused

    row = stage.row("replace")
    assert (row.state, row.reason, statuses(stage)) == (State.DEAD, Reason.REJECTED, ["CANCELED"])
    assert "the old order is canceled, the new one was refused" in (row.detail or "")


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_an_order_is_reduced_in_its_place(stage: Stage, lost: bool) -> None:
    stage.run(resting("a"))
    if lost:
        stage.paper.arm("lose_answer", match={"method": "PUT", "path": "/api/v3/order/amend/keepPriority"})

    amend = {"id": "amend", "action": "amend", "symbol": "BTCUSDT", "target": "a", "quantity": "0.004"}
    assert stage.run(amend) == []

    report = stage.row("amend").report
    assert report is not None
    assert (stage.row("amend").state, report.quantity) == (State.ACCEPTED, Decimal("0.004"))
    assert [order["origQty"] for order in stage.paper.seen("orders")] == ["0.00400000"]
