"""How the bodies of /control are read, and how numbers are told there. A body that makes no sense raises ValueError."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from paper_exchange.engine.book import Book, Level
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit


def eight(amount: Decimal) -> str:
    """Return an amount with eight decimals."""
    return f"{amount:.8f}"


def check_known(named: Iterable[str], known: Collection[str], what: str) -> None:
    """Pass names that are all known."""
    if unknown := {*named} - {*known}:
        raise ValueError(f"no such {what} here: {', '.join(sorted(unknown))}")


def read_not_negative(number: Any) -> Decimal:
    """Return a number of zero or more."""
    value = Decimal(str(number))
    if not 0 <= value < Decimal("Infinity"):
        raise ValueError(f"{number} is not zero or more")
    return value


def read_positive(number: Any) -> Decimal:
    """Return a number above zero."""
    value = read_not_negative(number)
    if not value:
        raise ValueError("0 is not above zero")
    return value


def read_book(sides: Any) -> tuple[Book, Decimal | None]:
    """Return bids, asks and the last price, None if it stays."""
    last = None if sides.get("last") is None else read_positive(sides["last"])
    return Book(_levels(sides["bids"]), _levels(sides["asks"])), last


def change_limits(limits: list[RateLimit], body: Any) -> Any:
    """Replace those of the same kind and interval, and return all as they are told."""
    changes = [_rate_limit(each) for each in (body if isinstance(body, list) else [body])]
    limits[:] = {limit.key: limit for limit in [*limits, *changes]}.values()
    return [_told(limit) for limit in limits]


def _levels(levels: Any) -> list[Level]:
    return [Level(read_positive(price), read_positive(quantity)) for price, quantity in levels]


def _rate_limit(body: Any) -> RateLimit:
    counted, interval = Counted(body["rateLimitType"]), Interval(body["interval"])
    return RateLimit(counted, interval, int(body["intervalNum"]), int(body["limit"]))


def _told(limit: RateLimit) -> Any:
    return {
        "rateLimitType": limit.counted,
        "interval": limit.interval,
        "intervalNum": limit.intervals,
        "limit": limit.limit,
    }
