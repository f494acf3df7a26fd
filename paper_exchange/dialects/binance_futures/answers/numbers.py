"""How numbers are written on the wire of futures: with as many decimals as the symbol has."""

from decimal import ROUND_HALF_EVEN, Decimal

from paper_exchange.rules.futures_symbols import FuturesSymbol

AVERAGE_DECIMALS = 5  # of avgPrice, in the examples of the pages


def price(value: Decimal | None, symbol: FuturesSymbol) -> str:
    """Return a price, which is zero when there is none."""
    return f"{value or Decimal(0):.{symbol.price_precision}f}"


def average(value: Decimal) -> str:
    """Return an average of prices."""
    return f"{value.quantize(Decimal(1).scaleb(-AVERAGE_DECIMALS), ROUND_HALF_EVEN):f}"


def quantity(value: Decimal, symbol: FuturesSymbol) -> str:
    """Return a number of contracts."""
    return f"{value:.{symbol.quantity_precision}f}"
