"""How orders of Binance's futures are cancelled: by several requests, where several orders belong together.

Each request of one change is signed with the same instant, which the row names. A repeat of any of them does no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from orderexec.domain.order_words import OrderStatus
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning, leave_in_doubt
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.venues.call import Call, Parameters

from .futures_effects import SERVICES, FuturesEffects
from .futures_lookups import FuturesLookups
from .futures_parameters import build_cancel_all_call, build_cancel_call
from .futures_reports import read_own
from .order_services import CONDITIONAL, PLAIN, OrderService, find_service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FuturesChanges:
    """Cancellations of the orders of one account, each request signed with `signed_at`."""

    effects: FuturesEffects
    signed_at: int

    def cancel(self, cancel: Cancel) -> Answer:
        """End the order, then the exits that guard it, unless it has traded: what it opened stays protected."""
        service = find_service(conditional=cancel.conditional)
        done = _accept(self._end(service, cancel.symbol, cancel.client_order_id))
        if _not_open(done):
            done = self._find_ended(cancel)
        if isinstance(done, Failure) or done.report is None or done.report.executed_quantity:
            return done
        return self._end_exits(cancel, done.report)

    def cancel_all(self, cancel: CancelAll) -> Answer:
        """End every order of the symbol; at a repeat only those that stood when the signal was meant."""
        if cancel.repeated:
            return self._cancel_older(cancel)
        ended = False
        for service in SERVICES:
            answer = self._send(build_cancel_all_call(cancel.symbol, service, self._lookups.product), _read_nothing)
            if isinstance(answer, Failure) and not _not_open(answer):
                return leave_in_doubt(answer) if ended else answer
            ended = True
        return Accepted(None, self.effects.ask_ended_by(cancel))

    @property
    def _lookups(self) -> FuturesLookups:
        return self.effects.lookups

    def _send(self, call: Call, read: Callable[[Any], T]) -> T | Failure:
        connection = self._lookups.connection
        return connection.parse(*connection.send(call, self.signed_at, self._lookups.credentials), read)

    def _end(self, service: OrderService, symbol: str, client_order_id: str) -> OrderReport | Failure | None:
        """Return what the order was when it was ended; None if the exchange does not tell that."""
        return self._end_named(service, service.name_order(symbol, client_order_id), symbol, client_order_id)

    def _end_named(
        self, service: OrderService, named: Parameters, symbol: str, client_order_id: str
    ) -> OrderReport | Failure | None:
        call = build_cancel_call(named, service, self._lookups.product)
        if service is PLAIN:
            report = self._send(call, lambda told: read_own(told, client_order_id))
            return report if isinstance(report, Failure) else self._lookups.complete(report)
        refused = self._send(call, _read_nothing)
        return refused if isinstance(refused, Failure) else self._ask_canceled(symbol, client_order_id)

    def _ask_canceled(self, symbol: str, client_order_id: str) -> OrderReport | None:
        """Return a conditional order that was just cancelled: the answer itself tells nothing of it."""
        told = self._lookups.ask_order(CONDITIONAL, symbol, client_order_id)
        if isinstance(told, Failure):
            return None
        return replace(told, status=OrderStatus.CANCELED) if told.open else told  # lookups lag

    def _find_ended(self, cancel: Cancel) -> Answer:
        """Return what the order is that was not open when it should be cancelled: filled, perhaps; no failure."""
        answer = self.effects.find(replace(cancel, protection=()))
        # A lookup that lags behind the refusal says "open", or nothing yet: the order's end will show.
        return Failure(Meaning.UNKNOWN, answer.code, answer.detail) if isinstance(answer, Failure) else answer

    def _end_exits(self, cancel: Cancel, entry: OrderReport) -> Answer:
        ended: list[OrderReport] = []
        for client_order_id in cancel.protection:
            told = self._end_exit(cancel.symbol, client_order_id)
            if isinstance(told, Failure):
                detail = f"the order is {entry.status}, its exit may still be open: {told.detail}"
                return leave_in_doubt(replace(told, detail=detail))
            ended += [told] if told else []
        return Accepted(entry, tuple(ended))

    def _end_exit(self, symbol: str, client_order_id: str) -> OrderReport | Failure | None:
        """End an exit, of which only the id is known: whichever service has it, if it is open at all."""
        for service in reversed(SERVICES):  # most exits wait for a price
            told = self._end(service, symbol, client_order_id)
            if not (isinstance(told, Failure) and told.meaning is Meaning.NOT_FOUND):
                return told
        found = self.effects.find_exit(symbol, client_order_id)
        if isinstance(found, Failure):
            gone = found.meaning is Meaning.NOT_FOUND
            return None if gone else Failure(Meaning.UNKNOWN, found.code, found.detail)
        return Failure(Meaning.UNKNOWN, None, f"it is {found.status}") if found.open else found

    def _cancel_older(self, cancel: CancelAll) -> Answer:
        """Cancel the orders one by one: what was ordered after the signal stays."""
        canceled: list[OrderReport] = []
        for service in SERVICES:
            orders = self._lookups.ask_open_orders(service, cancel.symbol)
            if isinstance(orders, Failure):
                return leave_in_doubt(orders) if canceled else orders
            for order in orders:
                if order.created_at > cancel.until:
                    continue
                named = service.name_by_exchange_id(cancel.symbol, order.order_id)
                told = self._end_named(service, named, cancel.symbol, order.client_order_id)
                if isinstance(told, Failure) and told.meaning is not Meaning.NOT_FOUND:
                    return leave_in_doubt(told) if canceled else told
                canceled += [told] if isinstance(told, OrderReport) else []
        if not self.effects.shows_all(cancel):
            return Failure(Meaning.UNKNOWN, None, "the lists of open orders may lack the newest")
        earlier = {report.order_id: report for report in self.effects.ask_ended_by(cancel)}
        return Accepted(None, tuple((earlier | {report.order_id: report for report in canceled}).values()))


def _read_nothing(_: object) -> None:
    return None


def _accept(told: OrderReport | Failure | None) -> Answer:
    return told if isinstance(told, Failure) else Accepted(told)


def _not_open(answer: object) -> bool:
    return isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND
