"""The accounts' keys in memory: what is stored, and the older copy that a container still holds."""

from orderexec.ports import Credentials, NoCredentials

KEY = Credentials("fake-key", "fake-secret")
ROTATED_KEY = Credentials("fake-key-2", "fake-secret-2")


class MemorySecrets:
    """Implements ports.Secrets. `stored` may be changed at any time; a copy is held until it is fetched again."""

    def __init__(self) -> None:
        self.stored: dict[str, Credentials] = {"main": KEY}
        self._held: dict[str, Credentials] = {}

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        if account not in self.stored:
            return NoCredentials(f"there is no key of {account}")
        if refetch or account not in self._held:
            self._held[account] = self.stored[account]
        return self._held[account]
