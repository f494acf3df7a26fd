"""What an exchange says of its symbols, cached and shared; and the cache that shares it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure

T = TypeVar("T")


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

    def get_instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | Failure:
        """The symbol's rules, fetched at `not_before` (epoch ms) or later if they can be had, else the last known.

        A Failure as the snapshot's value is the exchange's word that it has no such symbol.
        """

    def get_market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """A recent average price, the one that the exchange measures orders at, on the same terms."""

    def get_last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """The price of the last trade, on the same terms."""

    def get_symbols(self, *, not_before: int) -> Snapshot[frozenset[str]] | Failure:
        """The names of all symbols, on the same terms."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A shared fact: its text, when it was fetched, and from when on somebody may fetch it again. Times in epoch ms.

    Before it is fetched for the first time, `text` is None and `fetched_at` is 0. `failure` says why the last try to
    fetch it failed; it is None while somebody tries again.
    """

    text: str | None
    fetched_at: int
    leased_until: int
    failure: str | None = None


class SharedCache(Protocol):
    """Facts that all containers share. Times in epoch ms. A fault of the store raises."""

    def read(self, key: str) -> CacheEntry | None:
        """Return the entry as it stands, None if there is none."""

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """Take the right to fetch the fact until then, if the entry's `leased_until` is still `seen`.

        A `seen` of 0 means that there is no entry. Returns whether the right was taken.
        """

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """Write what was fetched; nobody may fetch it again before `leased_until`."""

    def publish_failure(self, key: str, why: str, *, leased_until: int) -> None:
        """Write why the fact could not be fetched; nobody may try again before `leased_until`.

        What was fetched before stays.
        """
