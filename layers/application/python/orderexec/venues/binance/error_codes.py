"""The codes of Binance Spot: what each means for an order, in plain words, and what a person should do.

Facts: errors.md of Binance's Spot API documentation (July 2026); the codes that its margin and futures pages add say
so. Those that mean the same on every product stand in common_error_codes.py. A code that stands nowhere is UNKNOWN:
only an answer that the documentation calls a refusal closes a signal.
"""

from orderexec.domain.advice import CORRECT, MONEY, look, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import LOOK_AT_OLD, NOT_OURS, NOTHING, READ, REPORT
from orderexec.venues.classifier import Known

from .common_error_codes import COMMON_CODES, NOT_AUTHORIZED

_UNKNOWN, _REJECT, _NOT_FOUND = Meaning.UNKNOWN, Meaning.REJECT, Meaning.NOT_FOUND

# What else a request about an order can be answered with.
# fmt: off
_ORDER_CODES = {
    -1001: Known("DISCONNECTED", _UNKNOWN,
        "the exchange had an internal error and could not process the request; whether it got through is not said",
        NOTHING),
    -1004: Known("SERVER_BUSY", _UNKNOWN,  # of the margin page
        "the exchange's server is busy; nothing promises that the order was not executed", NOTHING),
    -1008: Known("SERVER_BUSY", _UNKNOWN,
        "the exchange is overloaded with other requests; nothing promises that the order was not executed", NOTHING),
    -1099: NOT_AUTHORIZED,  # of the margin and futures pages
    -1108: Known("PARAM_OVERFLOW", _REJECT,
        "a number is larger than the exchange can hold", publish_corrected("with a smaller number")),
    -1115: Known("INVALID_TIF", _REJECT,
        "the exchange does not know this time in force", publish_corrected("with time_in_force GTC, IOC or FOK")),
    -1131: Known("BAD_RECV_WINDOW", _REJECT,  # of the margin page
        "the receive window is too long", redrive_after("set RecvWindowMs below 60000")),
    -1134: Known("BAD_STRATEGY_TYPE", _REJECT,
        "strategyType is below 1000000, and those numbers are reserved",
        publish_corrected("with a strategy_type of 1000000 or more")),
    -1135: Known("INVALID_JSON", _REJECT, "a parameter that should be JSON is none", REPORT),
    -1145: Known("INVALID_CANCEL_RESTRICTIONS", _REJECT,
        "cancelRestrictions is neither ONLY_NEW nor ONLY_PARTIALLY_FILLED", CORRECT),
    -1158: Known("OCO_ORDER_TYPE_REJECTED", _REJECT,
        "one leg of the OCO has a type that an OCO does not take", CORRECT),
    -1160: Known("OCO_ICEBERGQTY_TIMEINFORCE", _REJECT,
        "a leg of the OCO is an iceberg, and its time in force is not GTC", CORRECT),
    -1165: Known("BUY_OCO_LIMIT_MUST_BE_BELOW", _REJECT, "in a BUY OCO a limit order must be the leg below", CORRECT),
    -1166: Known("SELL_OCO_LIMIT_MUST_BE_ABOVE", _REJECT, "in a SELL OCO a limit order must be the leg above", CORRECT),
    -1168: Known("BOTH_OCO_ORDERS_CANNOT_BE_LIMIT", _REJECT,
        "at least one leg of an OCO must wait for a trigger; both are limit orders", CORRECT),
    -1194: Known("INVALID_TIME_UNIT", _REJECT, "the time unit is neither MICROSECOND nor MILLISECOND", REPORT),
    -1196: Known("BUY_OCO_STOP_LOSS_MUST_BE_ABOVE", _REJECT,
        "in a BUY OCO a stop loss must be the leg above", CORRECT),
    -1197: Known("SELL_OCO_STOP_LOSS_MUST_BE_BELOW", _REJECT,
        "in a SELL OCO a stop loss must be the leg below", CORRECT),
    -1198: Known("BUY_OCO_TAKE_PROFIT_MUST_BE_BELOW", _REJECT,
        "in a BUY OCO a take profit must be the leg below", CORRECT),
    -1199: Known("SELL_OCO_TAKE_PROFIT_MUST_BE_ABOVE", _REJECT,
        "in a SELL OCO a take profit must be the leg above", CORRECT),
    -1210: Known("INVALID_PEG_PRICE_TYPE", _REJECT, "the exchange does not know this pegPriceType", CORRECT),
    -1211: Known("INVALID_PEG_OFFSET_TYPE", _REJECT, "the exchange does not know this pegOffsetType", CORRECT),
    -1220: Known("SYMBOL_DOES_NOT_MATCH_STATUS", _REJECT, "the symbol's status is not the one asked for", REPORT),
    -1222: Known("OPO_WORKING_MUST_BE_BUY", _REJECT, "the working order of an OPO list must be a BUY", CORRECT),
    -1223: Known("OPO_PENDING_MUST_BE_SELL", _REJECT, "the pending orders of an OPO list must be SELL", CORRECT),
    -1224: Known("WORKING_PARAM_REQUIRED", _REJECT, "the working order of the list lacks a parameter", CORRECT),
    -1225: Known("PENDING_PARAM_NOT_REQUIRED", _REJECT,
        "a pending order of the list has a parameter that it must not have", CORRECT),
    -2018: Known("BALANCE_NOT_SUFFICIENT", _REJECT,  # documented for futures, never seen on Spot
        "the account has too little balance",
        MONEY, Cause.ACCOUNT_AND_SYMBOL),
    -2019: Known("MARGIN_NOT_SUFFICIENT", _REJECT,  # documented for futures, never seen on Spot
        "the account has too little margin",
        redrive_after("add margin", or_publish="for a smaller order"), Cause.ACCOUNT_AND_SYMBOL),
    -2021: Known("CANCEL_REPLACE_PARTIAL", _UNKNOWN,
        "of the cancel and the new order of a cancel-replace, one worked and the other failed", NOTHING),
    -2022: Known("CANCEL_REPLACE_FAILED", _REJECT,
        "neither the cancel nor the new order of the cancel-replace was done: the old order may be filled",
        LOOK_AT_OLD),
    -2026: Known("ORDER_ARCHIVED", _NOT_FOUND,
        "the order ended unfilled more than 90 days ago and was archived",
        look("compare the signal's ledger row with the exchange's order history")),
    -2038: Known("ORDER_AMEND_REJECTED", _REJECT,
        "the exchange refused to amend the order, for the reason in its own words", READ),
    -2039: Known("CLIENT_ORDER_ID_INVALID", _REJECT, "the client order id is not that of the order id", REPORT),
    -2043: Known("NO_REFERENCE_PRICE", _REJECT, "the symbol has no reference price", CORRECT),
    -32603: Known("(undocumented)", _UNKNOWN,
        "the documentation is silent about this code, so nothing promises that the order was not executed", NOTHING),
}
# fmt: on

# Of market data, FIX, WebSocket and SBE: no request of ours can be answered with them.
_OTHER_CODES = {
    -1033: ("COMP_ID_IN_USE", "the FIX session id is in use"),
    -1034: ("TOO_MANY_CONNECTIONS", "too many connections are open or were attempted"),
    -1035: ("LOGGED_OUT", "the FIX session should be closed with a Logout"),
    -1120: ("BAD_INTERVAL", "the interval is not valid"),
    -1122: ("INVALID_SYMBOLSTATUS", "the exchange does not know this symbol status"),
    -1125: ("INVALID_LISTEN_KEY", "there is no such listen key"),
    -1127: ("MORE_THAN_XX_HOURS", "too many hours lie between start and end of a query"),
    -1139: ("INVALID_TICKER_TYPE", "the exchange does not know this ticker type"),
    -1151: ("DUPLICATE_SYMBOLS", "a symbol stands in the list more than once"),
    -1152: ("INVALID_SBE_HEADER", "the SBE header is not valid"),
    -1153: ("UNSUPPORTED_SCHEMA_ID", "the SBE schema or its version is not supported"),
    -1155: ("SBE_DISABLED", "SBE is not enabled"),
    -1161: ("DEPRECATED_SCHEMA", "the answer needs a newer SBE schema"),
    -1169: ("INVALID_TAG_NUMBER", "a FIX tag number is not valid"),
    -1170: ("TAG_NOT_DEFINED_IN_MESSAGE", "a FIX tag does not belong to this type of message"),
    -1171: ("TAG_APPEARS_MORE_THAN_ONCE", "a FIX tag appears more than once"),
    -1172: ("TAG_OUT_OF_ORDER", "a FIX tag is out of order"),
    -1173: ("GROUP_FIELDS_OUT_OF_ORDER", "the fields of a FIX group are out of order"),
    -1174: ("INVALID_COMPONENT", "a FIX component is filled in wrongly"),
    -1175: ("RESET_SEQ_NUM_SUPPORT", "FIX sequence numbers must start anew with each session"),
    -1176: ("ALREADY_LOGGED_IN", "a FIX Logon was sent twice"),
    -1177: ("GARBLED_MESSAGE", "the FIX message is garbled"),
    -1178: ("BAD_SENDER_COMPID", "the FIX sender id is wrong or changed within the session"),
    -1179: ("BAD_SEQ_NUM", "the FIX sequence number is not the expected one"),
    -1180: ("EXPECTED_LOGON", "the first message of a FIX session must be a Logon"),
    -1181: ("TOO_MANY_MESSAGES", "too many FIX messages"),
    -1182: ("PARAMS_BAD_COMBO", "FIX fields conflict with each other"),
    -1183: ("NOT_ALLOWED_IN_DROP_COPY_SESSIONS", "drop-copy sessions do not take this request"),
    -1184: ("DROP_COPY_SESSION_NOT_ALLOWED", "this server takes no drop-copy sessions"),
    -1185: ("DROP_COPY_SESSION_REQUIRED", "this server takes drop-copy sessions only"),
    -1186: ("NOT_ALLOWED_IN_ORDER_ENTRY_SESSIONS", "order-entry sessions do not take this request"),
    -1187: ("NOT_ALLOWED_IN_MARKET_DATA_SESSIONS", "market-data sessions do not take this request"),
    -1188: ("INCORRECT_NUM_IN_GROUP_COUNT", "the count of a FIX group is wrong"),
    -1189: ("DUPLICATE_ENTRIES_IN_A_GROUP", "a FIX group has the same entry twice"),
    -1190: ("INVALID_REQUEST_ID", "the id of a market-data subscription is in use, or belongs to none"),
    -1191: ("TOO_MANY_SUBSCRIPTIONS", "too many market-data subscriptions, or the same one twice"),
    -1221: ("INVALID_SBE_MESSAGE_FIELD", "a field of the SBE message is missing or not valid"),
    -2016: ("NO_TRADING_WINDOW", "the symbol has no trading window to make a ticker of"),
    -2035: ("SUBSCRIPTION_ACTIVE", "the user data stream is subscribed already"),
    -2036: ("SUBSCRIPTION_INACTIVE", "the user data stream is not subscribed"),
    -2042: ("MAXIMUM_SUBSCRIPTION_IDS", "the connection has used up its subscription ids"),
}

CODES = (
    COMMON_CODES
    | _ORDER_CODES
    | {code: Known(name, _REJECT, what, NOT_OURS) for code, (name, what) in _OTHER_CODES.items()}
)
