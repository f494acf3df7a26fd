"""A symbol, its features and its filters, which are data that a test can change.

Filters and features have the names that Binance publishes them by, whose rules are the finest; a further dialect tells
them in its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from paper_exchange.enums import MARKET_TYPES, Feature, OrderType, SelfTradePrevention, Side
from paper_exchange.refusal import Kind

# One filter as it is published (text values), and with its numbers read as Decimal.
Filter = Mapping[str, Any]
Rule = Mapping[str, Any]

PRECISION = 8  # of every asset, as on the live exchange
ORDER_TYPES = tuple(sorted(OrderType))
SMALLEST = Decimal("1E-8")


@dataclass(frozen=True)
class Symbol:
    """A symbol and what it lets pass."""

    name: str
    base: str
    quote: str
    price: Decimal
    """Where its market starts, in quote units."""
    level_quantity: Decimal
    """How much one level of its order book holds, in base units."""
    filters: tuple[Filter, ...]
    status: str = "TRADING"
    order_types: tuple[str, ...] = ORDER_TYPES
    features: frozenset[str] = field(default=frozenset(Feature))
    self_trade_preventions: tuple[str, ...] = tuple(SelfTradePrevention)

    def pays(self, side: Side) -> str:
        """Return the asset that an order of `side` pays with."""
        return self.quote if side is Side.BUY else self.base

    def earns(self, side: Side) -> str:
        """Return the asset that an order of `side` earns."""
        return self.base if side is Side.BUY else self.quote

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The parameters of each filter by its name, numbers as Decimal."""
        return {each["filterType"]: rule(each) for each in self.filters}

    @property
    def tick_size(self) -> Decimal:
        """What prices are multiples of."""
        tick: Decimal = self.rules.get(Kind.PRICE_FILTER, {}).get("tickSize", Decimal(0))
        return tick or SMALLEST

    @property
    def step_size(self) -> Decimal:
        """What quantities are multiples of."""
        step: Decimal = self.rules.get(Kind.LOT_SIZE, {}).get("stepSize", Decimal(0))
        return step or SMALLEST

    def whole_lots(self, quantity: Decimal, order_type: OrderType) -> Decimal:
        """Return as much of `quantity` as LOT_SIZE and, for what trades at any price, MARKET_LOT_SIZE let pass."""
        for name in (Kind.LOT_SIZE, Kind.MARKET_LOT_SIZE):
            lots = self.rules.get(name)
            if lots is not None and (name is Kind.LOT_SIZE or order_type in MARKET_TYPES):
                quantity = min(quantity, lots["maxQty"])
                quantity -= quantity % (lots["stepSize"] or SMALLEST)
        return quantity

    def with_filters(self, changes: Mapping[str, Mapping[str, Any] | None]) -> "Symbol":
        """Return the symbol with `changes` (filter name -> parameters to merge; None removes it) applied."""
        return replace(self, filters=changed(self.filters, changes))

    def with_features(self, changes: Mapping[str, bool]) -> "Symbol":
        """Return the symbol with features switched on and off."""
        off = {name for name, allowed in changes.items() if not allowed}
        return replace(self, features=(self.features | changes.keys()) - off)


def changed(filters: tuple[Filter, ...], changes: Mapping[str, Mapping[str, Any] | None]) -> tuple[Filter, ...]:
    """Return the filters with `changes` applied."""
    merged = {each["filterType"]: dict(each) for each in filters}
    for name, change in changes.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged.setdefault(name, {"filterType": name}).update(change)
    return tuple(merged.values())


def rule(each: Filter) -> Rule:
    """Return a filter with its numbers read as Decimal."""
    return {
        name: Decimal(value) if isinstance(value, str) and name not in ("filterType", "asset") else value
        for name, value in each.items()
    }
