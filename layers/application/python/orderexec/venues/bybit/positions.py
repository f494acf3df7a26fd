"""What an account has open at Bybit's linear and inverse, and how that is set up ("Get Position Info")."""

from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple

from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, PositionSettings
from orderexec.venues.replies import Unreadable, read_number, read_text, read_whole

from .account import ask_account
from .connection import Connection
from .products import POSITIONS, BybitProduct
from .rules import read_list

_KEPT_MS = 60_000
_MOST_KEPT = 1_000
_ONE_WAY = 0
_INDEXES = {None: _ONE_WAY, PositionSide.LONG: 1, PositionSide.SHORT: 2}
_SIGNS = {"Buy": Decimal(1), "Sell": Decimal(-1), "": Decimal(0)}
# The margin mode is one of the account, not of the position ("Get Account Info").
_MODES = {
    "REGULAR_MARGIN": MarginMode.CROSS,
    "PORTFOLIO_MARGIN": MarginMode.CROSS,
    "ISOLATED_MARGIN": MarginMode.ISOLATED,
}


class _Known(NamedTuple):
    """Settings, and when they were asked for by either clock: what is old by one of them is old."""

    settings: PositionSettings
    now: int
    ticks: int


class _Position(NamedTuple):
    number: int  # positionIdx
    amount: Decimal
    leverage: Decimal


@dataclass(slots=True)
class BybitPositions:
    """Implements ports.Positions. Settings are kept for a minute; what is open is asked for each time."""

    connection: Connection
    product: BybitProduct
    _settings: dict[tuple[str, str], _Known] = field(default_factory=dict, init=False)

    def ask_position(self, symbol: str, side: PositionSide | None, credentials: Credentials) -> Decimal | Failure:
        """See ports.Positions."""
        positions = self._ask(symbol, credentials)
        if isinstance(positions, Failure):
            return positions
        held = {position.number: position.amount for position in positions}
        if side is None and any(amount for number, amount in held.items() if number != _ONE_WAY):
            return _refuse(f"the account holds {symbol} in hedge mode, so the signal must name position_side")
        if side is not None and held.get(_ONE_WAY):
            return _refuse(f"the account holds {symbol} in one-way mode, so the signal must not name position_side")
        return held.get(_INDEXES[side], Decimal(0))

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """See ports.Positions."""
        clock, known = self.connection.clock, self._settings.get((credentials.fingerprint, symbol))
        if known and 0 <= clock.now() - known.now < _KEPT_MS and clock.ticks() - known.ticks < _KEPT_MS:
            return known.settings
        return self.ask_present_settings(symbol, credentials)

    def ask_present_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """Ask for them as they are now, and keep them."""
        now, ticks = self.connection.clock.now(), self.connection.clock.ticks()
        settings = self._ask_settings(symbol, credentials)
        if isinstance(settings, PositionSettings):
            if len(self._settings) >= _MOST_KEPT:
                self._settings.clear()
            self._settings[credentials.fingerprint, symbol] = _Known(settings, now, ticks)
        return settings

    def list_indexes(self, symbol: str, credentials: Credentials) -> list[int] | Failure:
        """Return the number (positionIdx) of each position that the account can have in the symbol."""
        positions = self._ask(symbol, credentials)
        return positions if isinstance(positions, Failure) else [position.number for position in positions]

    def _ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        positions = self._ask(symbol, credentials)
        if isinstance(positions, Failure):
            return positions
        if not positions:
            return Failure(Meaning.UNKNOWN, None, f"the exchange tells nothing of the account's position in {symbol}")
        account = ask_account(self.connection, credentials)
        if isinstance(account, Failure):
            return account
        mode = _MODES.get(str(account.get("marginMode")))
        if mode is None:
            return Failure(Meaning.UNKNOWN, None, "the exchange does not say which margin mode the account has")
        return _read_settings(positions, mode)

    def _ask(self, symbol: str, credentials: Credentials) -> list[_Position] | Failure:
        named = {"category": self.product.category, "symbol": symbol}
        answer = self.connection.ask(POSITIONS, named, credentials)
        return self.connection.parse(*answer, lambda document: _read_positions(document, symbol))


def _read_positions(document: dict[str, Any], symbol: str) -> list[_Position]:
    try:
        return [_read_position(entry) for entry in read_list(document) if entry["symbol"] == symbol]
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the answer about a position lacks or garbles {error}") from None


def _read_position(entry: dict[str, Any]) -> _Position:
    size, sign = read_number(entry["size"]), _SIGNS[read_text(entry["side"])]
    if size and not sign:
        raise ValueError("side")
    # Of an account with portfolio margin it is "": leverage says nothing there.
    leverage = read_number(entry["leverage"] or "0")
    return _Position(read_whole(entry["positionIdx"]), size * sign, leverage)


def _read_settings(positions: list[_Position], mode: MarginMode) -> PositionSettings:
    """With isolated margin each side of hedge mode may have its own leverage ("Set Leverage")."""
    by_index = {position.number: position.leverage for position in positions}
    short = by_index.get(_INDEXES[PositionSide.SHORT])
    first = next(
        (each for index, each in by_index.items() if index != _INDEXES[PositionSide.SHORT]), positions[0].leverage
    )
    return PositionSettings(first, mode, short if short != first else None)


def _refuse(why: str) -> Failure:
    return Failure(Meaning.REJECT, None, why)
