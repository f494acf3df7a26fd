"""The questions of Binance's futures about their symbols: names, rules and two prices.

exchangeInfo comes as a whole, a megabyte or more. Threads that ask for rules at the same time share one answer, as
long as it was asked for after each of them began to ask.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderexec.domain.decimals import parse_amount
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.http import read_json
from orderexec.venues.metered import Metered
from orderexec.venues.replies import Unreadable, read_items
from orderexec.venues.rules import join_names
from orderexec.venues.signing import encode_query

from .futures_instruments import read_instrument
from .futures_products import EXCHANGE_INFO, MARK_PRICE, FuturesProduct
from .limits import read_rate_limits

_SECONDS = 5.0
_RATE_LIMITS = "rateLimits"
_BAD_SYMBOL = "-1121"


@dataclass(frozen=True, slots=True)
class _Listed:
    """What exchangeInfo said: its symbols by their names, and the limits of the whole exchange."""

    symbols: Mapping[str, dict[str, Any]]
    limits: object


@dataclass(slots=True)
class FuturesMarketData:
    """Implements venues.rules.MarketData for one product."""

    http: Metered
    product: FuturesProduct
    _listed: _Listed | Failure = field(default_factory=lambda: _Listed({}, None), init=False, repr=False)
    _asked_at: int = field(default=-1, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def fetch_names(self) -> str | Failure:
        """See MarketData. The prices of all symbols are a twentieth of exchangeInfo, and name the same symbols."""
        reply = self.http.send("GET", self.product.last_price, seconds=_SECONDS)
        document = read_json(reply)
        return self.product.answers.parse(reply, document, _read_names, list)

    def fetch_instrument(self, symbol: str) -> str | Failure:
        """See MarketData."""
        listed = self._fetch_listed()
        if isinstance(listed, Failure):
            return listed
        entry = listed.symbols.get(symbol)
        if entry is None:
            unlisted = self.refuse_unlisted(symbol, len(listed.symbols))
            return json.dumps({"code": unlisted.code, "msg": unlisted.detail})
        try:
            read_instrument(entry)
        except Unreadable as error:  # not kept: the symbol is there, and may be read again soon
            return Failure(Meaning.UNKNOWN, None, f"the rules of {symbol} cannot be read: {error}")
        return json.dumps(entry | {_RATE_LIMITS: listed.limits})

    def parse_instrument(self, text: str) -> Instrument | Failure:
        """See MarketData. The limits of the whole exchange come with every symbol's rules, and are kept here."""
        entry = json.loads(text)
        self.http.traffic.learn(read_rate_limits(entry.get(_RATE_LIMITS)))
        return Failure(Meaning.REJECT, entry["code"], entry["msg"]) if "code" in entry else read_instrument(entry)

    def fetch_market_price(self, symbol: str) -> str | Failure:
        """See MarketData. PERCENT_PRICE measures at the mark price."""
        return self._fetch_price(self.product.path(MARK_PRICE), "markPrice", symbol)

    def fetch_last_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self._fetch_price(self.product.last_price, "price", symbol)

    def refuse_unlisted(self, symbol: str, count: int) -> Failure:
        """See MarketData."""
        known = self.product.answers.load_table().codes[_BAD_SYMBOL]
        detail = f"{symbol!a} is none of the {count} symbols that the exchange lists: {known.what}; {known.do.words}"
        return Failure(Meaning.REJECT, _BAD_SYMBOL, detail)

    def _fetch_listed(self) -> _Listed | Failure:
        """Return the rules of every symbol, asked for after this was called."""
        called_at = self.http.traffic.clock.ticks()
        with self._lock:
            if self._asked_at < called_at:
                self._asked_at = self.http.traffic.clock.ticks()
                self._listed = self._ask_listed()
            return self._listed

    def _ask_listed(self) -> _Listed | Failure:
        reply = self.http.send("GET", self.product.path(EXCHANGE_INFO), seconds=_SECONDS)
        document = read_json(reply)
        told = self.product.answers.parse(reply, document, _read_listed)
        if not isinstance(told, Failure):
            return told
        return self.product.answers.classify_question(reply, document) if not isinstance(document, dict) else told

    def _fetch_price(self, path: str, name: str, symbol: str) -> str | Failure:
        reply = self.http.send("GET", path, query=encode_query({"symbol": symbol}), seconds=_SECONDS)
        document = read_json(reply)
        # COIN-M answers with a list, even about one symbol.
        entries = document if isinstance(document, list) else [document]
        found = (entry.get(name) for entry in entries if isinstance(entry, dict) and entry.get("symbol") == symbol)
        price = next(found, None)
        if isinstance(price, str) and parse_amount(price) is not None:
            return price
        return self.product.answers.classify_question(reply, document)


def _read_names(entries: object) -> str:
    names = (entry.get("symbol") for entry in read_items(entries))
    return join_names(name for name in names if isinstance(name, str))


def _read_listed(document: Mapping[str, Any]) -> _Listed:
    """Return every symbol that has a name. Raises Unreadable if that is none."""
    symbols = {entry["symbol"]: entry for entry in read_items(document.get("symbols")) if entry.get("symbol")}
    if not symbols:
        raise Unreadable("exchangeInfo lists no symbol")
    return _Listed(symbols, document.get(_RATE_LIMITS))
