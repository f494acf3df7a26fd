"""An exchange with a venue's documented timing: what it does with a request, when, and every way to lose an answer."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from orderexec.venues.http import FORM, NO_HEADERS, NoReply, Reply

from .accounts import UIDS
from .book import SimBook
from .bounds import BEYOND_MS, Breaks
from .dialect import Change, Dialect, MarketData, Outcome, Place, Question, Replace, Replaced, Request, SimOrder, Why
from .timing import Timing
from .world import World

Answer = Callable[[Reply | NoReply], None]


@dataclass(slots=True)
class Placement:
    """One request that left a function to change something: its order, what it was signed with, and its fate."""

    request: Request
    call: Change
    client_order_id: str = ""  # of what places an order
    worth: Decimal = Decimal(0)
    executed: bool = False
    sealed: bool = False  # certainly no order will come of it any more, or it has come
    refused: bool = False  # and the function was told so, or nothing left it

    @property
    def places(self) -> bool:
        """Whether an order may come of it."""
        return isinstance(self.call, Place | Replace)

    @property
    def signed_at(self) -> int:
        """The instant that it was signed with."""
        return self.request.signed_at


def _is_done(became: Outcome | Why) -> bool:
    return became.placed is not None if isinstance(became, Replaced) else not isinstance(became, Why)


@dataclass(slots=True)
class SimExchange:
    """Stands where the HTTP client stands. Its clock only moves forward, and differs from everybody else's."""

    world: World
    offset_ms: int
    taken: set[str]  # the API keys that it takes now
    timing: Timing
    dialect: Dialect
    book_of_venue: type[SimBook] = SimBook
    book: SimBook = field(init=False)
    placements: defaultdict[str, list[Placement]] = field(default_factory=lambda: defaultdict(list))
    watch: list[Callable[[Placement], None]] = field(default_factory=list)
    asked: Callable[[str], None] = lambda _: None  # at each request, by its path, whatever becomes of it
    executed: Callable[[Placement], None] = lambda _: None
    requests: int = 0

    def __post_init__(self) -> None:
        self.book = self.book_of_venue(self.world, self.clock, self.timing)

    @property
    def orders(self) -> dict[str, SimOrder]:
        """The newest order of each client order id."""
        return self.book.orders

    def clock(self) -> int:
        """The exchange's own time, epoch ms."""
        return self.world.now + self.offset_ms

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        content_type: str = FORM,
        headers: Mapping[str, str] = NO_HEADERS,
        seconds: float,
    ) -> Reply | NoReply:
        """What a function calls; see orderexec.venues.http.Http."""
        world = self.world
        self.asked(path)
        world.step()
        self.requests += 1
        request = self.dialect.read(method, path, query or body.decode(), headers)
        placement = self._register(request)
        lost = world.weather.answer_lost if placement else world.weather.question_lost
        if world.happens(lost / 8):
            if placement:
                placement.sealed = placement.refused = True
            return NoReply(left=False, what="NewConnectionError")
        reply: Reply | NoReply = world.wait(lambda answer: self._travel(request, placement, seconds, answer))
        if placement:
            placement.refused = self.dialect.is_refusal(reply)
        world.step()
        return reply

    def _register(self, request: Request) -> Placement | None:
        call = request.call
        if not isinstance(call, Change):
            return None
        if not isinstance(call, Place | Replace):
            return Placement(request, call)
        placement = Placement(request, call, call.name, call.worth)
        for watcher in self.watch:
            watcher(placement)
        self.placements[placement.client_order_id].append(placement)
        return placement

    def _travel(self, request: Request, placement: Placement | None, seconds: float, answer: Answer) -> None:
        world = self.world
        late = world.happens(world.weather.request_late if placement else world.weather.question_lost)
        way = world.rng.randint(*(self.timing.late_way if late else self.timing.way))
        world.at(int(seconds * 1000), lambda: answer(NoReply(left=True, what="ReadTimeoutError")))
        lost = world.weather.answer_lost if placement else world.weather.question_lost
        if world.happens(lost / 4):  # lost on the way there
            if placement:
                placement.sealed = True
            world.at(way, lambda: answer(NoReply(left=True, what="ProtocolError")))
        elif placement:
            world.at(way, lambda: self._arrive(placement, self._on_the_way_back(answer, lost)))
        else:
            world.at(way, lambda: self._on_the_way_back(answer, lost)(self._ask(request)))

    def _on_the_way_back(self, answer: Answer, lost: float) -> Answer:
        world = self.world
        if world.happens(lost):
            return lambda _: world.at(1, lambda: answer(NoReply(left=True, what="ProtocolError")))
        return lambda reply: world.at(world.rng.randint(*self.timing.way_back), lambda: answer(reply))

    # ------------------------------------------------------------------ placing

    def _arrive(self, placement: Placement, answer: Answer) -> None:
        world = self.world
        if unwelcome := self._unwelcome(placement.request):
            return self._refuse(placement, answer, unwelcome)
        if world.happens(world.weather.limited):
            return self._refuse(placement, answer, world.rng.choice(self.dialect.limits))
        if world.happens(world.weather.refused):
            return self._refuse(placement, answer, world.rng.choice(self.dialect.refusals))
        if world.happens(world.weather.server_error / 2):  # said before anything was executed
            return self._refuse(placement, answer, world.rng.choice(self.dialect.server_errors))
        slow = world.happens(world.weather.request_late)
        waits = world.rng.randint(0, self.timing.before_engine) if slow else 1
        world.at(waits, lambda: self._forward(placement, answer))
        return None

    def _forward(self, placement: Placement, answer: Answer) -> None:
        world = self.world
        if self._is_late(placement.request):
            return self._refuse(placement, answer, self.dialect.refusal(Why.LATE_IN_ENGINE))
        slow = world.happens(world.weather.request_late)
        longest = BEYOND_MS if world.bounds.breaks is Breaks.ENGINE else self.timing.in_engine
        world.at(world.rng.randint(0, longest) if slow else 2, lambda: self._execute(placement, answer))
        return None

    def _execute(self, placement: Placement, answer: Answer) -> None:
        world = self.world
        placement.sealed = True
        self.executed(placement)
        request, call = placement.request, placement.call
        became = self.book.execute(call, UIDS[request.key] + request.account, request.signed_at)
        reply = self._told(call, became)
        placement.executed = _is_done(became)
        if world.happens(world.weather.server_error):  # said although it was executed
            return answer(world.rng.choice(self.dialect.server_errors))
        return answer(reply)

    def _refuse(self, placement: Placement, answer: Answer, reply: Reply) -> None:
        placement.sealed = True
        answer(reply)

    # ------------------------------------------------------------------ asking

    def _ask(self, request: Request) -> Reply:
        world, call = self.world, request.call
        if world.happens(world.weather.server_error):
            return world.rng.choice(self.dialect.server_errors)
        if world.happens(world.weather.limited):
            return world.rng.choice(self.dialect.limits)
        if isinstance(call, MarketData):
            return self.dialect.market_data(call, self.clock())
        if unwelcome := self._unwelcome(request):
            return unwelcome
        assert isinstance(call, Question)
        return self._told(call, self.book.look_up(call, UIDS[request.key] + request.account))

    def _told(self, call: Change | Question, became: Outcome | Why) -> Reply:
        """The answer at once, for an order may change while the answer travels."""
        if isinstance(became, Why):
            return self.dialect.refusal(became)
        return self.dialect.success(call, became, self.clock())

    def _unwelcome(self, request: Request) -> Reply | None:
        if self._is_late(request) or request.signed_at >= self.clock() + self.timing.ahead:
            return self.dialect.refusal(Why.OUTSIDE_WINDOW)
        if request.key not in self.taken:
            return self.dialect.refusal(Why.WRONG_KEY)
        return None

    def _is_late(self, request: Request) -> bool:
        return self.clock() - request.signed_at > request.window_ms
