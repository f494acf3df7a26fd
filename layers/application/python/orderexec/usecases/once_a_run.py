"""The keys of the accounts, each asked for once in a run: a missing one must not cost a request a row."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from orderexec.ports import Credentials, NoCredentials, Secrets

_HELD, _FETCHED, _BEFORE = "held", "fetched", "before"


class OnceARun:
    """Implements ports.Secrets for one run; what the store says or raises the first time holds to its end.

    `lock` makes a lock, so that threads which want the same key ask once.
    """

    def __init__(self, secrets: Secrets, lock: Callable[[], AbstractContextManager[object]]) -> None:
        self._secrets, self._new_lock, self._lock = secrets, lock, lock()
        self._known: dict[tuple[str, str], Credentials | NoCredentials | Exception] = {}
        self._asking: dict[str, AbstractContextManager[object]] = {}

    def get_credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets. A key that was fetched anew in this run, or is missing, is not fetched again."""
        return self._get(account, _FETCHED if refetch else _HELD)

    def get_previous(self, account: str) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        return self._get(account, _BEFORE)

    def find_why_missing(self, account: str) -> str | None:
        """Why the account has no key, if this run has seen that."""
        known = self._known.get((account, _HELD))
        return known.detail if isinstance(known, NoCredentials) else None

    def _get(self, account: str, which: str) -> Credentials | NoCredentials:
        with self._lock_of(account):
            if (account, which) not in self._known:
                self._learn(account, which)
            known = self._known[account, which]
        if isinstance(known, Exception):
            raise known
        return known

    def _learn(self, account: str, which: str) -> None:
        found = self._ask(account, which)
        self._known[account, which] = found
        if which == _FETCHED or (which == _HELD and isinstance(found, NoCredentials)):
            self._known[account, _HELD] = self._known[account, _FETCHED] = found

    def _ask(self, account: str, which: str) -> Credentials | NoCredentials | Exception:
        try:
            if which == _BEFORE:
                return self._secrets.get_previous(account)
            return self._secrets.get_credentials(account, refetch=which == _FETCHED)
        except Exception as error:  # noqa: BLE001 - raised by whoever needs the key
            return error

    def _lock_of(self, account: str) -> AbstractContextManager[object]:
        with self._lock:
            return self._asking.setdefault(account, self._new_lock())
