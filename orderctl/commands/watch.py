"""`watch`: how the pulse of a stack is followed, live on a terminal or line by line in a pipe."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer
from rich.live import Live

from orderctl import live
from orderctl.command import Run
from orderctl.sources.pulse import Outcome, Outcomes, Pulse, read_pulse
from orderctl.trouble import ExitCode, Misused, Unreachable, explain_trouble

_SHOWN = 20


def watch(
    run: Run,
    minutes: Annotated[int, typer.Option(min=0, help="Begin with the outcomes of so many minutes before.")] = 15,
    every: Annotated[float, typer.Option(min=0.2, help="The seconds between two refreshes.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Show the present state once, then end.")] = False,
) -> ExitCode:
    """Show counts by state, queues, gates and halts, and the last outcomes, until Ctrl-C.

    In a pipe: one line per outcome. Outcomes come from the functions' logs, some seconds late; with a LogLevel above
    INFO the logs hold only bad ones.
    """
    if run.screen.as_json and not once:
        raise Misused("use --json with --once; in a pipe, watch writes a line for each outcome without it")
    looks = _look_repeatedly(run, minutes, every, once=once)
    try:
        if once:
            pulse, _ = next(looks)
            run.screen.answer(live.build_document(pulse), *live.list_parts(pulse))
        elif not run.screen.in_pipe:
            with Live(console=run.screen.out, auto_refresh=False) as display:
                for pulse, _ in looks:
                    display.update(live.render_fitting(pulse, run.screen.out), refresh=True)
        else:
            for _, fresh in looks:
                for outcome in fresh:
                    run.screen.out.print(live.format_outcome(outcome), soft_wrap=True)
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # this is how a person ends the command
    return ExitCode.DONE


def _look_repeatedly(run: Run, minutes: int, every: float, *, once: bool) -> Iterator[tuple[Pulse, list[Outcome]]]:
    """Yield the pulse and the new outcomes, again and again; once with `once`."""
    log = Outcomes(run.stack, run.now() - minutes * 60_000)
    latest: deque[Outcome] = deque(maxlen=_SHOWN)
    while True:
        now = run.now()
        try:
            with explain_trouble(run.stack.place):
                fresh, pulse = log.read_fresh(now), read_pulse(run.stack, now)
        except Unreachable as trouble:
            if once:
                raise
            run.screen.warn(str(trouble))  # a weak network is no reason to end
        else:
            latest.extend(fresh)
            yield replace(pulse, since=log.since, ended=log.ended, outcomes=tuple(latest)), fresh
        time.sleep(every)
