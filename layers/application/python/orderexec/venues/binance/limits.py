"""Where Binance's answers tell of its limits: the counts in the headers, and the limits of exchangeInfo.

Source: "Limits" of rest-api.md, and "Rate limiters" and "rateLimitType" of enums.md in the Spot API documentation.
A 403 "can indicate a rate limit violation or a security block" ("HTTP return codes").
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from orderexec.domain.rate_limits import Budget, RateLimit, Used
from orderexec.venues.http import Reply, read_json
from orderexec.venues.metered import Meter

from .answers import Answers

# What is counted under which header; its name goes on with the window, as in X-MBX-USED-WEIGHT-1M.
COUNTS = {"x-mbx-used-weight": Budget.WEIGHT, "x-mbx-order-count": Budget.ORDERS}
_WINDOW = r"([0-9]{1,4})([smhd])"
_AMOUNT = r"[0-9]{1,9}"
_BUDGETS = {"REQUEST_WEIGHT": Budget.WEIGHT, "ORDERS": Budget.ORDERS}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def make_meter(ping: str, answers: Answers, counts: Mapping[str, Budget] = COUNTS) -> Meter:
    """Return the meter of one product; `ping` is the path of its GET that needs no words and no key.

    `counts` are the headers that it counts by, in small letters and without their window.
    """

    def is_error(reply: Reply) -> bool:
        if reply.status != 200:
            return True
        return reply.body.startswith(b'{"code"') and answers.is_error(read_json(reply))

    return Meter(
        ping=ping,
        read_used=lambda _path, headers: _read_used(headers, counts),
        is_error=is_error,
        classify=answers.classify,
    )


def read_rate_limits(document: object) -> tuple[RateLimit, ...]:
    """Return `rateLimits` of exchangeInfo. What cannot be read is left to the exchange to enforce."""
    entries = document if isinstance(document, list) else []
    return tuple(_read_limits(entry for entry in entries if isinstance(entry, dict)))


def _read_limits(entries: Iterable[Mapping[str, object]]) -> Iterator[RateLimit]:
    for entry in entries:
        budget = _BUDGETS.get(str(entry.get("rateLimitType")))
        unit = _SECONDS.get(str(entry.get("interval"))[:1].lower())
        number, limit = entry.get("intervalNum"), entry.get("limit")
        if budget and unit and isinstance(number, int) and isinstance(limit, int) and number > 0 and limit > 0:
            yield RateLimit(budget, number * unit, limit)


def _read_used(headers: Mapping[str, str], counts: Mapping[str, Budget]) -> Iterator[Used]:
    for name, value in headers.items():
        of, _, window = name.lower().rpartition("-")
        budget = counts.get(of)
        if budget and (span := re.fullmatch(_WINDOW, window)) and re.fullmatch(_AMOUNT, value):
            yield Used(budget, int(span[1]) * _SECONDS[span[2]], int(value))
