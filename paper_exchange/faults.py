"""Which faults are armed, and which request each of them hits."""

from collections.abc import Collection
from dataclasses import dataclass, field

from paper_exchange.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a fault applies to; None matches any."""

    method: str | None = None
    path: str | None = None
    symbol: str | None = None
    client_order_id: str | None = None
    """Of an order or a list that the request places, cancels, replaces, amends or looks for."""
    placing: bool = False
    """Only requests that place orders, single ones or lists."""


ORDER_PLACEMENT = Match(placing=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Of one request, what a fault can be matched on."""

    method: str
    path: str
    symbol: str | None
    client_order_ids: Collection[str] = field(default=())
    """The first one names it in the request log."""
    placing: bool = False


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault that is armed: what it does, to which requests, and to how many of them yet."""

    name: str
    effect: Effect
    match: Match = ORDER_PLACEMENT
    count: int = 1


class Faults:
    """The armed faults, oldest first; each serves `count` requests."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        """Arm a fault behind those that are armed."""
        self._armed.append(fault)

    def armed(self) -> list[Fault]:
        """Return the armed faults, oldest first."""
        return list(self._armed)

    def clear(self) -> None:
        """Disarm every fault."""
        self._armed.clear()

    def take(self, request: Traits) -> Fault | None:
        """Return the oldest fault armed for a request with these traits, one of its uses spent; None without one."""
        fault = next((each for each in self._armed if _applies(each.match, request)), None)
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._armed.remove(fault)
        return fault


def _applies(wanted: Match, request: Traits) -> bool:
    return (
        wanted.method in (None, request.method)
        and wanted.path in (None, request.path)
        and wanted.symbol in (None, request.symbol)
        and (wanted.client_order_id is None or wanted.client_order_id in request.client_order_ids)
        and (request.placing or not wanted.placing)
    )
