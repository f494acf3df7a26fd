"""A dead letter as SQS has it: what stands on it, how it always fits, and how it reads when it was redriven."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice

from orderexec.domain.fields import Problem, read_instant
from orderexec.domain.kept import MOST_SIGNAL_BYTES, cut_body, pack, shrink_attributes, unpack
from orderexec.domain.lifecycle import Row
from orderexec.domain.messages import Attribute, Mark, Message

from .attributes import Attributes, is_sound, size_of, taken, text

# "Amazon SQS message quotas": body, names, types and values together; a little is left for what a redrive adds.
MOST_BYTES = 1_048_576 - 1_024
MOST_ATTRIBUTES = 10
MARK, BODY_CUT, PACKED = "orderexec.letter", "orderexec.body", "orderexec.attributes"
# Ours, each of the producer's by such a name stands in PACKED.
OURS = frozenset({"reason", "code", "detail", "signal_id", "attempts", "issued_at", MARK, BODY_CUT, PACKED})
NO_BODY = "(The body of this message was not kept.)"  # SQS takes no empty body
_LONGEST_NOTE = "x" * 200
_MARK_VALUE = re.compile(r"([^;]*)(?:;max_age_seconds=([0-9]{1,7}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def letter_of(message: Message, row: Row) -> tuple[str, dict[str, Attribute]]:
    """Body and attributes of the letter for `message`, whose signal died as `row` says.

    Whatever the message's size, the letter is one that SQS takes. A body that could be a signal's is never cut.
    """
    own, body, note = message.attributes, message.body, None
    if body == row.body:  # perhaps made of the row, when the message was gone
        own, note = own or unpack(row.attributes or "{}") or {}, row.body_cut
    if not body:
        body, note = NO_BODY, note or "not kept"
    return _cut_to_size(body, note, _facts(row), own)


def _cut_to_size(body: str, note: str | None, facts: Attributes, own: Attributes) -> tuple[str, dict[str, Attribute]]:
    size = len(body.encode())
    attributes: dict[str, Attribute] = {}
    for smaller in shrink_attributes(own):
        attributes = _together(_noted(facts, note), smaller)
        if size_of(attributes) + size <= MOST_BYTES:
            break
        attributes = _together(_noted(facts, _LONGEST_NOTE), smaller)
        if size > MOST_SIGNAL_BYTES <= MOST_BYTES - size_of(attributes):
            body, note = cut_body(body, MOST_BYTES - size_of(attributes))
            attributes = _together(_noted(facts, note), smaller)
            break
    return body, attributes


def _noted(facts: Attributes, note: str | None) -> dict[str, Attribute]:
    return dict(facts) if note is None else dict(facts) | {BODY_CUT: text(note)}


def read_attributes(attributes: Attributes) -> tuple[dict[str, Attribute], Mark | None]:
    """The producer's own attributes of a message, and its mark if it is a letter that was redriven.

    Without the mark all of them are the producer's, also those that are called as ours are.
    """
    if MARK not in attributes:
        return dict(attributes), None
    own = {name: each for name, each in attributes.items() if name not in OURS}
    if PACKED in attributes:
        unpacked = unpack(attributes[PACKED].value)
        own |= {PACKED: attributes[PACKED]} if unpacked is None else unpacked
    return own, _mark(attributes)


def redriven(attributes: Attributes, *, max_age_seconds: int | None) -> dict[str, Attribute]:
    """A letter's attributes as they go back; `max_age_seconds` is up to what age it is to be executed all the same."""
    if max_age_seconds is None:
        return dict(attributes)
    death = _mark(attributes).death
    return dict(attributes) | {MARK: text(f"{death};max_age_seconds={max_age_seconds}")}


def marked(own: Attributes, mark: Mark, reason: str, body: str) -> dict[str, Attribute]:
    """For a message that the queue itself gave up: as a letter of ours, so that it stays the signal that it was."""
    facts = {"reason": reason, "signal_id": mark.signal_id, "issued_at": iso(mark.issued_at), MARK: mark.death}
    ours, most = {name: text(value) for name, value in facts.items()}, MOST_BYTES - len(body.encode())
    *larger, smallest = shrink_attributes(own)
    small_enough = (told for each in larger if size_of(told := _together(ours, each)) <= most)
    return next(small_enough, None) or _together(ours, smallest)


def iso(epoch_ms: int) -> str:
    """To the millisecond, in UTC."""
    moment = _EPOCH + timedelta(milliseconds=epoch_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facts(row: Row) -> dict[str, Attribute]:
    facts = {
        "reason": row.reason.value if row.reason else "",
        "code": row.code or "",
        "detail": taken(row.detail or ""),
        "signal_id": row.identity.id,
        "attempts": str(row.attempts),
        "issued_at": iso(row.issued_at),
        MARK: row.mark or row.token,
    }
    # SQS takes no empty value: an attribute without one is left out.
    return {name: text(value) for name, value in facts.items() if value}


def _together(ours: Attributes, own: Attributes) -> dict[str, Attribute]:
    """Ours, and the producer's under their own names as far as SQS has room for so many; the others in one."""
    free = {name: own[name] for name in sorted(own) if name not in OURS and is_sound(name, own[name])}
    room = MOST_ATTRIBUTES - len(ours)
    if len(free) < len(own) or len(free) > room:
        room -= 1
    kept = dict(islice(free.items(), max(room, 0)))
    rest = {name: each for name, each in own.items() if name not in kept}
    return dict(ours) | kept | ({PACKED: text(pack(rest))} if rest else {})


def _mark(attributes: Attributes) -> Mark:
    value = attributes[MARK].value if MARK in attributes else ""
    match = _MARK_VALUE.fullmatch(value)
    allowed = match[2] if match else None
    return Mark(
        death=match[1] if match else value,
        signal_id=attributes["signal_id"].value if "signal_id" in attributes else "",
        issued_at=_issued_at(attributes),
        allowed_age_ms=None if allowed is None else int(allowed) * 1000,
    )


def _issued_at(attributes: Attributes) -> int:
    try:
        return read_instant(attributes["issued_at"].value)
    except (KeyError, Problem):
        return 0
