"""`watch`: the stack's pulse, live; in a pipe a line for each outcome."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer
from rich.live import Live

from orderctl import live
from orderctl.command import Run
from orderctl.sources.pulse import Outcome, Outcomes, Pulse, look
from orderctl.trouble import ExitCode, Misused, Unreachable, told

_SHOWN = 20


def watch(
    run: Run,
    minutes: Annotated[int, typer.Option(min=0, help="Begin with what happened in so many minutes before.")] = 15,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="One look, then end.")] = False,
) -> ExitCode:
    """Counts by state, queues, gates and halts, and the last outcomes, until Ctrl-C. In a pipe: a line an outcome.

    Outcomes are read from the functions' logs, some seconds late; with a LogLevel above INFO only bad ones are there.
    """
    if run.screen.as_json and not once:
        raise Misused("--json goes with --once; a pipe gets a line for each outcome without it")
    looks = _looks(run, minutes, every, once=once)
    try:
        if once:
            pulse, _ = next(looks)
            run.screen.answer(live.document(pulse), live.view(pulse))
        elif run.screen.out.is_terminal:
            with Live(console=run.screen.out, auto_refresh=False) as display:
                for pulse, _ in looks:
                    display.update(live.view(pulse), refresh=True)
        else:
            for _, fresh in looks:
                for outcome in fresh:
                    run.screen.out.print(live.line(outcome), soft_wrap=True)
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # that is how one stops looking
    return ExitCode.DONE


def _looks(run: Run, minutes: int, every: float, *, once: bool) -> Iterator[tuple[Pulse, list[Outcome]]]:
    """Each look, and what is new in it."""
    log = Outcomes(run.stack, run.now() - minutes * 60_000)
    latest: deque[Outcome] = deque(maxlen=_SHOWN)
    while True:
        now = run.now()
        try:
            with told(run.stack.place):
                fresh, pulse = log.fresh(now), look(run.stack, now)
        except Unreachable as trouble:
            if once:
                raise
            run.screen.warn(str(trouble))  # a weak network is no reason to stop watching
        else:
            latest.extend(fresh)
            yield replace(pulse, since=log.since, ended=log.ended, outcomes=tuple(latest)), fresh
        time.sleep(every)
