"""Where rules and prices of Binance's symbols come from: exchangeInfo and the public price endpoints.

The list of names comes from GET /api/v3/ticker/price without a symbol ("prices for all symbols will be returned",
weight 4, rest-api.md). exchangeInfo without a symbol weighs 20, is some megabytes, and leaves out symbols whose only
permission is that of a trading group. Names are upper case: the exchange's legal range, which its error -1100 prints,
leaves out a to z, and since 2025 there are names beyond ASCII (CHANGELOG.md). SQL words in a request make its firewall
block the sender ("Please avoid SQL keywords in requests", rest-api.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderexec.domain.decimals import parse_amount
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.http import NoReply, Reply, read_json
from orderexec.venues.metered import Metered
from orderexec.venues.replies import Unreadable
from orderexec.venues.rules import join_names
from orderexec.venues.signing import encode_query

from .errors import SPOT_ANSWERS, load_table
from .instruments import read_instrument
from .limits import read_rate_limits
from .products import AVERAGE_PRICE, EXCHANGE_INFO, LAST_PRICE, REFERENCE_PRICE

_SECONDS = 5.0
_RATE_LIMITS = "rateLimits"
_BAD_SYMBOL = "-1121"
_NOBODY_IS_WELCOME = (403, 418, 429, 451)
_NOT_OFFERED = (400, 404)

# A question for rules weighs 20: who names 300 symbols a minute would use up what all signals of the address share.
_WEIGHT_FOR_RULES = 50  # percent
_KEPT_FOR_ORDERS = Failure(
    Meaning.RETRY,
    None,
    "half of the requests of this minute are used, and the other half is kept for orders whose rules are known",
)


@dataclass(frozen=True, slots=True)
class BinanceMarketData:
    """Implements venues.rules.MarketData for one product."""

    http: Metered

    def fetch_names(self) -> str | Failure:
        """See MarketData. exchangeInfo is the second source, for an exchange that is up but does not give the first.

        "" if it is up and gives neither: a test exchange, which is asked for each symbol by its name.
        """
        for path in (LAST_PRICE, EXCHANGE_INFO):
            reply = self.http.send("GET", path, seconds=_SECONDS)
            document = read_json(reply)
            names = join_names(_read_names(document)) if isinstance(reply, Reply) and reply.status == 200 else ""
            if names:
                return names
            if isinstance(reply, NoReply) or reply.status in _NOBODY_IS_WELCOME:
                break
        offered = isinstance(reply, NoReply) or reply.status not in _NOT_OFFERED
        return SPOT_ANSWERS.classify_question(reply, document) if offered else ""

    def fetch_instrument(self, symbol: str) -> str | Failure:
        """See MarketData."""
        if self.http.traffic.load().weight_percent >= _WEIGHT_FOR_RULES:
            return _KEPT_FOR_ORDERS  # what is known of the symbol serves meanwhile, however old
        reply = self.http.send("GET", EXCHANGE_INFO, query=encode_query({"symbol": symbol}), seconds=_SECONDS)
        return _read_instrument_text(reply, symbol)

    def parse_instrument(self, text: str) -> Instrument | Failure:
        """See MarketData. The limits of the whole exchange come with every symbol's rules, and are kept here."""
        entry = json.loads(text)
        self.http.traffic.learn(read_rate_limits(entry.get(_RATE_LIMITS)))
        return Failure(Meaning.REJECT, entry["code"], entry["msg"]) if "code" in entry else read_instrument(entry)

    def fetch_market_price(self, symbol: str) -> str | Failure:
        """See MarketData. Filters measure at the reference price where the symbol has one (filters.md, 2026-05)."""
        reference = self._fetch_price(REFERENCE_PRICE, "referencePrice", symbol)
        return reference if isinstance(reference, str) else self._fetch_price(AVERAGE_PRICE, "price", symbol)

    def fetch_last_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self._fetch_price(LAST_PRICE, "price", symbol)

    def refuse_unlisted(self, symbol: str, count: int) -> Failure:
        """See MarketData."""
        known = load_table().codes[_BAD_SYMBOL]
        detail = f"{symbol!a} is none of the {count} symbols that the exchange lists: {known.what}; {known.do.words}"
        return Failure(Meaning.REJECT, _BAD_SYMBOL, detail)

    def _fetch_price(self, path: str, field: str, symbol: str) -> str | Failure:
        reply = self.http.send("GET", path, query=encode_query({"symbol": symbol}), seconds=_SECONDS)
        document = read_json(reply)
        price = document.get(field) if isinstance(document, dict) else None
        if isinstance(price, str) and parse_amount(price) is not None:
            return price
        return SPOT_ANSWERS.classify_question(reply, document)


def _read_names(document: object) -> list[str]:
    entries = document.get("symbols") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        return []
    names = (entry.get("symbol") for entry in entries if isinstance(entry, dict))
    return [name for name in names if isinstance(name, str)]


def _read_instrument_text(reply: Reply | NoReply, symbol: str) -> str | Failure:
    """Return what all containers keep of exchangeInfo: the symbol, or the word that it will never tell."""
    document = read_json(reply)
    if isinstance(reply, Reply) and reply.status == 200 and isinstance(document, dict):
        symbols = document.get("symbols")
        for entry in symbols if isinstance(symbols, list) else ():
            if isinstance(entry, dict) and entry.get("symbol") == symbol and _is_readable(entry):
                # permissionSets is by far the largest part, and of no use before an order is refused for it.
                kept = {name: value for name, value in entry.items() if name != "permissionSets"}
                return json.dumps(kept | {_RATE_LIMITS: document.get(_RATE_LIMITS)})
    refused = SPOT_ANSWERS.classify_question(reply, document)
    if refused.meaning is Meaning.REJECT:
        return json.dumps({"code": refused.code, "msg": refused.detail})
    return refused


def _is_readable(entry: Mapping[str, Any]) -> bool:
    try:
        return bool(read_instrument(entry))
    except Unreadable:
        return False
