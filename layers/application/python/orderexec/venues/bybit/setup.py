"""What a person sets up for the positions of an account at Bybit's linear and inverse: leverage and position mode."""

from dataclasses import dataclass
from decimal import Decimal

from orderexec.domain.decimals import format_plain
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, PositionSettings
from orderexec.venues.call import Call, Parameters
from orderexec.venues.inspection import Contracts, PositionMode

from .positions import BybitPositions
from .products import LEVERAGE, POSITION_MODE

# A setting that is so already is refused: "Set leverage has not been modified.", "Position mode has not been modified."
_LEVERAGE_IS_SO, _MODE_IS_SO = "110043", "110025"
_MODES = {PositionMode.ONE_WAY: "0", PositionMode.HEDGE: "3"}  # "Switch Position Mode"
_ONE_WAY = [0]


@dataclass(frozen=True, slots=True)
class BybitSetup:
    """Implements venues.inspection.PositionSetup."""

    positions: BybitPositions

    @property
    def modes_by_symbol(self) -> bool:
        """See PositionSetup. "Priority for configuration to take effect: symbol > coin > system default"."""
        return True

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """See PositionSetup. With portfolio margin the exchange tells no leverage."""
        settings = self.positions.ask_present_settings(symbol, credentials)
        if isinstance(settings, PositionSettings) and not settings.leverage:
            return Failure(Meaning.REJECT, None, "the account has portfolio margin, where no position has a leverage")
        return settings

    def set_leverage(self, symbol: str, leverage: int | Decimal, credentials: Credentials) -> Failure | None:
        """See PositionSetup. "Set Leverage": both sides get the same, as one-way mode demands."""
        text = format_plain(Decimal(leverage))
        named = {"symbol": symbol, "buyLeverage": text, "sellLeverage": text}
        failure = self._send(LEVERAGE, named, credentials)
        return None if failure is not None and failure.code == _LEVERAGE_IS_SO else failure

    def ask_position_mode(self, symbol: str | None, credentials: Credentials) -> PositionMode | Failure:
        """See PositionSetup. The number of each position in the symbol tells."""
        indexes = self.positions.list_indexes(symbol or "", credentials)
        if isinstance(indexes, Failure):
            return indexes
        if not indexes:
            return Failure(Meaning.UNKNOWN, None, f"the exchange tells nothing of the account's position in {symbol}")
        return PositionMode.ONE_WAY if indexes == _ONE_WAY else PositionMode.HEDGE

    def set_position_mode(self, mode: PositionMode, of: Contracts, credentials: Credentials) -> Failure | None:
        """See PositionSetup. Of a coin, symbols with an order or a position stay as they are."""
        named = {"symbol": of.symbol} if of.symbol else {"coin": of.coin or ""}
        failure = self._send(POSITION_MODE, {**named, "mode": _MODES[mode]}, credentials)
        return None if failure is not None and failure.code == _MODE_IS_SO else failure

    def _send(self, path: str, parameters: Parameters, credentials: Credentials) -> Failure | None:
        connection = self.positions.connection
        connection.ask_server_time()  # the signature must not fail for this machine's clock
        call = Call("POST", path, {"category": self.positions.product.category, **parameters})
        return connection.parse(*connection.send(call, connection.now(), credentials), lambda _: None)
