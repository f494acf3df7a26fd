"""What each refusal of the exchange is on Binance's wire: the one map from its kind to HTTP status, code and text.

Texts are those of errors.md of Binance's documentation; where it leaves one out, the comment says what was taken.
"""

from collections.abc import Mapping

from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.wording import TOO_MANY_ORDERS, Wording, Wordings, word
from paper_exchange.enums import Feature, OrderType, Side
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.account_filters import EXCHANGE_COUNTS, SYMBOL_COUNTS
from paper_exchange.rules.one_cancels_other import Role
from paper_exchange.rules.order_filters import ORDER_FILTERS

FILTER_FAILED, REJECTED, AMEND_REJECTED = -1013, -2010, -2038


def _filter_failure(kind: Kind, code: int) -> Wording:
    return Wording(code, f"Filter failure: {kind}")


def _rejected(text: str) -> Wording:
    """The matching engine refuses a new order."""
    return Wording(REJECTED, text)


def _amend_rejected(text: str) -> Wording:
    return Wording(AMEND_REJECTED, text)


ORDER_TYPES: Mapping[OrderType, str] = {
    OrderType.LIMIT: "Unsupported order combination",  # errors.md has no text for it; the general one of its table
    OrderType.LIMIT_MAKER: "Unsupported order combination",  # the same
    OrderType.MARKET: "Market orders are not supported for this symbol.",
    OrderType.STOP_LOSS: "Stop loss orders are not supported for this symbol.",
    OrderType.STOP_LOSS_LIMIT: "Stop loss limit orders are not supported for this symbol.",
    OrderType.TAKE_PROFIT: "Take profit orders are not supported for this symbol.",
    OrderType.TAKE_PROFIT_LIMIT: "Take profit limit orders are not supported for this symbol.",
}

FEATURES: Mapping[Feature, Wording] = {
    Feature.ICEBERG: _rejected("Iceberg orders are not supported for this symbol."),
    Feature.OCO: _rejected("OCO orders are not supported for this symbol"),  # without a full stop there
    Feature.OTO: _rejected("OTO orders are not supported for this symbol"),  # errors.md has no text for it
    Feature.OPO: _rejected("OPO orders are not supported for this symbol."),
    Feature.QUOTE_QUANTITY: _rejected("Quote order qty market orders are not support for this symbol."),
    Feature.TRAILING_STOP: _rejected("Trailing stop orders are not supported for this symbol."),
    Feature.CANCEL_REPLACE: _rejected("Order cancel-replace is not supported for this symbol."),
    Feature.AMENDMENT: _amend_rejected("Order amend is not supported for this symbol."),
    Feature.PEG: _rejected("Pegged orders are not supported for this symbol."),
    Feature.MARGIN: Wording(-3028, "Not a valid margin pair."),
}

WRONG_SIDES: Mapping[tuple[Side, Role], Wording] = {
    (Side.BUY, Role.LIMIT): Wording(-1165, "A limit order in a buy OCO must be below."),
    (Side.SELL, Role.LIMIT): Wording(-1166, "A limit order in a sell OCO must be above."),
    (Side.BUY, Role.STOP_LOSS): Wording(-1196, "A stop loss order in a buy OCO must be above."),
    (Side.SELL, Role.STOP_LOSS): Wording(-1197, "A stop loss order in a sell OCO must be below."),
    (Side.BUY, Role.TAKE_PROFIT): Wording(-1198, "A take profit order in a buy OCO must be below."),
    (Side.SELL, Role.TAKE_PROFIT): Wording(-1199, "A take profit order in a sell OCO must be above."),
}

WORDINGS: Wordings = {
    Kind.UNKNOWN_SYMBOL: Wording(-1121, "Invalid symbol."),
    Kind.MARKET_CLOSED: Wording(-1013, "Market is closed."),  # the documented text; the code as seen live
    Kind.ORDER_TYPE_NOT_SUPPORTED: lambda facts: _rejected(ORDER_TYPES[facts["type"]]),
    Kind.FEATURE_NOT_SUPPORTED: lambda facts: FEATURES[facts["feature"]],
    # Neither code nor text are documented.
    Kind.SELF_TRADE_PREVENTION_NOT_SUPPORTED: Wording(
        -1013, "This symbol does not allow the specified self-trade prevention mode."
    ),
    **{kind: _filter_failure(kind, FILTER_FAILED) for kind in (*ORDER_FILTERS, Kind.MAX_ASSET)},
    **{kind: _filter_failure(kind, REJECTED) for kind in (*SYMBOL_COUNTS, *EXCHANGE_COUNTS, Kind.MAX_POSITION)},
    Kind.ICEBERG_EXCEEDS_QUANTITY: _rejected("IcebergQty exceeds QTY."),
    Kind.QUANTITY_IS_ZERO: _rejected("Price * QTY is zero or less."),
    Kind.BOOK_EMPTY: _rejected("Order book liquidity is less than symbol minimum quantity."),
    Kind.BOOK_BELOW_MINIMUM: _rejected("Order book liquidity is less than `{rule}` filter minimum quantity."),
    Kind.BOOK_TOO_THIN_TO_PEG: _rejected("Order book liquidity is too low for this pegged order."),
    Kind.WOULD_TRIGGER_IMMEDIATELY: _rejected("Order would trigger immediately."),
    Kind.WOULD_MATCH_IMMEDIATELY: _rejected("Order would immediately match and take."),
    Kind.INSUFFICIENT_BALANCE: _rejected("Account has insufficient balance for requested action."),
    Kind.DUPLICATE_CLIENT_ID: _rejected("Duplicate order sent."),
    # As "Margin account borrow/repay" and the error codes of the margin documentation have them.
    Kind.BORROWING_CLOSED: Wording(-3012, "Borrow is banned for this asset."),
    Kind.BORROWS_TOO_MUCH: Wording(-3006, "Your borrow amount has exceed maximum borrow amount."),
    Kind.NOTHING_TO_LEND: Wording(-3045, "The system does not have enough asset now."),
    Kind.REPAYS_TOO_MUCH: Wording(-3015, "Repay amount exceeds borrow amount."),
    Kind.REPAYS_WHAT_IS_NOT_FREE: Wording(-3041, "Balance is not enough."),
    Kind.UNKNOWN_MARGIN_ASSET: Wording(-3027, "Not a valid margin asset."),
    Kind.PAIR_TYPE_NOT_SUPPORTED: Wording(-1158, "Order type not supported in OCO."),
    Kind.PAIR_WITHOUT_STOP: Wording(-1168, "At least one OCO order must be contingent."),
    Kind.PAIR_ON_WRONG_SIDE: lambda facts: WRONG_SIDES[facts["side"], facts["role"]],
    Kind.PRICES_OUT_OF_ORDER: _rejected("The relationship of the prices for the orders is not correct."),
    Kind.UNKNOWN_ORDER: Wording(-2011, "Unknown order sent."),
    Kind.AMENDMENT_OF_UNSIZED: _amend_rejected("Order amend (pending OPO order) is not supported."),
    Kind.AMENDMENT_INCREASES: _amend_rejected("Order amend (quantity increase) is not supported."),
    Kind.AMENDMENT_CHANGES_NOTHING: _amend_rejected("The requested action would change no state; rejecting"),
    Kind.AMENDMENT_DUPLICATES_CLIENT_ID: _amend_rejected("Duplicate order sent."),
    Kind.MAX_NUM_ORDER_AMENDS: _filter_failure(Kind.MAX_NUM_ORDER_AMENDS, AMEND_REJECTED),
    Kind.TOO_MANY_ORDERS: TOO_MANY_ORDERS,
    Kind.TOO_MANY_REQUESTS: Wording(
        -1003,
        "Too much request weight used; current limit is {limit.limit} request weight per {limit.intervals} "
        "{limit.interval}. Please use WebSocket Streams for live updates to avoid polling the API.",
    ),
    Kind.BANNED: Wording(
        -1003,
        "Way too much request weight used; IP banned until {until_ms}. "
        "Please use WebSocket Streams for live updates to avoid bans.",
        status=418,
    ),
}


def worded(refusal: Refusal) -> Refused:
    """Return a refusal of the exchange as Binance Spot says it."""
    return word(WORDINGS, refusal)
