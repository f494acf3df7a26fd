"""The accounts' keys in memory: what is stored, and the older copy that a container still holds."""

from orderexec.ports import Credentials, NoCredentials

KEY = Credentials("fake-key", "fake-secret")
ROTATED_KEY = Credentials("fake-key-2", "fake-secret-2")


class MemorySecrets:
    """Implements ports.Secrets. `stored` may be changed at any time; a copy is held until it is fetched again.

    `before` is what stood there before, as far as the store still keeps it.
    """

    def __init__(self) -> None:
        self.stored: dict[str, Credentials] = {"main": KEY}
        self.before: dict[str, Credentials] = {}
        self._held: dict[str, Credentials] = {}

    def get_credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        if account not in self.stored:
            return NoCredentials(f"there is no key of {account}")
        if refetch or account not in self._held:
            self._held[account] = self.stored[account]
        return self._held[account]

    def get_previous(self, account: str) -> Credentials | NoCredentials:
        return self.before.get(account, NoCredentials(f"there is no older key of {account}"))

    def replace(self, account: str, credentials: Credentials) -> None:
        """As a rotation does: the old value is kept as the one before. Containers may hold it for a while."""
        self.before[account] = self.stored[account]
        self.stored[account] = credentials
