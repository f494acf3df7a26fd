"""Requests to Binance under its limits: none under a ban, and every answer tells how much of each limit is used.

Source: "Limits" of rest-api.md, and "Rate limiters" and "rateLimitType" of enums.md in the Spot API documentation.

A 403 "can indicate a rate limit violation or a security block" ("HTTP return codes"): it is about the address, or about
a word of the request. A producer chooses words, so a request with words is believed to be about the address only if a
request without any is blocked as well.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from orderexec.domain.outcomes import Meaning
from orderexec.domain.rate_limits import Budget, RateLimit, Used
from orderexec.ports import Credentials
from orderexec.venues.http import NoReply, Reply, Transport, json_body
from orderexec.venues.traffic import VenueTraffic

from .errors import failure

PING = "/api/v3/ping"
_PING_SECONDS = 5.0
_HEADER = "x-mbx-"
_COUNT = r"x-mbx-(used-weight|order-count)-([0-9]{1,4})([smhd])"
_AMOUNT = r"[0-9]{1,9}"
_BUDGETS = {
    "used-weight": Budget.WEIGHT, "order-count": Budget.ORDERS,
    "REQUEST_WEIGHT": Budget.WEIGHT, "ORDERS": Budget.ORDERS,
}  # fmt: skip
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Metered:
    """Every request of one venue goes through here."""

    http: Transport
    traffic: VenueTraffic

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        form: str = "",
        credentials: Credentials | None = None,
        seconds: float,
    ) -> Reply | NoReply:
        """As Transport's, for an account or for nobody in particular."""
        banned = self.traffic.banned()
        if banned is not None:
            wait = (banned.until - self.traffic.clock.now()) / 1000
            return NoReply(left=False, what=banned.why, wait=max(wait, 0.0))
        key, account = (credentials.api_key, credentials.account) if credentials else ("", "")
        asked_at = self.traffic.clock.now()
        reply = self.http.send(method, path, query=query, form=form, key=key, seconds=seconds)
        self._learn(reply, account, worded=bool(query or form), asked_at=asked_at)
        return reply

    def _learn(self, reply: Reply | NoReply, account: str, *, worded: bool, asked_at: int) -> None:
        """What the answer says of the limits that everybody shares."""
        if isinstance(reply, NoReply):
            return
        self.traffic.counted(account, _used(reply.headers), date=_date(reply.headers), asked_at=asked_at)
        if reply.status == 200 and not reply.body.startswith(b'{"code"'):
            return
        told = failure(reply, json_body(reply))
        if told.meaning is Meaning.BLOCKED and worded and self._only_this_one():
            return  # one request is not wanted, and its own answer says so; nobody else has to be silent
        self.traffic.refused(account, told)

    def _only_this_one(self) -> bool:
        """Whether a request without words is let in. Under a ban none is sent, and nothing more is concluded."""
        if self.traffic.banned() is not None:
            return True
        asked_at = self.traffic.clock.now()
        reply = self.http.send("GET", PING, seconds=_PING_SECONDS)
        self._learn(reply, "", worded=False, asked_at=asked_at)
        return isinstance(reply, Reply) and reply.status == 200


def read_rate_limits(document: object) -> tuple[RateLimit, ...]:
    """`rateLimits` of exchangeInfo. What cannot be read is left to the exchange to enforce."""
    entries = document if isinstance(document, list) else []
    return tuple(_rate_limits(entry for entry in entries if isinstance(entry, dict)))


def _rate_limits(entries: Iterable[Mapping[str, object]]) -> Iterator[RateLimit]:
    for entry in entries:
        budget = _BUDGETS.get(str(entry.get("rateLimitType")))
        unit = _SECONDS.get(str(entry.get("interval"))[:1].lower())
        number, limit = entry.get("intervalNum"), entry.get("limit")
        if budget and unit and isinstance(number, int) and isinstance(limit, int) and number > 0 and limit > 0:
            yield RateLimit(budget, number * unit, limit)


def _date(headers: Mapping[str, str]) -> int | None:
    """When the exchange gave the answer, by its clock (epoch ms), None if it does not say."""
    try:
        return int(parsedate_to_datetime(headers.get("Date", "")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _used(headers: Mapping[str, str]) -> Iterator[Used]:
    for name, value in headers.items():
        lower = name.lower()
        if lower.startswith(_HEADER) and (count := re.fullmatch(_COUNT, lower)) and re.fullmatch(_AMOUNT, value):
            yield Used(_BUDGETS[count[1]], int(count[2]) * _SECONDS[count[3]], int(value))
