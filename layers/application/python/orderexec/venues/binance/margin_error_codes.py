"""The codes of Binance margin, cross and isolated: those of Spot's engine, and what borrowing adds.

Facts: the error page of the margin API (November 2025), and "Error Code Description" of its page "Margin Account New
Order", which alone has -3064, -3067 and -20204. The error page's -4xxx and -5xxx are about wallets, unlike those of
futures, and no request of ours meets them: they are UNKNOWN here. An order may borrow before it is placed: where
nothing promises that it was not executed, nothing promises that no loan was taken either.
"""

from orderexec.domain.advice import CORRECT, MONEY, look, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import MAY_EXIST, NEARER_PRICE, NOT_OURS, NOTHING, READ, SLOWER, SUPPORT
from orderexec.venues.classifier import Known

from .common_error_codes import COMMON_CODES
from .error_codes import CODES as SPOT_CODES

_UNKNOWN, _REJECT, _CREDENTIALS = Meaning.UNKNOWN, Meaning.REJECT, Meaning.CREDENTIALS
_THERE = Cause.ACCOUNT_AND_SYMBOL  # what one account has at one symbol, or may do there
_WITHOUT_BORROWING = "without side_effect, with what the account has"
_BORROW_LESS = redrive_after("repay some of the debt, or add collateral", or_publish="for a smaller order")
_PERMIT = redrive_after("ask the exchange's support what the margin account may do, and have it permitted")

FILTER_CODE = -20204  # a filter of Spot's engine, in the words of Spot

# The margin page has these as Spot's page has them.
_AS_ON_SPOT = (-1001, -1004, -1008, -1099, -1115, -1120, -1125, -1127, -1131, -1134, -1145, -1151, -2016, -2026)
# fmt: off
_ORDER_CODES = {
    -1003: Known("TOO_MANY_REQUESTS", Meaning.RATE_LIMIT,
        "the requests of this address, or of this account, exceed the exchange's limit; an order that borrows counts "
        "250 times as much as one that does not", SLOWER),
    -1121: Known("BAD_SYMBOL", _REJECT,
        "the exchange has no such symbol, or not for margin",
        publish_corrected("with a symbol that margin has, as the exchange spells it (BTCUSDT)")),
    -2013: Known("NO_SUCH_ORDER", Meaning.NOT_FOUND,
        "the exchange finds no such order in the account that was asked, cross or isolated", NOTHING),
    -2015: Known("REJECTED_MBX_KEY", _CREDENTIALS,
        "the exchange does not know the key, or not from this IP address, or not for margin",
        redrive_after("check the key, its IP whitelist and its permission for margin loans and trading")),
    -3000: Known("INNER_FAILURE", _UNKNOWN, "the exchange failed while it worked, so the order may exist", NOTHING),
    -3001: Known("NEED_ENABLE_2FA", _CREDENTIALS,
        "the account has no second factor", redrive_after("switch on two-factor authentication at the exchange")),
    -3002: Known("ASSET_DEFICIENCY", _REJECT, "the exchange has no such asset", CORRECT),
    -3003: Known("NO_OPENED_MARGIN_ACCOUNT", _CREDENTIALS,
        "there is no such margin account: cross margin, or this pair of isolated margin, was never opened",
        redrive_after("open it at the exchange and transfer something into it"), _THERE),
    -3004: Known("TRADE_NOT_ALLOWED", _CREDENTIALS, "the margin account may not trade", _PERMIT),
    -3006: Known("EXCEED_MAX_BORROWABLE", _REJECT,
        "the order would borrow more than the account may: its collateral, or the exchange's limit for the asset, does "
        "not suffice", _BORROW_LESS, _THERE),
    -3007: Known("HAS_PENDING_TRANSACTION", _UNKNOWN,
        "an earlier loan or order of the account is still being worked on, so the order may exist", NOTHING),
    -3008: Known("BORROW_NOT_ALLOWED", _REJECT,
        "the account may not borrow this amount of the asset", _BORROW_LESS, _THERE),
    -3012: Known("ASSET_ADMIN_BAN_BORROW", _REJECT,
        "the exchange lends nothing of this asset at present",
        redrive_after("wait until it lends the asset again", or_publish=_WITHOUT_BORROWING), _THERE),
    -3013: Known("LT_MIN_BORROWABLE", _REJECT,
        "the order would borrow less than the smallest loan of the asset",
        publish_corrected("for a larger order, or " + _WITHOUT_BORROWING)),
    -3014: Known("ACCOUNT_BAN_BORROW", _CREDENTIALS, "the account may not borrow", _PERMIT),
    -3021: Known("PAIR_ADMIN_BAN_TRADE", _REJECT,
        "the pair cannot be traded on margin", publish_corrected("with another symbol"), Cause.SYMBOL),
    -3022: Known("ACCOUNT_BAN_TRADE", _CREDENTIALS, "the account is banned from trading", SUPPORT),
    -3023: Known("WARNING_MARGIN_LEVEL", _REJECT,
        "the margin level is too low for this order",
        redrive_after("add collateral, or repay some of the debt"), _THERE),
    -3025: Known("INVALID_EFFECTIVE_TIME", _REJECT, "a date is not valid", READ),
    -3026: Known("VALIDATION_FAILED", _REJECT, "a parameter's value is not valid", CORRECT),
    -3027: Known("NOT_VALID_MARGIN_ASSET", _REJECT, "margin has no such asset", CORRECT),
    -3028: Known("NOT_VALID_MARGIN_PAIR", _REJECT,
        "margin has no such pair", publish_corrected("with a symbol that margin has")),
    -3029: Known("TRANSFER_FAILED", _UNKNOWN, "a transfer failed, so the order may exist", NOTHING),
    -3037: Known("PNL_CLEARING", Meaning.RETRY,
        "profits and losses are being settled at the moment", redrive_after("wait until the settlement is over")),
    -3041: Known("BALANCE_NOT_CLEARED", _REJECT, "the account has too little free money for this order", MONEY, _THERE),
    -3042: Known("PRICE_INDEX_NOT_FOUND", _REJECT,
        "the exchange has no index price of the pair", publish_corrected("with another symbol"), Cause.SYMBOL),
    -3044: Known("SYSTEM_BUSY", _UNKNOWN,
        "the exchange is busy; a loan may be under way, and nothing promises that the order was not executed",
        NOTHING),
    -3045: Known("SYSTEM", _REJECT,
        "the exchange has too little of the asset to lend at present",
        redrive_after("wait until it has more", or_publish=_WITHOUT_BORROWING), _THERE),
    -3064: Known("EXCEED_PRICE_LIMIT", _REJECT,
        "the limit price is further from the pair's index price than margin allows for it, mostly 15 %", NEARER_PRICE),
    -3067: Known("ASSET_BAN_TRADE", _REJECT,
        "margin has restricted the asset at present", publish_corrected("with another symbol"), Cause.SYMBOL),
    -3999: Known("NOT_WHITELIST_USER", _CREDENTIALS, "this is for invited accounts only", _PERMIT),
    FILTER_CODE: Known("(no name)", _REJECT,
        "the request was refused before it reached the matching engine: it breaks a rule of the symbol", READ),
    -11008: Known("(undocumented)", _UNKNOWN,
        "the account may borrow no more, as a library reports; the documentation is silent about this code, so the "
        "order may exist",
        look("look at what the account may still borrow")),
}
# An order may repay once it is filled (side_effect): a refused repayment says nothing of the order before it.
_REPAYMENT_CODES = {
    -3010: ("REPAY_NOT_ALLOWED", "a repayment is not allowed"),
    -3015: ("REPAY_EXCEED_LIABILITY", "more would be repaid than is owed"),
    -3016: ("LT_MIN_REPAY", "less would be repaid than the smallest repayment"),
    -3024: ("FEW_LIABILITY_LEFT", "the repayment would leave too small a debt"),
    -3036: ("ACCOUNT_BAN_REPAY", "the account may not repay"),
}
# Of transfers, history and streams.
_OTHER_CODES = {
    -3005: ("TRANSFER_OUT_NOT_ALLOWED", "a transfer out of the margin account is not allowed"),
    -3009: ("ASSET_NOT_MORTGAGEABLE", "the asset cannot be transferred into the margin account at present"),
    -3011: ("BAD_DATE_RANGE", "the dates of a query are not valid"),
    -3017: ("ASSET_ADMIN_BAN_MORTGAGE", "the asset cannot be transferred into the margin account at present"),
    -3020: ("EXCEED_MAX_ROLLOUT", "more would be transferred out than may be"),
    -3038: ("LISTEN_KEY_NOT_FOUND", "there is no such listen key"),
    -3043: ("TRANSFER_IN_NOT_ALLOWED", "a transfer into the margin account is not allowed"),
}
_TRANSFER_BANS = {
    -3018: ("ACCOUNT_BAN_MORTGAGE", "the account may not transfer into the margin account"),
    -3019: ("ACCOUNT_BAN_ROLLOUT", "the account may not transfer out of the margin account"),
}
# fmt: on

CODES = (
    COMMON_CODES
    | {code: SPOT_CODES[code] for code in _AS_ON_SPOT}
    | _ORDER_CODES
    | {code: Known(name, _UNKNOWN, what + MAY_EXIST, NOTHING) for code, (name, what) in _REPAYMENT_CODES.items()}
    | {code: Known(name, _CREDENTIALS, what, _PERMIT) for code, (name, what) in _TRANSFER_BANS.items()}
    | {code: Known(name, _REJECT, what, NOT_OURS) for code, (name, what) in _OTHER_CODES.items()}
)
