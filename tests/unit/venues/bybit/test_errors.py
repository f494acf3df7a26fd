"""Bybit's table of errors, walked from outside: every row of the facts as a reply, and what it means."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.advice import Remedy
from orderexec.domain.outcomes import NOT_EXECUTED, Cause, Failure, Meaning
from orderexec.venues.advice import NOT_OURS
from orderexec.venues.bybit.error_codes import CODES, GROUPS
from orderexec.venues.bybit.errors import classify, classify_question, load_table
from orderexec.venues.http import NoReply, Reply

_SHEET = Path(__file__).parents[3] / "data" / "bybit_errors.csv"
FACTS = list(csv.DictReader(_SHEET.read_text().splitlines()))
CODE_FACTS = [fact for fact in FACTS if not fact["code"].startswith("HTTP ")]
STATUS_FACTS = [fact for fact in FACTS if fact["code"].startswith("HTTP ")]

# Where the table departs from the facts, and why.
_ASK_FIRST = "the note itself says to look first, and the answer gives no reason: in doubt"
_OF_THE_ACCOUNT = "a limit told in a body is the account's, not the address's: a class of its own, as at Binance"
DEPARTURES = {
    "-1": (Meaning.UNKNOWN, "any fault may have this number, and its words go on with times: no exact text can decide"),
    "170149": (Meaning.UNKNOWN, _ASK_FIRST),
    "170311": (Meaning.UNKNOWN, "as 170149 and 170150: it failed, and nothing says why"),
    "10006": (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    "170005": (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    "170222": (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    "HTTP 403": (Meaning.BLOCKED, "no word promises that nothing was executed, and the address must be silent"),
    "HTTP 429": (Meaning.UNKNOWN, "the note says to look before an order is sent again"),
}


def answer(code: object, text: str = "no documented text", status: int = 200) -> Failure:
    document = {"retCode": code, "retMsg": text, "result": {}, "retExtInfo": {}, "time": 1_700_000_000_000}
    return classify(Reply(status, {}, json.dumps(document).encode()), document)


def bare(status: int) -> Failure:
    return classify(Reply(status, {}, b"<html>no JSON</html>"), None)


def expected(fact: dict[str, str]) -> Meaning:
    return DEPARTURES.get(fact["code"], (Meaning(fact["class"]), ""))[0]


@pytest.mark.parametrize("fact", CODE_FACTS, ids=lambda fact: fact["code"])
def test_every_code_means_what_the_facts_say(fact: dict[str, str]) -> None:
    read = answer(int(fact["code"]))

    assert (read.meaning, read.code) == (expected(fact), fact["code"])


@pytest.mark.parametrize("fact", CODE_FACTS, ids=lambda fact: fact["code"])
def test_the_exchanges_own_text_changes_nothing_of_it(fact: dict[str, str]) -> None:
    # "Duplicate currency" is a setting, of which no order hears; it is looked up as all that say "duplicate".
    meaning = Meaning.DUPLICATE if fact["code"] == "182112" else expected(fact)

    assert answer(int(fact["code"]), fact["name"]).meaning is meaning


@pytest.mark.parametrize("fact", STATUS_FACTS, ids=lambda fact: fact["code"])
def test_every_status_means_what_the_facts_say(fact: dict[str, str]) -> None:
    status = fact["code"].removeprefix("HTTP ")
    for each in range(500, 600) if status == "5xx/timeout" else [int(status)]:
        assert bare(each).meaning is expected(fact)


def test_the_table_holds_what_the_facts_do_once_and_no_departure_is_idle() -> None:
    classes = {fact["code"]: fact["class"] for fact in FACTS}

    assert len(CODE_FACTS) + len(STATUS_FACTS) == len(FACTS) == len(classes) == 355
    assert set(CODES) == {fact["code"] for fact in CODE_FACTS}
    assert sum(map(len, GROUPS)) == len(CODES)  # a code that stands twice would decide by the order of the files
    assert [code for code, (meaning, why) in DEPARTURES.items() if classes[code] == meaning or not why] == []


@pytest.mark.parametrize("fact", CODE_FACTS, ids=lambda fact: fact["code"])
def test_every_code_has_the_exchanges_own_text_for_a_name(fact: dict[str, str]) -> None:
    assert fact["name"].startswith(CODES[fact["code"]].name)


def test_a_sentence_is_shared_by_all_that_say_the_same() -> None:
    assert len({known.what for known in CODES.values()}) < 110


@pytest.mark.parametrize("status", range(500, 600))
@pytest.mark.parametrize("code", [110007, 170141, 10006, 10003, 0, None])
def test_a_server_error_is_unknown_whatever_code_it_carries(code: object, status: int) -> None:
    assert answer(code, "Duplicate clientOrderId", status).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("code", ["10000", "10016", "170007", "170032", "170035", "170146", "429", "3400214", "-1"])
def test_what_may_have_been_executed_is_in_doubt_and_nobody_is_asked_for_anything(code: str) -> None:
    read = answer(int(code))

    assert (read.meaning, read.certainly_not_executed, read.retry_after) == (Meaning.UNKNOWN, False, None)
    assert read.detail.endswith(", so the order may exist")
    assert not classify_question(Reply(200, {}, b""), {"retCode": int(code)}).detail.endswith("may exist")


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_code_says_more_than_a_status_that_decides_only_without_one(status: int) -> None:
    assert answer(10000, "Server Timeout", status).meaning is Meaning.UNKNOWN
    assert answer(10002, "late", status).meaning is Meaning.CLOCK
    assert answer(77_777, "new", status).meaning is Meaning.UNKNOWN
    assert answer(0, "OK", status).meaning is Meaning.UNKNOWN
    assert bare(status).certainly_not_executed


@pytest.mark.parametrize("status", [status for status in range(200, 500) if status not in (400, 401, 403, 404, 429)])
def test_no_other_status_says_anything_by_itself(status: int) -> None:
    assert bare(status).meaning is Meaning.UNKNOWN


@given(
    code=st.integers() | st.none() | st.text() | st.floats(allow_nan=False) | st.booleans() | st.sampled_from([*CODES]),
    text=st.text(),
    status=st.integers(200, 599).filter(lambda status: status not in (400, 401, 403, 404)),
)
def test_a_code_that_is_not_listed_leaves_the_order_in_doubt(code: object, text: str, status: int) -> None:
    listed = isinstance(code, int) and str(code) in CODES
    if not listed:
        assert not answer(code, text, status).certainly_not_executed


@pytest.mark.parametrize("document", [None, [], "x", 5, {}, {"retMsg": "OK"}, {"retCode": None}, {"retCode": "110007"}])
@pytest.mark.parametrize("status", [200, 429, 502])
def test_a_body_that_cannot_be_read_leaves_the_order_in_doubt(document: object, status: int) -> None:
    assert classify(Reply(status, {}, b"?"), document).meaning is Meaning.UNKNOWN


def test_without_an_answer_only_what_never_left_is_certain() -> None:
    assert classify(NoReply(False, "refused"), None).meaning is Meaning.RETRY
    assert classify(NoReply(True, "timeout"), None).meaning is Meaning.UNKNOWN
    assert "BybitUrl" in classify(NoReply(False, "refused"), None).detail
    assert "BybitUrl" in classify(NoReply(False, "SSLError", insecure=True), None).detail


@pytest.mark.parametrize("code", ["110072", "170141", "110030", "10014"])
def test_an_id_that_is_in_use_makes_the_order_be_looked_up(code: str) -> None:
    assert answer(int(code)).meaning is Meaning.DUPLICATE


@pytest.mark.parametrize("text", ["Duplicate clientOrderId.", "orderLinkId is DUPLICATED"])
def test_words_that_speak_of_a_duplicate_are_heard_with_any_code(text: str) -> None:
    for code in (10001, 12141, 170130, 0):
        assert answer(code, text).meaning is Meaning.DUPLICATE
    assert answer(None, text).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("code", ["110001", "110008", "110010", "170139", "170142", "170143", "170190", "170213"])
def test_a_change_of_an_order_that_is_not_there_promises_nothing_of_a_placement(code: str) -> None:
    read = answer(int(code))

    assert (read.meaning, read.certainly_not_executed) == (Meaning.NOT_FOUND, False)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("10003", "BybitUrl"),
        ("10004", "signature"),
        ("10005", "permission"),
        ("10010", "IP addresses"),
        ("33004", "expired"),
        ("-2015", "expired"),
        ("10029", "symbols"),
        ("170348", "BybitUrl"),
        ("110124", "cooling-off"),
    ],
)
def test_each_fault_of_a_key_is_told_in_its_own_words(code: str, word: str) -> None:
    known = CODES[code]

    assert (known.meaning, known.do.remedy) == (Meaning.CREDENTIALS, Remedy.REDRIVE)
    assert word in f"{known.what}; {known.do.words}"
    assert answer(int(code), "words").detail == f"words (HTTP 200): {known.what}; {known.do.words}"


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("10003", Cause.ACCOUNT),
        ("10008", Cause.ACCOUNT),
        ("110123", Cause.ACCOUNT),
        ("110080", Cause.ACCOUNT),
        ("170226", Cause.ACCOUNT),
        ("170348", Cause.ACCOUNT),
        ("10029", Cause.ACCOUNT_AND_SYMBOL),
        ("110007", Cause.ACCOUNT_AND_SYMBOL),
        ("170131", Cause.ACCOUNT_AND_SYMBOL),
        ("110020", Cause.ACCOUNT_AND_SYMBOL),
        ("110125", Cause.ACCOUNT_AND_SYMBOL),
        ("110132", Cause.ACCOUNT_AND_SYMBOL),
        ("170209", Cause.ACCOUNT_AND_SYMBOL),
        ("110017", Cause.ACCOUNT_AND_SYMBOL),
        ("110074", Cause.SYMBOL),
        ("110063", Cause.SYMBOL),
        ("170151", Cause.SYMBOL),
        ("170157", Cause.SYMBOL),
        # Orders that reduce, orders of another kind, or without borrowing, are still taken.
        ("110023", Cause.ORDER),
        ("30228", Cause.ORDER),
        ("110103", Cause.ORDER),
        ("170036", Cause.ORDER),
        ("170159", Cause.ORDER),
        ("170121", Cause.ORDER),
        ("10001", Cause.ORDER),
    ],
)
def test_a_refusal_says_whom_it_is_about(code: str, about: Cause) -> None:
    assert answer(int(code)).about is about


def test_nothing_but_a_symbol_is_blamed_beyond_the_account() -> None:
    # No code of Bybit is about the venue for everybody: 10017 is about one path, 403 pauses and is no refusal.
    causes = {None, Cause.ORDER, Cause.ACCOUNT, Cause.ACCOUNT_AND_SYMBOL, Cause.SYMBOL}

    assert {known.cause for known in CODES.values()} == causes


def test_what_no_order_meets_is_never_said_to_be_executed() -> None:
    others = {code for code, known in CODES.items() if known.do == NOT_OURS}

    assert {CODES[code].meaning for code in others} <= NOT_EXECUTED
    assert {"176005", "110110", "30035", "500010", "110135"} <= others


def test_the_table_is_made_once() -> None:
    assert load_table() is load_table()
