"""The benchmark's model of a fair queue keeps to what AWS documents of it."""

import threading

import pytest

from benchmarks.fair_queue import NOISY_LEAST, Queue


def sent(queue: Queue, *groups: str) -> None:
    for group in groups:
        queue.send(group)


def received(queue: Queue, most: int = 10) -> str:
    return "".join(message.group for message in queue.receive(most))


@pytest.fixture
def crowded() -> Queue:
    """The group `n` has as many messages in flight as make it noisy, and more of them wait."""
    queue = Queue(fair=True)
    sent(queue, *"n" * (NOISY_LEAST + 20))
    for _ in range(NOISY_LEAST // 10):
        assert received(queue) == "n" * 10
    return queue


def test_while_nobody_is_noisy_messages_come_in_the_order_of_arrival() -> None:
    queue = Queue(fair=True)
    sent(queue, *"abcabc")

    assert received(queue) == "abcabc"


def test_a_quiet_group_goes_before_the_backlog_of_a_noisy_one(crowded: Queue) -> None:
    sent(crowded, "q")

    assert received(crowded, 3) == "qnn"


def test_without_groups_it_waits_behind_that_backlog() -> None:
    queue = Queue(fair=False)
    sent(queue, *"n" * 40)
    queue.receive(NOISY_LEAST)
    sent(queue, "q")

    assert received(queue, 11) == "n" * 10 + "q"


def test_of_several_noisy_groups_the_one_with_the_fewest_in_flight_goes_first(crowded: Queue) -> None:
    sent(crowded, *"m" * (NOISY_LEAST + 5))
    assert received(crowded, NOISY_LEAST) == "m" * NOISY_LEAST

    assert received(crowded, 1) == "n", "both have as many, and its message is the older"
    assert received(crowded, 1) == "m"


def test_a_group_is_noisy_until_nothing_of_it_waits(crowded: Queue) -> None:
    received(crowded, 20)
    sent(crowded, "n", "q")

    assert received(crowded) == "nq"


def test_what_is_deleted_is_no_longer_in_flight() -> None:
    queue = Queue(fair=True)
    for _ in range(10):
        sent(queue, *"n" * 10)
        queue.delete(queue.receive(10))
    sent(queue, *"nnq")

    assert received(queue) == "nnq", "it has sent much, but never had much in flight"


def test_whoever_waits_for_a_message_is_told_that_none_will_come() -> None:
    queue, got = Queue(fair=True), []
    waiting = threading.Thread(target=lambda: got.append(queue.receive(10)))
    waiting.start()

    queue.close()
    waiting.join(timeout=5)

    assert got == [[]]
