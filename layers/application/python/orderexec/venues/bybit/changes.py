"""How orders of Bybit are cancelled and amended. An acknowledgement says only that the change was accepted.

Each request of one change is signed with the same instant, which the row names. A repeat of any of them does no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning, leave_in_doubt
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.venues.call import Call

from .listings import Listings
from .lookups import Lookups, accept, shows_amendment
from .parameters import build_amend_call, build_cancel_all_call, build_cancel_call
from .reports import check_acknowledged, check_all_acknowledged


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of the orders of one account, each request signed with `signed_at`."""

    lookups: Lookups
    signed_at: int

    def cancel(self, cancel: Cancel) -> Answer:
        """End the order. UNKNOWN until the exchange shows that it has ended."""
        refused = self._end(cancel.symbol, client_order_id=cancel.client_order_id)
        if refused is not None and not _is_not_open(refused):
            return refused
        if refused is None:
            told = self.lookups.glance(cancel.symbol, cancel.client_order_id)
            if told is not None and not told.report.open:
                return accept(told)
            return _doubt("the cancellation was accepted, and the exchange does not show its effect yet")
        found = self.lookups.find(cancel)  # it was not open: filled, perhaps, which is no failure
        return Failure(Meaning.UNKNOWN, found.code, found.detail) if isinstance(found, Failure) else found

    def cancel_all(self, cancel: CancelAll) -> Answer:
        """End every order of the symbol; at a repeat only those that stood when the signal was meant."""
        if cancel.repeated:
            return self._cancel_older(cancel)
        accepted = False
        for order_filter in self._lists.product.order_filters:
            refused = self._send(
                build_cancel_all_call(cancel.symbol, self._lists.product, order_filter), check_all_acknowledged
            )
            if refused is not None and not _is_not_open(refused):
                return leave_in_doubt(refused) if accepted else refused
            accepted = accepted or refused is None
        return self._judge_all(cancel)

    def amend(self, amend: Amend) -> Answer:
        """Give the order another quantity and price. UNKNOWN until the exchange shows them."""
        check = partial(check_acknowledged, client_order_id=amend.client_order_id)
        refused = self._send(build_amend_call(amend, self._lists.product), check)
        if refused is None:
            told = self.lookups.glance(amend.symbol, amend.client_order_id)
            if told is not None and shows_amendment(told, amend):
                return accept(told)
            return _doubt("the amendment was accepted, and the exchange does not show its effect yet")
        if refused.meaning is Meaning.REJECT:  # it has its effect already, perhaps: "order not modified" is no code
            found = self.lookups.find_amended(amend)
            return found if isinstance(found, Accepted) else refused
        return self._refuse_amendment(amend, refused) if _is_not_open(refused) else refused

    @property
    def _lists(self) -> Listings:
        return self.lookups.listings

    def _end(self, symbol: str, *, client_order_id: str = "", order_id: str = "") -> Failure | None:
        """End an order, whichever service of the exchange has it. None: that was accepted."""
        refused: Failure | None = None
        for order_filter in self._lists.product.order_filters[:2]:
            call = build_cancel_call(
                symbol,
                self._lists.product,
                client_order_id=client_order_id,
                order_id=order_id,
                order_filter=order_filter,
            )
            check = partial(check_acknowledged, client_order_id=client_order_id, order_id=order_id)
            refused = self._send(call, check)
            if refused is None or not _is_not_open(refused):
                return refused
        return refused

    def _send(self, call: Call, check: Callable[[Mapping[str, Any]], None]) -> Failure | None:
        """Send a change; None if it was accepted. `check` raises Unreadable if the answer does not say that."""
        connection = self._lists.connection
        return connection.parse(*connection.send(call, self.signed_at, self._lists.credentials), check)

    def _refuse_amendment(self, amend: Amend, refused: Failure) -> Answer:
        """Return why an order was not open when it should be amended; UNKNOWN if it seems to be open after all."""
        told = self.lookups.ask_order(amend.symbol, amend.client_order_id)
        if isinstance(told, Failure):
            return Failure(Meaning.UNKNOWN, told.code, told.detail)
        if shows_amendment(told, amend):
            return accept(told)
        detail = f"the order is {told.report.status}: there is nothing left to amend"
        return Failure(Meaning.UNKNOWN if told.report.open else Meaning.REJECT, refused.code, detail)

    def _cancel_older(self, cancel: CancelAll) -> Answer:
        """Cancel the orders one by one: what was ordered after the signal stays."""
        orders = self.lookups.ask_open_orders(cancel.symbol)
        if isinstance(orders, Failure):
            return orders
        accepted = False
        for order in _pick_older(orders, cancel):
            refused = self._end(cancel.symbol, order_id=order.order_id)
            if refused is not None and not _is_not_open(refused):
                return leave_in_doubt(refused) if accepted else refused
            accepted = accepted or refused is None
        return self._judge_all(cancel)

    def _judge_all(self, cancel: CancelAll) -> Answer:
        """Return what is left of the orders after their cancellation was accepted, which may take effect later.

        Until then the newest of them may be open, and in no list yet.
        """
        left = self.lookups.ask_open_orders(cancel.symbol)
        if isinstance(left, Failure):
            return leave_in_doubt(left)
        if count := len(_pick_older(left, cancel)):
            return _doubt(f"the cancellation was accepted, and {count} of the orders are open yet")
        if not self.lookups.shows_all(cancel):
            return _doubt("the cancellation was accepted, and the list of open orders may lack the newest")
        return Accepted(None, self.lookups.ask_ended_by(cancel))


def _pick_older(orders: list[OrderReport], cancel: CancelAll) -> list[OrderReport]:
    return [order for order in orders if order.created_at <= cancel.until]


def _is_not_open(failure: Failure) -> bool:
    return failure.meaning is Meaning.NOT_FOUND


def _doubt(why: str) -> Failure:
    return Failure(Meaning.UNKNOWN, None, why)
