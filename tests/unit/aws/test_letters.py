"""Every message has a letter that SQS takes, and what its producer wrote is read back from it, whatever is edited."""

import base64
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from orderexec.aws.attributes import make_client_attributes, read_answer_attributes
from orderexec.aws.letters import (
    BODY_CUT,
    MARK,
    MOST_BYTES,
    OURS,
    PACKED,
    add_mark,
    make_letter,
    prepare_redrive,
    read_attributes,
)
from orderexec.domain.kept import MOST_SIGNAL_BYTES, pack, unpack
from orderexec.domain.lifecycle import Reason
from orderexec.domain.messages import Attribute, Mark, Message
from orderexec.domain.row import Row, make_row
from tests.doubles.documented_aws import check_message
from tests.unit.examples import MARKET_BUY, NOW, message, refusal

TAKEN = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
    lambda letter: letter in "\t\n\r" or letter >= " "
)
NAMES = st.sampled_from(sorted(OURS)) | st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True)
TEXTS = st.text(TAKEN, min_size=1, max_size=50)
NUMBERS = st.sampled_from(["1", "-2.5", "1e5", "12345678901234567890123456"])
IN_BASE64 = st.binary(min_size=1, max_size=50).map(lambda data: base64.b64encode(data).decode())
ATTRIBUTES = (
    st.builds(Attribute, st.sampled_from(["String", "String.label"]), TEXTS)
    | st.builds(Attribute, st.just("Number"), NUMBERS)
    | st.builds(Attribute, st.sampled_from(["Binary", "Binary.png"]), IN_BASE64)
)
OWN = st.dictionaries(NAMES, ATTRIBUTES, max_size=10)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
LIKE_PACKED = st.dictionaries(st.text(), st.dictionaries(st.sampled_from(["type", "value", "cut"]), ANYTHING))
PACKED_TEXTS = st.text(min_size=1) | ANYTHING.map(json.dumps) | LIKE_PACKED.map(json.dumps)


def make_dead(carried: Message, detail: str = "no funds", code: str | None = "-2010") -> Row:
    row = make_row(refusal("{", id=carried.id), NOW)
    return row.die(Reason.REJECTED, detail, code=code, message_id=carried.id, token="d1", now=NOW)


def pass_through_sqs(body: str, attributes: dict[str, Attribute]) -> dict[str, Attribute]:
    """As they come back from it."""
    check_message(body, make_client_attributes(attributes))
    return read_answer_attributes(make_client_attributes(attributes))


@given(OWN, st.text(), st.none() | st.just("-2010"))
def test_what_a_producer_wrote_is_read_from_the_letter_and_from_the_letter_of_its_redrive(
    own: dict[str, Attribute], detail: str, code: str | None
) -> None:
    carried = message(MARKET_BUY, attributes=own)

    for _ in range(2):
        body, attributes = make_letter(carried, make_dead(carried, detail, code))
        back, mark = read_attributes(pass_through_sqs(body, prepare_redrive(attributes, max_age_seconds=86_400)))

        assert (body, back) == (carried.body, own)
        assert mark == Mark(death="d1", signal_id="message-1", issued_at=NOW - 1_000, allowed_age_ms=86_400_000)
        carried = replace(carried, attributes=back, mark=mark)


@given(OWN)
def test_what_the_queue_gave_up_keeps_its_attributes_under_a_mark_of_its_own(own: dict[str, Attribute]) -> None:
    mark = Mark(death="m", signal_id="m", issued_at=NOW)

    back, read = read_attributes(pass_through_sqs("body", add_mark(own, mark, "EXHAUSTED", "body")))

    assert (back, read) == (own, mark)


def test_what_the_queue_gave_up_fits_also_with_its_mark() -> None:
    """A message of the largest size that SQS takes: one that did not fit would stop the redrive of all behind it."""
    body = json.dumps({"symbol": "BTCUSDT", "side": "BUY", "quantity": "1"})
    own = {"chart": Attribute("String", "x" * (1_048_576 - len(body) - 30)), "source": Attribute("String", "desk")}
    check_message(body, make_client_attributes(own))

    back, _ = read_attributes(
        pass_through_sqs(body, add_mark(own, Mark(death="m", signal_id="m", issued_at=NOW), "EXHAUSTED", body))
    )

    assert back["source"] == own["source"]
    assert "SHA-256" in back["chart"].cut


@given(PACKED_TEXTS, st.text(min_size=1), st.text(min_size=1))
def test_whatever_somebody_wrote_on_a_letter_the_next_letter_is_one_that_sqs_takes(
    packed: str, mark: str, issued_at: str
) -> None:
    edited = {PACKED: packed, MARK: mark, "issued_at": issued_at, "signal_id": issued_at}
    own, read = read_attributes({name: Attribute("String", text) for name, text in edited.items()})
    carried = message(MARKET_BUY, attributes=own, mark=read)

    pass_through_sqs(*make_letter(carried, make_dead(carried)))


SIZES = st.integers(1, 1_000_000)


@settings(deadline=None)  # some megabytes each
@given(st.lists(SIZES, min_size=1, max_size=10), SIZES, st.sampled_from('x"é💥'))
def test_the_letter_fits_whatever_is_how_large(sizes: list[int], body_size: int, letter: str) -> None:
    own = {f"a{number}": Attribute("String", letter * (size // 4)) for number, size in enumerate(sizes) if size >= 4}
    carried = message(letter * (body_size // len(letter.encode()) or 1), attributes=own)

    body, attributes = make_letter(carried, make_dead(carried))

    back, _ = read_attributes(pass_through_sqs(body, attributes))
    assert carried.body.startswith(body)
    assert (body == carried.body) == (BODY_CUT not in attributes)
    assert len(body.encode()) >= min(body_size - 3, MOST_SIGNAL_BYTES - 3)
    assert back.keys() == own.keys()
    assert all(each.cut or each == own[name] for name, each in back.items())
    assert sum(len(each.value.encode()) for each in attributes.values()) + len(body.encode()) <= MOST_BYTES


@given(OWN)
def test_attributes_that_are_packed_are_read_as_they_were(own: dict[str, Attribute]) -> None:
    assert unpack(pack(own)) == own


def test_a_letter_says_once_that_the_row_had_only_a_part_of_its_body() -> None:
    whole = refusal("{" + " " * 20_000)
    row = replace(make_row(whole, NOW), attributes=pack({"source": Attribute("String", "desk")}))
    dead = row.die(Reason.INVALID_SIGNAL, "no JSON", code=None, message_id="m", token="t", now=NOW)

    body, attributes = make_letter(Message(id="m", body=dead.body, sent_at=NOW), dead)

    assert (body, attributes["source"].value) == (dead.body, "desk")
    assert attributes[BODY_CUT].value == dead.body_cut
