"""What a person sets up for the positions of an account at Binance's futures, by hand: leverage and position mode."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, PositionSettings
from orderexec.venues.call import Call, Parameters
from orderexec.venues.inspection import Contracts, PositionMode
from orderexec.venues.replies import Unreadable

from .futures import BinanceFutures
from .futures_products import LEVERAGE, POSITION_MODE


@dataclass(frozen=True, slots=True)
class FuturesSetup:
    """Implements venues.inspection.PositionSetup."""

    venue: BinanceFutures

    @property
    def modes_by_symbol(self) -> bool:
        """See PositionSetup."""
        return False

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """See PositionSetup."""
        return self.venue.positions.ask_present_settings(symbol, credentials)

    def set_leverage(self, symbol: str, leverage: int | Decimal, credentials: Credentials) -> Failure | None:
        """See PositionSetup. "Change Initial Leverage" takes whole numbers only."""
        if leverage != int(leverage):
            return Failure(Meaning.REJECT, None, f"leverage is a whole number there, not {leverage}")
        return self._send(LEVERAGE, {"symbol": symbol, "leverage": str(int(leverage))}, credentials)

    def ask_position_mode(self, _symbol: str | None, credentials: Credentials) -> PositionMode | Failure:
        """See PositionSetup. One switch for USD-M and COIN-M, since June 2026."""
        answer = self.venue.connection.ask(self.venue.product.path(POSITION_MODE), {}, credentials)
        return self.venue.connection.parse(*answer, _read_position_mode)

    def set_position_mode(self, mode: PositionMode, _of: Contracts, credentials: Credentials) -> Failure | None:
        """See PositionSetup. "Change Position Mode"; refused while anything is open."""
        hedged = "true" if mode is PositionMode.HEDGE else "false"
        return self._send(POSITION_MODE, {"dualSidePosition": hedged}, credentials)

    def _send(self, name: str, parameters: Parameters, credentials: Credentials) -> Failure | None:
        connection = self.venue.connection
        connection.ask_server_time()  # the signature must not fail for this machine's clock
        call = Call("POST", self.venue.product.path(name), parameters)
        return connection.parse(*connection.send(call, connection.now(), credentials), lambda _: None)


def _read_position_mode(answer: dict[str, Any]) -> PositionMode:
    hedged = answer.get("dualSidePosition")
    if not isinstance(hedged, bool):
        raise Unreadable("the answer about the position mode lacks it")
    return PositionMode.HEDGE if hedged else PositionMode.ONE_WAY
