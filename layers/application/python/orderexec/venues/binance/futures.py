"""Binance's futures as two venues: what each request of the inside is there, and what its answers mean."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from orderexec.domain.look_costs import LookCosts
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

from .connection import Connection
from .futures_account import ask_account_id, ask_free_balance
from .futures_amendments import amend_order
from .futures_changes import FuturesChanges
from .futures_effects import FuturesEffects
from .futures_lookups import FuturesLookups
from .futures_parameters import build_order_call
from .futures_products import COINM, HORIZON_MS, PING, TIME, USDM, FuturesProduct
from .futures_reports import read_placed
from .futures_rules import FuturesMarketData
from .limits import make_meter
from .order_services import find_service
from .positions import FuturesPositions


def build_usdm(base_url: str, given: Surroundings) -> "BinanceFutures":
    """Return USD-M futures at that address. It connects at the first request."""
    return assemble_futures(USDM, given.reach(base_url), find_address(base_url, {}), given)


def build_coinm(base_url: str, given: Surroundings) -> "BinanceFutures":
    """Return COIN-M futures at that address. It connects at the first request."""
    return assemble_futures(COINM, given.reach(base_url), find_address(base_url, {}), given)


def assemble_futures(
    product: FuturesProduct, transport: Transport, address: str, given: Surroundings
) -> "BinanceFutures":
    """Return one of the products over any transport; `address` is where its requests go, as its signers are named."""
    traffic = given.traffic(product.name, product.pool, transport)
    http = Metered(transport, traffic, make_meter(product.path(PING), product.answers))
    connection = Connection(http, given.clock, given.recv_window_ms, product.answers, product.path(TIME))
    return BinanceFutures(
        product,
        connection,
        share_rules(product.name, FuturesMarketData(http, product), given.cache, given.clock),
        traffic,
        VenueAccounts(address, given.cache, given.clock, partial(ask_account_id, connection, product)),
        FuturesPositions(connection, product),
        given.resend or product.resend,
    )


@dataclass(frozen=True, slots=True)
class BinanceFutures:
    """Implements ports.Venue for one of the two products."""

    product: FuturesProduct
    connection: Connection
    rules: SharedRules
    traffic: VenueTraffic
    accounts: VenueAccounts
    positions: FuturesPositions
    resend: Resend

    def get_validity(self, request: Request) -> Validity:
        """See ports.Venue. What is about a conditional order is believed to be missed for longer."""
        conditional = _is_about_conditional(request)
        return Validity(
            window_ms=self.connection.recv_window_ms,
            processing_ms=self.product.processing_ms,
            lag_ms=self.product.conditional_lag_ms if conditional else self.product.lag_ms,
            horizon_ms=HORIZON_MS,
        )

    def now(self) -> int:
        """See ports.Venue."""
        return self.connection.now()

    def ask_server_time(self) -> int | Failure:
        """See ports.Venue."""
        return self.connection.ask_server_time()

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """See ports.Venue. The exchange is asked for the average price of what has traded at once, in a second request.

        Raises ValueError of a request that futures do not know.
        """
        effects = self._effects(credentials)
        match request:
            case Order():
                return self._place(request, signed_at, effects.lookups)
            case Cancel():
                return FuturesChanges(effects, signed_at).cancel(request)
            case CancelAll():
                return FuturesChanges(effects, signed_at).cancel_all(request)
            case Amend():
                return amend_order(request, signed_at, effects)
            case _:
                raise ValueError(f"futures know no {type(request).__name__}")

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._effects(credentials).find(request)

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """See ports.Venue."""
        return self._effects(credentials).prove_absence(request, since)

    @property
    def look_costs(self) -> LookCosts:
        """See ports.Venue."""
        return self.product.look_costs

    def look_up(self, order: Order, credentials: Credentials) -> OrderReport | Failure:
        """See ports.Venue."""
        service = find_service(conditional=order.triggered)
        return self._lookups(credentials).ask_order(service, order.symbol, order.client_order_id)

    def list_open_orders(self, order: Order, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        service = find_service(conditional=order.triggered)
        return self._lookups(credentials).ask_open_orders(service, order.symbol)

    def ask_fees(self, order: Order, report: OrderReport, credentials: Credentials) -> Fees | Failure:
        """See ports.Venue."""
        return self._lookups(credentials).ask_fees(find_service(conditional=order.triggered), report)

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """See ports.Venue."""
        return self._effects(credentials).list_orders(request, since)

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """See ports.Venue. What is set apart for a symbol is margin of its position, and free for no other."""
        if isolated_symbol is not None:
            raise ValueError("futures have no accounts that are set apart for a symbol")
        return ask_free_balance(self.connection, self.product, asset, credentials)

    def _effects(self, credentials: Credentials) -> FuturesEffects:
        return FuturesEffects(self._lookups(credentials))

    def _lookups(self, credentials: Credentials) -> FuturesLookups:
        return FuturesLookups(self.connection, credentials, self.product)

    def _place(self, order: Order, signed_at: int, lookups: FuturesLookups) -> Answer:
        answer = self.connection.send(build_order_call(order, self.product), signed_at, lookups.credentials)
        if order.dry_run:
            return self.connection.parse(*answer, lambda _: Accepted(None))
        report = self.connection.parse(*answer, lambda told: read_placed(told, order))
        return report if isinstance(report, Failure) else Accepted(lookups.complete(report))


def _is_about_conditional(request: Request) -> bool:
    match request:
        case Order():
            return request.triggered
        case Cancel():
            return request.conditional or bool(request.protection)
        case _:
            return isinstance(request, CancelAll)
