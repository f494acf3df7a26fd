"""Bybit's products as venues: what each request of the inside is there, and what its answers mean.

An answer to a request says only that the exchange has it. What may end at once is looked at once more; a conditional
order of spot is first compared with the market, since the exchange itself would take it either way.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from orderexec.domain.look_costs import LookCosts
from orderexec.domain.order_words import TimeInForce
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.validity import Resend, Validity
from orderexec.ports import Credentials
from orderexec.venues.accounts import VenueAccounts, find_address
from orderexec.venues.http import Transport
from orderexec.venues.metered import Metered
from orderexec.venues.rules import SharedRules, share_rules
from orderexec.venues.surroundings import Surroundings
from orderexec.venues.traffic import VenueTraffic

from .account import ask_account_id, ask_free_balance
from .changes import Changes
from .connection import Connection
from .limits import METER
from .listings import Listings
from .lookups import Lookups, accept
from .parameters import build_order_call
from .positions import BybitPositions
from .products import (
    HORIZON_MS,
    INVERSE,
    LAG_MS,
    LINEAR,
    LOOK_COSTS,
    PROCESSING_MS,
    SAME_ADDRESSES,
    SPOT,
    BybitProduct,
)
from .reports import read_acknowledged
from .rules import BybitMarketData
from .spot_triggers import refuse_crossed_trigger

_PASSING = (TimeInForce.IOC, TimeInForce.FOK)


def build_spot(base_url: str, given: Surroundings) -> "Bybit":
    """Return spot at that address. It connects at the first request."""
    return _build(SPOT, base_url, given)


def build_linear(base_url: str, given: Surroundings) -> "Bybit":
    """Return linear contracts at that address. It connects at the first request."""
    return _build(LINEAR, base_url, given)


def build_inverse(base_url: str, given: Surroundings) -> "Bybit":
    """Return inverse contracts at that address. It connects at the first request."""
    return _build(INVERSE, base_url, given)


def _build(product: BybitProduct, base_url: str, given: Surroundings) -> "Bybit":
    return assemble(product, given.reach(base_url), find_address(base_url, SAME_ADDRESSES), given)


def assemble(product: BybitProduct, transport: Transport, address: str, given: Surroundings) -> "Bybit":
    """Return a product over any transport; `address` is where its requests go, as its signers are named by it."""
    traffic = given.traffic(product.name, product.pool, transport)
    http = Metered(transport, traffic, METER)
    connection = Connection(http, given.clock, given.recv_window_ms)
    return Bybit(
        product,
        connection,
        share_rules(product.name, BybitMarketData(http, product), given.cache, given.clock),
        traffic,
        VenueAccounts(address, given.cache, given.clock, partial(ask_account_id, connection)),
        None if product.spot else BybitPositions(connection, product),
        given.resend or product.resend,
    )


@dataclass(frozen=True, slots=True)
class Bybit:
    """Implements ports.Venue for one of the products."""

    product: BybitProduct
    connection: Connection
    rules: SharedRules
    traffic: VenueTraffic
    accounts: VenueAccounts
    positions: BybitPositions | None
    resend: Resend

    def get_validity(self, _request: Request) -> Validity:
        """See ports.Venue."""
        return Validity(
            window_ms=self.connection.recv_window_ms,
            processing_ms=PROCESSING_MS,
            lag_ms=LAG_MS,
            horizon_ms=HORIZON_MS,
        )

    def now(self) -> int:
        """See ports.Venue."""
        return self.connection.now()

    def ask_server_time(self) -> int | Failure:
        """See ports.Venue."""
        return self.connection.ask_server_time()

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue. Raises ValueError of a request that Bybit does not know."""
        lookups = self._lookups(credentials)
        match request:
            case Order():
                return self._place(request, signed_at, lookups)
            case Cancel():
                return Changes(lookups, signed_at).cancel(request)
            case CancelAll():
                return Changes(lookups, signed_at).cancel_all(request)
            case Amend():
                return Changes(lookups, signed_at).amend(request)
            case _:
                raise ValueError(f"Bybit knows no {type(request).__name__}")

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """See ports.Venue. Both sources are asked here as well: one of them alone shows no absence."""
        return self._lookups(credentials).find(request)

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._lookups(credentials).find(request, since)

    @property
    def look_costs(self) -> LookCosts:
        """See ports.Venue."""
        return LOOK_COSTS

    def look_up(self, order: Order, credentials: Credentials) -> OrderReport | Failure:
        """See ports.Venue. Of the exits that are part of an order nothing is told: they have no id of ours.

        Those of contracts name it (`parentOrderLinkId` in "Get Open & Closed Orders"), those of spot do not.
        """
        told = self._lookups(credentials).ask_order(order.symbol, order.client_order_id)
        return told if isinstance(told, Failure) else told.report

    def list_open_orders(self, order: Order, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._lookups(credentials).ask_open_orders(order.symbol)

    def ask_fees(self, _order: Order, report: OrderReport, credentials: Credentials) -> Fees | Failure:
        """See ports.Venue. The lists of orders tell them of spot and linear; of inverse they are asked for."""
        return self._lookups(credentials).listings.ask_fees(report) if report.fees is None else report.fees

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._lookups(credentials).list_orders(request, since)

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """See ports.Venue. The unified account is one for all products."""
        if isolated_symbol is not None:
            raise ValueError("Bybit has no accounts that are set apart for a symbol")
        return ask_free_balance(self.connection, asset, credentials)

    def _lookups(self, credentials: Credentials) -> Lookups:
        return Lookups(Listings(self.connection, credentials, self.product))

    def _place(self, order: Order, signed_at: int, lookups: Lookups) -> Answer:
        call = build_order_call(order, self.product)
        if self.product.spot and order.triggered:
            refused = refuse_crossed_trigger(order, self.rules, self.connection.clock.now())
            if refused is not None:
                return refused
        answer = self.connection.send(call, signed_at, lookups.listings.credentials)
        report = self.connection.parse(*answer, lambda told: read_acknowledged(told, order))
        if isinstance(report, Failure):
            return report
        shown = lookups.glance(order.symbol, order.client_order_id) if _may_end_at_once(order) else None
        return Accepted(report) if shown is None or shown.report.order_id != report.order_id else accept(shown)


def _may_end_at_once(order: Order) -> bool:
    kind = order.type.kind
    return not order.triggered and (kind.at_market or kind.maker or order.time_in_force in _PASSING)
