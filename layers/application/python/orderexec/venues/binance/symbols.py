"""Which symbols Binance has: the one list that tells a producer's word from a symbol before any request names it.

The list comes from GET /api/v3/ticker/price without a symbol ("prices for all symbols will be returned", weight 4,
rest-api.md). exchangeInfo without a symbol weighs 20, is some megabytes, and leaves out symbols whose only permission
is that of a trading group. Names are upper case: the exchange's legal range, which its error -1100 prints, leaves out
a to z, and since 2025 there are names beyond ASCII (CHANGELOG.md). SQL words in a request make its firewall block the
sender ("Please avoid SQL keywords in requests", rest-api.md).
"""

from collections.abc import Callable

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.http import NoReply, Reply, json_body

from .error_codes import CODES
from .errors import question_failure

ALL = "all"  # the list's one subject
INTERVAL_MS = 10_000  # between two lists, however many unknown symbols are asked for
BAD_SYMBOL = -1121
_PRICES, _EXCHANGE_INFO = "/api/v3/ticker/price", "/api/v3/exchangeInfo"
_NOBODY_IS_WELCOME = (403, 418, 429, 451)
_NOT_OFFERED = (400, 404)


def read_names(ask: Callable[[str], Reply | NoReply]) -> str | Failure:
    """Every symbol's name, a space between them, so that the list of some 3,500 takes 35 KB in the shared cache.

    `ask` asks for a path. exchangeInfo is the second source, for an exchange that is up but does not give the first.
    "" if it is up and gives neither: a test exchange, which is asked for each symbol by its name.
    """
    status = 0
    for path in (_PRICES, _EXCHANGE_INFO):
        reply = ask(path)
        document = json_body(reply)
        failed = question_failure(reply, document)
        if isinstance(reply, NoReply) or reply.status in _NOBODY_IS_WELCOME:
            return failed
        status = reply.status
        entries = document.get("symbols") if isinstance(document, dict) else document
        found = _names(entries) if status == 200 and isinstance(entries, list) else []
        if found:
            return " ".join(found)
    return "" if status in _NOT_OFFERED else failed


def _names(entries: list[object]) -> list[str]:
    names = {entry.get("symbol") for entry in entries if isinstance(entry, dict)}
    return sorted(name for name in names if isinstance(name, str) and name.isprintable() and " " not in name)


def parse_names(text: str) -> frozenset[str]:
    """What `read_names` made."""
    return frozenset(text.split())


def unlisted(symbol: str, count: int) -> Failure:
    """The exchange has no such symbol: said as its own refusal would be, without having asked."""
    known = CODES[BAD_SYMBOL]
    detail = f"{symbol!a} is none of the {count} symbols that the exchange lists: {known.what}; {known.do}"
    return Failure(Meaning.REJECT, str(BAD_SYMBOL), detail)
