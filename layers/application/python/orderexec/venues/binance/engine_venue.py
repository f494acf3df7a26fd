"""What the venues of Binance's spot engine have in common: Spot itself, and margin, which trades there as well."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orderexec.domain.look_costs import LookCosts
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure
from orderexec.domain.requests import Request
from orderexec.domain.validity import Resend, Validity
from orderexec.ports import Credentials
from orderexec.venues.accounts import VenueAccounts
from orderexec.venues.call import Call
from orderexec.venues.rules import SharedRules
from orderexec.venues.traffic import VenueTraffic

from .cancellations import Cancellations
from .connection import Connection
from .lookups import Lookups
from .order_accounts import OrderAccount
from .products import Product


@dataclass(frozen=True, slots=True)
class EngineVenue(ABC):
    """The part of ports.Venue that does not depend on what a request reads like."""

    product: Product
    connection: Connection
    rules: SharedRules
    traffic: VenueTraffic
    accounts: VenueAccounts
    resend: Resend

    @abstractmethod
    def find_account(self, request: Request) -> OrderAccount:
        """Return which of the key's accounts the request is about."""

    def get_validity(self, _request: Request) -> Validity:
        """See ports.Venue."""
        product = self.product
        return Validity(
            window_ms=self.connection.recv_window_ms, processing_ms=product.processing_ms, lag_ms=product.lag_ms
        )

    def now(self) -> int:
        """See ports.Venue."""
        return self.connection.now()

    def ask_server_time(self) -> int | Failure:
        """See ports.Venue."""
        return self.connection.ask_server_time()

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._look_up(request, credentials).find(request)

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._look_up(request, credentials).prove_absence(request, since)

    @property
    def look_costs(self) -> LookCosts:
        """See ports.Venue."""
        return self.product.look_costs

    def look_up(self, order: Order, credentials: Credentials) -> OrderReport | Failure:
        """See ports.Venue."""
        return self._look_up(order, credentials).ask_order(order.symbol, order.client_order_id)

    def list_open_orders(self, order: Order, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._look_up(order, credentials).ask_open_orders(order.symbol)

    def ask_fees(self, order: Order, report: OrderReport, credentials: Credentials) -> Fees | Failure:
        """See ports.Venue."""
        return self._look_up(order, credentials).ask_fees(report)

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._look_up(request, credentials).list_orders(request, since)

    @property
    def positions(self) -> None:
        """See ports.Venue."""
        return

    def _look_up(self, request: Request, credentials: Credentials) -> Lookups:
        return Lookups(self.connection, credentials, self.product, self.find_account(request))

    def _end(self, request: Request, signed_at: int, credentials: Credentials) -> Cancellations:
        return Cancellations(self._look_up(request, credentials), signed_at)

    def _send(self, call: Call, signed_at: int, credentials: Credentials, read: Callable[[Any], Accepted]) -> Answer:
        return self.connection.parse(*self.connection.send(call, signed_at, credentials), read)
