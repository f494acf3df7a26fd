"""What a function sees of an exchange from where it runs: harmless questions, no key, no order."""

from dataclasses import dataclass

from orderexec.domain.outcomes import Failure
from orderexec.ports import Clock, Venue

LIST_AGE_MS = 10_000  # of the list of symbols: a person who asks again at once costs the exchange nothing


@dataclass(frozen=True, slots=True)
class Sight:
    """Of one venue. `offset_ms` is how far the exchange's clock is ahead of ours, `took_ms` how long its answer took.

    `trouble` is why one of the questions has no answer; what is None then was not learned.
    """

    offset_ms: int | None = None
    took_ms: int | None = None
    symbols: int | None = None
    trouble: Failure | None = None


def look(venue: Venue, clock: Clock) -> Sight:
    """Ask for the time, then for the list of symbols; stop at the first question that has no answer."""
    asked_at = clock.ticks()
    time = venue.ask_server_time()
    if isinstance(time, Failure):
        return Sight(trouble=time)
    took, offset = clock.ticks() - asked_at, venue.now() - clock.now()
    listed = venue.rules.get_symbols(not_before=clock.now() - LIST_AGE_MS)
    if isinstance(listed, Failure):
        return Sight(offset, took, trouble=listed)
    return Sight(offset, took, len(listed.value), listed.trouble)
