"""Orders that Bybit sizes itself by what is open: those that only reduce, those that close, and hedge mode."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import PositionSide, Side, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import find_mismatch
from tests.contract.bybit_stages import BybitStage
from tests.contract.futures import OF_BYBIT, get_report, make_stop, name, send
from tests.paper_exchange.paper_client import PaperClient

CONTRACTS = ["bybit/linear", "bybit/inverse"]


@pytest.fixture(params=OF_BYBIT)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> BybitStage:
    return OF_BYBIT[request.param](paper)


of_contracts = pytest.mark.parametrize("stage", CONTRACTS, indirect=True)
of_linear = pytest.mark.parametrize("stage", ["bybit/linear"], indirect=True)


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
