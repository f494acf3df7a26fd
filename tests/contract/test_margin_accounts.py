"""Binance margin at the paper exchange: two accounts that know nothing of each other, loans, lists, cancellations."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.bootstrap import make_system_clock
from orderexec.domain.order_words import ListKind, MarginMode, Side, SideEffect
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Cancel, CancelAll, OrderList, Request
from orderexec.domain.spot_products import SpotType
from orderexec.venues.binance.margin_inspection import MARGIN
from tests.contract.binance_stages import MarginStage, make_margin_stage
from tests.doubles.metered import surroundings
from tests.paper_exchange.paper_client import PaperClient

CROSS, ISOLATED = MarginMode.CROSS, MarginMode.ISOLATED


@pytest.fixture(params=list(MarginMode))
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> MarginStage:
    return make_margin_stage(paper, request.param)


def send(stage: MarginStage, request: Request) -> Answer:
    return stage.venue.send(request, stage.venue.now(), stage.key)


def accept(stage: MarginStage, request: Request) -> Accepted:
    answer = send(stage, request)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(answer: Answer) -> tuple[Meaning, str | None]:
    assert isinstance(answer, Failure), answer
    return answer.meaning, answer.code


def name(part: str) -> str:
    return make_client_order_id("main", "binance-margin", "signal", part)


def elsewhere(stage: MarginStage, order: Order) -> Order:
    """The same order as it would stand in the other account."""
    return replace(order, margin_mode=ISOLATED if stage.mode is CROSS else CROSS)


def debt(stage: MarginStage, asset: str = "USDT") -> Decimal:
    held: list[dict[str, Any]] = stage.paper.seen("margin")[stage.holder]["balances"]
    return next((Decimal(each["borrowed"]) for each in held if each["asset"] == asset), Decimal(0))


def end_all(stage: MarginStage, **changes: Any) -> CancelAll:
    given: dict[str, Any] = {"symbol": "BTCUSDT", "client_order_id": name("all"), "margin_mode": stage.mode}
    return CancelAll(**(given | {"until": stage.exchange_time()} | changes))


def test_an_order_of_one_account_is_not_there_in_the_other(stage: MarginStage) -> None:
    since = stage.exchange_time() - 1_000
    accept(stage, stage.orders.limit)
    other = elsewhere(stage, stage.orders.limit)

    assert refused(stage.venue.find(other, stage.key)) == (Meaning.NOT_FOUND, "-2013")
    assert refused(stage.venue.prove_absence(other, since, stage.key)) == (Meaning.NOT_FOUND, "-2013")
    assert stage.venue.list_orders(other, since, stage.key) == []
    assert isinstance(stage.venue.prove_absence(stage.orders.limit, since, stage.key), Accepted)


def test_an_order_is_ended_in_its_own_account_only(stage: MarginStage) -> None:
    order = stage.orders.limit
    other = elsewhere(stage, order)
    accept(stage, order)
    accept(stage, other)
    cancel = Cancel(
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        cancel_id=name("cancel"),
        margin_mode=order.margin_mode,
    )

    answer = accept(stage, cancel)

    assert answer.report is not None
    assert answer.report.status == "CANCELED"
    assert isinstance(stage.venue.find(cancel, stage.key), Accepted)
    still = stage.venue.find(other, stage.key)
    assert isinstance(still, Accepted)
    assert still.report is not None
    assert still.report.open


@pytest.mark.parametrize("repeated", [False, True])
def test_all_orders_of_one_account_are_ended_and_none_of_the_other(stage: MarginStage, repeated: bool) -> None:
    mine = [replace(stage.orders.limit, client_order_id=name(str(number))) for number in range(3)]
    for order in mine:
        accept(stage, order)
    other = elsewhere(stage, mine[0])
    accept(stage, other)
    stage.paper.control("clock", {"offset_ms": 60_000})  # the list of open orders lags; by then it does not
    stage.venue.ask_server_time()

    answer = accept(stage, end_all(stage, until=stage.exchange_time() - 50_000, repeated=repeated))

    assert {report.client_order_id for report in answer.others} == {order.client_order_id for order in mine}
    assert {report.status for report in answer.others} == {"CANCELED"}
    still = stage.venue.find(other, stage.key)
    assert isinstance(still, Accepted)
    assert still.report is not None
    assert still.report.open


def test_to_end_all_where_nothing_is_open_is_done_at_once(stage: MarginStage) -> None:
    assert accept(stage, end_all(stage)) == Accepted(None)


def test_a_loan_is_taken_for_what_is_missing(stage: MarginStage) -> None:
    stage.paper.control("margin", {stage.holder: {"USDT": "100"}})
    order = replace(stage.orders.market, side_effect=SideEffect.BORROW)

    assert refused(send(stage, stage.orders.market)) == (Meaning.REJECT, "-2010")
    accept(stage, order)

    assert 550 <= debt(stage) < 551  # 0.01 BTC at the market, less what was there


def test_a_loan_is_repaid_by_what_an_order_brings(stage: MarginStage) -> None:
    stage.paper.control("margin", {stage.holder: {"USDT": "0"}})
    accept(stage, replace(stage.orders.market, side_effect=SideEffect.BORROW))
    owed = debt(stage)
    sale = replace(stage.orders.market, side=Side.SELL, quantity=Decimal("0.005"), client_order_id=name("sale"))

    accept(stage, replace(sale, side_effect=SideEffect.REPAY))

    assert owed / 3 < debt(stage) < owed * 2 / 3


def test_a_loan_that_the_exchange_does_not_give_is_explained(stage: MarginStage) -> None:
    stage.paper.control("margin", {stage.holder: {"USDT": "0"}})
    stage.paper.control("lending", {"limits": {"USDT": "1"}})

    answer = send(stage, replace(stage.orders.market, side_effect=SideEffect.BORROW))

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.REJECT, "-3006")
    assert "repay some of the debt, or add collateral" in answer.detail
    assert "a loan may have been taken" not in answer.detail
    assert stage.order_ids() == []


def test_what_is_free_is_that_of_the_account(stage: MarginStage) -> None:
    stage.paper.control("margin", {"cross": {"BTC": "7"}, "BTCUSDT": {"BTC": "3"}})
    isolated = "BTCUSDT" if stage.mode is ISOLATED else None

    free = stage.venue.ask_free_balance("BTC", stage.key, isolated_symbol=isolated)

    assert free == (3 if isolated else 7)


def make_list(stage: MarginStage, kind: ListKind) -> OrderList:
    entry = replace(stage.orders.limit, client_order_id=name("entry"))
    exit_ = replace(stage.orders.limit, side=Side.SELL, time_in_force=None, price=None)
    profit = replace(exit_, type=SpotType.LIMIT_MAKER, price=Decimal(70_000), client_order_id=name("profit"))
    loss = replace(exit_, type=SpotType.STOP_LOSS, stop_price=Decimal(55_000), client_order_id=name("loss"))
    if kind is ListKind.OTO:
        return OrderList(kind=kind, list_client_order_id=name("list"), working=entry, pending=loss)
    working = entry if kind is ListKind.OTOCO else None
    return OrderList(kind=kind, list_client_order_id=name("list"), working=working, above=profit, below=loss)


@pytest.mark.parametrize("kind", [ListKind.OCO, ListKind.OTO, ListKind.OTOCO])
def test_a_list_is_placed_found_and_ended(stage: MarginStage, kind: ListKind) -> None:
    stage.paper.control("margin", {stage.holder: {"BTC": "1"}})
    orders = make_list(stage, kind)

    placed, found = accept(stage, orders), stage.venue.find(orders, stage.key)

    assert isinstance(found, Accepted)
    for answer in (placed, found):
        assert answer.report is not None
        assert answer.report.client_order_id == orders.client_order_id
        assert [each.client_order_id for each in answer.others] == [leg.client_order_id for leg in orders.legs[1:]]
    cancel = Cancel(
        symbol="BTCUSDT",
        client_order_id=orders.client_order_id,
        cancel_id=name("cancel"),
        list_client_order_id=orders.list_client_order_id,
        margin_mode=stage.mode,
    )
    ended = accept(stage, cancel)
    assert ended.report is not None
    assert not ended.report.open
    assert len(ended.others) == len(orders.legs) - 1
    assert isinstance(stage.venue.find(cancel, stage.key), Accepted)


def test_a_list_of_one_account_is_not_there_in_the_other(stage: MarginStage) -> None:
    orders = make_list(stage, ListKind.OTO)
    accept(stage, orders)
    other = replace(orders, working=elsewhere(stage, orders.legs[0]), pending=elsewhere(stage, orders.legs[1]))

    assert refused(stage.venue.find(other, stage.key)) == (Meaning.NOT_FOUND, "-2013")


def test_an_order_that_borrows_weighs_250_times_as_much(stage: MarginStage) -> None:
    accept(stage, replace(stage.orders.limit, client_order_id=name("plain")))
    plain = stage.venue.traffic.load().weight_percent

    accept(stage, replace(stage.orders.limit, side_effect=SideEffect.BORROW))

    assert plain == pytest.approx(100 * 6 / 180_000)
    assert stage.venue.traffic.load().weight_percent == pytest.approx(100 * 1_506 / 180_000)


def test_a_person_is_told_of_the_accounts_and_of_what_the_key_may(stage: MarginStage) -> None:
    keys = MARGIN.open_keys(stage.paper.url, surroundings(make_system_clock()))

    facts, permissions = keys.ask_account(stage.key), keys.ask_permissions(stage.key)

    assert not isinstance(facts, Failure)
    assert (facts.kind, facts.may_trade) == ("cross margin (classic)", True)
    assert facts.settings["cross account"] == "open"
    assert "BTCUSDT" in facts.settings["isolated accounts"]
    assert facts.settings["loans by this key"] == "not permitted"
    assert permissions is not None
    assert not isinstance(permissions, Failure)
    assert permissions.may_trade
