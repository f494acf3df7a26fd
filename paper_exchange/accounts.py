"""The accounts of the exchange, and which API key is of which: one for all keys, unless a test moves some."""

from collections.abc import Mapping

from paper_exchange.exchange import Exchange
from paper_exchange.keys import KEYS, Key
from paper_exchange.margin import MarginAccounts


class Accounts:
    """Knows the keys. The first account is `exchange` itself; others have orders and balances of their own."""

    def __init__(self, exchange: Exchange, keys: Mapping[str, Key] = KEYS) -> None:
        self.exchange = exchange
        self._starting_keys = keys
        self.reset()

    def reset(self) -> None:
        """Put keys and accounts back to the start."""
        self.keys = dict(self._starting_keys)
        self._others: dict[int, Exchange] = {}
        self._moved: dict[str, int] = {}
        self._margin: dict[int, MarginAccounts] = {}

    def move_keys(self, whose: Mapping[str, int]) -> None:
        """Give each of these keys to the account with that uid."""
        for uid in set(whose.values()) - {self.exchange.uid, *self._others}:
            self._others[uid] = Exchange(clock=self.exchange.now_us, uid=uid)
        self._moved |= whose

    def of(self, api_key: str | None) -> Exchange:
        """Return the exchange as the key's account sees it; for a key that was not moved, and for none, the first."""
        return self._others.get(self._moved.get(api_key or "", self.exchange.uid), self.exchange)

    def margin_of(self, api_key: str | None) -> MarginAccounts:
        """Return the margin accounts beside the key's account; they are opened when they are first asked for."""
        exchange = self.of(api_key)
        if exchange.uid not in self._margin:
            self._margin[exchange.uid] = MarginAccounts(exchange)
        return self._margin[exchange.uid]
