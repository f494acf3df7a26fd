"""The keys of the accounts, each asked for once in a run: a missing one must not cost a request a row."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from orderexec.ports import Credentials, NoCredentials, Secrets


class OnceARun:
    """Implements ports.Secrets for one run; what the store says or raises the first time holds to its end.

    `lock` makes a lock, so that threads which want the same key ask once.
    """

    def __init__(self, secrets: Secrets, lock: Callable[[], AbstractContextManager[object]]) -> None:
        self._secrets, self._new_lock, self._lock = secrets, lock, lock()
        self._known: dict[tuple[str, bool], Credentials | NoCredentials | Exception] = {}
        self._asking: dict[str, AbstractContextManager[object]] = {}

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets. A key that was fetched anew in this run is not fetched again."""
        with self._turn(account):
            if (account, refetch) not in self._known:
                self._known[account, False] = self._known[account, refetch] = self._asked(account, refetch=refetch)
            known = self._known[account, refetch]
        if isinstance(known, Exception):
            raise known
        return known

    def missing(self, account: str) -> str | None:
        """Why the account has no key, if this run has seen that."""
        known = self._known.get((account, False))
        return known.detail if isinstance(known, NoCredentials) else None

    def _asked(self, account: str, *, refetch: bool) -> Credentials | NoCredentials | Exception:
        try:
            return self._secrets.credentials(account, refetch=refetch)
        except Exception as error:  # noqa: BLE001 - raised by whoever needs the key
            return error

    def _turn(self, account: str) -> AbstractContextManager[object]:
        with self._lock:
            return self._asking.setdefault(account, self._new_lock())
