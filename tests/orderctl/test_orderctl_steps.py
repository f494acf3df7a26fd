"""`show` of a protected entry tells its three steps in words, wherever the plan stands."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from orderctl.commands.show import render_signal
from orderctl.documents import build_row_document
from orderctl.steps import list_steps
from orderexec.domain.outcomes import Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.row import Row
from tests.doubles.steps import Crash, at
from tests.doubles.troubles import LOST_REQUEST, Trouble, refused
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.test_protected_entries import FIELDS, IOC

FINE = Trouble()


def told(row: Row) -> dict[str, str]:
    return {step.name: step.became for step in list_steps(row)}


def show(row: Row) -> str:
    console = Console(markup=False, width=400)
    with console.capture() as captured:
        for part in render_signal(row, [], None):
            console.print(part)
    return captured.get()


def drive_to(step: Step) -> tuple[Row, Protected]:
    """Return the row of a protected entry, and its plan, as it stands at that step."""
    scene = FuturesScene()
    row = scene.drive(scene.message(**FIELDS))
    assert isinstance(row.request, Protected)
    plan = replace(row.request, step=step)
    return replace(row, request=plan), plan


def test_all_three_that_are_there() -> None:
    scene = FuturesScene()
    row = scene.drive(scene.message(**FIELDS))

    assert told(row) == {"1 stop-loss": "NEW", "2 entry": "FILLED", "3 take-profit": "NEW"}
    shown = show(row)
    assert "1 stop-loss    SELL BTCUSDT STOP_MARKET quantity 0.01 stop_price 60000 reduce_only: NEW; 1  SELL" in shown
    assert "2 entry        BUY BTCUSDT MARKET quantity 0.01: FILLED; 2  BUY" in shown
    assert "3 take-profit  SELL BTCUSDT LIMIT quantity 0.01 price 70000 reduce_only: NEW; 3  SELL" in shown


def test_a_program_reads_them_as_well() -> None:
    scene = FuturesScene()
    document = build_row_document(scene.drive(scene.message(**FIELDS)))

    assert [(step["step"], step["became"]) for step in document["steps"]] == [
        ("stop-loss", "NEW"),
        ("entry", "FILLED"),
        ("take-profit", "NEW"),
    ]


# Written out, since what `show` says comes from the code that sends: a plan's request is that of its present step.
@pytest.mark.parametrize(
    ("step", "line", "of_order", "terms"),
    [
        (Step.STOP, "POST /fapi/v1/algoOrder", "stop_loss", {"type": "STOP_MARKET", "triggerPrice": "60000"}),
        (Step.ENTRY, "POST /fapi/v1/order", "entry", {"type": "MARKET", "side": "BUY"}),
        (Step.PROFIT, "POST /fapi/v1/order", "take_profit", {"type": "LIMIT", "price": "70000"}),
        (Step.UNDO, "DELETE /fapi/v1/algoOrder", "stop_loss", {}),
    ],
)
def test_the_request_is_that_of_the_step_at_which_the_plan_stands(
    step: Step, line: str, of_order: str, terms: dict[str, str]
) -> None:
    row, plan = drive_to(step)
    name = "newClientOrderId" if line == "POST /fapi/v1/order" else "clientAlgoId"
    named = {name: getattr(plan, of_order).client_order_id}

    request, shown = build_row_document(row)["request"], show(row)

    assert len({leg.client_order_id for leg in plan.legs}) == 3
    assert f"{request['method']} {request['path']}" == line
    assert request["parameters"].items() >= (named | terms).items()
    assert line in shown
    assert f"{name}={named[name]}" in shown


def test_the_end_of_a_stop_names_nothing_but_the_stop() -> None:
    row, plan = drive_to(Step.UNDO)

    assert build_row_document(row)["request"]["parameters"] == {"clientAlgoId": plan.stop_loss.client_order_id}


def test_an_entry_that_is_in_doubt_behind_its_stop() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, LOST_REQUEST])
    scene.function()(scene.message(**FIELDS))

    assert told(scene.row) == {
        "1 stop-loss": "NEW",
        "2 entry": "a request may have left; the exchange is being asked",
        "3 take-profit": "is sent after the one before it",
    }


def test_an_entry_that_came_to_nothing() -> None:
    scene = FuturesScene()
    scene.futures.funds = Decimal(0)
    row = scene.drive(scene.message(**FIELDS))

    assert told(row) == {
        "1 stop-loss": "was cancelled, because the entry came to nothing",
        "2 entry": "came to nothing",
        "3 take-profit": "was not sent",
    }


def test_an_entry_that_expired_without_a_trade() -> None:
    scene = FuturesScene()
    scene.futures.fills = Decimal(0)

    assert told(scene.drive(scene.message(**IOC)))["2 entry"] == "EXPIRED"


def test_a_take_profit_that_was_refused() -> None:
    scene = FuturesScene()
    scene.exchange.troubles.extend([FINE, FINE, refused(Meaning.REJECT, "-2021")])

    row = scene.drive(scene.message(**FIELDS))
    assert told(row)["3 take-profit"] == "is not at the exchange; the entry has only its stop-loss"


def test_a_stop_that_is_being_cancelled() -> None:
    scene = FuturesScene()
    scene.futures.funds = Decimal(0)
    sends = iter((False, False, True))

    def die_at_the_third() -> None:
        if next(sends):
            raise Crash

    try:
        scene.function(at("before venue.send", die_at_the_third))(scene.message(**FIELDS))
    except Crash:
        assert told(scene.row)["1 stop-loss"] == "is being cancelled, because the entry came to nothing"
    else:
        raise AssertionError("it did not get that far")
