"""How requests to Bybit are signed and sent, and how its clock is learnt."""

import hashlib
import hmac
from base64 import b64encode

import pytest

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, PrivateKey
from orderexec.venues.bybit.connection import write_body, write_query, write_signature
from orderexec.venues.bybit.products import LINEAR
from orderexec.venues.call import Call
from orderexec.venues.http import Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import KEY, LOST, error, recorded, reply, success, venue

CALL = Call("POST", "/v5/order/create", {"category": "linear", "qty": "0.10", "positionIdx": "0", "reduceOnly": "true"})
TIME = success({"timeSecond": "1688639403", "timeNano": "1688639403423213947"})


def expected(payload: bytes, timestamp: int) -> str:
    return hmac.new(b"the-secret", f"{timestamp}the-key5000".encode() + payload, hashlib.sha256).hexdigest()


def test_a_change_is_signed_over_the_very_bytes_that_are_sent() -> None:
    at, transport = venue(LINEAR, error(10001))

    at.connection.send(CALL, START_MS - 7, KEY)

    sent = transport.sent[0]
    assert sent["body"] == b'{"category":"linear","qty":"0.10","positionIdx":0,"reduceOnly":true}'
    assert sent["query"] == ""
    assert sent["headers"] == {
        "X-BAPI-API-KEY": "the-key",
        "X-BAPI-TIMESTAMP": str(START_MS - 7),
        "X-BAPI-RECV-WINDOW": "5000",
        "X-BAPI-SIGN": expected(sent["body"], START_MS - 7),
    }


def test_a_question_is_signed_over_its_query() -> None:
    at, transport = venue(LINEAR, success({}))

    at.connection.ask("/v5/order/realtime", {"category": "linear", "orderLinkId": "a b"}, KEY)

    sent = transport.sent[0]
    assert sent["query"] == "category=linear&orderLinkId=a%20b"
    assert sent["body"] == b""
    assert sent["headers"]["X-BAPI-SIGN"] == expected(sent["query"].encode(), START_MS)


def test_a_cursor_goes_back_as_it_came() -> None:
    cursor = recorded("open_orders")["result"]["nextPageCursor"]

    assert write_query({"category": "spot", "cursor": cursor}) == f"category=spot&cursor={cursor}"


def test_a_private_key_signs_in_base64() -> None:
    key = PrivateKey(b"", lambda payload: b"\xfb\xff" + payload)

    assert write_signature(b"x", key) == b64encode(b"\xfb\xffx").decode()
    assert len(write_signature(b"x", "secret")) == 64


def test_the_secret_stands_in_no_request() -> None:
    at, transport = venue(LINEAR, error(10001))

    at.connection.send(CALL, START_MS, Credentials("the-key", "the-secret"))

    assert "the-secret" not in str(transport.sent)


def test_only_what_the_page_calls_a_number_or_a_flag_is_one() -> None:
    flags = {"isLeverage": "1", "triggerDirection": "2", "closeOnTrigger": "true", "price": "1", "qty": "0"}

    assert write_body(flags) == b'{"isLeverage":1,"triggerDirection":2,"closeOnTrigger":true,"price":"1","qty":"0"}'


def test_the_clock_is_that_of_the_answer_in_the_middle_of_its_way() -> None:
    at, _ = venue(LINEAR, reply(recorded("server_time")), takes_ms=100)
    began = at.connection.clock.now()

    assert at.ask_server_time() == 1_688_639_403_423
    assert at.now() - (began + 100) == 1_688_639_403_423 - (began + 50)


@pytest.mark.parametrize("answer", [LOST, error(10016), success({"timeNano": "soon"}), success([]), reply(b"x", 502)])
def test_a_time_that_cannot_be_had_is_a_failure(answer: Reply) -> None:
    assert isinstance(venue(LINEAR, answer)[0].ask_server_time(), Failure)


def test_a_question_is_asked_once_more_if_only_our_clock_was_wrong() -> None:
    at, transport = venue(LINEAR, error(10002), TIME, success({"marginMode": "x"}))

    at.connection.ask("/v5/account/info", {}, KEY)

    assert transport.requests == ["GET /v5/account/info", "GET /v5/market/time", "GET /v5/account/info"]
    assert transport.sent[2]["headers"]["X-BAPI-TIMESTAMP"] == "1688639403423"


def test_a_change_is_never_repeated() -> None:
    at, transport = venue(LINEAR, error(10002, "timestamp"))

    answer = at.connection.parse(*at.connection.send(CALL, START_MS, KEY), lambda _: None)

    assert isinstance(answer, Failure)
    assert answer.meaning is Meaning.CLOCK
    assert len(transport.sent) == 1
