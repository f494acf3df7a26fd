"""`make pages`: draws docs/demo.svg, the picture of what `make demo` prints at its end, from a run that was recorded.

The times of a run vary, so the picture is not drawn from a new run each time. The recorded run is docs/demo.json.
Record a new one when the samples change: `.venv/bin/python -m local.demo_picture record`.
"""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI

from local import samples, stack, tables
from local.demo import DEADLINE_SECONDS, REFRESH_SECONDS, count_right, say_verdict
from local.outcomes import Outcome, Watch
from local.run import ROOT, wait_until

RECORD = ROOT / "docs" / "demo.json"
PICTURE = ROOT / "docs" / "demo.svg"
COLUMNS = 100  # without details, so that it is legible at the width of a page
_ORDER = ("orderId", "clientOrderId", "symbol", "side", "type", "origQty", "price", "status")
_ROW = ("state", "reason", "code", "detail", "order_id", "order_status", "request", "dry_run", "attempts", "updated_at")
_LETTER = ("reason", "signal_id", "detail")
# As rich's own, but for the font that it would load from the network: a README's picture may load nothing.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="what make demo prints">
<style>
.{unique_id}-matrix {{ font-family: "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; \
font-size: {char_height}px; line-height: {line_height}px }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>\
</clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass(frozen=True)
class RecordedRun:
    """One run of the demo: what became of each sample, and the orders that the exchange listed afterwards."""

    outcomes: Sequence[Outcome]
    orders: Sequence[Mapping[str, Any]]


def load_run() -> RecordedRun:
    """Return the recorded run, with the samples as they are now. Raises KeyError if one of its samples is gone."""
    known = {sample.name: sample for sample in samples.load()}
    document = json.loads(RECORD.read_text(encoding="utf-8"))
    outcomes = [Outcome(sample=known[each.pop("sample")], **each) for each in document["outcomes"]]
    return RecordedRun(outcomes, document["orders"])


def draw_picture(run: RecordedRun) -> str:
    """Return the picture, in SVG: the demo's own last table and its last sentence."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    console.print(tables.build_final_table(run.outcomes, run.orders, COLUMNS))
    console.print(f"\n{say_verdict(count_right(run.outcomes, run.orders), len(run.outcomes))}")
    return console.export_svg(title="make demo", theme=DIMMED_MONOKAI, code_format=_FORMAT, unique_id="demo")


def record_run() -> None:
    """Run the demo's signals on a stack of its own, and write what became of them."""
    with stack.run_stack("record") as running:
        watch = Watch(running)
        watch.publish(samples.load())
        wait_until(lambda: not watch.refresh() and watch.is_over(), DEADLINE_SECONDS, every=REFRESH_SECONDS)
        outcomes, orders = watch.outcomes, watch.control.list_orders()
    document = {
        "outcomes": [_describe_outcome(outcome) for outcome in outcomes],
        "orders": [_pick(order, _ORDER) for order in orders],
    }
    RECORD.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    expected = [name for name in outcome.sample.expect if name not in _ROW]
    return {
        "sample": outcome.sample.name,
        "account": outcome.account,
        "venue": outcome.venue,
        "signal_id": outcome.signal_id,
        "published_at": round(outcome.published_at, 3),
        "row": _pick(outcome.row, [*_ROW, *expected]),
        "dead_letters": [_pick(letter, _LETTER) for letter in outcome.dead_letters],
    }


def _pick(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        record_run()
    PICTURE.write_text(draw_picture(load_run()), encoding="utf-8")
