"""Which orders are let in: what is checked between reading a request and handing it to the matching engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from paper_exchange import rejections
from paper_exchange.engine.market import Market
from paper_exchange.engine.matching import filled, quantity_for_quote
from paper_exchange.engine.orders import ZERO, NewOrder
from paper_exchange.enums import MARKET_TYPES, OrderType
from paper_exchange.rules import account_filters, order_filters
from paper_exchange.rules.account_filters import Standing
from paper_exchange.rules.order_filters import Candidate
from paper_exchange.rules.symbols import Rule, Symbol

# errors.md has no text for LIMIT_MAKER being off; the general one of the same table is used.
UNSUPPORTED_TYPE = {
    OrderType.MARKET: "Market",
    OrderType.STOP_LOSS: "Stop loss",
    OrderType.STOP_LOSS_LIMIT: "Stop loss limit",
    OrderType.TAKE_PROFIT: "Take profit",
    OrderType.TAKE_PROFIT_LIMIT: "Take profit limit",
}


def check_order(new: NewOrder, market: Market, asset_limits: Mapping[str, Decimal] | None = None) -> None:
    """What the symbol's rules say of the order alone. Raises -1013, or -2010 for a feature that is off."""
    symbol = market.symbol
    if symbol.status != "TRADING":
        raise rejections.market_closed()
    _check_features(new, symbol)
    if new.iceberg and new.quantity is not None and (new.iceberg_quantity or ZERO) >= new.quantity:
        raise rejections.rejected("IcebergQty exceeds QTY.")
    _check_filters(_candidate(new, market, new.price), symbol)
    _check_assets(new, market, asset_limits or {})


def check_price(new: NewOrder, quantity: Decimal, price: Decimal, market: Market) -> None:
    """What the filters say of an order at the price that its peg selects. Raises -1013."""
    _check_filters(_candidate(replace(new, quantity=quantity), market, price), market.symbol)


def check_quantity(new: NewOrder, quantity: Decimal, market: Market) -> None:
    """What the filters say of an order with another quantity. Raises -1013."""
    _check_filters(_candidate(replace(new, quantity=quantity), market, new.price), market.symbol)


def check_account(
    new: Sequence[NewOrder], market: Market, exchange_rules: Mapping[str, Rule], standing: Standing, *, lists: int = 0
) -> None:
    """What the account's other orders say. Raises -2010."""
    failed = account_filters.first_failure(market.symbol, exchange_rules, new, lists, standing)
    if failed is not None:
        raise rejections.filter_failure(failed, code=-2010)


def check_names(new: Sequence[NewOrder], standing: Standing) -> None:
    """Client order ids are unique among open orders. Raises -2010."""
    names = [each.client_order_id for each in new if each.client_order_id is not None]
    if len(set(names)) < len(names) or any(standing.orders.is_open(name) for name in names):
        raise rejections.duplicate_order()


def market_quantity(new: NewOrder, market: Market) -> Decimal:
    """What a MARKET order sized in quote units comes to in base units, as the book stands. Raises -2010."""
    levels = market.against(new.side)
    liquidity = filled(levels)
    if not liquidity:
        raise rejections.rejected("Order book liquidity is less than symbol minimum quantity.")
    for name in ("LOT_SIZE", "MARKET_LOT_SIZE"):
        rule = market.symbol.rules.get(name)
        if rule is not None and liquidity < rule["minQty"]:
            text = f"Order book liquidity is less than `{name}` filter minimum quantity."
            raise rejections.rejected(text)
    quantity = quantity_for_quote(levels, new.quote_quantity or ZERO, market.symbol.step_size)
    if not quantity:
        raise rejections.rejected("Price * QTY is zero or less.")
    return quantity


def _check_features(new: NewOrder, symbol: Symbol) -> None:
    if new.type not in symbol.order_types:
        name = UNSUPPORTED_TYPE.get(new.type)
        raise rejections.unsupported(name) if name else rejections.rejected(rejections.UNSUPPORTED_COMBINATION)
    if new.quote_quantity is not None and "quoteOrderQtyMarketAllowed" not in symbol.features:
        raise rejections.rejected("Quote order qty market orders are not support for this symbol.")
    for used, feature, name in (
        (new.iceberg_quantity is not None, "icebergAllowed", "Iceberg"),
        (new.trailing_delta is not None, "allowTrailingStop", "Trailing stop"),
        (new.peg is not None, "pegInstructionsAllowed", "Pegged"),
    ):
        if used and feature not in symbol.features:
            raise rejections.unsupported(name)
    mode = new.self_trade_prevention
    if mode is not None and mode not in symbol.self_trade_preventions:
        raise rejections.self_trade_prevention_not_allowed()


def _candidate(new: NewOrder, market: Market, price: Decimal | None) -> Candidate:
    notional = new.quote_quantity
    if new.quantity is not None:
        notional = new.quantity * (price or new.stop_price or market.average_price)
    return Candidate(
        side=new.side,
        type=new.type,
        market=new.type in MARKET_TYPES,
        quantity=new.quantity,
        price=price,
        notional=notional,
        average_price=market.average_price,
        stop_price=new.stop_price,
        iceberg_quantity=new.iceberg_quantity,
        trailing_delta=new.trailing_delta,
    )


def _check_filters(candidate: Candidate, symbol: Symbol) -> None:
    if failed := order_filters.first_failure(symbol.rules, candidate):
        raise rejections.filter_failure(failed)


def _check_assets(new: NewOrder, market: Market, limits: Mapping[str, Decimal]) -> None:
    """MAX_ASSET: the order's quantity for the base asset, its notional value for the quote asset."""
    candidate = _candidate(new, market, new.price)
    for asset, amount in ((market.symbol.base, candidate.quantity), (market.symbol.quote, candidate.notional)):
        if amount is not None and asset in limits and amount > limits[asset]:
            raise rejections.filter_failure("MAX_ASSET")
