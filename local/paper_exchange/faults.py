"""Which faults are armed, and which request each of them hits."""

from dataclasses import dataclass

from local.paper_exchange.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a fault applies to; None matches any."""

    method: str | None = None
    path: str | None = None
    symbol: str | None = None
    client_order_id: str | None = None


ORDER_PLACEMENT = Match(method="POST", path="/api/v3/order")


@dataclass(slots=True, kw_only=True)
class Fault:
    name: str
    effect: Effect
    match: Match = ORDER_PLACEMENT
    count: int = 1


class Faults:
    """The armed faults, oldest first; each serves `count` requests."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        self._armed.append(fault)

    def armed(self) -> list[Fault]:
        return list(self._armed)

    def clear(self) -> None:
        self._armed.clear()

    def take(self, request: Match) -> Fault | None:
        """The oldest fault armed for a request with these traits; one of its uses is spent."""
        fault = next((each for each in self._armed if _applies(each.match, request)), None)
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._armed.remove(fault)
        return fault


def _applies(wanted: Match, request: Match) -> bool:
    return (
        wanted.method in (None, request.method)
        and wanted.path in (None, request.path)
        and wanted.symbol in (None, request.symbol)
        and wanted.client_order_id in (None, request.client_order_id)
    )
