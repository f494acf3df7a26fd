"""The codes of Bybit's linear and inverse contracts that an order can be answered with.

Facts: the page "Error Codes" of the V5 API documentation, section "UTA", of 2026-07-24; "Open orders up limit" of its
page "Place Order". A code about opening is about the order: orders that close are still taken, and a halt of the
account or the symbol would hold them up as well.
"""

from orderexec.domain.advice import CORRECT, MONEY, NO_POSITION, publish_corrected, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import (
    CLEAR_ORDERS,
    LOOK_AT_OLD,
    MAY_EXIST,
    NEARER_PRICE,
    NOT_OURS,
    NOTHING,
    OTHER_SYMBOL_OR_FORM,
    OTHER_WORTH,
    REPORT,
    SUPPORT,
    THIN_BOOK,
)

from .common_error_codes import share

_UNKNOWN, _REJECT, _CREDENTIALS = Meaning.UNKNOWN, Meaning.REJECT, Meaning.CREDENTIALS
_NOT_FOUND, _DUPLICATE, _STALE_RULES = Meaning.NOT_FOUND, Meaning.DUPLICATE, Meaning.STALE_RULES
_THERE, _SYMBOL = Cause.ACCOUNT_AND_SYMBOL, Cause.SYMBOL
_SMALLER = redrive_after("reduce the position or cancel open orders", or_publish="for a smaller order")
_LOWER_LEVERAGE = redrive_after("set a lower leverage at the exchange", or_publish="for a smaller order")
_ADD_MARGIN = redrive_after("add margin, or reduce the position", or_publish="for a smaller order")

# fmt: off
_FINDING = (
    share(_DUPLICATE,
        "an order has this client order id already, which an earlier request of the same signal placed", NOTHING, {
        110030: "Duplicate orderId",
        110072: "OrderLinkedID is duplicate",
    }),
    share(_NOT_FOUND, "the exchange finds no such open order; it may be filled", NOTHING, {
        110001: "Order does not exist",
    }),
    share(_NOT_FOUND, "the order is filled or canceled already, so it cannot be changed", NOTHING, {
        110008: "The order has been completed or cancelled.",
        110010: "The order has been cancelled",
    }),
    share(_UNKNOWN, "the exchange is still working on the order" + MAY_EXIST, NOTHING, {
        40004: "the order is modified during the process of replacing",
        110079: "The order is processing and can not be operated, please try again later",
    }),
    share(_REJECT, "the request names its order, or a parameter of it, in a form that the exchange does not take",
        REPORT, {
        110019: "Order ID is illegal.",
        110032: "Order is illegal",
        110049: "Tick notes can only be numbers",
        110050: "Invalid coin",
        110057: "Conditional order or limit order contains TP/SL related params",
    }),
)
_PRICES = (
    share(_STALE_RULES, "the price is outside the band around the market in which the exchange takes orders",
        NEARER_PRICE, {
        30208: "Failed to submit order(s). The order price is higher than the maximum buying price",
        30209: "Failed to submit order(s). The order price is lower than the minimum selling price.",
        110003: "Order price exceeds the allowable range.",
        110120: "Order price cannot be smaller than xxxx, the price limitation",
        110121: "Order price cannot be higher than xxxx, the price limitation",
    }),
    share(_STALE_RULES, "the order's worth is below the symbol's minimum", OTHER_WORTH, {
        110094: "Order notional value below the lower limit",
    }),
    share(_STALE_RULES, "the contract has new risk limits, and the one that is set is offered no more",
        redrive_after("choose a risk limit that the exchange offers, or a lower leverage"), {
        110085: "The risk limit and margin ratio for this contract has been updated",
    }),
    share(_REJECT, "the trigger price is on the wrong side of the market's price, so the order would trigger at once",
        publish_corrected("with a stop_price on the other side of the market's price"), {
        110092: "expect Rising, but trigger_price[XXXXX] <= current[XXXXX]",
        110093: "expect Falling, but trigger_price[XXXXX] >= current[XXXXX]",
    }),
    share(_REJECT, "the book has no price for a MARKET order at present", THIN_BOOK, {
        110118: "Unable to retrieve a pruce of the market order due to low liquidity",
    }),
    share(_REJECT, "the tolerated slippage is outside the range that the exchange takes", REPORT, {
        110108: "Allowable range: 1 to 10000 tick size",
        110109: "Allowable range: 0.01% to 10%",
    }),
)
_MONEY = (
    share(_REJECT, "the account has too little free money for this order", MONEY, {
        110004: "Wallet balance is insufficient",
        110006: "The assets are estimated to be unable to cover the position margin",
        110007: "Available balance is insufficient",
        110012: "Insufficient available balance.",
        110014: "Insufficient available balance to add additional margin.",
        110044: "Available margin is insufficient.",
        110045: "Wallet balance is insufficient.",
        110051: "The user's available balance cannot cover the lowest price of the current market",
        110052: "Your available balance is insufficient to set the price",
        110053: "The user's available balance cannot cover the current market price and upper limit price",
        110131: "Margin limit exceeded.",
    }, _THERE),
    share(_REJECT, "the order would lead to a liquidation", _ADD_MARGIN, {
        110011: "Liquidation will be triggered immediately by this adjustment",
        110040: "The order will trigger a forced liquidation, please re-submit the order.",
        110046: "Liquidation will be triggered immediately by this adjustment.",
    }, _THERE),
    share(_REJECT, "the exchange is liquidating the account or the position",
        redrive_after("wait until the liquidation is over, and add margin"), {
        110035: "Cancellation of orders was not completed before liquidation",
        110041: "Skip liquidation is not allowed when a position or maker order exists",
    }, _THERE),
    share(_REJECT, "the exchange is liquidating the account, whose institutional loan is too large for its collateral",
        SUPPORT, {
        110080: "Operations Restriction: The current LTV ratio of your Institutional Lending has hit the",
    }, Cause.ACCOUNT),
    share(_REJECT, "the settlement asset is not switched on as collateral, which this symbol needs",
        redrive_after("switch the asset on as collateral at the exchange"), {
        110101: "Trading inverse contracts under Cross and Portfolio modes requires enabling the settlement asset",
        170346: "Settle coin is not a collateral coin, cannot trade",
        170360: "symbol[XXXX] cannot trade.",
    }, _THERE),
)
_LIMITS = (
    share(_REJECT, "the account has as many open orders of the symbol as it may (500 active, 10 conditional)",
        CLEAR_ORDERS, {
        110009: "The number of stop orders exceeds the maximum allowable limit",
        110020: "Not allowed to have more than 500 active orders.",
    }, _THERE),
    share(_REJECT, "with this order the position would be larger than it may be", _SMALLER, {
        110016: "The quantity of contracts requested exceeds the risk limit",
        110021: "Not allowed to exceeded position limits due to Open Interest.",
        110089: "Exceeds the maximum risk limit level",
        3400139: "The total value of your positions and orders has exceeded the risk limit",
    }, _THERE),
    share(_REJECT, "with the leverage that is set the position would be larger than it may be", _LOWER_LEVERAGE, {
        110086: "Current order leverage exceeds the maximum available for your current Risk Limit tier.",
        110090: "Order placement failed as your position may exceed the max limit.",
    }, _THERE),
    share(_REJECT, "the leverage is higher than an institutional loan allows", SUPPORT, {
        110087: "Leverage for Perpetual or Futures contracts cannot exceed the maximum allowed",
        110107: "Restrictions on ins Loan; leverage exceeding the limit for inverse contracts is not allowed.",
    }, _THERE),
    share(_REJECT, "an institutional loan forbids the account to trade this", SUPPORT, {
        110069: "Ins lending customer is not allowed to trade.",
        110102: "The user does not support trading Inverse contracts",
        110104: "The LTV for ins Loan has exceeded the limit, and opening inverse contracts is prohibited",
        110105: "The LTV for ins Loan has exceeded the limit, and trading inverse contracts is prohibited",
        110106: "Restrictions on Ins Loan; inverse contracts are not on the whitelist",
    }, _THERE),
)
_POSITIONS = (
    share(_REJECT, "there is no position left that the order could reduce, or its quantity comes to nothing",
        NO_POSITION, {
        110017: "orderQty will be truncated to zero",
        110034: "There is no net position",
    }, _THERE),
    share(_REJECT, "the position's state or mode does not allow this",
        redrive_after("look at the position and its mode at the exchange"), {
        110005: "position status error",
        110015: "The position is in cross margin mode.",
        110077: "Pm mode cannot support",
    }, _THERE),
    share(_REJECT, "the symbol has no hedge mode", publish_corrected("without position_side"), {
        110029: "Hedge mode is not supported for this symbol.",
    }),
    share(_REJECT, "the position is too small for these exits", publish_corrected("with other exits, or without"), {
        110058: "You can't set take profit and stop loss due to insufficient size of remaining position size.",
    }),
    share(_REJECT, "the order's exits cannot be changed now", LOOK_AT_OLD, {
        110059: "Not allowed to modify the TP/SL of a partially filled open order",
        110060: "Under full TP/SL mode, it is not allowed to modify TP/SL",
    }),
    share(_REJECT, "the position has as many exits as it may have (20)", CLEAR_ORDERS, {
        110061: "Not allowed to have more than 20 TP/SLs under Partial tpSlMode",
    }, _THERE),
    share(_REJECT, "the new quantity of the order must be more than what is filled of it", CORRECT, {
        110064: "The modified contract quantity cannot be less than or equal to the filled quantity.",
    }),
    share(_REJECT, "the order can be made smaller and no larger", publish_corrected("with a smaller quantity"), {
        110022: "Quantity has been restricted and orders cannot be modified to increase the quantity.",
    }),
)
_SYMBOLS = (
    share(_REJECT, "the exchange takes only orders that reduce a position of this contract",
        publish_corrected("with reduce_only, or with another symbol"), {
        30228: "No new positions during delisting",
        110023: "Currently you can only reduce your position on this contract.",
        110042: "Currently,due to pre-delivery status, you can only reduce your position on this contract.",
    }),
    share(Meaning.RETRY, "the symbol is being settled, and does not trade meanwhile",
        redrive_after("wait until the settlement is over"), {
        110063: "Settlement in progress! {{key0}} not available for trading.",
    }, _SYMBOL),
    share(_REJECT, "the symbol does not trade now", redrive_after("wait until the symbol trades again"), {
        110074: "This contract is not live",
        110095: "You cannot create, modify or cancel Pre-Market Perpetual orders during the Call Auction.",
    }, _SYMBOL),
    share(_REJECT, "trading is not allowed now, and the exchange does not say for whom",
        redrive_after("look at the exchange's announcements, and wait until trading is allowed again"), {
        110066: "Trading is currently not allowed.",
    }, _THERE),
    share(_REJECT, "the symbol takes no such order at present", OTHER_SYMBOL_OR_FORM, {
        110098: "Only Good-Till-Canceled (GTC) orders are supported during Call Auction.",
        110099: "You cannot create TP/SL orders during the Call Auction for Pre-Market Perpetuals.",
        110103: "Only Post-Only orders are available at this stage",
        110119: "Order failed. RPI orders are restricted to approved market makers only",
    }),
    share(_REJECT, "this kind of account cannot trade the symbol",
        redrive_after("ask the exchange's support what the account may trade", or_publish="with another symbol"), {
        110067: "Unified account is not supported.",
        110068: "Leveraged trading is not allowed.",
        110070: "ETP symbols cannot be traded.",
        110096: "Pre-Market Perpetual Trading does not support Portfolio Margin mode.",
        110097: "Non-UTA users cannot access Pre-Market Perpetual Trading.",
        110100: "You cannot place, modify, or cancel Pre-Market Perpetual orders when you are in Demo Trading.",
    }, _THERE),
    share(_REJECT, "the account's margin mode is isolated, and does not allow this order",
        redrive_after("choose cross margin for the account at the exchange"), {
        3200403: "isolated margin can not create order",
    }, _THERE),
    share(_CREDENTIALS, "the account has not agreed to the terms of this contract",
        redrive_after("agree to them at the exchange"), {
        110125: "You must agree to the Trading Terms before trading this contract",
    }, _THERE),
    share(_CREDENTIALS, "the exchange does not offer this product in the account's region", SUPPORT, {
        110132: "Product not available in your region",
    }, _THERE),
    share(_REJECT, "of event futures, which this function does not trade", NOT_OURS, {
        110135: "You currently hold a position in an Event Futures contract.",
        110136: "Event Futures are currently available for trading via OpenAPI to whitelisted accounts only.",
        110137: "This Event Futures contract has entered the reduce-only window before settlement.",
    }),
)
# fmt: on
GROUPS = _FINDING + _PRICES + _MONEY + _LIMITS + _POSITIONS + _SYMBOLS
