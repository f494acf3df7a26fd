"""A user's limits: what breaks each, and that nothing which passes exceeds one."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.broken_limits import find_broken_limit, needs_last_price
from orderexec.domain.decimals import multiply
from orderexec.domain.instruments import Instrument
from orderexec.domain.limits import UNLIMITED, Limits, bound_slippage, find_forbidden
from orderexec.domain.order_words import ListKind, Side
from orderexec.domain.orders import Order
from orderexec.domain.requests import OrderList, Replace
from orderexec.domain.spot_products import SpotType
from orderexec.domain.worth import list_legs, sum_worth_of_day
from tests.unit.examples import order, signal

LAST = Decimal(60_000)
AMOUNTS = st.decimals("0.00001", "100000", places=5)
PERCENTS = st.decimals("0.01", "99.99", places=2)


def limit(**fields: object) -> Order:
    return order(**({"type": "LIMIT", "time_in_force": "GTC"} | fields))


def paid_in(asset: str) -> Instrument:
    return Instrument(symbol="BTCUSDT", status="TRADING", tradable=True, order_types=frozenset(), quote_asset=asset)


def test_without_limits_everything_may_be_done() -> None:
    assert find_forbidden(signal(), UNLIMITED) is None
    assert bound_slippage(signal(), UNLIMITED, LAST) == signal()
    assert find_broken_limit(order(quantity=Decimal(10**9)), UNLIMITED, paid_in("USDT"), None) is None
    assert not needs_last_price(order(), UNLIMITED)
    assert not UNLIMITED.daily


def test_symbols_and_sides_that_are_not_allowed_are_named_with_those_that_are() -> None:
    limits = Limits(symbols=frozenset({"ETHUSDT", "BNBUSDT"}), sides=frozenset({Side.SELL}))

    assert find_forbidden(signal(symbol="BTCUSDT"), limits) == (
        "symbol BTCUSDT is not among the allowed symbols BNBUSDT, ETHUSDT"
    )
    assert (
        find_forbidden(signal(symbol="ETHUSDT", side="BUY"), limits) == "side BUY is not among the allowed sides SELL"
    )
    assert find_forbidden(signal(symbol="ETHUSDT", side="SELL"), limits) is None
    assert find_forbidden(signal(), Limits(symbols=frozenset())) is not None  # an empty list allows nothing


PAIR = OrderList(
    kind=ListKind.OCO,
    list_client_order_id="l",
    above=limit(side="SELL", quantity=Decimal("0.01"), price=Decimal(70_000), client_order_id="a"),
    below=order(side="SELL", type="STOP_LOSS", quantity=Decimal("0.01"), stop_price=Decimal(50_000)),
)
BRACKET = replace(PAIR, kind=ListKind.OTOCO, working=limit(quantity=Decimal("0.01"), price=LAST))


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        (limit(quantity=Decimal("0.5"), price=Decimal(100)), 50),
        (order(quantity=Decimal("0.5"), quote_quantity=None), 30_000),
        (order(quantity=None, quote_quantity=Decimal(7)), 7),
        (order(type="STOP_LOSS", quantity=Decimal(1), stop_price=Decimal(50_000)), 50_000),
        (limit(quantity=Decimal(1), price=Decimal(10), stop_price=Decimal(12)), 12),
        (order(type="STOP_LOSS", quantity=Decimal(1), trailing_delta=100), 60_000),
        (limit(side="SELL", quantity=Decimal(1), price=Decimal(12_000)), 60_000),
        (limit(side="SELL", quantity=Decimal(1), price=Decimal(70_000)), 70_000),
        (limit(type="STOP_LOSS_LIMIT", side="SELL", quantity=Decimal(1), price=Decimal(9), trailing_delta=100), 60_000),
        (limit(type="STOP_LOSS_LIMIT", side="SELL", quantity=Decimal(1), price=Decimal(9), stop_price=Decimal(10)), 10),
        (PAIR, 700),
        (BRACKET, 700),
        (Replace(order=limit(quantity=Decimal(2), price=Decimal(3)), replaced="r"), 6),
    ],
    ids=[
        "limit",
        "market",
        "quote",
        "stop",
        "stop-limit",
        "trailing",
        "sell below the market",
        "sell above it",
        "trailing sell",
        "stopped sell",
        "pair",
        "bracket",
        "replace",
    ],
)
def test_what_a_request_is_worth(request_: Order, value: int) -> None:
    assert max(leg.measure_worth(LAST) for leg in list_legs(request_)) == value
    edge = Limits(max_order_notional={"USDT": Decimal(value)})
    below = Limits(max_order_notional={"USDT": Decimal(value) - Decimal("0.01")})
    assert find_broken_limit(request_, edge, paid_in("USDT"), LAST) is None
    assert f"is worth {value} USDT, and max_order_notional allows" in (
        find_broken_limit(request_, below, paid_in("USDT"), LAST) or ""
    )


@pytest.mark.parametrize(
    ("request_", "value"),
    [(limit(quantity=Decimal("0.5"), price=Decimal(100)), 50), (PAIR, 700), (BRACKET, 1_300)],
    ids=["order", "of a pair one", "entry and exit"],
)
def test_what_a_day_is_charged_for_a_request(request_: Order, value: int) -> None:
    edge = Limits(max_daily_notional={"USDT": Decimal(value)})
    below = Limits(max_daily_notional={"USDT": Decimal(value) - Decimal("0.01")})

    assert sum_worth_of_day(request_, LAST) == value
    assert find_broken_limit(request_, edge, paid_in("USDT"), LAST) is None
    assert f"worth {value} USDT, and max_daily_notional allows" in (
        find_broken_limit(request_, below, paid_in("USDT"), LAST) or ""
    )


def exit_(**fields: object) -> Order:
    """Of a position that was bought."""
    return order(
        **({"side": "SELL", "type": "LIMIT_MAKER", "quantity": Decimal("0.01"), "client_order_id": "x"} | fields)
    )


def entered(pending: Order, **entry: object) -> OrderList:
    working = limit(**({"quantity": Decimal("0.01"), "price": LAST} | entry))
    return OrderList(kind=ListKind.OTO, list_client_order_id="l", working=working, pending=pending)


STOP_FAR_AWAY = exit_(side="BUY", type="STOP_LOSS_LIMIT", stop_price=Decimal(600_000), price=Decimal(650_000))


@pytest.mark.parametrize(
    ("limits", "request_", "told"),
    [
        (
            Limits(max_order_notional={"USDT": Decimal(1_000)}),
            entered(STOP_FAR_AWAY, side="SELL"),
            "the exit STOP_LOSS_LIMIT is worth 6500 USDT, and max_order_notional allows 1000",
        ),
        (
            Limits(max_daily_notional={"USDT": Decimal(5_000)}),
            entered(STOP_FAR_AWAY, side="SELL"),
            "the entry and its larger exit are worth 7100 USDT, and max_daily_notional allows 5000",
        ),
        (
            Limits(max_price_distance_percent=Decimal(5)),
            entered(STOP_FAR_AWAY, side="SELL"),
            "the exit STOP_LOSS_LIMIT's price 650000 lies 8.33 % from 600000, "
            "and max_price_distance_percent allows 5 %",
        ),
        (
            Limits(max_price_distance_percent=Decimal(5)),
            entered(exit_(type="TAKE_PROFIT_LIMIT", trailing_delta=100, price=Decimal(50_000))),
            "the exit TAKE_PROFIT_LIMIT's price 50000 lies 16.67 % from 60000, "
            "and max_price_distance_percent allows 5 %",
        ),
        (
            Limits(sides=frozenset({Side.BUY})),
            entered(exit_(quantity=Decimal("0.011"))),
            "the SELL exit is larger than its BUY entry, and the allowed sides are BUY",
        ),
        (Limits(sides=frozenset({Side.BUY})), PAIR, "side SELL is not among the allowed sides BUY"),
        (
            Limits(sides=frozenset({Side.SELL})),
            entered(exit_(side="BUY")),
            "side BUY is not among the allowed sides SELL",
        ),
        (
            Limits(max_order_notional={"USDT": Decimal(650)}),
            entered(exit_(quantity=None, price=Decimal(65_001))),
            "the exit LIMIT_MAKER is worth 650.01 USDT, and max_order_notional allows 650",
        ),
    ],
    ids=[
        "worth",
        "worth of the day",
        "distance from its trigger",
        "distance from its entry",
        "larger than its entry",
        "a pair",
        "entry of the wrong side",
        "sells what is bought",
    ],
)
def test_no_leg_of_a_list_escapes_a_limit(limits: Limits, request_: OrderList, told: str) -> None:
    assert find_broken_limit(request_, limits, paid_in("USDT"), LAST) == told


@pytest.mark.parametrize(
    "request_",
    [
        entered(exit_(price=Decimal(90_000))),  # it waits for a gain
        entered(exit_(type="STOP_LOSS", stop_price=Decimal(30_000))),
        entered(exit_(type="STOP_LOSS_LIMIT", stop_price=Decimal(30_000), price=Decimal(29_000))),
        entered(exit_(quantity=None, price=Decimal(90_000))),
        entered(exit_(side="BUY", price=Decimal(30_000)), side="SELL"),
    ],
    ids=["profit", "stop", "stop near its trigger", "what is bought", "of a sale"],
)
def test_an_exit_that_only_ends_what_its_entry_made_may_be_sent(request_: OrderList) -> None:
    assert request_.working is not None
    sides = frozenset({request_.working.side})
    limits = Limits(sides=sides, max_order_notional={"USDT": Decimal(900)}, max_price_distance_percent=Decimal(5))

    assert find_broken_limit(request_, limits, paid_in("USDT"), LAST) is None


def test_an_exit_that_names_no_price_needs_the_last_one_only_without_an_entry() -> None:
    trailing, limits = exit_(type="STOP_LOSS", trailing_delta=100), Limits(max_order_notional={"USDT": Decimal(900)})

    assert not needs_last_price(entered(trailing), limits)
    assert max(leg.measure_worth(None) for leg in list_legs(entered(trailing))) == 600
    assert needs_last_price(replace(PAIR, below=trailing), limits)
    assert max(leg.measure_worth(LAST * 2) for leg in list_legs(replace(PAIR, below=trailing))) == 1_200


@pytest.mark.parametrize("name", ["max_order_notional", "max_daily_notional"])
def test_an_asset_without_a_limit_may_not_be_paid_with(name: str) -> None:
    limits = Limits(**{name: {"USDT": Decimal(1_000)}})  # type: ignore[arg-type]

    assert find_broken_limit(limit(quantity=Decimal(1), price=Decimal(1)), limits, paid_in("BTC"), None) == (
        f"{name} has no amount for BTC, which pays this order; the limits need one"
    )


@pytest.mark.parametrize(
    ("requested", "far"),
    [
        (limit(price=Decimal(63_000)), False),
        (limit(price=Decimal("63000.01")), True),
        (limit(price=Decimal("56999.99")), True),
        (limit(type="STOP_LOSS_LIMIT", price=Decimal(50_000), stop_price=Decimal(51_000)), False),
        (limit(type="STOP_LOSS_LIMIT", price=Decimal(40_000), stop_price=Decimal(51_000)), True),
        (PAIR, False),
        (replace(BRACKET, working=limit(price=Decimal(70_000))), True),
        (order(), False),
    ],
    ids=["edge", "above", "below", "stop near its trigger", "stop far from it", "exits", "entry", "market"],
)
def test_a_limit_price_may_lie_only_so_far_from_the_market(requested: Order, far: bool) -> None:
    limits = Limits(max_price_distance_percent=Decimal(5))

    found = find_broken_limit(requested, limits, paid_in("USDT"), LAST)

    assert (found is not None) is far
    assert needs_last_price(requested, limits)
    if found:
        assert found.endswith("max_price_distance_percent allows 5 %")


@given(AMOUNTS, PERCENTS, st.sampled_from(["BUY", "SELL"]), st.booleans())
def test_a_bounded_market_order_can_neither_slip_further_nor_cost_more(
    amount: Decimal, percent: Decimal, side: str, by_quote: bool
) -> None:
    sizes = {"quantity": None, "quote_quantity": amount} if by_quote else {"quantity": amount}
    requested = replace(signal(side=side), **sizes)

    sent = bound_slippage(requested, Limits(max_slippage_percent=percent), LAST)

    assert (sent.type, sent.time_in_force, sent.quote_quantity) == ("LIMIT", "IOC", None)
    assert sent.price is not None
    assert sent.quantity is not None
    assert abs(sent.price - LAST) * 100 == percent * LAST
    assert (sent.price > LAST) is (side == "BUY")
    assert sent.quantity == amount if not by_quote else multiply(sent.quantity, sent.price) <= amount


@pytest.mark.parametrize("type_", [SpotType.LIMIT, SpotType.LIMIT_MAKER, SpotType.STOP_LOSS, SpotType.OCO])
def test_only_market_orders_are_bounded(type_: SpotType) -> None:
    requested = replace(signal(), type=type_, price=Decimal(1))

    assert bound_slippage(requested, Limits(max_slippage_percent=Decimal(1)), LAST) == requested


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_passes_is_never_worth_more_than_the_limit(quantity: Decimal, price: Decimal, most: Decimal) -> None:
    limits = Limits(max_order_notional={"USDT": most})

    passes = find_broken_limit(limit(quantity=quantity, price=price), limits, paid_in("USDT"), None) is None

    assert passes is (multiply(quantity, price) <= most)
