"""The order history of Binance: in spans that one answer holds, with everything that has the order's id."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.spot_products import SpotType
from orderexec.venues.binance.connection import Connection
from orderexec.venues.binance.errors import SPOT_ANSWERS
from orderexec.venues.binance.lookups import Lookups
from orderexec.venues.binance.order_accounts import SPOT_ACCOUNT
from orderexec.venues.binance.products import SPOT, TIME
from orderexec.venues.http import Reply
from tests.doubles.metered import metered
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import KEY

HOUR_MS = 3_600_000
OURS = Order(symbol="BTCUSDT", side=Side.BUY, type=SpotType.MARKET, client_order_id="ours", quantity=Decimal("0.01"))


@dataclass
class History:
    """Implements Transport: the documented endpoint, which gives at most 1000 orders of at most 24 hours."""

    orders: list[dict[str, Any]]
    newest_first: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)

    def send(self, method: str, path: str, *, query: str = "", **_: object) -> Reply:
        assert (method, path) == ("GET", "/api/v3/allOrders")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        start, end = int(asked["startTime"]), int(asked["endTime"])
        self.spans.append((start, end))
        if end - start > 24 * HOUR_MS:
            return Reply(400, {}, b'{"code": -1127, "msg": "More than 24 hours between startTime and endTime."}')
        found = [order for order in self.orders if start <= order["time"] <= end]
        # Which end of a span that is too full is given is not documented.
        kept = found[-int(asked["limit"]) :] if self.newest_first else found[: int(asked["limit"])]
        return Reply(200, {}, json.dumps(kept).encode())


def order(client_order_id: str, time: int, number: int) -> dict[str, Any]:
    return dict(recorded("query_order"), clientOrderId=client_order_id, time=time, orderId=number)


def lookups(history: History) -> Lookups:
    time = VirtualTime()
    connection = Connection(metered(history, time.clock()), time.clock(), 5_000, SPOT_ANSWERS, TIME)
    return Lookups(connection, KEY, SPOT, SPOT_ACCOUNT)


@settings(max_examples=10)
@given(st.lists(st.integers(0, HOUR_MS), max_size=5), st.booleans())
def test_every_order_of_the_id_is_found_among_thousands_of_others(ours: list[int], newest_first: bool) -> None:
    since = START_MS - HOUR_MS
    others = [order("other", since + 3_000 * number, number) for number in range(1_200)]
    mine = [order("ours", since + at, 10_000 + number) for number, at in enumerate(ours)]
    history = History(sorted(others + mine, key=lambda each: each["time"]), newest_first)

    found = lookups(history).list_orders(OURS, since)

    assert isinstance(found, list)
    assert sorted(int(each.order_id) for each in found) == [10_000 + number for number in range(len(ours))]


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_span_longer_than_a_day_is_asked_for_in_parts(days: int) -> None:
    since = START_MS - days * 24 * HOUR_MS - HOUR_MS
    history = History([order("ours", since + 1, 1)])

    found = lookups(history).list_orders(OURS, since)

    assert isinstance(found, list)
    assert [each.order_id for each in found] == ["1"]
    covered = sorted(history.spans)
    assert covered[0][0] == since
    assert all(start == end + 1 for (_, end), (start, _) in pairwise(covered))


def test_a_history_that_is_too_long_proves_nothing() -> None:
    found = lookups(History([])).list_orders(OURS, START_MS - 365 * 24 * HOUR_MS)

    assert isinstance(found, Failure)
    assert found.meaning is Meaning.UNKNOWN
