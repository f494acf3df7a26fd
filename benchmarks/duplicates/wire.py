"""What happens to a request between client and exchange: it takes its time, meets its fault, and may raise an error."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from benchmarks.duplicates.schedule import Death, Fault, Kind, Loss, Schedule
from benchmarks.duplicates.translation import make_broken_connection, read_document, to_client_response, to_core_request
from benchmarks.duplicates.world import START_US, Killed, World
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.dialects.binance_spot.wire import Gateway
from paper_exchange.messages import Answer

TRAVEL_SECONDS = 0.02  # one way
PLACING = ("POST", "/api/v3/order")
KINDS = {PLACING: Kind.PLACE, ("GET", "/api/v3/order"): Kind.LOOK}
UNDISTURBED = Fault("")


@dataclass(slots=True)
class Exchanged:
    """One request, the exchange's `status` for it, and what the client `saw`; times in seconds since the start."""

    number: int | None
    method: str
    path: str
    fault: Fault
    sent_at: float
    let_in_at: float | None = None
    status: int | None = None
    code: int | None = None
    saw: str = ""
    answer: Answer | None = None

    def describe(self) -> str:
        """Return one line about it."""
        became = "not let in" if self.status is None else f"{self.status} {self.code or ''} at {self.let_in_at:.2f} s"
        return f"{self.sent_at:9.2f} s {self.method} {self.path} | {self.fault.name} | {became} | client: {self.saw}"


@dataclass(slots=True)
class Wire:
    """The way of all requests; it keeps them, and counts the orders of each signal."""

    world: World
    gateway: Gateway
    schedule: Schedule
    log: list[Exchanged] = field(default_factory=list)
    placed: Counter[int] = field(default_factory=Counter)
    _ordinals: Counter[tuple[Kind, int]] = field(default_factory=Counter)

    @contextmanager
    def attach(self) -> Iterator[None]:
        """Have the library requests send through this wire."""

        def send(adapter: HTTPAdapter, request: requests.PreparedRequest, **given: Any) -> requests.Response:
            return self.send(adapter, request, given.get("timeout"))

        with mock.patch.object(HTTPAdapter, "send", send):
            yield

    def send(self, adapter: HTTPAdapter, prepared: requests.PreparedRequest, timeout: Any) -> requests.Response:
        """Do what HTTPAdapter.send does, in its place."""
        request = to_core_request(prepared)
        number = self.world.worker.number if self.world.worker else None
        fault = self._draw_fault(request, number)
        exchanged = Exchanged(number, request.method, request.path, fault, self._read_seconds())
        if fault.death is Death.BEFORE:
            raise Killed
        self.log.append(exchanged)
        if fault.processed:
            self.world.call_after(TRAVEL_SECONDS, lambda: self._arrive(request, exchanged))
        if fault.death is Death.AFTER:
            exchanged.saw = "died"
            raise Killed
        return self._await(adapter, prepared, exchanged, timeout)

    def _draw_fault(self, request: Request, number: int | None) -> Fault:
        kind = KINDS.get(request.key)
        if kind is None or number is None:
            return UNDISTURBED  # market data: a fault would cost time, but decide nothing
        ordinal = self._ordinals[kind, number]
        self._ordinals[kind, number] += 1
        return self.schedule.draw_fault(kind, number, ordinal)

    def _arrive(self, request: Request, exchanged: Exchanged) -> None:
        admitted = self.gateway.admit(request)
        if isinstance(admitted, Answer):
            self._answer(request, exchanged, admitted)
        else:
            self.world.call_after(
                exchanged.fault.held, lambda: self._answer(request, exchanged, self.gateway.process(admitted))
            )

    def _answer(self, request: Request, exchanged: Exchanged, answer: Answer) -> None:
        document = read_document(answer)
        exchanged.answer, exchanged.status, exchanged.code = answer, answer.status, document.get("code")
        exchanged.let_in_at = self._read_seconds()
        if request.key == PLACING and answer.status == 200 and exchanged.number is not None:
            self.placed[exchanged.number] += 1
            order = self.gateway.exchange.orders.by_id(document["symbol"], document["orderId"])
            assert order is not None
            self.gateway.exchange.hide(order, exchanged.fault.lag)

    def _await(
        self, adapter: HTTPAdapter, prepared: requests.PreparedRequest, exchanged: Exchanged, timeout: Any
    ) -> requests.Response:
        """Wait for the answer as long as the client does, and return it or raise what the client gets."""
        fault = exchanged.fault
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        # A failure reaches the client at once, whatever the exchange still does with the request.
        seconds = 2 * TRAVEL_SECONDS + fault.answered_after + (fault.held if fault.reply is None else 0.0)
        if fault.reply is Loss.SILENCE or seconds > patience:
            self.world.sleep(patience)
            exchanged.saw = f"time-out after {patience} s"
            raise requests.ReadTimeout(ReadTimeoutError(None, prepared.url, "Read timed out."), request=prepared)  # type: ignore[arg-type]
        self.world.sleep(seconds)
        if isinstance(fault.reply, Loss):
            exchanged.saw = fault.reply.value
            raise requests.ConnectionError(
                ProtocolError("Connection aborted.", make_broken_connection(fault.reply)), request=prepared
            )
        answer = fault.reply or exchanged.answer
        assert answer is not None
        exchanged.saw = f"{answer.status} {read_document(answer).get('code') or ''}"
        return to_client_response(adapter, prepared, answer)

    def _read_seconds(self) -> float:
        return (self.world.now_us - START_US) / 1e6
