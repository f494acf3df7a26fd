"""What a unified account starts with: one wallet, and contracts as Bybit lists them ("Get Instruments Info")."""

from decimal import Decimal

from paper_exchange.engine.contracts import Contract
from paper_exchange.rules.futures_state import Kit
from paper_exchange.rules.futures_symbols import FuturesSymbol
from paper_exchange.rules.symbols import Filter

BALANCES = {
    "USDT": Decimal(1_000_000),
    "BTC": Decimal(100),
    "ETH": Decimal(1_000),
    "DOGE": Decimal(1_000_000),
    "SHIB": Decimal(1_000_000_000),
}


def _filters(
    *, prices: tuple[str, str, str], step: str, most: str, market_most: str, notional: str | None = None
) -> tuple[Filter, ...]:
    lowest, highest, tick = prices
    least_notional = () if notional is None else ({"filterType": "MIN_NOTIONAL", "notional": notional},)
    return (
        {"filterType": "PRICE_FILTER", "minPrice": lowest, "maxPrice": highest, "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": step, "maxQty": market_most, "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "limit": 500},
        *least_notional,
    )


LINEAR = Kit(
    symbols=(
        FuturesSymbol(
            "BTCUSDT",
            "BTC",
            "USDT",
            Decimal("65000.0"),
            Decimal(5),
            _filters(prices=("0.10", "1999999.80", "0.10"), step="0.001", most="1190", market_most="500", notional="5"),
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
            _filters(prices=("0.01", "199999.98", "0.01"), step="0.01", most="7240", market_most="724", notional="5"),
            contract=Contract(),
            pair="ETHUSDT",
            margin_asset="USDT",
            price_precision=2,
            quantity_precision=2,
        ),
    ),
    wallet={},
)

INVERSE = Kit(
    symbols=(
        FuturesSymbol(
            "BTCUSD",
            "BTC",
            "USD",
            Decimal("65000.0"),
            Decimal(500_000),
            _filters(prices=("0.10", "1999999.80", "0.10"), step="1", most="25000000", market_most="5000000"),
            contract=Contract(Decimal(1), inverse=True),
            pair="BTCUSD",
            margin_asset="BTC",
            price_precision=2,
            quantity_precision=0,
        ),
        FuturesSymbol(
            "ETHUSD",
            "ETH",
            "USD",
            Decimal("3500.00"),
            Decimal(500_000),
            _filters(prices=("0.01", "199999.98", "0.01"), step="1", most="7000000", market_most="1400000"),
            contract=Contract(Decimal(1), inverse=True),
            pair="ETHUSD",
            margin_asset="ETH",
            price_precision=2,
            quantity_precision=0,
        ),
    ),
    wallet={},
    inverse=True,
)
