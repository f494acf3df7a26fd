"""What the tests of the rules share: a symbol that takes everything, and what became of a requested order there."""

from decimal import Decimal
from typing import Any

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.instruments import Instrument, Range
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.orders import Order
from orderexec.domain.requests import OrderList
from orderexec.domain.signals import Signal
from tests.unit.examples import instrument, signal

TYPES = frozenset(
    {"MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
)
LOT = Range(step=Decimal("0.001"), minimum=Decimal("0.001"), maximum=Decimal("100"))
TICK = Range(step=Decimal("0.01"), minimum=Decimal("0.01"), maximum=Decimal("1000000"))
NOW_AT_60000 = Market(average=Decimal(60000), last=Decimal(60000))
NOTHING_KNOWN = Market()


def symbol(**changes: Any) -> Instrument:
    """BTCUSDT with every order type and without any limit, unless `changes` say so."""
    return instrument(**({"order_types": TYPES} | changes))


def make_signal(kind: str, side: str = "SELL", **fields: object) -> Signal:
    """A signal for half a bitcoin."""
    return signal(**({"type": kind, "side": side} | fields))


def apply(requested: Signal, rules: Instrument, market: Market = NOW_AT_60000) -> Order:
    order = apply_rules(make_requested_order(requested), rules, market)
    assert isinstance(order, Order), order
    return order


def refused(requested: Signal, rules: Instrument, market: Market = NOW_AT_60000) -> str:
    violation = apply_rules(make_requested_order(requested), rules, market)
    assert isinstance(violation, RuleViolation), violation
    return violation.detail


def apply_to_list(requested: Signal, rules: Instrument, market: Market = NOW_AT_60000) -> OrderList:
    orders = apply_rules_to_list(requested, rules, market)
    assert isinstance(orders, OrderList), orders
    return orders


def refused_list(requested: Signal, rules: Instrument, market: Market = NOW_AT_60000) -> str:
    violation = apply_rules_to_list(requested, rules, market)
    assert isinstance(violation, RuleViolation), violation
    return violation.detail


def bracket(**fields: object) -> Signal:
    given = {"type": "LIMIT", "side": "BUY", "price": "60000", "take_profit": "66000", "stop_loss": "54000"}
    return signal(**(given | fields))


def oco(side: str = "SELL", **fields: object) -> Signal:
    low, high = ("54000", "66000")
    exits = {"take_profit": high, "stop_loss": low} if side == "SELL" else {"take_profit": low, "stop_loss": high}
    return make_signal("OCO", side, **(exits | fields))
