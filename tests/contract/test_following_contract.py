"""What following relies on in a venue: an order as it stands now, lists of open orders, fees, and what each costs."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import MarginMode, TimeInForce
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.product import AMEND
from orderexec.domain.products import PRODUCTS
from orderexec.domain.requests import Amend
from orderexec.ports import Credentials, Snapshot
from tests.contract.fake_stage import FakeStage
from tests.contract.happenings import (
    BELOW,
    cancel,
    fill,
    fill_in_part,
    get_paper,
    get_part,
    list_open,
    look_up,
    measure,
    rest,
    send,
)
from tests.contract.stage import Stage
from tests.contract.venues import STAGES, make_stage

WRONG_KEY = Credentials("some-other-key", "secret")
OTHERS = {"BTCUSDT": "ETHUSDT", "BTCUSD_PERP": "ETHUSD_PERP", "BTCUSD": "ETHUSD"}
OVER_HTTP = [name for name in STAGES if name != "fake"]
# Why an IOC order ended that nobody met, in the exchange's own word; futures of Binance tell none.
UNMET = {"spot": "UNFILLED_IOC_QUANTITY_EXPIRED", "margin": "UNFILLED_IOC_QUANTITY_EXPIRED"}
UNMET |= {"bybit": "EC_NoImmediateQtyToFill"}
SPOT_FEE, TAKER_FEE = Decimal("0.001"), Decimal("0.0005")  # of the paper exchange


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Stage:
    stage = make_stage(request.param, request)
    if isinstance(stage, FakeStage):
        stage.exchange.fee = SPOT_FEE
    return stage


@pytest.fixture(params=OVER_HTTP)
def remote(request: pytest.FixtureRequest) -> Stage:
    return make_stage(request.param, request)


def get_meaning(answer: object) -> Meaning:
    assert isinstance(answer, Failure), answer
    return answer.meaning


def find_elsewhere(stage: Stage, order: Order) -> Order:
    """An order like it of another symbol, where something far from the market can rest."""
    symbol = OTHERS[order.symbol]
    if isinstance(stage, FakeStage):
        stage.exchange.instruments[symbol] = replace(stage.exchange.instruments[order.symbol], symbol=symbol)
        stage.exchange.prices[symbol] = Decimal(3_000)
    price = stage.venue.rules.get_last_price(symbol, not_before=0)
    assert isinstance(price, Snapshot)
    return replace(order, symbol=symbol, client_order_id="elsewhere", price=(price.value * 9 / 10).quantize(Decimal(1)))


def test_an_order_that_rests_is_told_as_new(stage: Stage) -> None:
    order = rest(stage)

    report = look_up(stage, order)

    assert (report.status, report.open) == ("NEW", True)
    assert (report.quantity, report.executed_quantity, report.average_price) == (order.size, Decimal(0), None)
    assert (report.why, report.fees) == (None, None)
    assert (report.client_order_id, report.symbol, report.side) == (order.client_order_id, order.symbol, order.side)
    assert [report.order_id] == stage.order_ids()


def test_an_order_that_is_filled_in_part_is_told_with_its_part(stage: Stage) -> None:
    order = rest(stage)

    fill_in_part(stage, order)

    report = look_up(stage, order)
    assert (report.status, report.open) == ("PARTIALLY_FILLED", True)
    assert (report.executed_quantity, report.average_price) == (get_part(order), order.price)


def test_an_order_that_is_filled_is_told_with_its_price(stage: Stage) -> None:
    order = rest(stage)

    fill(stage, order)

    report = look_up(stage, order)
    assert (report.status, report.open, report.why) == ("FILLED", False, None)
    assert (report.executed_quantity, report.average_price) == (order.size, order.price)


def test_an_order_that_was_cancelled_is_told_with_what_it_traded_before(stage: Stage) -> None:
    order = rest(stage)
    fill_in_part(stage, order)

    cancel(stage, order)

    report = look_up(stage, order)
    assert (report.status, report.open, report.executed_quantity) == ("CANCELED", False, get_part(order))


def test_an_order_that_nobody_met_is_told_with_the_exchanges_reason(remote: Stage, request: Any) -> None:
    order = replace(remote.orders.limit, time_in_force=TimeInForce.IOC)
    send(remote, order)

    report = look_up(remote, order)

    family = next((each for each in UNMET if each in request.node.callspec.params["remote"].split("/")[0]), None)
    assert (report.open, report.executed_quantity) == (False, Decimal(0))
    assert report.status in ("EXPIRED", "CANCELED")
    assert report.why == (None if family is None else UNMET[family])


def test_an_order_that_was_amended_is_told_as_it_is_now(remote: Stage, request: Any) -> None:
    market = request.node.callspec.params["remote"].split(" ")[0]
    if AMEND not in PRODUCTS[market].actions:
        pytest.skip("the venue amends no orders")
    order = rest(remote)
    smaller = get_part(order)
    with_price = {} if market == "binance-spot" else {"price": order.price, "side": order.side}

    change = Amend(symbol=order.symbol, client_order_id=order.client_order_id, quantity=smaller, **with_price)  # type: ignore[arg-type]
    send(remote, change)

    report = look_up(remote, order)
    assert (report.status, report.quantity, report.executed_quantity) == ("NEW", smaller, Decimal(0))


def test_an_order_that_was_never_sent_is_not_found(stage: Stage) -> None:
    rest(stage, client_order_id="another")

    assert get_meaning(stage.venue.look_up(stage.orders.limit, stage.key)) is Meaning.NOT_FOUND


def test_an_order_that_lookups_do_not_show_yet_is_not_found_and_not_listed(stage: Stage) -> None:
    stage.hide_next_order()
    order = rest(stage)

    assert get_meaning(stage.venue.look_up(order, stage.key)) is Meaning.NOT_FOUND
    assert list_open(stage, order) == []


@pytest.mark.parametrize(("code", "text"), [(-2026, "Order was canceled or expired."), (-2011, "Unknown order sent.")])
def test_other_words_than_the_documented_ones_are_no_absence(remote: Stage, code: int, text: str) -> None:
    root = getattr(remote, "root", None)
    if root is None:
        pytest.skip("it has no words for an absence")
    if code == -2026 and root in ("/fapi/v1", "/dapi/v1"):
        pytest.skip("there it is the code of something else")
    lookups = {"method": "GET", "path": f"{root}/order"}
    get_paper(remote).arm("answer_instead", status=400, code=code, msg=text, match=lookups)

    told = remote.venue.look_up(remote.orders.limit, remote.key)

    assert isinstance(told, Failure)
    assert (told.meaning, told.code) == (Meaning.UNKNOWN, str(code))
    assert text in told.detail


def test_what_cannot_be_asked_is_a_failure_and_no_absence(stage: Stage) -> None:
    order = rest(stage)
    report = look_up(stage, order)

    told = [
        stage.unplug().look_up(order, stage.key),
        stage.unplug().list_open_orders(order, stage.key),
        stage.unplug().ask_fees(order, report, stage.key),
    ]

    assert all(get_meaning(each) not in (Meaning.NOT_FOUND, Meaning.NO_EFFECT) for each in told)


def test_a_refused_key_sees_nothing(stage: Stage) -> None:
    order = rest(stage)
    report = look_up(stage, order)

    assert get_meaning(stage.venue.look_up(order, WRONG_KEY)) is Meaning.CREDENTIALS
    assert get_meaning(stage.venue.list_open_orders(order, WRONG_KEY)) is Meaning.CREDENTIALS
    assert get_meaning(stage.venue.ask_fees(order, report, WRONG_KEY)) is Meaning.CREDENTIALS


def test_every_open_order_of_the_symbol_is_listed_as_it_stands_and_no_other(stage: Stage) -> None:
    first, second, ended = (rest(stage, client_order_id=name) for name in ("first", "second", "ended"))
    cancel(stage, ended)
    elsewhere = find_elsewhere(stage, stage.orders.limit)
    send(stage, elsewhere)

    listed = {report.client_order_id: report for report in list_open(stage, stage.orders.limit)}

    assert listed == {order.client_order_id: look_up(stage, order) for order in (first, second)}
    assert [report.client_order_id for report in list_open(stage, elsewhere)] == ["elsewhere"]


def test_an_order_that_is_filled_in_part_is_listed_with_its_part(stage: Stage) -> None:
    order = rest(stage)
    fill_in_part(stage, order)

    assert list_open(stage, order) == [look_up(stage, order)]


def test_an_order_of_one_margin_account_is_neither_listed_nor_found_in_the_other(stage: Stage) -> None:
    if stage.orders.limit.margin_mode is None:
        pytest.skip("the venue has one account")
    order = rest(stage)
    modes = {MarginMode.CROSS: MarginMode.ISOLATED, MarginMode.ISOLATED: MarginMode.CROSS}
    elsewhere = replace(order, margin_mode=modes[stage.orders.limit.margin_mode])

    assert list_open(stage, elsewhere) == []
    assert get_meaning(stage.venue.look_up(elsewhere, stage.key)) is Meaning.NOT_FOUND


def fill_at_once(stage: Stage) -> tuple[Order, OrderReport]:
    send(stage, stage.orders.market)
    report = look_up(stage, stage.orders.market)
    assert report.status == "FILLED"
    return stage.orders.market, report


def test_the_fees_of_an_order_are_those_of_its_trades_by_asset(stage: Stage) -> None:
    order, report = fill_at_once(stage)

    fees = stage.venue.ask_fees(order, report, stage.key)

    assert not isinstance(fees, Failure), fees
    asset, paid = work_out_fee(stage, report)
    assert fees.keys() == {asset}
    assert abs(fees[asset] - paid) < Decimal("1E-7")


def work_out_fee(stage: Stage, report: OrderReport) -> tuple[str, Decimal]:
    """What the commission of the paper exchange is, by its rates."""
    size, price = report.executed_quantity, report.average_price
    assert price is not None
    if isinstance(stage, FakeStage):
        return "USDT", size * price * SPOT_FEE
    kind = getattr(stage, "kind", "spot")
    if kind == "spot":
        return "BTC", size * SPOT_FEE
    if kind == "linear":
        return "USDT", size * price * TAKER_FEE
    instrument = stage.venue.rules.get_instrument(report.symbol, not_before=0)
    assert isinstance(instrument, Snapshot)
    assert not isinstance(instrument.value, Failure)
    assert instrument.value.contract is not None
    return "BTC", size * instrument.value.contract.size / price * TAKER_FEE


def test_the_fees_of_several_trades_are_added_up(remote: Stage) -> None:
    order = rest(remote)
    fill_in_part(remote, order)
    part = remote.venue.ask_fees(order, look_up(remote, order), remote.key)
    fill(remote, order)

    whole = remote.venue.ask_fees(order, look_up(remote, order), remote.key)

    assert not isinstance(part, Failure)
    assert not isinstance(whole, Failure)
    (asset,) = part
    assert whole.keys() == {asset}
    share = get_part(order) / (order.size or Decimal(0))
    assert abs(whole[asset] * share - part[asset]) < Decimal("1E-7")
    assert whole[asset] > part[asset] > 0


def test_the_fees_of_a_part_of_the_trades_are_not_told(remote: Stage) -> None:
    order, report = fill_at_once(remote)
    more = replace(report, executed_quantity=report.executed_quantity + 1, fees=None)

    fees = remote.venue.ask_fees(order, more, remote.key)

    assert get_meaning(fees) is Meaning.UNKNOWN


def test_a_list_costs_what_the_exchange_counts(remote: Stage) -> None:
    order = rest(remote)

    assert measure(remote, lambda: list_open(remote, order)) == remote.venue.look_costs.price_list(1)


def test_a_lookup_costs_what_the_exchange_counts_at_the_most(remote: Stage) -> None:
    order = rest(remote)
    absent = replace(order, client_order_id="absent")
    costs = remote.venue.look_costs

    assert measure(remote, lambda: look_up(remote, order)) <= costs.price_lookup(order)
    assert measure(remote, lambda: remote.venue.look_up(absent, remote.key)) == costs.price_lookup(absent)


def test_fees_cost_what_the_exchange_counts_at_the_most(remote: Stage) -> None:
    order, report = fill_at_once(remote)
    untold = replace(report, fees=None)

    costs = remote.venue.look_costs.price_fees(order)

    assert measure(remote, lambda: remote.venue.ask_fees(order, report, remote.key)) <= costs
    assert measure(remote, lambda: remote.venue.ask_fees(order, untold, remote.key)) == costs


def test_the_limit_is_that_of_the_exchange(remote: Stage) -> None:
    root = getattr(remote, "root", "")
    if root not in ("/api/v3", "/fapi/v1", "/dapi/v1"):
        pytest.skip("the exchange tells its limit only in its documentation")
    told = get_paper(remote).public(f"{root}/exchangeInfo").json()["rateLimits"]

    weights = [each["limit"] for each in told if each["rateLimitType"] == "REQUEST_WEIGHT"]

    assert weights == [remote.venue.look_costs.per_minute]


def test_the_market_of_these_tests_falls_below_their_orders(stage: Stage) -> None:
    assert stage.orders.limit.price is not None
    assert stage.orders.limit.price > BELOW
