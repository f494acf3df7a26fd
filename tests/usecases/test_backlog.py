"""Rows that cannot be reconciled make way for others and rest longer and longer, until they can be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Lock

import pytest

from orderexec.domain.backlog import LONGEST_PAUSE_MS
from orderexec.domain.controls import name_ban, name_pause
from orderexec.domain.lifecycle import State
from orderexec.domain.messages import Message
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.row import LOOK_AFTER_MS, Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable, UnreadableRow
from orderexec.ports import NoCredentials
from orderexec.usecases.once_a_run import OnceARun
from orderexec.usecases.reconcile_backlog import ROWS_A_RUN, RUN_MS, Failed, begin
from orderexec.usecases.reconcile_row import Held, Reconciled, Unreconciled
from tests.doubles.board import MemoryBoard
from tests.doubles.ledger import MemoryLedger
from tests.doubles.secrets import KEY
from tests.doubles.steps import at
from tests.doubles.stores import Fault
from tests.doubles.troubles import LOST_REQUEST, SILENCE, Trouble
from tests.usecases.scene import MAX_AGE_MS, Scene

MINUTE = 60_000
DUE_MS = MAX_AGE_MS + LOOK_AFTER_MS + MINUTE


@pytest.fixture(autouse=True)
def several_signals(scene: Scene) -> None:
    """Here a request need not be of the one signal that the scene watches."""
    scene.exchange.on_request = lambda _: None


def doubt(scene: Scene, signal_id: str, account: str = "main") -> Message:
    """A signal whose order exists, and whose answer is lost; its message never comes again."""
    scene.secrets.stored[account] = KEY
    scene.exchange.troubles.append(Trouble(answer=SILENCE, hidden_ms=1_000))
    message = scene.message(signal_id, id=signal_id, account=account)
    scene.deliver(message)
    assert row_of(scene, signal_id, account).state is State.SENT
    return message


def row_of(scene: Scene, signal_id: str, account: str = "main") -> Row:
    return scene.ledger.rows[Identity(account=account, id=signal_id).key]


def minutes(scene: Scene, many: int) -> None:
    """The schedule runs so often."""
    for _ in range(many):
        scene.time.advance(MINUTE)
        scene.reconcile_overdue()


def test_as_many_rows_without_a_key_as_a_run_looks_at_keep_no_other_account_waiting(scene: Scene) -> None:
    for number in range(ROWS_A_RUN):
        doubt(scene, f"stuck-{number}", "closed")
    del scene.secrets.stored["closed"]
    doubt(scene, "behind-them")
    scene.time.advance(DUE_MS)

    results = scene.reconcile_overdue()

    assert row_of(scene, "behind-them").state is State.ACCEPTED
    assert len(results) == ROWS_A_RUN
    # AND the one of theirs that had no turn has it in the next run
    scene.time.advance(MINUTE)
    scene.reconcile_overdue()
    assert all(row.looks for row in scene.ledger.rows.values() if row.state is State.SENT)


def test_a_missing_key_is_asked_for_once_a_run_and_costs_the_exchange_one_question(scene: Scene) -> None:
    for number in range(5):
        doubt(scene, f"stuck-{number}", "closed")
    del scene.secrets.stored["closed"]
    scene.time.advance(DUE_MS)
    asked: list[str] = []

    results = list(begin(scene.reconciler(asked.append)).work())

    assert [type(each) for each in results] == [Unreconciled] * 5
    assert asked.count("before secrets.get_credentials") == 1
    assert asked.count("before venue.ask_server_time") == 1


def test_threads_that_want_the_same_key_at_the_same_moment_ask_once() -> None:
    asked, all_are_here = list[str](), Event()

    class Slow:
        def get_credentials(self, account: str, *, refetch: bool = False) -> NoCredentials:
            asked.append(account)
            all_are_here.wait(10)
            return NoCredentials(f"there is no key of {account}, refetched: {refetch}")

        def get_previous(self, account: str) -> NoCredentials:
            return NoCredentials(f"there was no key of {account}")

    keys = OnceARun(Slow(), Lock)
    with ThreadPoolExecutor(10) as threads:
        answers = [threads.submit(keys.get_credentials, "closed") for _ in range(10)]
        all_are_here.set()

    assert {str(each.result()) for each in answers} == {
        str(NoCredentials("there is no key of closed, refetched: False"))
    }
    assert asked == ["closed"]


def test_a_secret_store_that_fails_is_asked_once_a_run(scene: Scene) -> None:
    for number in range(5):
        doubt(scene, f"stuck-{number}")
    scene.time.advance(DUE_MS)
    asked: list[str] = []

    def failing(label: str) -> None:
        asked.append(label)
        if label == "before secrets.get_credentials":
            raise ConnectionError

    results = list(begin(scene.reconciler(failing)).work())

    assert [type(each) for each in results] == [Failed] * 5
    assert asked.count("before secrets.get_credentials") == 1


def test_a_key_that_comes_back_is_noticed_within_a_quarter_of_an_hour(scene: Scene) -> None:
    doubt(scene, "stuck", "closed")
    del scene.secrets.stored["closed"]
    scene.time.advance(DUE_MS)
    minutes(scene, 300)
    looks = row_of(scene, "stuck", "closed").looks
    assert 20 <= looks <= 30, "one look in 11 to 15 minutes"

    scene.secrets.stored["closed"] = KEY
    minutes(scene, 1 + LONGEST_PAUSE_MS // MINUTE)

    assert row_of(scene, "stuck", "closed").state is State.ACCEPTED


def test_what_rests_is_still_told_since_it_was_due_first(scene: Scene) -> None:
    doubt(scene, "stuck", "closed")
    del scene.secrets.stored["closed"]
    due = row_of(scene, "stuck", "closed").due
    scene.time.advance(DUE_MS)
    minutes(scene, 40)
    scene.time.advance(MINUTE)

    run = begin(scene.reconciler())
    results = list(run.work())

    assert results == [], "it rests"
    assert [row.due for row in run.unreconciled] == [due]


def test_what_a_run_has_no_time_for_is_told_as_open(scene: Scene) -> None:
    for number in range(3):
        doubt(scene, f"late-{number}")
    scene.time.advance(DUE_MS)

    run = begin(scene.reconciler(), most=2)
    list(run.work())

    assert len(run.unreconciled) == 1


def test_an_exchange_that_does_not_answer_does_not_outlast_the_function(scene: Scene) -> None:
    for number in range(30):
        doubt(scene, f"slow-{number}")
    scene.time.advance(DUE_MS)
    began = scene.time.now()
    scene.exchange.lookup_answers.extend([SILENCE] * 30)

    results = list(begin(scene.reconciler(at("before venue.prove_absence", lambda: scene.time.advance(12_000)))).work())

    assert 2 <= len(results) < 30
    assert scene.time.now() - began < RUN_MS + 13_000
    # AND those that had no time are looked at first in the next run
    looked_at = {key for key, row in scene.ledger.rows.items() if row.looks}
    scene.time.advance(MINUTE)
    scene.exchange.lookup_answers.clear()
    minutes(scene, 1)
    assert all(row.state is State.ACCEPTED for key, row in scene.ledger.rows.items() if key not in looked_at)


def test_a_delivery_reconciles_a_row_that_rests(scene: Scene) -> None:
    message = doubt(scene, "rests")
    scene.time.advance(DUE_MS)
    scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))
    scene.reconcile_overdue()
    assert row_of(scene, "rests").looks == 1

    scene.deliver(replace(message, receive_count=2))

    row = row_of(scene, "rests")
    assert row.state is State.ACCEPTED
    assert (row.looks, row.look_at, row.due) == (0, None, None)


def test_a_delivery_that_is_overtaken_by_the_note_looks_again(scene: Scene) -> None:
    message = doubt(scene, "overtaken")
    scene.time.advance(DUE_MS)
    scene.exchange.lookup_answers.append(Failure(Meaning.UNKNOWN, None, "HTTP 503"))
    noted: list[object] = []

    def note() -> None:
        if not noted:
            noted.extend(scene.reconcile_overdue())

    scene.function(at("before venue.prove_absence", note))(replace(message, receive_count=2))

    assert [type(each) for each in noted] == [Unreconciled]
    assert row_of(scene, "overtaken").state is State.ACCEPTED


@pytest.mark.parametrize(
    "gate", [name_ban("binance-spot"), name_pause("binance-spot"), name_pause("binance-spot", "main")]
)
def test_an_audit_waits_at_a_gate_and_that_is_no_failure(scene: Scene, gate: str) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.drive(scene.message())
    assert scene.row.doubted
    scene.time.advance(DUE_MS)
    opens = scene.time.now() + 5 * MINUTE
    MemoryBoard(scene.time.clock(), scene.controls).close_gate(gate, opens, "the limit is used up")
    asked: list[str] = []

    run = begin(scene.reconciler(asked.append))
    [held] = run.work()

    assert isinstance(held, Held)
    assert "venue.list_orders" not in str(asked)
    assert run.unreconciled == []
    assert (scene.row.audited, scene.row.looks) == (False, 0)
    # AND it does not come in the way before the gate opens, is no open failure, and is made then
    scene.time.advance(MINUTE)
    waiting = begin(scene.reconciler())
    assert (list(waiting.work()), waiting.unreconciled) == ([], [])
    scene.time.advance(5 * MINUTE)
    assert [type(each) for each in scene.reconcile_overdue()] == [Reconciled]
    assert scene.row.audits == 1


def test_a_long_pause_is_not_waited_out_blindly(scene: Scene) -> None:
    scene.exchange.troubles.append(LOST_REQUEST)
    scene.drive(scene.message())
    scene.time.advance(DUE_MS)
    board = MemoryBoard(scene.time.clock(), scene.controls)
    board.close_gate(
        name_pause("binance-spot", "main"), scene.time.now() + 20 * 3_600_000, "the day's orders are used up"
    )
    scene.reconcile_overdue()
    scene.controls.gates.clear()  # a person opens it

    scene.time.advance(LONGEST_PAUSE_MS + MINUTE)

    assert [type(each) for each in scene.reconcile_overdue()] == [Reconciled]


def test_a_row_of_a_venue_that_the_stack_does_not_know_is_told_and_skipped(scene: Scene) -> None:
    doubt(scene, "known")
    doubt(scene, "unknown")
    strange = row_of(scene, "unknown")
    elsewhere = replace(strange, identity=Identity(venue="elsewhere", id="unknown"))
    del scene.ledger.rows[strange.identity.key]
    scene.ledger.rows[elsewhere.identity.key] = elsewhere
    scene.time.advance(DUE_MS)

    results = scene.reconcile_overdue()

    assert Unreadable("main/elsewhere/unknown", "this stack does not trade at elsewhere") in results
    assert row_of(scene, "known").state is State.ACCEPTED
    assert scene.ledger.rows["main/elsewhere/unknown"] == elsewhere


def test_more_unreadable_rows_than_a_run_looks_at_starve_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(ROWS_A_RUN + 1):
        doubt(scene, f"garbage-{number}")
    doubt(scene, "fine")
    scene.time.advance(DUE_MS)
    read = MemoryLedger.read

    def partly(ledger: MemoryLedger, identity: Identity) -> Row | None:
        if identity.id.startswith("garbage"):
            raise UnreadableRow(Unreadable(identity.key, "garbage"))
        return read(ledger, identity)

    monkeypatch.setattr(MemoryLedger, "read", partly)
    before = {key: row for key, row in scene.ledger.rows.items() if "garbage" in key}

    results = scene.reconcile_overdue()

    assert sum(isinstance(each, Unreadable) for each in results) == ROWS_A_RUN + 1
    assert row_of(scene, "fine").state is State.ACCEPTED
    assert before == {key: row for key, row in scene.ledger.rows.items() if "garbage" in key}


def test_a_ledger_that_does_not_take_the_note_fails_that_row_only(scene: Scene) -> None:
    doubt(scene, "stuck", "closed")
    del scene.secrets.stored["closed"]
    doubt(scene, "fine")
    scene.time.advance(DUE_MS)
    scene.ledger.faults.arm(Fault.BEFORE)

    results = scene.reconcile_overdue()

    assert [type(each) for each in results] == [Failed, Reconciled]
    assert row_of(scene, "fine").state is State.ACCEPTED
