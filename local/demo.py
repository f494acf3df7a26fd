"""`make demo`: it publishes every sample signal to a stack of its own and shows that each ends as its sample says.

Meanwhile it shows what `orderctl watch` shows, and the samples below it.
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
from orderctl.sources.pulse import read_pulse

# The slowest samples wait for a fence of about 22 s and are then looked up, or sent a second time.
DEADLINE_SECONDS = 90.0
REFRESH_SECONDS = 0.2
LOOKS_EVERY = 5  # refreshes; to look at the whole stack costs much more than to look at the samples


def main() -> None:
    try:
        with stack.run_stack("demo") as running:
            sys.exit(0 if demonstrate(running) else 1)
    except LocalStackError as error:
        sys.exit(f"make demo: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def demonstrate(running: stack.Stack) -> bool:
    """Publish the samples, follow them and report. Return whether every signal ended as its sample says."""
    watch = Watch(running)
    chosen = samples.load()
    watch.publish(chosen)
    console.print(f"\n{len(chosen)} sample signals are on the queue.")
    console.print("Two of them lose an answer; after 40 seconds it is safe to send a second order.")
    for halt in filter(None, (sample.halt for sample in chosen)):
        console.print(f"Halted: {halt['scope']} ({halt['why']}), for {halt['lift_after_seconds']} s.", markup=False)
    console.print()
    over = _follow(watch, target.connect_to(running.aws_endpoint_url, environment.REGION))
    return _report(watch, over)


def _follow(watch: Watch, followed: target.Stack) -> bool:
    """Show the signals until all have ended, and return True; False if that takes longer than the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    with _open_display(watch, followed) as show:
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
def _open_display(watch: Watch, followed: target.Stack) -> Iterator[Callable[[], None]]:
    """Yield the function that shows the present state: redrawn tables; in a pipe, a line for each closed signal."""
    if not console.is_terminal:
        yield _make_line_printer(watch)
        return
    with Live(console=console, auto_refresh=False, transient=True) as display:
        heads = _draw_heads(followed)
        yield lambda: display.update(
            Group(next(heads), "", tables.build_live_table(watch.outcomes, console.width)), refresh=True
        )


def _draw_heads(followed: target.Stack) -> Iterator[RenderableType]:
    """Yield the upper part of `orderctl watch` for each refresh; it is read again after some refreshes."""
    while True:
        shown = live.render_head(read_pulse(followed, time.time_ns() // 1_000_000))
        yield from itertools.repeat(shown, LOOKS_EVERY)


def _make_line_printer(watch: Watch) -> Callable[[], None]:
    printed: set[str] = set()

    def show() -> None:
        for outcome in watch.outcomes:
            if outcome.is_closed and outcome.key not in printed:
                printed.add(outcome.key)
                console.print(tables.format_outcome(outcome), markup=False)

    return show


def _report(watch: Watch, over: bool) -> bool:
    orders = watch.control.list_orders()
    console.print()
    console.print(tables.build_final_table(watch.outcomes, orders, console.width))
    console.print("\nAll orders that the exchange ever accepted, as it lists them itself:")
    console.print(tables.build_order_table(watch.outcomes, orders))
    return _judge(watch, orders, over)


def _judge(watch: Watch, orders: Sequence[Mapping[str, Any]], over: bool) -> bool:
    deviations = {outcome.sample.name: outcome.find_deviations(orders) for outcome in watch.outcomes}
    found = [f"{name}: {each}" for name, several in deviations.items() for each in several]
    if not over:
        found.append(f"not every signal had ended after {DEADLINE_SECONDS:.0f} s")
    for each in found:
        console.print(f"[red]✗[/red] {escape(each)}", soft_wrap=True)
    if found:
        console.print(f"The function's log is in {LOGS.relative_to(ROOT)}/demo.ministack.log.")
    console.print(f"\n{say_verdict(count_right(watch.outcomes, orders), len(deviations))}")
    return not found


def count_right(outcomes: Iterable[Outcome], orders: Sequence[Mapping[str, Any]]) -> int:
    """Return how many signals ended as their samples say; `orders` is the exchange's own list."""
    return sum(not outcome.find_deviations(orders) for outcome in outcomes)


def say_verdict(right: int, published: int) -> str:
    """Return the demo's last sentence."""
    return f"{right} of {published} signals ended as their samples say."


if __name__ == "__main__":
    main()
