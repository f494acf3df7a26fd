"""Whose turn it is among the open rows: fair between accounts, within a bound, and longer pauses after each failure."""

from collections import Counter
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.backlog import LONGEST_PAUSE_MS, OpenRow, choose_pause_ms, take_turns

NOW = 1_790_000_000_000
MINUTE = 60_000
ACCOUNTS = st.lists(st.integers(1, 30), min_size=1, max_size=12)  # how many overdue rows each has


def overdue(amounts: list[int]) -> list[OpenRow]:
    """Rows of as many accounts; those of the first are the longest overdue, and so on."""
    rows = []
    for account, amount in enumerate(amounts):
        for number in range(amount):
            due = NOW - 10**9 + account * 10**6 + number
            rows.append(OpenRow(f"account-{account}/binance-spot/{number}", due, due))
    return rows


def bound_runs(place: int, lines: int, rows: int, rows_a_run: int) -> int:
    """The bound: within so many runs the row is looked at that is the `place`-th overdue one of its line (from 1).

    `lines` have overdue rows, which are `rows` together. Rows that fail meanwhile rest behind those that are due.
    """
    share = rows_a_run // lines
    return -(-place // share) if share else place + -(-rows // rows_a_run)


@given(ACCOUNTS, st.integers(1, 40))
def test_every_overdue_row_is_looked_at_within_the_bound_though_all_fail(amounts: list[int], rows_a_run: int) -> None:
    rows = overdue(amounts)
    places = {row.key: place for row, place in zip(rows, _places(rows), strict=True)}
    waiting, looked_at_in = {row.key: row for row in rows}, dict[str, int]()
    for run in range(1, len(rows) + 2):
        due = [row for row in waiting.values() if row.next_look < NOW + run * MINUTE]
        for row in islice(take_turns(due), rows_a_run):
            looked_at_in.setdefault(row.key, run)
            waiting[row.key] = OpenRow(row.key, row.due, NOW + run * MINUTE + choose_pause_ms(1, 0.0))

    for row in rows:
        assert looked_at_in[row.key] <= bound_runs(places[row.key], len(amounts), len(rows), rows_a_run)


def _places(rows: list[OpenRow]) -> list[int]:
    seen: Counter[str] = Counter()
    places = []
    for row in rows:
        seen[row.line] += 1
        places.append(seen[row.line])
    return places


@given(ACCOUNTS, st.integers(1, 40))
def test_a_run_is_shared_equally_by_those_who_have_rows(amounts: list[int], rows_a_run: int) -> None:
    taken = Counter(row.line for row in islice(take_turns(overdue(amounts)), rows_a_run))

    for account, amount in enumerate(amounts):
        assert taken[f"account-{account}/binance-spot"] >= min(amount, rows_a_run // len(amounts))


@given(ACCOUNTS)
def test_all_have_their_turn_and_each_once(amounts: list[int]) -> None:
    assert Counter(take_turns(overdue(amounts))) == Counter(overdue(amounts))


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_a_row_rests_for_up_to_a_quarter_of_an_hour(looks: int, jitter: float) -> None:
    assert 45_000 <= choose_pause_ms(looks, jitter) <= LONGEST_PAUSE_MS
    assert choose_pause_ms(10, jitter) >= 0.75 * LONGEST_PAUSE_MS


def test_pauses_grow() -> None:
    pauses = [choose_pause_ms(looks, 0.5) for looks in range(1, 6)]

    assert all(shorter < longer for shorter, longer in pairwise(pauses))
    assert choose_pause_ms(5, 0.5) == choose_pause_ms(500, 0.5)


def test_a_key_that_is_none_has_no_identity() -> None:
    assert OpenRow("garbage", 1, 1).identity is None
    assert OpenRow("a/b/c/d", 1, 1).identity is not None
