"""What Binance's answers tell of its limits, and that nothing is sent under a ban."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.controls import name_ban, name_pause
from orderexec.domain.outcomes import Meaning
from orderexec.domain.rate_limits import Budget, RateLimit
from orderexec.ports import Credentials
from orderexec.venues.binance.errors import SPOT_ANSWERS
from orderexec.venues.binance.limits import read_rate_limits
from orderexec.venues.http import NO_HEADERS, NoReply, Reply
from orderexec.venues.metered import Metered
from tests.doubles.metered import metered
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import ScriptedTransport, error, reply

KEY = Credentials("the-key", "the-secret", "main")
LIMITS = (
    RateLimit(Budget.WEIGHT, 60, 6_000),
    RateLimit(Budget.ORDERS, 10, 50),
    RateLimit(Budget.ORDERS, 86_400, 160_000),
)


def stage(*replies: Reply | NoReply) -> tuple[Metered, ScriptedTransport, VirtualTime]:
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies)
    http = metered(transport, time.clock())
    http.traffic.learn(LIMITS)
    return http, transport, time


def send(http: Metered, credentials: Credentials | None = KEY) -> Reply | NoReply:
    headers = NO_HEADERS if credentials is None else {"X-MBX-APIKEY": credentials.api_key}
    account = "" if credentials is None else credentials.account
    return http.send("POST", "/api/v3/order", body=b"a=b", headers=headers, account=account, seconds=5)


def test_the_limits_that_exchange_info_documents_are_read() -> None:
    limits = read_rate_limits(recorded("exchange_info")["rateLimits"])

    assert {limit.budget for limit in limits} <= set(Budget)
    assert (
        read_rate_limits(
            [
                {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
                {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 50},
                {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 160000},
                {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 300000},
            ]
        )
        == LIMITS
    )


FIELDS = st.sampled_from(["rateLimitType", "interval", "intervalNum", "limit", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner),
    max_leaves=12,
)


@given(JSON)
def test_limits_in_any_other_form_are_left_to_the_exchange(document: object) -> None:
    for limit in read_rate_limits(document):
        assert limit.seconds > 0
        assert limit.limit > 0


def test_what_every_answer_counts_is_kept_whatever_the_case_of_its_headers() -> None:
    headers = {
        "x-mbx-used-weight": "9",
        "X-MBX-USED-WEIGHT-1M": "600",
        "x-mbx-order-count-10s": "25",
        "X-Other-1M": "7",
    }
    http, _, _ = stage(reply({}, headers=headers))

    send(http)

    load = http.traffic.load()
    assert (load.weight_percent, load.orders_percent) == (10, 50)


@pytest.mark.parametrize("value", ["", "-1", "many", "1.5", "²", "9" * 5_000])
def test_a_count_that_is_none_is_not_kept(value: str) -> None:
    http, _, _ = stage(reply({}, headers={"X-MBX-ORDER-COUNT-10S": value, "X-MBX-ORDER-COUNT-S": "5"}))

    send(http)

    assert http.traffic.load().orders_percent == 0


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (error(-1003, "Too many requests.", 429), 60),
        (Reply(429, {"Retry-After": "7"}, b""), 7),
        (Reply(418, {"Retry-After": "300"}, b""), 300),
        (error(-1003, "Too many requests.", 200), 60),
    ],
    ids=["code", "status", "ban", "a 200 that is none"],
)
def test_after_a_refusal_nothing_is_sent_until_the_exchange_may_be_asked_again(refusal: Reply, seconds: int) -> None:
    http, transport, time = stage(refusal, reply({}))
    send(http, None)
    time.advance(1_000)

    held = send(http)

    assert isinstance(held, NoReply)
    assert (held.left, held.wait) == (False, seconds - 1)
    read = SPOT_ANSWERS.classify(held, None)
    assert (read.meaning, read.retry_after, read.certainly_not_executed) == (Meaning.UNSENT, seconds - 1, True)
    assert len(transport.sent) == 1
    time.advance(1_000 * (seconds - 1))
    assert isinstance(send(http), Reply)


FIREWALL = Reply(403, {}, b"<html>Request blocked</html>")


@pytest.mark.parametrize("ping", [FIREWALL, Reply(503, {}, b""), NoReply(True, "ReadTimeoutError")])
def test_a_firewall_that_blocks_a_ping_too_is_taken_to_block_the_address(ping: Reply | NoReply) -> None:
    http, transport, time = stage(FIREWALL, ping)

    assert send(http) == FIREWALL
    held = send(http)

    assert isinstance(held, NoReply)
    assert held.wait == 300
    assert [sent["request"] for sent in transport.sent] == ["POST /api/v3/order", "GET /api/v3/ping"]
    assert http.traffic.find_closed_gate("second", places=False) is not None
    time.advance(300_000)
    assert http.traffic.find_closed_gate("second", places=False) is None


def test_a_firewall_that_lets_a_ping_pass_blocks_one_request_and_nobody_else() -> None:
    http, transport, _ = stage(FIREWALL, reply({}), reply({"orderId": 1}))

    assert send(http) == FIREWALL
    assert http.traffic.find_closed_gate("main", places=True) is None
    assert isinstance(send(http), Reply)
    assert transport.sent[1]["query"] == transport.sent[1]["form"] == transport.sent[1]["key"] == ""


def test_a_request_without_words_that_is_blocked_needs_no_ping() -> None:
    http, transport, _ = stage(FIREWALL)

    http.send("GET", "/api/v3/time", seconds=5)

    assert len(transport.sent) == 1
    assert http.traffic.find_closed_gate("main", places=False) is not None


def test_under_a_ban_of_somebody_else_there_is_no_ping() -> None:
    """The simulation's seed 20261163: the 403 came late, and a ban had been met meanwhile."""
    http, transport, time = stage()
    until = time.now() + 60_000

    def banned_meanwhile(*_: object, **__: object) -> Reply:
        http.traffic.board.close_gate(name_ban("binance-spot"), until, "429")
        return FIREWALL

    transport.send = banned_meanwhile  # type: ignore[method-assign]

    assert send(http) == FIREWALL
    assert transport.sent == []
    closed = http.traffic.find_closed_gate("main", places=False)
    assert closed is not None
    assert closed.until == until


def test_a_ping_that_meets_a_limit_is_heeded() -> None:
    http, _, time = stage(FIREWALL, Reply(418, {"Retry-After": "600"}, b""))

    send(http)

    closed = http.traffic.find_closed_gate("main", places=False)
    assert closed is not None
    assert closed.until == time.now() + 600_000


def test_an_order_limit_stops_orders_of_that_account_and_no_other_request() -> None:
    http, transport, time = stage(
        error(-1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", 429), reply({})
    )

    send(http)

    closed = http.traffic.find_closed_gate("main", places=True)
    assert closed is not None
    assert closed.until == time.now() + 10_000
    assert http.traffic.find_closed_gate("second", places=True) is None
    assert isinstance(send(http), Reply)
    assert len(transport.sent) == 2


@pytest.mark.parametrize("answer", [error(-2010, "x"), error(-1121), reply({"orderId": 1}), NoReply(True, "timeout")])
def test_no_other_answer_closes_anything(answer: Reply | NoReply) -> None:
    http, _, _ = stage(answer)

    send(http)

    assert http.traffic.find_closed_gate("main", places=True) is None
    assert http.traffic.find_closed_gate("main", places=False) is None


def test_windows_turn_by_the_date_of_the_answer_and_not_by_our_clock() -> None:
    """Our clock has begun a new day; the exchange, which counts, has not."""
    counted = {"X-MBX-ORDER-COUNT-1D": "160000", "Date": "Mon, 21 Sep 2026 23:59:59 GMT"}
    http, _, time = stage(reply({}, headers=counted), reply({}, headers={**counted, "Date": "no date"}))
    time.now_ms = int(datetime(2026, 9, 22, 0, 0, 0, 100_000, UTC).timestamp() * 1000)

    for _ in range(2):  # with a date, and with one that is none
        send(http)
        closed = http.traffic.board.recall().gates[name_pause("binance-spot", "main")]
        assert 0 < closed.until - time.now() < 3_000


def test_the_key_goes_with_requests_of_an_account_only() -> None:
    http, transport, _ = stage(reply({}), reply({}))

    send(http)
    send(http, None)

    assert [sent["key"] for sent in transport.sent] == ["the-key", ""]
