"""`python -m tests.simulation.bybit_barriers`: what each of Bybit's two barriers is worth while the other one is down.

The fence keeps a second request back until the first can come to nothing more; the always-unique id lets the exchange
itself refuse a second order. All other invariants are silent here: what is counted is the harm.
"""

import sys
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import astuple, dataclass
from typing import Any
from unittest.mock import patch

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row

from .bounds import Bounds, Breaks
from .bybit_book import BybitBook
from .bybit_mutants import DOUBTS, fence_off
from .invariants import client_id
from .run import Run
from .venues import BYBIT
from .world import Broken

_WORLDS = 24


@dataclass(frozen=True, slots=True)
class Harm:
    """`doubled` signals have two orders, `misjudged` ones have one and a letter that calls it absent.

    `lost` ones ended DEAD and have one; `turned_away` counts requests that were refused for their id.
    """

    signals: int = 0
    doubled: int = 0
    misjudged: int = 0
    lost: int = 0
    turned_away: int = 0

    def __add__(self, other: "Harm") -> "Harm":
        return Harm(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


def ids_are_free_again() -> AbstractContextManager[Any]:
    """An id may be used again once its order has ended, as at Binance."""
    return patch.object(BybitBook, "_is_used", lambda self, name: self._is_open(name))


def measure(worlds: int, *, fence: bool, unique: bool, breaks: Breaks = Breaks.NONE) -> Harm:
    """Return the harm in so many worlds, of the three products in turn."""
    harm = Harm()
    with ExitStack() as stack:
        stack.enter_context(patch.object(Bounds, "doubles_may_happen", property(lambda _: True)))
        for barrier, stands in ((fence_off, fence), (ids_are_free_again, unique)):
            if not stands:
                stack.enter_context(barrier())
        for seed in range(worlds):
            harm += _run(
                Run(seed, weather=DOUBTS, bounds=Bounds(breaks), changes=0, limited=False, venue=BYBIT[seed % 3])
            )
    return harm


def _run(run: Run) -> Harm:
    for watch in (run.table.watch, run.exchange.watch, run.letters.watch):
        watch.clear()
    book, misjudged = run.exchange.book, set[str]()
    assert isinstance(book, BybitBook)

    def letter_sent(row: Row) -> None:
        if row.reason is Reason.DOUBTFUL and client_id(row.identity.key) in book.orders:
            misjudged.add(row.identity.key)

    run.letters.watch.append(letter_sent)
    with suppress(Broken):
        run()
    rows = [row for key in run.keys if (row := run.table.row(key))]
    names = {order.name for order in book.doubled}
    lost = sum(row.state is State.DEAD and client_id(row.identity.key) in book.orders for row in rows)
    return Harm(len(run.keys), len(names), len(misjudged), lost, book.turned_away)


def main() -> None:
    """Print what each combination does."""
    for breaks in (Breaks.NONE, Breaks.ENGINE):
        for fence, unique in ((True, True), (False, True), (True, False), (False, False)):
            harm = measure(_WORLDS, fence=fence, unique=unique, breaks=breaks)
            sys.stdout.write(f"bounds broken: {breaks}, fence: {fence}, unique ids: {unique}: {harm}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
