"""What every error of Binance Spot means: the one table, and how an answer is looked up in it.

Facts: errors.md, filters.md and the pages "HTTP return codes" and "Limits" of rest-api.md in Binance's Spot API
documentation (July 2026). A code that does not stand here is UNKNOWN: only an answer that the documentation calls a
refusal closes a signal.
"""

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS
from orderexec.venues.http import NoReply, Reply

# Decide before any code in the body: a 5xx is "execution status unknown" whatever it says.
STATUSES = {
    403: ("WAF block", Meaning.BLOCKED),
    409: ("cancel-replace half done", Meaning.UNKNOWN),
    418: ("IP banned", Meaning.RATE_LIMIT),
    429: ("request limit", Meaning.RATE_LIMIT),
} | dict.fromkeys(range(500, 600), ("server error", Meaning.UNKNOWN))

CODES = {
    -1000: ("UNKNOWN", Meaning.UNKNOWN),
    -1001: ("DISCONNECTED", Meaning.UNKNOWN),
    -1002: ("UNAUTHORIZED", Meaning.CREDENTIALS),
    -1003: ("TOO_MANY_REQUESTS", Meaning.RATE_LIMIT),
    -1004: ("SERVER_BUSY", Meaning.UNKNOWN),
    -1006: ("UNEXPECTED_RESP", Meaning.UNKNOWN),
    -1007: ("TIMEOUT", Meaning.UNKNOWN),
    -1008: ("SERVER_BUSY", Meaning.UNKNOWN),
    -1010: ("ERROR_MSG_RECEIVED", Meaning.REJECT),
    -1013: ("INVALID_MESSAGE", Meaning.REJECT),
    -1014: ("UNKNOWN_ORDER_COMPOSITION", Meaning.REJECT),
    -1015: ("TOO_MANY_ORDERS", Meaning.RATE_LIMIT),
    -1016: ("SERVICE_SHUTTING_DOWN", Meaning.RETRY),
    -1020: ("UNSUPPORTED_OPERATION", Meaning.REJECT),
    -1021: ("INVALID_TIMESTAMP", Meaning.CLOCK),
    -1022: ("INVALID_SIGNATURE", Meaning.CREDENTIALS),
    -1033: ("COMP_ID_IN_USE", Meaning.REJECT),
    -1034: ("TOO_MANY_CONNECTIONS", Meaning.REJECT),
    -1035: ("LOGGED_OUT", Meaning.REJECT),
    -1099: ("NOT_FOUND", Meaning.CREDENTIALS),
    -1100: ("ILLEGAL_CHARS", Meaning.REJECT),
    -1101: ("TOO_MANY_PARAMETERS", Meaning.REJECT),
    -1102: ("MANDATORY_PARAM_EMPTY_OR_MALFORMED", Meaning.REJECT),
    -1103: ("UNKNOWN_PARAM", Meaning.REJECT),
    -1104: ("UNREAD_PARAMETERS", Meaning.REJECT),
    -1105: ("PARAM_EMPTY", Meaning.REJECT),
    -1106: ("PARAM_NOT_REQUIRED", Meaning.REJECT),
    -1108: ("PARAM_OVERFLOW", Meaning.REJECT),
    -1111: ("BAD_PRECISION", Meaning.STALE_RULES),
    -1112: ("NO_DEPTH", Meaning.REJECT),
    -1114: ("TIF_NOT_REQUIRED", Meaning.REJECT),
    -1115: ("INVALID_TIF", Meaning.REJECT),
    -1116: ("INVALID_ORDER_TYPE", Meaning.REJECT),
    -1117: ("INVALID_SIDE", Meaning.REJECT),
    -1118: ("EMPTY_NEW_CL_ORD_ID", Meaning.REJECT),
    -1119: ("EMPTY_ORG_CL_ORD_ID", Meaning.REJECT),
    -1120: ("BAD_INTERVAL", Meaning.REJECT),
    -1121: ("BAD_SYMBOL", Meaning.REJECT),
    -1122: ("INVALID_SYMBOLSTATUS", Meaning.REJECT),
    -1125: ("INVALID_LISTEN_KEY", Meaning.REJECT),
    -1127: ("MORE_THAN_XX_HOURS", Meaning.REJECT),
    -1128: ("OPTIONAL_PARAMS_BAD_COMBO", Meaning.REJECT),
    -1130: ("INVALID_PARAMETER", Meaning.REJECT),
    -1131: ("BAD_RECV_WINDOW", Meaning.REJECT),
    -1134: ("BAD_STRATEGY_TYPE", Meaning.REJECT),
    -1135: ("INVALID_JSON", Meaning.REJECT),
    -1139: ("INVALID_TICKER_TYPE", Meaning.REJECT),
    -1145: ("INVALID_CANCEL_RESTRICTIONS", Meaning.REJECT),
    -1151: ("DUPLICATE_SYMBOLS", Meaning.REJECT),
    -1152: ("INVALID_SBE_HEADER", Meaning.REJECT),
    -1153: ("UNSUPPORTED_SCHEMA_ID", Meaning.REJECT),
    -1155: ("SBE_DISABLED", Meaning.REJECT),
    -1158: ("OCO_ORDER_TYPE_REJECTED", Meaning.REJECT),
    -1160: ("OCO_ICEBERGQTY_TIMEINFORCE", Meaning.REJECT),
    -1161: ("DEPRECATED_SCHEMA", Meaning.REJECT),
    -1165: ("BUY_OCO_LIMIT_MUST_BE_BELOW", Meaning.REJECT),
    -1166: ("SELL_OCO_LIMIT_MUST_BE_ABOVE", Meaning.REJECT),
    -1168: ("BOTH_OCO_ORDERS_CANNOT_BE_LIMIT", Meaning.REJECT),
    -1169: ("INVALID_TAG_NUMBER", Meaning.REJECT),
    -1170: ("TAG_NOT_DEFINED_IN_MESSAGE", Meaning.REJECT),
    -1171: ("TAG_APPEARS_MORE_THAN_ONCE", Meaning.REJECT),
    -1172: ("TAG_OUT_OF_ORDER", Meaning.REJECT),
    -1173: ("GROUP_FIELDS_OUT_OF_ORDER", Meaning.REJECT),
    -1174: ("INVALID_COMPONENT", Meaning.REJECT),
    -1175: ("RESET_SEQ_NUM_SUPPORT", Meaning.REJECT),
    -1176: ("ALREADY_LOGGED_IN", Meaning.REJECT),
    -1177: ("GARBLED_MESSAGE", Meaning.REJECT),
    -1178: ("BAD_SENDER_COMPID", Meaning.REJECT),
    -1179: ("BAD_SEQ_NUM", Meaning.REJECT),
    -1180: ("EXPECTED_LOGON", Meaning.REJECT),
    -1181: ("TOO_MANY_MESSAGES", Meaning.REJECT),
    -1182: ("PARAMS_BAD_COMBO", Meaning.REJECT),
    -1183: ("NOT_ALLOWED_IN_DROP_COPY_SESSIONS", Meaning.REJECT),
    -1184: ("DROP_COPY_SESSION_NOT_ALLOWED", Meaning.REJECT),
    -1185: ("DROP_COPY_SESSION_REQUIRED", Meaning.REJECT),
    -1186: ("NOT_ALLOWED_IN_ORDER_ENTRY_SESSIONS", Meaning.REJECT),
    -1187: ("NOT_ALLOWED_IN_MARKET_DATA_SESSIONS", Meaning.REJECT),
    -1188: ("INCORRECT_NUM_IN_GROUP_COUNT", Meaning.REJECT),
    -1189: ("DUPLICATE_ENTRIES_IN_A_GROUP", Meaning.REJECT),
    -1190: ("INVALID_REQUEST_ID", Meaning.REJECT),
    -1191: ("TOO_MANY_SUBSCRIPTIONS", Meaning.REJECT),
    -1194: ("INVALID_TIME_UNIT", Meaning.REJECT),
    -1196: ("BUY_OCO_STOP_LOSS_MUST_BE_ABOVE", Meaning.REJECT),
    -1197: ("SELL_OCO_STOP_LOSS_MUST_BE_BELOW", Meaning.REJECT),
    -1198: ("BUY_OCO_TAKE_PROFIT_MUST_BE_BELOW", Meaning.REJECT),
    -1199: ("SELL_OCO_TAKE_PROFIT_MUST_BE_ABOVE", Meaning.REJECT),
    -1210: ("INVALID_PEG_PRICE_TYPE", Meaning.REJECT),
    -1211: ("INVALID_PEG_OFFSET_TYPE", Meaning.REJECT),
    -1220: ("SYMBOL_DOES_NOT_MATCH_STATUS", Meaning.REJECT),
    -1221: ("INVALID_SBE_MESSAGE_FIELD", Meaning.REJECT),
    -1222: ("OPO_WORKING_MUST_BE_BUY", Meaning.REJECT),
    -1223: ("OPO_PENDING_MUST_BE_SELL", Meaning.REJECT),
    -1224: ("WORKING_PARAM_REQUIRED", Meaning.REJECT),
    -1225: ("PENDING_PARAM_NOT_REQUIRED", Meaning.REJECT),
    -2010: ("NEW_ORDER_REJECTED", Meaning.REJECT),
    -2011: ("CANCEL_REJECTED", Meaning.NOT_FOUND),
    -2013: ("NO_SUCH_ORDER", Meaning.NOT_FOUND),
    -2014: ("BAD_API_KEY_FMT", Meaning.CREDENTIALS),
    -2015: ("REJECTED_MBX_KEY", Meaning.CREDENTIALS),
    -2016: ("NO_TRADING_WINDOW", Meaning.REJECT),
    -2018: ("BALANCE_NOT_SUFFICIENT", Meaning.REJECT),  # documented for futures, never seen on Spot
    -2019: ("MARGIN_NOT_SUFFICIENT", Meaning.REJECT),  # documented for futures, never seen on Spot
    -2021: ("CANCEL_REPLACE_PARTIAL", Meaning.UNKNOWN),
    -2022: ("CANCEL_REPLACE_FAILED", Meaning.REJECT),
    -2026: ("ORDER_ARCHIVED", Meaning.NOT_FOUND),
    -2035: ("SUBSCRIPTION_ACTIVE", Meaning.REJECT),
    -2036: ("SUBSCRIPTION_INACTIVE", Meaning.REJECT),
    -2038: ("ORDER_AMEND_REJECTED", Meaning.REJECT),
    -2039: ("CLIENT_ORDER_ID_INVALID", Meaning.REJECT),
    -2042: ("MAXIMUM_SUBSCRIPTION_IDS", Meaning.REJECT),
    -2043: ("NO_REFERENCE_PRICE", Meaning.REJECT),
    -32603: ("(undocumented)", Meaning.UNKNOWN),  # undocumented: no promise that nothing was executed
}

# For these codes the documentation makes the text the only carrier of the meaning; elsewhere no text decides.
TEXT_CARRIERS = frozenset({-1010, -1013, -2010, -2011, -2038})
TEXTS = {
    "Unknown order sent.": Meaning.NOT_FOUND,
    "Duplicate order sent.": Meaning.DUPLICATE,
    "Market is closed.": Meaning.REJECT,
    "Account has insufficient balance for requested action.": Meaning.REJECT,
    "Market orders are not supported for this symbol.": Meaning.REJECT,
    "Iceberg orders are not supported for this symbol.": Meaning.REJECT,
    "Stop loss orders are not supported for this symbol.": Meaning.REJECT,
    "Stop loss limit orders are not supported for this symbol.": Meaning.REJECT,
    "Take profit orders are not supported for this symbol.": Meaning.REJECT,
    "Take profit limit orders are not supported for this symbol.": Meaning.REJECT,
    "Order amend is not supported for this symbol.": Meaning.REJECT,
    "Price * QTY is zero or less.": Meaning.REJECT,
    "IcebergQty exceeds QTY.": Meaning.REJECT,
    "This action is disabled on this account.": Meaning.CREDENTIALS,
    "This account may not place or cancel orders.": Meaning.CREDENTIALS,
    "Unsupported order combination": Meaning.REJECT,
    "Order would trigger immediately.": Meaning.REJECT,
    "Cancel order is invalid. Check origClOrdId and orderId.": Meaning.REJECT,
    "Order would immediately match and take.": Meaning.REJECT,
    "The relationship of the prices for the orders is not correct.": Meaning.REJECT,
    "OCO orders are not supported for this symbol": Meaning.REJECT,
    "Quote order qty market orders are not support for this symbol.": Meaning.REJECT,
    "Trailing stop orders are not supported for this symbol.": Meaning.REJECT,
    "Order cancel-replace is not supported for this symbol.": Meaning.REJECT,
    "This symbol is not permitted for this account.": Meaning.CREDENTIALS,
    "This symbol is restricted for this account.": Meaning.CREDENTIALS,
    "Order was not canceled due to cancel restrictions.": Meaning.REJECT,
    "Rest API trading is not enabled.": Meaning.REJECT,
    "WebSocket API trading is not enabled.": Meaning.REJECT,
    "FIX API trading is not enabled.": Meaning.REJECT,
    "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.": Meaning.REJECT,
    "Order book liquidity is less than `MARKET_LOT_SIZE` filter minimum quantity.": Meaning.REJECT,
    "Order book liquidity is less than symbol minimum quantity.": Meaning.REJECT,
    "Order amend (quantity increase) is not supported.": Meaning.REJECT,
    "The requested action would change no state; rejecting": Meaning.REJECT,
    "Pegged orders are not supported for this symbol.": Meaning.REJECT,
    "This order type may not use pegged price.": Meaning.REJECT,
    "This price peg cannot be used with this order type.": Meaning.REJECT,
    "Order book liquidity is too low for this pegged order.": Meaning.REJECT,
    "OPO orders are not supported for this symbol.": Meaning.REJECT,
    "Order amend (pending OPO order) is not supported.": Meaning.REJECT,
    "Filter failure: PRICE_FILTER": Meaning.STALE_RULES,
    "Filter failure: PERCENT_PRICE": Meaning.STALE_RULES,
    "Filter failure: PERCENT_PRICE_BY_SIDE": Meaning.STALE_RULES,
    "Filter failure: LOT_SIZE": Meaning.STALE_RULES,
    "Filter failure: MARKET_LOT_SIZE": Meaning.STALE_RULES,
    "Filter failure: MIN_NOTIONAL": Meaning.STALE_RULES,
    "Filter failure: NOTIONAL": Meaning.STALE_RULES,
    "Filter failure: ICEBERG_PARTS": Meaning.STALE_RULES,
    "Filter failure: TRAILING_DELTA": Meaning.STALE_RULES,
    "Filter failure: MAX_ASSET": Meaning.STALE_RULES,
    "Filter failure: MAX_POSITION": Meaning.REJECT,
    "Filter failure: MAX_NUM_ORDERS": Meaning.REJECT,
    "Filter failure: MAX_NUM_ALGO_ORDERS": Meaning.REJECT,
    "Filter failure: MAX_NUM_ICEBERG_ORDERS": Meaning.REJECT,
    "Filter failure: MAX_NUM_ORDER_AMENDS": Meaning.REJECT,
    "Filter failure: MAX_NUM_ORDER_LISTS": Meaning.REJECT,
    "Filter failure: EXCHANGE_MAX_NUM_ORDERS": Meaning.REJECT,
    "Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS": Meaning.REJECT,
    "Filter failure: EXCHANGE_MAX_NUM_ICEBERG_ORDERS": Meaning.REJECT,
    "Filter failure: EXCHANGE_MAX_NUM_ORDER_LISTS": Meaning.REJECT,
}

_LONGEST_WAIT_DIGITS = 6  # seconds; bans last 3 days at the most

TRANSPORT = {
    False: Meaning.RETRY,  # no connection came about: not a byte of the request was sent
    True: Meaning.UNKNOWN,  # it may have arrived: a timeout, a reset, an answer cut short
}


def failure(reply: Reply | NoReply, document: object) -> Failure:
    """What a reply that is not a success means. `document` is its body as JSON, None where it is none."""
    if isinstance(reply, NoReply):
        sent = "no answer came" if reply.left else "the exchange could not be reached"
        return Failure(TRANSPORT[reply.left], None, f"{sent} ({reply.what})")
    code, text = _code_and_text(document)
    meaning = _meaning(reply.status, code, text)
    detail = f"{text} (HTTP {reply.status})" if text else f"HTTP {reply.status} without a readable error"
    return Failure(meaning, None if code is None else str(code), detail, _retry_after(reply, meaning))


def _meaning(status: int, code: int | None, text: str) -> Meaning:
    if status in STATUSES:
        return STATUSES[status][1]
    if code in TEXT_CARRIERS and text in TEXTS:
        return TEXTS[text]
    return CODES[code][1] if code in CODES else Meaning.UNKNOWN


def _code_and_text(document: object) -> tuple[int | None, str]:
    if not isinstance(document, dict):
        return None, ""
    code, text = document.get("code"), document.get("msg")
    return (code if isinstance(code, int) else None), (text[:500] if isinstance(text, str) else "")


def _retry_after(reply: Reply, meaning: Meaning) -> float | None:
    header = reply.headers.get("Retry-After", "")
    if header.isascii() and header.isdigit() and len(header) <= _LONGEST_WAIT_DIGITS:
        return float(header)
    return BLOCKED_PAUSE_SECONDS if meaning is Meaning.BLOCKED else None
