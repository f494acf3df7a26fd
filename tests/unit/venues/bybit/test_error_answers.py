"""What of an answer of Bybit is an error: a refusal inside a success, the two kinds of 403, and how long to wait."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.advice import Remedy
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.bybit.errors import classify, is_error, load_table, read_error
from orderexec.venues.classifier import find_known
from orderexec.venues.http import NO_HEADERS, Reply
from orderexec.venues.replies import parse_reply

NOW = 1_672_738_134_000
RESET = "X-Bapi-Limit-Reset-Timestamp"
PLACED = {"orderId": "1321003749386327552", "orderLinkId": "ours"}
# As CloudFront answers from a country that is locked out, and with the words of the page "Rate Limit Rules".
REGION = (
    b"<HTML><BODY><H1>403 ERROR</H1>The Amazon CloudFront distribution is configured to block access from your country."
    b"</BODY></HTML>"
)
TOO_OFTEN = b"403, Access too frequent"
BATCH_OF_ONE = {"list": [{"orderId": "", "orderLinkId": "ours"}]}


def document(code: object = 0, *, result: object = PLACED, extra: object = None, **more: Any) -> dict[str, Any]:
    return {"retCode": code, "retMsg": "OK", "result": result, "retExtInfo": {} if extra is None else extra} | more


def inside(*entries: object) -> dict[str, Any]:
    return {"list": list(entries)}


def read(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Failure:
    return classify(Reply(status, headers, json.dumps(body).encode()), body)


REFUSED = {"code": 110007, "msg": "ab not enough for new order"}
FINE = {"code": 0, "msg": "OK"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (document(), False),
        (document(extra="{}"), False),
        (document(extra=inside()), False),
        (document(extra=inside(FINE, FINE)), False),
        (document(extra={"list": None}), False),
        (document(result=None), False),
        (document(110007), True),
        (document("0"), True),
        (document(None), True),
        (document(False), True),
        (document(0.0), True),
        (document(extra=inside(REFUSED)), True),
        (document(extra=inside(FINE, REFUSED)), True),
        (document(extra=inside({"msg": "?"})), True),
        (document(extra=inside("?")), True),
        (document(extra={"list": "?"}), True),
        ({"result": PLACED}, True),
        ({}, True),
        ([], True),
        (None, True),
    ],
)
def test_a_success_is_nothing_but_a_code_of_zero_and_no_refusal_inside(body: object, error: bool) -> None:
    assert is_error(body) is error


def test_a_refusal_inside_a_success_is_a_refusal() -> None:
    found = read(document(result=BATCH_OF_ONE, extra=inside(REFUSED)))

    assert (found.meaning, found.code) == (Meaning.REJECT, "110007")
    assert found.detail.startswith("ab not enough for new order (HTTP 200): the account has too little free money")


def test_only_a_success_is_handed_on_to_be_read() -> None:
    def parse(body: Mapping[str, Any], status: int = 200) -> object:
        reply = Reply(status, {}, json.dumps(body).encode())
        return parse_reply(reply, body, lambda each: each["result"], dict, is_error=is_error, classify=classify)

    assert parse(document()) == PLACED
    for body in (document(10001), document(extra=inside(REFUSED)), document("0"), {}):
        assert isinstance(parse(body), Failure)
    assert isinstance(parse(document(), status=404), Failure)


@pytest.mark.parametrize(
    "body",
    [
        document(extra=inside(REFUSED)),
        document(result={"list": [PLACED]}, extra=inside(REFUSED)),
        document(result=BATCH_OF_ONE, extra=inside(FINE, REFUSED)),
        document(result=BATCH_OF_ONE, extra=inside(REFUSED, REFUSED)),
        document(result=BATCH_OF_ONE, extra=inside("?")),
        document(result=BATCH_OF_ONE, extra=inside({"code": "110007", "msg": "?"})),
        document(result=BATCH_OF_ONE, extra={"list": "?"}),
    ],
)
def test_an_answer_that_contradicts_itself_leaves_the_order_in_doubt(body: Mapping[str, Any]) -> None:
    assert read(body).meaning is Meaning.UNKNOWN


def test_the_code_of_the_whole_answer_comes_before_what_is_inside() -> None:
    assert read_error(document(10000, extra=inside(REFUSED))) == ("10000", "OK")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["list", "code", "msg"]), each),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "retCode": st.just(0) | _JSON,
            "retMsg": _JSON,
            "result": st.just(PLACED) | _JSON,
            "retExtInfo": _JSON,
            "time": _JSON,
        },
    )
)
def test_whatever_the_body_is_a_success_with_an_order_in_it_is_never_called_a_refusal(body: dict[str, Any]) -> None:
    found = read(body)

    success = type(body.get("retCode")) is int and body["retCode"] == 0
    if success and body.get("result") == PLACED:
        assert not found.certainly_not_executed
    assert is_error(body) or success


@pytest.mark.parametrize("body", [TOO_OFTEN, b'{"retCode":10009,"retMsg":"access too frequent"}'])
def test_an_address_that_sent_too_much_is_told_so_and_is_silent_for_ten_minutes(body: bytes) -> None:
    found = classify(Reply(403, {}, body), json.loads(body) if body.startswith(b"{") else None)

    assert (found.meaning, found.retry_after) == (Meaning.BLOCKED, 600.0)
    assert "600 in 5 seconds" in found.detail
    assert "region" not in found.detail
    assert classify(Reply(403, {"Retry-After": "1200"}, body), None).retry_after == 1200.0


def test_a_region_that_is_locked_out_is_told_so() -> None:
    found = classify(Reply(403, {}, REGION), None)

    assert found.meaning is Meaning.BLOCKED
    assert "deploy the stack in a region that the exchange serves" in found.detail
    assert "600" not in found.detail


@pytest.mark.parametrize("body", [b"", b"Forbidden", b"\xff\xfe", b"x" * 20_000 + TOO_OFTEN])
def test_a_403_that_says_neither_names_both(body: bytes) -> None:
    found = classify(Reply(403, {}, body), None)

    assert (found.meaning, found.retry_after) == (Meaning.BLOCKED, 600.0)
    assert "600 in 5 seconds" in found.detail
    assert "region" in found.detail


def test_the_words_of_a_403_say_nothing_with_another_status() -> None:
    for status in (200, 400, 451, 502):
        assert classify(Reply(status, {}, REGION + TOO_OFTEN), None).meaning is not Meaning.BLOCKED


@pytest.mark.parametrize(
    ("reset", "time", "seconds"),
    [
        (NOW + 824, NOW, 0.824),
        (NOW + 5_000, NOW, 5.0),
        (NOW, NOW, 1.0),  # "Otherwise, this is just the current timestamp"
        (NOW - 3_000, NOW, 1.0),
        (NOW + 86_400_000, NOW, 1.0),
        (None, NOW, 1.0),
        (NOW + 824, None, 1.0),
        ("soon", NOW, 1.0),
        ("٣" * 13, NOW, 1.0),
        (9_999, NOW, 1.0),
    ],
)
def test_a_used_up_limit_is_waited_for_until_it_turns_by_the_exchanges_clock(
    reset: object, time: object, seconds: float
) -> None:
    headers = {} if reset is None else {RESET: str(reset)}

    found = read(document(10006, time=time), headers=headers)

    assert (found.meaning, found.retry_after) == (Meaning.ORDER_LIMIT, seconds)


def test_the_limit_of_an_address_is_waited_for_as_its_page_says() -> None:
    assert (read(document(10018)).meaning, read(document(10018)).retry_after) == (Meaning.RATE_LIMIT, 600.0)


@pytest.mark.parametrize(
    ("code", "text", "detail"),
    [
        (
            110007,
            "ab not enough for new order",
            "ab not enough for new order (HTTP 200): the account has too little free money for this order; deposit "
            "more, or cancel orders that lock some, then redrive it; or publish a corrected signal under a new id, for "
            "a smaller order",
        ),
        (
            170371,
            "Order price cannot be lower than 0.0025, the price limitation.",
            "Order price cannot be lower than 0.0025, the price limitation. (HTTP 200): the price is outside the band "
            "around the market in which the exchange takes orders; publish a corrected signal under a new id, with a "
            "price nearer to the market",
        ),
        (
            10016,
            "Request timeout, please try again later",
            "Request timeout, please try again later (HTTP 200): the exchange failed while it worked, so the order may "
            "exist",
        ),
    ],
)
def test_a_letter_reads_like_this(code: int, text: str, detail: str) -> None:
    found = read(document(code) | {"retMsg": text})

    assert found.detail == detail
    assert find_known(found.code, found.detail, load_table()) is load_table().codes[str(code)]


def test_what_a_status_says_without_a_code_is_told_with_advice() -> None:
    for status, word in ((400, "report it"), (401, "store the right key"), (404, "BybitUrl")):
        assert word in classify(Reply(status, {}, b"?"), None).detail
    assert load_table().codeless_statuses[404].do.remedy is Remedy.REDRIVE


def test_no_table_is_imported_before_the_first_failure() -> None:
    program = (
        "import sys\n"
        "from orderexec.venues.bybit.errors import classify, is_error\n"
        "from orderexec.venues.http import Reply\n"
        "assert not is_error({'retCode': 0, 'retMsg': 'OK', 'result': {}, 'retExtInfo': {}})\n"
        "tables = [f'orderexec.venues.bybit.{name}' for name in ('error_codes', 'common_error_codes', "
        "'derivatives_error_codes', 'spot_error_codes', 'other_error_codes', 'error_statuses')]\n"
        "before = [name for name in tables if name in sys.modules]\n"
        "classify(Reply(200, {}, b''), {'retCode': 110001})\n"
        "print(before, all(name in sys.modules for name in tables))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[] True"
