"""A dead letter as SQS has it: what its attributes say, how it always fits, and how it is read after a redrive."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice

from orderexec.domain.fields import Problem, read_instant
from orderexec.domain.kept import MOST_SIGNAL_BYTES, cut_body, pack, shrink_attributes, unpack
from orderexec.domain.messages import Attribute, Mark, Message
from orderexec.domain.row import Row

from .attributes import Attributes, clean_text, count_bytes, is_sound, make_text

# "Amazon SQS message quotas" in SQS's developer guide: 1 MiB for body and attributes together, and 10 attributes. A
# little is left for what a redrive adds.
MOST_BYTES = 1_048_576 - 1_024
MOST_ATTRIBUTES = 10
MARK, BODY_CUT, PACKED = "orderexec.letter", "orderexec.body", "orderexec.attributes"
# The names of a letter's own attributes. An attribute of the producer's with such a name is kept in PACKED.
OURS = frozenset({"reason", "code", "detail", "signal_id", "attempts", "issued_at", MARK, BODY_CUT, PACKED})
NO_BODY = "(The body of this message was not kept.)"  # SQS takes no empty body
_LONGEST_NOTE = "x" * 200
_MARK_VALUE = re.compile(r"([^;]*)(?:;max_age_seconds=([0-9]{1,7}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_letter(message: Message, row: Row) -> tuple[str, dict[str, Attribute]]:
    """Return the body and the attributes of the letter for `message`, whose signal died as `row` says.

    Whatever the message's size, SQS takes the letter. A body that is small enough for a signal is never cut.
    """
    own, body, note = message.attributes, message.body, None
    if body == row.body:  # the message itself may be gone, and this one be made of the row
        own, note = own or unpack(row.attributes or "{}") or {}, row.body_cut
    if not body:
        body, note = NO_BODY, note or "not kept"
    return _cut_to_size(body, note, _make_facts(row), own)


def _cut_to_size(body: str, note: str | None, facts: Attributes, own: Attributes) -> tuple[str, dict[str, Attribute]]:
    size = len(body.encode())
    attributes: dict[str, Attribute] = {}
    for smaller in shrink_attributes(own):
        attributes = _merge(_add_note(facts, note), smaller)
        if count_bytes(attributes) + size <= MOST_BYTES:
            break
        attributes = _merge(_add_note(facts, _LONGEST_NOTE), smaller)
        if size > MOST_SIGNAL_BYTES <= MOST_BYTES - count_bytes(attributes):
            body, note = cut_body(body, MOST_BYTES - count_bytes(attributes))
            attributes = _merge(_add_note(facts, note), smaller)
            break
    return body, attributes


def _add_note(facts: Attributes, note: str | None) -> dict[str, Attribute]:
    return dict(facts) if note is None else dict(facts) | {BODY_CUT: make_text(note)}


def read_attributes(attributes: Attributes) -> tuple[dict[str, Attribute], Mark | None]:
    """Return the producer's own attributes of a message, and its mark if it is a letter that was redriven.

    Without a mark all attributes are the producer's, also those that have the names of a letter's.
    """
    if MARK not in attributes:
        return dict(attributes), None
    own = {name: each for name, each in attributes.items() if name not in OURS}
    if PACKED in attributes:
        unpacked = unpack(attributes[PACKED].value)
        own |= {PACKED: attributes[PACKED]} if unpacked is None else unpacked
    return own, _read_mark(attributes)


def prepare_redrive(attributes: Attributes, *, max_age_seconds: int | None) -> dict[str, Attribute]:
    """Return a letter's attributes for its way back to the signal queue.

    With `max_age_seconds`, they also say that the signal may be executed up to that age, whatever age it allows itself.
    """
    if max_age_seconds is None:
        return dict(attributes)
    death = _read_mark(attributes).death
    return dict(attributes) | {MARK: make_text(f"{death};max_age_seconds={max_age_seconds}")}


def add_mark(own: Attributes, mark: Mark, reason: str, body: str) -> dict[str, Attribute]:
    """Return the attributes that make a letter of a message which SQS itself moved to the dead-letter queue.

    With them it stays the signal that it was when it is redriven; `own` are the attributes that it had.
    """
    facts = {
        "reason": reason,
        "signal_id": mark.signal_id,
        "issued_at": format_instant(mark.issued_at),
        MARK: mark.death,
    }
    ours, most = {name: make_text(value) for name, value in facts.items()}, MOST_BYTES - len(body.encode())
    *larger, smallest = shrink_attributes(own)
    small_enough = (told for each in larger if count_bytes(told := _merge(ours, each)) <= most)
    return next(small_enough, None) or _merge(ours, smallest)


def format_instant(epoch_ms: int) -> str:
    """Return the instant in ISO 8601, in UTC and to the millisecond, such as 2026-11-27T08:00:00.000Z."""
    moment = _EPOCH + timedelta(milliseconds=epoch_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _make_facts(row: Row) -> dict[str, Attribute]:
    facts = {
        "reason": row.reason.value if row.reason else "",
        "code": row.code or "",
        "detail": clean_text(row.detail or ""),
        "signal_id": row.identity.id,
        "attempts": str(row.attempts),
        "issued_at": format_instant(row.issued_at),
        MARK: row.mark or row.token,
    }
    # SQS takes no empty value: an attribute without one is left out.
    return {name: make_text(value) for name, value in facts.items() if value}


def _merge(ours: Attributes, own: Attributes) -> dict[str, Attribute]:
    """Return the letter's own attributes and the producer's, in no more than ten attributes.

    As many of the producer's as have room keep their names; the others are packed into one.
    """
    free = {name: own[name] for name in sorted(own) if name not in OURS and is_sound(name, own[name])}
    room = MOST_ATTRIBUTES - len(ours)
    if len(free) < len(own) or len(free) > room:
        room -= 1
    kept = dict(islice(free.items(), max(room, 0)))
    rest = {name: each for name, each in own.items() if name not in kept}
    return dict(ours) | kept | ({PACKED: make_text(pack(rest))} if rest else {})


def _read_mark(attributes: Attributes) -> Mark:
    value = attributes[MARK].value if MARK in attributes else ""
    match = _MARK_VALUE.fullmatch(value)
    allowed = match[2] if match else None
    return Mark(
        death=match[1] if match else value,
        signal_id=attributes["signal_id"].value if "signal_id" in attributes else "",
        issued_at=_read_issued_at(attributes),
        allowed_age_ms=None if allowed is None else int(allowed) * 1000,
    )


def _read_issued_at(attributes: Attributes) -> int:
    try:
        return read_instant(attributes["issued_at"].value)
    except (KeyError, Problem):
        return 0
