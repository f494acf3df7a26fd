"""The fence as a sum of what is documented and what is assumed, and how often an order may follow a doubt."""

from dataclasses import replace

import pytest

from orderexec.domain.validity import CLOCK_MARGIN_MS, Resend, Validity


def test_the_fence_is_signing_plus_window_plus_processing_plus_lag_plus_margin() -> None:
    validity = Validity(window_ms=5_000, processing_ms=20_000, lag_ms=10_000)

    assert validity.compute_fence(1_000_000) == 1_000_000 + 5_000 + 20_000 + 10_000 + CLOCK_MARGIN_MS
    assert CLOCK_MARGIN_MS > 0


def test_an_absence_shows_nothing_once_the_exchange_has_forgotten() -> None:
    forgetful = Validity(window_ms=5_000, processing_ms=20_000, lag_ms=10_000, horizon_ms=86_400_000)

    assert [forgetful.shows_absence(1_000, 1_000 + passed) for passed in (0, 86_399_999, 86_400_000)] == [
        True,
        True,
        False,
    ]
    assert replace(forgetful, horizon_ms=None).shows_absence(0, 10**15)


@pytest.mark.parametrize(
    ("resend", "sent_again"), [("never", [False] * 3), ("once", [True, False, False]), ("always", [True] * 3)]
)
def test_how_often_an_order_may_be_sent_again(resend: str, sent_again: list[bool]) -> None:
    assert [Resend(resend).allows(doubts) for doubts in (1, 2, 3)] == sent_again
