"""When an order passes each filter of filters.md: one pure function a filter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from local.paper_exchange.orders import Side
from local.paper_exchange.symbols import Rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order as the filters see it."""

    side: Side
    market: bool
    quantity: Decimal | None
    """In base units; None for a MARKET order sized in quote units, which keeps the lot size by itself."""
    price: Decimal | None
    """In quote units; None for a MARKET order."""
    notional: Decimal
    """Price times quantity; MARKET orders are valued at `average_price` or sized in quote units."""
    average_price: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """The account as its own filters see it when an order arrives."""

    open_orders: int
    """On the symbol."""
    position: Decimal | None
    """Base asset free, locked, in open BUY orders and in this one; None for a SELL order."""


Seen = TypeVar("Seen", Candidate, Standing)


def _within(value: Decimal, lowest: Decimal, highest: Decimal) -> bool:
    return lowest <= value <= highest


def _on_grid(value: Decimal, step: Decimal) -> bool:
    return step == 0 or value % step == 0


def price_filter(rule: Rule, order: Candidate) -> bool:
    """Each of the three parts is disabled by 0."""
    if order.price is None:
        return True
    highest = rule["maxPrice"] or order.price
    return _within(order.price, rule["minPrice"], highest) and _on_grid(order.price, rule["tickSize"])


def percent_price(rule: Rule, order: Candidate) -> bool:
    if order.price is None:
        return True
    average = order.average_price
    return _within(order.price, average * rule["multiplierDown"], average * rule["multiplierUp"])


def percent_price_by_side(rule: Rule, order: Candidate) -> bool:
    if order.price is None:
        return True
    side = "bid" if order.side is Side.BUY else "ask"
    average = order.average_price
    return _within(order.price, average * rule[f"{side}MultiplierDown"], average * rule[f"{side}MultiplierUp"])


def lot_size(rule: Rule, order: Candidate) -> bool:
    if order.quantity is None:
        return True
    return _within(order.quantity, rule["minQty"], rule["maxQty"]) and _on_grid(order.quantity, rule["stepSize"])


def market_lot_size(rule: Rule, order: Candidate) -> bool:
    """The live exchange publishes stepSize 0 for most symbols: then LOT_SIZE alone sets the step."""
    return not order.market or lot_size(rule, order)


def min_notional(rule: Rule, order: Candidate) -> bool:
    if order.market and not rule["applyToMarket"]:
        return True
    return bool(order.notional >= rule["minNotional"])


def notional(rule: Rule, order: Candidate) -> bool:
    if order.notional < rule["minNotional"] and (rule["applyMinToMarket"] or not order.market):
        return False
    return not (order.notional > rule["maxNotional"] and (rule["applyMaxToMarket"] or not order.market))


def max_num_orders(rule: Rule, account: Standing) -> bool:
    return bool(account.open_orders < rule["maxNumOrders"])


def max_position(rule: Rule, account: Standing) -> bool:
    return account.position is None or bool(account.position <= rule["maxPosition"])


ORDER_FILTERS: Mapping[str, Callable[[Rule, Candidate], bool]] = {
    "PRICE_FILTER": price_filter,
    "PERCENT_PRICE": percent_price,
    "PERCENT_PRICE_BY_SIDE": percent_price_by_side,
    "LOT_SIZE": lot_size,
    "MARKET_LOT_SIZE": market_lot_size,
    "MIN_NOTIONAL": min_notional,
    "NOTIONAL": notional,
}
"""What the order alone decides; checked before the matching engine (-1013), by order/test too."""

ACCOUNT_FILTERS: Mapping[str, Callable[[Rule, Standing], bool]] = {
    "MAX_NUM_ORDERS": max_num_orders,
    "MAX_POSITION": max_position,
}
"""What the account's state decides; the matching engine's answer (seen live as -2010)."""


def first_failure(
    checks: Mapping[str, Callable[[Rule, Seen], bool]], rules: Mapping[str, Rule], seen: Seen
) -> str | None:
    """The name of the first filter of `checks` that the symbol has and that does not pass."""
    for name, passes in checks.items():
        rule = rules.get(name)
        if rule is not None and not passes(rule, seen):
            return name
    return None
