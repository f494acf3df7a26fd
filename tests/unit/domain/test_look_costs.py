"""What looks cost: pages of a list, orders that were triggered, and a budget that is enough for one order at least."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.look_costs import LookCosts
from orderexec.domain.orders import Order
from tests.unit.examples import order

SPOT = LookCosts(listing=6, lookup=4, fees=5, per_minute=6_000)
FUTURES = LookCosts(listing=1, lookup=1, fees=5, per_minute=2_400, conditionals_apart=True)
PAGED = LookCosts(listing=1, lookup=2, fees=1, per_minute=7_200, page=50)
PLAIN = order()
STOP = replace(PLAIN, type=FuturesType.STOP_MARKET, stop_price=Decimal(60_000))


@pytest.mark.parametrize(("costs", "plain", "stop"), [(SPOT, 4, 4), (FUTURES, 1, 2), (PAGED, 2, 2)])
def test_where_triggered_orders_stand_apart_what_came_of_one_is_a_second_question(
    costs: LookCosts, plain: int, stop: int
) -> None:
    assert (costs.price_lookup(PLAIN), costs.price_lookup(STOP)) == (plain, stop)


@pytest.mark.parametrize(("costs", "plain", "stop"), [(SPOT, 5, 5), (FUTURES, 5, 6), (PAGED, 1, 1)])
def test_the_fees_of_a_triggered_order_are_those_of_what_came_of_it(costs: LookCosts, plain: int, stop: int) -> None:
    assert (costs.price_fees(PLAIN), costs.price_fees(STOP)) == (plain, stop)


@pytest.mark.parametrize(("orders", "pages"), [(1, 1), (49, 1), (50, 2), (120, 3)])
def test_a_list_costs_as_much_for_each_page(orders: int, pages: int) -> None:
    """A full page may be followed by an empty one."""
    assert PAGED.price_list(orders) == pages
    assert SPOT.price_list(orders) == 6


@pytest.mark.parametrize(
    ("costs", "like", "one", "two"),
    [
        (SPOT, PLAIN, False, True),
        (SPOT, STOP, False, True),
        (FUTURES, PLAIN, False, True),
        (FUTURES, STOP, True, True),  # a lookup of it may be two requests
        (PAGED, PLAIN, True, True),
    ],
)
def test_the_list_is_asked_for_where_it_is_cheaper(costs: LookCosts, like: Order, one: bool, two: bool) -> None:
    assert (costs.prefers_list(1, like), costs.prefers_list(2, like)) == (one, two)


@given(st.sampled_from([SPOT, FUTURES, PAGED]), st.floats(0, 1))
def test_a_run_may_always_look_at_one_order_to_its_end(costs: LookCosts, share: float) -> None:
    budget = costs.get_budget(share)

    for each in (PLAIN, STOP):
        assert budget >= costs.price_list(1) + costs.price_lookup(each) + costs.price_fees(each)
    assert budget <= max(20, costs.per_minute)
