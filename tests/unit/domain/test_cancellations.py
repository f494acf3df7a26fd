"""What a cancellation that was no plain success tells a person."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.cancellations import came_too_late, describe_cancellation
from orderexec.domain.order_words import Side
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import Cancel

CANCEL = Cancel(symbol="BTCUSDT", client_order_id="a", cancel_id="b")
FILLED = OrderReport(
    order_id="5",
    client_order_id="a",
    symbol="BTCUSDT",
    side=Side.BUY,
    status="FILLED",
    quantity=Decimal("0.001"),
    executed_quantity=Decimal("0.0010"),
    created_at=0,
)
CANCELED = replace(FILLED, status="CANCELED", executed_quantity=Decimal(0))


@pytest.mark.parametrize(
    ("report", "others", "told"),
    [
        (CANCELED, (), None),
        (FILLED, (), "too late: order 5 was FILLED before; nothing was canceled; you hold 0.001 BTC by it"),
        (
            replace(FILLED, side=Side.SELL),
            (),
            "too late: order 5 was FILLED before; nothing was canceled; you sold 0.001 BTC by it",
        ),
        (
            replace(CANCELED, status="EXPIRED"),
            (),
            "too late: order 5 was EXPIRED before; nothing was canceled; nothing of it was traded",
        ),
        (
            FILLED,
            (replace(CANCELED, order_id="6"), replace(CANCELED, order_id="7")),
            "too late: order 5 was FILLED before; of its list only 6 and 7 were canceled; you hold 0.001 BTC by it",
        ),
        (
            replace(CANCELED, executed_quantity=Decimal("0.0004")),
            (),
            "order 5 was filled in part before it was canceled; you hold 0.0004 BTC by it",
        ),
    ],
)
def test_what_is_told(report: OrderReport, others: tuple[OrderReport, ...], told: str | None) -> None:
    assert describe_cancellation(CANCEL, Accepted(report, others), "BTC") == told
    assert came_too_late(CANCEL, report) == (report.status != "CANCELED")


def test_where_the_asset_is_not_known_the_symbol_is_named() -> None:
    assert "0.001 of BTCUSDT" in str(describe_cancellation(CANCEL, Accepted(FILLED), ""))


def test_an_order_is_no_cancellation() -> None:
    assert describe_cancellation(None, Accepted(FILLED), "BTC") is None
    assert not came_too_late(None, FILLED)
