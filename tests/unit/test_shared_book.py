"""Facts shared by all containers: how often the exchange is asked, who waits for whom, what serves when it is down."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from orderexec.ports import CacheEntry, Chance, Snapshot
from orderexec.venues.shared_book import LEASE_MS, LEAST_INTERVAL_MS, PATIENCE_MS, SharedBook
from tests.doubles.shared_cache import MemorySharedCache
from tests.doubles.virtual_time import START_MS, VirtualTime


@dataclass
class Exchange:
    """Answers with the number of the question; None while it is down. A question may take its time."""

    time: VirtualTime
    up: bool = True
    takes_ms: int = 0
    asked: list[str] = field(default_factory=list)

    def fetch(self, subject: str) -> str | None:
        self.asked.append(subject)
        self.time.advance(self.takes_ms)
        return str(len(self.asked)) if self.up else None


class Stage:
    """One exchange, one shared cache, and as many containers as a test starts."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.cache = MemorySharedCache()
        self.exchange = Exchange(self.time)

    def container(self, chance: Chance | None = None) -> SharedBook[int]:
        return SharedBook("venue/fact", self.cache, self.exchange.fetch, int, chance or self.time.chance())


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

    assert answer == Snapshot(2, answer.fetched_at if answer else 0)
    assert answer.fetched_at >= START_MS + LEAST_INTERVAL_MS


def test_threads_of_one_container_share_one_question(stage: Stage) -> None:
    book, together = stage.container(), threading.Barrier(10)

    def get(_: int) -> Snapshot[int] | None:
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

    book = SharedBook("venue/fact", WatchedCache(), fetch, int, stage.time.chance())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: book.get("BTCUSDT", not_before=START_MS), range(4)))

    assert set(answers) == {Snapshot(1, START_MS)}
    assert looks == ["venue/fact/BTCUSDT"]


def test_threads_of_many_containers_share_one_question(stage: Stage) -> None:
    together = threading.Barrier(10)

    def get(_: int) -> Snapshot[int] | None:
        together.wait(timeout=5)
        return stage.container().get("BTCUSDT", not_before=START_MS)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(get, range(10)))

    assert {answer.value for answer in answers if answer} == {1}
    assert None not in answers
    assert stage.exchange.asked == ["BTCUSDT"]


def test_who_finds_the_lease_taken_waits_for_the_one_who_has_it(stage: Stage) -> None:
    key = "venue/fact/BTCUSDT"
    stage.cache.lease(key, seen=0, until=START_MS + LEASE_MS)

    def sleep(seconds: float) -> None:
        stage.time.advance(round(seconds * 1000))
        if stage.time.now() >= START_MS + 400:
            stage.cache.publish(key, "77", START_MS + 100, leased_until=START_MS + 2_400)

    patient = stage.time.chance()
    book = stage.container(Chance(patient.now, patient.token, patient.jitter, sleep))

    assert book.get("BTCUSDT", not_before=START_MS) == Snapshot(77, START_MS + 100)
    assert stage.exchange.asked == []


def test_patience_has_an_end_and_then_the_fact_is_not_waited_for_again_at_once(stage: Stage) -> None:
    stage.cache.lease("venue/fact/BTCUSDT", seen=0, until=START_MS + 60_000)  # its holder died
    book = stage.container()

    assert book.get("BTCUSDT", not_before=START_MS) is None
    waited = stage.time.now()
    assert PATIENCE_MS <= waited - START_MS < 2 * PATIENCE_MS

    assert book.get("BTCUSDT", not_before=START_MS) is None
    assert stage.time.now() == waited


def test_a_lease_whose_holder_died_lapses(stage: Stage) -> None:
    stage.cache.lease("venue/fact/BTCUSDT", seen=0, until=START_MS + 1_000)

    assert stage.container().get("BTCUSDT", not_before=START_MS) == Snapshot(1, START_MS + 1_000)


def test_while_the_exchange_is_down_the_last_known_fact_serves(stage: Stage) -> None:
    known = stage.container().get("BTCUSDT", not_before=START_MS)
    stage.exchange.up = False
    stage.time.advance(600_000)

    answers = [stage.container().get("BTCUSDT", not_before=START_MS + 600_000) for _ in range(3)]

    assert answers == [known] * 3


def test_an_exchange_that_is_down_is_not_asked_for_every_signal(stage: Stage) -> None:
    stage.exchange.up = False
    books = [stage.container() for _ in range(5)]

    for _ in range(20):
        for book in books:
            assert book.get("BTCUSDT", not_before=START_MS) is None
        stage.time.advance(100)

    seconds = (stage.time.now() - START_MS) / 1000
    assert 1 <= len(stage.exchange.asked) <= 1 + seconds * 1000 / LEASE_MS


def test_it_is_asked_again_once_it_is_up(stage: Stage) -> None:
    book = stage.container()
    stage.exchange.up = False
    assert book.get("BTCUSDT", not_before=START_MS) is None

    stage.exchange.up = True
    stage.time.advance(LEASE_MS)

    answer = book.get("BTCUSDT", not_before=START_MS)
    assert answer is not None
    assert answer.value == 2


def test_an_older_entry_does_not_replace_a_newer_fact(stage: Stage) -> None:
    book = stage.container()
    newest = book.get("BTCUSDT", not_before=START_MS)
    stage.cache.publish("venue/fact/BTCUSDT", "5", START_MS - 1, leased_until=START_MS + 3_600_000)
    stage.time.advance(10_000)

    assert book.get("BTCUSDT", not_before=START_MS + 10_000) == newest
