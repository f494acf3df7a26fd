"""What Bybit's answers say of its limits: a rolling second of each path, and an address that is sent away."""

import json

import pytest

from orderexec.domain.outcomes import Meaning
from orderexec.domain.rate_limits import Budget, Used
from orderexec.venues.bybit.limits import METER
from orderexec.venues.bybit.products import LINEAR
from orderexec.venues.http import Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import KEY, acknowledged, error, failed, reply, success, venue
from tests.unit.venues.bybit.test_bybit_orders import RESTING

CREATE = "/v5/order/create"


def told(limit: str, left: str) -> dict[str, str]:
    return {"X-Bapi-Limit": limit, "X-Bapi-Limit-Status": left, "X-Bapi-Limit-Reset-Timestamp": "1672738134824"}


def test_what_is_left_tells_what_is_used() -> None:
    assert list(METER.read_used(CREATE, told("10", "9"))) == [Used(Budget.ORDERS, 1, 1, limit=10)]
    assert list(METER.read_used(CREATE, told("10", "0"))) == [Used(Budget.ORDERS, 1, 10, limit=10)]


@pytest.mark.parametrize("path", ["/v5/order/cancel", "/v5/order/realtime", "/v5/market/time"])
def test_other_paths_have_a_count_of_their_own(path: str) -> None:
    assert list(METER.read_used(path, told("50", "1"))) == []


@pytest.mark.parametrize(
    "headers",
    [{}, told("", ""), told("x", "1"), told("10", "-1"), told("10", "11"), told("0", "0"), told("9" * 7, "1")],
)
def test_a_count_that_cannot_be_read_is_none(headers: dict[str, str]) -> None:
    assert list(METER.read_used(CREATE, headers)) == []


def test_a_used_up_second_pauses_new_orders_until_it_is_over() -> None:
    answer = acknowledged()
    at, _ = venue(LINEAR, Reply(answer.status, told("10", "0"), answer.body))

    at.send(RESTING, START_MS, KEY)

    gate = at.traffic.find_closed_gate("main", places=True)
    assert gate is not None
    assert 0 < gate.until - at.traffic.clock.now() <= 2_000
    assert at.traffic.find_closed_gate("main", places=False) is None
    assert at.traffic.find_closed_gate("another", places=True) is None


def test_an_order_too_many_pauses_the_account_until_the_exchange_says() -> None:
    body = {"retCode": 10006, "retMsg": "Too many visits!", "result": {}, "retExtInfo": {}, "time": START_MS}
    until = {"X-Bapi-Limit-Reset-Timestamp": str(START_MS + 700)}
    at, _ = venue(LINEAR, Reply(200, until, json.dumps(body).encode()))

    answer = failed(at.send(RESTING, START_MS, KEY))

    assert (answer.meaning, answer.retry_after) == (Meaning.ORDER_LIMIT, 0.7)
    assert at.traffic.find_closed_gate("main", places=True) is not None
    assert at.traffic.find_closed_gate("main", places=False) is None


def test_an_address_that_is_sent_away_keeps_silent_for_ten_minutes() -> None:
    too_often = reply(b"403, access too frequent", 403)
    at, transport = venue(LINEAR, too_often, too_often)

    at.send(RESTING, START_MS, KEY)

    ban = at.traffic.find_ban()
    assert ban is not None
    assert ban.until - at.traffic.clock.now() == 600_000
    assert transport.requests[1] == "GET /v5/market/time"
    assert failed(at.send(RESTING, START_MS, KEY)).meaning is Meaning.UNSENT


@pytest.mark.parametrize(
    ("answer", "is_error"),
    [
        (success({}), False),
        (success({}, retExtInfo={"list": [{"code": 0}]}), False),
        (success({}, retExtInfo={"list": [{"code": 110007}]}), True),
        (error(10001), True),
        (reply(b"{}"), True),
        (reply(b"", 403), True),
        (reply({"retMsg": "x", "retCode": 0}), False),
        (reply({"retMsg": '{"retCode":0,', "retCode": 10001, "retExtInfo": {}}), True),
    ],
)
def test_a_refusal_is_told_from_a_success(answer: Reply, is_error: bool) -> None:
    assert METER.is_error(answer) is is_error
