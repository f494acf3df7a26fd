"""The codes that Binance's two futures, USD-M and COIN-M, have in common, with what a person should do.

Facts: the pages "Error Codes" of both APIs (November 2025). A code of only one of them, or with another meaning on the
other, stands in usdm_error_codes.py or coinm_error_codes.py; what Spot has as well in common_error_codes.py.
"""

from orderexec.domain.advice import CANCEL_AND_PLACE, CORRECT, MONEY, look, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import (
    CLEAR_ORDERS,
    NEARER_PRICE,
    NOT_OURS,
    NOTHING,
    ONCE_MORE,
    OTHER_PRICE,
    OTHER_QUANTITY,
    OTHER_WORTH,
    READ,
    REPORT,
    SETTING,
    SLOWER,
    SUPPORT,
    THIN_BOOK,
)
from orderexec.venues.classifier import Known

from .common_error_codes import COMMON_CODES

_UNKNOWN, _REJECT, _STALE_RULES = Meaning.UNKNOWN, Meaning.REJECT, Meaning.STALE_RULES
_CREDENTIALS = Meaning.CREDENTIALS
_THERE = Cause.ACCOUNT_AND_SYMBOL  # what one account has at one symbol, or may do there
# Of an account that may only reduce: orders that close a position are still taken, and a halt of the whole account
# would hold them up. So the order that opens is to blame: a halt goes no further than its strategy, or its symbol.
OPENING = Cause.ORDER
_MARGIN = redrive_after("add margin, or cancel orders that bind some", or_publish="for a smaller order")
_OTHER_SIDE = publish_corrected("with a stop_price on the other side of the market's price")
_BY_THE_MODE = publish_corrected(
    "with position_side LONG or SHORT if the account is in hedge mode, else without position_side"
)

# fmt: off
_ORDER_CODES = {
    -1001: Known("DISCONNECTED", _UNKNOWN,
        "the exchange had an internal error; only its documented text with status 503 promises that nothing was "
        "executed", NOTHING),
    -1008: Known("Request Throttled", _UNKNOWN,
        "the exchange is overloaded; only its documented text with status 503 promises that nothing was executed",
        NOTHING),
    -1011: Known("NON_WHITE_LIST", _CREDENTIALS,
        "this IP address may not use this part of the exchange",
        redrive_after("permit the address at the exchange, or store a key that it may use")),
    -1015: Known("TOO_MANY_ORDERS", Meaning.ORDER_LIMIT,
        "the account has placed as many orders as it may in this interval (10 seconds or a minute); USD-M and COIN-M "
        "count together", SLOWER),
    -1108: Known("BAD_ASSET", _REJECT, "the exchange does not know the asset", CORRECT),
    -1109: Known("BAD_ACCOUNT", _CREDENTIALS,
        "the account is no valid futures account, or the exchange is under maintenance",
        redrive_after("open the futures account at the exchange, or wait until the maintenance is over")),
    -1115: Known("INVALID_TIF", _REJECT,
        "the exchange does not know this time in force",
        publish_corrected("with time_in_force GTC, IOC, FOK or GTX")),
    -1136: Known("INVALID_NEW_ORDER_RESP_TYPE", _REJECT, "the exchange does not know this newOrderRespType", REPORT),
    -2015: Known("REJECTED_MBX_KEY", _CREDENTIALS,
        "the exchange does not know the key, or not from this IP address, or not for futures",
        redrive_after("check the key, its IP whitelist and its permission for futures")),
    -2018: Known("BALANCE_NOT_SUFFICIENT", _REJECT, "the account has too little balance", MONEY, _THERE),
    -2019: Known("MARGIN_NOT_SUFFICIEN", _REJECT, "the account has too little margin for this order", _MARGIN, _THERE),
    -2020: Known("UNABLE_TO_FILL", _REJECT, "the order could not be filled", THIN_BOOK),
    -2021: Known("ORDER_WOULD_IMMEDIATELY_TRIGGER", _REJECT,
        "the stop price is on the wrong side of the market's price, so the order would trigger at once", _OTHER_SIDE),
    -2022: Known("REDUCE_ONLY_REJECT", _REJECT,
        "the reduce-only order has nothing to reduce: no position is open, or other open orders would close it already",
        redrive_after("if the position is still open, cancel the orders that would close it already"), _THERE),
    -2023: Known("USER_IN_LIQUIDATION", _REJECT,
        "the exchange is liquidating the account",
        look("look at the account; once the liquidation is over, publish what is still wanted under a new id"),
        Cause.ACCOUNT),
    -2024: Known("POSITION_NOT_SUFFICIENT", _REJECT,
        "the position is smaller than what the order would close",
        publish_corrected("for no more than the position (quantity_percent takes its size from it)")),
    -2025: Known("MAX_OPEN_ORDER_EXCEEDED", _REJECT,
        "the account has as many open orders as it may", CLEAR_ORDERS, _THERE),
    -2026: Known("REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED", _REJECT,
        "this order type cannot be reduce-only", publish_corrected("with another type, or without reduce_only")),
    -2027: Known("MAX_LEVERAGE_RATIO", _REJECT,
        "the position would be larger than the account's leverage at the symbol allows",
        redrive_after("lower the leverage, or close some of the position", or_publish="for a smaller order"), _THERE),
    -2028: Known("MIN_LEVERAGE_RATIO", _REJECT,
        "the margin does not suffice for a leverage as small as the account's at the symbol",
        redrive_after("add margin, or raise the leverage", or_publish="for a smaller order"), _THERE),
    -4000: Known("INVALID_ORDER_STATUS", _REJECT, "the order's state does not allow this", READ),
    -4001: Known("PRICE_LESS_THAN_ZERO", _REJECT, "the price is below zero", OTHER_PRICE),
    -4002: Known("PRICE_GREATER_THAN_MAX_PRICE", _STALE_RULES, "the price is above the symbol's maximum", OTHER_PRICE),
    -4003: Known("QTY_LESS_THAN_ZERO", _REJECT, "the quantity is zero or less", OTHER_QUANTITY),
    -4004: Known("QTY_LESS_THAN_MIN_QTY", _STALE_RULES,
        "the quantity is below the symbol's minimum", OTHER_QUANTITY),
    -4005: Known("QTY_GREATER_THAN_MAX_QTY", _STALE_RULES,
        "the quantity is above the symbol's maximum", OTHER_QUANTITY),
    -4006: Known("STOP_PRICE_LESS_THAN_ZERO", _REJECT, "the stop price is below zero", OTHER_PRICE),
    -4007: Known("STOP_PRICE_GREATER_THAN_MAX_PRICE", _STALE_RULES,
        "the stop price is above the symbol's maximum", OTHER_PRICE),
    -4013: Known("PRICE_LESS_THAN_MIN_PRICE", _STALE_RULES, "the price is below the symbol's minimum", OTHER_PRICE),
    -4014: Known("PRICE_NOT_INCREASED_BY_TICK_SIZE", _STALE_RULES, "the price is off the symbol's tick", OTHER_PRICE),
    -4015: Known("INVALID_CL_ORD_ID_LEN", _REJECT, "the client order id is not valid or too long", REPORT),
    -4016: Known("PRICE_HIGHTER_THAN_MULTIPLIER_UP", _STALE_RULES,
        "the price is too far above the mark price", NEARER_PRICE),
    -4020: Known("TARGET_STRATEGY_INVALID", _REJECT,
        "order type and reduce_only do not go together", CORRECT),
    -4022: Known("WRONG_MARKET_STATUS", _REJECT, "the symbol's state does not allow this", READ),
    -4023: Known("QTY_NOT_INCREASED_BY_STEP_SIZE", _STALE_RULES,
        "the quantity is off the symbol's step", OTHER_QUANTITY),
    -4024: Known("PRICE_LOWER_THAN_MULTIPLIER_DOWN", _STALE_RULES,
        "the price is too far below the mark price", NEARER_PRICE),
    -4027: Known("INVALID_ACCOUNT_TYPE", _REJECT, "the account's type does not allow this", READ),
    -4029: Known("INVALID_TICK_SIZE_PRECISION", _STALE_RULES,
        "a price has more decimals than the symbol's tick", ONCE_MORE),
    -4030: Known("INVALID_STEP_SIZE_PRECISION", _STALE_RULES,
        "a quantity has more decimals than the symbol's step", ONCE_MORE),
    -4031: Known("INVALID_WORKING_TYPE", _REJECT,
        "the exchange does not know this working type", publish_corrected("with working_type LAST or MARK")),
    -4045: Known("MAX_STOP_ORDER_EXCEEDED", _REJECT,
        "the account has as many open conditional orders as it may", CLEAR_ORDERS, _THERE),
    -4046: Known("NO_NEED_TO_CHANGE_MARGIN_TYPE", _REJECT, "the margin mode is as wanted already", NOTHING),
    -4052: Known("NO_NEED_TO_CHANGE_AUTO_ADD_MARGIN", _REJECT, "how margin is added is as wanted already", NOTHING),
    -4059: Known("NO_NEED_TO_CHANGE_POSITION_SIDE", _REJECT, "the position mode is as wanted already", NOTHING),
    -4060: Known("INVALID_POSITION_SIDE", _REJECT, "the position side is not valid", _BY_THE_MODE),
    -4061: Known("POSITION_SIDE_NOT_MATCH", _REJECT,
        "the order's position side does not fit the account's position mode (one-way or hedge)", _BY_THE_MODE),
    -4062: Known("REDUCE_ONLY_CONFLICT", _REJECT,
        "reduce_only cannot be said here, as in hedge mode, where the position side says it",
        publish_corrected("without reduce_only")),
    -4083: Known("PLACE_BATCH_ORDERS_FAIL", _UNKNOWN,
        "a batch of orders failed; which of them is not said, so the order may exist", NOTHING),
    -4084: Known("UPCOMING_METHOD", _REJECT, "the exchange does not allow this method yet", REPORT),
    -4116: Known("DUPLICATED_CLIENT_ORDER_ID", Meaning.DUPLICATE,  # the page of COIN-M names no code for it
        "an open order has this client order id already, which an earlier request of the same signal placed", NOTHING),
    -4120: Known("STOP_ORDER_SWITCH_ALGO", _REJECT,
        "conditional orders must go to the algo service, and this one did not", REPORT),
    -4135: Known("INVALID_ACTIVATION_PRICE", _REJECT,
        "the price from which the trailing stop follows is not valid", CORRECT),
    -4137: Known("QUANTITY_EXISTS_WITH_CLOSE_POSITION", _REJECT,
        "an order that closes the whole position has no quantity of its own",
        publish_corrected("with close_position and without a quantity")),
    -4138: Known("REDUCE_ONLY_MUST_BE_TRUE", _REJECT, "close_position and reduce_only contradict each other", REPORT),
    -4139: Known("ORDER_TYPE_CANNOT_BE_MKT", _REJECT, "this order cannot be a MARKET order", CORRECT),
    -4142: Known("STRATEGY_INVALID_TRIGGER_PRICE", _REJECT,
        "the take profit or stop would trigger at once", _OTHER_SIDE),
    -4192: Known("COOLING_OFF_PERIOD", _CREDENTIALS,
        "the account is in a cooling-off period, in which it may not trade",
        redrive_after("wait until the cooling-off period is over")),
    -5028: Known("ME_RECVWINDOW_REJECT", Meaning.CLOCK,  # the page of COIN-M has -4188 for it
        "the request was older than its receive window when it reached the matching engine",
        redrive_after("if signals die of it, raise RecvWindowMs")),
}
# What both have, under numbers of their own.
_BOTH = (
    Known("REDUCE_ONLY_ORDER_PERMISSION", _CREDENTIALS,
        "the account may place orders that reduce a position, and no others", SUPPORT, OPENING),
    Known("NO_PLACE_ORDER_PERMISSION", _CREDENTIALS, "the account may not place orders now", SUPPORT),
    Known("REDUCE_ONLY_MARGIN_CHECK_FAILED", _REJECT,
        "with the open orders of its side the reduce-only order would turn the position around, and the margin does "
        "not suffice for that", redrive_after("cancel open orders of the same side"), _THERE),
    Known("MARKET_ORDER_REJECT", _REJECT,
        "the best price on the book is too far from the mark price for a MARKET order",
        redrive_after("wait until the book is near the mark price again", or_publish="as a LIMIT order")),
    Known("MIN_NOTIONAL", _STALE_RULES,
        "the order's worth is below the symbol's minimum, which holds for all orders that are not reduce-only",
        OTHER_WORTH),
    Known("PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP", _STALE_RULES,
        "the limit price is too far above the stop price", NEARER_PRICE),
    Known("PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN", _STALE_RULES,
        "the limit price is too far below the stop price", NEARER_PRICE),
    Known("STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT", _STALE_RULES,
        "the stop price is too far above the market's price", NEARER_PRICE),
    Known("STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT", _STALE_RULES,
        "the stop price is too far below the market's price", NEARER_PRICE),
    Known("LIMIT_ORDER_ONLY", _REJECT, "only LIMIT orders can be amended", CANCEL_AND_PLACE),
    Known("SAME_ORDER", _REJECT, "the order is already as the request would make it", NOTHING),
    Known("MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON", _REJECT,
        "the symbol does not trade now, so its orders cannot be amended",
        redrive_after("wait until the symbol trades again"), Cause.SYMBOL),
)
# Of these an order hears nothing: they answer changes of the account's settings.
_SETTING_CODES = {
    -4028: ("INVALID_LEVERAGE", "the leverage is not valid"),
    -4047: ("THERE_EXISTS_OPEN_ORDERS", "the margin mode cannot be changed while orders are open"),
    -4048: ("THERE_EXISTS_QUANTITY", "the margin mode cannot be changed while a position is open"),
    -4049: ("ADD_ISOLATED_MARGIN_REJECT", "margin can be added to isolated positions only"),
    -4050: ("CROSS_BALANCE_INSUFFICIENT", "the cross balance does not suffice"),
    -4051: ("ISOLATED_BALANCE_INSUFFICIENT", "the isolated balance does not suffice"),
    -4053: ("AUTO_ADD_CROSSED_MARGIN_REJECT", "margin can be added automatically to isolated positions only"),
    -4054: ("ADD_ISOLATED_MARGIN_NO_POSITION_REJECT", "there is no position that margin could be added to"),
    -4055: ("AMOUNT_MUST_BE_POSITIVE", "the amount must be more than zero"),
    -4067: ("POSITION_SIDE_CHANGE_EXISTS_OPEN_ORDERS", "the position mode cannot be changed while orders are open"),
    -4068: ("POSITION_SIDE_CHANGE_EXISTS_QUANTITY", "the position mode cannot be changed while a position is open"),
}
# Of market data, transfers, keys, lists of orders, and of how the exchange itself defines a symbol.
_OTHER_CODES = {
    -1004: ("DUPLICATE_IP", "the IP address is on the white list already"),
    -1005: ("NO_SUCH_IP", "the IP address is not on the white list"),
    -1023: ("START_TIME_GREATER_THAN_END_TIME", "the start of a query is after its end"),
    -1110: ("BAD_INSTRUMENT_TYPE", "the type of the symbol is not valid"),
    -1113: ("WITHDRAW_NOT_NEGATIVE", "the amount of a withdrawal must be negative"),
    -1120: ("BAD_INTERVAL", "the interval is not valid"),
    -1125: ("INVALID_LISTEN_KEY", "there is no such listen key"),
    -1127: ("MORE_THAN_XX_HOURS", "too many hours lie between start and end of a query"),
    -2016: ("NO_TRADING_WINDOW", "the symbol has no trading window to make a ticker of"),
    -4008: ("TICK_SIZE_LESS_THAN_ZERO", "a symbol's tick is below zero"),
    -4009: ("MAX_PRICE_LESS_THAN_MIN_PRICE", "a symbol's highest price is below its lowest"),
    -4010: ("MAX_QTY_LESS_THAN_MIN_QTY", "a symbol's largest quantity is below its smallest"),
    -4011: ("STEP_SIZE_LESS_THAN_ZERO", "a symbol's step is below zero"),
    -4012: ("MAX_NUM_ORDERS_LESS_THAN_ZERO", "a symbol's most orders are below zero"),
    -4017: ("MULTIPLIER_UP_LESS_THAN_ZERO", "a symbol's upper price multiplier is below zero"),
    -4018: ("MULTIPLIER_DOWN_LESS_THAN_ZERO", "a symbol's lower price multiplier is below zero"),
    -4019: ("COMPOSITE_SCALE_OVERFLOW", "a symbol's scale is too large"),
    -4021: ("INVALID_DEPTH_LIMIT", "the depth of a book is not valid"),
    -4025: ("MULTIPLIER_DECIMAL_LESS_THAN_ZERO", "the decimals of a symbol's multiplier are below zero"),
    -4026: ("COMMISSION_INVALID", "a commission is not valid"),
    -4032: ("EXCEED_MAX_CANCEL_ORDER_SIZE", "too many orders are to be cancelled by one list"),
    -4033: ("INSURANCE_ACCOUNT_NOT_FOUND", "there is no insurance account"),
    -4044: ("INVALID_BALANCE_TYPE", "the type of a balance is not valid"),
    -4056: ("INVALID_API_KEY_TYPE", "the type of a key is not valid"),
    -4057: ("INVALID_RSA_PUBLIC_KEY", "a public key is not valid"),
    -4058: ("MAX_PRICE_TOO_LARGE", "a symbol's highest price is too large"),
    -4082: ("INVALID_BATCH_PLACE_ORDER_SIZE", "a batch has too many orders"),
    -4086: ("INVALID_PRICE_SPREAD_THRESHOLD", "a price spread is not valid"),
    -4104: ("INVALID_CONTRACT_TYPE", "the type of a contract is not valid"),
}
# Known from a library only (ccxt); the pages are silent, so nothing promises that the order was not executed.
_UNDOCUMENTED_CODES = {
    -4531: Known("(undocumented)", _UNKNOWN,
        "the position modes of USD-M and COIN-M differ, as a library reports; the documentation is silent about this "
        "code, so the order may exist", NOTHING),
}
# fmt: on


def name_settings(codes: dict[int, tuple[str, str]]) -> dict[int, Known]:
    """Return the entries of codes that answer a change of the account's settings; given are name and meaning."""
    return {code: Known(name, _REJECT, what, SETTING) for code, (name, what) in codes.items()}


def name_others(codes: dict[int, tuple[str, str]]) -> dict[int, Known]:
    """Return the entries of codes that no request of this function can meet; given are name and meaning."""
    return {code: Known(name, _REJECT, what, NOT_OURS) for code, (name, what) in codes.items()}


BOTH = {known.name: known for known in _BOTH}
FUTURES_CODES = (
    COMMON_CODES | _ORDER_CODES | _UNDOCUMENTED_CODES | name_settings(_SETTING_CODES) | name_others(_OTHER_CODES)
)
