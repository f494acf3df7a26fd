"""The symbols the paper exchange starts with, and what a symbol's rules look like in exchangeInfo."""

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


def _filters(
    *, tick: str, max_price: str, step: str, max_quantity: str, market_max: str, min_notional: str = "5"
) -> tuple[Filter, ...]:
    def eight(number: str) -> str:
        return f"{Decimal(number):.8f}"

    return (
        {
            "filterType": "PRICE_FILTER",
            "minPrice": eight(tick),
            "maxPrice": eight(max_price),
            "tickSize": eight(tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": eight(step),
            "maxQty": eight(max_quantity),
            "stepSize": eight(step),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": eight("0"),
            "maxQty": eight(market_max),
            "stepSize": eight("0"),
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": "5",
            "bidMultiplierDown": "0.2",
            "askMultiplierUp": "5",
            "askMultiplierDown": "0.2",
            "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": eight(min_notional),
            "applyMinToMarket": True,
            "maxNotional": eight("9000000"),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    )


DEFAULT_SYMBOLS = (
    Symbol(
        "BTCUSDT", "BTC", "USDT", Decimal("65000"), Decimal(5),
        _filters(tick="0.01", max_price="1000000", step="0.00001", max_quantity="9000", market_max="100"),
    ),
    Symbol(
        "ETHUSDT", "ETH", "USDT", Decimal("3500"), Decimal(100),
        _filters(tick="0.01", max_price="1000000", step="0.0001", max_quantity="9000", market_max="3000"),
    ),
    Symbol(
        "DOGEUSDT", "DOGE", "USDT", Decimal("0.15"), Decimal(500_000),
        _filters(tick="0.00001", max_price="1000", step="1", max_quantity="9000000", market_max="7000000"),
    ),
    Symbol(
        "ETHBTC", "ETH", "BTC", Decimal("0.053"), Decimal(100),
        _filters(tick="0.00001", max_price="922327", step="0.0001", max_quantity="100000",
                 market_max="3000", min_notional="0.0001"),
    ),
    Symbol(
        "SHIBUSDT", "SHIB", "USDT", Decimal("0.00001234"), Decimal(5_000_000_000),
        _filters(tick="0.00000001", max_price="1", step="1", max_quantity="92141578900",
                 market_max="92141578900"),
    ),
    Symbol(
        "币安人生USDT", "币安人生", "USDT", Decimal("0.2"), Decimal(500_000),
        _filters(tick="0.0001", max_price="1000", step="0.1", max_quantity="9000000", market_max="7000000"),
    ),
    Symbol(
        "BTTUSDT", "BTT", "USDT", Decimal("0.002"), Decimal(1_000_000), status="BREAK",
        filters=_filters(tick="0.000001", max_price="1000", step="1", max_quantity="9000000",
                         market_max="7000000"),
    ),
)  # fmt: skip

DEFAULT_BALANCES = {
    "USDT": Decimal(1_000_000),
    "BTC": Decimal(100),
    "ETH": Decimal(1_000),
    "DOGE": Decimal(1_000_000),
    "SHIB": Decimal(1_000_000_000),
}
