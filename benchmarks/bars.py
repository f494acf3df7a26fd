"""Which figures of `make bench` are judged, by what bar, and in which words they are shown."""

from dataclasses import dataclass, replace
from typing import Any

from benchmarks.products import SPOT, USDM, Product


@dataclass(frozen=True)
class Bar:
    """What one figure must not exceed, and a sentence that explains it; `detail` is filled from the figures.

    `key` and the names in `detail` stand without the prefix of the product's figures.
    """

    key: str
    most: float
    what: str
    detail: str
    unit: str = ""
    product: Product = SPOT

    @property
    def name(self) -> str:
        """The name of the figure in the results."""
        return f"{self.product.prefix}{self.key}"

    def describe(self, results: dict[str, Any]) -> str:
        """Return what the figure comes from."""
        return self.detail.format(**self.product.pick_figures(results))

    def show_value(self, results: dict[str, Any]) -> str:
        """Return the figure with its unit, as exact as it is of use."""
        value = results[self.name]
        return f"{value:.3f}{self.unit}" if self.most < 10 else f"{value:.0f}{self.unit}"


SPOT_BARS = (
    Bar(
        "first_order_ratio",
        0.95,
        "process start to first order / bare requests and boto3 (secret, claim, order, outcome)",
        "{first_order_ms:.0f} / {first_order_floor_ms:.0f} ms; with rules an hour old {first_order_old_rules_ms:.0f}",
    ),
    Bar(
        "sparse_ms_ratio",
        1.2,
        "a signal after 65 s without one / the best possible (connect, two writes, one order)",
        "{sparse_ms:.0f} / {sparse_floor_ms:.0f} ms, alone for {sparse_quiet_seconds:.0f} s",
    ),
    Bar("sparse_requests", 1, "requests to the exchange for that signal", "the most of any"),
    Bar(
        "cold_batch_ratio",
        1.5,
        "ten signals / one, the first event of a cold container",
        "{cold_batch_ms:.0f} / {cold_batch_one_ms:.0f} ms; from the start of the process {cold_batch_start_ms:.0f} / "
        "{first_order_ms:.0f}, which is {cold_batch_start_ratio:.2f}",
    ),
    Bar("cold_batch_secrets", 1, "GetSecretValue for those ten", "the most of any"),
    Bar(
        "warm_ratio",
        0.95,
        "one accepted signal, warm / bare requests and boto3",
        "{warm_ms:.2f} / {warm_floor_ms:.2f} ms; processor {warm_cpu_ms:.2f} / {warm_floor_cpu_ms:.2f} ms",
    ),
    Bar("cold_ratio", 1.15, "start to ready / bare requests and boto3", "{cold_ms:.0f} / {cold_floor_ms:.0f} ms"),
    Bar(
        "batch_ratio",
        1.2,
        "a batch of 10 / one signal, exchange 50 ms away",
        "{batch_ms:.1f} / {batch_one_ms:.1f} ms",
    ),
    Bar(
        "fair_ratio",
        2,
        "a quiet account's p95 beside one sending 100x, fair queue (a model) / alone",
        "{fair_ms:.0f} / {fair_lone_ms:.0f} ms; without message groups at least {unfair_ms:.0f} ms",
    ),
    Bar(
        "requests_per_signal",
        1.01,
        "requests to the exchange for each accepted signal",
        "{requests} / {signals}, cold caches included",
    ),
    Bar("peak_rss_mb", 75, "most memory over those signals", "in batches of 10", " MB"),
)
# An order that trades at once takes two requests there. Which queue a signal came through does not depend on its venue.
_DIFFERENT: dict[str, dict[str, Any]] = {
    "sparse_ms_ratio": {
        "what": "a signal after 65 s without one / the best possible (connect, two writes, one order, one lookup)"
    },
    "sparse_requests": {"most": 2},
    "requests_per_signal": {"most": 2.01},
}
_OF_SPOT_ONLY = ("fair_ratio",)
USDM_BARS = tuple(
    replace(bar, product=USDM, **_DIFFERENT.get(bar.key, {})) for bar in SPOT_BARS if bar.key not in _OF_SPOT_ONLY
)
BARS = (*SPOT_BARS, *USDM_BARS)
