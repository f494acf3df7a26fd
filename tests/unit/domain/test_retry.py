"""The backoff and the delays, as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.retry import choose_backoff, choose_delay_after

JITTER = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10**6), JITTER)
def test_a_backoff_lies_between_nothing_and_its_cap(tries: int, jitter: float) -> None:
    assert 0 <= choose_backoff(tries, jitter) <= min(60, 2.0 ** min(tries, 16))


@pytest.mark.parametrize(("tries", "seconds"), [(0, 0.5), (1, 1), (3, 4), (5, 16), (6, 30), (1_000, 30)])
def test_a_backoff_doubles_until_its_cap(tries: int, seconds: float) -> None:
    assert choose_backoff(tries, 0.5) == seconds


@given(st.integers(0, 100), JITTER, st.floats(0, 1e6))
def test_what_the_exchange_asks_for_is_never_undercut(tries: int, jitter: float, asked: float) -> None:
    failure = Failure(Meaning.RATE_LIMIT, "-1003", "", retry_after=asked)

    assert asked <= choose_delay_after(failure, tries, jitter) <= asked + 1


def test_without_a_wish_of_the_exchange_the_delay_is_the_backoff() -> None:
    assert choose_delay_after(Failure(Meaning.RETRY, None, ""), 3, 0.5) == choose_backoff(3, 0.5)
