"""What the inside asks of the outside: one Protocol each for the ledger, an exchange, secrets, rules and letters."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from .domain.backlog import OpenRow
from .domain.controls import ClosedGate, Controls
from .domain.instruments import Instrument
from .domain.lifecycle import Row, State
from .domain.limits import Limits
from .domain.messages import Message
from .domain.orders import OrderReport
from .domain.outcomes import Answer, Failure, SendTiming
from .domain.rate_limits import Load
from .domain.requests import Request
from .domain.signals import Identity
from .domain.validity import Resend, Validity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DayFull:
    """A limit of its day does not allow the attempt: `detail` names the limit and the value. Nothing was written."""

    detail: str


@dataclass(frozen=True, slots=True)
class DayBusy:
    """Too many signals of the account are being counted at this moment: it may be tried again. Nothing was written."""

    detail: str


class RowChanged(Exception):
    """Raised to the loser of a compare-and-swap: nothing of his was written, and `current` is the row that stands."""

    def __init__(self, current: Row) -> None:
        super().__init__(f"{current.identity.key} was written by somebody else meanwhile")
        self.current = current


class Ledger(Protocol):
    """One row a signal, changed only by compare-and-swap. A fault of the store itself raises.

    What a row's attempt is counted as (`Row.counted`) moves the counter of its account's day with the very write.
    """

    def read(self, identity: Identity) -> Row | None:
        """The row as it stands after every write that was acknowledged. Raises UnreadableRow (domain/unreadable.py)."""

    def write(self, row: Row, *, over: Row) -> None:
        """Put `row` where `over` stands (its token; none where `over` was never written).

        It stands afterwards, also if an earlier try of this very write had applied it and lost its reply. Raises
        RowChanged if another row stands there: then nothing was changed. Raises UnreadableRow if that cannot be read.
        What `over` was counted as and `row` is not is taken back, by the same write: all of it, or nothing.
        """

    def claim(self, row: Row, *, over: Row, limits: Limits) -> DayFull | DayBusy | None:
        """As `write`, for an attempt that is counted: the row and its count are written, or neither of them.

        Not if the day of `row.counted` would hold more than `limits` allow. What `over` was counted as is replaced.
        """

    def overdue(self, before: int) -> Iterator[OpenRow]:
        """The open rows that are to be looked at before that instant (epoch ms), of all venues, in no order.

        It costs no look at any row, and tells also of those that cannot be read.
        """


@dataclass(frozen=True, slots=True)
class OpenSignal:
    """A signal that has not ended, and since when (epoch ms): in doubt, waiting, or dead without its letter."""

    key: str
    state: State
    since: int


class OpenSignals(Protocol):
    """The signals of the ledger that have not ended. A fault of the store raises."""

    def look(self) -> list[OpenSignal]:
        """Those that are due first and those that are due last, as many as can be read at little cost."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An RSA key (signs by PKCS#1 v1.5 with SHA-256) or an Ed25519 key, opened and ready; equal if of one pair.

    `public` is the public half as DER; `sign` makes of a payload the bare signature.
    """

    public: bytes = field(repr=False)
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Key and secret of one account at an exchange; neither shows in a log or a traceback.

    The secret is a text that the exchange holds as well (HMAC), or a private key of which it holds the public half.
    `account` is whose they are, for whom the exchange counts orders.
    """

    api_key: str = field(repr=False)
    api_secret: str | PrivateKey = field(repr=False)
    account: str = field(default="", compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """A digest of the API key, never of the secret: it tells keys apart and may stand in a row or a log."""
        return hashlib.sha256(self.api_key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Why the account cannot sign: a person has to put it right. `exists`: there certainly is a secret of that name."""

    detail: str
    exists: bool = field(default=False, compare=False)


class Secrets(Protocol):
    """The exchange keys of the accounts. A fault of the store that may pass raises."""

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """The account's key, at most some minutes old, or as it is now with `refetch`."""

    def previous(self, account: str) -> Credentials | NoCredentials:
        """The key that the account had before its present one, where the store still keeps it."""


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """A value of the exchange's and when it was fetched (epoch ms, local clock).

    `trouble` says why a newer one cannot be had, if a newer one was asked for.
    """

    value: T
    fetched_at: int
    trouble: Failure | None = field(default=None, compare=False)


class Rules(Protocol):
    """What the exchange says of its symbols, cached and shared, so that reading it costs next to nothing.

    A Failure in place of a snapshot: nothing is known now, and this is why. No request names a symbol that the
    exchange is not known to have, because a producer of signals chooses the name.
    """

    def instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | Failure:
        """The symbol's rules, fetched at `not_before` (epoch ms) or later if they can be had, else the last known.

        A Failure as the snapshot's value is the exchange's word that it has no such symbol.
        """

    def market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """A recent average price, the one that the exchange measures orders at, on the same terms."""

    def last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """The price of the last trade, on the same terms."""

    def symbols(self, *, not_before: int) -> Snapshot[frozenset[str]] | Failure:
        """The names of all symbols, on the same terms."""


class Traffic(Protocol):
    """What may go to one venue now, so that its limits are kept and not only met."""

    def find_closed_gate(self, account: str, *, places: bool) -> ClosedGate | None:
        """Until when no request for the account may be made; if it is one that `places` orders, pauses count too."""

    def load(self) -> Load:
        """How near its limits are, as far as this container knows."""

    def answered(self, sent: SendTiming) -> None:
        """Keep how an order request went, to be told."""

    def answers(self) -> list[SendTiming]:
        """How the order requests went since this was last asked, the newest hundred."""

    def turn(self, account: str, orders: int = 1) -> AbstractContextManager[ClosedGate | None]:
        """Wait until so many more orders of the account may be under way, which one request places.

        If none may go now: until when, and why.
        """


class ExchangeAccounts(Protocol):
    """For whom requests are signed at one venue. A fault of the store that keeps the ids raises."""

    @property
    def address(self) -> str:
        """The exchange that requests go to; equal for two venues only if they are documented to be one exchange."""

    def signer(self, credentials: Credentials) -> str:
        """Where and with which key a request is signed: the exchange's address, and the key's fingerprint."""

    def known(self, signer: str) -> str | None:
        """The exchange's own id of the account that the key belongs to, if any container has ever asked for it."""

    def of(self, credentials: Credentials) -> str | Failure | None:
        """The exchange's own id of the key's account, asked for unless it is known. None: it tells no such id."""


class Venue(Protocol):
    """One exchange product. Nothing raises: every failure is an answer."""

    @property
    def rules(self) -> Rules:
        """Its symbols' rules."""

    @property
    def traffic(self) -> Traffic:
        """What may be sent to it now."""

    @property
    def resend(self) -> Resend:
        """How often an order may be sent again after a doubt."""

    @property
    def accounts(self) -> ExchangeAccounts:
        """Whose keys they are, by its own word."""

    def validity(self, request: Request) -> Validity:
        """For how long the request may still take effect after the instant that it is signed with."""

    def now(self) -> int:
        """The exchange's clock, epoch ms, as well as it is known without asking."""

    def server_time(self) -> int | Failure:
        """The exchange's clock, asked for; `now` is corrected by it."""

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """Send the request once, signed with `signed_at` and no other instant."""

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """Return whether the request has had its effect, found by its client order id.

        A Failure that `shows_absence` only on the exchange's own word that it has not: NOT_FOUND if there is no such
        order, NO_EFFECT if the order is there but is not cancelled, or not reduced.
        """

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """As `find`, but an order is looked for in every source that the venue names, from `since` on (epoch ms).

        NOT_FOUND only if each of them says so; one that fails or shows the order decides otherwise.
        """

    def free_balance(self, asset: str, credentials: Credentials) -> Decimal | Failure:
        """What the account has of `asset` and no order holds."""

    def orders_of(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """Every order with the request's client order id from `since` (exchange's clock, epoch ms) on, open or not."""


class ControlBoard(Protocol):
    """The gates and halts that all containers share (domain/controls.py). A fault of the store raises."""

    def current(self) -> Controls:
        """As they stood at most a second ago, and with what this container has changed since."""

    def glance(self) -> Controls:
        """As `current`, but as they were last seen where the store fails: it never raises."""

    def known(self) -> Controls:
        """As they were last seen, however long ago; never asks the store."""

    def close_gate(self, gate: str, until: int, why: str) -> None:
        """Close the gate until then (epoch ms); one that is closed for longer stays as it is.

        Never raises: if the store fails, this container at least keeps to it.
        """

    def halt(self, scope: str, why: str, *, automatic: bool = False) -> bool:
        """Halt the signals of a scope (scopes.py); False if they were halted already, and the first reason stands.

        False as well for an `automatic` one that has no room (domain/board_room.py). One by a person raises then, and
        `global` always has room.
        """

    def resume(self, scope: str) -> bool:
        """Lift the halt of a scope and forget its refusals; False if there was none."""

    def open_gate(self, gate: str, until: int) -> bool:
        """Open the gate that is closed until then; False if it is open, or was closed until another time meanwhile.

        Every container keeps to it with its next look, also one that closed the gate itself.
        """

    def count_refusal(self, run: str) -> int:
        """One more refusal of a run (domain/refusals.py); how many these are now."""

    def forget_refusals(self, runs: tuple[str, ...]) -> None:
        """These runs are over."""


class AccountLimits(Protocol):
    """What users allow their accounts to do. A fault of the store that may pass raises."""

    def of(self, account: str) -> Limits | str:
        """The account's limits, at most a minute old; a sentence if what is written there cannot be read."""


class DeadLetters(Protocol):
    """Where a message goes whose signal is dead."""

    def send(self, message: Message, row: Row) -> None:
        """The message as it came, with why and how often it was tried, how old its signal is, and the row's mark.

        Of any size: what there is no room for is cut, and the letter says so. Raises if it is not durable.
        """


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A shared fact: its text and when it was fetched (None and 0 before the first time), who may ask next when.

    `failure` says why the last try to fetch it failed; None while somebody tries again.
    """

    text: str | None
    fetched_at: int
    leased_until: int
    failure: str | None = None


class SharedCache(Protocol):
    """A store that all containers see. Times in epoch ms. A fault of the store raises."""

    def read(self, key: str) -> CacheEntry | None:
        """The entry as it stands."""

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """Take the right to fetch, if the entry's `leased_until` is still `seen` (0: there is no entry)."""

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """Put what was fetched; nobody may fetch again before `leased_until`."""

    def fail(self, key: str, why: str, *, leased_until: int) -> None:
        """Tell all why it could not be fetched; what was fetched before stays, nobody tries before `leased_until`."""


def _ticks() -> int:
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, injected: `now` returns epoch ms, `sleep` waits so many seconds, `ticks` returns ms since any start.

    `ticks` never goes back, as `now` may when a clock is set; but it may stand still while a container is frozen. What
    is old by either of them is old.
    """

    now: Callable[[], int]
    sleep: Callable[[float], None]
    ticks: Callable[[], int] = _ticks


@dataclass(frozen=True, slots=True)
class Randomness:
    """Chance, injected: `token` returns a text unlike any other, `jitter` a number from 0 up to 1, 1 excluded."""

    token: Callable[[], str]
    jitter: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ports:
    """One of each, as the use cases are given them: by bootstrap the real ones, by a test or the simulation doubles."""

    ledger: Ledger
    venues: Mapping[str, Venue]
    secrets: Secrets
    board: ControlBoard
    limits: AccountLimits
    dead_letters: DeadLetters
    clock: Clock
    randomness: Randomness
