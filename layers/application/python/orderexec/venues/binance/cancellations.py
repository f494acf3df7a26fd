"""How orders are ended at Binance: one, a list, or all of a symbol's; a repeat of the last spares what came later."""

from dataclasses import dataclass

from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning, leave_in_doubt
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.venues.call import Call

from .lookups import Lookups
from .parameters import build_cancel_all_call, build_cancel_call, build_cancel_one_call
from .reports import read_all_canceled, read_canceled


@dataclass(frozen=True, slots=True)
class Cancellations:
    """Ends orders of the account that `lookups` asks about, with requests that are signed with `signed_at`."""

    lookups: Lookups
    signed_at: int

    def cancel(self, cancel: Cancel) -> Answer:
        """End one order or its list. One that is not open is told as what it is by now: filled, perhaps; no failure."""
        answer = self._cancel(build_cancel_call(cancel, self.lookups.account), cancel.client_order_id)
        if not is_not_open(answer):
            return answer
        found = self.lookups.find(cancel)
        # A lookup that lags behind the refusal says "open", or nothing yet: the order's end will show.
        return Failure(Meaning.UNKNOWN, found.code, found.detail) if isinstance(found, Failure) else found

    def cancel_all(self, cancel: CancelAll) -> Answer:
        """End all of the symbol's orders at once; a repeat ends them one by one, and what came after stays."""
        if cancel.repeated:
            return self._cancel_older(cancel)
        connection, credentials = self.lookups.connection, self.lookups.credentials
        reply = connection.send(build_cancel_all_call(cancel, self.lookups.account), self.signed_at, credentials)
        answer = connection.parse(*reply, lambda orders: read_all_canceled(orders, self._otherwise), list)
        return Accepted(None) if is_not_open(answer) else answer  # there was none

    def _cancel_older(self, cancel: CancelAll) -> Answer:
        orders = self.lookups.ask_open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        canceled: list[OrderReport] = []
        for order in orders:
            if order.created_at <= cancel.until:
                call = build_cancel_one_call(cancel.symbol, order.order_id, self.lookups.account)
                answer = self._cancel(call, order.client_order_id)
                if isinstance(answer, Accepted):
                    canceled += [report for report in (answer.report, *answer.others) if report]
                elif not is_not_open(answer):
                    return leave_in_doubt(answer) if canceled else answer
        if not self.lookups.shows_all(cancel):
            return Failure(Meaning.UNKNOWN, None, "the list of open orders may lack the newest")
        earlier = {report.order_id: report for report in self.lookups.ask_ended_by(cancel)}
        return Accepted(None, tuple((earlier | {report.order_id: report for report in canceled}).values()))

    def _cancel(self, call: Call, client_order_id: str) -> Answer:
        connection = self.lookups.connection
        reply = connection.send(call, self.signed_at, self.lookups.credentials)
        return connection.parse(*reply, lambda answer: read_canceled(answer, client_order_id, self._otherwise))

    @property
    def _otherwise(self) -> int | None:
        """When an order was cancelled of which the answer does not say it; None where every answer should."""
        return None if self.lookups.account.tells_cancel_time else self.signed_at


def is_not_open(answer: Answer) -> bool:
    """Return whether the exchange says that the order is not open, so that it can be neither ended nor changed."""
    return isinstance(answer, Failure) and answer.meaning is Meaning.NOT_FOUND
