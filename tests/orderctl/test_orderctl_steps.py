"""`show` of a protected entry tells its three steps in words, wherever the plan stands."""

from decimal import Decimal

from rich.console import Console

from orderctl.commands.show import render_signal
from orderctl.documents import build_row_document
from orderctl.steps import list_steps
from orderexec.domain.outcomes import Meaning
from orderexec.domain.row import Row
from tests.doubles.steps import Crash, at
from tests.doubles.troubles import LOST_REQUEST, Trouble, refused
from tests.usecases.futures_scene import FuturesScene
from tests.usecases.test_protected_entries import FIELDS, IOC

FINE = Trouble()


def told(row: Row) -> dict[str, str]:
    return {step.name: step.became for step in list_steps(row)}


def test_all_three_that_are_there() -> None:
    scene = FuturesScene()
    row = scene.drive(scene.message(**FIELDS))

    assert told(row) == {"1 stop-loss": "NEW", "2 entry": "FILLED", "3 take-profit": "NEW"}
    console = Console(markup=False, width=200)
    with console.capture() as captured:
        for part in render_signal(row, [], None):
            console.print(part)
    shown = captured.get()
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
