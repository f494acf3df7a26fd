"""Bybit's own words in requests and answers ("Enums Definitions"), and how numbers are written."""

from decimal import Decimal
from enum import StrEnum

from paper_exchange.enums import Side


class Category(StrEnum):
    """The products that are played here."""

    SPOT = "spot"
    LINEAR = "linear"
    INVERSE = "inverse"


class OrderType(StrEnum):
    """The values of orderType; a market order is made IOC."""

    MARKET = "Market"
    LIMIT = "Limit"


class Lifetime(StrEnum):
    """The values of timeInForce."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "PostOnly"


class OrderFilter(StrEnum):
    """Which service of spot holds an order; of contracts what waits for a price is a StopOrder."""

    ORDER = "Order"
    TPSL = "tpslOrder"
    STOP = "StopOrder"
    OCO = "OcoOrder"
    BIDIRECTIONAL = "BidirectionalTpslOrder"
    OPEN = "OpenOrder"


class TriggerBy(StrEnum):
    """Which price triggers."""

    LAST = "LastPrice"
    INDEX = "IndexPrice"
    MARK = "MarkPrice"


class MarketUnit(StrEnum):
    """In what the quantity of a market order of spot is counted."""

    BASE = "baseCoin"
    QUOTE = "quoteCoin"


class TpslMode(StrEnum):
    """Whether exits close the whole position, or what their entry fills."""

    FULL = "Full"
    PARTIAL = "Partial"


class Direction(StrEnum):
    """The values of side."""

    BUY = "Buy"
    SELL = "Sell"

    @property
    def side(self) -> Side:
        """The same in the engine's word."""
        return Side.BUY if self is Direction.BUY else Side.SELL


def direction(side: Side) -> str:
    """Return a side in Bybit's word."""
    return "Buy" if side is Side.BUY else "Sell"


def opposite(side: Side) -> Side:
    """Return the other side."""
    return Side.SELL if side is Side.BUY else Side.BUY


def plain(amount: Decimal | None) -> str:
    """Return a number without exponent and without needless zeros; "" for none."""
    return "" if amount is None else f"{amount.normalize():f}"
