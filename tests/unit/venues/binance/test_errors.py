"""The table of errors, walked from outside: every documented code, text and status as a reply, and what it means."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.error_guides import GUIDES
from orderexec.domain.outcomes import NOT_EXECUTED, Failure, Meaning
from orderexec.venues.binance.error_codes import CODES
from orderexec.venues.binance.error_texts import TEXT_CARRIERS, TEXTS
from orderexec.venues.binance.errors import SPOT_ANSWERS, STATUSES
from orderexec.venues.http import NoReply, Reply

_SHEET = Path(__file__).parents[3] / "data" / "binance_spot_errors.csv"
FACTS = list(csv.DictReader(_SHEET.read_text().splitlines()))
CODE_FACTS = [fact for fact in FACTS if fact["code"].startswith("-") and not fact["name"].startswith("msg:")]
TEXT_FACTS = [fact for fact in FACTS if fact["name"].startswith("msg:")]
STATUS_FACTS = [fact for fact in FACTS if fact["code"].startswith("HTTP ")]

# Where the product departs from the sheet of facts, and why.
DIFFERENCES = {
    "-32603": Meaning.UNKNOWN,  # undocumented: nobody promises that nothing was executed
    "HTTP 403": Meaning.BLOCKED,  # the sheet's note says to query before any resend: in doubt, with a long pause
}
# Not in the sheet, since they are codes of futures; the guide that users come from lists them.
BEYOND_THE_SHEET = {-2018: Meaning.REJECT, -2019: Meaning.REJECT}
GUIDE = [int(code) for code in GUIDES["binance-spot"].claims]
CARRIERS = (-1010, -1013, -2010, -2011, -2038)


def answer(code: object, text: str = "no documented text", status: int = 400, **headers: str) -> Failure:
    body = json.dumps({"code": code, "msg": text}).encode()
    return SPOT_ANSWERS.classify(Reply(status, headers, body), json.loads(body))


def bare(status: int, **headers: str) -> Failure:
    return SPOT_ANSWERS.classify(Reply(status, headers, b"<html>no JSON</html>"), None)


def expected(fact: dict[str, str]) -> Meaning:
    return DIFFERENCES.get(fact["code"], Meaning(fact["class"]))


@pytest.mark.parametrize("fact", CODE_FACTS, ids=lambda fact: fact["code"])
def test_every_code_means_what_the_sheet_of_facts_says(fact: dict[str, str]) -> None:
    assert answer(int(fact["code"])).meaning is expected(fact)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("fact", TEXT_FACTS, ids=lambda fact: fact["name"])
def test_every_documented_text_decides_whichever_code_carries_it(fact: dict[str, str], carrier: int) -> None:
    assert answer(carrier, fact["name"].removeprefix("msg:")).meaning is expected(fact)


@pytest.mark.parametrize("fact", STATUS_FACTS, ids=lambda fact: fact["code"])
def test_every_status_of_the_sheet_decides_without_a_body(fact: dict[str, str]) -> None:
    name = fact["code"].removeprefix("HTTP ")
    for status in range(500, 600) if name == "5XX" else [int(name)]:
        assert bare(status).meaning is expected(fact)


def test_the_table_holds_nothing_that_the_sheet_does_not() -> None:
    assert set(CODES) == {int(fact["code"]) for fact in CODE_FACTS} | set(BEYOND_THE_SHEET)
    assert set(TEXTS) == {fact["name"].removeprefix("msg:") for fact in TEXT_FACTS}
    assert frozenset(CARRIERS) == TEXT_CARRIERS
    # 451 stands in none of Binance's pages: it explains, and decides no more than an unlisted answer does.
    assert set(STATUSES) == {403, 409, 418, 429, 451} | set(range(500, 600))
    assert {code: answer(code).meaning for code in BEYOND_THE_SHEET} == BEYOND_THE_SHEET
    assert len(CODE_FACTS) + len(TEXT_FACTS) + len(STATUS_FACTS) + 1 == len(FACTS)  # the one is TRANSPORT, below


@pytest.mark.parametrize("fact", [fact for fact in CODE_FACTS if fact["name"].isupper()], ids=lambda fact: fact["code"])
def test_every_code_has_the_name_that_the_sheet_gives(fact: dict[str, str]) -> None:
    assert fact["name"].split()[0] == CODES[int(fact["code"])].name


def test_every_code_of_the_guide_that_users_come_from_is_known() -> None:
    assert len(set(GUIDE)) == 33
    assert set(GUIDE) <= set(CODES)


@pytest.mark.parametrize("code", [fact["code"] for fact in CODE_FACTS])
def test_a_server_error_is_unknown_whatever_code_it_carries(code: str) -> None:
    for status in (500, 502, 503, 504, 520, 599):
        assert answer(int(code), status=status).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("status", [status for status in range(200, 500) if status not in (403, 418, 429)])
def test_no_other_status_says_anything_by_itself(status: int) -> None:
    assert bare(status).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("status", [403, 409, 418, 429])
def test_a_status_that_decides_does_so_before_the_code(status: int) -> None:
    assert (
        answer(-2010, "Account has insufficient balance for requested action.", status).meaning is bare(status).meaning
    )


@pytest.mark.parametrize("code", [fact["code"] for fact in CODE_FACTS if int(fact["code"]) not in CARRIERS])
def test_no_text_decides_where_the_code_does(code: str) -> None:
    for text in ("Duplicate order sent.", "Filter failure: LOT_SIZE", "This action is disabled on this account."):
        assert answer(int(code), text).meaning is answer(int(code)).meaning


@pytest.mark.parametrize(
    "text",
    ["duplicate order sent.", "Duplicate order sent", "Filter failure: LOT_SIZE ", "Filter failure: NEW_RULE", ""],
)
def test_only_the_exact_documented_text_decides(text: str) -> None:
    assert answer(-2010, text).meaning is Meaning.REJECT
    assert answer(-1013, text).meaning is Meaning.REJECT


@given(st.integers() | st.none() | st.text() | st.floats(allow_nan=False) | st.booleans(), st.integers(200, 499))
def test_a_code_that_is_not_listed_is_unknown(code: object, status: int) -> None:
    if code not in CODES and status not in STATUSES:
        assert answer(code, status=status).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("document", [None, [], "x", 5, {}, {"msg": "Duplicate order sent."}, {"code": None}])
def test_a_body_without_a_code_is_unknown(document: object) -> None:
    assert SPOT_ANSWERS.classify(Reply(400, {}, b""), document).meaning is Meaning.UNKNOWN


def test_a_request_that_never_left_may_be_tried_again_and_one_that_may_have_arrived_not() -> None:
    never, perhaps = (
        SPOT_ANSWERS.classify(NoReply(False, "refused"), None),
        SPOT_ANSWERS.classify(NoReply(True, "timeout"), None),
    )

    assert (never.meaning, never.certainly_not_executed) == (Meaning.RETRY, True)
    assert (perhaps.meaning, perhaps.certainly_not_executed) == (Meaning.UNKNOWN, False)
    assert "timeout" in perhaps.detail


def test_without_a_handshake_nothing_was_sent_and_the_words_say_what_stands_between() -> None:
    insecure = SPOT_ANSWERS.classify(NoReply(False, "SSLCertVerificationError", insecure=True), None)

    assert (insecure.meaning, insecure.certainly_not_executed) == (Meaning.RETRY, True)
    assert insecure.detail.startswith("no secure connection came about (SSLCertVerificationError): the TLS handshake")


@pytest.mark.parametrize("status", [451, 502, 504])
def test_a_question_is_not_answered_as_if_it_were_an_order(status: int) -> None:
    for answer_ in (Reply(status, {}, b"<html>"), NoReply(True, "ReadTimeoutError"), Reply(200, {}, b"x")):
        told = SPOT_ANSWERS.classify_question(answer_, None)
        assert replace(told, detail="") == replace(SPOT_ANSWERS.classify(answer_, None), detail="")
        assert "order may exist" not in told.detail


def test_what_leaves_the_order_in_doubt_is_never_called_certain() -> None:
    doubtful = {Meaning.UNKNOWN, Meaning.BLOCKED, Meaning.DUPLICATE, Meaning.NOT_FOUND, Meaning.NO_EFFECT}

    assert set(Meaning) - NOT_EXECUTED == doubtful
    assert [meaning for meaning in Meaning if Failure(meaning, None, "").certainly_not_executed] == [
        meaning for meaning in Meaning if meaning not in doubtful
    ]


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0", 0.0), ("259200", 259_200.0)])
@pytest.mark.parametrize("status", [429, 418, 403])
def test_the_exchanges_own_wait_is_kept(status: int, header: str, seconds: float) -> None:
    assert bare(status, **{"Retry-After": header}).retry_after == seconds


@pytest.mark.parametrize("header", ["", "soon", "-1", "1.5", "٣", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_cannot_be_read_is_the_documented_interval(header: str) -> None:
    assert bare(429, **{"Retry-After": header}).retry_after == 60


@pytest.mark.parametrize(
    ("code", "status", "text", "seconds"),
    [
        (-1015, 429, "Too many new orders; current limit is 50 orders per 10 SECOND.", 10),
        (-1015, 429, "Too many new orders; current limit is 160000 orders per 1 DAY.", 600),
        (-1015, 429, "Too many new orders.", 10),
        (-1003, 429, "Too many requests; current limit is 6000 request weight per 1 MINUTE.", 60),
        (-1003, 429, "Too many requests queued.", 60),
        (-1003, 418, "Way too much request weight used.", 120),
    ],
)
def test_without_a_header_a_limits_own_interval_is_waited_for(code: int, status: int, text: str, seconds: int) -> None:
    assert answer(code, text, status).retry_after == seconds


def test_a_firewalls_block_pauses_long_even_if_it_names_no_wait() -> None:
    assert (bare(403).retry_after or 0) >= 120
    assert bare(403, **{"Retry-After": "7"}).retry_after == 7


def test_the_code_is_kept_as_text() -> None:
    assert (answer(-1121).code, bare(502).code) == ("-1121", None)
