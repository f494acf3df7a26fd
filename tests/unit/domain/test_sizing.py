"""Sizes that the account's free balance decides: never more than is free, and the same again on a retry."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.advice import MONEY
from orderexec.domain.apply_rules import RuleViolation, apply_rules, make_requested_order
from orderexec.domain.decimals import multiply
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.orders import Order
from orderexec.domain.requests import OrderList
from orderexec.domain.signals import Signal
from orderexec.domain.sizing import find_asset_to_spend, size_as_sent, size_by_balance
from tests.unit.domain.requested import LOT, NOTHING_KNOWN, TICK, make_signal, symbol

RULES = symbol(base_asset="BTC", quote_asset="USDT", lot=LOT, market_lot=LOT, price=TICK, quote_step=Decimal("0.01"))
SHARES = st.decimals("0.01", "100", places=2).map(str)
BALANCES = st.one_of(st.decimals("0.00000001", "1000000", places=8), st.sampled_from([Decimal(3), Decimal("1E+10")]))


def share(side: str, percent: str, kind: str = "MARKET", **fields: object) -> Signal:
    name = "quantity_percent" if side == "SELL" else "quote_percent"
    return make_signal(kind, side, **({"quantity": None, name: percent} | fields))


def reduce(quantity: str) -> Signal:
    return make_signal("MARKET", "SELL", quantity=quantity, reduce_to_position=True)


def size(requested: Signal, free: str) -> tuple[Decimal | None, Decimal | None]:
    result = size_by_balance(requested, Decimal(free), "BTC")
    assert isinstance(result, Signal), result
    assert not result.sized_by_balance
    return result.quantity, result.quote_quantity


def test_the_asset_that_pays_decides() -> None:
    assert find_asset_to_spend(share("SELL", "50"), RULES) == "BTC"
    assert find_asset_to_spend(reduce("1"), RULES) == "BTC"
    assert find_asset_to_spend(share("BUY", "50"), RULES) == "USDT"


@pytest.mark.parametrize(
    ("requested", "free", "quantity", "quote_quantity"),
    [
        (share("SELL", "25"), "0.8", "0.2", None),
        (share("SELL", "100"), "0.12345678", "0.12345678", None),
        (share("SELL", "33.33", "LIMIT", price="60000"), "1", "0.3333", None),
        (share("BUY", "50"), "100", None, "50"),
        (share("BUY", "50", "LIMIT", price="40000"), "100000", "1.25", None),
        (reduce("0.5"), "0.4", "0.4", None),
        (reduce("0.5"), "0.6", "0.5", None),
    ],
)
def test_a_size_is_its_share_of_what_is_free(
    requested: Signal, free: str, quantity: str | None, quote_quantity: str | None
) -> None:
    expected = (quantity and Decimal(quantity), quote_quantity and Decimal(quote_quantity))

    assert size(requested, free) == expected


@pytest.mark.parametrize("requested", [share("SELL", "100"), share("BUY", "1"), reduce("1")])
def test_nothing_free_is_nothing_to_trade(requested: Signal) -> None:
    refusal = size_by_balance(requested, Decimal("0.00000000"), "BTC")

    assert refusal == RuleViolation("nothing can be traded: the account's free balance of BTC is 0", MONEY)


def test_the_size_of_an_oco_is_a_share_too() -> None:
    requested = make_signal("OCO", quantity=None, quantity_percent="50", take_profit="2", stop_loss="1")

    orders = apply_rules_to_list(_sized(requested, Decimal(3)), RULES, NOTHING_KNOWN)

    assert isinstance(orders, OrderList)
    assert [leg.quantity for leg in orders.legs] == [Decimal("1.5")] * 2


def test_a_retry_is_sized_as_the_first_request_was() -> None:
    first = apply_rules(make_requested_order(_sized(share("SELL", "50"), Decimal(1))), RULES, NOTHING_KNOWN)
    assert isinstance(first, Order)

    again = size_as_sent(share("SELL", "50"), first)

    assert apply_rules(make_requested_order(again), RULES, NOTHING_KNOWN) == first


@given(SHARES, BALANCES)
def test_a_sale_never_exceeds_its_share_of_what_is_free(percent: str, free: Decimal) -> None:
    order = apply_rules(make_requested_order(_sized(share("SELL", percent), free)), RULES, NOTHING_KNOWN)

    if isinstance(order, Order):
        assert order.quantity is not None
        assert 0 < order.quantity <= multiply(multiply(free, Decimal(percent)), Decimal("0.01")) <= free


@given(SHARES, BALANCES, st.decimals("0.01", "1000000", places=8))
def test_a_purchase_never_costs_more_than_its_share_of_what_is_free(
    percent: str, free: Decimal, price: Decimal
) -> None:
    most = multiply(multiply(free, Decimal(percent)), Decimal("0.01"))
    at_market = apply_rules(make_requested_order(_sized(share("BUY", percent), free)), RULES, NOTHING_KNOWN)
    limit = apply_rules(
        make_requested_order(_sized(share("BUY", percent, "LIMIT", price=str(price)), free)), RULES, NOTHING_KNOWN
    )

    if isinstance(at_market, Order) and at_market.quote_quantity is not None:
        assert 0 < at_market.quote_quantity <= most
    if isinstance(limit, Order) and limit.quantity is not None and limit.price is not None:
        assert 0 < multiply(limit.quantity, limit.price) <= most


@given(st.decimals("0.00000001", "1000", places=8).map(str), BALANCES)
def test_a_reduction_exceeds_neither_the_wish_nor_what_is_free(quantity: str, free: Decimal) -> None:
    order = apply_rules(make_requested_order(_sized(reduce(quantity), free)), RULES, NOTHING_KNOWN)

    if isinstance(order, Order):
        assert order.quantity is not None
        assert order.quantity <= min(Decimal(quantity), free)


def _sized(requested: Signal, free: Decimal) -> Signal:
    result = size_by_balance(requested, free, "BTC")
    assert isinstance(result, Signal)
    return result
