"""One world from its seed: signals published, functions run, faults until the weather clears, invariants checked."""

import json
import random
from collections.abc import Callable
from dataclasses import astuple, dataclass

from orderexec.assemble import UseCases, assemble
from orderexec.aws.ledger_item import read_row
from orderexec.domain.backlog import LONGEST_PAUSE_MS
from orderexec.domain.controls import Halt
from orderexec.domain.limits import Limits
from orderexec.domain.looks import LookFailed
from orderexec.domain.messages import Attribute, Message
from orderexec.domain.policy import Policy
from orderexec.domain.verdicts import Later
from orderexec.ports import Clock, Credentials, Ports, Randomness
from orderexec.usecases.reconcile_backlog import Failed, begin
from orderexec.usecases.reconcile_row import Surplus
from orderexec.venues.accounts import VenueAccounts
from orderexec.venues.surroundings import Surroundings
from tests.doubles.board import SharedControls
from tests.doubles.risk import MemoryLimits

from . import days
from .accounts import ADDRESS, Vault
from .bounds import Bounds, Breaks
from .bybit_exchange import BybitExchange
from .bybit_rules import BybitRules
from .followed import Followed
from .futures_book import FuturesBook
from .gates import Gates
from .guards import Guards
from .invariants import MAX_AGE_MS, RECV_WINDOW_MS, Invariants
from .queues import SimDeadLetters, SimQueue
from .requested import Body
from .stores import SimBoard, SimCache, SimSecrets, SimTable, StoreFault
from .venues import BINANCE_SPOT, SimVenue, draw_venue
from .world import Broken, Weather, World

SIGNALS = 25
_LASTS_MS = 40 * 3_600_000
_RECONCILES_EVERY_MS = 60_000
_CONTAINERS = 10
_KEYLESS = "keyless"
# Where rows cannot be reconciled a run looks at so few that they could starve all others.
_POLICY = Policy(max_age_ms=MAX_AGE_MS, halt_after_credential_failures=0, halt_after_rejections=0)
_ROWS_A_RUN, _ROWS_OF_A_SHORT_RUN = 200, 2
_STARVED_MS = LONGEST_PAUSE_MS + SIGNALS * _RECONCILES_EVERY_MS


@dataclass(frozen=True, slots=True)
class Tally:
    """What one world amounted to."""

    signals: int
    placed: int
    dead: int
    deliveries: int
    requests: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


class Run:
    """Puts one world together."""

    def __init__(
        self,
        seed: int,
        signals: int = SIGNALS,
        weather: Weather | None = None,
        traced: bool = False,
        changes: float = 0.25,
        bounds: Bounds | None = None,
        limited: bool = True,
        venue: SimVenue | None = None,
    ) -> None:
        rng = random.Random(seed)
        if venue is None:
            venue = draw_venue(seed) if weather is None else BINANCE_SPOT
        self.venue = venue
        if bounds is None:
            bounds = Bounds.drawn(seed) if weather is None else Bounds()
        # Where a bound is broken only orders are claimed about: what changes them relies on the bounds, as documented.
        self.changes = changes if bounds.breaks is Breaks.NONE else 0.0
        drawn = weather is None
        if weather is None:
            weather = Weather.drawn(rng)
            weather = weather if bounds.breaks is Breaks.NONE else weather.doubtful()
        self.world = World(seed, weather, rng, bounds, trace=[] if traced else None)
        self.queue = SimQueue(self.world, self.deliver)
        self.table = SimTable(self.world)
        self.ledger = self.table.ledger()
        self.letters = SimDeadLetters(self.world, self.queue.publish)
        self.cache = SimCache()
        self.vault = Vault(self.world, self._learn)
        # A late order of an account that the key no longer belongs to is not looked for, as documented.
        if drawn and not bounds.doubles_may_happen:
            self.vault.plan(random.Random(f"keys of {seed}"))
        offset = rng.randint(-50, 50) * rng.choice((1, 40))
        self.exchange = venue.exchange(self.world, offset, self.vault.taken, venue.timing, venue.dialect, venue.book)
        self.invariants = Invariants(self.table, self.exchange, self.queue, self.letters)
        self.invariants.account_of_mode = venue.account_of_mode
        self.limits = MemoryLimits()
        # The days are watched of one account; a world without a key has two.
        if limited and not self.world.weather.keyless and (limits := days.drawn(seed, venue.asset)):
            self._limit(*limits)
        self.controls = SharedControls()
        self.gates = Gates(self.world, venue.pool, venue.root, venue.timing.in_engine)
        self.missing_keys: dict[str, tuple[int, int]] = {}
        self.guards: Guards | None = None
        if isinstance(self.exchange, BybitExchange):
            BybitRules(self.table, self.exchange, self.invariants, self.missing_keys)
        if isinstance(book := self.exchange.book, FuturesBook):
            self.guards = Guards(self.table, self.exchange, book, self.invariants)
            self.gates.spared = self.guards.follows_entry
        self.exchange.asked, self.exchange.executed = self.gates.asked, self.gates.executed
        self.followed = Followed(self.table, self.exchange)
        # In every other world the first looks come with the signal's own message, as on a standard queue.
        self.looks = seed % 2 == 0
        self.idle: list[UseCases] = []
        self.deliveries = 0
        self.broken: Broken | None = None
        accounts = ["main"]
        if self.world.weather.keyless:
            accounts.append(_KEYLESS)
            gone, clear = self.world.now + rng.randint(30_000, 400_000), self.world.now + self.world.weather.ends_at
            # What came late, against every bound, and was forgotten since cannot be told any more.
            absence = None if bounds.doubles_may_happen else venue.draw_long_absence(seed)
            hours = absence or rng.randint(2, 5)
            self.missing_keys[_KEYLESS] = gone, clear + hours * 3_600_000
        self.keys = [f"{rng.choice(accounts)}/{venue.in_keys}/{seed}-{number}" for number in range(signals)]

    def __call__(self) -> Tally:
        """Run to the end. Raises Broken with the seed in it."""
        try:
            self._publish_all()
            self.world.at(_RECONCILES_EVERY_MS, self._reconcile_now)
            self._halt_now_and_then()
            self.world.run(_LASTS_MS, self._failed)
            if self.broken:
                raise self.broken
            self.invariants.in_the_end(self.keys)
            if self.guards is not None:
                self.guards.in_the_end()
            self.followed.in_the_end()
        except Broken as broken:
            raise Broken(f"seed {self.world.seed} at {self.venue.name}, {len(self.keys)} signals: {broken}") from None
        rows = [row for key in self.keys if (row := self.table.row(key))]
        placed = sum(row.state == "ACCEPTED" for row in rows)
        return Tally(len(self.keys), placed, len(rows) - placed, self.deliveries, self.exchange.requests)

    def _limit(self, limits: Limits, before_midnight_ms: int) -> None:
        """The account has daily limits, and the world begins shortly before midnight."""
        self.world.now = self.world.started_at = self.world.now - before_midnight_ms
        self.limits.by_account["main"] = limits
        days.Days(self.table, self.exchange, limits, self.venue.asset)

    def _halt_now_and_then(self) -> None:
        """In some worlds a person stops everything for a while, twice."""
        if not self.world.weather.halted:
            return
        for begins in (self.world.rng.randint(0, 300_000), self.world.rng.randint(400_000, 600_000)):
            halt = Halt(self.world.now, "stop")
            ends = begins + self.world.rng.randint(5_000, 90_000)
            self.world.at(begins, lambda halt=halt: self.gates.halt(self.controls.halts, halt))  # type: ignore[misc]
            self.world.at(ends, lambda: self.gates.lift(self.controls.halts))

    def _failed(self) -> bool:
        return self.broken is not None

    def _publish_all(self) -> None:
        """Orders, and changes of some of them: a little before, with, or after the signal that they are about."""
        rng, published = self.world.rng, dict[str, int]()
        for key in self.keys:
            account, _, signal_id = key.split("/", 2)
            changed = None
            if published and account == "main" and rng.random() < self.changes:
                changed = rng.choice(list(published))
            fields = self.venue.order(rng) if changed is None else self.venue.change(rng, changed)
            after = (0, 3_000) if fields.get("all_orders") else (-3_000, 120_000)
            at = rng.randint(0, 600_000) if changed is None else published[changed] + rng.randint(*after)
            if fields.get("all_orders"):
                self.invariants.sweeps[key] = self.exchange.clock() + max(at, 0)
            elif fields.get("action") in ("cancel", "amend"):
                changes = self.invariants.cancels if fields["action"] == "cancel" else self.invariants.amends
                changes[key] = f"main/{self.venue.in_keys}/{changed}"
            elif account == "main":
                published[signal_id] = max(at, 0)
            self.world.at(max(at, 0), self._publisher(signal_id, {"id": signal_id, "account": account} | fields))

    def _publisher(self, signal_id: str, body: Body) -> Callable[[], None]:
        def publish() -> None:
            key = f"{body['account']}/{self.venue.in_keys}/{signal_id}"
            self.invariants.published[key] = self.world.now
            if "max_age_seconds" in body:
                self.invariants.max_age[key] = 1_000 * body["max_age_seconds"]
            copies = 2 if self.world.happens(self.world.weather.delivered_twice / 4) else 1
            for copy in range(copies):
                name = signal_id if not copy else f"{signal_id}-copy"
                # Some producers label their messages, also with the names that stand on letters.
                own = {} if not copy else {name: Attribute("String", signal_id) for name in ("signal_id", "reason")}
                self.queue.publish(Message(id=name, body=json.dumps(body), sent_at=self.world.now, attributes=own))

        return publish

    def deliver(self, message: Message, receipt: int) -> None:
        """One invocation of the function, as functions/execute_signals does it."""
        self.deliveries += 1
        # A container serves one delivery at a time here; what a batch shares is tested elsewhere.
        function = self.idle.pop() if self.idle else self._container()
        body, since = json.loads(message.body), self.world.now
        key = f"{body['account']}/{self.venue.in_keys}/{body['id']}"
        self.invariants.delivering[key].append(since)
        try:
            self.world.step()
            verdict = function.execute(message)
            self.world.step()
            if isinstance(verdict, Later):
                if not self.world.happens(self.world.weather.store_fails):
                    self.queue.hide(message.id, receipt, verdict.delay)
            elif self.looks and verdict.look_in is not None:
                self.queue.hide(message.id, receipt, verdict.look_in)
            elif not self.world.happens(self.world.weather.store_fails):
                self.invariants.acknowledged(message, self.table.row(verdict.row.identity.key))
                self.queue.delete(message.id)
        except StoreFault:
            self.queue.hide(message.id, receipt, 5)
        except Broken as broken:
            self.broken = broken
        finally:
            self.invariants.delivering[key].remove(since)
        self.idle.append(function)

    def _reconcile_now(self) -> None:
        """The schedule of functions/reconcile_orders, until nothing is open, queued, or on its way back."""
        self._nobody_starves()
        self.world.spawn(self._reconcile_overdue)
        self.world.spawn(self._follow)
        persons_act_until = self.world.started_at + self.world.weather.ends_at + 600_000
        open_still = self.queue.held or any("due" in item for item in self.table.items.values())
        if open_still or self.world.now < persons_act_until or self.followed.is_unseen():
            self.world.at(_RECONCILES_EVERY_MS, self._reconcile_now)
            self._halt_now_and_then()

    def _reconcile_overdue(self) -> None:
        function = self.idle.pop() if self.idle else self._container()
        try:
            for result in begin(function.reconcile, _ROWS_OF_A_SHORT_RUN if self.missing_keys else _ROWS_A_RUN).work():
                if isinstance(result, Surplus):
                    self.invariants.told_of(result.row.identity.key)
                if isinstance(result, Failed) and isinstance(result.error, Broken):
                    raise result.error
        except StoreFault:
            pass
        except Broken as broken:
            self.broken = broken
        self.idle.append(function)

    def _follow(self) -> None:
        """The other half of the same schedule."""
        function = self.idle.pop() if self.idle else self._container()
        try:
            for result in function.follow.begin(self.world.now + _RECONCILES_EVERY_MS).work():
                if isinstance(result, LookFailed) and not isinstance(result.error, StoreFault):
                    raise result.error
        except StoreFault:
            pass
        except Broken as broken:
            self.broken = broken
        self.idle.append(function)

    def _nobody_starves(self) -> None:
        """Once nothing fails any more, rows of an account without a key keep nobody else's from being reconciled."""
        clear_since = max(self.world.started_at + self.world.weather.ends_at, self.vault.right_from)
        for row in (read_row(item) for item in self.table.items.values() if "due" in item):
            late = self.world.now - max(row.due or self.world.now, clear_since)
            if row.identity.account not in self.missing_keys and late > _STARVED_MS:
                self.broken = Broken(f"{row.identity.key} is {row.state}, and for {late} ms nobody has reconciled it")

    def _learn(self, key: Credentials, uid: str) -> None:
        """Whose a key is, as a person's tool finds out and keeps for all containers."""
        clock = Clock(lambda: self.world.now, lambda _: None)
        VenueAccounts(ADDRESS, self.cache, clock, lambda _: uid).find_id(key)

    def _container(self) -> UseCases:
        world, weather = self.world, self.world.weather
        skew = world.rng.randint(-weather.clock_skew_ms, weather.clock_skew_ms)
        jumps_at = world.now + world.rng.randint(1, 2_000_000)

        def now() -> int:
            calm = world.now >= world.started_at + weather.ends_at
            return world.now + (0 if calm else skew if world.now < jumps_at else -skew)

        clock = Clock(
            now=now,
            sleep=lambda seconds: world.sleep(int(seconds * 1000)),
            ticks=lambda: world.now,
        )
        randomness = Randomness(token=lambda: f"{world.rng.getrandbits(64):016x}", jitter=world.rng.random)
        board = SimBoard(clock, self.controls, world=world, watch=self.gates.close_gate)
        surroundings = Surroundings(
            self.cache, board, clock, RECV_WINDOW_MS, share=0.9, containers=_CONTAINERS, resend=world.bounds.resend
        )
        venue = self.venue.assemble(self.exchange, ADDRESS, surroundings)
        ports = Ports(
            ledger=self.ledger,
            venues={self.venue.name: venue},
            secrets=SimSecrets(world, self.vault, self.missing_keys),
            board=board,
            limits=self.limits,
            dead_letters=self.letters,
            clock=clock,
            randomness=randomness,
        )
        return assemble(ports, _POLICY)
