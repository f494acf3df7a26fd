"""Venues that share a pool of limits: each makes connections to its own exchange ready, whichever was built first."""

import pytest

from orderexec.domain.rate_limits import Budget, RateLimit
from orderexec.venues.registry import build_venue
from orderexec.venues.traffic import VenueTraffic
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.listener import listen

ONE_AT_ONCE = (RateLimit(Budget.ORDERS, 10, 1),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("binance-margin", "binance-spot"),
        ("binance-spot", "binance-margin"),
        ("binance-usdm", "binance-coinm"),
        ("binance-coinm", "binance-usdm"),
        ("bybit/linear", "bybit/spot"),
        ("bybit/spot", "bybit/inverse"),
    ],
)
def test_an_order_that_waits_opens_a_connection_to_its_own_venue(first: str, second: str) -> None:
    given = surroundings(VirtualTime().clock())
    with listen() as there, listen() as here:
        build_venue(first, there.url, given)
        traffic = build_venue(second, here.url, given).traffic
        assert isinstance(traffic, VenueTraffic)
        traffic.learn(ONE_AT_ONCE)

        with traffic.acquire_slot("main") as under_way, traffic.acquire_slot("main") as waiting:
            assert (under_way is None, waiting is None) == (True, False)

        assert here.count() > 0
        assert there.count() == 0
