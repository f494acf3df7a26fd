"""The codes of Bybit that no order is answered with: settings of the account, loans, options, spread trading.

Facts: the page "Error Codes" of the V5 API documentation, sections "UTA" and "Spot Margin Trade", of 2026-07-24. They
share their words by kind; the exchange's own text, which a detail opens with, says what it is.
"""

from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOT_OURS, NOTHING, SETTING

from .common_error_codes import share

_REJECT = Meaning.REJECT

# fmt: off
_SETTINGS = (
    share(_REJECT, "what the request would set is so already", NOTHING, {
        34040: "Not modified. Indicates you already set this TP/SL value or you didn't pass a required",
        110025: "Position mode has not been modified.",
        110026: "Cross/isolated margin mode has not been modified.",
        110027: "Margin has not been modified.",
        110043: "Set leverage has not been modified.",
        110075: "RiskId not modified",
    }),
    share(_REJECT, "a mode of the position or of its exits cannot be changed while a position or orders are open",
        SETTING, {
        110024: "You have an existing position, so the position mode cannot be switched.",
        110028: "You have existing open orders, so the position mode cannot be switched.",
        110054: "This position has at least one take profit link order",
        110055: "This position has at least one stop loss link order",
        110056: "This position has at least one trailing stop link order",
    }),
    share(_REJECT, "the leverage, the risk limit or the added margin cannot be set so", SETTING, {
        110013: "Cannot set leverage due to risk limit level.",
        110031: "Non-existing risk limit info, please check the risk limit rules.",
        110033: "You can't set margin without an open position",
        110036: "You are not allowed to change leverage due to cross margin mode.",
        110037: "User setting list does not have this symbol",
        110038: "You are not allowed to change leverage due to portfolio margin mode.",
        110039: "Maintenance margin rate is too high. This may trigger liquidation.",
        110047: "Risk limit cannot be adjusted due to insufficient available margin.",
        110048: "Risk limit cannot be adjusted as the current/expected position value exceeds the revised",
        110076: "Only isolated mode can set auto-add-margin",
        110078: "Added margin more than max can reduce margin",
        110082: "You cannot lift Reduce-Only restrictions",
        110083: "Reduce-Only restrictions must be lifted for both Long and Short positions at the same time",
        176034: "The leverage ratio is out of range",
    }),
    share(_REJECT, "the account's mode cannot be changed now", SETTING, {
        110071: "Sorry, we're revamping the Unified Margin Account! Currently",
        110073: "Set margin mode failed",
        176035: "Failed to close the leverage switch during liquidation",
        176036: "Failed to adjust leverage switch during forced liquidation",
        176037: "For non-unified transaction users, the operation failed",
        176038: "The spot leverage is closed and the current operation is not allowed",
        176039: "Borrowing, current operation is not allowed",
        176040: "There is a spot leverage order, and the adjustment of the leverage switch failed!",
        176137: "Failed to switch user status",
        176138: "You need to repay all your debts before closing your disabling cross margin account",
        176139: "Sorry, you are not eligible to enable cross margin, as you have already enabled OTC lending",
        182011: "The {{coin}} collateral amount has reached the platform limit.",
        182104: "This action could not be completed as your Unified Margin Account's IM/MM utilization rate",
        182105: "Adjustment failed, user is upgrading",
        182106: "Adjustment failed, user forced liquidation in progress.",
        182107: "Adjustment failed, Maintenance Margin Rate too high",
        182108: "Switching failed, margin verification failed, please re-adjust the currency status",
        182110: "Failed to switch",
        182111: "The requested currency has a non guaranteed gold currency or does not support switching",
        182112: "Duplicate currency, please re-adjust",
        3200320: "Operations Restriction: The current LTV ratio of your Institutional Lending has hit the",
        3200419: "Unable to switch to Portfolio margin due to active pre-market Perpetual orders and positions",
        3200425: "You currently hold a position in an Event Futures contract.",
        3200641: "{{coin}} collateral has reached the platform limit.",
        3401010: "Cannot switch to PM mode (for copy trading master trader)",
    }),
    share(_REJECT, "the account cannot be upgraded to a unified trading account now", SETTING, {
        176134: "Account has been upgraded (upgrading) to UTA",
        3100197: "Temporary banned due to the upgrade to UTA",
        3400052: "You have uncancelled USDC perpetual orders",
        3400053: "You have uncancelled Options orders",
        3400054: "You have uncancelled USDT perpetual orders",
        3400071: "The net asset is not satisfied",
        3400208: "You have unclosed hedge mode or isolated mode USDT perpetual positions",
        3400209: "You have USDT perpetual positions",
        3400210: "The risk rate of your Derivatives account is too high",
        3400211: "Once upgraded, the estimated risk rate will be too high",
        3400212: "You have USDC perpetual positions or Options positions",
        3400213: "The risk rate of your USDC Derivatives account is too high",
    }),
)
_OTHERS = (
    share(_REJECT, "of loans and their repayment", NOT_OURS, {
        176002: "Query user account info error. Confirm that if you have completed quiz in GUI",
        176003: "Query user loan history error",
        176004: "Query order history start time exceeds end time",
        176005: "Failed to borrow",
        176006: "Repayment Failed",
        176007: "User not found",
        176010: "Failed to locate the coins to borrow",
        176012: "Pair not available",
        176014: "Repeated repayment requests",
        176016: "No repayment required",
        176017: "Repayment amount has exceeded the total liability",
        176020: "Failed to locate repayment history",
        176021: "Repeated borrowing requests",
        176022: "Coins to borrow not generally available yet",
        176023: "Pair to borrow not generally available yet",
        176024: "Invalid user status",
        176025: "Amount to borrow cannot be lower than the min. amount to borrow (per transaction)",
        176026: "Amount to borrow cannot be larger than the max. amount to borrow (per transaction)",
        176027: "Amount to borrow cannot be higher than the max. amount to borrow per user",
        176028: "Amount to borrow has exceeded Bybit's max. amount to borrow",
        176029: "Amount to borrow has exceeded the user's estimated max. amount to borrow",
        176030: "Query user loan info error",
        176031: "Number of decimals for borrow amount has exceeded the maximum precision",
        176132: "Number of decimals for repay amount has exceeded the maximum precision",
        176133: "Liquidation may be triggered! Please adjust your transaction amount and try again",
        176135: "Failed to get bond data",
        176136: "Failed to get borrow data",
        176201: "Account exception. Check if the UID is bound to an institutional loan",
        182100: "Compulsory closing of positions, no repayment allowed",
        182101: "Failed repayment, insufficient collateral balance",
        182102: "Failed repayment, there are no liabilities in the current currency",
        182103: "Institutional lending users are not supported",
    }),
    share(_REJECT, "of institutional loans", NOT_OURS, {
        30133: "OTC loan: The symbol you select for USDT Perpetual is not allowed by Institutional Lending",
        30134: "OTC loan: The symbol you select for USDC Contract is not allowed by Institutional Lending",
        30135: "The leverage you select for USDT Perpetual trading cannot exceed the maximum leverage",
        30136: "The leverage you select for USDC Perpetual or Futures trading cannot exceed the maximum",
    }),
    share(_REJECT, "of options and market makers", NOT_OURS, {
        30035: "Option: Too fast to cancel, Try it later",
        110062: "There is no MMP information of the institution found.",
        110065: "MMP hasn't yet been enabled for your account. Please contact your BD manager.",
        3100326: "BaseCoin is required",
        3200316: "USDC Options Trading Restriction: The current LTV ratio for your Institutional Lending has",
        3200317: "USDC Options Open Position Restriction: The current LTV ratio for your Institutional",
    }),
    share(_REJECT, "of spread trading", NOT_OURS, {
        110110: "Spread trading is not available in isolated margin trading mode",
        110111: "To access spread trading, upgrade to the latest version of UTA",
        110112: "Spread trading is not available for Copy Trading",
        110113: "Spread trading is not available in hedge mode",
        110114: "You have a Spread trading order in progress. Please try again later",
        110115: "The cancellation of a combo single-leg order can only be done by canceling the combo order",
        110117: "The modification of a combo single-leg order can only be done by modifying the combo order",
    }),
    share(Meaning.STALE_RULES, "of spread trading: the price of one leg is outside its limit", NOT_OURS, {
        110116: "The entry price of a single leg, derived from the combo order price, exceeds the limit price",
    }),
    share(_REJECT, "of subaccounts and queries", NOT_OURS, {
        181017: "OrderStatus must be final status",
        500010: "The subaccount specified does not belong to the parent account",
        500011: "The Uid 592334 provided is not associated with a Unified Trading Account",
        3100181: "UID can not be null",
    }),
)
# fmt: on
GROUPS = _SETTINGS + _OTHERS
