"""As which symbol what an account holds is closed: a position as its own, an asset against one quote asset."""

from dataclasses import dataclass, replace

from orderexec.domain.instruments import Instrument
from orderexec.domain.standing import Held, Standing
from orderexec.ports import Snapshot, Venue

_SYMBOLS_AGE_MS = 600_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """As what assets shall be sold: as this one symbol, else for this quote asset."""

    quote: str
    symbol: str | None = None


def name_symbols(standing: Standing, venue: Venue, wanted: Wanted, now: int) -> Standing:
    """Return the standing with the symbol by which each thing is closed; None stays where there is none.

    An asset is closed as a named symbol, or as the one that its account is set apart for, if it is its base asset.
    """
    since = now - _SYMBOLS_AGE_MS
    named = tuple(replace(held, symbol=_find(held, venue, wanted, since)) for held in standing.held)
    return replace(standing, held=named)


def _find(held: Held, venue: Venue, wanted: Wanted, since: int) -> str | None:
    if held.asset is None:
        return held.symbol
    symbol = held.symbol or wanted.symbol
    if symbol is not None:
        known = venue.rules.get_instrument(symbol, not_before=since)
        instrument = known.value if isinstance(known, Snapshot) else None
        return symbol if isinstance(instrument, Instrument) and instrument.base_asset == held.asset else None
    listed = venue.rules.get_symbols(not_before=since)
    symbol = f"{held.asset}{wanted.quote}"
    return symbol if isinstance(listed, Snapshot) and symbol in listed.value else None
