"""What the paper exchange of contracts starts with: symbols with rules as the live exchange has them, and wallets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.contracts import Contract
from paper_exchange.rules.futures_symbols import FuturesSymbol
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit
from paper_exchange.rules.symbols import Filter

LEVERAGE = 20
MAX_CONDITIONALS = 200  # in total (USD-M change log, 2025-12-29)

# One pool for linear and inverse contracts (Binance's architecture integration notice, 2026-06-30).
LIMITS = (
    RateLimit(Counted.REQUEST_WEIGHT, Interval.MINUTE, 1, 2_400),
    RateLimit(Counted.ORDERS, Interval.MINUTE, 1, 1_200),
    RateLimit(Counted.ORDERS, Interval.SECOND, 10, 300),
)


def _filters(
    *, prices: tuple[str, str, str], step: str, most: str, market_most: str, notional: str | None
) -> tuple[Filter, ...]:
    lowest, highest, tick = prices
    least_notional = () if notional is None else ({"filterType": "MIN_NOTIONAL", "notional": notional},)
    return (
        {"filterType": "PRICE_FILTER", "minPrice": lowest, "maxPrice": highest, "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": step, "maxQty": market_most, "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        *least_notional,
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "0.9500",
            "multiplierDecimal": "4",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What an exchange of one kind of contract starts with."""

    symbols: Sequence[FuturesSymbol]
    wallet: Mapping[str, Decimal]
    inverse: bool = False


LINEAR = Kit(
    symbols=(
        FuturesSymbol(
            "BTCUSDT",
            "BTC",
            "USDT",
            Decimal("65000.0"),
            Decimal(5),
            _filters(
                prices=("556.80", "4529764", "0.10"), step="0.001", most="1000", market_most="120", notional="100"
            ),
            contract=Contract(),
            pair="BTCUSDT",
            margin_asset="USDT",
            price_precision=2,
            quantity_precision=3,
        ),
        FuturesSymbol(
            "ETHUSDT",
            "ETH",
            "USDT",
            Decimal("3500.00"),
            Decimal(100),
            _filters(prices=("39.86", "306177", "0.01"), step="0.001", most="10000", market_most="2000", notional="20"),
            contract=Contract(),
            pair="ETHUSDT",
            margin_asset="USDT",
            price_precision=2,
            quantity_precision=3,
        ),
    ),
    wallet={"USDT": Decimal(1_000_000)},
)

INVERSE = Kit(
    symbols=(
        FuturesSymbol(
            "BTCUSD_PERP",
            "BTC",
            "USD",
            Decimal("65000.0"),
            Decimal(5_000),
            _filters(prices=("1000", "4520958", "0.1"), step="1", most="1000000", market_most="60000", notional=None),
            contract=Contract(Decimal(100), inverse=True),
            pair="BTCUSD",
            margin_asset="BTC",
            price_precision=1,
            quantity_precision=0,
        ),
        FuturesSymbol(
            "ETHUSD_PERP",
            "ETH",
            "USD",
            Decimal("3500.00"),
            Decimal(50_000),
            _filters(prices=("10", "306159", "0.01"), step="1", most="1000000", market_most="60000", notional=None),
            contract=Contract(Decimal(10), inverse=True),
            pair="ETHUSD",
            margin_asset="ETH",
            price_precision=2,
            quantity_precision=0,
        ),
    ),
    wallet={"BTC": Decimal(100), "ETH": Decimal(1_000)},
    inverse=True,
)
