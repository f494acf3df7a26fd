"""The fake exchange as one container sees it: with a clock of its own guess and rules of its own age."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from orderexec.domain.instruments import Instrument
from orderexec.domain.look_costs import LookCosts
from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Request
from orderexec.domain.validity import Resend, Validity
from orderexec.ports import Credentials, PositionSettings, Snapshot
from orderexec.venues.accounts import VenueAccounts
from orderexec.venues.traffic import VenueTraffic

from .exchange import FakeExchange, Received
from .secrets import KEY
from .shared_cache import MemorySharedCache

T = TypeVar("T")
LATENCY_MS = 5  # each way
PROCESSING_MS, LAG_MS = 20_000, 10_000
USUAL_SETTINGS = PositionSettings(leverage=20, margin_mode=MarginMode.CROSS)
NO_PERMISSION = Failure(Meaning.CREDENTIALS, "-2015", "Invalid API-key, IP, or permissions for action.")
UNKNOWN_SYMBOL = Failure(Meaning.REJECT, "-1121", "Invalid symbol.")


@dataclass(slots=True)
class FakeRules:
    """Implements ports.Rules: keeps what it fetched until somebody asks for newer."""

    exchange: FakeExchange
    _instruments: dict[str, Snapshot[Instrument | Failure]] = field(default_factory=dict)
    _prices: dict[str, Snapshot[Decimal]] = field(default_factory=dict)

    def get_instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | Failure:
        return self._kept(
            self._instruments, symbol, not_before, lambda: self.exchange.instruments.get(symbol, UNKNOWN_SYMBOL)
        )

    def get_last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        return self.get_market_price(symbol, not_before=not_before)

    def get_market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        if symbol not in self.exchange.prices:
            return UNKNOWN_SYMBOL
        return self._kept(self._prices, symbol, not_before, lambda: self.exchange.prices[symbol])

    def get_symbols(self, *, not_before: int) -> Snapshot[frozenset[str]] | Failure:
        return self._kept({}, "", not_before, lambda: frozenset(self.exchange.instruments))

    def _kept(
        self, kept: dict[str, Snapshot[T]], symbol: str, not_before: int, fetch: Callable[[], T]
    ) -> Snapshot[T] | Failure:
        held = kept.get(symbol)
        if held is not None and held.fetched_at >= not_before:
            return held
        if not self.exchange.rules_reachable:
            return replace(held, trouble=self.exchange.market_data) if held else self.exchange.market_data
        kept[symbol] = Snapshot(fetch(), self.exchange.time.now())
        return kept[symbol]


@dataclass(slots=True)
class FakePositions:
    """Implements ports.Positions: what is open, and how it is set up; `failures` come first."""

    keys: set[Credentials] = field(default_factory=lambda: {KEY})
    held: dict[tuple[str, PositionSide | None], Decimal] = field(default_factory=dict)
    settings: PositionSettings = USUAL_SETTINGS
    failures: list[Failure] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask_position(self, symbol: str, side: PositionSide | None, credentials: Credentials) -> Decimal | Failure:
        return self._refuse("position", credentials) or self.held.get((symbol, side), Decimal(0))

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        return self._refuse("settings", credentials) or self.settings

    def _refuse(self, what: str, credentials: Credentials) -> Failure | None:
        self.asked.append(what)
        if credentials not in self.keys:
            return NO_PERMISSION
        return self.failures.pop(0) if self.failures else None


@dataclass(slots=True)
class FakeVenue:
    """Implements ports.Venue."""

    exchange: FakeExchange
    rules: FakeRules
    traffic: VenueTraffic
    cache: MemorySharedCache = field(default_factory=MemorySharedCache)
    address: str = "https://fake"
    elsewhere: dict[Credentials, FakeExchange] = field(default_factory=dict)  # keys of other accounts behind it
    recv_window_ms: int = 5_000
    resend: Resend = Resend.ONCE
    positions: FakePositions | None = None  # of a venue of derivatives
    _offset_ms: int = 0

    @property
    def accounts(self) -> VenueAccounts:
        return VenueAccounts(self.address, self.cache, self.exchange.time.clock(), self._whose)

    def now(self) -> int:
        return self.exchange.time.now() + self._offset_ms

    def ask_server_time(self) -> int | Failure:
        self._travel()
        if self.exchange.clock_answers:
            return self.exchange.clock_answers.popleft()
        self._offset_ms = self.exchange.skew_ms
        return self.exchange.now()

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        self._travel()
        answer = self._at(credentials).place(Received(_order(request), signed_at, self.recv_window_ms, credentials))
        self._travel()
        if isinstance(answer, Failure):
            self.traffic.note_refusal("main", answer)
        return answer

    def find(self, request: Request, credentials: Credentials) -> Answer:
        answer = self._find(request, credentials)
        if isinstance(answer, Failure) and answer.meaning is Meaning.CLOCK and isinstance(self.ask_server_time(), int):
            return self._find(request, credentials)
        return answer

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        self._travel()
        if credentials not in self.exchange.keys:
            return NO_PERMISSION
        return self.exchange.balances[asset if isolated_symbol is None else f"{isolated_symbol}/{asset}"]

    def get_validity(self, request: Request) -> Validity:
        return Validity(
            window_ms=self.recv_window_ms,
            processing_ms=PROCESSING_MS,
            lag_ms=LAG_MS,
            horizon_ms=self.exchange.horizon_ms,
        )

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        found = self.find(request, credentials)
        if not isinstance(found, Failure) or found.meaning is not Meaning.NOT_FOUND:
            return found
        orders = self.list_orders(request, since, credentials)
        if isinstance(orders, Failure):
            return orders
        return Accepted(orders[-1]) if orders else found

    @property
    def look_costs(self) -> LookCosts:
        return LookCosts(listing=6, lookup=4, fees=5, per_minute=6_000)

    def look_up(self, order: Order, credentials: Credentials) -> OrderReport | Failure:
        answer = self.find(order, credentials)
        if isinstance(answer, Failure):
            return answer
        assert answer.report is not None
        return answer.report

    def list_open_orders(self, order: Order, credentials: Credentials) -> list[OrderReport] | Failure:
        signed_at = self.now()
        self._travel()
        exchange = self._at(credentials)
        orders = exchange.history(order.symbol, 0, signed_at, self.recv_window_ms, credentials)
        return orders if isinstance(orders, Failure) else [report for report in orders if report.open]

    def ask_fees(self, _order: Order, report: OrderReport, credentials: Credentials) -> Fees | Failure:
        signed_at = self.now()
        self._travel()
        return self._at(credentials).fees(report.order_id, signed_at, self.recv_window_ms, credentials)

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        history = self._history(request, since, credentials)
        if (
            isinstance(history, Failure)
            and history.meaning is Meaning.CLOCK
            and isinstance(self.ask_server_time(), int)
        ):
            return self._history(request, since, credentials)
        return history

    def _history(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        signed_at = self.now()
        self._travel()
        exchange = self._at(credentials)
        orders = exchange.history(request.symbol, since, signed_at, self.recv_window_ms, credentials)
        if isinstance(orders, Failure):
            return orders
        return [order for order in orders if order.client_order_id == request.client_order_id]

    def _find(self, request: Request, credentials: Credentials) -> Answer:
        signed_at = self.now()
        self._travel()
        account, id_ = self._at(credentials), request.client_order_id
        return account.find(request.symbol, id_, signed_at, self.recv_window_ms, credentials)

    def _whose(self, credentials: Credentials) -> str | Failure | None:
        signed_at = self.now()
        self._travel()
        return self._at(credentials).whose(signed_at, self.recv_window_ms, credentials)

    def _at(self, credentials: Credentials) -> FakeExchange:
        return self.elsewhere.get(credentials, self.exchange)

    def _travel(self) -> None:
        self.exchange.time.advance(LATENCY_MS)


def _order(request: Request) -> Order:
    assert isinstance(request, Order), f"the fake exchange takes single orders, not {request}"
    return request
