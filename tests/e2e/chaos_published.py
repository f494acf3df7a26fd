"""By which names a signal of the chaos test is known outside: to the ledger, and to the exchange."""

from collections.abc import Mapping
from dataclasses import dataclass

from orderexec.domain.orders import make_client_order_id
from tests.e2e.chaos_protection import list_exit_ids
from tests.e2e.chaos_signals import ChaosSignal


@dataclass(frozen=True, slots=True)
class Published:
    """A signal as it is known outside."""

    signal: ChaosSignal
    id: str

    @property
    def key(self) -> str:
        return f"{self.signal.account}/{self.signal.venue}/{self.id}"

    @property
    def client_order_id(self) -> str:
        return make_client_order_id(self.signal.account, self.signal.venue, self.id)

    @property
    def exit_ids(self) -> list[str]:
        """The client order ids that its exits can have, whatever round they are of."""
        signal = self.signal
        return list_exit_ids(signal.account, signal.venue, self.id) if signal.is_protected else []


def list_published(message_ids: Mapping[str, ChaosSignal]) -> list[Published]:
    """Each signal once, however many messages it had; one without an id goes by its message's."""
    return list({Published(signal, signal.id or message): None for message, signal in message_ids.items()})
