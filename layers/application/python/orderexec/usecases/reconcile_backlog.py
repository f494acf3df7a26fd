"""One run over the open rows: which are looked at and in which order, and when those come again that failed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace

from orderexec.domain.backlog import LONGEST_PAUSE_MS, OpenRow, choose_pause_ms, take_turns
from orderexec.domain.lifecycle import State
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable, UnreadableRow
from orderexec.ports import RowChanged

from .once_a_run import OnceARun
from .reconcile_row import Held, Reconciled, ReconcileRow, Surplus, Unreconciled

ROWS_A_RUN = 200  # each costs the exchange some requests
# No row is begun later: what is under way then must end before the function's time does, whoever does not answer.
RUN_MS = 75_000


@dataclass(frozen=True, slots=True)
class Failed:
    """A fault of ours. The next run that looks at the row tries again."""

    key: str
    error: Exception


Result = Reconciled | Unreconciled | Surplus | Held | Failed | Unreadable


@dataclass(slots=True)
class Run:
    """What one run has before it and what it has done. As many threads may `work` as shall work side by side."""

    reconcile: ReconcileRow
    began: int
    rows: tuple[OpenRow, ...]  # that are due, or that rest after a look in vain
    most: int
    lock: AbstractContextManager[object]
    results: dict[str, Result | None] = field(default_factory=dict)  # by key; None: nobody had to look any more
    _line: Iterator[OpenRow] = field(init=False)
    _counted: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._line = take_turns(row for row in self.rows if row.next_look < self.began)

    def work(self) -> Iterator[Result]:
        """Look at one row after the other, as long as the run lasts; tells what became of each."""
        while (row := self._take_next()) is not None:
            result = self.results[row.key] = self._look_at(row)
            if result is None or isinstance(result, Unreadable):
                self._give_back()  # it has cost a read and nothing else, and must not take another row's place
            if result is not None:
                yield result

    @property
    def unreconciled(self) -> list[OpenRow]:
        """What is still open though it was due when the run began: failed now or before, or not looked at yet."""
        done = {
            key for key, result in self.results.items() if isinstance(result, Reconciled | Held | Unreadable | None)
        }
        return [row for row in self.rows if row.due < self.began and row.key not in done]

    def _take_next(self) -> OpenRow | None:
        with self.lock:
            if self._counted >= self.most or self.reconcile.ports.clock.now() >= self.began + RUN_MS:
                return None
            row = next(self._line, None)
            self._counted += row is not None
            return row

    def _give_back(self) -> None:
        with self.lock:
            self._counted -= 1

    def _look_at(self, open_row: OpenRow) -> Result | None:
        try:
            row = self._read_row(open_row)
            if row is None or isinstance(row, Unreadable):
                return row
            result = self._reconcile(row)
            self._postpone(row, result)
        except UnreadableRow as error:  # its next version came meanwhile
            return error.row
        except Exception as error:  # noqa: BLE001 - told by the caller; one row's trouble is not the others'
            return Failed(open_row.key, error)
        return result

    def _read_row(self, open_row: OpenRow) -> Row | Unreadable | None:
        identity = open_row.identity
        if identity is None:
            return Unreadable(open_row.key, "its key is not <account>/<venue>/<id>")
        row = self.reconcile.ports.ledger.read(identity)
        if row is None or row.next_look is None or row.next_look >= self.began:
            return None
        if _needs_exchange(row) and row.market not in self.reconcile.ports.venues:
            return Unreadable(open_row.key, f"this stack does not trade at {row.market}")
        return row

    def _reconcile(self, row: Row) -> Result:
        secrets = self.reconcile.ports.secrets
        missing = secrets.find_why_missing(row.identity.account) if isinstance(secrets, OnceARun) else None
        if missing is not None and _needs_exchange(row):
            return Unreconciled(row, missing)
        try:
            return self.reconcile(row)
        except UnreadableRow:
            raise
        except Exception as error:  # noqa: BLE001 - as in _looked_at; but this row is put off
            return Failed(row.identity.key, error)

    def _postpone(self, row: Row, result: Result) -> None:
        """A row that was not reconciled makes way for others; one that somebody has changed meanwhile is as it is."""
        clock, randomness = self.reconcile.ports.clock, self.reconcile.ports.randomness
        pause = choose_pause_ms(row.looks + 1, randomness.jitter())
        match result:
            case Unreconciled(current) if current.token == row.token:
                until = clock.now() + pause
            case Failed():
                until = clock.now() + pause
            case Held(until=opens):
                until = min(opens, clock.now() + LONGEST_PAUSE_MS)  # a person may open the gate before
            case _:
                return
        in_vain = not isinstance(result, Held)
        postponed = row.postpone(until, in_vain=in_vain, token=randomness.token())
        with suppress(RowChanged):  # somebody has changed it meanwhile: it is as it is
            self.reconcile.ports.ledger.write(postponed, over=row)


def begin(
    reconcile: ReconcileRow, most: int = ROWS_A_RUN, lock: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Run:
    """A run that looks at `most` rows; each account's key is asked for once. `lock` makes one, for who has threads."""
    ports = reconcile.ports
    began = ports.clock.now()
    rows = tuple(ports.ledger.find_overdue(began + LONGEST_PAUSE_MS + 1))
    of_this_run = replace(ports, secrets=OnceARun(ports.secrets, lock))
    return Run(replace(reconcile, ports=of_this_run), began, rows, most, lock())


def _needs_exchange(row: Row) -> bool:
    letter_due = row.state is State.DEAD and not row.letter_sent
    return row.state is not State.WAITING and not letter_due
