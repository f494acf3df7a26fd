"""The ledger in memory, with the conditional writes of the real one."""

import threading
from collections.abc import Iterator

from orderexec.aws.ledger import RowGone
from orderexec.domain.backlog import OpenRow
from orderexec.domain.lifecycle import Row
from orderexec.domain.signals import Identity

from .stores import Fault, Faults


class MemoryLedger:
    """Implements ports.Ledger. `faults` are those of the next writes, `history` every row that ever stood."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.history: list[Row] = []
        self.faults = Faults()
        self._lock = threading.Lock()

    def read(self, identity: Identity) -> Row | None:
        return self.rows.get(identity.key)

    def write(self, row: Row, *, over: Row) -> Row | None:
        with self._lock:
            fault = self.faults.take()
            standing = self._put(row, over)
            self.faults.after(fault)
            return self._put(row, over) if fault is Fault.REPLY_LOST else standing

    def overdue(self, before: int) -> Iterator[OpenRow]:
        for row in list(self.rows.values()):
            if row.due is not None and row.next_look is not None and row.next_look < before:
                yield OpenRow(row.identity.key, row.due if row.looks else row.next_look, row.next_look)

    def _put(self, row: Row, over: Row) -> Row | None:
        standing = self.rows.get(row.identity.key)
        if standing is None and over.token:
            raise RowGone(row.identity.key)
        if (standing.token if standing else "") != over.token:
            return None if standing is not None and standing.token == row.token else standing
        self.rows[row.identity.key] = row
        self.history.append(row)
        return None
