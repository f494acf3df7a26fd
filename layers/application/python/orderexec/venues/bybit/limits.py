"""Where Bybit's answers tell of its limits: what is left of the account's requests to one path in a rolling second.

"Rate Limit Rules", of 2026-07-24. What an address may send (600 requests in 5 s) no header tells.
"""

from collections.abc import Iterator, Mapping

from orderexec.domain.rate_limits import Budget, Used
from orderexec.venues.http import Reply, read_json
from orderexec.venues.metered import Meter

from .errors import classify, is_error
from .products import CREATE, TIME

_LIMIT, _LEFT = "X-Bapi-Limit", "X-Bapi-Limit-Status"
_LONGEST = 6  # digits
_PLAIN_SUCCESS = (b'{"retCode":0,', b'"retExtInfo":{}')


def _read_used(path: str, headers: Mapping[str, str]) -> Iterator[Used]:
    """Only placing counts as orders: each path has a count of its own, and cancellations wait for nothing."""
    limit, left = _read_whole(headers.get(_LIMIT)), _read_whole(headers.get(_LEFT))
    if path == CREATE and limit and left is not None and left <= limit:
        yield Used(Budget.ORDERS, 1, limit - left, limit)


def _read_whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def _is_error(reply: Reply) -> bool:
    start, inside = _PLAIN_SUCCESS
    if reply.status == 200 and reply.body.startswith(start) and inside in reply.body:
        return False
    return reply.status != 200 or is_error(read_json(reply))


METER = Meter(ping=TIME, read_used=_read_used, is_error=_is_error, classify=classify)
