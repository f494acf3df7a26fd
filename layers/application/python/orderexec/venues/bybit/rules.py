"""The questions of one Bybit product about its symbols: names, rules and two prices.

The list of names comes from the tickers of all symbols, since instruments-info gives it in pages of at most 1,000.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from orderexec.domain.decimals import parse_amount
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.http import read_json
from orderexec.venues.metered import Metered
from orderexec.venues.replies import Unreadable, parse_reply, read_items
from orderexec.venues.rules import join_names
from orderexec.venues.signing import encode_query

from .errors import classify_question, is_error, load_table
from .instruments import read_instrument
from .products import INSTRUMENTS, TICKERS, BybitProduct

T = TypeVar("T")
_SECONDS = 5.0
_BAD_SYMBOLS = {True: "170121", False: "10001"}  # what the exchange says of an unknown one, by whether it is spot


@dataclass(frozen=True, slots=True)
class BybitMarketData:
    """Implements venues.rules.MarketData for one product."""

    http: Metered
    product: BybitProduct

    def fetch_names(self) -> str | Failure:
        """See MarketData."""
        return self._ask(TICKERS, {}, lambda entries: join_names(_read_names(entries)))

    def fetch_instrument(self, symbol: str) -> str | Failure:
        """See MarketData. Without a status only what is traded is listed."""
        return self._ask(INSTRUMENTS, {"symbol": symbol}, lambda entries: self._write_rules(entries, symbol))

    def parse_instrument(self, text: str) -> Instrument | Failure:
        """See MarketData."""
        entry = json.loads(text)
        if "code" in entry:
            return Failure(Meaning.REJECT, entry["code"], entry["msg"])
        return read_instrument(entry, self.product)

    def fetch_market_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self._fetch_price(symbol, self.product.market_price)

    def fetch_last_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self._fetch_price(symbol, "lastPrice")

    def refuse_unlisted(self, symbol: str, count: int) -> Failure:
        """See MarketData."""
        code = _BAD_SYMBOLS[self.product.spot]
        known = load_table().codes[code]
        detail = f"{symbol!a} is none of the {count} symbols that the exchange lists for {self.product.category}"
        return Failure(Meaning.REJECT, code, f"{detail}; {known.do.words}")

    def _write_rules(self, entries: list[dict[str, Any]], symbol: str) -> str:
        """Return what containers keep of a symbol. Raises Unreadable where its rules cannot be read."""
        for entry in entries:
            if entry.get("symbol") == symbol:
                read_instrument(entry, self.product)
                return json.dumps(entry)
        if entries:
            raise Unreadable("instruments-info tells of another symbol")
        what = f"{symbol!a} cannot be traded now: the exchange lists no rules of it for {self.product.category}"
        return json.dumps({"code": _BAD_SYMBOLS[self.product.spot], "msg": what})

    def _fetch_price(self, symbol: str, name: str) -> str | Failure:
        return self._ask(TICKERS, {"symbol": symbol}, lambda entries: _read_price(entries, symbol, name))

    def _ask(self, path: str, named: Mapping[str, str], read: Callable[[list[dict[str, Any]]], T]) -> T | Failure:
        query = encode_query({"category": self.product.category} | dict(named))
        reply = self.http.send("GET", path, query=query, seconds=_SECONDS)
        return parse_reply(
            reply,
            read_json(reply),
            lambda document: read(read_list(document)),
            dict,
            is_error=is_error,
            classify=classify_question,
        )


def read_list(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the list of a success, which may be empty. Raises Unreadable."""
    result = document.get("result")
    return read_items(result.get("list") if isinstance(result, Mapping) else None)


def _read_names(entries: list[dict[str, Any]]) -> list[str]:
    names = [name for entry in entries if isinstance(name := entry.get("symbol"), str)]
    if not names:
        raise Unreadable("the tickers name no symbol")
    return names


def _read_price(entries: list[dict[str, Any]], symbol: str, name: str) -> str:
    price = next((entry.get(name) for entry in entries if entry.get("symbol") == symbol), None)
    if not isinstance(price, str) or parse_amount(price) is None:
        raise Unreadable(f"the ticker of {symbol!a} has no {name}")
    return price
