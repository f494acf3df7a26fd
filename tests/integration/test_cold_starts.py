"""A burst of cold containers asks the exchange for the rules of a symbol once, however many there are."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.shared_cache import DynamoSharedCache
from orderexec.bootstrap import make_system_clock
from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure
from orderexec.ports import Clock, Rules, SharedCache, Snapshot
from orderexec.venues.binance.rules import BinanceMarketData
from orderexec.venues.http import Http
from orderexec.venues.rules import share_rules
from tests.doubles.metered import metered
from tests.doubles.shared_cache import MemorySharedCache
from tests.paper_exchange.paper_client import PaperClient

THREADS = 24


def containers(count: int, http: Http, cache: SharedCache, clock: Clock) -> list[Rules]:
    """Each with memory of its own; the connections are shared only to spare this machine."""
    return [share_rules("binance-spot", BinanceMarketData(metered(http, clock)), cache, clock) for _ in range(count)]


def ask(rules: list[Rules], symbol: str, not_before: int) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        snapshots = list(threads.map(lambda each: each.get_instrument(symbol, not_before=not_before), rules))
    assert all(isinstance(got, Snapshot) and isinstance(got.value, Instrument) for got in snapshots)


def fetches(paper: PaperClient, path: str = "/api/v3/exchangeInfo") -> int:
    return sum(seen["path"] == path for seen in paper.seen("requests"))


def test_a_thousand_cold_containers_cause_one_request_a_symbol_and_lifetime(paper: PaperClient) -> None:
    clock = make_system_clock()
    rules = containers(1_000, Http(paper.url), MemorySharedCache(), clock)
    start = clock.now()
    paper.arm("delay", seconds=0.3, match={"method": "GET", "path": "/api/v3/exchangeInfo"})

    ask(rules, "BTCUSDT", start - 600_000)
    assert fetches(paper) == 1
    ask(rules, "ETHUSDT", start - 600_000)
    assert fetches(paper) == 2
    assert fetches(paper, "/api/v3/ticker/price") == 1  # the list of all symbols, for every symbol

    later = clock.now() + 600_000  # one lifetime on
    next_lifetime = replace(clock, now=lambda: later + clock.now() - start)
    ask(containers(1_000, Http(paper.url), rules[0].instruments.cache, next_lifetime), "BTCUSDT", later)  # type: ignore[attr-defined]
    assert fetches(paper) == 3


def test_containers_agree_by_the_table_that_they_share(paper: PaperClient, dynamodb: DynamoDBClient) -> None:
    client = boto3.client("dynamodb", config=Config(max_pool_connections=THREADS))
    clock = make_system_clock()

    ask(containers(200, Http(paper.url), DynamoSharedCache(client, "shared"), clock), "BTCUSDT", clock.now() - 1_000)

    assert fetches(paper) == 1


@pytest.mark.parametrize("down", ["answer_instead", "lose_request"])
def test_an_exchange_that_is_down_is_not_asked_by_everyone(paper: PaperClient, down: str) -> None:
    parameters = {"status": 503, "body": "down"} if down == "answer_instead" else {}
    paper.arm(down, count=1_000, match={"method": "GET", "path": "/api/v3/exchangeInfo"}, **parameters)
    instants = [1_790_000_000_000]
    clock = replace(make_system_clock(), now=lambda: instants[0], sleep=lambda _: instants.append(0))

    [rules] = containers(1, Http(paper.url), MemorySharedCache(), clock)
    for _ in range(20):
        assert isinstance(rules.get_instrument("BTCUSDT", not_before=instants[0] - 1_000), Failure)

    assert fetches(paper) == 1
