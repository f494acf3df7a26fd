"""Endpoints that tell and change what positions rest on: position mode, leverage, margin type."""

from enum import StrEnum
from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.answers import amount
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_futures.answers.positions import MAX_NOTIONAL
from paper_exchange.dialects.binance_futures.endpoints.lookups import asked_symbols
from paper_exchange.futures import Futures
from paper_exchange.futures_terms import MAX_LEVERAGE

DONE = {"code": 200, "msg": "success"}


class MarginType(StrEnum):
    """Whether the whole wallet stands behind a position, or a part of it."""

    CROSSED = "CROSSED"
    ISOLATED = "ISOLATED"


def position_mode(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET positionSide/dual: one switch for USD-M and COIN-M since June 2026."""
    parameters.finish()
    return {"dualSidePosition": futures.terms.hedged}


def set_position_mode(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST positionSide/dual."""
    wanted = parameters.required("dualSidePosition").lower()
    parameters.finish()
    if wanted not in ("true", "false"):
        raise errors.illegal_characters("dualSidePosition", "^(true|false)$")
    futures.terms.set_hedged(hedged=wanted == "true")
    return DONE


def multi_assets_mode(_: Futures, parameters: Parameters) -> Any:
    """Answer GET multiAssetsMargin: each asset stands for itself here."""
    parameters.finish()
    return {"multiAssetsMargin": False}


def set_leverage(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST leverage."""
    symbol, leverage = parameters.symbol(), parameters.integer("leverage")
    if leverage is None:
        raise errors.missing_parameter("leverage")
    parameters.finish()
    futures.terms.set_leverage(futures.market(symbol).symbol.name, leverage)
    most = {"maxQty": "1000000"} if futures.inverse else {"maxNotionalValue": amount(MAX_NOTIONAL)}
    return {"symbol": symbol, "leverage": leverage, **most}


def set_margin_type(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST marginType."""
    symbol = parameters.symbol()
    wanted = parameters.required_choice("marginType", MarginType, errors.invalid_value("marginType"))
    parameters.finish()
    name = futures.market(symbol).symbol.name
    futures.terms.set_isolated(name, isolated=wanted is MarginType.ISOLATED)
    return DONE


def symbol_config(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET symbolConfig."""
    name = parameters.text("symbol", SYMBOL)
    parameters.finish()
    names = list(futures.markets) if name is None else [futures.market(name).symbol.name]
    return [
        {
            "symbol": each,
            "marginType": MarginType.ISOLATED if each in futures.terms.isolated else MarginType.CROSSED,
            "isAutoAddMargin": False,
            "leverage": futures.terms.leverage_of(each),
            "maxNotionalValue": amount(MAX_NOTIONAL),
        }
        for each in names
    ]


def leverage_brackets(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET leverageBracket: one bracket for positions of any size, as none is ever liquidated.

    Live it takes parameters that it does not know: ccxt sends its own `subType` along.
    """
    symbols = asked_symbols(futures, parameters)
    size = "qty" if futures.inverse else "notional"
    bracket = {
        "bracket": 1,
        "initialLeverage": MAX_LEVERAGE,
        f"{size}Cap": int(MAX_NOTIONAL),
        f"{size}Floor": 0,
        "maintMarginRatio": 0.004,
        "cum": 0.0,
    }
    return [{"symbol": each, "brackets": [bracket]} for each in futures.markets if each in symbols]


def account_config(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET accountConfig."""
    parameters.finish()
    return {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "dualSidePosition": futures.terms.hedged,
        "updateTime": 0,
        "multiAssetsMargin": False,
        "tradeGroupId": -1,
    }
