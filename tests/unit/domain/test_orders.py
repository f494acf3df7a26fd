"""The client order id that links signal and order, and how an order of somebody else's is told from ours."""

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orderexec.domain.orders import make_client_order_id
from orderexec.domain.requests import find_mismatch
from tests.unit.examples import NOW, order, report

IDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=128)


@given(IDS)
def test_an_id_is_32_hexadecimal_digits_and_the_same_each_time(signal_id: str) -> None:
    made = make_client_order_id("main", "binance-spot", signal_id)

    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert made == make_client_order_id("main", "binance-spot", signal_id)


@given(IDS, IDS)
def test_two_signals_have_two_ids(one: str, other: str) -> None:
    assume(one != other)

    assert make_client_order_id("main", "binance-spot", one) != make_client_order_id("main", "binance-spot", other)


def test_account_and_venue_are_part_of_the_id() -> None:
    ids = {
        make_client_order_id(account, venue, "1")
        for account in ("a", "b")
        for venue in ("binance-spot", "binance-usdm")
    }

    assert len(ids) == 4


def test_ids_do_not_change_between_releases() -> None:
    # An order in doubt is looked up by this id, perhaps by a later version of the code than the one that sent it.
    assert make_client_order_id("main", "binance-spot", "signal-1") == "3e91694300563c7010e048eeadad76f0"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "NEW", "executed_quantity": Decimal(0)},
        {"quantity": Decimal("0.50000000")},
        {"created_at": NOW + 60_000},
    ],
)
def test_the_order_that_was_sent_is_recognised(changes: dict[str, object]) -> None:
    assert find_mismatch(order(), report(**changes), not_before=NOW) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_order_id": "f" * 32}, "client order id"),
        ({"symbol": "ETHUSDT"}, "BUY ETHUSDT, sent BUY BTCUSDT"),
        ({"side": "SELL"}, "SELL BTCUSDT, sent BUY BTCUSDT"),
        ({"quantity": Decimal("0.51")}, "quantity 0.51, sent 0.5"),
        ({"created_at": NOW - 1}, "before the first request"),
    ],
)
def test_an_order_that_was_not_sent_is_told_apart(changes: dict[str, object], words: str) -> None:
    difference = find_mismatch(order(), report(**changes), not_before=NOW)

    assert difference is not None
    assert words in difference


@pytest.mark.parametrize(("quantity", "same"), [("0.5", True), ("0.2", True), ("0.51", False), (None, True)])
def test_what_only_reduces_may_have_been_cut_to_what_was_open(quantity: str | None, same: bool) -> None:
    found = report(quantity=None if quantity is None else Decimal(quantity))

    assert (find_mismatch(order(reduce_only=True), found, not_before=NOW) is None) == same


def test_what_may_open_is_no_order_without_a_quantity() -> None:
    assert find_mismatch(order(), report(quantity=None), not_before=NOW) == "quantity None, sent 0.5"


@pytest.mark.parametrize(("reported", "same"), [(None, True), (Decimal(25), True), (Decimal(26), False)])
def test_an_order_sized_in_quote_units_is_told_by_them_where_the_exchange_reports_them(
    reported: Decimal | None, same: bool
) -> None:
    sent = order(quantity=None, quote_quantity=Decimal("25.00"))

    found = report(quantity=Decimal("0.0004"), quote_quantity=reported)

    assert (find_mismatch(sent, found, not_before=NOW) is None) == same
