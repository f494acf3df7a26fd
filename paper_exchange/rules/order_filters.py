"""When an order passes each filter that looks at the order alone (filters.md): one pure function a filter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.triggers import waits_for_rise
from paper_exchange.enums import OrderType, Side
from paper_exchange.refusal import Kind
from paper_exchange.rules.symbols import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An order as the filters see it."""

    side: Side
    type: OrderType
    market: bool
    """It trades at any price, at once or when triggered."""
    quantity: Decimal | None
    """In base units; None for a MARKET order sized in quote units and for a pending order of an OPO."""
    price: Decimal | None
    """In quote units; None for an order without."""
    notional: Decimal | None
    """Price times quantity; without a price valued at the stop price or `average_price`. None without a size."""
    average_price: Decimal
    stop_price: Decimal | None = None
    iceberg_quantity: Decimal | None = None
    trailing_delta: int | None = None


def _within(value: Decimal, lowest: Decimal, highest: Decimal) -> bool:
    return lowest <= value <= highest


def _on_grid(value: Decimal, step: Decimal) -> bool:
    return step == 0 or value % step == 0


def price_filter(rule: Rule, order: Candidate) -> bool:
    """Return whether the prices are in range and on the grid; each of the three parts is disabled by 0."""
    return all(
        _within(price, rule["minPrice"], rule["maxPrice"] or price) and _on_grid(price, rule["tickSize"])
        for price in (order.price, order.stop_price)
        if price is not None
    )


def percent_price(rule: Rule, order: Candidate) -> bool:
    """Return whether the price is near enough to the average."""
    if order.price is None:
        return True
    average = order.average_price
    return _within(order.price, average * rule["multiplierDown"], average * rule["multiplierUp"])


def percent_price_by_side(rule: Rule, order: Candidate) -> bool:
    """Return whether the price is near enough to the average for its side."""
    if order.price is None:
        return True
    side = "bid" if order.side is Side.BUY else "ask"
    average = order.average_price
    return _within(order.price, average * rule[f"{side}MultiplierDown"], average * rule[f"{side}MultiplierUp"])


def lot_size(rule: Rule, order: Candidate) -> bool:
    """Return whether the quantities are in range and on the grid."""
    return all(
        _within(quantity, rule["minQty"], rule["maxQty"]) and _on_grid(quantity, rule["stepSize"])
        for quantity in (order.quantity, order.iceberg_quantity or None)
        if quantity is not None
    )


def market_lot_size(rule: Rule, order: Candidate) -> bool:
    """Return whether the quantity of an order at any price is in range and on the grid.

    The live exchange publishes stepSize 0 for most symbols: then LOT_SIZE alone sets the step.
    """
    return not order.market or lot_size(rule, order)


def min_notional(rule: Rule, order: Candidate) -> bool:
    """Return whether the order is worth enough."""
    if order.notional is None or (order.market and not rule["applyToMarket"]):
        return True
    return bool(order.notional >= rule["minNotional"])


def notional(rule: Rule, order: Candidate) -> bool:
    """Return whether the order is worth enough, and not too much."""
    if order.notional is None:
        return True
    if order.notional < rule["minNotional"] and (rule["applyMinToMarket"] or not order.market):
        return False
    return not (order.notional > rule["maxNotional"] and (rule["applyMaxToMarket"] or not order.market))


def iceberg_parts(rule: Rule, order: Candidate) -> bool:
    """Return whether an iceberg has few enough parts."""
    if not order.iceberg_quantity or order.quantity is None:
        return True
    parts = -(-order.quantity // order.iceberg_quantity)
    return bool(parts <= rule["limit"])


def trailing_delta(rule: Rule, order: Candidate) -> bool:
    """Return whether the distance of a trailing stop is in range."""
    if order.trailing_delta is None:
        return True
    where = "Above" if waits_for_rise(order.type, order.side) else "Below"
    return bool(rule[f"minTrailing{where}Delta"] <= order.trailing_delta <= rule[f"maxTrailing{where}Delta"])


ORDER_FILTERS: Mapping[Kind, Callable[[Rule, Candidate], bool]] = {
    Kind.PRICE_FILTER: price_filter,
    Kind.PERCENT_PRICE: percent_price,
    Kind.PERCENT_PRICE_BY_SIDE: percent_price_by_side,
    Kind.LOT_SIZE: lot_size,
    Kind.MARKET_LOT_SIZE: market_lot_size,
    Kind.MIN_NOTIONAL: min_notional,
    Kind.NOTIONAL: notional,
    Kind.ICEBERG_PARTS: iceberg_parts,
    Kind.TRAILING_DELTA: trailing_delta,
}
"""What the order alone decides; checked before the matching engine."""


def first_failure(rules: Mapping[str, Rule], order: Candidate) -> Kind | None:
    """Return the first filter that the symbol has and the order does not pass; None if there is none."""
    for name, passes in ORDER_FILTERS.items():
        rule = rules.get(name)
        if rule is not None and not passes(rule, order):
            return name
    return None
