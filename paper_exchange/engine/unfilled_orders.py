"""How many orders an account may place that do not trade, and what counts against that."""

from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.rate_limits import Counted, Key, RateLimit, WindowCount

MAKER_CREDIT = 5  # Binance's faqs/order_count_decrement.md: an order first filled while resting gives back five


class UnfilledOrders:
    """Counts the orders of an account that were placed and not filled yet, in the windows of its limits."""

    def __init__(self, limits: list[RateLimit]) -> None:
        self._limits = limits
        self._counts: dict[Key, WindowCount] = {}

    def counts(self, now_us: int) -> list[tuple[RateLimit, int]]:
        """Return each limit of orders with what counts against it now."""
        return [(limit, self._count(limit).get(limit, now_us)) for limit in self._order_limits()]

    def check(self, now_us: int, adding: int = 1) -> None:
        """Pass so many more orders. Raises Refusal if one of the limits leaves no room for them."""
        for limit, count in self.counts(now_us):
            if count + adding > limit.limit:
                raise Refusal(Kind.TOO_MANY_ORDERS, limit=limit, retry_after=limit.seconds_left(now_us))

    def placed(self, now_us: int, orders: int = 1) -> None:
        """Count so many orders more."""
        self._add(now_us, orders)

    def first_fill(self, now_us: int, *, maker: bool) -> None:
        """Count less: an order has traded for the first time."""
        self._add(now_us, -MAKER_CREDIT if maker else -1)

    def _add(self, now_us: int, amount: int) -> None:
        for limit in self._order_limits():
            self._count(limit).add(limit, now_us, amount)

    def _order_limits(self) -> list[RateLimit]:
        return [limit for limit in self._limits if limit.counted is Counted.ORDERS]

    def _count(self, limit: RateLimit) -> WindowCount:
        return self._counts.setdefault(limit.key, WindowCount())


class PlacedOrders(UnfilledOrders):
    """Counts the orders that were placed, whether they trade or not."""

    def first_fill(self, now_us: int, *, maker: bool) -> None:
        """Count the order still."""
