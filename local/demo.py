"""`make demo`: publishes every sample signal to a stack of its own and shows that each ends as its sample says.

Meanwhile it shows what `orderctl watch` shows of a stack, and below it the samples.
"""

import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape

from local import environment, samples, stack, tables
from local.outcomes import Outcome, Watch
from local.progress import console
from local.run import LOGS, ROOT, LocalStackError
from orderctl import live, target
from orderctl.sources.pulse import look

# The slowest samples wait for a fence of about 22 s and are then looked up, or sent a second time.
DEADLINE_SECONDS = 90.0
REFRESH_SECONDS = 0.2
LOOKS_EVERY = 5  # refreshes; a look at the whole stack asks much more than the samples do


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
    console.print(f"\n{len(chosen)} sample signals are on the queue.")
    console.print("Two of them lose an answer: after 40 seconds a second order is safe.")
    for halt in filter(None, (sample.halt for sample in chosen)):
        console.print(f"Halted: {halt['scope']} ({halt['why']}), for {halt['lift_after_seconds']} s.", markup=False)
    console.print()
    over = _follow(watch, target.at(running.aws_endpoint_url, environment.REGION))
    return _report(watch, over)


def _follow(watch: Watch, followed: target.Stack) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    with _display(watch, followed) as show:
        while True:
            lifted = watch.refresh()
            show()
            for scope in lifted:
                console.print(f"The halt of {scope} is lifted; its signals go on.", markup=False)
            if watch.is_over():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(REFRESH_SECONDS)


@contextmanager
def _display(watch: Watch, followed: target.Stack) -> Iterator[Callable[[], None]]:
    """What shows the state of things now: tables redrawn in place, or in a pipe a line for each closed signal."""
    if not console.is_terminal:
        yield _lines(watch)
        return
    with Live(console=console, auto_refresh=False, transient=True) as display:
        heads = _heads(followed)
        yield lambda: display.update(Group(next(heads), "", tables.live(watch.outcomes, console.width)), refresh=True)


def _heads(followed: target.Stack) -> Iterator[RenderableType]:
    """The head of `orderctl watch`, looked at anew every now and then."""
    while True:
        shown = live.head(look(followed, time.time_ns() // 1_000_000))
        yield from itertools.repeat(shown, LOOKS_EVERY)


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
    console.print()
    console.print(tables.final(watch.outcomes, orders, console.width))
    console.print("\nAll orders that the exchange ever accepted, from its own books:")
    console.print(tables.exchange_orders(watch.outcomes, orders))
    return _judge(watch, orders, over)


def _judge(watch: Watch, orders: Sequence[Mapping[str, Any]], over: bool) -> bool:
    deviations = {outcome.sample.name: outcome.deviations(orders) for outcome in watch.outcomes}
    found = [f"{name}: {each}" for name, several in deviations.items() for each in several]
    if not over:
        found.append(f"not everything was over after {DEADLINE_SECONDS:.0f} s")
    for each in found:
        console.print(f"[red]✗[/red] {escape(each)}", soft_wrap=True)
    if found:
        console.print(f"The function's log is in {LOGS.relative_to(ROOT)}/demo.ministack.log.")
    console.print(f"\n{say_verdict(count_right(watch.outcomes, orders), len(deviations))}")
    return not found


def count_right(outcomes: Iterable[Outcome], orders: Sequence[Mapping[str, Any]]) -> int:
    """Return how many signals ended as their samples say; `orders` is the exchange's own list."""
    return sum(not outcome.deviations(orders) for outcome in outcomes)


def say_verdict(right: int, published: int) -> str:
    """Return the demo's last sentence."""
    return f"{right} of {published} signals ended as their samples say."


if __name__ == "__main__":
    main()
