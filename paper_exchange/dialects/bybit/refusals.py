"""What each refusal of the exchange is on Bybit's wire: a map from its kind to a code and a text, by product.

Texts are those of "Error Codes", of 2026-07-24.
"""

from collections.abc import Mapping

from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.refusal import FuturesKind, Kind, Reason, Refusal

Words = tuple[int, str]
_PARAMETER: Words = (10001, "Request parameter error")

SPOT: Mapping[Reason, Words] = {
    Kind.UNKNOWN_SYMBOL: (170121, "Invalid symbol."),
    Kind.MARKET_CLOSED: (170151, "The trading pair is not open yet"),
    Kind.ORDER_TYPE_NOT_SUPPORTED: (170227, "This feature is not supported."),
    Kind.FEATURE_NOT_SUPPORTED: (170227, "This feature is not supported."),
    Kind.PRICE_FILTER: (170134, "Order price decimal too long."),
    Kind.PERCENT_PRICE: (170192, "Order price cannot be higher than the price limit."),
    Kind.PERCENT_PRICE_BY_SIDE: (170193, "Buy order price cannot be higher than the price limit."),
    Kind.LOT_SIZE: (170137, "Order volume decimal too long"),
    Kind.MARKET_LOT_SIZE: (170381, "Order quantity too large."),
    Kind.MIN_NOTIONAL: (170140, "Order value exceeded lower limit"),
    Kind.NOTIONAL: (170140, "Order value exceeded lower limit"),
    Kind.MAX_NUM_ORDERS: (170810, "Cannot exceed maximum of 500 conditional, TP/SL and active orders."),
    Kind.MAX_NUM_ALGO_ORDERS: (170810, "Cannot exceed maximum of 500 conditional, TP/SL and active orders."),
    Kind.QUANTITY_IS_ZERO: (170136, "Order quantity lower than the minimum."),
    Kind.BOOK_EMPTY: (170149, "Create order failed"),
    Kind.BOOK_BELOW_MINIMUM: (170149, "Create order failed"),
    Kind.WOULD_TRIGGER_IMMEDIATELY: (170149, "Create order failed"),
    Kind.WOULD_MATCH_IMMEDIATELY: (170218, "The LIMIT-MAKER order is rejected due to invalid price."),
    Kind.INSUFFICIENT_BALANCE: (170131, "Balance insufficient"),
    Kind.DUPLICATE_CLIENT_ID: (170141, "Duplicate clientOrderId"),
    Kind.UNKNOWN_ORDER: (170213, "Order does not exist."),
    Kind.AMENDMENT_CHANGES_NOTHING: (10001, "order not modified"),
    Kind.PRICES_OUT_OF_ORDER: (170149, "Create order failed"),
    Kind.TOO_MANY_REQUESTS: (10006, "Too many visits. Exceeded the API Rate Limit."),
    Kind.TOO_MANY_ORDERS: (170005, "Too many new orders."),
}

CONTRACTS: Mapping[Reason, Words] = {
    Kind.UNKNOWN_SYMBOL: (10001, "Request parameter error: symbol invalid"),
    Kind.MARKET_CLOSED: (110074, "This contract is not live"),
    Kind.BOOK_EMPTY: (110118, "Unable to retrieve a pruce of the market order due to low liquidity"),
    Kind.WOULD_TRIGGER_IMMEDIATELY: (110092, "expect Rising, but trigger_price <= current"),
    Kind.WOULD_MATCH_IMMEDIATELY: (110103, "Only Post-Only orders are available at this stage"),
    Kind.DUPLICATE_CLIENT_ID: (110072, "OrderLinkedID is duplicate"),
    Kind.UNKNOWN_ORDER: (110001, "Order does not exist"),
    Kind.MAX_NUM_ORDERS: (110020, "Not allowed to have more than 500 active orders."),
    Kind.TOO_MANY_REQUESTS: (10006, "Too many visits. Exceeded the API Rate Limit."),
    Kind.TOO_MANY_ORDERS: (10006, "Too many visits. Exceeded the API Rate Limit."),
    FuturesKind.PRICE_NOT_POSITIVE: _PARAMETER,
    FuturesKind.PRICE_TOO_HIGH: (110003, "Order price exceeds the allowable range."),
    FuturesKind.PRICE_TOO_LOW: (110003, "Order price exceeds the allowable range."),
    FuturesKind.PRICE_OFF_TICK: (10001, "Request parameter error: price is not a multiple of the tick size"),
    FuturesKind.PRICE_TOO_PRECISE: (10001, "Request parameter error: price has too many decimals"),
    FuturesKind.PRICE_FAR_ABOVE_MARK: (110003, "Order price exceeds the allowable range."),
    FuturesKind.PRICE_FAR_BELOW_MARK: (110003, "Order price exceeds the allowable range."),
    FuturesKind.STOP_PRICE_NOT_POSITIVE: _PARAMETER,
    FuturesKind.STOP_PRICE_TOO_HIGH: (110003, "Order price exceeds the allowable range."),
    FuturesKind.QUANTITY_NOT_POSITIVE: (10001, "Request parameter error: Qty invalid"),
    FuturesKind.QUANTITY_TOO_SMALL: (10001, "Request parameter error: qty is below the minimum"),
    FuturesKind.QUANTITY_TOO_LARGE: (10001, "Request parameter error: qty is above the maximum"),
    FuturesKind.QUANTITY_OFF_STEP: (10001, "Request parameter error: Qty invalid"),
    FuturesKind.QUANTITY_TOO_PRECISE: (10001, "Request parameter error: Qty invalid"),
    FuturesKind.NOTIONAL_TOO_SMALL: (110094, "Order notional value below the lower limit"),
    FuturesKind.MARKET_FAR_FROM_MARK: (110118, "Unable to retrieve a pruce of the market order due to low liquidity"),
    FuturesKind.INSUFFICIENT_MARGIN: (110007, "Available balance is insufficient"),
    FuturesKind.REDUCE_ONLY_REJECTED: (110017, "orderQty will be truncated to zero"),
    FuturesKind.REDUCE_ONLY_NOT_NEEDED: (110017, "orderQty will be truncated to zero"),
    FuturesKind.POSITION_SIDE_MISMATCH: (10001, "position idx not match position mode"),
    FuturesKind.SAME_POSITION_MODE: (110025, "Position mode has not been modified."),
    FuturesKind.POSITION_MODE_HAS_ORDERS: (
        110028,
        "You have existing open orders, so the position mode cannot be switched.",
    ),
    FuturesKind.POSITION_MODE_HAS_POSITIONS: (
        110024,
        "You have an existing position, so the position mode cannot be switched.",
    ),
    FuturesKind.LEVERAGE_NOT_VALID: (110013, "Cannot set leverage due to risk limit level."),
    FuturesKind.WOULD_NOT_FILL: (110118, "Unable to retrieve a pruce of the market order due to low liquidity"),
    FuturesKind.MODIFICATION_CHANGES_NOTHING: (10001, "order not modified"),
    FuturesKind.ONLY_LIMIT_IS_MODIFIED: (10001, "order not modified"),
    FuturesKind.POSITION_NEEDED: (110017, "orderQty will be truncated to zero"),
    FuturesKind.CLOSE_POSITION_STANDS: (10001, "Request parameter error: the position has such an order"),
    FuturesKind.TOO_MANY_CONDITIONALS: (110009, "The number of stop orders exceeds the maximum allowable limit"),
}

# What the engine can refuse of an order that was acknowledged already: the status it ends with, and rejectReason.
AFTERWARDS: Mapping[Reason, str] = {
    Kind.WOULD_MATCH_IMMEDIATELY: "EC_PostOnlyWillTakeLiquidity",
    Kind.BOOK_EMPTY: "EC_NoImmediateQtyToFill",
    FuturesKind.WOULD_NOT_FILL: "EC_NoEnoughQtyToFill",
    FuturesKind.MARKET_FAR_FROM_MARK: "EC_NoImmediateQtyToFill",
}


def worded(refusal: Refusal, *, spot: bool) -> Refused:
    """Return a refusal of the exchange as Bybit says it of one of its products."""
    code, text = (SPOT if spot else CONTRACTS)[refusal.kind]
    return Refused(code, text)
