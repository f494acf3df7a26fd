"""What a test or a demo can set and see of the exchange itself: its clock, markets, rules, balances and orders."""

from dataclasses import replace
from typing import Any

from paper_exchange.bodies import change_limits, check_known, eight, read_book, read_not_negative, read_positive
from paper_exchange.dialect import TellsOrders
from paper_exchange.enums import Feature
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Kind
from paper_exchange.rules.account_filters import EXCHANGE_COUNTS, SYMBOL_COUNTS
from paper_exchange.rules.order_filters import ORDER_FILTERS
from paper_exchange.rules.symbols import changed

SYMBOL_FILTERS = {*ORDER_FILTERS, *SYMBOL_COUNTS, Kind.MAX_POSITION, Kind.MAX_NUM_ORDER_AMENDS}
FEATURES = frozenset(Feature)
SYMBOL_FIELDS = ("symbol", "filters", "status", "orderTypes", "allowedSelfTradePreventionModes")

Body = Any


class Scene:
    """Each method takes the JSON body and returns what is answered. Orders are told in the words of `dialect`."""

    def __init__(self, exchange: Exchange, dialect: TellsOrders) -> None:
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
        prices = {name: read_positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._exchange.set_price(name, price)
        return {name: eight(market.price) for name, market in self._exchange.markets.items()}

    def set_books(self, body: Body) -> Any:
        """Take `{"BTCUSDT": {"bids": [["64999", "0.5"]], "asks": [], "last": "65000"}}`, best first.

        They stay until the price moves. `last` may be left out: then the last price stays, and nothing is triggered.
        """
        for name, sides in body.items():
            self._exchange.set_book(name, *read_book(sides))
        return {}

    def set_reference_prices(self, body: Body) -> Any:
        """Take `{"BTCUSDT": "65000"}`, or null for one that there is no more."""
        prices = {name: None if price is None else read_positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._exchange.set_reference_price(name, price)
        return {}

    def set_balances(self, body: Body) -> Any:
        """Take `{"USDT": "1000"}`: what is free; what open orders hold stays."""
        for asset, free in {asset: read_not_negative(free) for asset, free in body.items()}.items():
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
        check_known(filters, SYMBOL_FILTERS, "filter")
        features = {name: value for name, value in body.items() if name in FEATURES}
        check_known(body, {*SYMBOL_FIELDS, *FEATURES}, "field")
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
        check_known(filters, EXCHANGE_COUNTS, "filter")
        self._exchange.filters = changed(self._exchange.filters, filters)
        for asset, limit in body.get("maxAsset", {}).items():
            self._exchange.asset_limits.pop(asset, None)
            if limit is not None:
                self._exchange.asset_limits[asset] = read_positive(limit)
        return self._exchange.filters

    def set_limits(self, body: Body) -> Any:
        """Take `{"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 5}`, or a list of such.

        Limits of the same kind and interval are replaced.
        """
        return change_limits(self._exchange.limits, body)

    def orders(self, _: Body) -> Any:
        """Return every order ever accepted, oldest first."""
        return [self._dialect.order(order) for order in self._exchange.orders]

    def lists(self, _: Body) -> Any:
        """Return every order list ever accepted, oldest first."""
        return [self._dialect.order_list(each) for each in self._exchange.lists]
