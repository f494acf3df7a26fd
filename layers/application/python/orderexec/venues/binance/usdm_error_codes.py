"""The codes that only USD-M futures have, or that mean something else on COIN-M, with what a person should do.

Facts: the page "Error Codes" of the USD-M API (November 2025, and as of 2026-05-28 where an entry says so).
"""

from orderexec.domain.advice import CANCEL_AND_PLACE, CORRECT, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import NOTHING, OTHER_WORTH, REPORT, SUPPORT
from orderexec.venues.classifier import Known

from .common_error_codes import NOT_AUTHORIZED
from .futures_error_codes import BOTH, FUTURES_CODES, OPENING, name_others, name_settings

_UNKNOWN, _REJECT, _CREDENTIALS = Meaning.UNKNOWN, Meaning.REJECT, Meaning.CREDENTIALS
_THERE = Cause.ACCOUNT_AND_SYMBOL
_REDUCE = redrive_after("wait until positions may be opened again", or_publish="that only reduces a position")

# fmt: off
_ORDER_CODES = {
    -1099: NOT_AUTHORIZED,
    -2012: Known("CANCEL_ALL_FAIL", _UNKNOWN,
        "cancelling several orders failed; which of them are cancelled is not said", NOTHING),
    -2017: Known("API_KEYS_LOCKED", _CREDENTIALS,
        "the keys of the account are locked", redrive_after("have the keys unlocked at the exchange")),
    -4087: BOTH["REDUCE_ONLY_ORDER_PERMISSION"],
    -4088: BOTH["NO_PLACE_ORDER_PERMISSION"],
    -4105: Known("SYMBOL_REDUCE_ONLY", _REJECT,  # page of 2026-05-28
        "the symbol takes orders that reduce a position, and no others", _REDUCE, _THERE),
    -4106: Known("SYMBOL_REDUCE_ONLY_BUY", _REJECT,  # page of 2026-05-28
        "the symbol takes a BUY only if it reduces a position", _REDUCE, _THERE),
    -4107: Known("SYMBOL_REDUCE_ONLY_SELL", _REJECT,  # page of 2026-05-28
        "the symbol takes a SELL only if it reduces a position", _REDUCE, _THERE),
    -4109: Known("INACTIVE_ACCOUNT", _CREDENTIALS,
        "the futures account is inactive",
        redrive_after("transfer any amount into the futures wallet, which activates it")),
    -4117: Known("STOP_ORDER_TRIGGERING", _UNKNOWN,
        "the conditional order is being triggered at this moment, so the order may exist", NOTHING),
    -4118: BOTH["REDUCE_ONLY_MARGIN_CHECK_FAILED"],
    -4131: BOTH["MARKET_ORDER_REJECT"],
    -4140: Known("INVALID_OPENING_POSITION_STATUS", _REJECT,
        "no positions can be opened at the symbol now", _REDUCE, _THERE),
    -4141: Known("SYMBOL_ALREADY_CLOSED", _REJECT,
        "the symbol is closed", publish_corrected("with another symbol"), Cause.SYMBOL),
    -4164: BOTH["MIN_NOTIONAL"],
    -4171: Known("NO_NEED_TO_CHANGE_JOINT_MARGIN", _REJECT, "multi-assets mode is as wanted already", NOTHING),
    -4183: BOTH["PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP"]._replace(
        name="ISOLATED_REJECT_WITH_JOINT_MARGIN"),  # so the page; its text is about the price
    -4184: BOTH["PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN"],
    -4189: Known("ACCOUNT_REDUCE_ONLY", _REJECT,  # page of 2026-05-28
        "the account may place orders that reduce a position, and no others", SUPPORT, OPENING),
    -4210: BOTH["STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT"],
    -4211: BOTH["STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT"],
    -4400: Known("TRADING_QUANTITATIVE_RULE", _REJECT,
        "the account has broken the exchange's quantitative rules: for now it may only reduce positions", _REDUCE,
        OPENING),
    -4401: Known("LARGE_POSITION_SYM_RULE", _REJECT,
        "the position is so large that the account may only reduce it",
        redrive_after("reduce the position", or_publish="that only reduces it"), _THERE),
    -4402: Known("COMPLIANCE_BLACK_SYMBOL_RESTRICTION", _CREDENTIALS,
        "the symbol is not offered in the account's region", SUPPORT, _THERE),
    -5021: Known("FOK_ORDER_REJECT", _REJECT,
        "the FOK order could not be filled whole at once, so nothing of it was",
        publish_corrected("at a price, or for a quantity, that the book can fill")),
    -5022: Known("GTX_ORDER_REJECT", _REJECT,
        "the GTX order would trade at once, and such an order must only rest on the book",
        publish_corrected("with a price at which it would not trade at once")),
    -5024: BOTH["MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON"],
    -5025: BOTH["LIMIT_ORDER_ONLY"],
    -5026: Known("Exceed_Maximum_Modify_Order_Limit", _REJECT,
        "the order has been amended as often as the exchange allows", CANCEL_AND_PLACE),
    -5027: BOTH["SAME_ORDER"],
    -5029: Known("MODIFICATION_MIN_NOTIONAL", _REJECT,
        "the amended order's worth is below the symbol's minimum", OTHER_WORTH),
    -5037: Known("INVALID_PRICE_MATCH", _REJECT, "the exchange does not know this price match", REPORT),
    -5038: Known("UNSUPPORTED_ORDER_TYPE_PRICE_MATCH", _REJECT, "this order type takes no price match", REPORT),
    -5039: Known("INVALID_SELF_TRADE_PREVENTION_MODE", _REJECT,
        "the exchange does not know this self-trade prevention", CORRECT),
    -5040: Known("FUTURE_GOOD_TILL_DATE", _REJECT, "the time at which the order should end is not valid", REPORT),
    -5041: Known("BBO_ORDER_REJECT", _REJECT, "the book has no price for an order that follows it", REPORT),
    -5043: Known("Existing_Pending_Modification", _REJECT,
        "an earlier amendment of the order is still under way", redrive_after("wait until it is done")),
    -5047: Known("(in the SDK only)", _REJECT,  # docstring of modify_order in Binance's own SDK
        "the order that should be amended is not reduce-only", CANCEL_AND_PLACE),
}
# Known from a library only (ccxt), as in futures_error_codes.py.
_UNDOCUMENTED_CODES = {
    -4136: Known("(undocumented)", _UNKNOWN,
        "order type and close_position do not go together, as a library reports; the documentation is silent about "
        "this code, so the order may exist", NOTHING),
}
_SETTING_CODES = {
    -4161: ("ISOLATED_LEVERAGE_REJECT_WITH_POSITION", "the leverage of an open isolated position cannot be lowered"),
    -4167: ("ISOLATED_REJECT_WITH_JOINT_MARGIN", "multi-assets mode cannot be set while a symbol is isolated"),
    -4168: ("JOINT_MARGIN_REJECT_WITH_ISOLATED", "a symbol cannot be isolated in multi-assets mode"),
    -4169: ("JOINT_MARGIN_REJECT_WITH_MB", "the margin does not suffice for multi-assets mode"),
    -4170: ("JOINT_MARGIN_REJECT_WITH_OPEN_ORDER", "multi-assets mode cannot be changed while orders are open"),
    -4172: ("JOINT_MARGIN_REJECT_WITH_NEGATIVE_BALANCE", "multi-assets mode cannot be changed on a negative balance"),
    -4202: ("ADJUST_LEVERAGE_KYC_FAILED", "a leverage above 20 needs a verified identity"),
    -4203: ("ADJUST_LEVERAGE_ONE_MONTH_FAILED", "a leverage above 20 needs an account of a month's age"),
    -4205: ("ADJUST_LEVERAGE_X_DAYS_FAILED", "a leverage above 20 needs an older futures account"),
    -4206: ("ADJUST_LEVERAGE_KYC_LIMIT", "the account's country limits the leverage"),
    -4208: ("ADJUST_LEVERAGE_ACCOUNT_SYMBOL_FAILED", "adjusted position limits allow no leverage above 20"),
    -4209: ("ADJUST_LEVERAGE_SYMBOL_FAILED", "the leverage is above the symbol's largest"),
    -4403: ("ADJUST_LEVERAGE_COMPLIANCE_FAILED", "the account's region limits the leverage"),
}
_OPTIONS = "options are not traded here"
_OTHER_CODES = {
    -1122: ("INVALID_SYMBOL_STATUS", "the exchange does not know this symbol status"),
    -1126: ("ASSET_NOT_SUPPORTED", "the asset is not supported"),
    -4063: ("INVALID_OPTIONS_REQUEST_TYPE", _OPTIONS),
    -4064: ("INVALID_OPTIONS_TIME_FRAME", _OPTIONS),
    -4065: ("INVALID_OPTIONS_AMOUNT", _OPTIONS),
    -4066: ("INVALID_OPTIONS_EVENT_TYPE", _OPTIONS),
    -4069: ("INVALID_OPTIONS_PREMIUM_FEE", _OPTIONS),
    -4070: ("INVALID_CL_OPTIONS_ID_LEN", _OPTIONS),
    -4071: ("INVALID_OPTIONS_DIRECTION", _OPTIONS),
    -4072: ("OPTIONS_PREMIUM_NOT_UPDATE", _OPTIONS),
    -4073: ("OPTIONS_PREMIUM_INPUT_LESS_THAN_ZERO", _OPTIONS),
    -4074: ("OPTIONS_AMOUNT_BIGGER_THAN_UPPER", _OPTIONS),
    -4075: ("OPTIONS_PREMIUM_OUTPUT_ZERO", _OPTIONS),
    -4076: ("OPTIONS_PREMIUM_TOO_DIFF", _OPTIONS),
    -4077: ("OPTIONS_PREMIUM_REACH_LIMIT", _OPTIONS),
    -4078: ("OPTIONS_COMMON_ERROR", _OPTIONS),
    -4079: ("INVALID_OPTIONS_ID", _OPTIONS),
    -4080: ("OPTIONS_USER_NOT_FOUND", _OPTIONS),
    -4081: ("OPTIONS_NOT_FOUND", _OPTIONS),
    -4085: ("INVALID_NOTIONAL_LIMIT_COEF", "a symbol's limit of worth is not valid"),
    -4114: ("INVALID_CLIENT_TRAN_ID_LEN", "the id of a transfer is not valid"),
    -4115: ("DUPLICATED_CLIENT_TRAN_ID", "the id of a transfer was used before"),
    -4144: ("INVALID_PAIR", "the exchange does not know this pair"),
    -4165: ("INVALID_TIME_INTERVAL", "the interval of a query is too long"),
}
# fmt: on

CODES = FUTURES_CODES | _ORDER_CODES | _UNDOCUMENTED_CODES | name_settings(_SETTING_CODES) | name_others(_OTHER_CODES)
