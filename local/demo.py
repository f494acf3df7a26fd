"""`make demo`: publishes every sample signal to a stack of its own and shows that each ends as its sample says."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.live import Live

from local import samples, stack, tables
from local.outcomes import Watch
from local.progress import console
from local.run import LocalStackError

# The slowest sample waits for a fence of about 16 s and is then sent a second time.
DEADLINE_SECONDS = 90.0
REFRESH_SECONDS = 0.2


def main() -> None:
    try:
        with stack.running("demo") as running:
            sys.exit(0 if demonstrate(running) else 1)
    except LocalStackError as error:
        sys.exit(f"make demo: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def demonstrate(running: stack.Stack) -> bool:
    """Publish, follow, report; whether every signal ended as its sample says."""
    watch = Watch(running)
    chosen = samples.load()
    watch.publish(chosen)
    console.print(f"\n{len(chosen)} sample signals are on the queue; two of them wait for a fence of about 16 s.\n")
    over = _follow(watch)
    return _report(watch, over)


def _follow(watch: Watch) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    with _display(watch) as show:
        while True:
            watch.refresh()
            show()
            if watch.is_over():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(REFRESH_SECONDS)


def _display(watch: Watch) -> AbstractContextManager[Callable[[], None]]:
    return _LiveTable(watch) if console.is_terminal else nullcontext(_lines(watch))


class _LiveTable(AbstractContextManager[Callable[[], None]]):
    """Redraws the table in place; it goes when the final one comes."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Callable[[], None]:
        self._live.__enter__()
        return lambda: self._live.update(tables.live(self._watch.outcomes, console.width), refresh=True)

    def __exit__(self, *error: object) -> None:
        self._live.stop()


def _lines(watch: Watch) -> Callable[[], None]:
    told: set[str] = set()

    def show() -> None:
        for outcome in watch.outcomes:
            if outcome.is_closed and outcome.key not in told:
                told.add(outcome.key)
                console.print(tables.line(outcome), markup=False)

    return show


def _report(watch: Watch, over: bool) -> bool:
    orders = watch.control.orders()
    console.print(tables.final(watch.outcomes, orders, console.width))
    console.print("\nAll orders that the exchange ever accepted, from its own books:")
    console.print(tables.exchange_orders(watch.outcomes, orders))
    deviating = [(outcome, outcome.deviations(orders)) for outcome in watch.outcomes]
    for outcome, found in deviating:
        for deviation in found:
            console.print(f"[red]✗[/red] {outcome.sample.name}: {deviation}")
    if not over:
        console.print(f"[red]✗[/red] not everything was over after {DEADLINE_SECONDS:.0f} s")
    wrong = sum(bool(found) for _, found in deviating)
    console.print(f"\n{len(deviating) - wrong} of {len(deviating)} signals ended as their samples say.")
    return over and not wrong


if __name__ == "__main__":
    main()
