"""Wallet, positions and key as "Get Wallet Balance", "Get Position Info" and "Get API Key Information" tell them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit.asked import SIDES
from paper_exchange.dialects.bybit.words import plain
from paper_exchange.engine.orders import ZERO
from paper_exchange.futures import Futures
from paper_exchange.rules.permissions import READ, TRADE, TRADE_FUTURES
from paper_exchange.unified import UnifiedAccount

WALLET = {"AccountTransfer": "permitsUniversalTransfer", "Withdraw": "enableWithdrawals"}
EIGHT = Decimal("1E-8")
_NOT_PLAYED = {
    "riskId": 1,
    "riskLimitValue": "150",
    "tradeMode": 0,
    "positionStatus": "Normal",
    "autoAddMargin": 0,
    "adlRankIndicator": 0,
    "positionBalance": "0",
    "liqPrice": "",
    "bustPrice": "",
    "positionMM": "0",
    "tpslMode": "Full",
    "takeProfit": "",
    "stopLoss": "",
    "trailingStop": "0",
    "curRealisedPnl": "0",
    "cumRealisedPnl": "0",
    "isReduceOnly": False,
}
"""What every position has: no liquidation, no isolated margin, no exits of the position's own."""
_OF_ANYBODY = {
    "inviterID": 0,
    "vipLevel": "No VIP",
    "mktMakerLevel": "0",
    "affiliateID": 0,
    "rsaPublicKey": "",
    "isMaster": True,
    "parentUid": "0",
    "kycLevel": "LEVEL_1",
    "kycRegion": "",
}


def wallet(account: UnifiedAccount, coins: Iterable[str]) -> dict[str, Any]:
    """Return the one wallet: what is in it of each coin, and what stands behind what. Sums in USD are not played."""
    return {
        "accountType": "UNIFIED",
        "totalEquity": "0",
        "totalWalletBalance": "0",
        "totalMarginBalance": "0",
        "totalAvailableBalance": "0",
        "totalPerpUPL": "0",
        "totalInitialMargin": "0",
        "totalMaintenanceMargin": "0",
        "accountIMRate": "0",
        "accountMMRate": "0",
        "accountLTV": "0",
        "coin": [_coin(account, coin) for coin in coins],
    }


def position(futures: Futures, name: str, index: int, now_ms: int) -> dict[str, Any]:
    """Return one position, which may be of size 0."""
    held = futures.requirements.position_of(name, SIDES[index])
    mark, size = futures.markets[name].mark_price, held.quantity
    return {
        "positionIdx": index,
        "symbol": name,
        "side": "" if not size else "Buy" if size > 0 else "Sell",
        "size": plain(abs(size)),
        "avgPrice": plain(held.entry_price.quantize(EIGHT)),
        "positionValue": plain(abs(held.cost).quantize(EIGHT)),
        "leverage": plain(Decimal(futures.terms.leverage_of(name))),
        "markPrice": plain(mark),
        "positionIM": plain(futures.requirements.of_position(held).quantize(EIGHT)),
        **_NOT_PLAYED,
        "unrealisedPnl": plain(held.unrealised(mark).quantize(EIGHT)) if size else "",
        "seq": now_ms,
        "createdTime": str(held.update_time_ms),
        "updatedTime": str(held.update_time_ms),
    }


def key(account: UnifiedAccount, now_ms: int, days: int) -> dict[str, Any]:
    """Return what an API key may do, and that it lives for so many days if it is bound to no address."""
    allows = account.allows
    bound, trades, contracts = allows["ipRestrict"], allows[TRADE], allows[TRADE_FUTURES]
    now = datetime.fromtimestamp(now_ms // 1_000, UTC)
    expires = now + timedelta(days=days)
    return {
        "id": "1",
        "note": "paper",
        "apiKey": "paper-key",
        "readOnly": int(not (trades or contracts)),
        "secret": "",
        "permissions": {
            "ContractTrade": ["Order", "Position"] if contracts else [],
            "Spot": ["SpotTrade"] if trades else [],
            "Wallet": [name for name, permission in WALLET.items() if allows[permission]],
            "Options": [],
            "Derivatives": ["DerivativesTrade"] if contracts else [],
            "Exchange": ["ExchangeHistory"] if allows[READ] else [],
        },
        "ips": ["127.0.0.1"] if bound else ["*"],
        "type": 1,
        "deadlineDay": -2 if bound else days,
        "expiredAt": "1970-01-01T00:00:00Z" if bound else f"{expires:%Y-%m-%dT%H:%M:%SZ}",
        "createdAt": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "unified": 0,
        "uta": 1,
        "userID": account.uid,
        **_OF_ANYBODY,
    }


def _coin(account: UnifiedAccount, coin: str) -> dict[str, Any]:
    needs = [each.requirements for each in (account.linear, account.inverse)]
    unrealised = sum((each.unrealised(coin) for each in needs), ZERO)
    balance = account.account.free(coin) + account.account.locked(coin)
    return {
        "coin": coin,
        "equity": plain((balance + unrealised).quantize(EIGHT)),
        "usdValue": "",
        "walletBalance": plain(balance),
        "free": "",
        "locked": plain(account.account.locked(coin)),
        "spotHedgingQty": "0",
        "borrowAmount": "0",
        "accruedInterest": "0",
        "totalOrderIM": plain(sum((each.of_orders(coin) for each in needs), ZERO).quantize(EIGHT)),
        "totalPositionIM": plain(sum((each.of_positions(coin) for each in needs), ZERO).quantize(EIGHT)),
        "totalPositionMM": "0",
        "unrealisedPnl": plain(unrealised.quantize(EIGHT)),
        "cumRealisedPnl": "0",
        "bonus": "0",
        "marginCollateral": True,
        "collateralSwitch": True,
        "spotBorrow": "0",
        "availableToWithdraw": "",
        "availableToBorrow": "",
    }
