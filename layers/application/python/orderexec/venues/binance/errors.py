"""What every error of Binance Spot means: how an answer is looked up in the one table, and how it is told to people.

The table: statuses and transport failures here, codes in error_codes.py, texts and filters in error_texts.py. One
entry classifies and explains, so neither can lack what the other has; `make pages` writes docs/errors.md from it.
Facts: the pages "HTTP return codes" and "Limits" of rest-api.md in Binance's Spot API documentation (July 2026).
"""

import re
from dataclasses import replace
from email.utils import parsedate_to_datetime

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS
from orderexec.venues.http import NoReply, Reply

from .error_advice import MAY_EXIST, NOTHING, SLOWER, Known
from .error_codes import CODES
from .error_texts import TEXT_CARRIERS, TEXTS

IP_BANNED = 418
# Decide before any code in the body: a 5xx is "execution status unknown" whatever it says.
STATUSES = {
    403: Known(
        "WAF block",
        Meaning.BLOCKED,
        "the exchange's firewall blocked the request, for too many requests or for a word that looks like an attack",
        "look at what else uses the same address; if it goes on, or meets one symbol only, ask the exchange's support",
    ),
    451: Known(
        "region not served",
        Meaning.UNKNOWN,
        "the exchange does not serve the place that the request came from",
        "deploy the stack in a region that the exchange serves (read its terms), then redrive it",
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

# By whether the request may have left. Without a connection not a byte of it was sent; a timeout, a reset, an answer
# cut short say nothing of what arrived.
TRANSPORT = {
    False: Known(
        "the exchange could not be reached",
        Meaning.RETRY,
        "no connection came about, so nothing was sent",
        "look at the function's network (subnets, NAT gateway, BinanceSpotUrl), then redrive it",
    ),
    True: Known("no answer came", Meaning.UNKNOWN, "the request may have arrived, so the order may exist", NOTHING),
}
# Somebody answered, who is not the exchange or does not get through to it: a request is written after the handshake.
INSECURE = Known(
    "no secure connection came about",
    Meaning.RETRY,
    "the TLS handshake failed, so nothing was sent: the certificate is not the exchange's, or something stands between",
    "look at BinanceSpotUrl and at the proxies and firewalls of the function's network, then redrive it",
)

UNLISTED = Known(
    "(not listed)",
    Meaning.UNKNOWN,
    "the exchange's documentation does not list this answer, so the order may exist",
    NOTHING,
)

_LONGEST_TEXT = 500
_LONGEST_WAIT_DIGITS = 6  # seconds; bans last 3 days at the most
_BAN_SECONDS = 120.0  # "from 2 minutes to 3 days", for repeated offenders
# Request weight is counted by the minute, orders by 10 seconds and by the day; the texts name the interval.
_INTERVALS = {Meaning.RATE_LIMIT: 60.0, Meaning.ORDER_LIMIT: 10.0}
_INTERVAL = r"per ([0-9]{1,3}) (SECOND|MINUTE|HOUR|DAY)"
_UNITS = {"SECOND": 1.0, "MINUTE": 60.0, "HOUR": 3_600.0, "DAY": 86_400.0}
_LONGEST_GUESS = 600.0  # nobody knows how much of a day's window is left
_LIMITS = frozenset({Meaning.RATE_LIMIT, Meaning.ORDER_LIMIT})
# Compiled when they are needed, which is not at the start.
_BANNED_UNTIL = r"IP banned until ([0-9]{13})\b"  # epoch ms, in the third text of -1003
_FILTER_FAILURE = "Filter failure: "


def failure(reply: Reply | NoReply, document: object) -> Failure:
    """What a reply that is not a success means. `document` is its body as JSON, None where it is none.

    The detail opens with the exchange's own text, which is what people search for, then explains and advises.
    """
    if isinstance(reply, NoReply):
        if reply.wait is not None:
            return Failure(Meaning.UNSENT, None, f"nothing is sent now: {reply.what}", reply.wait)
        known = INSECURE if reply.insecure else TRANSPORT[reply.left]
        return Failure(known.meaning, None, _told(f"{known.name} ({reply.what})", known))
    code, text = _code_and_text(document)
    known = _known(reply.status, code, text)
    said = f"{text} (HTTP {reply.status})" if text else f"HTTP {reply.status} without a readable error"
    return Failure(
        known.meaning,
        None if code is None else str(code),
        _told(said, known),
        _wait(reply, known, text),
        filter=text.removeprefix(_FILTER_FAILURE) if text.startswith(_FILTER_FAILURE) else None,
        cause=known.cause,
    )


def question_failure(reply: Reply | NoReply, document: object) -> Failure:
    """As `failure`, of a question about the market: no order can have come of it, so its words speak of none."""
    failed = failure(reply, document)
    return replace(failed, detail=failed.detail.replace(MAY_EXIST, ""))


def _told(said: str, known: Known) -> str:
    return f"{said}: {known.what}" + ("" if known.do == NOTHING else f"; {known.do}")


def _known(status: int, code: int | None, text: str) -> Known:
    """The entry that decides. A code never overrules a status; where it says the same, it says it more precisely."""
    listed = _listed(code, text)
    by_status = STATUSES.get(status)
    if by_status and not (listed and _agree(listed.meaning, by_status.meaning)):
        return by_status
    return listed or UNLISTED


def _agree(code: Meaning, status: Meaning) -> bool:
    return code is status or {code, status} == _LIMITS  # 429 is the status of both limits


def _listed(code: int | None, text: str) -> Known | None:
    if code in TEXT_CARRIERS and text in TEXTS:
        return TEXTS[text]
    return None if code is None else CODES.get(code)


def _code_and_text(document: object) -> tuple[int | None, str]:
    if not isinstance(document, dict):
        return None, ""
    code, text = document.get("code"), document.get("msg")
    return (code if isinstance(code, int) else None), (text[:_LONGEST_TEXT] if isinstance(text, str) else "")


def _wait(reply: Reply, known: Known, text: str) -> float | None:
    """Seconds to wait: the exchange's header, else the end of a ban by its own clock, else the documented interval."""
    header = reply.headers.get("Retry-After", "")
    if header.isascii() and header.isdigit() and len(header) <= _LONGEST_WAIT_DIGITS:
        return float(header)
    match known.meaning:
        case Meaning.RATE_LIMIT:
            rest = _rest_of_ban(text, reply.headers.get("Date", ""))
            guess = _BAN_SECONDS if reply.status == IP_BANNED else _interval(text, known.meaning)
            return guess if rest is None else rest
        case Meaning.ORDER_LIMIT:
            return _interval(text, known.meaning)
        case Meaning.BLOCKED:
            return BLOCKED_PAUSE_SECONDS
        case _:
            return None


def _interval(text: str, meaning: Meaning) -> float:
    named = re.search(_INTERVAL, text)
    seconds = _INTERVALS[meaning] if named is None else int(named[1]) * _UNITS[named[2]]
    return min(seconds, _LONGEST_GUESS)


def _rest_of_ban(text: str, date: str) -> float | None:
    until = re.search(_BANNED_UNTIL, text)
    if until is None:
        return None
    try:
        rest = int(until[1]) / 1000 - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):  # without the exchange's date there is no telling how long that is
        return None
    return rest if 0 <= rest < 10**_LONGEST_WAIT_DIGITS else None
