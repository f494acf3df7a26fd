"""What the errors of all of Binance's products share: statuses that decide, where a code stands, how long to wait.

Facts: the pages "HTTP return codes" and "Limits" of rest-api.md in Binance's Spot API documentation (July 2026), and
"General Info" of its pages of margin and of both futures (November 2025).
"""

import re
from email.utils import parsedate_to_datetime

from orderexec.domain.advice import look, redrive_after
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOT_SERVED, NOTHING, SLOWER
from orderexec.venues.classifier import Known, Said
from orderexec.venues.http import Reply

IP_BANNED = 418
# Decide before any code in the body; some of the 5xx of futures are told apart by their texts as well.
COMMON_STATUSES = {
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
        NOT_SERVED,
        redrive_after("deploy the stack in a region that the exchange serves (its terms say which)"),
    ),
    IP_BANNED: Known(
        "IP banned", Meaning.RATE_LIMIT, "this address is banned for a while: it went on after the limit", SLOWER
    ),
    429: Known("request limit", Meaning.RATE_LIMIT, "a limit on requests or orders is used up", SLOWER),
} | dict.fromkeys(
    range(500, 600),
    Known("server error", Meaning.UNKNOWN, "the exchange failed while it worked, so the order may exist", NOTHING),
)

_LONGEST_BAN = 1_000_000  # seconds; bans last 3 days at the most
_BAN_SECONDS = 120.0  # "from 2 minutes to 3 days", for repeated offenders
# Request weight is counted by the minute, orders by 10 seconds and by the day; the texts name the interval.
_INTERVALS = {Meaning.RATE_LIMIT: 60.0, Meaning.ORDER_LIMIT: 10.0}
_INTERVAL = r"per ([0-9]{1,3}) (SECOND|MINUTE|HOUR|DAY)"
_UNITS = {"SECOND": 1.0, "MINUTE": 60.0, "HOUR": 3_600.0, "DAY": 86_400.0}
_LONGEST_GUESS = 600.0  # nobody knows how much of a day's window is left
# Compiled when it is needed, which is not at the start.
_BANNED_UNTIL = r"IP banned until ([0-9]{13})\b"  # epoch ms, in the third text of -1003


def read_error(document: object) -> Said:
    """Return code and text of `{"code": -1121, "msg": "Invalid symbol."}`; None and "" where they do not stand.

    The algo service of the futures writes codes as text.
    """
    if not isinstance(document, dict):
        return Said(None, "")
    code, text = document.get("code"), document.get("msg")
    named = isinstance(code, int) or (isinstance(code, str) and code.removeprefix("-").isdecimal() and code.isascii())
    return Said(str(code) if named else None, text if isinstance(text, str) else "")


def guess_wait(reply: Reply, meaning: Meaning, text: str) -> float:
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
