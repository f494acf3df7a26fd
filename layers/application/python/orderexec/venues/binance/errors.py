"""How an error of Binance Spot is found: the statuses that decide alone, where code and text stand, how long to wait.

The codes stand in error_codes.py, the texts and filters in error_texts.py; both are imported at the first failure,
because most containers never meet one. `make pages` writes docs/errors/binance-spot.md from all of them.
Facts: the pages "HTTP return codes" and "Limits" of rest-api.md in Binance's Spot API documentation (July 2026).
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache

from orderexec.domain.advice import Advice, look, redrive_after
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues import classifier
from orderexec.venues.advice import NOTHING, SLOWER
from orderexec.venues.classifier import Known, Said, Table, describe_insecure, describe_transport
from orderexec.venues.http import NoReply, Reply

from .products import SPOT

IP_BANNED = 418
# Decide before any code in the body: a 5xx is "execution status unknown" whatever it says.
STATUSES = {
    403: Known(
        "WAF block",
        Meaning.BLOCKED,
        "the exchange's firewall blocked the request, for too many requests or for a word that looks like an attack",
        look(
            "look at what else uses the same address; if it goes on, or meets one symbol only, ask the exchange's "
            "support"
        ),
    ),
    451: Known(
        "region not served",
        Meaning.UNKNOWN,
        "the exchange does not serve the place that the request came from",
        redrive_after("deploy the stack in a region that the exchange serves (its terms say which)"),
    ),
    409: Known("cancel-replace half done", Meaning.UNKNOWN, "one half of a cancel-replace worked", NOTHING),
    IP_BANNED: Known(
        "IP banned", Meaning.RATE_LIMIT, "this address is banned for a while: it went on after the limit", SLOWER
    ),
    429: Known("request limit", Meaning.RATE_LIMIT, "a limit on requests or orders is used up", SLOWER),
} | dict.fromkeys(
    range(500, 600),
    Known("server error", Meaning.UNKNOWN, "the exchange failed while it worked, so the order may exist", NOTHING),
)
TRANSPORT = describe_transport(SPOT.url_parameter)
INSECURE = describe_insecure(SPOT.url_parameter)

_LONGEST_BAN = 1_000_000  # seconds; bans last 3 days at the most
_BAN_SECONDS = 120.0  # "from 2 minutes to 3 days", for repeated offenders
# Request weight is counted by the minute, orders by 10 seconds and by the day; the texts name the interval.
_INTERVALS = {Meaning.RATE_LIMIT: 60.0, Meaning.ORDER_LIMIT: 10.0}
_INTERVAL = r"per ([0-9]{1,3}) (SECOND|MINUTE|HOUR|DAY)"
_UNITS = {"SECOND": 1.0, "MINUTE": 60.0, "HOUR": 3_600.0, "DAY": 86_400.0}
_LONGEST_GUESS = 600.0  # nobody knows how much of a day's window is left
# Compiled when it is needed, which is not at the start.
_BANNED_UNTIL = r"IP banned until ([0-9]{13})\b"  # epoch ms, in the third text of -1003


@cache
def load_table() -> Table:
    """Return all that is known of Binance Spot's errors."""
    from .error_codes import CODES
    from .error_texts import FILTER_FAILURE, TEXT_CARRIERS, TEXTS

    return Table(
        statuses=STATUSES,
        codes={str(code): known for code, known in CODES.items()},
        texts=TEXTS,
        text_carriers=frozenset(map(str, TEXT_CARRIERS)),
        filter_prefix=FILTER_FAILURE,
        transport=TRANSPORT,
        insecure=INSECURE,
        read_error=_read_error,
        guess_wait=_guess_wait,
    )


def is_error(document: object) -> bool:
    """Return whether the body of an answer is an error: a success, of whatever shape, has no `code`."""
    return isinstance(document, Mapping) and "code" in document


def classify(reply: Reply | NoReply, document: object, *, do: Advice | None = None) -> Failure:
    """Return what a reply that is not a success means. `document` is its body as JSON, None where it is none.

    `do` takes the place of the table's advice, for a part of an answer whose whole asks for something else.
    """
    return classifier.classify(reply, document, load_table(), do=do)


def classify_question(reply: Reply | NoReply, document: object) -> Failure:
    """As `classify`, of a question about the market, from which no order can have come."""
    return classifier.classify_question(reply, document, load_table())


def _read_error(document: object) -> Said:
    if not isinstance(document, dict):
        return Said(None, "")
    code, text = document.get("code"), document.get("msg")
    return Said(str(code) if isinstance(code, int) else None, text if isinstance(text, str) else "")


def _guess_wait(reply: Reply, meaning: Meaning, text: str) -> float:
    """Return the rest of a ban by the exchange's own clock, else the documented interval of the limit, in seconds."""
    if meaning is not Meaning.RATE_LIMIT:
        return _read_interval(text, meaning)
    rest = _read_rest_of_ban(text, reply.headers.get("Date", ""))
    if rest is not None:
        return rest
    return _BAN_SECONDS if reply.status == IP_BANNED else _read_interval(text, meaning)


def _read_interval(text: str, meaning: Meaning) -> float:
    named = re.search(_INTERVAL, text)
    seconds = _INTERVALS[meaning] if named is None else int(named[1]) * _UNITS[named[2]]
    return min(seconds, _LONGEST_GUESS)


def _read_rest_of_ban(text: str, date: str) -> float | None:
    until = re.search(_BANNED_UNTIL, text)
    if until is None:
        return None
    try:
        rest = int(until[1]) / 1000 - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):  # without the exchange's date there is no telling how long that is
        return None
    return rest if 0 <= rest < _LONGEST_BAN else None
