"""As which symbol what an account holds is closed: a position as its own, an asset against one quote asset."""

from dataclasses import replace

from orderexec.domain.instruments import Instrument
from orderexec.domain.standing import Held, Standing
from orderexec.ports import Snapshot, Venue

_SYMBOLS_AGE_MS = 600_000


def name_symbols(standing: Standing, venue: Venue, quote: str, now: int) -> Standing:
    """Return the standing with the symbol by which each thing is closed; None stays where there is none.

    An asset of an account that is set apart for a symbol is closed as that one if it is its base asset.
    """
    return replace(standing, held=tuple(replace(held, symbol=_find(held, venue, quote, now)) for held in standing.held))


def _find(held: Held, venue: Venue, quote: str, now: int) -> str | None:
    if held.asset is None:
        return held.symbol
    if held.symbol is not None:
        known = venue.rules.get_instrument(held.symbol, not_before=now - _SYMBOLS_AGE_MS)
        instrument = known.value if isinstance(known, Snapshot) else None
        return held.symbol if isinstance(instrument, Instrument) and instrument.base_asset == held.asset else None
    listed = venue.rules.get_symbols(not_before=now - _SYMBOLS_AGE_MS)
    symbol = f"{held.asset}{quote}"
    return symbol if isinstance(listed, Snapshot) and symbol in listed.value else None
