"""Whether a request has had its effect at Binance's futures, and what each source says of an order that is missed."""

from dataclasses import dataclass, replace

from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.venues.absence import Source, prove_absence

from .futures_lookups import FuturesLookups
from .order_services import CONDITIONAL, PLAIN, OrderService, find_service

SERVICES = (PLAIN, CONDITIONAL)


@dataclass(frozen=True, slots=True)
class FuturesEffects:
    """What became of requests, by the orders of one account."""

    lookups: FuturesLookups

    def find(self, request: Request) -> Answer:
        """See ports.Venue."""
        match request:
            case Order():
                return _accept(self._ask(find_service(conditional=request.triggered), request))
            case Cancel():
                return self._find_canceled(request)
            case CancelAll():
                return self._find_all_canceled(request)
            case Amend():
                return self.find_amended(request)
            case _:
                raise ValueError(f"futures know no {type(request).__name__}")

    def prove_absence(self, request: Request, since: int) -> Answer:
        """See ports.Venue. Of what is not an order the lookup is the only source."""
        if not isinstance(request, Order):
            return self.find(request)
        sources = self.lookups.product.absence_sources
        return prove_absence(sources, lambda source: self._ask_source(source, request, since))

    def list_orders(self, request: Request, since: int) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        service = find_service(conditional=isinstance(request, Order) and request.triggered)
        found = self.lookups.ask_history(service, request.symbol, since)
        if isinstance(found, Failure):
            return found
        return [order for order in found if order.client_order_id == request.client_order_id]

    def find_exit(self, symbol: str, client_order_id: str) -> OrderReport | Failure:
        """Return the order of that id, whichever of the services has it: of an exit only its id is known.

        NOT_FOUND only if both of them say so.
        """
        told = self.lookups.ask_order(CONDITIONAL, symbol, client_order_id)
        if isinstance(told, Failure) and told.meaning is Meaning.NOT_FOUND:
            return self.lookups.ask_order(PLAIN, symbol, client_order_id)
        return told

    def find_amended(self, amend: Amend) -> Answer:
        """Return the order if it shows quantity and price of the amendment."""
        told = self.lookups.ask_terms(amend)
        if isinstance(told, Failure):
            return told
        report, price = told
        if (report.quantity, price) == (amend.quantity, amend.price):
            return Accepted(report)
        return not_yet(f"the order is {report.status} with quantity {report.quantity} and price {price}")

    def shows_all(self, cancel: CancelAll) -> bool:
        """Return whether the lists of open orders, which lag, show each that stood when the cancellation was meant."""
        connection = self.lookups.connection
        lag = connection.recv_window_ms + self.lookups.product.conditional_lag_ms + CLOCK_MARGIN_MS
        return connection.now() >= cancel.until + lag

    def ask_ended_by(self, cancel: CancelAll) -> tuple[OrderReport, ...]:
        """Return orders that stood when the cancellation was meant and were cancelled since, as far as can be told.

        That they have ended is certain, and matters more than what they were: what cannot be had is left out.
        """
        since = cancel.until - CLOCK_MARGIN_MS
        listed = [self.lookups.ask_canceled(service, cancel.symbol, since) for service in SERVICES]
        orders = [order for part in listed if not isinstance(part, Failure) for order in part]
        return tuple(order for order in orders if order.created_at <= cancel.until)

    def _ask(self, service: OrderService, request: Request) -> OrderReport | Failure:
        return self.lookups.ask_order(service, request.symbol, request.client_order_id)

    def _ask_source(self, source: Source, order: Order, since: int) -> Answer:
        service = find_service(conditional=order.triggered)
        match source:
            case Source.LOOKUP:
                return self.find(order)
            case Source.OPEN_ORDERS:
                return _pick(order, self.lookups.ask_open_orders(service, order.symbol))
            case Source.HISTORY:
                return _pick(order, self.list_orders(order, since))

    def _find_canceled(self, cancel: Cancel) -> Answer:
        report = self._ask(find_service(conditional=cancel.conditional), cancel)
        if isinstance(report, Failure):
            return report
        if report.open:
            return not_yet(f"the order is {report.status}")
        return Accepted(report) if report.executed_quantity else self._find_unprotected(cancel, report)

    def _find_unprotected(self, cancel: Cancel, entry: OrderReport) -> Answer:
        """Return whether the exits of an entry that traded nothing are ended as well."""
        exits = [self.find_exit(cancel.symbol, each) for each in cancel.protection]
        for told in exits:
            if isinstance(told, Failure):
                if told.meaning is not Meaning.NOT_FOUND:
                    return told
            elif told.open:
                return not_yet(f"the order is {entry.status}, but its exit {told.order_id} is {told.status}")
        return Accepted(entry, tuple(told for told in exits if isinstance(told, OrderReport)))

    def _find_all_canceled(self, cancel: CancelAll) -> Answer:
        left = 0
        for service in SERVICES:
            orders = self.lookups.ask_open_orders(service, cancel.symbol)
            if isinstance(orders, Failure):
                return orders
            left += sum(order.created_at <= cancel.until for order in orders)
        if left:
            return not_yet(f"{left} of the orders are open")
        if not self.shows_all(cancel):
            return not_yet("the lists of open orders may lack the newest")
        return Accepted(None, self.ask_ended_by(cancel))


def not_yet(why: str) -> Failure:
    """Return that a change has not had its effect, in words."""
    return Failure(Meaning.NO_EFFECT, None, why)


def _accept(told: OrderReport | Failure) -> Answer:
    return told if isinstance(told, Failure) else Accepted(told)


def _pick(order: Order, listed: list[OrderReport] | Failure) -> Answer:
    """Return what a list of orders says of the order: the last one of its id, or that there is none."""
    if isinstance(listed, Failure):  # only the order's own lookup can say in one word that there is none
        return replace(listed, meaning=Meaning.UNKNOWN) if listed.meaning is Meaning.NOT_FOUND else listed
    reports = [each for each in listed if each.client_order_id == order.client_order_id]
    return Accepted(reports[-1]) if reports else Failure(Meaning.NOT_FOUND, None, "no order of that id is listed")
