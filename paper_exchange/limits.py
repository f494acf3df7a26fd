"""How much a client may ask for: request weight and raw requests of an IP, unfilled orders of the account."""

from paper_exchange.errors import Refused, banned, too_many_orders, too_much_weight
from paper_exchange.rate_limits import SECOND_US, RateLimit, WindowCount

# Not published: how many requests after the first 429 an IP may still send before the ban.
REQUESTS_BEFORE_BAN = 10
FIRST_BAN_SECONDS = 120  # "from 2 minutes to 3 days"
LONGEST_BAN_SECONDS = 3 * 86_400
MAKER_CREDIT = 5  # faqs/order_count_decrement.md: an order first filled while resting gives back five


class UnfilledOrders:
    """How many orders were placed and not filled yet (faqs/order_count_decrement.md)."""

    def __init__(self, limits: list[RateLimit]) -> None:
        self._limits = limits
        self._counts: dict[tuple[str, str, int], WindowCount] = {}

    def counts(self, now_us: int) -> list[tuple[RateLimit, int]]:
        return [(limit, self._count(limit).get(limit, now_us)) for limit in self._order_limits()]

    def check(self, now_us: int, adding: int = 1) -> None:
        for limit, count in self.counts(now_us):
            if count + adding > limit.limit:
                raise too_many_orders(limit.limit, limit.text, limit.seconds_left(now_us))

    def placed(self, now_us: int, orders: int = 1) -> None:
        self._add(now_us, orders)

    def first_fill(self, now_us: int, *, maker: bool) -> None:
        self._add(now_us, -MAKER_CREDIT if maker else -1)

    def _add(self, now_us: int, amount: int) -> None:
        for limit in self._order_limits():
            self._count(limit).add(limit, now_us, amount)

    def _order_limits(self) -> list[RateLimit]:
        return [limit for limit in self._limits if limit.rateLimitType == "ORDERS"]

    def _count(self, limit: RateLimit) -> WindowCount:
        return self._counts.setdefault(limit.key, WindowCount())


class _Client:
    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], WindowCount] = {}
        self.violations = 0
        self.bans = 0
        self.banned_until_us = 0

    def count(self, limit: RateLimit) -> WindowCount:
        return self._counts.setdefault(limit.key, WindowCount())


class RequestLimits:
    """Weight and number of requests of each IP; 429 for too much, 418 for those who go on."""

    def __init__(self, limits: list[RateLimit]) -> None:
        self._limits = limits
        self._clients: dict[str, _Client] = {}

    def admit(self, ip: str, weight: int, now_us: int) -> None:
        client = self._client(ip)
        if now_us < client.banned_until_us:
            raise _banned(client, now_us)
        for limit in self._request_limits():
            count = client.count(limit)
            count.add(limit, now_us, weight if limit.rateLimitType == "REQUEST_WEIGHT" else 1)
            if count.get(limit, now_us) > limit.limit:
                self._violation(client, limit, now_us)
        client.violations = 0

    def refund(self, ip: str, weight: int, now_us: int) -> None:
        """Since 2026-04-02 placing and cancelling cost nothing when they succeed (CHANGELOG.md)."""
        client = self._client(ip)
        for limit in self._request_limits():
            if limit.rateLimitType == "REQUEST_WEIGHT":
                client.count(limit).add(limit, now_us, -weight)

    def headers(self, ip: str, now_us: int) -> dict[str, str]:
        client = self._client(ip)
        return {
            f"X-MBX-USED-WEIGHT-{limit.label}": str(client.count(limit).get(limit, now_us))
            for limit in self._limits
            if limit.rateLimitType == "REQUEST_WEIGHT"
        }

    def _violation(self, client: _Client, limit: RateLimit, now_us: int) -> None:
        client.violations += 1
        if client.violations > REQUESTS_BEFORE_BAN:
            seconds = min(FIRST_BAN_SECONDS * 2**client.bans, LONGEST_BAN_SECONDS)
            client.bans += 1
            client.violations = 0
            client.banned_until_us = now_us + seconds * SECOND_US
            raise _banned(client, now_us)
        raise too_much_weight(limit.limit, limit.text, limit.seconds_left(now_us))

    def _client(self, ip: str) -> _Client:
        return self._clients.setdefault(ip, _Client())

    def _request_limits(self) -> list[RateLimit]:
        return [limit for limit in self._limits if limit.rateLimitType != "ORDERS"]


def _banned(client: _Client, now_us: int) -> Refused:
    left = -(-(client.banned_until_us - now_us) // SECOND_US)
    return banned(client.banned_until_us // 1_000, left)
