"""`gates`: what is closed, and opening it for every container, also for the one that closed it."""

import pytest

from orderctl.sources.exchange import clock
from orderexec.aws.controls import DynamoControls
from tests.orderctl.conftest import Ctl, Deployed, parse_answer

GATE = "pause/binance-spot/main"


def start_container(deployed: Deployed) -> DynamoControls:
    return DynamoControls(deployed.dynamodb, "shared", clock())


@pytest.fixture
def closed(deployed: Deployed) -> DynamoControls:
    """A container that has closed an account's gate for a day."""
    board = start_container(deployed)
    board.close_gate(GATE, clock().now() + 86_400_000, "180001 of 200000 orders of 86400 s are used")
    return board


def test_gates_are_listed_with_their_end_and_their_reason(deployed: Deployed, ctl: Ctl, closed: DynamoControls) -> None:
    closed.close_gate("ban/binance-spot", clock().now() - 1, "over")

    (gate,) = parse_answer(ctl("gates", "--json"))["gates"]
    shown = ctl("gates").stdout

    assert (gate["gate"], gate["why"]) == (GATE, "180001 of 200000 orders of 86400 s are used")
    assert gate["until"] > clock().now()
    assert GATE in shown
    assert "180001 of 200000" in shown
    assert "over" not in shown


def test_without_a_closed_gate_that_is_said(deployed: Deployed, ctl: Ctl) -> None:
    assert ctl("gates").stdout.strip() == "every gate is open"
    assert parse_answer(ctl("gates", "--json")) == {"gates": []}


def test_an_opened_gate_is_open_also_for_who_closed_it(deployed: Deployed, ctl: Ctl, closed: DynamoControls) -> None:
    result = ctl("gates", "open", GATE, "--yes")

    assert result.exit_code == 0
    assert f"{GATE} is open" in result.stdout
    assert "the exchange refuses orders" in " ".join(result.stderr.split())
    assert closed.read().find_closed_gate(clock().now(), GATE) is None
    assert start_container(deployed).read().find_closed_gate(clock().now(), GATE) is None


def test_nothing_is_opened_without_a_yes(deployed: Deployed, ctl: Ctl, closed: DynamoControls) -> None:
    for result in (ctl("gates", "open", GATE, given="n\n"), ctl("gates", "open", GATE, "--json")):
        assert result.exit_code == 1

    assert closed.read().find_closed_gate(clock().now(), GATE) is not None
    assert ctl("gates", "open", GATE, given="y\n").exit_code == 0


def test_a_ban_is_not_opened_lightly(deployed: Deployed, ctl: Ctl) -> None:
    board = start_container(deployed)
    board.close_gate("ban/binance-spot", clock().now() + 60_000, "HTTP 418")

    refused = ctl("gates", "open", "ban/binance-spot", "--yes")

    assert refused.exit_code == 2
    assert "HTTP 418. Requests under a ban make it longer" in refused.stderr
    assert board.read().find_closed_gate(clock().now(), "ban/binance-spot") is not None
    assert ctl("gates", "open", "ban/binance-spot", "--under-ban", "--yes").exit_code == 0
    assert board.read().find_closed_gate(clock().now(), "ban/binance-spot") is None


def test_what_is_not_closed_is_told(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("gates", "open", "pause/binance-spot/other", "--yes")

    assert result.exit_code == 1
    assert "pause/binance-spot/other is not closed" in result.stdout


def test_a_stack_is_named_where_it_counts(deployed: Deployed, ctl: Ctl, closed: DynamoControls) -> None:
    """Before the subcommand the option would be dropped, and another stack operated than the one that was meant."""
    result = ctl("gates", "--local", "open", GATE, "--yes")

    assert result.exit_code == 2
    assert "belong after open" in " ".join(result.stderr.split())
    assert closed.read().find_closed_gate(clock().now(), GATE) is not None
