"""Where rules and prices of Binance's symbols come from: exchangeInfo and the public price endpoints, shared by all."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.decimals import parse_amount
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Chance, SharedCache, Snapshot
from orderexec.venues.http import NoReply, Reply, json_body
from orderexec.venues.shared_book import SharedBook

from .errors import failure
from .instruments import read_instrument
from .metered import Metered, read_rate_limits
from .signing import encoded
from .values import Unreadable

_SECONDS = 5.0
_BAD_SYMBOL = "-1121"
_RATE_LIMITS = "rateLimits"


@dataclass(frozen=True, slots=True)
class BinanceRules:
    """Implements ports.Rules for one product."""

    instruments: SharedBook[Instrument | Failure]
    averages: SharedBook[Decimal]
    last_prices: SharedBook[Decimal]

    def instrument(self, symbol: str, *, not_before: int) -> Snapshot[Instrument | Failure] | None:
        """See ports.Rules."""
        return self.instruments.get(symbol, not_before=not_before)

    def market_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | None:
        """See ports.Rules."""
        return self.averages.get(symbol, not_before=not_before)

    def last_price(self, symbol: str, *, not_before: int) -> Snapshot[Decimal] | None:
        """See ports.Rules."""
        return self.last_prices.get(symbol, not_before=not_before)


def binance_rules(venue: str, http: Metered, cache: SharedCache, chance: Chance) -> BinanceRules:
    """The rules of one product, `venue` being its name in the contract."""

    def fetch_instrument(symbol: str) -> str | None:
        return _instrument_text(
            http.send("GET", "/api/v3/exchangeInfo", query=_query(symbol), seconds=_SECONDS), symbol
        )

    def parse_instrument(text: str) -> Instrument | Failure:
        document = json.loads(text)
        http.traffic.learn(read_rate_limits(document.get(_RATE_LIMITS)))  # they come with every symbol's rules
        return _read_instrument(document)

    def fetch_price(path: str, field: str, symbol: str) -> str | None:
        return _price_text(http.send("GET", path, query=_query(symbol), seconds=_SECONDS), field)

    def fetch_average(symbol: str) -> str | None:
        # Filters measure at the reference price where the symbol has one (filters.md, since 2026-05).
        reference = fetch_price("/api/v3/referencePrice", "referencePrice", symbol)
        return reference or fetch_price("/api/v3/avgPrice", "price", symbol)

    def fetch_last(symbol: str) -> str | None:
        return fetch_price("/api/v3/ticker/price", "price", symbol)

    return BinanceRules(
        SharedBook(f"{venue}/rules", cache, fetch_instrument, parse_instrument, chance),
        SharedBook(f"{venue}/price", cache, fetch_average, Decimal, chance),
        SharedBook(f"{venue}/last", cache, fetch_last, Decimal, chance),
    )


def _query(symbol: str) -> str:
    return encoded({"symbol": symbol})


def _instrument_text(reply: Reply | NoReply, symbol: str) -> str | None:
    """What all containers keep of exchangeInfo: the one symbol, or the exchange's word that there is none."""
    document = json_body(reply)
    if isinstance(reply, Reply) and reply.status == 200 and isinstance(document, dict):
        symbols = document.get("symbols")
        for entry in symbols if isinstance(symbols, list) else ():
            if isinstance(entry, dict) and entry.get("symbol") == symbol and _readable(entry):
                # permissionSets is by far the largest part, and of no use before an order is refused for it.
                kept = {name: value for name, value in entry.items() if name != "permissionSets"}
                return json.dumps(kept | {_RATE_LIMITS: document.get(_RATE_LIMITS)})
    refused = failure(reply, document)
    return json.dumps({"code": refused.code, "msg": refused.detail}) if refused.code == _BAD_SYMBOL else None


def _readable(entry: dict[str, object]) -> bool:
    try:
        return bool(read_instrument(entry))
    except Unreadable:
        return False


def _read_instrument(entry: dict[str, Any]) -> Instrument | Failure:
    return Failure(Meaning.REJECT, entry["code"], entry["msg"]) if "code" in entry else read_instrument(entry)


def _price_text(reply: Reply | NoReply, field: str) -> str | None:
    document = json_body(reply)
    price = document.get(field) if isinstance(document, dict) else None
    return price if isinstance(price, str) and parse_amount(price) is not None else None
