"""Orders on margin: which account each request is about, what it does to loans, and what a failure may leave."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import ListKind, MarginMode, SideEffect
from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import Amend, CancelAll, OrderList, Replace, Request
from orderexec.domain.validity import Resend
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_margin import (
    FLAGS,
    MODES,
    accept,
    cancel,
    cancel_all,
    margin,
    margin_order,
    report,
    send,
)
from tests.unit.venues.binance.scripted_venue import KEY, LOST, UNKNOWN_ORDER, error, failed, ids, reply

NOT_THERE = error(-2013, "Order does not exist.")


def oco(mode: MarginMode) -> OrderList:
    """The list of the documented answer."""
    legs: dict[str, Any] = {"symbol": "LTCBTC", "side": "BUY", "quantity": Decimal("0.624363")}
    return OrderList(
        kind=ListKind.OCO,
        list_client_order_id="JYVpp3F0f5CAG15DhtrqLp",
        above=margin_order(mode, **legs, client_order_id="Kk7sqHb9J6mJWTMDVW7Vos", type="STOP_LOSS"),
        below=margin_order(mode, **legs, client_order_id="xTXKaGYd4bluPVp78IVRvl", type="LIMIT_MAKER"),
    )


def requests(mode: MarginMode) -> list[Request]:
    in_list = cancel(mode, list_client_order_id="the-list")
    return [margin_order(mode), oco(mode), cancel(mode), in_list, cancel_all(mode), cancel_all(mode, repeated=True)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", range(6))
def test_every_request_and_every_question_names_the_account(mode: MarginMode, number: int) -> None:
    request = requests(mode)[number]
    answers: list[Reply | NoReply] = [NOT_THERE, reply([]), reply([]), reply([]), LOST, LOST, LOST]
    venue, transport = margin(*answers * 2)

    venue.send(request, START_MS, KEY)
    venue.find(request, KEY)
    venue.prove_absence(request, START_MS - 1_000, KEY)
    venue.list_orders(request, START_MS - 1_000, KEY)

    asked = [
        transport.parameters(index)["isIsolated"]
        for index, sent in enumerate(transport.sent)
        if "/sapi/v1/margin/" in sent["request"]
    ]
    assert len(asked) == len(transport.sent) >= 4
    assert set(asked) == {FLAGS[mode]}


@pytest.mark.parametrize("request_", [margin_order(None), CancelAll(symbol="BTCUSDT", client_order_id="c", until=0)])
def test_a_request_that_names_no_account_is_neither_sent_nor_looked_for(request_: Request) -> None:
    venue, transport = margin()

    with pytest.raises(ValueError, match="names no margin account"):
        venue.send(request_, START_MS, KEY)
    with pytest.raises(ValueError, match="names no margin account"):
        venue.find(request_, KEY)
    assert transport.sent == []


@pytest.mark.parametrize(
    "change",
    [
        Replace(order=margin_order(), replaced="x"),
        Amend(symbol="BTCUSDT", client_order_id="x", quantity=Decimal(1)),
    ],
    ids=["replace", "amend"],
)
def test_orders_on_margin_cannot_be_changed(change: Request) -> None:
    venue, _ = margin()

    with pytest.raises(ValueError, match="margin"):
        venue.send(change, START_MS, KEY)
    with pytest.raises(ValueError, match="margin has no"):
        venue.find(change, KEY)


@pytest.mark.parametrize(
    ("effect", "word"),
    [
        (None, "NO_SIDE_EFFECT"),
        (SideEffect.BORROW, "MARGIN_BUY"),
        (SideEffect.REPAY, "AUTO_REPAY"),
        (SideEffect.BORROW_REPAY, "AUTO_BORROW_REPAY"),
    ],
)
def test_what_an_order_does_to_loans_is_always_said(effect: SideEffect | None, word: str) -> None:
    _, transport = send(margin_order(effect=effect), LOST)

    assert transport.sent[0]["request"] == "POST /sapi/v1/margin/order"
    assert transport.parameters()["sideEffectType"] == word


@pytest.mark.parametrize("name", ["order_result", "order_full"])
def test_a_placed_order_is_reported(name: str) -> None:
    answer = accept(margin_order(), reply(recorded(name, "binance_margin")))

    assert answer.report is not None
    assert (answer.report.status, answer.report.executed_quantity) == ("FILLED", Decimal("0.001"))
    assert answer.report.average_price == Decimal("65982.53")


def test_an_answer_about_another_order_proves_nothing() -> None:
    answer, _ = send(margin_order(client_order_id="ours"), reply(recorded("order_result", "binance_margin")))

    assert failed(answer).meaning is Meaning.UNKNOWN


def test_a_dry_run_is_not_sent() -> None:
    with pytest.raises(ValueError, match="no dry run"):
        send(margin_order(dry_run=True))


def test_an_absence_is_proven_by_three_sources_of_the_account() -> None:
    venue, transport = margin(NOT_THERE, reply([]), reply([]))

    answer = venue.prove_absence(margin_order(MarginMode.ISOLATED), START_MS - 1_000, KEY)

    assert (failed(answer).meaning, failed(answer).code) == (Meaning.NOT_FOUND, "-2013")
    assert [sent["request"].rpartition("/")[2] for sent in transport.sent] == ["order", "openOrders", "allOrders"]


def test_a_history_is_asked_for_in_spans_of_less_than_a_day_and_500_orders() -> None:
    venue, transport = margin(*[reply([])] * 2)

    assert venue.list_orders(margin_order(), START_MS - 86_400_000, KEY) == []

    spans = [transport.parameters(index) for index in range(2)]
    assert all(int(span["endTime"]) - int(span["startTime"]) < 86_400_000 for span in spans)
    assert {span["limit"] for span in spans} == {"500"}


def test_a_full_answer_of_the_history_is_asked_for_in_halves() -> None:
    full = [recorded("query_order", "binance_margin") | {"orderId": number} for number in range(500)]
    ours = recorded("query_order", "binance_margin") | {"clientOrderId": "E156O3KP4gOif65bjuUK5V"}
    venue, _ = margin(reply(full), reply([]), reply([ours]))

    found = venue.list_orders(margin_order(), START_MS - 60_000, KEY)

    assert isinstance(found, list)
    assert [each.client_order_id for each in found] == ["E156O3KP4gOif65bjuUK5V"]


def test_its_bounds_are_assumed_and_so_an_order_is_sent_again_once() -> None:
    venue, _ = margin()

    validity = venue.get_validity(margin_order())

    assert validity.compute_fence(0) == 5_000 + 20_000 + 15_000 + 2_000
    assert venue.resend is Resend.ONCE


DEBT = "; a loan may have been taken for it all the same: look at the account's debts"
IN_DOUBT = [LOST, error(-1007, status=504), error(-3044), error(-3007), reply(b"<html>", 403)]
AT_THE_ENGINE = [
    error(-2010, "Account has insufficient balance for requested action."),
    error(-1013, "Filter failure: LOT_SIZE"),
    error(-20204, "Filter failure: NOTIONAL."),
]
BEFORE_ANY_LOAN = [
    *(error(code) for code in (-3006, -3045, -3067, -1021, -2015, -1100)),
    error(-1003, status=429),
]


@pytest.mark.parametrize("answer", IN_DOUBT + AT_THE_ENGINE)
@pytest.mark.parametrize("effect", list(SideEffect))
def test_a_borrowing_order_that_fails_may_leave_a_loan(answer: Reply | NoReply, effect: SideEffect) -> None:
    told, _ = send(margin_order(effect=effect), answer, *([reply({})] if answer == IN_DOUBT[-1] else []))

    assert failed(told).detail.endswith(DEBT) is (effect is not SideEffect.REPAY)


@pytest.mark.parametrize("answer", [*BEFORE_ANY_LOAN, NoReply(False, "refused")])
def test_an_order_that_is_refused_before_a_loan_leaves_none(answer: Reply | NoReply) -> None:
    told, _ = send(margin_order(effect=SideEffect.BORROW), answer)

    assert DEBT not in failed(told).detail


@pytest.mark.parametrize("answer", IN_DOUBT[:-1] + AT_THE_ENGINE)
def test_an_order_that_borrows_nothing_leaves_no_loan(answer: Reply | NoReply) -> None:
    told, _ = send(margin_order(), answer)

    assert DEBT not in failed(told).detail


def test_a_list_may_leave_a_loan_as_well() -> None:
    legs: dict[str, Any] = {"symbol": "LTCBTC", "side": "BUY"}
    working = margin_order(effect=SideEffect.BORROW, **legs, type="LIMIT", client_order_id="a")
    pending = margin_order(effect=SideEffect.BORROW, **legs, type="STOP_LOSS", client_order_id="b")
    orders = OrderList(kind=ListKind.OTO, list_client_order_id="l", working=working, pending=pending)

    told, transport = send(orders, AT_THE_ENGINE[0])

    assert transport.sent[0]["request"] == "POST /sapi/v1/margin/order/oto"
    assert failed(told).detail.endswith(DEBT)


def test_a_placed_list_reports_its_orders() -> None:
    answer = accept(oco(MarginMode.CROSS), reply(recorded("list_oco", "binance_margin")))

    assert ids(answer) == ["Kk7sqHb9J6mJWTMDVW7Vos", "xTXKaGYd4bluPVp78IVRvl"]


@pytest.mark.parametrize(("mode", "symbol"), [(MarginMode.CROSS, None), (MarginMode.ISOLATED, "LTCBTC")])
def test_a_list_is_looked_up_by_its_symbol_in_isolated_accounts_only(mode: MarginMode, symbol: str | None) -> None:
    venue, transport = margin(NOT_THERE, reply(recorded("query_list", "binance_margin")))

    answer = venue.find(oco(mode), KEY)

    assert failed(answer).meaning is Meaning.UNKNOWN
    assert transport.sent[1]["request"] == "GET /sapi/v1/margin/orderList"
    assert transport.parameters(1).get("symbol") == symbol


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_order_is_reported_although_the_answer_tells_no_time(mode: MarginMode) -> None:
    answer = accept(cancel(mode), reply(recorded("cancel_order", "binance_margin")))

    assert answer.report is not None
    assert (answer.report.order_id, answer.report.client_order_id) == ("28", "myOrder1")
    assert (answer.report.status, answer.report.created_at) == ("CANCELED", START_MS)


def test_a_cancelled_list_reports_the_order_that_was_meant_first() -> None:
    ended = cancel(
        MarginMode.CROSS, client_order_id="TXOvglzXuaubXAaENpaRCB", list_client_order_id="C3wyj4WVEktd7u9aVBRXcN"
    )

    answer = accept(ended, reply(recorded("cancel_list", "binance_margin")))

    assert ids(answer) == ["TXOvglzXuaubXAaENpaRCB", "pO9ufTiFGg3nw2fOdgeOXa"]


def test_what_was_filled_already_is_told_as_that() -> None:
    answer = accept(cancel(MarginMode.CROSS), UNKNOWN_ORDER, report("myOrder1", status="FILLED"))

    assert answer.report is not None
    assert answer.report.status == "FILLED"


@pytest.mark.parametrize("mode", MODES)
def test_all_of_a_symbols_orders_in_one_account_are_cancelled(mode: MarginMode) -> None:
    answer, transport = send(cancel_all(mode), reply(recorded("cancel_open_orders", "binance_margin")))

    assert isinstance(answer, Accepted)
    assert ids(answer) == ["E6APeyTJvkMvLMYMqu1KQ4", "A3EF2HCwxgZPFMrfwbgrhv"]
    assert transport.sent[0]["request"] == "DELETE /sapi/v1/margin/openOrders"


def test_a_repeat_spares_what_came_after_the_signal() -> None:
    until = START_MS - 60_000
    orders = [recorded("query_order", "binance_margin") | {"orderId": n, "time": until + n - 2} for n in (1, 2, 3)]
    ended = recorded("cancel_order", "binance_margin") | {"origClientOrderId": "ZwfQzuDIGpceVhKW5DvCmO"}

    answer, transport = send(
        cancel_all(MarginMode.ISOLATED, repeated=True), reply(orders), UNKNOWN_ORDER, reply(ended), LOST
    )

    assert isinstance(answer, Accepted)
    assert [transport.parameters(index)["orderId"] for index in (1, 2)] == ["1", "2"]
    assert transport.sent[1]["request"] == "DELETE /sapi/v1/margin/order"


@pytest.mark.parametrize(
    ("answer", "meaning", "words"),
    [
        (
            error(-3064, "Limit price needs to be within (-15%,15%)."),
            Meaning.REJECT,
            "with a price nearer to the market",
        ),
        (error(-3067, "This asset is currently not a supported margin asset."), Meaning.REJECT, "another symbol"),
        (error(-20204, "Filter failure: NOTIONAL."), Meaning.REJECT, "breaks a rule of the symbol"),
        (error(-20204, "Filter failure: NOTIONAL"), Meaning.STALE_RULES, "worth"),
    ],
)
def test_what_only_the_page_of_the_new_order_documents_is_a_refusal(
    answer: Reply, meaning: Meaning, words: str
) -> None:
    told = failed(send(margin_order(), answer)[0])

    assert told.meaning is meaning
    assert words in told.detail
