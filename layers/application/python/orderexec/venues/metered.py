"""Requests to a venue under its limits: none under a ban, and every answer tells how much of each limit is used.

A firewall's block may be about the address, or about a word of the one request. A producer of signals chooses words, so
a request with words is believed to be about the address only if a request without any is blocked as well.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from orderexec.domain.outcomes import Meaning
from orderexec.domain.rate_limits import Used

from .http import FORM, NO_HEADERS, NoReply, Reply, Transport, read_json
from .replies import Classify
from .traffic import VenueTraffic

_PING_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """How one venue's answers tell of its limits; the venue's limits.py fills it in.

    `ping` is the path of a GET that needs no words and no key. `read_used` finds what has been counted, in the
    path that was asked and the headers of its answer.
    `is_error` tells a refusal from a success, if it can without reading JSON: most answers are successes.
    """

    ping: str
    read_used: Callable[[str, Mapping[str, str]], Iterable[Used]]
    is_error: Callable[[Reply], bool]
    classify: Classify


@dataclass(frozen=True, slots=True)
class Metered:
    """Every request of one venue goes through here."""

    http: Transport
    traffic: VenueTraffic
    meter: Meter

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        content_type: str = FORM,
        headers: Mapping[str, str] = NO_HEADERS,
        account: str = "",
        seconds: float,
    ) -> Reply | NoReply:
        """As Transport's. `account` is for whom the exchange counts the request, "" for nobody in particular."""
        banned = self.traffic.find_ban()
        if banned is not None:
            wait = (banned.until - self.traffic.clock.now()) / 1000
            return NoReply(left=False, what=banned.why, wait=max(wait, 0.0))
        asked_at = self.traffic.clock.now()
        reply = self.http.send(
            method, path, query=query, body=body, content_type=content_type, headers=headers, seconds=seconds
        )
        self._learn(path, reply, account, worded=bool(query or body), asked_at=asked_at)
        return reply

    def _learn(self, path: str, reply: Reply | NoReply, account: str, *, worded: bool, asked_at: int) -> None:
        """Keep what the answer says of the limits that everybody shares."""
        if isinstance(reply, NoReply):
            return
        used = self.meter.read_used(path, reply.headers)
        self.traffic.count_used(account, used, date=_read_date(reply.headers), asked_at=asked_at)
        if not self.meter.is_error(reply):
            return
        failure = self.meter.classify(reply, read_json(reply))
        if failure.meaning is Meaning.BLOCKED and worded and self._blocks_only_words():
            return  # one request is not wanted, and its own answer says so; nobody else has to be silent
        self.traffic.note_refusal(account, failure)

    def _blocks_only_words(self) -> bool:
        """Return whether a request without words is let in. Under a ban none is sent, and nothing more is concluded."""
        if self.traffic.find_ban() is not None:
            return True
        asked_at = self.traffic.clock.now()
        reply = self.http.send("GET", self.meter.ping, seconds=_PING_SECONDS)
        self._learn(self.meter.ping, reply, "", worded=False, asked_at=asked_at)
        return isinstance(reply, Reply) and reply.status == 200


def _read_date(headers: Mapping[str, str]) -> int | None:
    """Return when the exchange gave the answer, by its clock (epoch ms), None if it does not say."""
    try:
        return int(parsedate_to_datetime(headers.get("Date", "")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
