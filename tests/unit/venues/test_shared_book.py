"""Facts shared by all containers: how often the exchange is asked, who waits for whom, what serves when it is down."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import CacheEntry, Clock, Snapshot
from orderexec.venues.shared_book import AHEAD_MS, LEASE_MS, LEAST_INTERVAL_MS, PATIENCE_MS, SharedBook
from tests.doubles.shared_cache import MemorySharedCache
from tests.doubles.virtual_time import START_MS, VirtualTime

DOWN = Failure(Meaning.RETRY, None, "Service unavailable from a restricted location (HTTP 451)")


@dataclass
class Exchange:
    """Answers with the number of the question, or why not while it is down. A question may take its time."""

    time: VirtualTime
    up: bool = True
    takes_ms: int = 0
    asked: list[str] = field(default_factory=list)
    refusal: Failure = DOWN

    def fetch(self, subject: str) -> str | Failure:
        self.asked.append(subject)
        self.time.advance(self.takes_ms)
        return str(len(self.asked)) if self.up else self.refusal


class Stage:
    """One exchange, one shared cache, and as many containers as a test starts."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.cache = MemorySharedCache()
        self.exchange = Exchange(self.time)

    def container(self, clock: Clock | None = None) -> SharedBook[int]:
        return SharedBook("venue/fact", self.cache, self.exchange.fetch, int, clock or self.time.clock())


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_one_question_serves_every_container(stage: Stage) -> None:
    answers = [stage.container().get("BTCUSDT", not_before=START_MS) for _ in range(1_000)]

    assert set(answers) == {Snapshot(1, START_MS)}
    assert stage.exchange.asked == ["BTCUSDT"]


def test_a_container_keeps_what_it_read(stage: Stage) -> None:
    book = stage.container()
    book.get("BTCUSDT", not_before=START_MS)
    stage.cache.entries.clear()

    assert book.get("BTCUSDT", not_before=START_MS) == Snapshot(1, START_MS)
    assert len(stage.exchange.asked) == 1


def test_each_subject_is_a_fact_of_its_own(stage: Stage) -> None:
    book = stage.container()

    assert book.get("BTCUSDT", not_before=START_MS) != book.get("ETHUSDT", not_before=START_MS)
    assert set(stage.cache.entries) == {"venue/fact/BTCUSDT", "venue/fact/ETHUSDT"}


def test_a_fact_that_is_too_old_is_asked_for_anew_by_one_container(stage: Stage) -> None:
    books = [stage.container() for _ in range(3)]
    for book in books:
        book.get("BTCUSDT", not_before=START_MS)
    stage.time.advance(60_000)

    answers = [book.get("BTCUSDT", not_before=START_MS + 50_000) for book in books]

    assert answers == [Snapshot(2, START_MS + 60_000)] * 3
    assert len(stage.exchange.asked) == 2


def test_a_fact_is_as_old_as_the_question(stage: Stage) -> None:
    stage.exchange.takes_ms = 700

    assert stage.container().get("BTCUSDT", not_before=START_MS) == Snapshot(1, START_MS)


def test_two_questions_about_one_fact_are_a_least_interval_apart(stage: Stage) -> None:
    book = stage.container()
    book.get("BTCUSDT", not_before=START_MS)
    stage.time.advance(1)

    answer = book.get("BTCUSDT", not_before=START_MS + 1)

    assert answer == Snapshot(2, START_MS + LEAST_INTERVAL_MS)


def test_threads_of_one_container_share_one_question(stage: Stage) -> None:
    book, together = stage.container(), threading.Barrier(10)

    def get(_: int) -> Snapshot[int] | Failure:
        together.wait(timeout=5)
        return book.get("BTCUSDT", not_before=START_MS)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(get, range(10)))

    assert set(answers) == {Snapshot(1, START_MS)}
    assert stage.exchange.asked == ["BTCUSDT"]


def test_threads_of_one_container_look_into_the_cache_once(stage: Stage) -> None:
    looks: list[str] = []

    class WatchedCache(MemorySharedCache):
        def read(self, key: str) -> CacheEntry | None:
            looks.append(key)
            return super().read(key)

    def fetch(_: str) -> str:
        threading.Event().wait(0.05)  # long enough for the other threads to come this far, if they could
        return "1"

    book = SharedBook("venue/fact", WatchedCache(), fetch, int, stage.time.clock())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: book.get("BTCUSDT", not_before=START_MS), range(4)))

    assert set(answers) == {Snapshot(1, START_MS)}
    assert looks == ["venue/fact/BTCUSDT"]


def test_threads_of_many_containers_share_one_question(stage: Stage) -> None:
    together = threading.Barrier(10)

    def get(_: int) -> Snapshot[int] | Failure:
        together.wait(timeout=5)
        return stage.container().get("BTCUSDT", not_before=START_MS)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(get, range(10)))

    assert answers == [Snapshot(1, START_MS)] * 10
    assert stage.exchange.asked == ["BTCUSDT"]


def test_who_finds_the_lease_taken_waits_for_the_one_who_has_it(stage: Stage) -> None:
    key = "venue/fact/BTCUSDT"
    stage.cache.lease(key, seen=0, until=START_MS + LEASE_MS)

    def sleep(seconds: float) -> None:
        stage.time.advance(round(seconds * 1000))
        if stage.time.now() >= START_MS + 400:
            stage.cache.publish(key, "77", START_MS + 100, leased_until=START_MS + 2_400)

    patient = stage.time.clock()
    book = stage.container(Clock(patient.now, sleep))

    assert book.get("BTCUSDT", not_before=START_MS) == Snapshot(77, START_MS + 100)
    assert stage.exchange.asked == []


def test_patience_has_an_end_and_then_the_fact_is_not_waited_for_again_at_once(stage: Stage) -> None:
    stage.cache.lease("venue/fact/BTCUSDT", seen=0, until=START_MS + 60_000)  # its holder died
    book = stage.container()

    assert "another container" in why(book.get("BTCUSDT", not_before=START_MS)).detail
    waited = stage.time.now()
    assert PATIENCE_MS <= waited - START_MS < 2 * PATIENCE_MS

    assert "another container" in why(book.get("BTCUSDT", not_before=START_MS)).detail
    assert stage.time.now() == waited


def test_a_lease_whose_holder_died_lapses(stage: Stage) -> None:
    stage.cache.lease("venue/fact/BTCUSDT", seen=0, until=START_MS + 1_000)

    assert stage.container().get("BTCUSDT", not_before=START_MS) == Snapshot(1, START_MS + 1_000)


def test_while_the_exchange_is_down_the_last_known_fact_serves_and_says_why(stage: Stage) -> None:
    known = stage.container().get("BTCUSDT", not_before=START_MS)
    stage.exchange.up = False
    stage.time.advance(600_000)

    answers = [stage.container().get("BTCUSDT", not_before=START_MS + 600_000) for _ in range(3)]

    assert answers == [known] * 3
    assert [snapshot.trouble for snapshot in answers if isinstance(snapshot, Snapshot)] == [DOWN] * 3


def test_an_exchange_that_is_down_is_not_asked_for_every_signal(stage: Stage) -> None:
    stage.exchange.up = False
    books = [stage.container() for _ in range(5)]

    for _ in range(20):
        for book in books:
            assert book.get("BTCUSDT", not_before=START_MS) == DOWN
        stage.time.advance(100)

    seconds = (stage.time.now() - START_MS) / 1000
    assert 1 <= len(stage.exchange.asked) <= 1 + seconds * 1000 / LEASE_MS


def test_why_a_fact_cannot_be_had_is_told_to_every_container_and_none_waits_for_it(stage: Stage) -> None:
    stage.exchange.up = False

    answers = [stage.container().get("BTCUSDT", not_before=START_MS) for _ in range(10)]

    assert answers == [DOWN] * 10
    assert stage.time.now() == START_MS
    assert len(stage.exchange.asked) == 1


def test_what_a_firewall_blocks_is_set_aside_for_as_long_as_that_lasts(stage: Stage) -> None:
    stage.exchange.up, stage.exchange.refusal = False, Failure(Meaning.BLOCKED, None, "HTTP 403", 300.0)
    stage.container().get("SELECT", not_before=START_MS)
    stage.time.advance(299_000)
    assert why(stage.container().get("SELECT", not_before=START_MS)).detail == "HTTP 403"
    assert isinstance(stage.container().get("BTCUSDT", not_before=START_MS), Failure)
    assert stage.exchange.asked == ["SELECT", "BTCUSDT"]

    stage.time.advance(1_000)
    stage.container().get("SELECT", not_before=START_MS)
    assert stage.exchange.asked == ["SELECT", "BTCUSDT", "SELECT"]


def test_it_is_asked_again_once_it_is_up(stage: Stage) -> None:
    book = stage.container()
    stage.exchange.up = False
    assert book.get("BTCUSDT", not_before=START_MS) == DOWN

    stage.exchange.up = True
    stage.time.advance(LEASE_MS)

    assert book.get("BTCUSDT", not_before=START_MS) == Snapshot(2, START_MS + LEASE_MS)


def test_an_older_entry_does_not_replace_a_newer_fact(stage: Stage) -> None:
    book = stage.container()
    newest = book.get("BTCUSDT", not_before=START_MS)
    stage.cache.publish("venue/fact/BTCUSDT", "5", START_MS - 1, leased_until=START_MS + 200_000)
    stage.time.advance(10_000)

    assert book.get("BTCUSDT", not_before=START_MS + 10_000) == newest


# ---------------------------------------------------------------- what may be asked for at all

NO_SUCH = Failure(Meaning.REJECT, "-1121", "no such symbol")


def test_a_subject_that_is_not_admitted_is_never_asked_for_and_leaves_nothing_behind(stage: Stage) -> None:
    book = stage.container()
    book.admit = lambda *_: NO_SUCH

    answers = [book.get(f"UNKNOWN{number}", not_before=START_MS) for number in range(1_000)]

    assert answers == [NO_SUCH] * 1_000
    assert stage.exchange.asked == []
    assert not stage.cache.entries
    assert not book._locks


def test_a_subject_that_anybody_has_had_needs_no_admission(stage: Stage) -> None:
    stage.container().get("BTCUSDT", not_before=START_MS)
    stage.time.advance(60_000)
    book = stage.container()
    book.admit = lambda *_: NO_SUCH

    assert book.get("BTCUSDT", not_before=START_MS + 50_000) == Snapshot(2, START_MS + 60_000)


# ---------------------------------------------------------------- clocks that are wrong


def test_a_clock_that_is_set_back_makes_no_fact_younger(stage: Stage) -> None:
    """The simulation's seed 559943027: what was read 51 s ago looks fresh once the clock is set back by 51 s."""
    book = stage.container()
    book.get("BTCUSDT", not_before=START_MS - 1_000)
    stage.time.advance(51_000)
    stage.time.set_clock(-50_500)

    answer = book.get("BTCUSDT", not_before=stage.time.now() - 1_000)

    assert len(stage.exchange.asked) == 2
    assert answer == Snapshot(2, stage.time.now())


def test_a_container_that_was_frozen_sees_it_by_its_clock(stage: Stage) -> None:
    book = stage.container()
    book.get("BTCUSDT", not_before=START_MS - 1_000)
    stage.time.freeze(51_000)

    assert book.get("BTCUSDT", not_before=stage.time.now() - 1_000) == Snapshot(2, START_MS + 51_000)


def test_a_stamp_from_the_future_says_nothing(stage: Stage) -> None:
    stage.cache.publish("venue/fact/BTCUSDT", "77", START_MS + 120_000, leased_until=START_MS - 1)
    book = stage.container()

    assert book.get("BTCUSDT", not_before=START_MS - 1_000) == Snapshot(1, START_MS)
    stage.time.advance(500)
    assert book.get("BTCUSDT", not_before=START_MS - 500) == Snapshot(1, START_MS)
    assert stage.container().get("BTCUSDT", not_before=START_MS - 500) == Snapshot(1, START_MS)


def test_clocks_that_differ_as_they_do_while_all_is_well_trust_each_other(stage: Stage) -> None:
    stage.cache.publish("venue/fact/BTCUSDT", "77", START_MS + AHEAD_MS, leased_until=START_MS + 2_000)

    assert stage.container().get("BTCUSDT", not_before=START_MS - 1_000) == Snapshot(77, START_MS + AHEAD_MS)


def test_a_lease_of_a_clock_that_is_far_ahead_holds_nobody_up(stage: Stage) -> None:
    stage.cache.lease("venue/fact/BTCUSDT", seen=0, until=START_MS + 86_400_000)

    assert stage.container().get("BTCUSDT", not_before=START_MS) == Snapshot(1, START_MS)


def why(answer: Snapshot[int] | Failure) -> Failure:
    assert isinstance(answer, Failure)
    return answer
