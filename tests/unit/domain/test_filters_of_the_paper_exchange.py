"""What is sent also passes the paper exchange's filters, a third reading of filters.md, written for another purpose."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from hypothesis import given

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.decimals import multiply
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.signals import Signal
from orderexec.venues.binance.order_lists import build_list_call
from orderexec.venues.binance.parameters import build_order_call
from paper_exchange.enums import OrderType, Side
from paper_exchange.rules.order_filters import Candidate, first_failure
from paper_exchange.rules.symbols import Rule
from tests.unit.domain.filters_read_anew import FILTERS, Filters, Parameters, orders_of
from tests.unit.domain.test_apply_rules_properties import PRICES, REQUESTED, instrument
from tests.unit.domain.test_brackets_properties import FAR, lists

_NO_LIMIT = Decimal("1e40")


def _rules(filters: Filters) -> Mapping[str, Rule]:
    """In the paper exchange's form, which knows no 0 for a maximum that is off."""
    return {name: {part: _limit(part, value) for part, value in rule.items()} for name, rule in filters.items()}


def _limit(part: str, value: Any) -> Any:
    amount = Decimal(value) if isinstance(value, str) and part != "filterType" else value
    return _NO_LIMIT if part in ("maxQty", "maxNotional") and not amount else amount


def _failure(order: Parameters, filters: Filters, average: Decimal) -> str | None:
    def amount(name: str) -> Decimal | None:
        return Decimal(order[name]) if name in order else None

    price, stop_price, quantity = amount("price"), amount("stopPrice"), amount("quantity")
    worth = amount("quoteOrderQty") if quantity is None else multiply(quantity, price or stop_price or average)
    candidate = Candidate(
        side=Side(order["side"]),
        type=OrderType(order["type"]),
        quantity=quantity,
        price=price,
        stop_price=stop_price,
        market=order["type"] in ("MARKET", "STOP_LOSS", "TAKE_PROFIT"),
        notional=worth,
        average_price=average,
        iceberg_quantity=amount("icebergQty"),
        trailing_delta=int(order["trailingDelta"]) if "trailingDelta" in order else None,
    )
    with localcontext(prec=80):
        return first_failure(_rules(filters), candidate)


@given(REQUESTED, FILTERS, PRICES)
def test_an_order_passes_them(requested: Signal, filters: Filters, average: Decimal) -> None:
    order = apply_rules(make_requested_order(requested), instrument(filters), Market(average))

    assert isinstance(order, RuleViolation) or _failure(build_order_call(order).parameters, filters, average) is None


@given(lists(), FILTERS, FAR)
def test_every_order_of_a_list_passes_them(
    requested_and_last: tuple[Signal, Decimal], filters: Filters, far: Decimal
) -> None:
    requested, last = requested_and_last
    average = multiply(last, far)
    orders = apply_rules_to_list(requested, instrument(filters), Market(average=average, last=last))

    if not isinstance(orders, RuleViolation):
        assert [_failure(order, filters, average) for order in orders_of(build_list_call(orders).parameters)] == [
            None for _ in orders.legs
        ]
