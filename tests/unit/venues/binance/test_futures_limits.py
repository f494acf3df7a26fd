"""What answers of futures say of their limits, and that both products count in one pool."""

import pytest

from orderexec.domain.controls import name_ban, name_pause
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.rate_limits import Budget, RateLimit, Used
from orderexec.ports import Credentials
from orderexec.venues.binance.futures import assemble_futures
from orderexec.venues.binance.futures_products import COINM, USDM, FuturesProduct
from orderexec.venues.binance.venue import assemble_spot
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.binance.scripted_futures import futures
from tests.unit.venues.binance.scripted_venue import ScriptedTransport, reply

KEY = Credentials("the-key", "the-secret", account="main")
# As the notice of June 2026 on the joint architecture of both products has them.
LIMITS = (
    RateLimit(Budget.WEIGHT, 60, 2_400),
    RateLimit(Budget.ORDERS, 10, 300),
    RateLimit(Budget.ORDERS, 60, 1_200),
)


@pytest.mark.parametrize("name", ["binance-usdm", "binance-coinm"])
def test_the_counts_in_the_headers_are_those_of_the_limits(name: str) -> None:
    headers = {"X-MBX-USED-WEIGHT-1M": "1200", "X-MBX-ORDER-COUNT-10S": "150", "X-MBX-ORDER-COUNT-1M": "900"}
    venue, _ = futures(name, reply([], headers=headers))
    venue.traffic.learn(LIMITS)

    venue.accounts.find_id(KEY)

    load = venue.traffic.load()
    assert (load.weight_percent, load.orders_percent) == (50, 75)


@pytest.mark.parametrize(
    ("status", "code", "text", "gate"),
    [
        (429, -1003, "Too many requests", name_ban("binance-futures")),
        (418, -1003, "IP banned until 1790000060000.", name_ban("binance-futures")),
        (429, -1015, "Too many new orders", name_pause("binance-futures", "main")),
    ],
)
def test_a_limit_that_is_used_up_closes_the_gate_of_both_products(status: int, code: int, text: str, gate: str) -> None:
    venue, _ = futures("binance-coinm", reply({"code": code, "msg": text}, status))

    told = venue.accounts.find_id(KEY)

    assert isinstance(told, Failure)
    assert told.meaning in (Meaning.RATE_LIMIT, Meaning.ORDER_LIMIT)
    assert gate in venue.traffic.board.look().gates


def test_both_products_of_a_container_share_what_it_knows_of_their_pool_and_spot_has_its_own() -> None:
    time = VirtualTime()
    given = surroundings(time.clock())
    usdm, coinm = (assemble_futures(each, ScriptedTransport(time), "https://x", given) for each in (USDM, COINM))
    spot = assemble_spot(ScriptedTransport(time), "https://x", given)

    for each in (usdm, coinm, spot):
        each.traffic.learn(LIMITS)
    usdm.traffic.count_used("main", [Used(Budget.ORDERS, 10, 299)])
    with usdm.traffic.acquire_slot("main") as first, coinm.traffic.acquire_slot("main") as second:
        assert (first is None, second is None) == (True, False)
        with spot.traffic.acquire_slot("main") as third:
            assert third is None
    assert (usdm.traffic.pool, coinm.traffic.pool) == ("binance-futures", "binance-futures")


@pytest.mark.parametrize("first", [USDM, COINM])
def test_what_one_product_publishes_takes_no_limit_of_the_other_away(first: FuturesProduct) -> None:
    time = VirtualTime()
    given = surroundings(time.clock())
    usdm, coinm = (assemble_futures(each, ScriptedTransport(time), "https://x", given) for each in (USDM, COINM))
    lower = (RateLimit(Budget.ORDERS, 60, 600),)
    told = [(usdm, LIMITS), (coinm, lower)]

    for venue, limits in told if first is USDM else reversed(told):
        venue.traffic.learn(limits)

    for venue in (usdm, coinm):
        venue.traffic.count_used("", [Used(Budget.WEIGHT, 60, 1_200)])
        venue.traffic.count_used("main", [Used(Budget.ORDERS, 60, 540)])
        assert (venue.traffic.load().weight_percent, venue.traffic.load().orders_percent) == (50, 90)
    usdm.traffic.learn(())
    assert coinm.traffic.counts.limits == lower


def test_a_cancellation_that_answers_with_code_200_is_no_error() -> None:
    done = {"code": 200, "msg": "The operation of cancel all open order is done."}
    venue, transport = futures("binance-usdm", reply(done), reply([]))

    venue.connection.ask("/fapi/v1/openOrders", {}, KEY)

    assert len(transport.sent) == 1
    assert venue.traffic.board.look().gates == {}
