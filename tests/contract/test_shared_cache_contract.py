"""What every shared cache promises, shown of the one in memory and of the one in DynamoDB."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from orderexec.aws.shared_cache import DynamoSharedCache
from orderexec.ports import CacheEntry, SharedCache
from tests.doubles.shared_cache import MemorySharedCache

KEY = "binance-spot/rules/BTCUSDT"


@pytest.fixture(params=["memory", "dynamodb"])
def cache(request: pytest.FixtureRequest) -> SharedCache:
    if request.param == "memory":
        return MemorySharedCache()
    return DynamoSharedCache(request.getfixturevalue("dynamodb"), "shared")


def test_an_unknown_key_has_no_entry(cache: SharedCache) -> None:
    assert cache.read(KEY) is None


@pytest.mark.parametrize("lapsed", [False, True], ids=["first lease", "lapsed lease"])
def test_of_many_containers_exactly_one_gets_the_lease(cache: SharedCache, lapsed: bool) -> None:
    if lapsed:
        assert cache.lease(KEY, seen=0, until=500)

    def take(number: int) -> bool:
        return cache.lease(KEY, seen=500 if lapsed else 0, until=10_000 + number)

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(32)))

    assert taken.count(True) == 1
    assert cache.read(KEY) == CacheEntry(None, 0, 10_000 + taken.index(True))


def test_a_lease_that_somebody_else_renewed_cannot_be_taken(cache: SharedCache) -> None:
    cache.lease(KEY, seen=0, until=1_000)
    cache.lease(KEY, seen=1_000, until=2_000)

    assert not cache.lease(KEY, seen=1_000, until=3_000)
    assert not cache.lease(KEY, seen=0, until=3_000)


def test_what_is_published_is_what_all_read(cache: SharedCache) -> None:
    cache.lease(KEY, seen=0, until=1_000)

    cache.publish(KEY, '{"symbol": "币安人生USDT"}', 900, leased_until=3_000)

    assert cache.read(KEY) == CacheEntry('{"symbol": "币安人生USDT"}', 900, 3_000)


def test_a_lease_keeps_what_was_published_before(cache: SharedCache) -> None:
    cache.publish(KEY, "old", 900, leased_until=3_000)

    assert cache.lease(KEY, seen=3_000, until=8_000)
    assert cache.read(KEY) == CacheEntry("old", 900, 8_000)


def test_a_failure_is_told_to_all_and_keeps_what_was_published_before(cache: SharedCache) -> None:
    cache.publish(KEY, "old", 900, leased_until=3_000)

    cache.publish_failure(KEY, "HTTP 451", leased_until=8_000)

    assert cache.read(KEY) == CacheEntry("old", 900, 8_000, "HTTP 451")


def test_a_failure_of_the_first_try_leaves_an_entry_without_text(cache: SharedCache) -> None:
    cache.publish_failure(KEY, "HTTP 451", leased_until=8_000)

    assert cache.read(KEY) == CacheEntry(None, 0, 8_000, "HTTP 451")


@pytest.mark.parametrize("again", ["lease", "publish"])
def test_a_failure_is_forgotten_once_somebody_tries_again(cache: SharedCache, again: str) -> None:
    cache.publish_failure(KEY, "HTTP 451", leased_until=8_000)

    if again == "lease":
        assert cache.lease(KEY, seen=8_000, until=9_000)
    else:
        cache.publish(KEY, "new", 8_500, leased_until=9_000)

    entry = cache.read(KEY)
    assert entry is not None
    assert entry.failure is None


def test_keys_do_not_meet(cache: SharedCache) -> None:
    cache.publish(KEY, "one", 1, leased_until=2)

    assert cache.read(f"{KEY}2") is None
