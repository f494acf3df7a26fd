"""The codes that only COIN-M futures have, or that mean something else on USD-M, with what a person should do.

Facts: the page "Error Codes" of the COIN-M API (November 2025) and the notice of June 2026 on the joint architecture.
"""

from orderexec.domain.advice import CANCEL_AND_PLACE, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import NEARER_PRICE, NOTHING, OTHER_WORTH, SUPPORT, THIN_BOOK
from orderexec.venues.classifier import Known

from .futures_error_codes import FUTURES_CODES, name_others, name_settings

_REJECT, _STALE_RULES, _CREDENTIALS = Meaning.REJECT, Meaning.STALE_RULES, Meaning.CREDENTIALS

# fmt: off
_ORDER_CODES = {
    -1121: Known("BAD_SYMBOL", _REJECT,
        "the exchange has no such symbol",
        publish_corrected("with the symbol as the exchange spells it (BTCUSD_PERP)")),
    -4089: Known("REDUCE_ONLY_ORDER_PERMISSION", _CREDENTIALS,
        "the account may place orders that reduce a position, and no others", SUPPORT,
        Cause.ORDER),  # as USD-M's -4087: who closes a position must not be held up
    -4090: Known("NO_PLACE_ORDER_PERMISSION", _CREDENTIALS, "the account may not place orders now", SUPPORT),
    -4112: Known("REDUCE_ONLY_MARGIN_CHECK_FAILED", _REJECT,
        "with the open orders of its side the reduce-only order would turn the position around, and the margin does "
        "not suffice for that",
        redrive_after("cancel open orders of the same side"), Cause.ACCOUNT_AND_SYMBOL),
    -4113: Known("MARKET_ORDER_REJECT", _REJECT,
        "the best price on the book is too far from the mark price for a MARKET order", THIN_BOOK),
    -4151: Known("PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP", _STALE_RULES,
        "the limit price is too far above the stop price", NEARER_PRICE),
    -4152: Known("PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN", _STALE_RULES,
        "the limit price is too far below the stop price", NEARER_PRICE),
    -4154: Known("STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT", _STALE_RULES,
        "the stop price is too far above the market's price", NEARER_PRICE),
    -4155: Known("STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT", _STALE_RULES,
        "the stop price is too far below the market's price", NEARER_PRICE),
    -4178: Known("MIN_NOTIONAL", _STALE_RULES,
        "the order's worth is below the symbol's minimum, which holds for all orders that are not reduce-only",
        OTHER_WORTH),
    -4188: Known("ME_INVALID_TIMESTAMP", Meaning.CLOCK,
        "the request was older than its receive window when it reached the matching engine",
        redrive_after("if signals die of it, raise RecvWindowMs")),
    -4196: Known("LIMIT_ORDER_ONLY", _REJECT, "only LIMIT orders can be amended", CANCEL_AND_PLACE),
    -4197: Known("SAME_ORDER", _REJECT, "the order is already as the request would make it", NOTHING),
    -4198: Known("EXCEED_MAX_MODIFY_ORDER_LIMIT", _REJECT,
        "the order has been amended as often as the exchange allows", CANCEL_AND_PLACE),
    -4199: Known("MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON", _REJECT,
        "the symbol does not trade now, so its orders cannot be amended",
        redrive_after("wait until the symbol trades again"), Cause.SYMBOL),
    # Comes as {"239999": "..."}. The notice names it for the maintenance of June 2026, and promises nothing of orders.
    239999: Known("(maintenance)", Meaning.UNKNOWN,
        "the exchange is under maintenance; nothing promises that the order was not executed", NOTHING),
}
_SETTING_CODES = {
    -4150: ("ISOLATED_LEVERAGE_REJECT_WITH_POSITION", "the leverage of an open isolated position cannot be lowered"),
    -4194: ("ADJUST_LEVERAGE_KYC_FAILED", "a leverage above 20 needs a verified identity"),
    -4195: ("ADJUST_LEVERAGE_ONE_MONTH_FAILED", "a leverage above 20 needs an account of a month's age"),
    -4200: ("ADJUST_LEVERAGE_X_DAYS_FAILED", "a leverage above 20 needs an older futures account"),
    -4201: ("ADJUST_LEVERAGE_KYC_LIMIT", "the account's country limits the leverage"),
    -4202: ("ADJUST_LEVERAGE_ACCOUNT_SYMBOL_FAILED", "adjusted position limits allow no leverage above 20"),
}
_OTHER_CODES = {
    -4087: ("INVALID_PAIR", "the exchange does not know this pair"),
    -4088: ("INVALID_TIME_INTERVAL", "the interval of a query is too long"),
    -4110: ("INVALID_CLIENT_TRAN_ID_LEN", "the id of a transfer is not valid"),
    -4111: ("DUPLICATED_CLIENT_TRAN_ID", "the id of a transfer was used before"),
}
# fmt: on

CODES = FUTURES_CODES | _ORDER_CODES | name_settings(_SETTING_CODES) | name_others(_OTHER_CODES)
