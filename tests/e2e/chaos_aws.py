"""A reverse proxy in front of the local AWS that fails now and then, in AWS's own words: before a call, or after it."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

import urllib3
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server

from paper_exchange.connection import CuttableProtocol, cut
from paper_exchange.effects import Connection
from paper_exchange.server import listen, url

# Of all calls; the services that are called seldom fail oftener.
FAULTY_SHARE = {"DynamoDB_20120810": 0.07, "AmazonSQS": 0.15, "secretsmanager": 0.4, "AmazonSSM": 0.2}
LASTING_SHARE = 0.5  # of the faulty ones: every try of the call meets the fault, so the SDK's retries do not hide it
_NOT_FORWARDED = ("connection", "transfer-encoding", "keep-alive")


@dataclass(frozen=True, slots=True)
class Fault:
    """`applied`: the call takes effect first. Then `error` (status and type), or without one the connection is cut."""

    name: str
    applied: bool
    error: tuple[int, str] | None = None


_ANY = (
    Fault("cut before", applied=False),
    Fault("cut after", applied=True),
    Fault("unavailable before", applied=False, error=(503, "ServiceUnavailable")),
    Fault("unavailable after", applied=True, error=(503, "ServiceUnavailable")),
)
# The types as the services write them (the error lists of their API references); a throttled call was never applied.
_DYNAMODB = "com.amazonaws.dynamodb.v20120810"
FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "DynamoDB_20120810": (
        *_ANY,
        Fault("internal before", applied=False, error=(500, f"{_DYNAMODB}#InternalServerError")),
        Fault("internal after", applied=True, error=(500, f"{_DYNAMODB}#InternalServerError")),
        Fault("throttled", applied=False, error=(400, f"{_DYNAMODB}#ProvisionedThroughputExceededException")),
        Fault("throttled", applied=False, error=(400, "com.amazon.coral.availability#ThrottlingException")),
    ),
    "AmazonSQS": (
        *_ANY,
        Fault("throttled", applied=False, error=(400, "com.amazonaws.sqs#RequestThrottled")),
        Fault("internal after", applied=True, error=(500, "com.amazon.coral.service#InternalFailure")),
    ),
    "secretsmanager": (
        *_ANY,
        Fault("internal before", applied=False, error=(500, "InternalServiceError")),
        Fault("throttled", applied=False, error=(400, "ThrottlingException")),
    ),
    "AmazonSSM": (
        *_ANY,
        Fault("internal before", applied=False, error=(500, "InternalServerError")),
        Fault("throttled", applied=False, error=(400, "ThrottlingException")),
    ),
}


class FaultyAws:
    """An ASGI application; calm until `unreconciled` is set. `met` counts (service, fault)."""

    def __init__(self, endpoint: str, random: Random) -> None:
        self.unreconciled = False
        self.met: Counter[tuple[str, str]] = Counter()
        self._endpoint = endpoint
        self._random = random
        self._pool = urllib3.PoolManager(maxsize=32, retries=False)
        self._drawn: dict[str, Fault | None] = {}  # by the SDK's name of a call, which all its tries share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:  # its sender was killed
            return
        fault = self._fault(request) if self.unreconciled else None
        if fault is None:
            await (await run_in_threadpool(self._forward, request, body))(scope, receive, send)
            return
        if fault.applied:
            await run_in_threadpool(self._forward, request, body)
        if fault.error is None:
            await cut(scope, receive, Connection.CLOSED)
        else:
            await _failure(*fault.error)(scope, receive, send)

    def _fault(self, request: Request) -> Fault | None:
        service = request.headers.get("x-amz-target", "").partition(".")[0]
        call = request.headers.get("amz-sdk-invocation-id", "")
        if call in self._drawn:
            fault = self._drawn[call]
        else:
            fault = self._random.choice(FAULTS[service]) if self._random.random() < FAULTY_SHARE[service] else None
            self._drawn[call] = fault if self._random.random() < LASTING_SHARE else None
        if fault is not None:
            self.met[service, fault.name] += 1
        return fault

    def _forward(self, request: Request, body: bytes) -> Response:
        path = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        headers = {name: value for name, value in request.headers.items() if name not in _NOT_FORWARDED}
        got = self._pool.request(request.method, f"{self._endpoint}{path}", body=body, headers=headers, timeout=30)
        kept = {name: value for name, value in got.headers.items() if name.lower() not in _NOT_FORWARDED}
        return Response(got.data, got.status, kept)


def _failure(status: int, kind: str) -> Response:
    content = {"__type": kind, "message": "The request could not be served."}
    return Response(json.dumps(content), status, {"x-amzn-errortype": kind}, "application/x-amz-json-1.0")


@contextmanager
def serving(aws: FaultyAws) -> Iterator[str]:
    """The proxy in a thread, on a free port of the loopback; yields its URL."""
    listener = listen()
    config = Config(
        aws,
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield url(listener)
    finally:
        server.should_exit = True
        thread.join()
