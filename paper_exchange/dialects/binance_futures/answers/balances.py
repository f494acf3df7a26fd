"""The wallet and the margin of each asset, as account and balance tell them."""

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.engine.orders import ZERO
from paper_exchange.futures import Futures

FREE = {"feeTier": 0, "canTrade": True, "canDeposit": True, "canWithdraw": True, "updateTime": 0}


def balance(asset: str, futures: Futures) -> Json:
    """Return one row of balance."""
    wallet, unrealised = futures.wallet.free(asset), futures.requirements.unrealised(asset)
    available = amount(max(futures.requirements.available(asset), ZERO))
    more = (
        {"withdrawAvailable": available}
        if futures.inverse
        else {"maxWithdrawAmount": available, "marginAvailable": True}
    )
    return {
        "accountAlias": alias(futures.uid),
        "asset": asset,
        "balance": amount(wallet),
        "crossWalletBalance": amount(wallet),
        "crossUnPnl": amount(unrealised),
        "availableBalance": available,
        **more,
        "updateTime": futures.now_ms(),
    }


def alias(uid: int) -> str:
    """Return the account's own code, another for each account."""
    return f"Sg{uid:X}"


def of_account(asset: str, futures: Futures) -> Json:
    """Return one row of the account's assets."""
    requirements, wallet = futures.requirements, futures.wallet.free(asset)
    unrealised = requirements.unrealised(asset)
    positions, orders = requirements.of_positions(asset), requirements.of_orders(asset)
    available = amount(max(requirements.available(asset), ZERO))
    return {
        "asset": asset,
        "walletBalance": amount(wallet),
        "unrealizedProfit": amount(unrealised),
        "marginBalance": amount(wallet + unrealised),
        "maintMargin": amount(ZERO),
        "initialMargin": amount(positions + orders),
        "positionInitialMargin": amount(positions),
        "openOrderInitialMargin": amount(orders),
        "crossWalletBalance": amount(wallet),
        "crossUnPnl": amount(unrealised),
        "availableBalance": available,
        "maxWithdrawAmount": available,
        "updateTime": futures.now_ms(),
    }


def totals(futures: Futures) -> Json:
    """Return what USD-M tells of all assets together; here the one that everything is paid in."""
    asset = of_account("USDT", futures)
    return {
        "totalInitialMargin": asset["initialMargin"],
        "totalMaintMargin": asset["maintMargin"],
        "totalWalletBalance": asset["walletBalance"],
        "totalUnrealizedProfit": asset["unrealizedProfit"],
        "totalMarginBalance": asset["marginBalance"],
        "totalPositionInitialMargin": asset["positionInitialMargin"],
        "totalOpenOrderInitialMargin": asset["openOrderInitialMargin"],
        "totalCrossWalletBalance": asset["crossWalletBalance"],
        "totalCrossUnPnl": asset["crossUnPnl"],
        "availableBalance": asset["availableBalance"],
        "maxWithdrawAmount": asset["maxWithdrawAmount"],
    }
