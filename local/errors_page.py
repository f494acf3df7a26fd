"""`make pages`: writes docs/errors.md, and one page per venue, from the very tables that classify the errors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from local.error_guides import GUIDES, Guide
from local.run import ROOT
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOT_OURS
from orderexec.venues.classifier import UNLISTED, Known, Table

INDEX = ROOT / "docs" / "errors.md"
PAGES = ROOT / "docs" / "errors"

SYSTEM = {
    Meaning.UNKNOWN: "The order may exist. It is looked up at once by its client order id, and if it is not found, "
    "again past the [fence](glossary.md#fence), in every source that the exchange has. Only if none of them shows it, "
    "it may be sent again, as often as `ResendAfterDoubt` says; else the signal ends `DOUBTFUL` "
    "([exactly-once.md](exactly-once.md#after-a-doubt)).",
    Meaning.BLOCKED: "As `UNKNOWN`, but nothing is asked for as long as the exchange says, or for 5 minutes (at Bybit "
    "10): by nobody if a request without any words (a ping) is blocked as well, else only for that signal, or that "
    "symbol.",
    Meaning.DUPLICATE: "As `UNKNOWN`: the order that has the client order id is looked up, and if it is the one that "
    "was asked for, the signal is `ACCEPTED`.",
    Meaning.NOT_FOUND: "Past the fence, twice, and with the open orders and the order history saying the same, this is "
    "taken to show that the request came to nothing; before the fence it shows nothing. Only the one code counts "
    "that says so: any other answer of this class to a lookup is taken for `UNKNOWN`.",
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


_INDEX = """# What every error means

This page says how an answer of the exchange is read, what follows from it, and where each error is listed. `make pages`
writes it from the tables that classify (`orderexec/venues/*/*error*.py`); a test keeps it current.

**You have a dead [letter](glossary.md#letter).** Its `code` is the exchange's code and its `detail` opens with the
exchange's own text: look for it on the page of the signal's venue; `orderctl explain bybit 110007` says the same at a
terminal. *What it says* and *what to do* are what the `detail` goes on with ("nothing" is left out there: the system
deals with it). A dead letter without a `code` holds no word of the exchange, and its `detail` says all there is.

**[Redrive](glossary.md#redrive), or a new signal?** "..., then redrive it" stands where the cause is outside the
signal (key, permission, balance, region, network): fix it, then `orderctl redrive` tries the same signal again.
"publish a corrected signal under a new id" stands where the signal itself is wrong: it stays wrong when it is
redriven. `orderctl dead` offers a redrive only for the first kind.

{venues}
**How an answer is read.** First the HTTP status: together with an exact text where the exchange documents the pair,
or with a part of the body where only that tells two meanings apart, else alone where it decides alone. Else the code,
and for some codes the exact text, where the exchange makes it the only carrier of the meaning. No other text decides,
but for the few parts of a text that a page lists, all of which mean that the order may exist. Where the body has no
code, a few more statuses decide. The venue's page names them all. What is not listed there is `{unlisted}`.

The class says what the system does:

"""
_PAGE = """# What every error of {venue} means

This page lists every error of {venue}, what it means and what to do. [errors.md](../errors.md) says how an answer is
read, and what the system does for each class. `make pages` writes it from the table that classifies.
Sources: {sources}.
"""
_MARK = "●"
_STATUS_BUT_FOR_TEXTS = "Whatever code comes with it, and whatever text but those of the next table."
_HEAD = ("class", "what it says", "what to do")
_WRONG, _ANCHOR = "Where the guide is wrong", "where-the-guide-is-wrong"


def pages() -> dict[Path, str]:
    """Return every page by its file."""
    return {INDEX: _write_index()} | {PAGES / f"{venue}.md": _write_page(venue) for venue in GUIDES}


def _write_index() -> str:
    links = ((f"`{venue}`", f"[errors/{venue}.md](errors/{venue}.md)") for venue in GUIDES)
    classes = ((f"`{meaning}`", SYSTEM[meaning]) for meaning in Meaning)
    opening = _INDEX.format(venues=_table(("venue", "its errors"), links), unlisted=UNLISTED.meaning)
    return opening + _table(("class", "what the system does"), classes)


def _write_page(venue: str) -> str:
    guide = GUIDES[venue]
    return "\n".join([_PAGE.format(venue=venue, sources=guide.sources), *_write_sections(guide.load_table(), guide)])


def _write_sections(table: Table, guide: Guide) -> Iterator[str]:
    other = {code: known for code, known in table.codes.items() if known.do == NOT_OURS}
    ours = {code: known for code, known in table.codes.items() if code not in other}
    yield _section(
        "Decided by the HTTP status",
        _STATUS_BUT_FOR_TEXTS if table.status_texts or table.status_parts else "Whatever code or text comes with it.",
        ("status", "name", *_HEAD),
        _status_rows(table.statuses),
    )
    if table.status_texts:
        yield _section(
            "Decided by the HTTP status and the text together",
            "Only this very text with this very status, whatever code comes with it.",
            ("text", "status", *_HEAD),
            _status_text_rows(table.status_texts),
        )
    yield from _write_more_statuses(table)
    yield _write_codes(ours, guide)
    yield from _write_texts(table, guide)
    yield _section("No usable answer", "", ("what happened", *_HEAD), _transport_rows(table))
    yield _section(
        "Codes of other parts of the interface", guide.other_codes, ("code", "name", *_HEAD), _code_rows(other)
    )
    if guide.claims:
        yield _section(_WRONG, "", ("code", "the guide says", "the documentation says"), _claims(guide))


def _write_more_statuses(table: Table) -> Iterator[str]:
    if table.status_parts:
        yield _section(
            "Decided by the HTTP status and a part of the body",
            "Wherever in the body it stands, in large or small letters, and whatever code comes with it.",
            ("part", "status", *_HEAD),
            _status_text_rows(table.status_parts),
        )
    if table.codeless_statuses:
        yield _section(
            "Decided by the HTTP status, if there is no code",
            "Only where the body has no code: a code says more.",
            ("status", "name", *_HEAD),
            _status_rows(table.codeless_statuses),
        )


def _write_codes(codes: Mapping[str, Known], guide: Guide) -> str:
    if not guide.claims:
        return _section("Decided by the code", "", ("code", "name", *_HEAD), _code_rows(codes))
    return _section(
        "Decided by the code",
        f"{_MARK} stands in the guide that many users come from; where it is wrong, see [below](#{_ANCHOR}).",
        ("code", "name", *_HEAD, "guide"),
        ((*row, _mark(row[0], guide)) for row in _code_rows(codes)),
    )


def _write_texts(table: Table, guide: Guide) -> Iterator[str]:
    is_filter = {text: bool(table.filter_prefix) and text.startswith(table.filter_prefix) for text in table.texts}
    carriers = ", ".join(sorted(table.text_carriers, key=_order))
    if carriers:
        yield _section(
            "Decided by the text: what the exchange refuses",
            f"For the codes {carriers}, of which the text is the only carrier of the meaning.",
            ("text", *_HEAD),
            _text_rows({text: known for text, known in table.texts.items() if not is_filter[text]}),
        )
    if guide.filters:
        filters = {text: known for text, known in table.texts.items() if is_filter[text]}
        yield _section("Decided by the text: filters", guide.filters, ("text", *_HEAD), _text_rows(filters))
    if table.fragments:
        yield _section(
            "Decided by a part of the text",
            "With any code, in large or small letters, unless a status or an exact text decides.",
            ("part", *_HEAD),
            _text_rows(table.fragments),
        )


def _section(title: str, words: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return f"## {title}\n\n" + (f"{words}\n\n" if words else "") + _table(head, rows)


def _order(code: str) -> tuple[int, str]:
    return (abs(int(code)), code) if code.lstrip("-").isdecimal() else (0, code)


def _status_rows(statuses: Mapping[int, Known]) -> Iterable[Sequence[str]]:
    for status in sorted(status for status in statuses if status <= 500):
        yield (str(status) if status < 500 else "500 to 599", statuses[status].name, *_cells(statuses[status]))


def _status_text_rows(texts: Mapping[tuple[int, str], Known]) -> Iterable[Sequence[str]]:
    return ((f"`` {text} ``", str(status), *_cells(texts[status, text])) for status, text in sorted(texts))


def _code_rows(codes: Mapping[str, Known]) -> Iterable[Sequence[str]]:
    return ((code, f"`{codes[code].name}`", *_cells(codes[code])) for code in sorted(codes, key=_order))


def _mark(code: str, guide: Guide) -> str:
    if code not in guide.claims:
        return ""
    return f"{_MARK} [wrong](#{_ANCHOR})" if guide.claims[code] else _MARK


def _text_rows(texts: Mapping[str, Known]) -> Iterable[Sequence[str]]:
    return ((f"`` {text} ``", *_cells(texts[text])) for text in sorted(texts))


def _transport_rows(table: Table) -> Iterable[Sequence[str]]:
    return ((known.name, *_cells(known)) for known in (table.transport[False], table.insecure, table.transport[True]))


def _claims(guide: Guide) -> Iterable[Sequence[str]]:
    for code in sorted(guide.claims, key=_order):
        claim = guide.claims[code]
        if claim:
            yield (code, *claim)
    yield from (("any", *claim) for claim in guide.at_large)


def _cells(known: Known) -> tuple[str, str, str]:
    return f"`{known.meaning}`", known.what, known.do.words


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
