"""/api over HTTP: reads a request, lets an armed fault have its way with it, logs it, answers."""

import asyncio
import json

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.paper_exchange.connection import cut
from local.paper_exchange.effects import Connection, Effect
from local.paper_exchange.faults import Fault, Faults, Match
from local.paper_exchange.gateway import PLACING, Gateway
from local.paper_exchange.messages import Answer, Request
from local.paper_exchange.request_log import Entry, RequestLog

NO_FAULT = Effect()


class Api:
    """An ASGI application."""

    def __init__(self, gateway: Gateway, faults: Faults, log: RequestLog) -> None:
        self._gateway = gateway
        self._faults = faults
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await _read(scope, receive)
        traits = _traits(request)
        fault = self._faults.take(traits)
        effect = NO_FAULT if fault is None else fault.effect
        entry = self._logged(traits, fault)
        answer = await self._processed(request, effect) if effect.processed else None
        if effect.connection is not Connection.KEPT:
            await cut(scope, receive, effect.connection)
            return
        answer = effect.answer or answer
        assert answer is not None  # noqa: S101 - an effect that keeps the connection processes or answers
        entry.status = answer.status
        await Response(answer.body, answer.status, answer.headers)(scope, receive, send)

    async def _processed(self, request: Request, effect: Effect) -> Answer:
        admitted = self._gateway.admit(request)
        if isinstance(admitted, Answer):
            return admitted
        if effect.seconds_before:
            await asyncio.sleep(effect.seconds_before)
        answer = self._gateway.process(admitted)
        if effect.hide_seconds and answer.status == 200 and request.key == PLACING:
            self._hide(request, json.loads(answer.body)["orderId"], effect.hide_seconds)
        if effect.seconds_after:
            await asyncio.sleep(effect.seconds_after)
        return answer

    def _hide(self, request: Request, order_id: int, seconds: float) -> None:
        exchange = self._gateway.exchange
        order = exchange.orders.by_id(request.parameters.symbol(), order_id)
        assert order is not None  # noqa: S101 - placed a moment ago
        exchange.hide(order, seconds)

    def _logged(self, traits: Match, fault: Fault | None) -> Entry:
        entry = Entry(
            time=self._gateway.exchange.now_ms(),
            method=traits.method,
            path=traits.path,
            symbol=traits.symbol,
            client_order_id=traits.client_order_id,
            fault=None if fault is None else fault.name,
        )
        self._log.add(entry)
        return entry


async def _read(scope: Scope, receive: Receive) -> Request:
    http = HttpRequest(scope, receive)
    return Request(
        method=http.method,
        path=http.scope["path"],
        query=http.scope["query_string"].decode(errors="replace"),
        body="" if http.method == "GET" else (await http.body()).decode(errors="replace"),
        api_key=http.headers.get("x-mbx-apikey"),
        ip="" if http.client is None else http.client.host,
    )


def _traits(request: Request) -> Match:
    """What a fault can be matched on; an order is named by one parameter when placed, by another later."""
    parameters = request.parameters
    return Match(
        method=request.method,
        path=request.path,
        symbol=parameters.peek("symbol"),
        client_order_id=parameters.peek("newClientOrderId" if request.method == "POST" else "origClientOrderId"),
    )
