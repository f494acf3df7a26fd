"""How the effect of each request is looked for at Bybit: by the client order id, in every list that there is."""

from dataclasses import dataclass

from orderexec.domain.order_words import OrderStatus
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.venues.absence import Source, prove_absence

from .listings import Listings
from .products import LAG_MS
from .reports import Listed


@dataclass(frozen=True, slots=True)
class Lookups:
    """Questions about the orders of one account."""

    listings: Listings

    def find(self, request: Request, since: int | None = None) -> Answer:
        """See ports.Venue; `since` is from when on (epoch ms) an order of the request can have been created.

        What the request changes is older than the request, so nothing of it is left out for its age.
        """
        match request:
            case Order():
                told = self.ask_order(request.symbol, request.client_order_id, since)
                return told if isinstance(told, Failure) else accept(told)
            case Cancel():
                return self._find_canceled(request)
            case CancelAll():
                return self._find_all_canceled(request)
            case Amend():
                return self.find_amended(request)
            case _:
                raise ValueError(f"Bybit knows no {type(request).__name__}")

    def list_orders(self, request: Request, since: int) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        found: dict[str, OrderReport] = {}
        for source in self.listings.product.absence_sources:
            listed = self.listings.ask_named(source, request.symbol, request.client_order_id, since)
            if isinstance(listed, Failure):
                return listed
            found = {each.report.order_id: each.report for each in listed} | found
        return [report for report in found.values() if report.created_at >= since]

    def ask_order(self, symbol: str, client_order_id: str, since: int | None = None) -> Listed | Failure:
        """Return the newest order of that id. NOT_FOUND only if every source has an empty list."""
        seen: list[Listed] = []

        def ask(source: Source) -> Answer:
            listed = self.listings.ask_named(source, symbol, client_order_id, since)
            if isinstance(listed, Failure):
                return listed
            seen.extend(listed)
            return accept(listed[0]) if listed else Failure(Meaning.NOT_FOUND, None, f"{source} has no such order")

        answer = prove_absence(self.listings.product.absence_sources, ask)
        return answer if isinstance(answer, Failure) else seen[0]

    def glance(self, symbol: str, client_order_id: str) -> Listed | None:
        """Return the order as the first list shows it now, None if it does not, for whatever reason."""
        listed = self.listings.ask_named(Source.LOOKUP, symbol, client_order_id, None)
        return listed[0] if isinstance(listed, list) and listed else None

    def ask_open_orders(self, symbol: str) -> list[OrderReport] | Failure:
        """Return every order of the symbol that may still trade."""
        listed = self.listings.ask_recent(symbol)
        if isinstance(listed, Failure):
            return listed
        return [each.report for each in listed if each.report.open]

    def shows_all(self, cancel: CancelAll) -> bool:
        """Return whether the list of open orders, which lags, shows each that stood when the cancellation was meant."""
        lag = self.listings.connection.recv_window_ms + LAG_MS + CLOCK_MARGIN_MS
        return self.listings.connection.now() >= cancel.until + lag

    def ask_ended_by(self, cancel: CancelAll) -> tuple[OrderReport, ...]:
        """Return orders that stood when the cancellation was meant and were cancelled since, as far as can be told.

        That they have ended is certain, and matters more than what they were: what cannot be had is left out.
        """
        listed = self.listings.ask_recent(cancel.symbol, closed=True)
        since = cancel.until - CLOCK_MARGIN_MS
        return tuple(
            each.report
            for each in ([] if isinstance(listed, Failure) else listed)
            if each.report.status == OrderStatus.CANCELED
            and each.updated_at >= since
            and each.report.created_at <= cancel.until
        )

    def find_amended(self, amend: Amend) -> Answer:
        """Return the order if it shows what the amendment asks for."""
        told = self.ask_order(amend.symbol, amend.client_order_id)
        if isinstance(told, Failure):
            return told
        if shows_amendment(told, amend):
            return accept(told)
        report = told.report
        return not_yet(f"the order is {report.status} with quantity {report.quantity} and price {told.price}")

    def _find_canceled(self, cancel: Cancel) -> Answer:
        told = self.ask_order(cancel.symbol, cancel.client_order_id)
        if isinstance(told, Failure):
            return told
        return not_yet(f"the order is {told.report.status}") if told.report.open else accept(told)

    def _find_all_canceled(self, cancel: CancelAll) -> Answer:
        orders = self.ask_open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        left = sum(order.created_at <= cancel.until for order in orders)
        if left:
            return not_yet(f"{left} of the orders are open")
        if not self.shows_all(cancel):
            return not_yet("the list of open orders may lack the newest")
        return Accepted(None, self.ask_ended_by(cancel))


def accept(told: Listed) -> Accepted:
    """Return what is listed as the end of a request, with the exchange's own reason if it has ended the order."""
    ended = told.why is not None and not told.report.open
    return Accepted(told.report, note=f"the order is {told.report.status}: {told.why}" if ended else None)


def not_yet(why: str) -> Failure:
    """Return that a change has not had its effect, in words."""
    return Failure(Meaning.NO_EFFECT, None, why)


def shows_amendment(told: Listed, amend: Amend) -> bool:
    """Return whether the order has the quantity, and the price if one is named, of the amendment."""
    return told.report.quantity == amend.quantity and amend.price in (None, told.price)
