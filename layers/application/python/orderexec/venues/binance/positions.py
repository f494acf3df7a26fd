"""What an account has open at Binance's futures, and how that is set up ("Position Information")."""

from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple

from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, PositionSettings
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text

from .connection import Connection
from .futures_products import FuturesProduct

_KEPT_MS = 60_000
_MOST_KEPT = 1_000
_ONE_WAY = "BOTH"
_MODES = {"cross": MarginMode.CROSS, "crossed": MarginMode.CROSS, "isolated": MarginMode.ISOLATED}


class _Known(NamedTuple):
    """Settings, and when they were asked for by either clock: what is old by one of them is old."""

    settings: PositionSettings
    now: int
    ticks: int


class _Position(NamedTuple):
    side: str
    amount: Decimal
    settings: PositionSettings


@dataclass(slots=True)
class FuturesPositions:
    """Implements ports.Positions. Settings are kept for a minute; what is open is asked for each time."""

    connection: Connection
    product: FuturesProduct
    _settings: dict[tuple[str, str], _Known] = field(default_factory=dict, init=False)

    def ask_position(self, symbol: str, side: PositionSide | None, credentials: Credentials) -> Decimal | Failure:
        """See ports.Positions."""
        positions = self._ask(symbol, credentials)
        if isinstance(positions, Failure):
            return positions
        held = {position.side: position.amount for position in positions}
        if side is None and any(held.get(each) for each in PositionSide):
            return _refuse(f"the account holds {symbol} in hedge mode, so the signal must name position_side")
        if side is not None and held.get(_ONE_WAY):
            return _refuse(f"the account holds {symbol} in one-way mode, so the signal must not name position_side")
        return held.get(side or _ONE_WAY, Decimal(0))

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """See ports.Positions."""
        clock, known = self.connection.clock, self._settings.get((credentials.fingerprint, symbol))
        if known and 0 <= clock.now() - known.now < _KEPT_MS and clock.ticks() - known.ticks < _KEPT_MS:
            return known.settings
        return self.ask_present_settings(symbol, credentials)

    def ask_present_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """Ask for them as they are now, and keep them."""
        now, ticks = self.connection.clock.now(), self.connection.clock.ticks()
        positions = self._ask(symbol, credentials)
        if isinstance(positions, Failure):
            return positions
        if not positions:
            return Failure(Meaning.UNKNOWN, None, f"the exchange tells nothing of the account's position in {symbol}")
        if len(self._settings) >= _MOST_KEPT:
            self._settings.clear()
        self._settings[credentials.fingerprint, symbol] = _Known(positions[0].settings, now, ticks)
        return positions[0].settings

    def _ask(self, symbol: str, credentials: Credentials) -> list[_Position] | Failure:
        named = {"pair": symbol.partition("_")[0]} if self.product.names_pair else {"symbol": symbol}
        answer = self.connection.ask(self.product.positions, named, credentials)
        return self.connection.parse(*answer, lambda entries: _read_positions(entries, symbol), list)


def _read_positions(entries: object, symbol: str) -> list[_Position]:
    try:
        return [_read_position(entry) for entry in read_items(entries) if entry["symbol"] == symbol]
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about a position lacks or garbles {error}") from None


def _read_position(entry: dict[str, Any]) -> _Position:
    mode = _MODES[read_text(entry["marginType"]).lower()]
    settings = PositionSettings(int(read_text(entry["leverage"])), mode)
    return _Position(read_text(entry["positionSide"]), read_number(entry["positionAmt"]), settings)


def _refuse(why: str) -> Failure:
    return Failure(Meaning.REJECT, None, why)
