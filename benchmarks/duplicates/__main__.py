"""`make duplicates`: it prints the comparison as a table, and writes all of it to `.local/duplicates.json`."""

import argparse
import contextlib
import io
import json

from rich.table import Table

from benchmarks.duplicates.run import CONTESTANTS, Result, run
from local.progress import console, show_step
from local.run import LOCAL

RESULTS = LOCAL / "duplicates.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--signals", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    results = [_run_contestant(each, asked.signals, asked.seed) for each in CONTESTANTS]
    RESULTS.parent.mkdir(exist_ok=True)
    document = {"signals": asked.signals, "seed": asked.seed, "contestants": [each.to_json() for each in results]}
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    console.print(_build_table(results, asked.signals, asked.seed))
    console.print(f"to run it again: make duplicates SIGNALS={asked.signals} SEED={asked.seed}")
    console.print(f"written to {RESULTS.relative_to(LOCAL.parent)}, with the requests behind the first of each harm")


def _run_contestant(contestant: str, signals: int, seed: int) -> Result:
    with show_step(CONTESTANTS[contestant]), contextlib.redirect_stdout(io.StringIO()):
        return run(contestant, signals, seed)


def _build_table(results: list[Result], signals: int, seed: int) -> Table:
    table = Table(title=f"{signals} signals under the same faults, seed {seed}")
    table.add_column("contestant", no_wrap=True)
    for heading in (
        "placed once",
        "placed twice (surplus)",
        "lost",
        "reported as failed, but the order exists",
        "failed, no order",
        "requests per signal",
    ):
        table.add_column(heading, justify="right")
    for each in results:
        table.add_row(
            each.name,
            str(each.placed_once),
            f"{each.twice} ({each.surplus})",
            str(each.lost),
            str(each.called_dead_but_placed),
            str(each.dead_and_not_placed),
            f"{each.requests / each.signals:.2f}",
        )
    return table


if __name__ == "__main__":
    main()
