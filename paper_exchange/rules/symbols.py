"""A symbol, its features and filters, and what all that looks like in exchangeInfo."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from paper_exchange.enums import MARKET_TYPES, OrderType, SelfTradePrevention, Side

# One filter as exchangeInfo shows it (text values), and with its numbers read as Decimal.
Filter = Mapping[str, Any]
Rule = Mapping[str, Any]

PRECISION = 8  # of every asset, as on the live exchange
ORDER_TYPES = tuple(sorted(OrderType))
FEATURES = (
    "icebergAllowed",
    "ocoAllowed",
    "otoAllowed",
    "opoAllowed",
    "quoteOrderQtyMarketAllowed",
    "allowTrailingStop",
    "cancelReplaceAllowed",
    "amendAllowed",
    "pegInstructionsAllowed",
)
SMALLEST = Decimal("1E-8")


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
    features: frozenset[str] = field(default=frozenset(FEATURES))
    self_trade_preventions: tuple[str, ...] = tuple(SelfTradePrevention)

    def pays(self, side: Side) -> str:
        return self.quote if side is Side.BUY else self.base

    def earns(self, side: Side) -> str:
        return self.base if side is Side.BUY else self.quote

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Filter name -> its parameters, numbers as Decimal."""
        return {each["filterType"]: rule(each) for each in self.filters}

    @property
    def tick_size(self) -> Decimal:
        tick: Decimal = self.rules.get("PRICE_FILTER", {}).get("tickSize", Decimal(0))
        return tick or SMALLEST

    @property
    def step_size(self) -> Decimal:
        step: Decimal = self.rules.get("LOT_SIZE", {}).get("stepSize", Decimal(0))
        return step or SMALLEST

    def whole_lots(self, quantity: Decimal, order_type: OrderType) -> Decimal:
        """As much of `quantity` as LOT_SIZE and, for what trades at any price, MARKET_LOT_SIZE let pass."""
        for name in ("LOT_SIZE", "MARKET_LOT_SIZE"):
            lots = self.rules.get(name)
            if lots is not None and (name == "LOT_SIZE" or order_type in MARKET_TYPES):
                quantity = min(quantity, lots["maxQty"])
                quantity -= quantity % (lots["stepSize"] or SMALLEST)
        return quantity

    def with_filters(self, changes: Mapping[str, Mapping[str, Any] | None]) -> "Symbol":
        """The symbol with `changes` (filter name -> parameters to merge; None removes it) applied."""
        return replace(self, filters=changed(self.filters, changes))

    def with_features(self, changes: Mapping[str, bool]) -> "Symbol":
        off = {name for name, allowed in changes.items() if not allowed}
        return replace(self, features=(self.features | changes.keys()) - off)

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
            **{feature: feature in self.features for feature in FEATURES},
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": self.filters,
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": self.self_trade_preventions[0],
            "allowedSelfTradePreventionModes": self.self_trade_preventions,
        }


def changed(filters: tuple[Filter, ...], changes: Mapping[str, Mapping[str, Any] | None]) -> tuple[Filter, ...]:
    merged = {each["filterType"]: dict(each) for each in filters}
    for name, change in changes.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged.setdefault(name, {"filterType": name}).update(change)
    return tuple(merged.values())


def rule(each: Filter) -> Rule:
    return {
        name: Decimal(value) if isinstance(value, str) and name not in ("filterType", "asset") else value
        for name, value in each.items()
    }
