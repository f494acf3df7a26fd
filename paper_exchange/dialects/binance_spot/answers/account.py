"""The account: its balances and its commissions."""

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.engine.account import Account
from paper_exchange.engine.orders import ZERO
from paper_exchange.engine.settlement import COMMISSION


def information(balances: Account, now_ms: int, uid: int, *, omit_zero: bool) -> Json:
    """Return the account with its balances."""
    rate = amount(COMMISSION)
    basis_points = int(COMMISSION * 10_000)
    return {
        "makerCommission": basis_points,
        "takerCommission": basis_points,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {"maker": rate, "taker": rate, "buyer": amount(ZERO), "seller": amount(ZERO)},
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": now_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": amount(balances.free(asset)), "locked": amount(balances.locked(asset))}
            for asset in balances.assets()
            if not omit_zero or balances.free(asset) or balances.locked(asset)
        ],
        "permissions": ["SPOT"],
        "uid": uid,
    }


def commission_rates() -> Json:
    """Return what order/test answers with computeCommissionRates."""
    none = {"maker": amount(ZERO), "taker": amount(ZERO)}
    return {
        "standardCommissionForOrder": {"maker": amount(COMMISSION), "taker": amount(COMMISSION)},
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": amount(ZERO),
        },
    }
