"""/api over HTTP: reads a request, lets an armed fault have its way with it, logs it, answers."""

import asyncio

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from paper_exchange import firewall
from paper_exchange.connection import cut
from paper_exchange.effects import Connection, Effect
from paper_exchange.endpoints import ENDPOINTS
from paper_exchange.exchange import Exchange
from paper_exchange.faults import Fault, Faults, Traits
from paper_exchange.gateway import Gateway
from paper_exchange.messages import Answer, Request
from paper_exchange.request_log import Entry, RequestLog

NO_FAULT = Effect()
FIRST_NAMES = ("listClientOrderId", "newClientOrderId", "origClientOrderId")


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
        if firewall.blocks(request):
            return firewall.BLOCKED
        admitted = self._gateway.admit(request)
        if isinstance(admitted, Answer):
            return admitted
        if effect.seconds_before:
            await asyncio.sleep(effect.seconds_before)
        exchange = self._gateway.exchange_of(request)
        first_order, first_list = exchange.orders.next_id(), exchange.lists.next_id()
        answer = self._gateway.process(admitted)
        _hide(exchange, effect, first_order, first_list)
        if effect.seconds_after:
            await asyncio.sleep(effect.seconds_after)
        return answer

    def _logged(self, traits: Traits, fault: Fault | None) -> Entry:
        entry = Entry(
            time=self._gateway.exchange.now_ms(),
            method=traits.method,
            path=traits.path,
            symbol=traits.symbol,
            client_order_id=next(iter(traits.client_order_ids), None),
            fault=None if fault is None else fault.name,
        )
        self._log.add(entry)
        return entry


def _hide(exchange: Exchange, effect: Effect, first_order: int, first_list: int) -> None:
    """What was placed just now."""
    for order in exchange.orders.since(first_order):
        exchange.hide(order, effect.hide_seconds)
    for order_list in exchange.lists.since(first_list):
        exchange.hide(order_list, max(effect.hide_seconds, effect.hide_list_seconds))


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


def _traits(request: Request) -> Traits:
    parameters, endpoint = request.parameters, ENDPOINTS.get(request.key)
    return Traits(
        method=request.method,
        path=request.path,
        symbol=parameters.peek("symbol"),
        client_order_ids=_client_order_ids(request),
        placing=endpoint is not None and endpoint.orders > 0,
    )


def _client_order_ids(request: Request) -> list[str]:
    """An order is named by one parameter when placed, by another later; a list has a name beside those of its orders.

    The name that a cancel gives itself names nothing that can be found.
    """
    names = request.parameters.ending_with("ClientOrderId")
    cancels = ["cancelNewClientOrderId", *(["newClientOrderId"] if request.method == "DELETE" else [])]
    found = [names[name] for name in FIRST_NAMES if name in names and name not in cancels]
    return [*found, *(value for name, value in names.items() if name not in (*FIRST_NAMES, *cancels))]
