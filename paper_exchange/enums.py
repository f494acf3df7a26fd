"""What orders and order lists are made of: sides, types, states. The values are what most venues write."""

from enum import StrEnum


class Side(StrEnum):
    """Whether an order buys or sells."""

    BUY = "BUY"
    SELL = "SELL"


class OrderType(StrEnum):
    """Every documented type; a symbol's `orderTypes` says which of them it takes."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"


STOP_LOSSES = frozenset({OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT})
TAKE_PROFITS = frozenset({OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT})
CONTINGENT = STOP_LOSSES | TAKE_PROFITS
"""They wait for a price before they work; filters.md calls them "algo" orders."""
MARKET_TYPES = frozenset({OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})
"""They trade at any price, at once or when triggered."""


class TimeInForce(StrEnum):
    """How long an order may rest."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Status(StrEnum):
    """What became of an order so far."""

    NEW = "NEW"
    PENDING_NEW = "PENDING_NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


OPEN = frozenset({Status.NEW, Status.PENDING_NEW, Status.PARTIALLY_FILLED})


class ExpiryReason(StrEnum):
    """Why an order ended that nobody cancelled."""

    REJECTED = "REJECTED"
    OCO_TRIGGER = "OCO_TRIGGER"
    OTO_PHASE_ONE_EXPIRED = "OTO_PHASE_ONE_EXPIRED"
    UNFILLED_IOC_QUANTITY_EXPIRED = "UNFILLED_IOC_QUANTITY_EXPIRED"
    UNFILLED_FOK_ORDER_EXPIRED = "UNFILLED_FOK_ORDER_EXPIRED"
    INSUFFICIENT_LIQUIDITY = "INSUFFICIENT_LIQUIDITY"


class SideEffect(StrEnum):
    """What an order of a margin account does beside trading."""

    NO_SIDE_EFFECT = "NO_SIDE_EFFECT"
    MARGIN_BUY = "MARGIN_BUY"
    AUTO_REPAY = "AUTO_REPAY"
    AUTO_BORROW_REPAY = "AUTO_BORROW_REPAY"


BORROWING = frozenset({SideEffect.MARGIN_BUY, SideEffect.AUTO_BORROW_REPAY})
"""When it is placed, what the account lacks for it is borrowed."""
REPAYING = frozenset({SideEffect.AUTO_REPAY, SideEffect.AUTO_BORROW_REPAY})
"""When it has ended, what it earned repays what the account owes of that asset."""


class PegPriceType(StrEnum):
    """Which side of the book a pegged order follows: its own, or the one that it trades with."""

    PRIMARY_PEG = "PRIMARY_PEG"
    MARKET_PEG = "MARKET_PEG"


class PegOffsetType(StrEnum):
    """In what the distance of a peg is counted."""

    PRICE_LEVEL = "PRICE_LEVEL"


class SelfTradePrevention(StrEnum):
    """What becomes of two orders of one owner that would trade with each other; here they never do."""

    NONE = "NONE"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    TRANSFER = "TRANSFER"


class Contingency(StrEnum):
    """How the orders of a list depend on one another."""

    OCO = "OCO"
    OTO = "OTO"


class Feature(StrEnum):
    """What a symbol may take or not; the values are the names of its rules' data."""

    ICEBERG = "icebergAllowed"
    OCO = "ocoAllowed"
    OTO = "otoAllowed"
    OPO = "opoAllowed"
    QUOTE_QUANTITY = "quoteOrderQtyMarketAllowed"
    TRAILING_STOP = "allowTrailingStop"
    CANCEL_REPLACE = "cancelReplaceAllowed"
    AMENDMENT = "amendAllowed"
    PEG = "pegInstructionsAllowed"
    MARGIN = "isMarginTradingAllowed"
