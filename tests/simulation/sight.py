"""From when on, and when not, each source of the simulated exchange shows an order: its lookup, and the lists."""

from dataclasses import dataclass, field

from .bounds import BEYOND_MS, BLINK_MS, Breaks
from .timing import Source, Timing
from .world import World


@dataclass(slots=True)
class Sight:
    """Of one world, orders by the exchange's own id."""

    world: World
    timing: Timing
    _from: dict[tuple[int, Source], int] = field(default_factory=dict)
    _blinks_at: dict[int, int] = field(default_factory=dict)

    def appear(self, order_id: int, *, conditional: bool = False) -> None:
        """The order came to be now; each source shows it at once, or later."""
        timing = (self.timing.conditional if conditional else None) or self.timing
        rng, weather, breaks = self.world.rng, self.world.weather, self.world.bounds.breaks
        for source, longest in timing.lag.items():
            far = breaks is Breaks.ENGINE or (breaks is Breaks.LOOKUP and source is Source.LOOKUP)
            lag = rng.randint(1, BEYOND_MS if far else longest) if self.world.happens(weather.lookup_lags) else 0
            self._from[order_id, source] = self.world.now + lag
        if breaks is Breaks.BLINK and self.world.raining:
            self._blinks_at[order_id] = self.world.now + rng.randint(*timing.judged)

    def from_when(self, order_id: int, source: Source) -> int:
        """From when on (time of the world) the source shows the order."""
        return self._from[order_id, source]

    def shows(self, order_id: int, source: Source) -> bool:
        """Whether the source shows the order now."""
        now, blinks_at = self.world.now, self._blinks_at.get(order_id)
        blind = blinks_at is not None and blinks_at <= now < blinks_at + BLINK_MS
        return now >= self._from[order_id, source] and not blind
