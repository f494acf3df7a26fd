"""The codes of Bybit's spot, with and without margin, that an order can be answered with.

Facts: the page "Error Codes" of the V5 API documentation, sections "Spot Trade" and "Spot Margin Trade", of 2026-07-24;
"Open orders up limit" of its page "Place Order".
"""

from orderexec.domain.advice import CORRECT, MONEY, look, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import (
    CLEAR_ORDERS,
    MAY_EXIST,
    NEARER_PRICE,
    NOTHING,
    ONCE_MORE,
    OTHER_QUANTITY,
    OTHER_SYMBOL_OR_FORM,
    OTHER_WORTH,
    READ,
    REPORT,
    SLOWER,
    SUPPORT,
)

from .common_error_codes import share

_UNKNOWN, _REJECT, _CREDENTIALS = Meaning.UNKNOWN, Meaning.REJECT, Meaning.CREDENTIALS
_NOT_FOUND, _STALE_RULES = Meaning.NOT_FOUND, Meaning.STALE_RULES
_THERE, _SYMBOL = Cause.ACCOUNT_AND_SYMBOL, Cause.SYMBOL
_SMALLER = publish_corrected("for a smaller order")
_WITHOUT_BORROWING = "without margin_mode, with what the account has"

# fmt: off
_DOUBTS = (
    share(_UNKNOWN, "the exchange failed while it worked" + MAY_EXIST, NOTHING, {
        170001: "Internal error.",
        170032: "Network error. Please try again later",
        170234: "System Error",
    }),
    share(_UNKNOWN, "the exchange's own time limit for the request ran out" + MAY_EXIST, NOTHING, {
        170007: "Timeout waiting for response from backend server.",
        170146: "Order creation timeout",
        170147: "Order cancellation timeout",
        170310: "Order modification timeout",
    }),
    share(_UNKNOWN, "the exchange is still working on the request" + MAY_EXIST, NOTHING, {
        170035: "Submitted to the system for processing!",
        170191: "Can not cancel order, please try again later",
        170212: "Cancel order request processing",
    }),
    share(_UNKNOWN, "the exchange says that it failed, and not why" + MAY_EXIST, NOTHING, {
        170149: "Create order failed",
        170150: "Cancel order failed",
        170311: "Order modification failed",
    }),
    share(Meaning.ORDER_LIMIT, "the account has sent as many orders or requests as it may in this interval", SLOWER, {
        170005: "Too many new orders; current limit is %s orders per %s.",
        170222: "Too many requests in this time frame.",
    }),
)
_FINDING = (
    share(Meaning.DUPLICATE,
        "an order has this client order id already, which an earlier request of the same signal placed", NOTHING, {
        170141: "Duplicate clientOrderId",
    }),
    share(_NOT_FOUND, "the exchange finds no such open order; it may be filled", NOTHING, {
        170143: "Cannot be found on order book",
        170213: "Order does not exist.",
    }),
    share(_NOT_FOUND, "the order is filled or canceled already, so it cannot be changed", NOTHING, {
        170139: "Order has been filled.",
        170142: "Order has been cancelled",
        170190: "Cancel order has been finished",
    }),
    share(_REJECT, "the exchange does not let the order be changed or canceled now",
        look("look at the order; if it should still be changed, publish a new signal under a new id"), {
        170144: "Order has been locked",
        170145: "This order type does not support cancellation",
        170312: "The current order does not support modification",
    }),
    share(_REJECT, "the new quantity of the order must not be less than what is filled of it", CORRECT, {
        170313: "The modified contract quantity cannot be less than to the filled quantity",
    }),
)
_FORM = (
    share(_REJECT, "a parameter of the request is wrong, for the reason in the exchange's own words", READ, {
        170105: "Parameter '%s' was empty.",
        170115: "Invalid timeInForce.",
        170116: "Invalid orderType.",
        170117: "Invalid side.",
        170130: "Data sent for paramter '%s' is not valid.",
        170210: "New order rejected.",
    }),
    share(_REJECT, "the exchange has no such symbol or coin",
        publish_corrected("with the symbol as the exchange spells it (BTCUSDT)"), {
        170121: "Invalid symbol.",
        170221: "This coin does not exist.",
    }),
    share(_REJECT, "the request lacks a trigger price, or says wrongly of what kind the order is", REPORT, {
        170201: "Invalid orderFilter parameter",
        170202: "Please enter the TP/SL price.",
    }),
    share(_REJECT, "the trigger price is too far from the order's price",
        publish_corrected("with a stop_price nearer to the price"), {
        170203: "trigger price cannot be higher than 110% price.",
        170204: "trigger price cannot be lower than 90% of qty.",
    }),
    share(_REJECT, "the order would trade at once, and such an order must only rest on the book",
        publish_corrected("with a price at which it would not trade at once"), {
        170218: "The LIMIT-MAKER order is rejected due to invalid price.",
    }),
)
_RULES = (
    share(_STALE_RULES, "the price is outside the band around the market in which the exchange takes orders",
        NEARER_PRICE, {
        170132: "Order price too high.",
        170133: "Order price lower than the minimum.",
        170192: "Order price cannot be higher than %s .",
        170193: "Buy order price cannot be higher than %s.",
        170194: "Sell order price cannot be lower than %s.",
        170371: "Order price cannot be lower than {}, the price limitation",
        170372: "Order price cannot be higher than 0, the price limitation",
    }),
    share(_STALE_RULES, "a number has more decimals than the symbol allows", ONCE_MORE, {
        170134: "Order price decimal too long.",
        170137: "Order volume decimal too long",
        170148: "Market order amount decimal too long",
    }),
    share(_STALE_RULES, "the quantity is outside the limits of the symbol", OTHER_QUANTITY, {
        170124: "Order amount too large.",
        170136: "Order quantity lower than the minimum.",
        170228: "The purchase amount of each order exceeds the estimated maximum purchase amount.",
        170229: "The sell quantity per order exceeds the estimated maximum sell quantity.",
        170341: "Request order quantity exceeds maximum limit",
        170381: "Order quantity too large.",
        170382: "Order quantity too large.",
    }),
    share(_STALE_RULES, "the order's worth is below the symbol's minimum", OTHER_WORTH, {
        170140: "Order value exceeded lower limit",
    }),
    share(_REJECT, "the price is too far from the worth of the leveraged token", NEARER_PRICE, {
        170195: "Please note that your order may not be filled. ETP buy order price deviates from risk control",
        170196: "Please note that your order may not be filled. ETP sell order price deviates from risk control",
    }),
    share(_REJECT, "the order is so large that it would trade far from the market's price", _SMALLER, {
        170197: "Your order quantity to buy is too large.",
        170198: "Your order quantity to sell is too large.",
        170199: "Your order quantity to buy is too large.",
        170200: "Your order quantity to sell is too large.",
    }),
)
_MONEY = (
    share(_REJECT, "the account has too little free money for this order", MONEY, {
        170033: "margin Insufficient account balance",
        170131: "Balance insufficient",
        176015: "Insufficient available balance",
    }, _THERE),
    share(_REJECT, "the account would owe more than its collateral carries",
        redrive_after("repay some of the debt, or add collateral", or_publish="for a smaller order"), {
        30256: "Margin limit exceeded.",
        170034: "Liability over flow in spot leverage trade!",
    }, _THERE),
    share(_REJECT, "the exchange has too little of the asset to lend at present",
        redrive_after("wait until it has more", or_publish=_WITHOUT_BORROWING), {
        170207: "The loan amount of the platform is not enough.",
    }, _THERE),
    share(_REJECT, "the account holds as much of this kind of token as it may",
        _SMALLER, {
        170010: "Purchase failed: Exceed the maximum position limit of leveraged tokens",
        170011: "Purchase failed: Exceed the maximum position limit of innovation tokens",
        170019: "the current available limit is",
    }, _THERE),
    share(_REJECT, "the account has as many open orders as it may (500; of a symbol, 30 conditional and 30 exits)",
        CLEAR_ORDERS, {
        170810: "Cannot exceed maximum of 500 conditional, TP/SL and active orders.",
    }, _THERE),
)
_MARGIN = (
    share(_CREDENTIALS, "margin trading is not switched on for the account",
        redrive_after("switch it on at the exchange", or_publish=_WITHOUT_BORROWING), {
        170036: "You haven't enabled Cross Margin Trading yet.",
        176008: "You haven't enabled Cross Margin Trading yet.",
        176009: "You haven't enabled Cross Margin Trading yet.",
    }, Cause.ORDER),
    share(_REJECT, "the coin or the pair cannot be traded on margin", publish_corrected(_WITHOUT_BORROWING), {
        170037: "Cross Margin Trading not yet supported by the selected coin",
        170344: "Symbol is not supported on Margin Trading",
        170359: "TThe current site does not support leveraged trading",
        176011: "Cross Margin Trading not yet supported by the selected coin",
        176013: "Cross Margin Trading not yet supported by the selected pair",
    }),
    share(_REJECT, "spot is not traded on margin while the account's margin mode is isolated",
        redrive_after("choose cross margin for the account at the exchange", or_publish=_WITHOUT_BORROWING), {
        182021: "Cannot enable spot margin while in isolated margin mode.",
    }),
    share(Meaning.RETRY, "the account is being settled or liquidated at the moment",
        redrive_after("wait until that is over"), {
        176018: "Settlement in progress",
        176019: "Liquidation in progress",
    }, Cause.ACCOUNT),
    share(_REJECT, "the exchange is liquidating the account",
        redrive_after("wait until the liquidation is over, and add collateral"), {
        170223: "Your Spot Account with Institutional Lending triggers an alert or liquidation.",
        170226: "Your Spot Account for Margin Trading is being liquidated.",
    }, Cause.ACCOUNT),
    share(_REJECT, "an institutional loan forbids the account this order", SUPPORT, {
        170215: "Spot Trading (Buy) Restriction:",
        170216: "The leverage you select for Spot Trading cannot exceed the maximum leverage allowed",
        170220: "Spot Trading Restriction:",
        170230: "Operations Restriction: Due to the deactivation of Margin Trading for institutional loan",
        170709: "OTC loan: The select trading pair is not in the whitelist pair",
    }, _THERE),
)
_SYMBOLS = (
    share(_REJECT, "the symbol cannot be traded now", redrive_after("wait until the symbol trades"), {
        170151: "The trading pair is not open yet",
    }, _SYMBOL),
    share(_REJECT, "the exchange does not let the symbol be traded by programs",
        publish_corrected("with another symbol"), {
        170157: "The trading pair is not available for api trading",
    }, _SYMBOL),
    share(_REJECT, "the symbol takes no such order, or not in the first minutes after its listing",
        OTHER_SYMBOL_OR_FORM, {
        170159: "Market Order is not supported within the first %s minutes of newly launched pairs",
        170206: "Stop_limit Order is not supported within the first 5 minutes of newly launched pairs",
        170217: "Only LIMIT-MAKER order is supported for the current pair.",
        170227: "This feature is not supported.",
        170355: "RPI orders are restricted to approved market makers only",
    }),
    share(_REJECT, "the exchange has suspended what the order needs",
        redrive_after("look at the exchange's announcements, and wait until it is back"), {
        170031: "The feature has been suspended",
    }),
    share(_REJECT, "the account's site of the exchange has no leveraged tokens",
        publish_corrected("with another symbol"), {
        170358: "The current site does not support ETP",
    }, _THERE),
    share(_CREDENTIALS, "the account may not trade this symbol where it is, or not yet",
        redrive_after("see at the exchange what the account lacks for this symbol (region, terms, innovation zone)"), {
        170209: "This trading pair is only available to the",
        170224: "You're not a user of the Innovation Zone.",
        170241: "To proceed with trading, users must read through and confirm",
    }, _THERE),
    share(_CREDENTIALS, "the exchange does not offer this to the account", SUPPORT, {
        170219: "UID {{xxx}} is not available to this feature",
    }, _THERE),
)
# fmt: on
GROUPS = _DOUBTS + _FINDING + _FORM + _RULES + _MONEY + _MARGIN + _SYMBOLS
