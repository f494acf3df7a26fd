"""What the demo tells a person who sees it for the first time: what will happen, what is slow and why, what is next."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from local.samples import Sample

_OPENING = """\
make demo publishes {count} sample signals to a copy of the product that runs on this machine, and shows what becomes \
of each. It takes about a minute, and needs no AWS account, no key and no money.

It starts a local AWS (MiniStack) and a paper exchange, and deploys template.yaml between them, as it goes to AWS. \
Each signal of events/ should become what its sample says: one order (ACCEPTED), or none (DEAD) and a dead letter, \
which is its message in a queue for people, with the reason.

Most end within 15 seconds. These take longer on purpose, so long at least:
"""
_FENCE = (
    "The exchange's answer is lost, so it waits for its fence: the moment after which a request without an answer "
    "can no longer become an order. To send it again any earlier could buy twice."
)
_HALT = "A person has halted {scope} ({why}); it waits until the halt is lifted."
_BAN = (
    "The exchange bans this address: nobody sends or looks up anything meanwhile. Another order whose answer is lost "
    "just then waits for its fence as well."
)

ORDERCTL = (
    ".venv/bin/orderctl publish --local events/market_buy.json  # publish a signal",
    ".venv/bin/orderctl show --local market-buy                 # what became of it",
    ".venv/bin/orderctl list --local                            # all signals",
)
NEXT = "\n  ".join(
    (
        "Try next:",
        "make up                                                    # leave it running",
        *ORDERCTL,
        "make down                                                  # stop it again\n"
        "docs/local.md tells what else the local stack can do.",
    )
)


def introduce(samples: Sequence[Sample]) -> RenderableType:
    """Return what the demo says before it begins."""
    slow = Table.grid(padding=(0, 2, 0, 0))
    slow.add_column(no_wrap=True)
    slow.add_column(no_wrap=True, justify="right")
    slow.add_column()
    told: set[str] = set()
    # What a fence is comes first, since the next reason names it.
    for sample in sorted(samples, key=lambda sample: not sample.waits_for_fence):
        for seconds, why in _explain_slowness(sample):
            slow.add_row(f"  {sample.name}", f"{seconds} s", Text("For the same reason." if why in told else why))
            told.add(why)
    return Group(Text(_OPENING.format(count=len(samples))), slow)


def _explain_slowness(sample: Sample) -> Iterator[tuple[int, str]]:
    """Yield how many seconds the sample takes, and why, if it is one of the slow ones."""
    if sample.waits_for_fence:
        yield 40, _FENCE
    if sample.halt:
        yield sample.halt["lift_after_seconds"], _HALT.format(scope=sample.halt["scope"], why=sample.halt["why"])
    for fault in sample.arrange:
        if fault["fault"] == "ban":
            yield fault["seconds"], _BAN
