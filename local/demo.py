"""`make demo`: it publishes every sample signal to a stack of its own and shows that each ends as its sample says."""

import io
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import requests
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape

from local import environment, newcomer, samples, stack, tables
from local.frame import build_frame
from local.outcomes import Outcome, Watch, find_strangers
from local.progress import console
from local.run import LOGS, ROOT, LocalStackError
from orderctl import live, target
from orderctl.sources.pulse import read_pulse
from orderctl.sources.queues import Depths
from orderctl.trouble import Trouble

# The slowest samples end after 45 s where nothing else runs; on a machine at work it took 62.
DEADLINE_SECONDS = 120.0
REFRESH_SECONDS = 0.2
LOOKS_EVERY = 5  # refreshes; to look at the whole stack costs much more than to look at the samples
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
WHOLE_LINE = 1_000  # columns; in a pipe no line is broken or cut


def main() -> None:
    chosen = samples.load()
    _print_whole(newcomer.introduce(chosen), console.width)
    console.print()
    try:
        with stack.run_stack("demo") as running:
            succeeded = demonstrate(running, chosen)
    except LocalStackError as error:
        sys.exit(f"make demo: {error}")
    except (BotoCoreError, ClientError, requests.RequestException, Trouble) as error:
        sys.exit(f"make demo: the local AWS or the exchange failed: {error}\n{_name_logs()}")
    except KeyboardInterrupt:
        sys.exit(130)
    console.print(f"\n{newcomer.NEXT}" if succeeded else _name_logs(), markup=False, soft_wrap=True)
    sys.exit(0 if succeeded else 1)


def demonstrate(running: stack.Stack, chosen: Sequence[samples.Sample]) -> bool:
    """Publish the samples, follow them and report. Return whether every signal ended as its sample says."""
    watch = Watch(running)
    watch.publish(chosen)
    console.print(f"\n{len(chosen)} sample signals are on the queue.\n")
    over = follow(watch, target.connect_to(running.aws_endpoint_url, environment.REGION))
    return report(watch, over)


def follow(watch: Watch, followed: target.Stack) -> bool:
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
    """Yield the function that shows the present state: on a terminal a display that is redrawn, else lines."""
    if not console.is_interactive:
        yield _make_line_printer(watch)
        return
    heads = _draw_heads(watch, followed)

    def show() -> None:
        frame = build_frame(next(heads), watch.outcomes, watch.control.list_orders(), console)
        display.update(frame, refresh=True)

    with Live(console=console, auto_refresh=False, transient=True) as display:
        yield show


def _draw_heads(watch: Watch, followed: target.Stack) -> Iterator[RenderableType]:
    """Yield the upper part of `orderctl watch` for each refresh; it is read again after some refreshes."""
    while True:
        pulse = read_pulse(followed, time.time_ns() // 1_000_000)
        # The demo takes the letters, to read them. A stack that nobody watches would still have them.
        letters = Depths(visible=pulse.letters.total + watch.letters_taken, hidden=0, delayed=0)
        yield from itertools.repeat(live.render_head(replace(pulse, letters=letters)), LOOKS_EVERY)


def _make_line_printer(watch: Watch) -> Callable[[], None]:
    printed: set[str] = set()

    def show() -> None:
        for outcome in watch.outcomes:
            line = _format_news(outcome)
            if line and line not in printed:
                printed.add(line)
                console.print(line, markup=False, soft_wrap=True)

    return show


def _format_news(outcome: Outcome) -> str | None:
    if outcome.is_closed:
        return tables.format_outcome(outcome)
    return tables.format_doubt(outcome) if outcome.is_in_doubt else None


def report(watch: Watch, over: bool) -> bool:
    """Print how all ended, and every deviation. Return whether there is none; `over` is whether all have ended."""
    orders = watch.control.list_orders()
    width = console.width if console.is_interactive else WHOLE_LINE
    console.print("How each signal ended; \N{CHECK MARK} means: as its sample says.\n")
    _print_whole(tables.build_final_table(watch.outcomes, orders, width), width)
    console.print("\nAll orders that the exchange ever accepted, as it lists them itself:\n")
    _print_whole(tables.build_order_table(watch.outcomes, orders, width), width)
    return _judge(watch, orders, over)


def _print_whole(shown: RenderableType, width: int) -> None:
    """Print what is shown; in a pipe as plain lines of at most `width` columns, without the blanks at their ends."""
    if console.is_interactive:
        console.print(shown)
        return
    plain = Console(file=io.StringIO(), width=width, highlight=False)
    with plain.capture() as captured:
        plain.print(shown)
    for line in captured.get().splitlines():
        is_rule = set(line) == {RULE}
        console.print(line[: console.width] if is_rule else line.rstrip(), markup=False, soft_wrap=True)


def _judge(watch: Watch, orders: Sequence[Mapping[str, Any]], over: bool) -> bool:
    deviations = {outcome.sample.name: outcome.find_deviations(orders) for outcome in watch.outcomes}
    found = [f"{name}: {each}" for name, several in deviations.items() for each in several]
    strangers = find_strangers(watch.outcomes, orders)
    found += [f"order {each} of the exchange belongs to no signal" for each in strangers]
    if not over:
        found.append(f"not every signal had ended after {DEADLINE_SECONDS:.0f} s")
    console.print()
    for each in found:
        console.print(f"[red]✗[/red] {escape(each)}", soft_wrap=True)
    console.print(say_verdict(count_right(watch.outcomes, orders), len(deviations)))
    return not found


def count_right(outcomes: Iterable[Outcome], orders: Sequence[Mapping[str, Any]]) -> int:
    """Return how many signals ended as their samples say; `orders` is the exchange's own list."""
    return sum(not outcome.find_deviations(orders) for outcome in outcomes)


def say_verdict(right: int, published: int) -> str:
    """Return the demo's last sentence."""
    return f"{right} of {published} signals ended as their samples say."


def _name_logs() -> str:
    logs = LOGS.relative_to(ROOT)
    return (
        "What each signal should become stands in events/<signal>.json, under `expect`.\n"
        f"The logs: {logs}/demo.ministack.log (the function, the local AWS), {logs}/demo.exchange.log (the exchange)."
    )


if __name__ == "__main__":
    main()
