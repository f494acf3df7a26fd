"""A user's limits on the way of a signal: what breaks one dies unsent and says so, what keeps them passes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.limits import Limits
from orderexec.domain.order_words import Side
from orderexec.domain.verdicts import Done, Later
from tests.usecases.scene import Scene

USDT = {"USDT": Decimal(650)}  # what 0.01 BTC costs here


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(symbols=frozenset({"ETHUSDT"})), "symbol BTCUSDT is not among the allowed symbols ETHUSDT"),
        (Limits(sides=frozenset({Side.SELL})), "side BUY is not among the allowed sides SELL"),
        (
            Limits(max_order_notional={"USDT": Decimal(649)}),
            "the order is worth 650 USDT, and max_order_notional allows 649",
        ),
        (Limits(max_order_notional={"EUR": Decimal(1)}), "max_order_notional has no amount for USDT"),
        (Limits(max_daily_orders=0), "0 orders were sent on 2026-09-21 (UTC), and max_daily_orders allows 0"),
        ("the limits in parameter /limits/main cannot be used: it is no JSON", "it is no JSON"),
    ],
    ids=["symbol", "side", "order", "asset", "day", "document"],
)
def test_what_breaks_a_limit_dies_unsent_with_limit_and_value(scene: Scene, limits: Limits | str, told: str) -> None:
    scene.limits.by_account["main"] = limits

    row = scene.drive(scene.message())

    assert (row.state, row.reason) == (State.DEAD, Reason.LIMITS)
    assert told in (row.detail or "")
    assert (scene.exchange.requests, scene.ledger.days.used) == ([], {})
    scene.check()


def test_the_limits_of_another_account_bind_nobody(scene: Scene) -> None:
    scene.limits.by_account["other"] = Limits(max_daily_orders=0)

    assert scene.drive(scene.message()).state is State.ACCEPTED
    assert scene.ledger.days.used == {}  # nothing is counted where no day has a limit
    scene.check()


def test_a_market_order_that_may_slip_only_so_far_is_sent_as_a_limit_order(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_slippage_percent=Decimal("0.5"))

    row = scene.drive(scene.message())

    order = scene.exchange.requests[0].asked
    assert (order.type, order.time_in_force, order.price) == ("LIMIT", "IOC", Decimal("65325"))
    assert (order.quantity, row.state) == (Decimal("0.01"), State.ACCEPTED)
    scene.check()


def test_a_price_that_cannot_be_had_keeps_the_signal_waiting(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_order_notional=USDT)
    scene.exchange.rules_reachable = False

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert scene.exchange.requests == []
    scene.exchange.rules_reachable = True
    scene.wait(verdict.delay)
    assert isinstance(scene.deliver(replace(scene.message(), receive_count=2)), Done)
    scene.check()


def test_what_is_only_checked_counts_for_nothing(scene: Scene) -> None:
    scene.limits.by_account["main"] = Limits(max_daily_orders=0)

    assert scene.drive(scene.message(dry_run=True)).state is State.ACCEPTED
    scene.check()
