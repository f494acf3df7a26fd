"""How any venue's answers are classified: by a table that is data, here of an exchange whose codes are words."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from orderexec.domain.advice import CORRECT, look, redrive_after
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.venues.advice import NOTHING
from orderexec.venues.classifier import (
    UNLISTED,
    Known,
    Said,
    Table,
    classify,
    classify_question,
    describe_insecure,
    describe_transport,
    find_known,
)
from orderexec.venues.http import NO_HEADERS, NoReply, Reply
from orderexec.venues.replies import Unreadable, parse_reply

FULL = Known("full", Meaning.REJECT, "the book is full", redrive_after("wait"), Cause.SYMBOL)
EMPTY = Known("No money.", Meaning.REJECT, "there is no money", redrive_after("deposit some"))
TABLE = Table(
    statuses={503: Known("down", Meaning.UNKNOWN, "the exchange is down, so the order may exist", NOTHING)},
    codes={
        "book_full": FULL,
        "refused": Known("refused", Meaning.REJECT, "the exchange refused", look("see its words")),
        "too_many": Known("too many", Meaning.RATE_LIMIT, "a limit is used up", redrive_after("send less")),
        "blocked": Known("blocked", Meaning.BLOCKED, "a firewall blocked it", look("look")),
    },
    texts={"No money.": EMPTY, "Filter: STEP": Known("Filter: STEP", Meaning.STALE_RULES, "off the step", CORRECT)},
    text_carriers=frozenset({"refused"}),
    filter_prefix="Filter: ",
    transport=describe_transport("SomeUrl"),
    insecure=describe_insecure("SomeUrl"),
    read_error=lambda body: Said(body.get("error"), body.get("why", "")) if isinstance(body, dict) else Said(None, ""),
    guess_wait=lambda *_: 12.0,
    status_texts={(503, "Closed."): Known("Closed.", Meaning.RETRY, "nothing was executed", redrive_after("wait"))},
    fragments={"twin": Known("twin", Meaning.DUPLICATE, "an order has this id", NOTHING)},
)


GATE = Known("gate", Meaning.BLOCKED, "the gate is closed", look("look"))
ABROAD = Known("not from here", Meaning.BLOCKED, "nobody there is served", look("move"))
GUARDED = replace(
    TABLE,
    statuses={403: GATE},
    status_parts={(403, "not from here"): ABROAD},
    codeless_statuses={404: Known("no path", Meaning.REJECT, "there is no such path", CORRECT)},
    blocked_seconds=600.0,
)


def answer(code: str | None, text: str = "", status: int = 400, headers: Mapping[str, str] = NO_HEADERS) -> Failure:
    return classify(Reply(status, headers, b""), {"error": code, "why": text}, TABLE)


@pytest.mark.parametrize(
    ("code", "text", "status", "meaning"),
    [
        ("book_full", "", 400, Meaning.REJECT),
        ("book_full", "No money.", 400, Meaning.REJECT),
        ("refused", "Filter: STEP", 400, Meaning.STALE_RULES),
        ("refused", "another text", 400, Meaning.REJECT),
        (None, "No money.", 400, Meaning.UNKNOWN),
        ("new_word", "No money.", 400, Meaning.UNKNOWN),
        ("book_full", "", 503, Meaning.UNKNOWN),
        ("book_full", "", 200, Meaning.REJECT),
        ("book_full", "Closed.", 503, Meaning.RETRY),
        (None, "Closed.", 503, Meaning.RETRY),
        ("book_full", "closed.", 503, Meaning.UNKNOWN),
        ("book_full", "Closed. ", 503, Meaning.UNKNOWN),
        ("new_word", "Closed.", 502, Meaning.UNKNOWN),
        ("book_full", "Closed.", 400, Meaning.REJECT),
        ("new_word", "It has a TWIN", 400, Meaning.DUPLICATE),
        ("book_full", "Twins", 400, Meaning.DUPLICATE),
        (None, "twin", 400, Meaning.UNKNOWN),
        ("book_full", "twin", 503, Meaning.UNKNOWN),
        ("too_many", "twin", 400, Meaning.DUPLICATE),
    ],
)
def test_a_status_decides_before_a_code_and_a_code_before_a_text(
    code: str | None, text: str, status: int, meaning: Meaning
) -> None:
    assert answer(code, text, status).meaning is meaning


def test_an_entry_explains_what_it_classifies() -> None:
    assert answer("book_full", "Book full") == Failure(
        Meaning.REJECT, "book_full", "Book full (HTTP 400): the book is full; wait, then redrive it", cause=Cause.SYMBOL
    )
    assert answer("refused", "Filter: STEP").filter == "STEP"
    assert answer("refused", "No money.").filter is None


@pytest.mark.parametrize(
    ("code", "header", "seconds"),
    [("too_many", {}, 12.0), ("too_many", {"Retry-After": "7"}, 7.0), ("blocked", {}, 300.0), ("book_full", {}, None)],
)
def test_a_wait_is_the_header_else_what_the_venue_knows(
    code: str, header: dict[str, str], seconds: float | None
) -> None:
    assert answer(code, headers=header).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "body", "known"),
    [
        (403, b"<p>Not from HERE</p>", ABROAD),
        (403, b"\xff not from here", ABROAD),
        (403, b"closed", GATE),
        (403, b"", GATE),
        (403, b"." * 10_000 + b"not from here", GATE),
        (404, b"not from here", GUARDED.codeless_statuses[404]),
        (400, b"not from here", UNLISTED),
    ],
)
def test_a_part_of_the_body_tells_apart_what_a_status_leaves_open(status: int, body: bytes, known: Known) -> None:
    read = classify(Reply(status, {}, body), None, GUARDED)

    assert (read.meaning, known.what in read.detail) == (known.meaning, True)
    assert read.retry_after == (600.0 if status == 403 else None)


def test_a_part_of_the_body_decides_whatever_code_comes_with_it_and_a_codeless_status_only_without_one() -> None:
    def tell(status: int, code: str | None) -> Meaning:
        return classify(Reply(status, {}, b"not from here"), {"error": code}, GUARDED).meaning

    assert [tell(403, code) for code in ("book_full", "new_word", None)] == [Meaning.BLOCKED] * 3
    assert [tell(404, code) for code in ("too_many", "new_word", None)] == [
        Meaning.RATE_LIMIT,
        Meaning.UNKNOWN,
        Meaning.REJECT,
    ]


def test_what_stands_in_a_detail_is_found_again() -> None:
    assert find_known("refused", answer("refused", "No money.").detail, TABLE) is EMPTY
    assert find_known("book_full", answer("book_full").detail, TABLE) is FULL
    assert find_known("new_word", None, TABLE) is None
    assert find_known(None, answer(None, "Closed.", 503).detail, TABLE) is TABLE.status_texts[503, "Closed."]
    assert find_known("book_full", answer("book_full", "Closed.").detail, TABLE) is FULL
    assert find_known("book_full", "Closed. (HTTP 5", TABLE) is FULL
    assert find_known(None, "No money. (HTTP 400): ...", TABLE) is None


def test_silence_names_the_parameter_that_holds_the_address() -> None:
    assert "SomeUrl" in classify(NoReply(False, "NewConnectionError"), None, TABLE).detail
    assert "SomeUrl" in classify(NoReply(False, "SSLError", insecure=True), None, TABLE).detail
    assert classify(NoReply(True, "ReadTimeoutError"), None, TABLE).meaning is Meaning.UNKNOWN
    held = classify(NoReply(False, "banned", wait=3.0), None, TABLE)
    assert (held.meaning, held.retry_after) == (Meaning.UNSENT, 3.0)


def test_of_a_question_no_order_is_said_to_exist() -> None:
    down = Reply(503, {}, b"")

    assert "so the order may exist" in classify(down, None, TABLE).detail
    assert "order" not in classify_question(down, None, TABLE).detail


def test_only_a_failure_is_classified_and_a_success_that_cannot_be_read_is_unknown() -> None:
    failure = Failure(Meaning.REJECT, "x", "x")
    asked: list[object] = []

    def parse(reply: Reply | NoReply, document: object) -> object:
        def refuse(_: Reply | NoReply, document: object) -> Failure:
            asked.append(document)
            return failure

        def read(document: dict[str, str]) -> str:
            if "name" not in document:
                raise Unreadable("it has no name")
            return document["name"]

        return parse_reply(reply, document, read, dict, is_error=lambda body: body == {"ok": "no"}, classify=refuse)

    ok = Reply(200, {}, b"")
    assert parse(ok, {"name": "a"}) == "a"
    assert parse(ok, {}) == Failure(Meaning.UNKNOWN, None, "it has no name")
    assert asked == []
    failures: list[tuple[Reply | NoReply, object]] = [
        (ok, {"ok": "no"}),
        (ok, []),
        (Reply(201, {}, b""), {}),
        (NoReply(True, "x"), None),
    ]
    for reply, document in failures:
        assert parse(reply, document) is failure
    assert len(asked) == 4
