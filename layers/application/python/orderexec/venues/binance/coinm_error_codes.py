"""The codes that only COIN-M futures have, or that mean something else on USD-M, with what a person should do.

Facts: the page "Error Codes" of the COIN-M API (November 2025) and the notice of June 2026 on the joint architecture.
"""

from orderexec.domain.advice import CANCEL_AND_PLACE, publish_corrected, redrive_after
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOTHING
from orderexec.venues.classifier import Known

from .futures_error_codes import BOTH, FUTURES_CODES, name_others, name_settings

_REJECT = Meaning.REJECT

# fmt: off
_ORDER_CODES = {
    -1121: Known("BAD_SYMBOL", _REJECT,
        "the exchange has no such symbol",
        publish_corrected("with the symbol as the exchange spells it (BTCUSD_PERP)")),
    -4089: BOTH["REDUCE_ONLY_ORDER_PERMISSION"],
    -4090: BOTH["NO_PLACE_ORDER_PERMISSION"],
    -4112: BOTH["REDUCE_ONLY_MARGIN_CHECK_FAILED"],
    -4113: BOTH["MARKET_ORDER_REJECT"],
    -4151: BOTH["PRICE_HIGHTER_THAN_STOP_MULTIPLIER_UP"],
    -4152: BOTH["PRICE_LOWER_THAN_STOP_MULTIPLIER_DOWN"],
    -4154: BOTH["STOP_PRICE_HIGHER_THAN_PRICE_MULTIPLIER_LIMIT"],
    -4155: BOTH["STOP_PRICE_LOWER_THAN_PRICE_MULTIPLIER_LIMIT"],
    -4178: BOTH["MIN_NOTIONAL"],
    -4188: Known("ME_INVALID_TIMESTAMP", Meaning.CLOCK,
        "the request was older than its receive window when it reached the matching engine",
        redrive_after("if signals die of it, raise RecvWindowMs")),
    -4196: BOTH["LIMIT_ORDER_ONLY"],
    -4197: BOTH["SAME_ORDER"],
    -4198: Known("EXCEED_MAX_MODIFY_ORDER_LIMIT", _REJECT,
        "the order has been amended as often as the exchange allows", CANCEL_AND_PLACE),
    -4199: BOTH["MOVE_ORDER_NOT_ALLOWED_SYMBOL_REASON"],
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
