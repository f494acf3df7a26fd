"""A row of the ledger that this version cannot read: told, counted and left as it is, never written over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands under a key and is no row for this version, and what is wrong with it."""

    key: str
    why: str


class UnreadableRow(RuntimeError):
    """Raised where one row was asked for; whoever handles many of them goes on with the others."""

    def __init__(self, row: Unreadable) -> None:
        super().__init__(f"the ledger's row {row.key} cannot be read: {row.why}")
        self.row = row
