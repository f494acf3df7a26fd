"""The requests of one dialect over HTTP: each meets the fault that is armed for it, is logged, and is answered."""

import asyncio

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from paper_exchange.connection import cut
from paper_exchange.dialect import Call, Dialect
from paper_exchange.effects import Connection, Effect
from paper_exchange.faults import Fault, Faults
from paper_exchange.messages import Answer, Received
from paper_exchange.request_log import Entry, RequestLog

NO_FAULT = Effect()


class Api:
    """An ASGI application."""

    def __init__(self, dialect: Dialect, faults: Faults, log: RequestLog) -> None:
        self._dialect = dialect
        self._faults = faults
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or cut its connection."""
        call = self._dialect.call(await _read(scope, receive))
        fault = self._faults.take(call.traits)
        effect = NO_FAULT if fault is None else fault.effect
        entry = self._logged(call, fault)
        answer = await _processed(call, effect) if effect.processed else None
        if effect.connection is not Connection.KEPT:
            await cut(scope, receive, effect.connection)
            return
        answer = self._instead(effect) or answer
        assert answer is not None  # noqa: S101 - an effect that keeps the connection processes or answers
        entry.status = answer.status
        await Response(answer.body, answer.status, answer.headers)(scope, receive, send)

    def _instead(self, effect: Effect) -> Answer | None:
        said = effect.answer
        return said if said is None or isinstance(said, Answer) else self._dialect.answer(said)

    def _logged(self, call: Call, fault: Fault | None) -> Entry:
        traits = call.traits
        entry = Entry(
            time=call.exchange.now_ms(),
            method=traits.method,
            path=traits.path,
            symbol=traits.symbol,
            client_order_id=next(iter(traits.client_order_ids), None),
            fault=None if fault is None else fault.name,
        )
        self._log.add(entry)
        return entry


async def _processed(call: Call, effect: Effect) -> Answer:
    refused = call.admit()
    if refused is not None:
        return refused
    if effect.seconds_before:
        await asyncio.sleep(effect.seconds_before)
    exchange = call.exchange
    count = exchange.count()
    answer = call.process()
    exchange.hide_since(count, effect.hide_seconds, max(effect.hide_seconds, effect.hide_list_seconds))
    if effect.seconds_after:
        await asyncio.sleep(effect.seconds_after)
    return answer


async def _read(scope: Scope, receive: Receive) -> Received:
    http = HttpRequest(scope, receive)
    return Received(
        method=http.method,
        path=http.scope["path"],
        query=http.scope["query_string"].decode(errors="replace"),
        body=(await http.body()).decode(errors="replace"),
        headers=http.headers,
        ip="" if http.client is None else http.client.host,
    )
