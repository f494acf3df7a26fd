"""What each refusal of the exchange of contracts is on Binance's wire: a map from its kind to status, code and text.

Texts are those of the "Error Codes" pages of USD-M and COIN-M futures. Where the two differ, INVERSE has COIN-M's.
COIN-M's page has no code for a duplicate id, a refused FOK or a refused GTX: since June 2026 one engine serves both,
so that USD-M's are taken.
"""

from dataclasses import replace

from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.wording import TOO_MANY_ORDERS, Wording, Wordings, word
from paper_exchange.refusal import FuturesKind, Kind, Refusal

LINEAR: Wordings = {
    Kind.UNKNOWN_SYMBOL: Wording(-1121, "Invalid symbol."),
    Kind.MARKET_CLOSED: Wording(-4140, "Invalid symbol status for opening position."),
    Kind.BOOK_EMPTY: Wording(-1112, "No orders on book for symbol."),
    Kind.WOULD_TRIGGER_IMMEDIATELY: Wording(-2021, "Order would immediately trigger."),
    Kind.WOULD_MATCH_IMMEDIATELY: Wording(
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected. "
        "The order will not be recorded in the order history.",
    ),
    Kind.DUPLICATE_CLIENT_ID: Wording(-4116, "ClientOrderId is duplicated."),
    Kind.UNKNOWN_ORDER: Wording(-2011, "Unknown order sent."),
    Kind.MAX_NUM_ORDERS: Wording(-2025, "Reach max open order limit."),
    # The futures pages know no Retry-After for the count of orders.
    Kind.TOO_MANY_ORDERS: replace(TOO_MANY_ORDERS, tells_wait=False),
    Kind.TOO_MANY_REQUESTS: Wording(-1003, "Too many requests; please use the websocket for live updates."),
    Kind.BANNED: Wording(
        -1003,
        "Way too many requests; IP banned until {until_ms}. Please use the websocket for live updates to avoid bans.",
        status=418,
    ),
    FuturesKind.PRICE_NOT_POSITIVE: Wording(-4001, "Price less than 0."),
    FuturesKind.PRICE_TOO_HIGH: Wording(-4002, "Price greater than max price."),
    FuturesKind.PRICE_TOO_LOW: Wording(-4013, "Price less than min price."),
    FuturesKind.PRICE_OFF_TICK: Wording(-4014, "Price not increased by tick size."),
    FuturesKind.PRICE_TOO_PRECISE: Wording(-1111, "Precision is over the maximum defined for this asset."),
    FuturesKind.PRICE_FAR_ABOVE_MARK: Wording(-4016, "Limit price can't be higher than {bound}."),
    FuturesKind.PRICE_FAR_BELOW_MARK: Wording(-4024, "Limit price can't be lower than {bound}."),
    FuturesKind.STOP_PRICE_NOT_POSITIVE: Wording(-4006, "Stop price less than zero."),
    FuturesKind.STOP_PRICE_TOO_HIGH: Wording(-4007, "Stop price greater than max price."),
    FuturesKind.QUANTITY_NOT_POSITIVE: Wording(-4003, "Quantity less than zero."),
    FuturesKind.QUANTITY_TOO_SMALL: Wording(-4004, "Quantity less than min quantity."),
    FuturesKind.QUANTITY_TOO_LARGE: Wording(-4005, "Quantity greater than max quantity."),
    FuturesKind.QUANTITY_OFF_STEP: Wording(-4023, "Qty not increased by step size."),
    FuturesKind.QUANTITY_TOO_PRECISE: Wording(-1111, "Precision is over the maximum defined for this asset."),
    FuturesKind.NOTIONAL_TOO_SMALL: Wording(
        -4164, "Order's notional must be no smaller than {least} (unless you choose reduce only)."
    ),
    FuturesKind.MARKET_FAR_FROM_MARK: Wording(
        -4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."
    ),
    FuturesKind.INSUFFICIENT_MARGIN: Wording(-2019, "Margin is insufficient."),
    FuturesKind.REDUCE_ONLY_REJECTED: Wording(-2022, "ReduceOnly Order is rejected."),
    FuturesKind.REDUCE_ONLY_NOT_NEEDED: Wording(-1106, "Parameter 'reduceonly' sent when not required."),
    FuturesKind.POSITION_SIDE_MISMATCH: Wording(-4061, "Order's position side does not match user's setting."),
    FuturesKind.SAME_POSITION_MODE: Wording(-4059, "No need to change position side."),
    FuturesKind.POSITION_MODE_HAS_ORDERS: Wording(
        -4067, "Position side cannot be changed if there exists open orders."
    ),
    FuturesKind.POSITION_MODE_HAS_POSITIONS: Wording(
        -4068, "Position side cannot be changed if there exists position."
    ),
    FuturesKind.SAME_MARGIN_TYPE: Wording(-4046, "No need to change margin type."),
    FuturesKind.MARGIN_TYPE_HAS_ORDERS: Wording(-4047, "Margin type cannot be changed if there exists open orders."),
    FuturesKind.MARGIN_TYPE_HAS_POSITION: Wording(-4048, "Margin type cannot be changed if there exists position."),
    FuturesKind.LEVERAGE_NOT_VALID: Wording(-4028, "Leverage {leverage} is not valid"),
    FuturesKind.WOULD_NOT_FILL: Wording(
        -5021,
        "Due to the order could not be filled immediately, the FOK order has been rejected. "
        "The order will not be recorded in the order history.",
    ),
    FuturesKind.MODIFICATION_CHANGES_NOTHING: Wording(-5027, "No need to modify the order."),
    FuturesKind.ONLY_LIMIT_IS_MODIFIED: Wording(-5025, "Only limit order is supported."),
    FuturesKind.NOT_REDUCE_ONLY: Wording(-5047, "The original order is not a reduce-only order"),
    FuturesKind.TOO_MANY_MODIFICATIONS: Wording(-5026, "Exceed maximum modify order limit."),
    FuturesKind.POSITION_NEEDED: Wording(
        -4509, "TIF GTE can only be used with open positions. Please ensure that positions are available."
    ),
    FuturesKind.CLOSE_POSITION_STANDS: Wording(
        -4130, "An open stop or take profit order with GTE and closePosition in the direction is existing."
    ),
    FuturesKind.TOO_MANY_CONDITIONALS: Wording(-4045, "Reach max stop order limit."),
}

INVERSE: Wordings = {
    **LINEAR,
    # Neither -4140 nor a -5xxx code is on COIN-M's page.
    Kind.MARKET_CLOSED: Wording(-4022, "Market status invalid."),
    FuturesKind.MARKET_FAR_FROM_MARK: Wording(
        -4113, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."
    ),
    FuturesKind.NOTIONAL_TOO_SMALL: Wording(
        -4178, "Order's notional must be no smaller than one (unless you choose reduce only)"
    ),
    FuturesKind.MODIFICATION_CHANGES_NOTHING: Wording(-4197, "No need to modify the order."),
    FuturesKind.ONLY_LIMIT_IS_MODIFIED: Wording(-4196, "Only limit order is supported."),
    FuturesKind.TOO_MANY_MODIFICATIONS: Wording(-4198, "Exceed maximum modify order limit."),
}


def worded(refusal: Refusal, *, inverse: bool = False) -> Refused:
    """Return a refusal of the exchange as USD-M futures say it, or COIN-M futures."""
    return word(INVERSE if inverse else LINEAR, refusal)
