"""`make errors`: writes docs/errors.md from the table of errors that classifies, so that the two cannot differ."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from local.run import ROOT
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOT_OURS
from orderexec.venues.binance.error_codes import CODES
from orderexec.venues.binance.error_texts import TEXT_CARRIERS, TEXTS
from orderexec.venues.binance.errors import INSECURE, STATUSES, TRANSPORT
from orderexec.venues.classifier import UNLISTED, Known

PAGE = ROOT / "docs" / "errors.md"

SYSTEM = {
    Meaning.UNKNOWN: "The order may exist. It is looked up at once by its client order id, and if it is not found, "
    "again past the fence, in every source that the exchange has. Only if none of them shows it, it may be sent "
    "again, as often as `ResendAfterDoubt` says; else the signal ends `DOUBTFUL` (docs/exactly-once.md).",
    Meaning.BLOCKED: "As `UNKNOWN`, but nothing is asked for as long as the exchange says, or for 5 minutes: by nobody "
    "if a request without any words (a ping) is blocked as well, else only for that signal, or that symbol.",
    Meaning.DUPLICATE: "As `UNKNOWN`: the order that has the client order id is looked up, and if it is the one that "
    "was asked for, the signal is `ACCEPTED`.",
    Meaning.NOT_FOUND: "Past the fence, twice, and with the open orders and the order history saying the same, this is "
    "taken to show that the request came to nothing; before the fence it shows nothing. Only -2013 counts: any other "
    "answer of this class to a lookup is taken for `UNKNOWN`.",
    Meaning.NO_EFFECT: "No word of the exchange, but what a lookup shows: the order is not cancelled, or not "
    "reduced, yet. Past the fence it is taken to show that the cancellation or the amendment came to nothing.",
    Meaning.RETRY: "Certainly not executed. Back to the queue with a growing delay, until the signal is too old "
    "(`EXPIRED`) or was sent 10 times (`EXHAUSTED`).",
    Meaning.UNSENT: "Certainly not executed, and no try: nothing was sent, as the exchange wants to be left alone.",
    Meaning.RATE_LIMIT: "Certainly not executed. As `RETRY`, after as long as the exchange says; until then no "
    "container sends it anything.",
    Meaning.ORDER_LIMIT: "Certainly not executed. As `RETRY`, after as long as the exchange says; until then no "
    "container places an order for this account.",
    Meaning.CLOCK: "Certainly not executed. The exchange is asked for its time and the order sent again at once, one "
    "time; then as `RETRY`.",
    Meaning.STALE_RULES: "Certainly not executed. The symbol's rules are fetched anew, the order is rounded and "
    "checked by them and sent again, one time; then a dead letter, `REJECTED` (or `RULES`, if it does not fit them).",
    Meaning.CREDENTIALS: "Certainly not executed. The secret is read anew, and if it has changed, the order is sent "
    "again, one time; then a dead letter, `CREDENTIALS`. A lookup that is refused so is repeated every 5 minutes.",
    Meaning.REJECT: "Certainly not executed, and it would be refused again: a dead letter, `REJECTED` "
    "(`RULES` if it is the answer to the question for the symbol's rules).",
}


class Claim(NamedTuple):
    """What the guide says of a code, and what the documentation says instead."""

    guide: str
    documentation: str


_FUTURES_ONLY = "a code of the futures API; on Spot, -2010 with the text of insufficient balance"
_BLIND = Claim(
    "send again with backoff", "execution status unknown: the order may exist, and must be looked up before any resend"
)
# The codes of the guide that many users come from; a claim where it is wrong.
GUIDE: dict[int, Claim | None] = dict.fromkeys(
    (
        -1000, -1001, -1002, -1003, -1006, -1007, -1013, -1015, -1020, -1021, -1022, -1100, -1101, -1102, -1103, -1104,
        -1105, -1106, -1111, -1112, -1114, -1115, -1116, -1117, -1121, -2010, -2011, -2013, -2014, -2015, -2018, -2019,
        -2021,
    )
) | {
    -1003: Claim(
        "wait 60 seconds",
        "no such number: `Retry-After` says how long, and the text of a ban says until when",
    ),
    -1006: _BLIND,
    -1007: _BLIND,
    -1013: Claim(
        "a malformed message, bad JSON",
        "refused before the matching engine, mostly by a filter that the text names; bad JSON is -1135",
    ),
    -1015: Claim(
        "wait 10 seconds",
        "the limit's interval stands in the text and may be a day; `Retry-After` says how long",
    ),
    -1021: Claim(
        "the clock is off by more than 1000 ms",
        "1000 ms limits a clock that is *ahead*; one that is behind has the whole receive window (5000 ms by default)",
    ),
    -2010: Claim("carries the filter failures", "they normally come with -1013; the text counts, under either code"),
    -2018: Claim("a Spot account is short of balance", _FUTURES_ONLY),
    -2019: Claim("a Spot account is short of margin", _FUTURES_ONLY),
    -2021: Claim(
        "PRICE_QTY_EXCEED_HARD_LIMITS",
        "half of a cancel-replace failed; on futures, the order would trigger at once; nowhere what the guide says",
    ),
}  # fmt: skip
_HTTP_200 = Claim(
    "some errors come with HTTP 200",
    "an error about a single order has a 4xx or 5xx status (a 200 may still be an order that expired unfilled)",
)

_OPENING = """# What every error means

Written by `make errors` from the table that classifies (`orderexec/venues/binance/error*.py`); a test keeps it current.
Sources: errors.md, filters.md and rest-api.md of Binance's Spot API documentation, July 2026.

**You have a dead letter.** Its `code` is the exchange's code and its `detail` opens with the exchange's own text: look
there. *What it says* and *what to do* are what the `detail` goes on with ("nothing" is left out there: the system deals
with it). A dead letter without a `code` holds no word of the exchange, and its `detail` says all there is. To try the
same order again, redrive it to the signal queue; another order needs a signal with a new id.

**How an answer is read.** First the HTTP status, where it decides alone. Else the code, and for the codes
{carriers} the exact text, which the exchange makes the only carrier of the
meaning. No other text ever decides. What is not listed here is `{unlisted}`.

The class says what the system does:

"""
_MARK = "●"
_HEAD = ("class", "what it says", "what to do")


def page() -> str:
    """The whole of docs/errors.md."""
    other = {code: known for code, known in CODES.items() if known.do == NOT_OURS}
    ours = {code: known for code, known in CODES.items() if code not in other}
    filters = {text: known for text, known in TEXTS.items() if text.startswith("Filter failure: ")}
    words = {text: known for text, known in TEXTS.items() if text not in filters}
    parts = [
        _OPENING.format(carriers=_carriers(), unlisted=UNLISTED.meaning)
        + _table(("class", "what the system does"), ((f"`{meaning}`", SYSTEM[meaning]) for meaning in Meaning)),
        "## Decided by the HTTP status\n\nWhatever code or text comes with it.\n\n"
        + _table(("status", "name", *_HEAD), _status_rows()),
        f"## Decided by the code\n\n{_MARK} stands in the guide that many users come from; where it is wrong, see "
        "[below](#where-the-guide-is-wrong).\n\n"
        + _table(("code", "name", *_HEAD, "guide"), _code_rows(ours, marked=True)),
        "## Decided by the text: what the exchange refuses\n\n" + _table(("text", *_HEAD), _text_rows(words)),
        "## Decided by the text: filters\n\nThe limits of a symbol's filters are in `exchangeInfo`.\n\n"
        + _table(("text", *_HEAD), _text_rows(filters)),
        "## No usable answer\n\n" + _table(("what happened", *_HEAD), _transport_rows()),
        "## Codes of other parts of the interface\n\nMarket data, FIX, WebSocket and SBE: no request of this function "
        "can be answered with them.\n\n" + _table(("code", "name", *_HEAD), _code_rows(other, marked=False)),
        "## Where the guide is wrong\n\n" + _table(("code", "the guide says", "the documentation says"), _claims()),
    ]  # fmt: skip
    return "\n".join(parts)


def _carriers() -> str:
    return ", ".join(str(code) for code in sorted(TEXT_CARRIERS, reverse=True))


def _status_rows() -> Iterable[Sequence[str]]:
    for status in sorted(status for status in STATUSES if status <= 500):
        yield (str(status) if status < 500 else "500 to 599", STATUSES[status].name, *_cells(STATUSES[status]))


def _code_rows(codes: Mapping[int, Known], *, marked: bool) -> Iterable[Sequence[str]]:
    for code in sorted(codes, reverse=True):
        row = (str(code), f"`{codes[code].name}`", *_cells(codes[code]))
        yield (*row, _mark(code)) if marked else row


def _mark(code: int) -> str:
    if code not in GUIDE:
        return ""
    return f"{_MARK} [wrong](#where-the-guide-is-wrong)" if GUIDE[code] else _MARK


def _text_rows(texts: Mapping[str, Known]) -> Iterable[Sequence[str]]:
    return ((f"`` {text} ``", *_cells(texts[text])) for text in sorted(texts))


def _transport_rows() -> Iterable[Sequence[str]]:
    return ((known.name, *_cells(known)) for known in (TRANSPORT[False], INSECURE, TRANSPORT[True]))


def _claims() -> Iterable[Sequence[str]]:
    for code in sorted(GUIDE, reverse=True):
        claim = GUIDE[code]
        if claim:
            yield (str(code), *claim)
    yield ("any", *_HTTP_200)


def _cells(known: Known) -> tuple[str, str, str]:
    return f"`{known.meaning}`", known.what, known.do


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
