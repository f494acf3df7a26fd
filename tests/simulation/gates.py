"""What must hold of bans and halts: nobody asks under a ban, and nothing of a halted scope is executed for long."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orderexec.domain.controls import Halt, name_ban
from orderexec.domain.scopes import GLOBAL

from .exchange import Placement
from .world import Broken, World

SEEN_WITHIN_MS = 1_000  # a container reads the board once a second
# What was on its way when the halt came: signed up to a receive window ago, by a clock that is as far behind, and then
# as long in the exchange as that may take over a request. A clock that is ahead signs for later besides, and a function
# that freezes until then sends what the exchange still takes.
UNDER_WAY_MS = 5_000 + 5_000


@dataclass(slots=True)
class Gates:
    """Watches one world. Times of the world; containers' clocks are off by `weather.clock_skew_ms` at the most."""

    world: World
    pool: str
    root: str  # how the paths begin that count in the pool
    in_engine: int  # the longest that the exchange takes over a request, ms
    # Whether it may be executed whatever is halted.
    spared: Callable[[Placement], bool] = lambda _: False
    bans: list[tuple[int, int]] = field(default_factory=list)  # known since, until
    halted_since: int | None = None

    def close_gate(self, gate: str, until: int) -> None:
        """A container has told the board."""
        if gate == name_ban(self.pool):
            self.bans.append((self.world.now, until))

    def asked(self, path: str) -> None:
        """A request leaves."""
        if not path.startswith(self.root):
            return
        now, skew = self.world.now, 2 * self.world.weather.clock_skew_ms
        for since, until in self.bans:
            if since + SEEN_WITHIN_MS < now < until - skew:
                raise Broken(f"the exchange was asked {now - since} ms after a ban was known, {until - now} too early")

    def halt(self, halts: dict[str, Halt], halt: Halt) -> None:
        """A person stops everything."""
        halts[GLOBAL] = halt
        self.halted_since = self.world.now

    def lift(self, halts: dict[str, Halt]) -> None:
        """And lets it go on."""
        halts.pop(GLOBAL, None)
        self.halted_since = None

    def executed(self, placement: Placement) -> None:
        """An order is executed."""
        if self.halted_since is None or not placement.places or self.world.bounds.doubles_may_happen:
            return
        if self.spared(placement):
            return
        late, skew = self.world.now - self.halted_since, 2 * self.world.weather.clock_skew_ms
        if late > SEEN_WITHIN_MS + UNDER_WAY_MS + self.in_engine + skew:
            raise Broken(f"{placement.client_order_id} was executed {late} ms after everything was halted")
