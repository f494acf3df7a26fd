"""`make simulate`: many worlds on every processor, with progress; a failing seed is printed and replays exactly."""

import argparse
import gc
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial

from rich.progress import Progress

from .run import SIGNALS, Run, Tally
from .venues import VENUES
from .world import Broken

_WORLDS_A_JOB = 20


def main() -> int:
    """Run the worlds asked for; 0 only if no invariant broke."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--signals", type=int, default=20_000, help=f"how many, in worlds of {SIGNALS}")
    parser.add_argument("--seed", type=int, default=0, help="the first world's seed")
    parser.add_argument("--replay", action="store_true", help="run the one world of --seed and tell what happened")
    parser.add_argument("--venue", choices=tuple(VENUES), help="of every world; else its seed says which, mostly Spot")
    options = parser.parse_args()
    if options.replay:
        return replay(options.seed, options.venue)
    return simulate(options.signals, options.seed, options.venue)


def simulate(signals: int, seed: int, venue: str | None) -> int:
    """Run `signals` signals in worlds from `seed` on, of one venue if it is named."""
    worlds = -(-signals // SIGNALS)
    began, done, broken = time.monotonic(), Tally(0, 0, 0, 0, 0), list[str]()
    with Progress() as progress, ProcessPoolExecutor(os.cpu_count()) as pool:
        bar = progress.add_task(f"{worlds * SIGNALS:,} signals", total=worlds)
        for tally, failures in pool.map(partial(run_worlds, venue=venue), _jobs(seed, worlds)):
            done, broken = done + tally, broken + failures
            progress.update(bar, advance=_WORLDS_A_JOB)
            for failure in failures:
                progress.console.print(f"[red]{failure}")
    seconds = time.monotonic() - began
    print(
        f"{done.signals:,} signals, seeds {seed} to {seed + worlds - 1}: {done.placed:,} placed, {done.dead:,} dead, "
        f"{done.deliveries:,} deliveries, {done.requests:,} requests, {seconds:.0f} s"
    )
    print(f"{len(broken)} worlds broke an invariant" if broken else "every invariant held")
    return 1 if broken else 0


def run_worlds(seeds: range, venue: str | None = None) -> tuple[Tally, list[str]]:
    """Run one world for each seed; the failures tell how to replay them."""
    gc.set_threshold(50_000)  # a world leaves many short-lived cycles behind
    tally, broken = Tally(0, 0, 0, 0, 0), []
    for seed in seeds:
        try:
            tally += Run(seed, venue=VENUES[venue] if venue else None)()
        except Broken as failure:
            named = f" VENUE={venue}" if venue else ""
            broken.append(f"{failure}\n  make simulate SEED={seed}{named} REPLAY=1")
    return tally, broken


def replay(seed: int, venue: str | None) -> int:
    """Run one world again and print what happened in it, up to the invariant that broke."""
    run = Run(seed, traced=True, venue=VENUES[venue] if venue else None)
    verdict = "every invariant held"
    try:
        run()
    except Broken as failure:
        verdict = str(failure)
    print(run.venue.name, run.world.weather, *(run.world.trace or ()), verdict, sep="\n")
    return 0 if verdict == "every invariant held" else 1


def _jobs(seed: int, worlds: int) -> Iterator[range]:
    for first in range(seed, seed + worlds, _WORLDS_A_JOB):
        yield range(first, min(first + _WORLDS_A_JOB, seed + worlds))


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
