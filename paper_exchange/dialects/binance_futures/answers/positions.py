"""Positions, as positionRisk and account tell them."""

from collections.abc import Iterator
from decimal import Decimal

from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.dialects.binance_futures.answers.numbers import average, quantity
from paper_exchange.engine.orders import ZERO
from paper_exchange.engine.positions import Position, PositionSide
from paper_exchange.futures import Futures

MAX_NOTIONAL = Decimal(100_000_000)


def told_positions(futures: Futures, symbols: set[str], *, closed: bool) -> Iterator[Position]:
    """Yield the positions of the account's mode, with `closed` those of zero as well."""
    both = (PositionSide.LONG, PositionSide.SHORT) if futures.terms.hedged else (PositionSide.BOTH,)
    for name in futures.markets:
        for side in both:
            position = futures.requirements.position_of(name, side)
            if name in symbols and (closed or position.quantity):
                yield position


def risk(position: Position, futures: Futures) -> Json:
    """Return one row of positionRisk as versions 1 and 2 have it; nothing is ever liquidated."""
    market = futures.market(position.symbol)
    isolated = position.symbol in futures.terms.isolated
    most = {"maxQty": "1000000"} if futures.inverse else {"maxNotionalValue": amount(MAX_NOTIONAL)}
    return {
        "symbol": position.symbol,
        "positionAmt": quantity(position.quantity, market.symbol),
        "entryPrice": average(position.entry_price),
        "breakEvenPrice": average(position.entry_price),
        "markPrice": amount(market.mark_price),
        "unRealizedProfit": amount(futures.requirements.unrealised_of(position)),
        "liquidationPrice": "0",
        "leverage": str(futures.terms.leverage_of(position.symbol)),
        **most,
        "marginType": "isolated" if isolated else "cross",
        "isolatedMargin": amount(ZERO),
        "isAutoAddMargin": "false",
        "positionSide": position.side,
        "notionalValue" if futures.inverse else "notional": amount(_worth(position, futures)),
        "isolatedWallet": "0",
        "updateTime": position.update_time_ms,
    }


def risk_v3(position: Position, futures: Futures) -> Json:
    """Return one row of positionRisk as version 3 has it, which tells no leverage."""
    market = futures.market(position.symbol)
    margin = amount(futures.requirements.of_position(position))
    return {
        "symbol": position.symbol,
        "positionSide": position.side,
        "positionAmt": quantity(position.quantity, market.symbol),
        "entryPrice": average(position.entry_price),
        "breakEvenPrice": average(position.entry_price),
        "markPrice": amount(market.mark_price),
        "unRealizedProfit": amount(futures.requirements.unrealised_of(position)),
        "liquidationPrice": "0",
        "isolatedMargin": amount(ZERO),
        "notional": amount(_worth(position, futures)),
        "marginAsset": market.symbol.margin_asset,
        "isolatedWallet": amount(ZERO),
        "initialMargin": margin,
        "maintMargin": amount(ZERO),
        "positionInitialMargin": margin,
        "openOrderInitialMargin": amount(ZERO),
        "adl": 0,
        "bidNotional": amount(ZERO),
        "askNotional": amount(ZERO),
        "updateTime": position.update_time_ms,
    }


def of_account(position: Position, futures: Futures) -> Json:
    """Return one row of the account's positions."""
    market = futures.market(position.symbol)
    margin = amount(futures.requirements.of_position(position))
    return {
        "symbol": position.symbol,
        "initialMargin": margin,
        "maintMargin": amount(ZERO),
        "unrealizedProfit": amount(futures.requirements.unrealised_of(position)),
        "positionInitialMargin": margin,
        "openOrderInitialMargin": amount(ZERO),
        "leverage": str(futures.terms.leverage_of(position.symbol)),
        "isolated": position.symbol in futures.terms.isolated,
        "isolatedMargin": amount(ZERO),
        "isolatedWallet": amount(ZERO),
        "entryPrice": average(position.entry_price),
        "breakEvenPrice": average(position.entry_price),
        "positionSide": position.side,
        "positionAmt": quantity(position.quantity, market.symbol),
        "notionalValue" if futures.inverse else "notional": amount(_worth(position, futures)),
        ("maxQty" if futures.inverse else "maxNotional"): amount(MAX_NOTIONAL),
        "updateTime": position.update_time_ms,
    }


def _worth(position: Position, futures: Futures) -> Decimal:
    return position.contract.value(position.quantity, futures.market(position.symbol).mark_price)
