"""What the paper exchange starts with: symbols with rules as the live exchange has them, prices, balances.

BTCUSDT and ETHUSDT take every order there is; the others each lack something.
"""

from decimal import Decimal

from paper_exchange.enums import Feature
from paper_exchange.rules.symbols import Filter, Symbol


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
        {"filterType": "ICEBERG_PARTS", "limit": 100},
        {
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": 10,
            "maxTrailingAboveDelta": 2000,
            "minTrailingBelowDelta": 10,
            "maxTrailingBelowDelta": 2000,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10},
    )


def _all_but(*features: Feature) -> frozenset[str]:
    return frozenset(Feature) - {*features}


# By hand: name, assets, price and amount of each symbol stand in one line, as in a table.
SYMBOLS = (
    Symbol(
        "BTCUSDT",
        "BTC",
        "USDT",
        Decimal("65000"),
        Decimal(5),
        _filters(tick="0.01", max_price="1000000", step="0.00001", max_quantity="9000", market_max="100"),
    ),
    Symbol(
        "ETHUSDT",
        "ETH",
        "USDT",
        Decimal("3500"),
        Decimal(100),
        _filters(tick="0.01", max_price="1000000", step="0.0001", max_quantity="9000", market_max="3000"),
    ),
    Symbol(
        "DOGEUSDT",
        "DOGE",
        "USDT",
        Decimal("0.15"),
        Decimal(500_000),
        _filters(tick="0.00001", max_price="1000", step="1", max_quantity="9000000", market_max="7000000"),
        features=_all_but(Feature.ICEBERG, Feature.TRAILING_STOP, Feature.PEG, Feature.AMENDMENT),
        self_trade_preventions=("NONE", "EXPIRE_TAKER"),
    ),
    Symbol(
        "ETHBTC",
        "ETH",
        "BTC",
        Decimal("0.053"),
        Decimal(100),
        _filters(
            tick="0.00001",
            max_price="922327",
            step="0.0001",
            max_quantity="100000",
            market_max="3000",
            min_notional="0.0001",
        ),
        features=_all_but(Feature.OPO),
    ),
    Symbol(
        "SHIBUSDT",
        "SHIB",
        "USDT",
        Decimal("0.00001234"),
        Decimal(5_000_000_000),
        _filters(tick="0.00000001", max_price="1", step="1", max_quantity="92141578900", market_max="92141578900"),
        order_types=("LIMIT", "LIMIT_MAKER", "MARKET"),
        features=_all_but(Feature.OCO, Feature.OTO, Feature.OPO, Feature.CANCEL_REPLACE, Feature.MARGIN),
    ),
    Symbol(
        "币安人生USDT",
        "币安人生",
        "USDT",
        Decimal("0.2"),
        Decimal(500_000),
        _filters(tick="0.0001", max_price="1000", step="0.1", max_quantity="9000000", market_max="7000000"),
        features=_all_but(Feature.MARGIN),
    ),
    Symbol(
        "BTTUSDT",
        "BTT",
        "USDT",
        Decimal("0.002"),
        Decimal(1_000_000),
        status="BREAK",
        filters=_filters(tick="0.000001", max_price="1000", step="1", max_quantity="9000000", market_max="7000000"),
    ),
)

EXCHANGE_FILTERS: tuple[Filter, ...] = (
    {"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 1000},
    {"filterType": "EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 200},
    {"filterType": "EXCHANGE_MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders": 10_000},
    {"filterType": "EXCHANGE_MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 100},
)

ASSET_LIMITS = {"DOGE": Decimal(8_000_000)}

SORS = ({"baseAsset": "BTC", "symbols": ["BTCUSDT"]},)

BALANCES = {
    "USDT": Decimal(1_000_000),
    "BTC": Decimal(100),
    "ETH": Decimal(1_000),
    "DOGE": Decimal(1_000_000),
    "SHIB": Decimal(1_000_000_000),
}

CROSS_BALANCES = {"USDT": Decimal(100_000), "BTC": Decimal(10), "ETH": Decimal(100)}

ISOLATED_BALANCES = {
    "BTCUSDT": {"USDT": Decimal(10_000), "BTC": Decimal(1)},
    "ETHUSDT": {"USDT": Decimal(10_000), "ETH": Decimal(10)},
}
"""Of each isolated margin account; the others start with nothing."""

BORROW_LIMITS = {
    "USDT": Decimal(500_000),
    "BTC": Decimal(10),
    "ETH": Decimal(200),
    "DOGE": Decimal(1_000_000),
}
"""How much of an asset each margin account may owe; other assets are not lent."""
