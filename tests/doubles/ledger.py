"""The ledger in memory, with the conditional writes of the real one."""

import threading
from collections.abc import Iterator

from orderexec.aws.ledger import RowGone
from orderexec.aws.resting_index import make_resting_keys
from orderexec.domain.backlog import OpenRow
from orderexec.domain.following import is_resting
from orderexec.domain.limits import Limits
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.domain.unreadable import Unreadable
from orderexec.ports import DayBusy, DayFull, RowChanged

from .risk import MemoryDays
from .stores import Fault, Faults


class MemoryLedger:
    """Implements ports.Ledger. `faults` are those of the next writes, `history` every row that ever stood."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.history: list[Row] = []
        self.days = MemoryDays()
        self.faults = Faults()
        self.busy = 0  # of the next claims so many find the counter busy
        self._lock = threading.Lock()

    def read(self, identity: Identity) -> Row | None:
        return self.rows.get(identity.key)

    def write(self, row: Row, *, over: Row) -> None:
        with self._lock:
            fault = self.faults.take()
            self._put(row, over)
            self.faults.after(fault)
            if fault is Fault.REPLY_LOST:
                self._put(row, over)

    def find_overdue(self, before: int) -> Iterator[OpenRow]:
        for row in list(self.rows.values()):
            if row.due is not None and row.next_look is not None and row.next_look < before:
                yield OpenRow(row.identity.key, row.due if row.looks else row.next_look, row.next_look)

    def find_resting(self) -> Iterator[Row | Unreadable]:
        resting = [row for row in self.rows.values() if is_resting(row)]
        yield from sorted(resting, key=lambda row: make_resting_keys(row)["resting_at"]["S"])

    def claim(self, row: Row, *, over: Row, limits: Limits) -> DayFull | DayBusy | None:
        with self._lock:
            if self.busy:
                self.busy -= 1
                return DayBusy("the counter is moved by too many signals at once")
            fault = self.faults.take()
            full = self._claim(row, over, limits)
            self.faults.after(fault)
            return self._claim(row, over, limits) if fault is Fault.REPLY_LOST else full

    def _claim(self, row: Row, over: Row, limits: Limits) -> DayFull | None:
        assert row.counted is not None
        if self._stands(over):
            full = self.days.full(row.identity.account, over.counted, row.counted, limits)
            if full is not None:
                return full
        self._put(row, over)
        return None

    def _put(self, row: Row, over: Row) -> None:
        if not self._stands(over):
            current = self.rows.get(row.identity.key)
            if current is None:
                raise RowGone(row.identity.key)
            if current.token == row.token:
                return
            raise RowChanged(current)
        self.rows[row.identity.key] = row
        self.history.append(row)
        self.days.move(row.identity.account, over.counted, row.counted)

    def _stands(self, over: Row) -> bool:
        current = self.rows.get(over.identity.key)
        return (current.token if current else "") == over.token
