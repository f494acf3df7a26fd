"""What an exchange says of its symbols, shared by all containers: rules, two prices, and the list of all names.

No request names a symbol that the exchange is not known to have, because a producer of signals chooses the name. So the
list of names is asked for before the rules of a symbol, and the rules before its price.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure
from orderexec.ports import Clock, SharedCache, Snapshot

from .shared_book import SharedBook

_ALL = "all"  # the one subject of the book of names
_LIST_INTERVAL_MS = 10_000  # between two lists, however many unknown symbols are asked for
# A price is asked for with every bracket: its fetches lie as far apart as it may be old, so that nobody waits for
# the next one to be allowed; and who finds one under way waits for that one, not for its lease to lapse.
_PRICE_INTERVAL_MS = 1_000
_PRICE_PATIENCE_MS = 1_000
_RULES_OF_A_PRICE_MS = 600_000


class MarketData(Protocol):
    """The questions of one venue about its symbols. Each answer is a text that all containers keep, or why not."""

    def fetch_names(self) -> str | Failure:
        """Return the names of all symbols, as `join_names` writes them; "" from an exchange that does not list them."""

    def fetch_instrument(self, symbol: str) -> str | Failure:
        """Return the rules of the symbol, or the exchange's word that it has none, as `parse_instrument` reads them."""

    def parse_instrument(self, text: str) -> Instrument | Failure:
        """Return what `fetch_instrument` wrote. Raises if another version wrote it in another form."""

    def fetch_market_price(self, symbol: str) -> str | Failure:
        """Return the price that the exchange measures orders at, as a decimal."""

    def fetch_last_price(self, symbol: str) -> str | Failure:
        """Return the price of the last trade, as a decimal."""

    def refuse_unlisted(self, symbol: str, count: int) -> Failure:
        """Return what the exchange would say of a symbol that none of its `count` symbols is."""


@dataclass(frozen=True, slots=True)
class SharedRules:
    """Implements ports.Rules for one venue."""

    instruments: SharedBook[Instrument | Failure]
    market_prices: SharedBook[Decimal]
    last_prices: SharedBook[Decimal]
    names: SharedBook[frozenset[str]]

    def get_instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | Failure:
        """See ports.Rules."""
        return self.instruments.get(symbol, not_before=not_before)

    def get_market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """See ports.Rules."""
        return self.market_prices.get(symbol, not_before=not_before)

    def get_last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """See ports.Rules."""
        return self.last_prices.get(symbol, not_before=not_before)

    def get_symbols(self, *, not_before: int) -> Snapshot[frozenset[str]] | Failure:
        """See ports.Rules."""
        return self.names.get(_ALL, not_before=not_before)


def share_rules(venue: str, source: MarketData, cache: SharedCache, clock: Clock) -> SharedRules:
    """Return the rules of one venue, `venue` being its name in the contract, under which the cache keeps them."""

    def admit_listed(symbol: str, not_before: int) -> Snapshot[Instrument | Failure] | Failure | None:
        """Return None if the exchange may be asked for the rules of a symbol that nothing is known of."""
        known = names.known(_ALL)
        if known is not None and symbol in known.value:
            return None
        listed = names.get(_ALL, not_before=not_before)
        if isinstance(listed, Failure):
            return listed
        if symbol in listed.value or not listed.value:
            return None
        return listed.trouble or Snapshot(source.refuse_unlisted(symbol, len(listed.value)), listed.fetched_at)

    def admit_tradable(symbol: str, _: int) -> Failure | None:
        """Return None if the exchange may be asked for a price. The rules are needed anyway, before or after it."""
        rules = instruments.get(symbol, not_before=clock.now() - _RULES_OF_A_PRICE_MS)
        if isinstance(rules, Snapshot) and isinstance(rules.value, Failure):
            # A refusal rests on a list that is new.
            rules = instruments.get(symbol, not_before=clock.now() - _LIST_INTERVAL_MS)
        if isinstance(rules, Failure):
            return rules
        return rules.value if isinstance(rules.value, Failure) else None

    names = SharedBook(
        f"{venue}/symbols", cache, lambda _: source.fetch_names(), _split_names, clock, interval_ms=_LIST_INTERVAL_MS
    )
    instruments = SharedBook(
        f"{venue}/rules", cache, source.fetch_instrument, source.parse_instrument, clock, admit_listed
    )
    market_prices, last_prices = (
        SharedBook(
            f"{venue}/{name}", cache, fetch, Decimal, clock, admit_tradable, _PRICE_INTERVAL_MS, _PRICE_PATIENCE_MS
        )
        for name, fetch in (("price", source.fetch_market_price), ("last", source.fetch_last_price))
    )
    return SharedRules(instruments, market_prices, last_prices, names)


def join_names(names: Iterable[str]) -> str:
    """Return the names of symbols with a space between them, so that a list of 3,500 takes 35 KB in the cache."""
    return " ".join(sorted({name for name in names if name.isprintable() and " " not in name}))


def _split_names(text: str) -> frozenset[str]:
    return frozenset(text.split())
