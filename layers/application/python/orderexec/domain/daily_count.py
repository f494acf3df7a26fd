"""What one attempt takes of its account's day, how the day's counter moves for it, and when a limit says no.

A day is one of UTC, by the exchange's clock, and an attempt belongs to the day in which its request is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from .decimals import SMALLEST, add, format_plain, round_up
from .limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One attempt as it stands in its account's counter: an order of `day` (ISO date), worth `notional` in `asset`."""

    day: str
    asset: str
    notional: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Countable:
    """What a request will be counted as when it is sent, and the limits that its day must keep."""

    asset: str
    notional: Decimal
    limits: Limits

    def count_at(self, instant: int) -> Counted:
        """Return the attempt as it is counted at `instant` (epoch ms, the exchange's clock).

        Its worth is rounded up to 18 decimals: DynamoDB keeps 38 digits.
        """
        day = datetime.fromtimestamp(instant / 1000, UTC).date().isoformat()
        return Counted(day=day, asset=self.asset, notional=round_up(self.notional, SMALLEST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The counter of one account and day: orders, and what they are worth by quote asset."""

    orders: int = 0
    worth: Mapping[str, Decimal] = field(default_factory=dict)

    def apply_move(self, move: "Move") -> "Used":
        """Return the counter as it stands after the move."""
        worth = {asset: add(self.worth.get(asset, Decimal(0)), by) for asset, by in move.worth.items()}
        return Used(orders=self.orders + move.orders, worth={**self.worth, **worth})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """By how much the counter of one day changes; what an earlier attempt was counted as is taken back in it."""

    day: str
    orders: int
    worth: Mapping[str, Decimal]


def list_moves(before: Counted | None, after: Counted | None) -> list[Move]:
    """Return how the counters move when a row that was counted as `before` becomes one that is counted as `after`.

    There is one move for each day that is touched, that of `after` first.
    """
    found: dict[str, Used] = {}
    for counted, sign in ((after, 1), (before, -1)):
        if counted is not None:
            worth = {counted.asset: counted.notional.copy_negate() if sign < 0 else counted.notional}
            step = Move(day=counted.day, orders=sign, worth=worth if counted.notional else {})
            found[counted.day] = found.get(counted.day, Used()).apply_move(step)
    return [Move(day=day, orders=sum_.orders, worth=sum_.worth) for day, sum_ in found.items()]


def count_orders_left(limits: Limits, move: Move) -> int | None:
    """Return how many orders may have been counted before the move; None if any number."""
    return None if limits.max_daily_orders is None else limits.max_daily_orders - move.orders


def compute_worth_left(limits: Limits, move: Move, attempt: Counted) -> Decimal | None:
    """Return how much of the attempt's asset may have been counted before the move; None if any."""
    most = limits.max_daily_notional.get(attempt.asset)
    return None if most is None else add(most, move.worth.get(attempt.asset, Decimal(0)).copy_negate())


def find_broken_day_limit(used: Used, move: Move, attempt: Counted, limits: Limits) -> str | None:
    """Return which limit of its day the attempt would break, with the limit and the value, or None."""
    orders, worth = count_orders_left(limits, move), compute_worth_left(limits, move, attempt)
    if orders is not None and used.orders > orders:
        most_orders = limits.max_daily_orders
        return f"{used.orders} orders were sent on {attempt.day} (UTC), and max_daily_orders allows {most_orders}"
    spent = used.worth.get(attempt.asset, Decimal(0))
    if worth is not None and spent > worth:
        most = limits.max_daily_notional[attempt.asset]
        return (
            f"orders worth {format_plain(spent)} {attempt.asset} were sent on {attempt.day} (UTC), this one is worth "
            f"{format_plain(attempt.notional)}, and max_daily_notional allows {format_plain(most)}"
        )
    return None
