"""Rules and prices that cannot be had: the signal waits, the cause is in every sentence, and cancellations go on."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import CancelAll
from orderexec.domain.row import make_row
from orderexec.domain.verdicts import Done, Later
from orderexec.usecases.prepare_change import prepare_cancel
from orderexec.usecases.prepared import Refused, Task
from tests.unit.examples import signal
from tests.usecases.scene import Scene

CAUSES = {
    "region": Failure(Meaning.UNKNOWN, None, "Service unavailable (HTTP 451): the exchange does not serve the place"),
    "no route": Failure(Meaning.RETRY, None, "the exchange could not be reached (NewConnectionError)"),
    "gateway": Failure(Meaning.UNKNOWN, None, "HTTP 502 without a readable error"),
    "limit": Failure(Meaning.RATE_LIMIT, "-1003", "Too many requests", 7.0),
    "gate": Failure(Meaning.UNSENT, None, "nothing is sent now: 429", 7.0),
}
LIMITS = {
    "none": Limits(),
    "slippage": Limits(max_slippage_percent=Decimal(1)),
    "notional": Limits(max_order_notional={"USDT": Decimal(1_000)}),
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES.keys())
@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
def test_the_cause_is_what_a_waiting_signal_says(scene: Scene, cause: Failure, limits: Limits) -> None:
    scene.limits.by_account["main"] = limits
    scene.exchange.rules_reachable, scene.exchange.market_data = False, cause

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Later)
    assert verdict.why.endswith(f" cannot be had: {cause.detail}")
    assert "BTCUSDT" in verdict.why
    assert verdict.delay >= (cause.retry_after or 0)  # as the exchange asks
    assert scene.exchange.requests == []
    assert (scene.row.state, scene.row.attempts, scene.row.detail) == (State.WAITING, 0, verdict.why)


def test_newer_rules_that_cannot_be_had_say_why_as_well(scene: Scene) -> None:
    function = scene.function()
    function(scene.message("message-0", id="signal-0"))
    lot = replace(scene.exchange.instruments["BTCUSDT"].lot, step=Decimal("0.1"))
    scene.exchange.instruments["BTCUSDT"] = replace(scene.exchange.instruments["BTCUSDT"], lot=lot)
    scene.exchange.rules_reachable, scene.exchange.market_data = False, CAUSES["region"]

    verdict = function(scene.message(quantity="0.01234"))

    assert isinstance(verdict, Later)
    assert verdict.why.startswith("newer rules of BTCUSDT cannot be had: Service unavailable (HTTP 451)")


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
def test_an_unknown_symbol_is_refused_at_once_whatever_limits_the_account_has(scene: Scene, limits: Limits) -> None:
    scene.limits.by_account["main"] = limits

    verdict = scene.deliver(scene.message(symbol="NOSUCH"))

    assert isinstance(verdict, Done)
    assert (verdict.row.state, verdict.row.reason, verdict.row.code) == (State.DEAD, Reason.RULES, "-1121")


def cancel_all(scene: Scene, **fields: Any) -> Task:
    requested = signal(action="cancel", all_orders=True, side=None, quantity=None, **fields)
    ports = scene.function().ports
    return Task(requested, make_row(requested, scene.time.now()), ports.venues["binance-spot"], ports)


def test_cancelling_all_of_an_unknown_symbol_is_refused_before_any_request(scene: Scene) -> None:
    refused = prepare_cancel(cancel_all(scene, symbol="SELECT"))

    assert isinstance(refused, Refused)
    assert (refused.reason, refused.code) == (Reason.RULES, "-1121")


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES.keys())
def test_cancelling_all_is_not_held_up_by_market_data_that_cannot_be_had(scene: Scene, cause: Failure) -> None:
    scene.exchange.rules_reachable, scene.exchange.market_data = False, cause

    assert isinstance(prepare_cancel(cancel_all(scene)), CancelAll)


def test_a_symbol_in_small_letters_is_the_same_signal(scene: Scene) -> None:
    message = scene.message(symbol="btcusdt")
    row = scene.drive(message)
    again = Message(id="other", body=json.dumps(json.loads(message.body) | {"symbol": "BTCUSDT"}), sent_at=1)

    assert row.state is State.ACCEPTED
    assert scene.deliver(again) == Done(row, repeated=True)
    assert len(scene.exchange.requests) == 1
