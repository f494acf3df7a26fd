"""Orders of Bybit that end at once, bring exits with them, or wait at spot, which has no word for the side."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import Side, TimeInForce
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import CancelAll
from tests.contract.bybit_stages import CREATE, BybitStage
from tests.contract.futures import OF_BYBIT, cancel_of, end_all, get_meaning, get_report, make_stop, name, send
from tests.paper_exchange.paper_client import PaperClient

CONTRACTS = ["bybit/linear", "bybit/inverse"]


@pytest.fixture(params=OF_BYBIT)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> BybitStage:
    return OF_BYBIT[request.param](paper)


of_contracts = pytest.mark.parametrize("stage", CONTRACTS, indirect=True)
of_linear = pytest.mark.parametrize("stage", ["bybit/linear"], indirect=True)
of_spot = pytest.mark.parametrize("stage", ["bybit/spot"], indirect=True)


def get_size(stage: BybitStage) -> Decimal:
    size = stage.orders.market.size
    assert size is not None
    return size


def make_entry(stage: BybitStage, entry: Order) -> Order:
    """The entry with both exits on it."""
    profit = make_stop(stage, type=BybitType.TAKE_PROFIT, stop_price=Decimal(70_000), client_order_id=name("profit"))
    return replace(entry, take_profit=profit, stop_loss=make_stop(stage, stop_price=Decimal(58_000)))


@of_contracts
def test_exits_come_with_what_an_entry_fills_and_are_told_as_no_orders_of_the_signals(stage: BybitStage) -> None:
    entry, since = make_entry(stage, stage.orders.market), stage.exchange_time()

    report = get_report(send(stage, entry))

    assert (report.status, report.client_order_id) == ("FILLED", entry.client_order_id)
    exits = [each for each in stage.seen() if not each["orderLinkId"]]
    assert sorted(each["stopOrderType"] for each in exits) == ["PartialStopLoss", "PartialTakeProfit"]
    assert {each["qty"] for each in exits} == {str(get_size(stage))}
    assert stage.venue.list_orders(entry, since, stage.key) == [report]


def test_an_entry_that_rests_has_no_exits_yet_and_none_once_it_is_cancelled(stage: BybitStage) -> None:
    entry = make_entry(stage, stage.orders.limit)
    get_report(send(stage, entry))
    assert len(stage.order_ids()) == 1

    get_report(send(stage, cancel_of(entry)))
    stage.move("59000")

    assert stage.see_states() == {entry.client_order_id: "CANCELED"}


def test_exits_of_an_entry_end_with_all_orders_of_the_symbol(stage: BybitStage) -> None:
    entry = make_entry(stage, stage.orders.limit)
    send(stage, entry)
    stage.move("59900")  # it fills
    exits = [each["orderId"] for each in stage.seen() if not each["orderLinkId"]]
    assert len(exits) == 2
    cancel = CancelAll(symbol=entry.symbol, client_order_id="ours", until=stage.exchange_time())

    ended = end_all(stage, cancel)

    assert {each.order_id for each in ended.others} == set(exits)
    assert {each["orderStatus"] for each in stage.seen()} == {"Filled", "Deactivated"}


def test_an_order_that_would_take_though_it_must_not_is_cancelled_with_the_exchanges_reason(stage: BybitStage) -> None:
    maker = replace(stage.orders.limit, type=BybitType.LIMIT_MAKER, price=Decimal(70_000), time_in_force=None)

    answer = send(stage, maker)

    report = get_report(answer)
    assert (report.status, report.open, report.executed_quantity) == ("CANCELED", False, Decimal(0))
    assert isinstance(answer, Accepted)
    assert answer.note == "the order is CANCELED: EC_PostOnlyWillTakeLiquidity"


def test_an_order_that_must_not_take_rests_where_it_does_not(stage: BybitStage) -> None:
    maker = replace(stage.orders.limit, type=BybitType.LIMIT_MAKER, time_in_force=None)

    assert (get_report(send(stage, maker)).status, *stage.see_states().values()) == ("NEW", "NEW")


@pytest.mark.parametrize("lifetime", [TimeInForce.IOC, TimeInForce.FOK])
def test_an_order_that_ends_at_once_is_told_with_what_it_filled(stage: BybitStage, lifetime: TimeInForce) -> None:
    taken = replace(stage.orders.limit, price=Decimal(66_000), time_in_force=lifetime)
    idle = replace(stage.orders.limit, time_in_force=lifetime, client_order_id=name("idle"))

    filled, ended = get_report(send(stage, taken)), get_report(send(stage, idle))

    assert (filled.status, filled.executed_quantity) == ("FILLED", get_size(stage))
    assert filled.average_price is not None
    assert (ended.status, ended.executed_quantity, ended.average_price) == ("CANCELED", Decimal(0), None)


@of_linear
def test_an_order_that_is_worth_too_little_breaks_rules_that_may_have_changed(stage: BybitStage) -> None:
    """Of contracts only this rule has a code of its own; a quantity off its step has that of every parameter."""
    filters = {"MIN_NOTIONAL": {"notional": "100000"}}
    stage.set("linear/symbols", {"symbol": stage.orders.market.symbol, "filters": filters})

    answer = send(stage, stage.orders.limit)

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.STALE_RULES, "110094")


@of_spot
@pytest.mark.parametrize("kind", [BybitType.STOP_LOSS, BybitType.STOP_LOSS_LIMIT])
def test_spot_is_not_sent_a_stop_that_the_market_has_passed(stage: BybitStage, kind: BybitType) -> None:
    """The exchange itself would take it, and let it wait for the market to come back."""
    limit = {"price": Decimal(70_000), "time_in_force": TimeInForce.GTC} if kind is BybitType.STOP_LOSS_LIMIT else {}
    passed = make_stop(stage, type=kind, stop_price=Decimal(70_000), **limit)

    assert get_meaning(send(stage, passed)) is Meaning.REJECT
    assert CREATE not in [each["path"] for each in stage.paper.seen("requests")]


@of_spot
def test_spot_keeps_what_a_conditional_order_sells_from_the_start(stage: BybitStage) -> None:
    free = stage.venue.ask_free_balance("BTC", stage.key)
    assert isinstance(free, Decimal)

    get_report(send(stage, make_stop(stage)))

    assert stage.venue.ask_free_balance("BTC", stage.key) == free - get_size(stage)
    assert [each["stopOrderType"] for each in stage.seen()] == ["tpslOrder"]


@of_spot
@pytest.mark.parametrize("side", list(Side))
def test_a_market_order_of_spot_is_of_the_unit_that_is_named(stage: BybitStage, side: Side) -> None:
    base = replace(stage.orders.market, side=side)
    quote = replace(base, quantity=None, quote_quantity=Decimal(130), client_order_id=name("quote"))

    bought, spent = get_report(send(stage, base)), get_report(send(stage, quote))

    assert bought.executed_quantity == Decimal("0.01")
    assert abs(spent.executed_quantity - Decimal("0.002")) <= Decimal("0.00001")
    assert (spent.quantity, spent.quote_quantity) == (None, Decimal(130))
