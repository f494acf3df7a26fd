"""Which orders are let in: what is checked between reading a request and handing it to the matching engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine.market import Market
from paper_exchange.engine.matching import filled, quantity_for_quote
from paper_exchange.engine.orders import ZERO, NewOrder
from paper_exchange.enums import MARKET_TYPES, Feature
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules import account_filters, order_filters
from paper_exchange.rules.account_filters import Standing
from paper_exchange.rules.order_filters import Candidate
from paper_exchange.rules.symbols import Rule, Symbol


def check_order(new: NewOrder, market: Market, asset_limits: Mapping[str, Decimal] | None = None) -> None:
    """Pass an order that alone is within the symbol's rules. Raises Refusal."""
    symbol = market.symbol
    if symbol.status != "TRADING":
        raise Refusal(Kind.MARKET_CLOSED)
    _check_features(new, symbol)
    if new.iceberg and new.quantity is not None and (new.iceberg_quantity or ZERO) >= new.quantity:
        raise Refusal(Kind.ICEBERG_EXCEEDS_QUANTITY)
    _check_filters(_candidate(new, market, new.price), symbol)
    _check_assets(new, market, asset_limits or {})


def check_price(new: NewOrder, quantity: Decimal, price: Decimal, market: Market) -> None:
    """Pass an order at the price that its peg selects. Raises Refusal."""
    _check_filters(_candidate(replace(new, quantity=quantity), market, price), market.symbol)


def check_quantity(new: NewOrder, quantity: Decimal, market: Market) -> None:
    """Pass an order with another quantity. Raises Refusal."""
    _check_filters(_candidate(replace(new, quantity=quantity), market, new.price), market.symbol)


def check_feature(symbol: Symbol, feature: Feature) -> None:
    """Pass what the symbol takes. Raises Refusal."""
    if feature not in symbol.features:
        raise Refusal(Kind.FEATURE_NOT_SUPPORTED, feature=feature)


def check_account(
    new: Sequence[NewOrder], market: Market, exchange_rules: Mapping[str, Rule], standing: Standing, *, lists: int = 0
) -> None:
    """Pass orders for which the account's others leave room. Raises Refusal."""
    failed = account_filters.first_failure(market.symbol, exchange_rules, new, lists, standing)
    if failed is not None:
        raise Refusal(failed)


def check_names(new: Sequence[NewOrder], standing: Standing) -> None:
    """Pass client order ids that no open order has. Raises Refusal."""
    names = [each.client_order_id for each in new if each.client_order_id is not None]
    if len(set(names)) < len(names) or any(standing.orders.is_open(name) for name in names):
        raise Refusal(Kind.DUPLICATE_CLIENT_ID)


def market_quantity(new: NewOrder, market: Market) -> Decimal:
    """Return what an order sized in quote units comes to in base units, as the book stands. Raises Refusal."""
    levels = market.against(new.side)
    liquidity = filled(levels)
    if not liquidity:
        raise Refusal(Kind.BOOK_EMPTY)
    for name in (Kind.LOT_SIZE, Kind.MARKET_LOT_SIZE):
        rule = market.symbol.rules.get(name)
        if rule is not None and liquidity < rule["minQty"]:
            raise Refusal(Kind.BOOK_BELOW_MINIMUM, rule=name)
    quantity = quantity_for_quote(levels, new.quote_quantity or ZERO, market.symbol.step_size)
    if not quantity:
        raise Refusal(Kind.QUANTITY_IS_ZERO)
    return quantity


def _check_features(new: NewOrder, symbol: Symbol) -> None:
    if new.type not in symbol.order_types:
        raise Refusal(Kind.ORDER_TYPE_NOT_SUPPORTED, type=new.type)
    for used, feature in (
        (new.quote_quantity, Feature.QUOTE_QUANTITY),
        (new.iceberg_quantity, Feature.ICEBERG),
        (new.trailing_delta, Feature.TRAILING_STOP),
        (new.peg, Feature.PEG),
    ):
        if used is not None:
            check_feature(symbol, feature)
    mode = new.self_trade_prevention
    if mode is not None and mode not in symbol.self_trade_preventions:
        raise Refusal(Kind.SELF_TRADE_PREVENTION_NOT_SUPPORTED)


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
        raise Refusal(failed)


def _check_assets(new: NewOrder, market: Market, limits: Mapping[str, Decimal]) -> None:
    """MAX_ASSET: the order's quantity for the base asset, its notional value for the quote asset."""
    candidate = _candidate(new, market, new.price)
    for asset, amount in ((market.symbol.base, candidate.quantity), (market.symbol.quote, candidate.notional)):
        if amount is not None and asset in limits and amount > limits[asset]:
            raise Refusal(Kind.MAX_ASSET)
