"""The rows of `make bench` that need far servers are there and are numbers; with one round, so they prove no speed."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import far, first_orders, growth, quiet
from benchmarks.bars import BARS
from benchmarks.events import MARKET, make_event
from benchmarks.far import THIS_FUNCTION
from benchmarks.local_aws import TAKE_COUNTS
from benchmarks.measurements import BATCH
from benchmarks.peers import comparison
from benchmarks.products import PRODUCTS, SPOT, USDM, Product
from benchmarks.servers import DYNAMODB_SECONDS, EXCHANGE_SECONDS, Servers, run_servers
from local.run import wait_until

pytestmark = pytest.mark.xdist_group("bench-rows")  # one worker, one start of the servers


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with run_servers() as running:
        yield running


# To the exchange for one order, without the two that open a connection with TLS.
REQUESTS = {SPOT.venue: 1, USDM.venue: 2}
of_each_product = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)


def assert_finite(product: Product, figures: dict[str, float], *keys: str) -> None:
    known = {bar.name for bar in BARS}
    for key in keys:
        assert f"{product.prefix}{key}" in known, "each is judged by a bar"
        assert 0 < figures[key] < math.inf, key


def compute_least_ms(product: Product) -> float:
    """The bare handler connects, and writes twice."""
    return 1000 * ((2 + REQUESTS[product.venue]) * EXCHANGE_SECONDS + 2 * DYNAMODB_SECONDS)


@of_each_product
def test_first_orders(servers: Servers, product: Product) -> None:
    figures = first_orders.measure_first_orders(servers, product, rounds=1)

    assert_finite(product, figures, "first_order_ratio", "cold_batch_ratio", "cold_batch_secrets")
    assert figures["first_order_floor_ms"] > compute_least_ms(product)


@of_each_product
def test_a_signal_after_a_time_without_one(servers: Servers, product: Product) -> None:
    with quiet.leave_alone(servers, quiet.make_pair(servers, product), containers=1) as alone:
        figures = alone.measure_figures(seconds=0.1)

    assert_finite(product, figures, "sparse_ms_ratio", "sparse_requests")
    assert figures["sparse_floor_ms"] > compute_least_ms(product)
    assert figures["sparse_requests"] == REQUESTS[product.venue]


def test_each_peer_is_a_row_of_finite_numbers(servers: Servers) -> None:
    figures = comparison.measure_peers(servers, rounds=1, containers=1, seconds=0.1)

    assert figures.keys() == {"orderexec", "bare boto3 and requests", *comparison.MODULES}
    for values in figures.values():
        assert values.keys() == comparison.COLUMNS.keys()
        assert all(0 < each < math.inf for each in values.values())
    assert comparison.build_table(figures).row_count == len(figures)


def test_growth_counts_what_containers_share(servers: Servers) -> None:
    measured = growth.measure_growth(servers, containers=2, batches=1)

    assert measured.signals == measured.requests == 2 * BATCH
    assert measured.operations["PutItem"] + measured.operations["UpdateItem"] >= 2 * measured.signals
    assert 0 < measured.rate < measured.containers * BATCH / growth.EXCHANGE_SECONDS


def test_reports_of_outcomes_are_published(servers: Servers) -> None:
    servers.call_aws(TAKE_COUNTS, {})

    assert 0 < growth.measure_reports(servers, rounds=1) < math.inf

    assert servers.call_aws(TAKE_COUNTS, {})["AWSEvents.PutEvents"] == 2 * growth.REPORTS / 10


def test_a_container_with_a_share_is_frozen_between_events(servers: Servers) -> None:
    with far.start(servers, THIS_FUNCTION, "frozen") as process:
        process.measure_ms(make_event(MARKET))

        status = Path(f"/proc/{process.pid}/status")
        assert wait_until(lambda: "(stopped)" in status.read_text(), 5)

        process.measure_ms(make_event(MARKET))


def test_an_event_that_is_not_executed_is_no_sample(servers: Servers) -> None:
    with far.start(servers, THIS_FUNCTION, "refused") as process, pytest.raises(RuntimeError, match="not every signal"):
        process.measure_ms({"Records": "nonsense"})
