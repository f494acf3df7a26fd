"""Endpoints that tell of the account, its positions and its key, and set what positions rest on."""

from decimal import Decimal
from typing import Any

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.answers import accounts
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.refusals import worded
from paper_exchange.dialects.bybit.words import Category
from paper_exchange.engine.positions import PositionSide
from paper_exchange.futures import Futures
from paper_exchange.refusal import FuturesKind, Refusal

ONE_WAY, HEDGE = 0, 3
LEVERAGE_STEP = Decimal("0.01")
MODE_BLOCKED = (FuturesKind.POSITION_MODE_HAS_ORDERS, FuturesKind.POSITION_MODE_HAS_POSITIONS)
LEVERAGE_STANDS = Refused(110043, "Set leverage has not been modified.")
NO_HEDGE_MODE = Refused(110029, "Hedge mode is not supported for this symbol.")


def positions(office: Office, parameters: Parameters) -> Any:
    """Answer GET position/list: of a symbol every side, else those that are open."""
    category, symbol = _read_category(parameters), parameters.text("symbol")
    settle = parameters.text("settleCoin")
    if category is Category.LINEAR and symbol is None and settle is None:
        raise errors.invalid("symbol or settleCoin is required")
    futures = contracts(office.account, category)
    if symbol is not None and symbol not in futures.markets:
        raise errors.invalid("symbol invalid")
    names = [symbol] if symbol else [each for each in futures.markets if settle in (None, _settles(futures, each))]
    told = [
        accounts.position(futures, name, index, office.now_ms())
        for name in names
        for index, side in _sides(futures, name)
        if symbol is not None or futures.requirements.position_of(name, side).quantity
    ]
    return {"list": told, "nextPageCursor": "", "category": category}


def wallet_balance(office: Office, parameters: Parameters) -> Any:
    """Answer GET wallet-balance."""
    if parameters.required("accountType") != "UNIFIED":
        raise errors.invalid("accountType only support UNIFIED.")
    asked = parameters.text("coin")
    coins = office.account.account.assets() if asked is None else asked.split(",")
    return {"list": [accounts.wallet(office.account, coins)]}


def information(office: Office, _: Parameters) -> Any:
    """Answer GET account/info: one margin mode for the account, and no other is played."""
    return {
        "marginMode": "REGULAR_MARGIN",
        "updatedTime": str(office.now_ms()),
        "unifiedMarginStatus": office.settings.account_status,
        "dcpStatus": "OFF",
        "timeWindow": 10,
        "smpGroup": 0,
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
    }


def key(office: Office, _: Parameters) -> Any:
    """Answer GET query-api."""
    return accounts.key(office.account, office.now_ms(), office.settings.key_days)


def set_leverage(office: Office, parameters: Parameters) -> Any:
    """Answer POST set-leverage: both sides have one leverage, in steps of 0.01."""
    category, symbol = _read_category(parameters), parameters.required("symbol")
    buy, sell = parameters.required_decimal("buyLeverage"), parameters.required_decimal("sellLeverage")
    if buy != sell:
        raise errors.invalid("buyLeverage must be equal to sellLeverage")
    if buy % LEVERAGE_STEP:
        raise errors.invalid("leverage invalid")
    futures = contracts(office.account, category)
    try:
        name = futures.market(symbol).symbol.name
        if futures.terms.leverage_of(name) == buy:
            raise LEVERAGE_STANDS
        futures.terms.set_leverage(name, buy)
    except Refusal as no:
        raise worded(no, spot=False) from None
    return {}


def switch_mode(office: Office, parameters: Parameters) -> Any:
    """Answer POST switch-mode, of a symbol or of a coin. Inverse contracts have no hedge mode."""
    category, mode = _read_category(parameters), parameters.integer("mode")
    symbol, coin = parameters.text("symbol"), parameters.text("coin")
    if mode not in (ONE_WAY, HEDGE):
        raise errors.invalid("mode invalid")
    if symbol is None and coin is None:
        raise errors.invalid("symbol or coin is required")
    if category is Category.INVERSE and mode == HEDGE:
        raise NO_HEDGE_MODE
    futures = contracts(office.account, category)
    try:
        if symbol is not None:
            futures.terms.set_hedged_in(futures.market(symbol).symbol.name, hedged=mode == HEDGE)
        else:
            _switch_those_of(coin, futures, hedged=mode == HEDGE)
    except Refusal as no:
        raise worded(no, spot=False) from None
    return {}


def _switch_those_of(coin: str | None, futures: Futures, *, hedged: bool) -> None:
    """Switch the contracts of a coin. With orders or positions one stays as it is, and nobody is told."""
    others = [
        name for name in futures.markets if _settles(futures, name) == coin and futures.terms.hedges(name) != hedged
    ]
    if not others:
        raise Refusal(FuturesKind.SAME_POSITION_MODE)
    for name in others:
        try:
            futures.terms.set_hedged_in(name, hedged=hedged)
        except Refusal as no:
            if no.kind not in MODE_BLOCKED:
                raise


def _read_category(parameters: Parameters) -> Category:
    category = parameters.required_choice("category", Category)
    if category is Category.SPOT:
        raise errors.invalid("Illegal category")
    return category


def _settles(futures: Futures, name: str) -> str:
    return futures.markets[name].symbol.margin_asset


def _sides(futures: Futures, name: str) -> list[tuple[int, PositionSide]]:
    return [(1, PositionSide.LONG), (2, PositionSide.SHORT)] if futures.terms.hedges(name) else [(0, PositionSide.BOTH)]
