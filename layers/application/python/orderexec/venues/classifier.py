"""How an answer that is no success is looked up in a venue's table of errors, and how it is told to people.

The table of a venue is data (`Table`). One entry both classifies and explains, so that neither can lack what the other
has. A status together with an exact text, or a part of the body, decides before a status alone, a status before any
code, a code before any text, and a text only where the venue's table names it: whole for the codes that carry many
meanings, or a fragment. What stands nowhere is UNKNOWN: the order may exist.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from orderexec.domain.advice import Advice, Remedy, redrive_after
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS

from .advice import MAY_EXIST, NOTHING
from .http import NoReply, Reply

_LONGEST_TEXT = 500
_LONGEST_BODY = 10_000  # bytes of it in which a part that decides is looked for
_STATUS = " (HTTP "  # goes on with the status, and stands after the exchange's own text
_LONGEST_WAIT_DIGITS = 6  # seconds: 11 days
_LIMITS = frozenset({Meaning.RATE_LIMIT, Meaning.ORDER_LIMIT})


class Known(NamedTuple):
    """One entry of a table of errors. `name` is the exchange's own word for the error.

    `what` and the words of `do` go into a detail as they are, "<what>; <do>": what the exchange says, in plain words,
    and what a person should do about it. `cause` is whom a refusal is about, where that is not what Failure.about says.
    """

    name: str
    meaning: Meaning
    what: str
    do: Advice
    cause: Cause | None = None


class Said(NamedTuple):
    """The error that the body of an answer holds: its code, None if there is none, and its text, "" if none."""

    code: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the errors of one venue mean. All of it is data of the venue's documentation.

    `statuses` are the HTTP statuses that decide alone; `codes` the codes of the body, as text; `texts` the exact texts
    that decide for the codes in `text_carriers`. A text that begins with `filter_prefix` goes on with the name of a
    broken filter. `transport` is by whether the request may have left; `insecure` is a failed TLS handshake.
    `status_texts` are the pairs of a status and an exact text that decide together, before the status alone.
    `fragments` are parts of a text that decide, in small letters, with any code but not without one: only for what
    leaves the order in doubt, since no documentation gives the whole text.
    `status_parts` are pairs of a status and a part of the body, in small letters, that tell apart what the status alone
    leaves open; the body need not be JSON. `codeless_statuses` decide only where the body holds no code.
    `blocked_seconds` is for how long a blocked address keeps silent where no header says it.
    `read_error` finds code and text in the body. `guess_wait` says how many seconds to wait after a used-up limit of
    which no header says how long it lasts; None if it cannot be told.
    """

    statuses: Mapping[int, Known]
    codes: Mapping[str, Known]
    texts: Mapping[str, Known]
    text_carriers: frozenset[str]
    filter_prefix: str
    transport: Mapping[bool, Known]
    insecure: Known
    read_error: Callable[[object], Said]
    guess_wait: Callable[[Reply, Meaning, str], float | None]
    status_texts: Mapping[tuple[int, str], Known] = field(default_factory=dict)
    fragments: Mapping[str, Known] = field(default_factory=dict)
    status_parts: Mapping[tuple[int, str], Known] = field(default_factory=dict)
    codeless_statuses: Mapping[int, Known] = field(default_factory=dict)
    blocked_seconds: float = BLOCKED_PAUSE_SECONDS


UNLISTED = Known(
    "(not listed)",
    Meaning.UNKNOWN,
    "the exchange's documentation does not list this answer, so the order may exist",
    NOTHING,
)


def describe_transport(url_parameter: str) -> dict[bool, Known]:
    """Return what it means that no answer came, by whether the request may have left.

    Without a connection not a byte of it was sent; a timeout, a reset, an answer cut short say nothing of what arrived.
    `url_parameter` is the parameter of template.yaml that holds the venue's address.
    """
    return {
        False: Known(
            "the exchange could not be reached",
            Meaning.RETRY,
            "no connection came about, so nothing was sent",
            redrive_after(f"put the function's network right (subnets, NAT gateway, {url_parameter})"),
        ),
        True: Known("no answer came", Meaning.UNKNOWN, "the request may have arrived, so the order may exist", NOTHING),
    }


def describe_insecure(url_parameter: str) -> Known:
    """Return what a failed TLS handshake means: nothing was sent, because a request is written after the handshake."""
    return Known(
        "no secure connection came about",
        Meaning.RETRY,
        "the TLS handshake failed, so nothing was sent: the certificate is not the exchange's, or something stands "
        "between",
        redrive_after(f"put {url_parameter} right, or the proxies and firewalls of the function's network"),
    )


def classify(reply: Reply | NoReply, document: object, table: Table, *, do: Advice | None = None) -> Failure:
    """Return what a reply that is not a success means. `document` is its body as JSON, None where it is none.

    The detail opens with the exchange's own text, which is what people search for, then explains and advises. `do`
    takes the place of the table's advice.
    """
    if isinstance(reply, NoReply):
        return _classify_silence(reply, table)
    code, text = table.read_error(document)
    text = text[:_LONGEST_TEXT]
    known = _find_entry(reply, code, text, table)
    said = f"{text}{_STATUS}{reply.status})" if text else f"HTTP {reply.status} without a readable error"
    is_filter = bool(table.filter_prefix) and text.startswith(table.filter_prefix)
    return Failure(
        known.meaning,
        code,
        _describe(said, known if do is None else known._replace(do=do)),
        _find_wait(reply, known, text, table),
        filter=text.removeprefix(table.filter_prefix) if is_filter else None,
        cause=known.cause,
    )


def classify_question(reply: Reply | NoReply, document: object, table: Table) -> Failure:
    """As `classify`, of a question about the market: no order can have come of it, so its words speak of none."""
    failure = classify(reply, document, table)
    return replace(failure, detail=failure.detail.replace(MAY_EXIST, ""))


def find_known(code: str | None, detail: str | None, table: Table) -> Known | None:
    """Return the entry that code and text of an earlier failure name; `detail` is as `classify` wrote it."""
    text, _, rest = (detail or "").partition(_STATUS)
    status = re.match("[0-9]{3}", rest)
    together = table.status_texts.get((int(status[0]), text)) if status else None
    return together or _find_listed(code, text, table)


def _classify_silence(reply: NoReply, table: Table) -> Failure:
    if reply.wait is not None:
        return Failure(Meaning.UNSENT, None, f"nothing is sent now: {reply.what}", reply.wait)
    known = table.insecure if reply.insecure else table.transport[reply.left]
    return Failure(known.meaning, None, _describe(f"{known.name} ({reply.what})", known))


def _describe(said: str, known: Known) -> str:
    return f"{said}: {known.what}" + ("" if known.do.remedy is Remedy.NOTHING else f"; {known.do.words}")


def _find_entry(reply: Reply, code: str | None, text: str, table: Table) -> Known:
    """Return the entry that decides. A code never overrules a status; it may say the same more precisely."""
    together = table.status_texts.get((reply.status, text))
    if together:
        return together
    listed = _find_listed(code, text, table)
    by_status = _find_by_status(reply, code, table)
    if by_status and not (listed and _agree(listed.meaning, by_status.meaning)):
        return by_status
    return listed or UNLISTED


def _find_by_status(reply: Reply, code: str | None, table: Table) -> Known | None:
    if code is None and reply.status in table.codeless_statuses:
        return table.codeless_statuses[reply.status]
    parts = {part: known for (status, part), known in table.status_parts.items() if status == reply.status}
    body = reply.body[:_LONGEST_BODY].decode(errors="replace").lower() if parts else ""
    return next((known for part, known in parts.items() if part in body), table.statuses.get(reply.status))


def _agree(code: Meaning, status: Meaning) -> bool:
    return code is status or {code, status} == _LIMITS  # 429 is the status of both limits


def _find_listed(code: str | None, text: str, table: Table) -> Known | None:
    if code is None:
        return None
    if code in table.text_carriers and text in table.texts:
        return table.texts[text]
    folded = text.lower()
    fragment = next((known for part, known in table.fragments.items() if part in folded), None)
    return fragment or table.codes.get(code)


def _find_wait(reply: Reply, known: Known, text: str, table: Table) -> float | None:
    """Return the seconds to wait: the exchange's header, else what the venue knows of the limit that is used up."""
    header = reply.headers.get("Retry-After", "")
    if header.isascii() and header.isdigit() and len(header) <= _LONGEST_WAIT_DIGITS:
        return float(header)
    if known.meaning is Meaning.BLOCKED:
        return table.blocked_seconds
    return table.guess_wait(reply, known.meaning, text) if known.meaning in _LIMITS else None
