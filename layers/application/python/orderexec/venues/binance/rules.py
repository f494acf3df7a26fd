"""Where rules and prices of Binance's symbols come from: exchangeInfo and the public price endpoints, shared by all."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.decimals import parse_amount
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, SharedCache, Snapshot
from orderexec.venues.http import NoReply, Reply, json_body
from orderexec.venues.shared_book import SharedBook

from .errors import question_failure
from .instruments import read_instrument
from .metered import Metered, read_rate_limits
from .signing import encoded
from .symbols import ALL, INTERVAL_MS, parse_names, read_names, unlisted
from .values import Unreadable

_SECONDS = 5.0
_RATE_LIMITS = "rateLimits"
# A price is asked for with every bracket: its fetches lie as far apart as it may be old, so that nobody waits for
# the next one to be allowed; and who finds one under way waits for that one, not for its lease to lapse.
_PRICE_INTERVAL_MS = 1_000
_PRICE_PATIENCE_MS = 1_000
_RULES_OF_A_PRICE_MS = 600_000

# A question for rules weighs 20: who names 300 symbols a minute would use up what all signals of the address share.
_WEIGHT_FOR_RULES = 50  # percent
_KEPT_FOR_ORDERS = Failure(
    Meaning.RETRY, None,
    "half of the requests of this minute are used, and the other half is kept for orders whose rules are known",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BinanceRules:
    """Implements ports.Rules for one product."""

    instruments: SharedBook[Instrument | Failure]
    averages: SharedBook[Decimal]
    last_prices: SharedBook[Decimal]
    lists: SharedBook[frozenset[str]]

    def instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | Failure:
        """See ports.Rules."""
        return self.instruments.get(symbol, not_before=not_before)

    def market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """See ports.Rules."""
        return self.averages.get(symbol, not_before=not_before)

    def last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | Failure:
        """See ports.Rules."""
        return self.last_prices.get(symbol, not_before=not_before)

    def symbols(self, *, not_before: int) -> Snapshot[frozenset[str]] | Failure:
        """See ports.Rules."""
        return self.lists.get(ALL, not_before=not_before)


def binance_rules(venue: str, http: Metered, cache: SharedCache, clock: Clock) -> BinanceRules:
    """The rules of one product, `venue` being its name in the contract."""

    def fetch_names(_: str) -> str | Failure:
        return read_names(lambda path: http.send("GET", path, seconds=_SECONDS))

    def admit_listed(symbol: str, not_before: int) -> Snapshot[Instrument | Failure] | Failure | None:
        """Whether the exchange may be asked for the rules of a symbol that nothing is known of."""
        known = lists.known(ALL)
        if known is not None and symbol in known.value:
            return None
        listed = lists.get(ALL, not_before=not_before)
        if isinstance(listed, Failure):
            return listed
        if symbol in listed.value or not listed.value:
            return None
        return listed.trouble or Snapshot(unlisted(symbol, len(listed.value)), listed.fetched_at)

    def fetch_instrument(symbol: str) -> str | Failure:
        if http.traffic.load().weight_percent >= _WEIGHT_FOR_RULES:
            return _KEPT_FOR_ORDERS  # what is known of the symbol serves meanwhile, however old
        return _instrument_text(
            http.send("GET", "/api/v3/exchangeInfo", query=_query(symbol), seconds=_SECONDS), symbol
        )

    def parse_instrument(text: str) -> Instrument | Failure:
        document = json.loads(text)
        http.traffic.learn(read_rate_limits(document.get(_RATE_LIMITS)))  # they come with every symbol's rules
        return _read_instrument(document)

    def admit_tradable(symbol: str, _: int) -> Failure | None:
        """Whether the exchange may be asked for a price. The rules are needed anyway, before or after it."""
        rules = instruments.get(symbol, not_before=clock.now() - _RULES_OF_A_PRICE_MS)
        if isinstance(rules, Snapshot) and isinstance(rules.value, Failure):
            rules = instruments.get(symbol, not_before=clock.now() - INTERVAL_MS)  # a refusal rests on a new list
        if isinstance(rules, Failure):
            return rules
        return rules.value if isinstance(rules.value, Failure) else None

    def fetch_price(path: str, field: str, symbol: str) -> str | Failure:
        return _price_text(http.send("GET", path, query=_query(symbol), seconds=_SECONDS), field)

    def fetch_average(symbol: str) -> str | Failure:
        # Filters measure at the reference price where the symbol has one (filters.md, since 2026-05).
        reference = fetch_price("/api/v3/referencePrice", "referencePrice", symbol)
        return reference if isinstance(reference, str) else fetch_price("/api/v3/avgPrice", "price", symbol)

    def fetch_last(symbol: str) -> str | Failure:
        return fetch_price("/api/v3/ticker/price", "price", symbol)

    lists = SharedBook(f"{venue}/symbols", cache, fetch_names, parse_names, clock, interval_ms=INTERVAL_MS)
    instruments = SharedBook(f"{venue}/rules", cache, fetch_instrument, parse_instrument, clock, admit_listed)
    averages, last_prices = (
        SharedBook(
            f"{venue}/{name}", cache, fetch, Decimal, clock, admit_tradable, _PRICE_INTERVAL_MS, _PRICE_PATIENCE_MS
        )
        for name, fetch in (("price", fetch_average), ("last", fetch_last))
    )
    return BinanceRules(instruments, averages, last_prices, lists)


def _query(symbol: str) -> str:
    return encoded({"symbol": symbol})


def _instrument_text(reply: Reply | NoReply, symbol: str) -> str | Failure:
    """What all containers keep of exchangeInfo: the one symbol, or the exchange's word that it will never tell."""
    document = json_body(reply)
    if isinstance(reply, Reply) and reply.status == 200 and isinstance(document, dict):
        symbols = document.get("symbols")
        for entry in symbols if isinstance(symbols, list) else ():
            if isinstance(entry, dict) and entry.get("symbol") == symbol and _readable(entry):
                # permissionSets is by far the largest part, and of no use before an order is refused for it.
                kept = {name: value for name, value in entry.items() if name != "permissionSets"}
                return json.dumps(kept | {_RATE_LIMITS: document.get(_RATE_LIMITS)})
    refused = question_failure(reply, document)
    if refused.meaning is Meaning.REJECT:
        return json.dumps({"code": refused.code, "msg": refused.detail})
    return refused


def _readable(entry: dict[str, object]) -> bool:
    try:
        return bool(read_instrument(entry))
    except Unreadable:
        return False


def _read_instrument(entry: dict[str, Any]) -> Instrument | Failure:
    return Failure(Meaning.REJECT, entry["code"], entry["msg"]) if "code" in entry else read_instrument(entry)


def _price_text(reply: Reply | NoReply, field: str) -> str | Failure:
    document = json_body(reply)
    price = document.get(field) if isinstance(document, dict) else None
    return price if isinstance(price, str) and parse_amount(price) is not None else question_failure(reply, document)
