"""Request weight and raw requests of a client: too much is refused, going on is banned (rest-api.md, LIMITS)."""

from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.rate_limits import SECOND_US, Counted, Key, RateLimit, WindowCount

# Not published: how many requests after the first 429 an IP may still send before the ban.
REQUESTS_BEFORE_BAN = 10
FIRST_BAN_SECONDS = 120  # "from 2 minutes to 3 days"
LONGEST_BAN_SECONDS = 3 * 86_400


def label(limit: RateLimit) -> str:
    """Return the window of a limit as the names of headers have it: 1M, 10S."""
    return f"{limit.intervals}{limit.interval[0]}"


class _Client:
    def __init__(self) -> None:
        self._counts: dict[Key, WindowCount] = {}
        self.violations = 0
        self.bans = 0
        self.banned_until_us = 0

    def count(self, limit: RateLimit) -> WindowCount:
        return self._counts.setdefault(limit.key, WindowCount())


class RequestLimits:
    """Counts weight and number of requests of each client, mostly an address; bans those who go on after too much."""

    def __init__(self, limits: list[RateLimit]) -> None:
        self._limits = limits
        self._clients: dict[str, _Client] = {}

    def admit(self, client_name: str, weight: int, now_us: int) -> None:
        """Count a request of that weight. Raises Refusal for one too many."""
        self.check_ban(client_name, now_us)
        client = self._client(client_name)
        for limit in self._request_limits():
            count = client.count(limit)
            count.add(limit, now_us, weight if limit.counted is Counted.REQUEST_WEIGHT else 1)
            if count.get(limit, now_us) > limit.limit:
                self._violation(client, limit, now_us)
        client.violations = 0

    def check_ban(self, client_name: str, now_us: int) -> None:
        """Pass a client that is not banned. Raises Refusal."""
        client = self._client(client_name)
        if now_us < client.banned_until_us:
            raise _banned(client, now_us)

    def refund(self, client_name: str, weight: int, now_us: int) -> None:
        """Give the weight back: placing and cancelling cost nothing when they succeed (CHANGELOG.md, 2026-04-02)."""
        client = self._client(client_name)
        for limit in self._request_limits():
            if limit.counted is Counted.REQUEST_WEIGHT:
                client.count(limit).add(limit, now_us, -weight)

    def headers(self, client_name: str, now_us: int, name: str = "X-MBX-USED-WEIGHT") -> dict[str, str]:
        """Return the headers that tell a client what weight it has used; their names begin with `name`."""
        client = self._client(client_name)
        return {
            f"{name}-{label(limit)}": str(client.count(limit).get(limit, now_us))
            for limit in self._limits
            if limit.counted is Counted.REQUEST_WEIGHT
        }

    def _violation(self, client: _Client, limit: RateLimit, now_us: int) -> None:
        client.violations += 1
        if client.violations > REQUESTS_BEFORE_BAN:
            seconds = min(FIRST_BAN_SECONDS * 2**client.bans, LONGEST_BAN_SECONDS)
            client.bans += 1
            client.violations = 0
            client.banned_until_us = now_us + seconds * SECOND_US
            raise _banned(client, now_us)
        raise Refusal(Kind.TOO_MANY_REQUESTS, limit=limit, retry_after=limit.seconds_left(now_us))

    def _client(self, client_name: str) -> _Client:
        return self._clients.setdefault(client_name, _Client())

    def _request_limits(self) -> list[RateLimit]:
        return [limit for limit in self._limits if limit.counted is not Counted.ORDERS]


def _banned(client: _Client, now_us: int) -> Refusal:
    left = -(-(client.banned_until_us - now_us) // SECOND_US)
    return Refusal(Kind.BANNED, until_ms=client.banned_until_us // 1_000, retry_after=left)
