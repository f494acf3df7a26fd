"""Which account of the exchange each key belongs to: asked once, then kept for all containers.

A key belongs to one account for ever, so what was learnt never gets old. It is of use above all when the key is gone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orderexec.domain import signer
from orderexec.domain.outcomes import Failure
from orderexec.ports import Clock, Credentials, SharedCache

_KEPT_MS = 400 * 86_400_000  # longer than any signal is in doubt


@dataclass(frozen=True, slots=True)
class VenueAccounts:
    """Implements ports.ExchangeAccounts. `ask` asks the exchange for the id of a key's account.

    `address` is the exchange that requests go to, as `find_address` names it.
    """

    address: str
    cache: SharedCache
    clock: Clock
    ask: Callable[[Credentials], str | Failure | None]
    _known: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def name_signer(self, credentials: Credentials) -> str:
        """See ports.ExchangeAccounts."""
        return signer.write_signer(self.address, credentials.fingerprint)

    def recall_id(self, signer: str) -> str | None:
        """See ports.ExchangeAccounts."""
        if signer not in self._known:
            entry = self.cache.read(_name_entry(signer))
            if entry is None or entry.text is None:
                return None
            self._known[signer] = entry.text
        return self._known[signer]

    def find_id(self, credentials: Credentials) -> str | Failure | None:
        """See ports.ExchangeAccounts."""
        signer = self.name_signer(credentials)
        known = self.recall_id(signer)
        if known is not None:
            return known
        told = self.ask(credentials)
        if isinstance(told, str):
            now = self.clock.now()
            self.cache.publish(_name_entry(signer), told, now, leased_until=now + _KEPT_MS)
            self._known[signer] = told
        return told


def find_address(base_url: str, same: Mapping[str, str]) -> str:
    """Return the exchange that a base URL leads to: equal only for addresses that `same` says are one exchange."""
    url = base_url.rstrip("/").lower()
    return same.get(url, url)


def _name_entry(signer: str) -> str:
    return f"account-of/{signer}"
