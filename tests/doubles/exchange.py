"""An exchange in memory: its clock, its receive window, ids unique among open orders only, and its troubles."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from orderexec.domain.instruments import Instrument, NotionalRule, Range
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.ports import Credentials

from .secrets import KEY
from .troubles import Trouble
from .virtual_time import VirtualTime

AHEAD_MS = 1_000  # how far a timestamp may lie in the exchange's future
BTCUSDT = Instrument(
    symbol="BTCUSDT",
    status="TRADING",
    tradable=True,
    order_types=frozenset({"MARKET", "LIMIT"}),
    base_asset="BTC",
    quote_asset="USDT",
    price=Range(Decimal("0.01"), Decimal("0.01"), Decimal(1_000_000)),
    lot=Range(Decimal("0.00001"), Decimal("0.00001"), Decimal(9_000)),
    market_lot=Range(Decimal("0.00001"), Decimal("0.00001"), Decimal(100)),
    notional=(NotionalRule("NOTIONAL", minimum=Decimal(5), minimum_for_market=True),),
    quote_step=Decimal("1e-8"),
)
FINE = Trouble()
REGION = Failure(Meaning.RETRY, None, "Service unavailable from a restricted location (HTTP 451): not served here")


@dataclass(frozen=True, slots=True)
class Received:
    """One order request as it came in: what it asks, when and with which key it was signed, how long it is valid."""

    asked: Order
    signed_at: int
    recv_window_ms: int
    credentials: Credentials


@dataclass(slots=True)
class Held:
    """An order that the exchange has; `visible_from` (exchange's clock) is when lookups begin to see it.

    `waits`: it waits for a price before it is an order like others.
    """

    report: OrderReport
    visible_from: int
    open: bool
    waits: bool = False


@dataclass(slots=True)
class FakeExchange:
    """One account. Troubles are those of the next order requests; the answers stand in for those of other requests."""

    time: VirtualTime
    skew_ms: int = 0
    horizon_ms: int | None = None  # after which an order that came to nothing is forgotten
    funds: Decimal = Decimal(1_000_000)
    fee: Decimal | None = None  # of what is traded; None: nobody can ask for it
    balances: dict[str, Decimal] = field(default_factory=dict)  # what is free, where it is asked for
    keys: set[Credentials] = field(default_factory=lambda: {KEY})
    account_id: str | None = ""  # left empty: one that only accounts with the same keys have
    instruments: dict[str, Instrument] = field(default_factory=lambda: {"BTCUSDT": BTCUSDT})
    prices: dict[str, Decimal] = field(default_factory=lambda: {"BTCUSDT": Decimal(65_000)})
    rules_reachable: bool = True
    market_data: Failure = field(default_factory=lambda: REGION)  # the answer about rules and prices while they are not
    troubles: deque[Trouble] = field(default_factory=deque)
    lookup_answers: deque[Failure] = field(default_factory=deque)
    clock_answers: deque[Failure] = field(default_factory=deque)
    requests: list[Received] = field(default_factory=list)
    fees_asked: list[str] = field(default_factory=list)  # of which orders
    lookups: list[int] = field(default_factory=list)  # when each lookup came, on the exchange's clock
    on_request: Callable[[Received], None] = lambda _: None
    _orders: list[Held] = field(default_factory=list)
    _under_way: list[tuple[int, Received, Trouble]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.account_id == "":
            self.account_id = "/".join(sorted(key.fingerprint for key in self.keys))

    def now(self) -> int:
        return self.time.now() + self.skew_ms

    @property
    def orders(self) -> list[Held]:
        """Every order ever accepted, oldest first."""
        self._catch_up()
        return self._orders

    def place(self, request: Received) -> Answer:
        self._catch_up()
        trouble = self.troubles.popleft() if self.troubles else FINE
        self.requests.append(request)
        self.on_request(request)
        if trouble.arrives_after_ms == 0:
            answer = self._arrive(request, self.now(), trouble)
            return trouble.answer or answer
        if trouble.arrives_after_ms is not None:
            self._under_way.append((self.now() + trouble.arrives_after_ms, request, trouble))
        assert trouble.answer is not None, "who hears nothing must be told so"
        return trouble.answer

    def find(self, symbol: str, client_order_id: str, timestamp: int, window_ms: int, key: Credentials) -> Answer:
        self._catch_up()
        self.lookups.append(self.now())
        if self.lookup_answers:
            return self.lookup_answers.popleft()
        refusal = self._refused_access(timestamp, window_ms, key, self.now())
        if refusal:
            return refusal
        for held in reversed(self._orders):
            named = (held.report.symbol, held.report.client_order_id) == (symbol, client_order_id)
            if named and held.visible_from <= self.now():
                return Accepted(held.report)
        return Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")

    def history(
        self, symbol: str, since: int, timestamp: int, window_ms: int, key: Credentials
    ) -> list[OrderReport] | Failure:
        self._catch_up()
        if self.lookup_answers:
            return self.lookup_answers.popleft()
        refusal = self._refused_access(timestamp, window_ms, key, self.now())
        visible = [held.report for held in self._orders if held.visible_from <= self.now()]
        return refusal or [report for report in visible if report.symbol == symbol and report.created_at >= since]

    def change(self, client_order_id: str, **changes: Any) -> None:
        """Let this become of the open order of that id, whoever did it: a trade, its end, another size."""
        held = next(each for each in self.orders if each.open and each.report.client_order_id == client_order_id)
        held.report = replace(held.report, **changes)
        held.open = held.report.open

    def fees(self, order_id: str, timestamp: int, window_ms: int, key: Credentials) -> Fees | Failure:
        """What the order's trades cost, if that is told here."""
        self._catch_up()
        self.fees_asked.append(order_id)
        if self.lookup_answers:
            return self.lookup_answers.popleft()
        refusal = self._refused_access(timestamp, window_ms, key, self.now())
        if self.fee is None or refusal:
            return refusal or Failure(Meaning.UNKNOWN, None, "no trades are shown")
        report = next(held.report for held in self._orders if held.report.order_id == order_id)
        return {"USDT": report.executed_quantity * (report.average_price or Decimal(0)) * self.fee}

    def whose(self, timestamp: int, window_ms: int, key: Credentials) -> str | Failure | None:
        """The account's id, if the key is one of its."""
        self._catch_up()
        if self.lookup_answers:
            return self.lookup_answers.popleft()
        return self._refused_access(timestamp, window_ms, key, self.now()) or self.account_id

    def _catch_up(self) -> None:
        """Let the requests arrive whose time has come."""
        due = [entry for entry in self._under_way if entry[0] <= self.now()]
        self._under_way = [entry for entry in self._under_way if entry[0] > self.now()]
        for at, request, trouble in due:
            self._arrive(request, at, trouble)

    def _arrive(self, request: Received, at: int, trouble: Trouble) -> Answer:
        refusal = self._refused_access(request.signed_at, request.recv_window_ms, request.credentials, at)
        refusal = refusal or self._refused_order(request.asked)
        if refusal:
            return refusal
        if request.asked.dry_run:
            return Accepted(None)
        return Accepted(self._execute(request.asked, at + trouble.executes_after_ms, trouble.hidden_ms))

    def _refused_access(self, timestamp: int, window_ms: int, key: Credentials, at: int) -> Failure | None:
        if timestamp >= at + AHEAD_MS or at - timestamp > window_ms:
            return Failure(Meaning.CLOCK, "-1021", "Timestamp for this request is outside of the recvWindow.")
        if key not in self.keys:
            return Failure(Meaning.CREDENTIALS, "-2015", "Invalid API-key, IP, or permissions for action.")
        return None

    def _refused_order(self, order: Order) -> Failure | None:
        instrument = self.instruments.get(order.symbol)
        if instrument is None:
            return Failure(Meaning.REJECT, "-1121", "Invalid symbol.")
        if order.quantity is not None and instrument.lot.find_problem(order.quantity):
            return Failure(Meaning.STALE_RULES, "-1013", "Filter failure: LOT_SIZE")
        if any(held.open and held.report.client_order_id == order.client_order_id for held in self._orders):
            return Failure(Meaning.DUPLICATE, "-2010", "Duplicate order sent.")
        if not order.dry_run and self._cost(order) > self.funds:
            return Failure(Meaning.REJECT, "-2010", "Account has insufficient balance for requested action.")
        return None

    def _execute(self, order: Order, at: int, hidden_ms: int) -> OrderReport:
        rests = order.type == "LIMIT" and order.time_in_force == "GTC"
        quantity = order.quantity or (order.quote_quantity or Decimal(0)) / self.prices[order.symbol]
        report = OrderReport(
            order_id=str(len(self._orders) + 1),
            client_order_id=order.client_order_id,
            symbol=order.symbol,
            side=order.side,
            status="NEW" if rests else "FILLED",
            quantity=quantity,
            executed_quantity=Decimal(0) if rests else quantity,
            quote_quantity=order.quote_quantity,
            average_price=None if rests else self.prices[order.symbol],
            created_at=at,
        )
        self.funds -= self._cost(order)
        self._orders.append(Held(report, visible_from=at + hidden_ms, open=rests))
        return report

    def _cost(self, order: Order) -> Decimal:
        if order.side == "SELL":
            return Decimal(0)
        return order.quote_quantity or (order.quantity or Decimal(0)) * (order.price or self.prices[order.symbol])
