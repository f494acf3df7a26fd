"""A symbol, its filters, and what both look like in exchangeInfo."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

# One filter as exchangeInfo shows it (text values), and with its numbers read as Decimal.
Filter = Mapping[str, Any]
Rule = Mapping[str, Any]

PRECISION = 8  # of every asset, as on the live exchange
ORDER_TYPES = ("LIMIT", "MARKET")


@dataclass(frozen=True)
class Symbol:
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
    quote_quantity_allowed: bool = True

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Filter name -> its parameters, numbers as Decimal."""
        return {each["filterType"]: _rule(each) for each in self.filters}

    @property
    def tick_size(self) -> Decimal:
        tick: Decimal = self.rules.get("PRICE_FILTER", {}).get("tickSize", Decimal(0))
        return tick or Decimal("1E-8")

    @property
    def step_size(self) -> Decimal:
        step: Decimal = self.rules.get("LOT_SIZE", {}).get("stepSize", Decimal(0))
        return step or Decimal("1E-8")

    def with_filters(self, changes: Mapping[str, Mapping[str, Any] | None]) -> "Symbol":
        """The symbol with `changes` (filter name -> parameters to merge; None removes it) applied."""
        filters = {each["filterType"]: dict(each) for each in self.filters}
        for name, change in changes.items():
            if change is None:
                filters.pop(name, None)
            else:
                filters.setdefault(name, {"filterType": name}).update(change)
        return replace(self, filters=tuple(filters.values()))

    def info(self) -> dict[str, Any]:
        """Its element of `symbols` in GET /api/v3/exchangeInfo (rest-api.md, Exchange information)."""
        return {
            "symbol": self.name,
            "status": self.status,
            "baseAsset": self.base,
            "baseAssetPrecision": PRECISION,
            "quoteAsset": self.quote,
            "quotePrecision": PRECISION,
            "quoteAssetPrecision": PRECISION,
            "baseCommissionPrecision": PRECISION,
            "quoteCommissionPrecision": PRECISION,
            "orderTypes": self.order_types,
            "icebergAllowed": False,
            "ocoAllowed": False,
            "otoAllowed": False,
            "opoAllowed": False,
            "quoteOrderQtyMarketAllowed": self.quote_quantity_allowed,
            "allowTrailingStop": False,
            "cancelReplaceAllowed": False,
            "amendAllowed": False,
            "pegInstructionsAllowed": False,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self.filters,
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": "NONE",
            "allowedSelfTradePreventionModes": ["NONE"],
        }


def _rule(each: Filter) -> Rule:
    return {
        name: Decimal(value) if isinstance(value, str) and name != "filterType" else value
        for name, value in each.items()
    }
