"""Orders that Bybit sizes or attaches itself: what only reduces, what closes, hedge mode, exits, triggers of spot."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import PositionSide, Side, TimeInForce, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import CancelAll, find_mismatch
from tests.contract.bybit_stages import CREATE, BybitStage
from tests.contract.futures import OF_BYBIT, cancel_of, get_meaning, get_report, make_stop, name, send
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


def make_sale(stage: BybitStage, times: int = 1, **changes: object) -> Order:
    """A market order that sells so many times what `orders.market` buys."""
    name_of_size = "contracts" if stage.orders.market.contracts else "quantity"
    usual = {name_of_size: get_size(stage) * times, "client_order_id": name("sale")}
    return replace(stage.orders.market, side=Side.SELL, **(usual | changes))  # type: ignore[arg-type]


def make_close(stage: BybitStage, **changes: object) -> Order:
    return make_sale(stage, **({"quantity": None, "contracts": None, "close_position": True} | changes))  # type: ignore[arg-type]


def ask_position(stage: BybitStage, side: PositionSide | None = None) -> Decimal:
    held = stage.positions.ask_position(stage.orders.market.symbol, side, stage.key)
    assert isinstance(held, Decimal), held
    return held


@of_contracts
def test_what_only_reduces_is_cut_to_what_is_open_and_known_by_that(stage: BybitStage) -> None:
    asked_at = stage.exchange_time()
    send(stage, stage.orders.market)
    sale = make_sale(stage, times=3, reduce_only=True)

    answer = send(stage, sale)

    for report in (get_report(answer), get_report(stage.venue.find(sale, stage.key))):
        assert (report.status, report.executed_quantity) == ("FILLED", get_size(stage))
        assert find_mismatch(sale, report, asked_at) is None
    assert ask_position(stage) == 0
    [listed] = [each for each in stage.seen() if each["orderLinkId"] == sale.client_order_id]
    assert listed["reduceOnly"] is True


@of_contracts
def test_what_only_reduces_is_refused_where_nothing_is_open(stage: BybitStage) -> None:
    for order in (make_sale(stage, reduce_only=True), make_close(stage, client_order_id=name("close"))):
        answer = send(stage, order)
        assert isinstance(answer, Failure)
        assert (answer.meaning, answer.code) == (Meaning.REJECT, "110017")
    assert stage.order_ids() == []


@of_contracts
def test_all_of_a_position_is_closed_by_an_order_without_a_size(stage: BybitStage) -> None:
    asked_at = stage.exchange_time()
    for part in ("a", "b"):
        send(stage, replace(stage.orders.market, client_order_id=name(part)))
    close = make_close(stage)

    report = get_report(send(stage, close))

    assert (report.status, report.executed_quantity) == ("FILLED", 2 * get_size(stage))
    assert find_mismatch(close, report, asked_at) is None
    assert ask_position(stage) == 0


@of_contracts
def test_a_stop_without_a_size_closes_what_is_open_when_it_triggers(stage: BybitStage) -> None:
    stop = replace(make_stop(stage), quantity=None, contracts=None, reduce_only=False, close_position=True)
    send(stage, stage.orders.market)
    get_report(send(stage, stop))
    send(stage, replace(stage.orders.market, client_order_id=name("more")))

    stage.move("59000")

    report = get_report(stage.venue.find(stop, stage.key))
    assert (report.status, report.executed_quantity) == ("FILLED", 2 * get_size(stage))
    assert find_mismatch(stop, report, 0) is None
    assert ask_position(stage) == 0


@of_contracts
def test_a_stop_that_watches_the_mark_price_does_not_move_with_the_last(stage: BybitStage) -> None:
    send(stage, stage.orders.market)
    stops = make_stop(stage, working_type=WorkingType.MARK, client_order_id=name("marked")), make_stop(stage)
    for stop in stops:
        get_report(send(stage, stop))
    stage.set(f"{stage.kind}/markPrices", {stops[0].symbol: "62000"})

    stage.move("59900")

    assert [get_report(stage.venue.find(stop, stage.key)).status for stop in stops] == ["UNTRIGGERED", "FILLED"]


@of_contracts
@pytest.mark.parametrize(
    ("kind", "side", "stop_price", "direction"),
    [
        (BybitType.STOP_LOSS, Side.SELL, 60_000, 2),
        (BybitType.STOP_LOSS, Side.BUY, 70_000, 1),
        (BybitType.TAKE_PROFIT, Side.SELL, 70_000, 1),
        (BybitType.TAKE_PROFIT, Side.BUY, 60_000, 2),
    ],
)
def test_the_exchange_is_told_from_which_side_the_price_must_come(
    stage: BybitStage, kind: BybitType, side: Side, stop_price: int, direction: int
) -> None:
    order = make_stop(stage, type=kind, side=side, stop_price=Decimal(stop_price), reduce_only=False)

    get_report(send(stage, order))
    [listed] = stage.seen()
    assert listed["triggerDirection"] == direction

    passed = replace(order, client_order_id=name("passed"), stop_price=Decimal(130_000 - stop_price))
    refused = send(stage, passed)
    assert isinstance(refused, Failure)
    assert (refused.meaning, refused.code) == (Meaning.REJECT, "110093" if direction == 2 else "110092")


@of_linear
def test_in_hedge_mode_each_side_is_closed_alone(stage: BybitStage) -> None:
    stage.hedge()
    short = make_sale(stage, position_side=PositionSide.SHORT)
    for order in (replace(stage.orders.market, position_side=PositionSide.LONG), short):
        get_report(send(stage, order))
    close = make_close(stage, client_order_id=name("close"), position_side=PositionSide.LONG)

    report = get_report(send(stage, close))

    assert (report.status, report.executed_quantity) == ("FILLED", get_size(stage))
    assert [ask_position(stage, side) for side in PositionSide] == [0, -get_size(stage)]


@of_linear
def test_in_hedge_mode_an_order_that_reduces_never_opens_the_other_side(stage: BybitStage) -> None:
    stage.hedge()
    get_report(send(stage, replace(stage.orders.market, position_side=PositionSide.LONG)))
    sale = make_sale(stage, times=5, position_side=PositionSide.LONG)
    assert sale.only_reduces

    answer = send(stage, sale)

    assert isinstance(answer, Failure)  # nobody documents whether it is cut there; the paper exchange refuses it
    assert (answer.meaning, answer.code) == (Meaning.REJECT, "110017")
    assert [ask_position(stage, side) for side in PositionSide] == [get_size(stage), 0]


@of_contracts
def test_a_position_side_is_refused_by_an_account_in_one_way_mode(stage: BybitStage) -> None:
    answer = send(stage, replace(stage.orders.market, position_side=PositionSide.LONG))

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.REJECT, "10001")
    assert "position idx not match position mode" in answer.detail
    assert stage.order_ids() == []


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

    answer = send(stage, cancel)

    assert isinstance(answer, Accepted)
    assert {each.order_id for each in answer.others} == set(exits)
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
