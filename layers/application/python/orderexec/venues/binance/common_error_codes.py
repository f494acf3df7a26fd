"""The codes that say the same on every Binance product: Spot, margin and both futures.

Facts: the pages of error codes of Binance's Spot (July 2026), margin, USD-M and COIN-M API documentation (November
2025). A code with a meaning of its own on one of them stands in that product's own file, never here.
"""

from orderexec.domain.advice import CORRECT, publish_corrected, redrive_after
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import KEY, NOTHING, ONCE_MORE, READ, REPORT, SLOWER, THIN_BOOK
from orderexec.venues.classifier import Known

_UNKNOWN, _REJECT, _RATE_LIMIT = Meaning.UNKNOWN, Meaning.REJECT, Meaning.RATE_LIMIT
_CREDENTIALS, _NOT_FOUND = Meaning.CREDENTIALS, Meaning.NOT_FOUND

# fmt: off
# -1099, which the page of COIN-M does not have.
NOT_AUTHORIZED = Known("NOT_FOUND", _CREDENTIALS, "not found, not authenticated, or not authorized", KEY)

COMMON_CODES = {
    -1000: Known("UNKNOWN", _UNKNOWN,
        "an error of no known kind came up while the exchange worked on the request, so the order may exist", NOTHING),
    -1002: Known("UNAUTHORIZED", _CREDENTIALS,
        "the key may not make this request",
        redrive_after("give the key the permission at the exchange")),
    -1003: Known("TOO_MANY_REQUESTS", _RATE_LIMIT,
        "the requests of this address exceed the exchange's limit, or it is banned for having gone on", SLOWER),
    -1006: Known("UNEXPECTED_RESP", _UNKNOWN,
        "the exchange got an answer from inside that it could not use, so the order may exist", NOTHING),
    -1007: Known("TIMEOUT", _UNKNOWN,
        "the exchange's own time limit for the request ran out, so the order may exist", NOTHING),
    -1010: Known("ERROR_MSG_RECEIVED", _REJECT,
        "the matching engine refused, for the reason in the exchange's own words", READ),
    -1013: Known("INVALID_MESSAGE", _REJECT,
        "the request was refused before it reached the matching engine, for the reason in the exchange's own words",
        READ),
    -1014: Known("UNKNOWN_ORDER_COMPOSITION", _REJECT,
        "the exchange does not take this combination of order type and parameters", CORRECT),
    -1015: Known("TOO_MANY_ORDERS", Meaning.ORDER_LIMIT,
        "the account has placed as many unfilled orders as it may in this interval (10 seconds or a day)", SLOWER),
    -1016: Known("SERVICE_SHUTTING_DOWN", Meaning.RETRY,
        "the exchange has shut this service down for now",
        redrive_after("wait until the exchange announces that the service is back")),
    -1020: Known("UNSUPPORTED_OPERATION", _REJECT, "the exchange does not support this operation", READ),
    -1021: Known("INVALID_TIMESTAMP", Meaning.CLOCK,
        "the request arrived outside its receive window: too late, or more than 1 s ahead of the exchange's clock",
        redrive_after("if signals die of it, raise RecvWindowMs")),
    -1022: Known("INVALID_SIGNATURE", _CREDENTIALS,
        "the signature does not fit: the secret is not that of the key", KEY),
    -1100: Known("ILLEGAL_CHARS", _REJECT, "a parameter holds characters that are not allowed there", READ),
    -1101: Known("TOO_MANY_PARAMETERS", _REJECT, "the request has too many parameters, or one of them twice", REPORT),
    -1102: Known("MANDATORY_PARAM_EMPTY_OR_MALFORMED", _REJECT,
        "a parameter that must be there is missing, empty or malformed", READ),
    -1103: Known("UNKNOWN_PARAM", _REJECT, "the request has a parameter that the exchange does not know", REPORT),
    -1104: Known("UNREAD_PARAMETERS", _REJECT, "the exchange did not read every parameter of the request", REPORT),
    -1105: Known("PARAM_EMPTY", _REJECT, "a parameter is empty", READ),
    -1106: Known("PARAM_NOT_REQUIRED", _REJECT, "a parameter was sent that has no place in this request", READ),
    -1111: Known("BAD_PRECISION", Meaning.STALE_RULES,
        "a number has more decimals than the exchange allows there",
        ONCE_MORE),
    -1112: Known("NO_DEPTH", _REJECT, "there are no orders on the symbol's book to trade with", THIN_BOOK),
    -1114: Known("TIF_NOT_REQUIRED", _REJECT,
        "this order type takes no time in force", publish_corrected("without time_in_force")),
    -1116: Known("INVALID_ORDER_TYPE", _REJECT,
        "the exchange does not know this order type", publish_corrected("with another type")),
    -1117: Known("INVALID_SIDE", _REJECT,
        "the exchange does not know this side", publish_corrected("with side BUY or SELL")),
    -1118: Known("EMPTY_NEW_CL_ORD_ID", _REJECT, "the new order's client order id is empty", REPORT),
    -1119: Known("EMPTY_ORG_CL_ORD_ID", _REJECT, "the client order id of the order that is meant is empty", REPORT),
    -1121: Known("BAD_SYMBOL", _REJECT,
        "the exchange has no such symbol",
        publish_corrected("with the symbol as the exchange spells it (BTCUSDT)")),
    -1128: Known("OPTIONAL_PARAMS_BAD_COMBO", _REJECT,
        "optional parameters were sent that do not go together", CORRECT),
    -1130: Known("INVALID_PARAMETER", _REJECT, "a parameter's value is not valid", CORRECT),
    -2010: Known("NEW_ORDER_REJECTED", _REJECT,
        "the matching engine refused the order, for the reason in the exchange's own words", READ),
    -2011: Known("CANCEL_REJECTED", _NOT_FOUND,
        "the exchange refused to cancel, as a rule because it has no such open order; it may be filled", NOTHING),
    -2013: Known("NO_SUCH_ORDER", _NOT_FOUND, "the exchange finds no such order", NOTHING),
    -2014: Known("BAD_API_KEY_FMT", _CREDENTIALS, "the key is not even shaped like one", KEY),
    -2015: Known("REJECTED_MBX_KEY", _CREDENTIALS,
        "the exchange does not know the key, or not from this IP address, or not for trading",
        redrive_after("check the key, its IP whitelist and its permission to trade")),
}
# fmt: on
