"""A futures exchange in memory: conditional orders that wait, orders that only reduce. No prices move."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.instruments import Instrument
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Cancel, Request
from orderexec.ports import Credentials

from .exchange import BTCUSDT, FakeExchange, Held, Received
from .troubles import Trouble
from .venue import FakeVenue

PERPETUAL = replace(BTCUSDT, order_types=frozenset(FuturesType))
_NO_POSITION = Failure(Meaning.REJECT, "-2022", "ReduceOnly Order is rejected.")
_DUPLICATE = Failure(Meaning.DUPLICATE, "-4116", "ClientOrderId is duplicated.")
_NOT_OPEN = Failure(Meaning.NOT_FOUND, "-2011", "Unknown order sent.")


@dataclass(slots=True)
class FuturesExchange(FakeExchange):
    """One account in one-way mode. `fills` is which share of an order trades that does not rest.

    `unguarded` tells, for good, of an entry that was without an open stop at any moment.
    """

    instruments: dict[str, Instrument] = field(default_factory=lambda: {"BTCUSDT": PERPETUAL})
    fills: Decimal = Decimal(1)
    unguarded: list[str] = field(default_factory=list)

    @property
    def held(self) -> Decimal:
        """The open position."""
        signs = {"BUY": 1, "SELL": -1}
        return sum((signs[each.report.side] * each.report.executed_quantity for each in self._orders), start=Decimal(0))

    def _arrive(self, request: Received, at: int, trouble: Trouble) -> Answer:
        refusal = self._refused_access(request.signed_at, request.recv_window_ms, request.credentials, at)
        if refusal:
            return refusal
        asked: Order | Cancel = request.asked
        answer = self._cancel(asked) if isinstance(asked, Cancel) else self._place(asked, at, trouble)
        self._watch()
        return answer

    def _place(self, order: Order, at: int, trouble: Trouble) -> Answer:
        refusal = self._refused_order(order)
        return refusal or Accepted(self._execute(order, at + trouble.executes_after_ms, trouble.hidden_ms))

    def _refused_order(self, order: Order) -> Failure | None:
        if any(held.open and held.report.client_order_id == order.client_order_id for held in self._orders):
            return _DUPLICATE
        if order.triggered:
            return None  # nothing of the account is looked at before it is triggered
        if order.reduce_only:
            return None if self.held else _NO_POSITION
        if self._cost(order) > self.funds:
            return Failure(Meaning.REJECT, "-2019", "Margin is insufficient.")
        return None

    def _execute(self, order: Order, at: int, hidden_ms: int) -> OrderReport:
        rests = order.triggered or order.time_in_force in ("GTC", "GTX")
        size = order.size or Decimal(0)
        executed = Decimal(0) if rests else size * self.fills
        status = "NEW" if rests else "FILLED" if executed == size else "EXPIRED"
        report = OrderReport(
            order_id=str(len(self._orders) + 1),
            client_order_id=order.client_order_id,
            symbol=order.symbol,
            side=order.side,
            status=status,
            quantity=size,
            executed_quantity=executed,
            created_at=at,
        )
        self._orders.append(Held(report, visible_from=at + hidden_ms, open=rests, waits=order.triggered))
        return report

    def _cancel(self, cancel: Cancel) -> Answer:
        for held in self._orders:
            if held.open and held.report.client_order_id == cancel.client_order_id:
                held.open = False
                held.report = replace(held.report, status="CANCELED")
                return Accepted(held.report)
        return _NOT_OPEN

    def _watch(self) -> None:
        """What must hold at every moment: an order that may have opened a position has an open stop beside it."""
        opening = [held for held in self._orders if held.report.side == "BUY"]
        stands = [held for held in opening if held.open or held.report.executed_quantity]
        stops = [held.report for held in self._orders if held.open and held.report.side == "SELL" and held.waits]
        if stands and not any(_size(stop) >= _size(stands[0].report) for stop in stops):
            self.unguarded.append(f"entry {stands[0].report.order_id} stands without its stop")


def _size(report: OrderReport) -> Decimal:
    return report.quantity or Decimal(0)


@dataclass(slots=True)
class FuturesVenue(FakeVenue):
    """Implements ports.Venue for orders and cancellations."""

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        self._travel()
        received = Received(request, signed_at, self.recv_window_ms, credentials)  # type: ignore[arg-type]
        answer = self._at(credentials).place(received)
        self._travel()
        if isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND:
            return self.find(request, credentials)  # what is not open any more is what it is
        if isinstance(answer, Failure):
            self.traffic.note_refusal("main", answer)
        return answer

    def _find(self, request: Request, credentials: Credentials) -> Answer:
        answer = FakeVenue._find(self, request, credentials)
        if isinstance(request, Cancel) and isinstance(answer, Accepted) and answer.report and answer.report.open:
            return Failure(Meaning.NO_EFFECT, None, "the order is still open")
        return answer
