"""Endpoints that tell an account what it has: positions and wallet."""

from typing import Any

from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_futures.answers import balances, positions
from paper_exchange.dialects.binance_futures.endpoints.lookups import asked_symbols
from paper_exchange.futures import Futures


def position_risk(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET positionRisk of versions 1 and 2, which tell closed positions as well."""
    if futures.inverse:
        parameters.text("marginAsset", SYMBOL)
    symbols = asked_symbols(futures, parameters)
    parameters.finish()
    return [positions.risk(each, futures) for each in positions.told_positions(futures, symbols, closed=True)]


def position_risk_v3(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET positionRisk of version 3, which tells open positions alone."""
    symbols = asked_symbols(futures, parameters)
    parameters.finish()
    return [positions.risk_v3(each, futures) for each in positions.told_positions(futures, symbols, closed=False)]


def balance(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET balance."""
    parameters.finish()
    return [balances.balance(asset, futures) for asset in futures.wallet.assets()]


def information(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET account of versions 1 and 2, with closed positions as well."""
    return _information(futures, parameters, closed=True) | balances.FREE


def information_v3(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET account of version 3, with open positions alone."""
    return _information(futures, parameters, closed=False)


def _information(futures: Futures, parameters: Parameters, *, closed: bool) -> dict[str, Any]:
    parameters.finish()
    found = positions.told_positions(futures, {*futures.markets}, closed=closed)
    return {
        **({} if futures.inverse else balances.totals(futures)),
        "assets": [balances.of_account(asset, futures) for asset in futures.wallet.assets()],
        "positions": [positions.of_account(each, futures) for each in found],
    }
