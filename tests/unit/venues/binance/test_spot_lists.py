"""Lists of orders over the answers that Binance's documentation shows: placed, and looked for."""

from typing import Any

import pytest

from orderexec.domain.order_words import ListKind
from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import OrderList
from tests.unit.examples import order
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import LOST, accepted, error, failed, found, ids, refused, reply, report


def leg(client_order_id: str, **changes: Any) -> Any:
    return order(**({"symbol": "LTCBTC", "side": "SELL", "client_order_id": client_order_id} | changes))


OCO = OrderList(
    kind=ListKind.OCO,
    list_client_order_id="lH1YDkuQKWiXVXHPSKYEIp",
    above=leg("NuMp0nVYnciDiFmVqfpBqK", type="LIMIT_MAKER"),
    below=leg("44nZvqpemY7sVYgPYbvPih", type="STOP_LOSS_LIMIT"),
)
OPOCO = OrderList(
    kind=ListKind.OPOCO,
    list_client_order_id="bcedxMpQG6nFrZUPQyshoL",
    working=leg("OLSBhMWaIlLSzZ9Zm7fnKB", symbol="BTCUSDT", side="BUY", type="LIMIT"),
    above=leg("yINkaXSJeoi3bU5vWMY8Z8", symbol="BTCUSDT", quantity=None),
    below=leg("mfif39yPTHsB3C0FIXznR2", symbol="BTCUSDT", quantity=None),
)


@pytest.mark.parametrize(("orders", "name"), [(OCO, "list_oco"), (OPOCO, "list_opoco")])
def test_a_placed_list_reports_its_first_order_then_the_others(orders: OrderList, name: str) -> None:
    answer = accepted(orders, reply(recorded(name)))

    assert ids(answer) == [each.client_order_id for each in orders.legs]


def test_an_exit_that_sells_what_its_entry_bought_has_no_quantity_yet() -> None:
    answer = accepted(OPOCO, reply(recorded("list_opoco")))

    assert [(each.status, each.quantity) for each in answer.others] == [("PENDING_NEW", None)] * 2


@pytest.mark.parametrize("name", ["list_oto", "list_otoco", "list_opo", "query_list", "order_full"])
def test_an_answer_about_other_orders_than_those_of_the_list_proves_nothing(name: str) -> None:
    assert refused(OCO, reply(recorded(name))).meaning is Meaning.UNKNOWN


def test_a_list_without_the_report_of_one_of_its_orders_proves_nothing() -> None:
    document = recorded("list_oco")
    del document["orderReports"][0]

    assert refused(OCO, reply(document)).detail == "the answer about a list lacks its order 44nZvqpemY7sVYgPYbvPih"


def test_a_list_is_found_by_its_first_order_and_then_each_of_the_others() -> None:
    first, second = (each.client_order_id for each in OCO.legs)

    answer = found(OCO, report(first), report(second))
    with_one_unread = found(OCO, report(first), LOST)

    assert isinstance(answer, Accepted)
    assert isinstance(with_one_unread, Accepted)
    assert (ids(answer), ids(with_one_unread)) == ([first, second], [first])


def test_a_list_that_the_exchange_has_without_its_orders_is_in_doubt_not_absent() -> None:
    absent = error(-2013, "Order does not exist.")

    assert failed(found(OCO, absent, reply(recorded("query_list")))).meaning is Meaning.UNKNOWN
    assert failed(found(OCO, absent, error(-2018, "no such list"))).meaning is Meaning.NOT_FOUND
    assert failed(found(OCO, LOST)).meaning is Meaning.UNKNOWN
