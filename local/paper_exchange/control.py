"""/control over HTTP: how a test or a demo sets the scene and looks behind it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.paper_exchange import answers
from local.paper_exchange.book import Book, Level
from local.paper_exchange.effects import effect
from local.paper_exchange.errors import Refused
from local.paper_exchange.faults import ORDER_PLACEMENT, Fault, Faults, Match
from local.paper_exchange.filters import ACCOUNT_FILTERS, ORDER_FILTERS
from local.paper_exchange.gateway import Gateway
from local.paper_exchange.keys import key
from local.paper_exchange.rate_limits import RateLimit
from local.paper_exchange.request_log import RequestLog

# What a body that makes no sense raises on its way in; anything else is a bug of this server.
NONSENSE = (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, Refused)

Body = Any


class Control:
    """One method a path and verb; each takes the JSON body and returns what is answered."""

    def __init__(self, gateway: Gateway, faults: Faults, log: RequestLog) -> None:
        self._gateway = gateway
        self._exchange = gateway.exchange
        self._faults = faults
        self._log = log

    def routes(self) -> list[Route]:
        handlers: Mapping[tuple[str, str], Callable[[Body], Any]] = {
            ("POST", "/control/faults"): self.arm_fault,
            ("GET", "/control/faults"): self.armed_faults,
            ("DELETE", "/control/faults"): self.clear_faults,
            ("POST", "/control/clock"): self.set_clock,
            ("POST", "/control/prices"): self.set_prices,
            ("POST", "/control/books"): self.set_books,
            ("POST", "/control/balances"): self.set_balances,
            ("POST", "/control/symbols"): self.change_symbol,
            ("POST", "/control/limits"): self.set_limits,
            ("POST", "/control/keys"): self.set_keys,
            ("GET", "/control/orders"): self.orders,
            ("GET", "/control/requests"): self.requests,
            ("DELETE", "/control/requests"): self.forget_requests,
            ("POST", "/control/reset"): self.reset,
        }
        return [Route(path, _endpoint(handler), methods=[verb]) for (verb, path), handler in handlers.items()]

    def arm_fault(self, body: Body) -> Any:
        """`{"fault": name, "count": 1, "match": {"method", "path", "symbol", "client_order_id"}, ...}`.

        Names and their own parameters are those of `effects.EFFECTS`; any takes `hide_seconds` as well.
        """
        parameters = dict(body)
        name, count = parameters.pop("fault"), int(parameters.pop("count", 1))
        match = _match(parameters.pop("match", {}))
        if count < 1:
            raise ValueError("count must be at least 1")
        now = self._exchange.now_ms()
        self._faults.arm(Fault(name=name, effect=effect(name, parameters, now), match=match, count=count))
        return self.armed_faults(None)

    def armed_faults(self, _: Body) -> Any:
        return [
            {"fault": fault.name, "count": fault.count, "match": asdict(fault.match)} for fault in self._faults.armed()
        ]

    def clear_faults(self, _: Body) -> Any:
        self._faults.clear()
        return self.armed_faults(None)

    def set_clock(self, body: Body) -> Any:
        self._exchange.clock_offset_ms = int(body["offset_ms"])
        return {"serverTime": self._exchange.now_ms()}

    def set_prices(self, body: Body) -> Any:
        """`{"BTCUSDT": "65000"}`: resting orders that the new price crosses are filled."""
        prices = {name: _positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._exchange.set_price(name, price)
        return {name: answers.amount(market.price) for name, market in self._exchange.markets.items()}

    def set_books(self, body: Body) -> Any:
        """`{"BTCUSDT": {"bids": [["64999", "0.5"]], "asks": []}}`, best first; until the price moves."""
        for name, sides in body.items():
            self._exchange.set_book(name, Book(_levels(sides["bids"]), _levels(sides["asks"])))
        return {}

    def set_balances(self, body: Body) -> Any:
        """`{"USDT": "1000"}`: what is free; what open orders hold stays."""
        for asset, amount in {asset: _not_negative(amount) for asset, amount in body.items()}.items():
            self._exchange.account.set_free(asset, amount)
        return answers.account(self._exchange.account, self._exchange.now_ms(), omit_zero=True)["balances"]

    def change_symbol(self, body: Body) -> Any:
        """`{"symbol": ..., "filters": {name: {parameter: value} or null to remove it}, "status": ...}`."""
        symbol = self._exchange.market(body["symbol"]).symbol
        filters = body.get("filters", {})
        if unknown := filters.keys() - {*ORDER_FILTERS, *ACCOUNT_FILTERS}:
            raise ValueError(f"no such filter here: {', '.join(sorted(unknown))}")
        symbol = replace(symbol.with_filters(filters), status=body.get("status", symbol.status))
        symbol = replace(symbol, order_types=tuple(body.get("orderTypes", symbol.order_types)))
        self._exchange.set_symbol(symbol)
        return symbol.info()

    def set_limits(self, body: Body) -> Any:
        """One element of `rateLimits`, or a list of them; those of the same kind and interval are replaced."""
        changes = [RateLimit(**each) for each in (body if isinstance(body, list) else [body])]
        limits = {limit.key: limit for limit in [*self._exchange.limits, *changes]}
        self._exchange.limits[:] = limits.values()
        return [limit.info() for limit in self._exchange.limits]

    def set_keys(self, body: Body) -> Any:
        """`{"my-key": "-----BEGIN PUBLIC KEY..."}`, or the secret of an HMAC key, or null to delete the API key."""
        changes = {name: None if known is None else key(known) for name, known in body.items()}
        kept = {name: known for name, known in (self._gateway.keys | changes).items() if known is not None}
        self._gateway.keys = kept
        return sorted(kept)

    def orders(self, _: Body) -> Any:
        return [answers.query(order) for order in self._exchange.orders]

    def requests(self, _: Body) -> Any:
        return [asdict(entry) for entry in self._log.entries()]

    def forget_requests(self, _: Body) -> Any:
        self._log.clear()
        return []

    def reset(self, _: Body) -> Any:
        self._exchange.reset()
        self._gateway.reset()
        self._faults.clear()
        self._log.clear()
        return {}


def _endpoint(handler: Callable[[Body], Any]) -> Callable[[HttpRequest], Any]:
    async def endpoint(request: HttpRequest) -> Response:
        try:
            sent = await request.body()
            return JSONResponse(handler(json.loads(sent) if sent else {}))
        except NONSENSE as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, status_code=400)

    return endpoint


def _match(traits: Mapping[str, str]) -> Match:
    """Order placement, unless method or path say what else."""
    match = Match(**traits)
    if match.method is None and match.path is None:
        return replace(match, method=ORDER_PLACEMENT.method, path=ORDER_PLACEMENT.path)
    return match


def _not_negative(number: Any) -> Decimal:
    value = Decimal(str(number))
    if not 0 <= value < Decimal("Infinity"):
        raise ValueError(f"{number} is not zero or more")
    return value


def _positive(number: Any) -> Decimal:
    value = _not_negative(number)
    if not value:
        raise ValueError("0 is not above zero")
    return value


def _levels(levels: Any) -> list[Level]:
    return [Level(_positive(price), _positive(quantity)) for price, quantity in levels]
