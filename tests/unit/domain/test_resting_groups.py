"""What is asked about together: one group an account, key and symbol, with one list or two of the exchange."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import MarginMode, Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.protected import Protected
from orderexec.domain.resting_groups import gather_groups
from orderexec.domain.row import Row, make_row
from tests.unit.examples import NOW, order, report, signal

ENTRY = order(type=FuturesType.MARKET, client_order_id="e" * 32)
STOP = replace(
    ENTRY, side=Side.SELL, type=FuturesType.STOP_MARKET, stop_price=Decimal(60_000), client_order_id="s" * 32
)
PROFIT = replace(ENTRY, side=Side.SELL, type=FuturesType.LIMIT, price=Decimal(70_000), client_order_id="p" * 32)
MARKETS = {"binance-spot": True}


def tell(leg: Order, status: str) -> OrderReport:
    return report(client_order_id=leg.client_order_id, side=leg.side, status=status)


def make_protected(name: str) -> Row:
    plan = Protected(entry=ENTRY, stop_loss=STOP, take_profit=PROFIT)
    sent = make_row(signal(id=name), NOW).claim(plan, signed_at=NOW, fence=NOW, token="sent", now=NOW)
    told = tell(STOP, "NEW"), tell(PROFIT, "NEW")
    return sent.accept(Accepted(tell(ENTRY, "FILLED"), told), token="placed", now=NOW)


def test_a_row_of_which_orders_rest_in_two_lists_is_looked_at_once() -> None:
    rows = make_protected("a"), make_protected("b")

    (group,) = gather_groups(rows, MARKETS)

    assert (group.rows, group.count) == (rows, 4)
    assert group.split_by_list() == [[STOP, STOP], [PROFIT, PROFIT]]


def test_where_the_exchange_has_one_list_they_are_one() -> None:
    (group,) = gather_groups([make_protected("a")], {"binance-spot": False})

    assert group.split_by_list() == [[STOP, PROFIT]]


def isolate(leg: Order) -> Order:
    return replace(leg, margin_mode=MarginMode.ISOLATED)


ROW = make_protected("a")
ISOLATED = Protected(entry=isolate(ENTRY), stop_loss=isolate(STOP), take_profit=isolate(PROFIT))


@pytest.mark.parametrize("other", [replace(ROW, signed_for="another key"), replace(ROW, request=ISOLATED)])
def test_what_another_key_or_account_has_is_asked_about_apart(other: Row) -> None:
    assert len(gather_groups([ROW, other], MARKETS)) == 2
