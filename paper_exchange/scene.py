"""What a test or a demo can set and see of the exchange itself: its clock, markets, rules, balances and orders."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from paper_exchange.dialect import Dialect
from paper_exchange.engine.book import Book, Level
from paper_exchange.enums import Feature
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Kind
from paper_exchange.rules.account_filters import EXCHANGE_COUNTS, SYMBOL_COUNTS
from paper_exchange.rules.order_filters import ORDER_FILTERS
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit
from paper_exchange.rules.symbols import changed

SYMBOL_FILTERS = {*ORDER_FILTERS, *SYMBOL_COUNTS, Kind.MAX_POSITION, Kind.MAX_NUM_ORDER_AMENDS}
FEATURES = frozenset(Feature)
SYMBOL_FIELDS = ("symbol", "filters", "status", "orderTypes", "allowedSelfTradePreventionModes")

Body = Any


class Scene:
    """Each method takes the JSON body and returns what is answered. Orders are told in the words of `dialect`."""

    def __init__(self, exchange: Exchange, dialect: Dialect) -> None:
        self._exchange = exchange
        self._dialect = dialect

    def set_clock(self, body: Body) -> Any:
        """Take `{"offset_ms": 5000}`: how far the exchange's clock is ahead of the machine's."""
        self._exchange.clock_offset_ms = int(body["offset_ms"])
        return {"serverTime": self._exchange.now_ms()}

    def set_permissions(self, body: Body) -> Any:
        """Take `{"enableWithdrawals": true}`: what the API keys are permitted."""
        unknown = body.keys() - self._exchange.permissions.keys()
        if unknown:
            raise ValueError(f"unknown permissions: {', '.join(sorted(unknown))}")
        self._exchange.permissions |= {name: bool(value) for name, value in body.items()}
        return self._exchange.permissions

    def set_prices(self, body: Body) -> Any:
        """Take `{"BTCUSDT": "65000"}`, the last price: resting orders that it crosses are filled, stops triggered."""
        prices = {name: _positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._exchange.set_price(name, price)
        return {name: eight(market.price) for name, market in self._exchange.markets.items()}

    def set_books(self, body: Body) -> Any:
        """Take `{"BTCUSDT": {"bids": [["64999", "0.5"]], "asks": [], "last": "65000"}}`, best first.

        They stay until the price moves. `last` may be left out: then the last price stays, and nothing is triggered.
        """
        for name, sides in body.items():
            last = None if sides.get("last") is None else _positive(sides["last"])
            self._exchange.set_book(name, Book(_levels(sides["bids"]), _levels(sides["asks"])), last)
        return {}

    def set_reference_prices(self, body: Body) -> Any:
        """Take `{"BTCUSDT": "65000"}`, or null for one that there is no more."""
        prices = {name: None if price is None else _positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._exchange.set_reference_price(name, price)
        return {}

    def set_balances(self, body: Body) -> Any:
        """Take `{"USDT": "1000"}`: what is free; what open orders hold stays."""
        for asset, free in {asset: not_negative(free) for asset, free in body.items()}.items():
            self._exchange.account.set_free(asset, free)
        account = self._exchange.account
        return [
            {"asset": asset, "free": eight(account.free(asset)), "locked": eight(account.locked(asset))}
            for asset in account.assets()
            if account.free(asset) or account.locked(asset)
        ]

    def change_symbol(self, body: Body) -> Any:
        """Take `{"symbol": ..., "filters": {name: {parameter: value} or null to remove it}, ...}`.

        And any of `status`, `orderTypes`, `allowedSelfTradePreventionModes`, `ocoAllowed` and the other features.
        """
        symbol = self._exchange.market(body["symbol"]).symbol
        filters = body.get("filters", {})
        _known(filters, SYMBOL_FILTERS, "filter")
        features = {name: value for name, value in body.items() if name in FEATURES}
        _known(body, {*SYMBOL_FIELDS, *FEATURES}, "field")
        symbol = replace(symbol.with_filters(filters).with_features(features), status=body.get("status", symbol.status))
        symbol = replace(
            symbol,
            order_types=tuple(body.get("orderTypes", symbol.order_types)),
            self_trade_preventions=tuple(body.get("allowedSelfTradePreventionModes", symbol.self_trade_preventions)),
        )
        self._exchange.set_symbol(symbol)
        return {
            "symbol": symbol.name,
            "filters": symbol.filters,
            "status": symbol.status,
            "orderTypes": symbol.order_types,
            "allowedSelfTradePreventionModes": symbol.self_trade_preventions,
            **{feature: feature in symbol.features for feature in Feature},
        }

    def change_filters(self, body: Body) -> Any:
        """Take `{"exchangeFilters": {name: {parameter: value} or null}, "maxAsset": {"USDT": "1000" or null}}`."""
        filters = body.get("exchangeFilters", {})
        _known(filters, EXCHANGE_COUNTS, "filter")
        self._exchange.filters = changed(self._exchange.filters, filters)
        for asset, limit in body.get("maxAsset", {}).items():
            self._exchange.asset_limits.pop(asset, None)
            if limit is not None:
                self._exchange.asset_limits[asset] = _positive(limit)
        return self._exchange.filters

    def set_limits(self, body: Body) -> Any:
        """Take `{"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 5}`, or a list of such.

        Limits of the same kind and interval are replaced.
        """
        changes = [_rate_limit(each) for each in (body if isinstance(body, list) else [body])]
        limits = {limit.key: limit for limit in [*self._exchange.limits, *changes]}
        self._exchange.limits[:] = limits.values()
        return [_told(limit) for limit in self._exchange.limits]

    def orders(self, _: Body) -> Any:
        """Return every order ever accepted, oldest first."""
        return [self._dialect.order(order) for order in self._exchange.orders]

    def lists(self, _: Body) -> Any:
        """Return every order list ever accepted, oldest first."""
        return [self._dialect.order_list(each) for each in self._exchange.lists]


def _rate_limit(body: Body) -> RateLimit:
    counted, interval = Counted(body["rateLimitType"]), Interval(body["interval"])
    return RateLimit(counted, interval, int(body["intervalNum"]), int(body["limit"]))


def _told(limit: RateLimit) -> Body:
    return {
        "rateLimitType": limit.counted,
        "interval": limit.interval,
        "intervalNum": limit.intervals,
        "limit": limit.limit,
    }


def eight(amount: Decimal) -> str:
    """Return an amount as the control endpoint tells it, with eight decimals."""
    return f"{amount:.8f}"


def _known(named: Iterable[str], known: Collection[str], what: str) -> None:
    if unknown := {*named} - {*known}:
        raise ValueError(f"no such {what} here: {', '.join(sorted(unknown))}")


def not_negative(number: Any) -> Decimal:
    """Return a number of a body as an amount. Raises ValueError for one below zero, and for none."""
    value = Decimal(str(number))
    if not 0 <= value < Decimal("Infinity"):
        raise ValueError(f"{number} is not zero or more")
    return value


def _positive(number: Any) -> Decimal:
    value = not_negative(number)
    if not value:
        raise ValueError("0 is not above zero")
    return value


def _levels(levels: Any) -> list[Level]:
    return [Level(_positive(price), _positive(quantity)) for price, quantity in levels]
