"""What margin accounts are told as: balances with their debts, and what they are worth in BTC."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.engine.orders import ZERO
from paper_exchange.exchange import Exchange
from paper_exchange.margin import MarginAccount

NO_DEBT = Decimal(999)
"""The margin level of an account that owes nothing, as on the live exchange."""


def cross_account(account: MarginAccount) -> Json:
    """Return the cross account with all its assets."""
    assets = sorted({*account.account.assets(), *account.loans.assets()})
    worth, debt = _worth_in_btc(account, assets)
    return {
        "created": True,
        "borrowEnabled": True,
        "tradeEnabled": True,
        "transferInEnabled": True,
        "transferOutEnabled": True,
        "accountType": "MARGIN_1",
        "marginLevel": amount(_level(worth, debt)),
        **_totals([(worth, debt)]),
        "userAssets": [_balance(account, asset) for asset in assets],
    }


def isolated_totals(accounts: Iterable[MarginAccount]) -> Json:
    """Return what isolated accounts are worth together."""
    return _totals([_worth_in_btc(each, _pair(each)) for each in accounts])


def isolated_account(account: MarginAccount) -> Json:
    """Return one isolated account with its two assets."""
    market = account.market(account.symbol or "")
    base, quote = _pair(account)
    worth, debt = _worth_in_btc(account, (base, quote))
    return {
        "baseAsset": _isolated_balance(account, base),
        "quoteAsset": _isolated_balance(account, quote),
        "symbol": market.symbol.name,
        "isolatedCreated": True,
        "enabled": True,
        "marginLevel": amount(_level(worth, debt)),
        "marginLevelStatus": "EXCESSIVE",
        "marginRatio": amount(Decimal(10)),
        "indexPrice": amount(market.price),
        "liquidatePrice": amount(ZERO),
        "liquidateRate": amount(ZERO),
        "tradeEnabled": True,
    }


def _isolated_balance(account: MarginAccount, asset: str) -> Json:
    told = _balance(account, asset)
    held = account.account.free(asset) + account.account.locked(asset)
    net = held - account.loans.owed(asset)
    return told | {
        "borrowEnabled": True,
        "repayEnabled": True,
        "totalAsset": amount(held),
        "netAssetOfBtc": amount(net * _in_btc(account, asset)),
    }


def _balance(account: MarginAccount, asset: str) -> Json:
    free, locked, owed = account.account.free(asset), account.account.locked(asset), account.loans.owed(asset)
    return {
        "asset": asset,
        "free": amount(free),
        "locked": amount(locked),
        "borrowed": amount(owed),
        "interest": amount(ZERO),
        "netAsset": amount(free + locked - owed),
    }


def _pair(account: MarginAccount) -> tuple[str, str]:
    symbol = account.market(account.symbol or "").symbol
    return symbol.base, symbol.quote


def _worth_in_btc(account: MarginAccount, assets: Iterable[str]) -> tuple[Decimal, Decimal]:
    """What the account has, and what it owes, valued in BTC."""
    worth = debt = ZERO
    for asset in assets:
        price = _in_btc(account, asset)
        worth += (account.account.free(asset) + account.account.locked(asset)) * price
        debt += account.loans.owed(asset) * price
    return worth, debt


def _in_btc(exchange: Exchange, asset: str) -> Decimal:
    """By way of USDT, which every asset here is traded against; an asset that is not listed is worth nothing."""
    return _in_usdt(exchange, asset) / _in_usdt(exchange, "BTC")


def _in_usdt(exchange: Exchange, asset: str) -> Decimal:
    market = exchange.markets.get(f"{asset}USDT")
    return Decimal(asset == "USDT") if market is None else market.price


def _level(worth: Decimal, debt: Decimal) -> Decimal:
    return min(worth / debt, NO_DEBT) if debt else NO_DEBT


def _totals(sums: Sequence[tuple[Decimal, Decimal]]) -> Json:
    worth, debt = sum((each for each, _ in sums), ZERO), sum((each for _, each in sums), ZERO)
    return {
        "totalAssetOfBtc": amount(worth),
        "totalLiabilityOfBtc": amount(debt),
        "totalNetAssetOfBtc": amount(worth - debt),
    }
