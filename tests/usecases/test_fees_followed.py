"""The fees of an order that rested: asked for once, when it has ended, within what a run may cost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.following import is_resting
from orderexec.domain.looks import Looked, NotLooked
from orderexec.domain.order_updates import make_order_updates
from orderexec.domain.orders import make_client_order_id
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.resting_groups import gather_groups
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done
from orderexec.ports import Ports
from orderexec.usecases.follow_group import FollowGroup
from tests.doubles.board import MemoryBoard
from tests.usecases.scene import IDENTITY, Scene

FEE = Decimal("0.001")
FILLED: dict[str, Any] = {
    "status": "FILLED",
    "executed_quantity": Decimal("0.01"),
    "average_price": Decimal(60_000),
}
OURS = make_client_order_id(IDENTITY.account, IDENTITY.venue, IDENTITY.id)
LOOKUP, FEES = 4, 5  # what the fake counts


@dataclass(slots=True)
class Run:
    """One scene with an order that rests, and a run that may spend `left`."""

    left: int = 100
    spent: list[int] = field(default_factory=list)
    scene: Scene = field(default_factory=Scene)

    def __post_init__(self) -> None:
        self.scene.exchange.fee = FEE
        verdict = self.scene.deliver(self.scene.message(type="LIMIT", price="60000"))
        assert isinstance(verdict, Done)
        assert is_resting(verdict.row)

    @property
    def row(self) -> Row:
        return self.scene.ledger.rows[IDENTITY.key]

    def look(self) -> tuple[Looked | NotLooked, dict[str, Any] | None]:
        """Look once; with what came of it, the update that is told."""
        before = self.row
        (group,) = gather_groups([before], {before.market: False})
        result = FollowGroup(make_ports(self.scene))(group, self.spend)
        return result, next(make_order_updates(before, self.row, "orderexec"), None)

    def spend(self, cost: int) -> bool:
        if self.left < cost:
            return False
        self.left -= cost
        self.spent.append(cost)
        return True


def make_ports(scene: Scene) -> Ports:
    clock = scene.time.clock()
    board = MemoryBoard(clock, scene.controls)
    return Ports(
        ledger=scene.ledger,
        venues={IDENTITY.venue: scene._venue(board, lambda _: None)},
        secrets=scene.secrets,
        board=board,
        limits=scene.limits,
        dead_letters=scene.letters,
        clock=clock,
        randomness=scene.time.randomness(),
    )


@pytest.fixture
def run() -> Run:
    return Run()


def test_an_order_that_ended_with_a_fill_is_told_with_its_fees(run: Run) -> None:
    run.scene.exchange.change(OURS, **FILLED)

    result, update = run.look()

    assert isinstance(result, Looked)
    assert run.row.report is not None
    assert run.row.report.fees == {"USDT": Decimal("0.6")}
    assert update is not None
    assert (update["order_status"], update["fees"]) == ("FILLED", {"USDT": "0.6"})
    assert run.spent == [LOOKUP, FEES]


def test_the_fees_of_a_part_that_was_filled_before_a_cancellation_are_told_as_well(run: Run) -> None:
    run.scene.exchange.change(OURS, **(FILLED | {"status": "CANCELED", "executed_quantity": Decimal("0.001")}))

    _, update = run.look()

    assert update is not None
    assert (update["order_status"], update["fees"]) == ("CANCELED", {"USDT": "0.06"})


NOT_ASKED: dict[str, Callable[[Run], None]] = {
    "it may still trade": lambda run: run.scene.exchange.change(OURS, **(FILLED | {"status": "PARTIALLY_FILLED"})),
    "it has not traded": lambda run: run.scene.exchange.change(OURS, status="EXPIRED"),
    "its report tells them": lambda run: run.scene.exchange.change(OURS, **FILLED, fees={"BNB": Decimal(1)}),
}


@pytest.mark.parametrize("why", NOT_ASKED)
def test_they_are_not_asked_for_where_there_is_nothing_to_ask(run: Run, why: str) -> None:
    NOT_ASKED[why](run)

    _, update = run.look()

    assert update is not None
    assert run.scene.exchange.fees_asked == []
    assert run.spent == [LOOKUP]
    assert update.get("fees") == ({"BNB": "1"} if "tells" in why else None)


def test_the_end_is_told_without_them_if_the_run_has_spent_what_it_may() -> None:
    run = Run(left=LOOKUP + FEES - 1)
    run.scene.exchange.change(OURS, **FILLED)

    result, update = run.look()

    assert isinstance(result, Looked)
    assert update is not None
    assert (update["order_status"], "fees" in update) == ("FILLED", False)
    assert run.scene.exchange.fees_asked == []


def test_the_end_is_told_without_them_if_they_cannot_be_had_and_they_are_asked_for_once(run: Run) -> None:
    run.scene.exchange.fee = None
    run.scene.exchange.change(OURS, **FILLED)

    result, update = run.look()

    assert isinstance(result, Looked)
    assert update is not None
    assert (update["order_status"], "fees" in update) == ("FILLED", False)
    assert len(run.scene.exchange.fees_asked) == 1
    assert not is_resting(run.row)


def test_a_lookup_that_fails_asks_for_no_fees(run: Run) -> None:
    run.scene.exchange.change(OURS, **FILLED)
    run.scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))

    result, update = run.look()

    assert isinstance(result, NotLooked)
    assert update is None
    assert run.scene.exchange.fees_asked == []
