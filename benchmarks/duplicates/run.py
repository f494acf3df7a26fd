"""How one contestant is tried: the signals are published, all that follows happens, and the result is counted."""

import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Any

from benchmarks.duplicates import account
from benchmarks.duplicates.delivery import MAX_RECEIVES, Build, Queue
from benchmarks.duplicates.schedule import Schedule
from benchmarks.duplicates.wire import Wire
from benchmarks.duplicates.world import World
from orderexec.domain.following import EARLY_LOOKS
from paper_exchange.accounts import Accounts
from paper_exchange.dialects.binance_spot.wire import Gateway
from paper_exchange.exchange import Exchange

SECONDS_BETWEEN_SIGNALS = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """The count. `stories` has the requests, one a line, of the first two signals of each kind of harm."""

    name: str
    signals: int
    placed_once: int
    twice: int
    surplus: int
    lost: int
    called_dead_but_placed: int
    dead_and_not_placed: int
    requests: int
    deliveries: int
    faults: dict[str, int]
    failed_calls: dict[str, int]
    stories: dict[str, list[str]]

    def to_json(self) -> dict[str, Any]:
        """Return all fields, and the requests for each signal, which the table shows."""
        return asdict(self) | {"requests_per_signal": round(self.requests / self.signals, 2)}


# The modules of `contestants`. Each is imported only when it is needed, as ccxt alone takes seconds.
CONTESTANTS = {
    "retry_loop": "the retry loop of the guides to Binance's API",
    "ccxt_retries": "ccxt with its own retries",
    "ccxt_checked": "ccxt, looking before each send",
    "powertools_idempotency": "python-binance, Powertools Idempotency",
    "this_function": "orderexec",
}


def run(contestant: str, signals: int, seed: int) -> Result:
    """Send `signals` signals to the contestant, a key of CONTESTANTS, under the faults of `seed`; return the count."""
    build: Build = import_module(f"benchmarks.duplicates.contestants.{contestant}").build
    world, schedule = World(), Schedule(seed)
    wire = Wire(world, Gateway(Accounts(_make_exchange(world))), schedule)
    with world.patch_clocks(), account.open_account() as letters_url, wire.attach(), ExitStack() as closing:
        random.seed(seed)  # for contestants that use jitter
        # This function's message also comes back to look at an order that rests, which no other contestant does.
        looks = len(EARLY_LOOKS) if contestant == "this_function" else 0
        queue = Queue(world, build, letters_url, closing, MAX_RECEIVES + looks)
        for number in range(signals):
            publish = partial(queue.publish, number, make_signal(number), schedule.draw_second_copy(number))
            world.call_after(number * SECONDS_BETWEEN_SIGNALS, publish)
        world.run()
        letters = {int(letter["id"].rpartition("-")[2]) for letter in account.receive_letters(letters_url)}
    return _count(CONTESTANTS[contestant], signals, wire, queue, letters)


def make_signal(number: int) -> dict[str, str]:
    """Return a signal. Three of four are market orders, which fill at once and free their client order id."""
    body = {"id": f"signal-{number}", "symbol": ("BTCUSDT", "ETHUSDT")[number % 2], "side": "BUY"}
    if number % 4 < 3:
        return body | {"type": "MARKET", "quantity": "0.01"}
    return body | {"type": "LIMIT", "quantity": "0.01", "price": "3000"}


def _make_exchange(world: World) -> Exchange:
    """Return an exchange with enough money, and without its limit of open orders, which the signals would reach."""
    exchange = Exchange(clock=lambda: world.now_us)
    exchange.account.set_free("USDT", Decimal(10**9))
    for market in exchange.markets.values():
        exchange.set_symbol(market.symbol.with_filters({"MAX_NUM_ORDERS": None}))
    return exchange


def _count(name: str, signals: int, wire: Wire, queue: Queue, letters: set[int]) -> Result:
    placed, dead = wire.placed, queue.given_up | letters
    twice = [number for number, count in placed.items() if count > 1]
    lost = [number for number in range(signals) if not placed[number] and number not in dead]
    mistaken = [number for number in sorted(dead) if placed[number]]
    if sum(placed.values()) != len(list(wire.gateway.exchange.orders)):
        raise RuntimeError("an order belongs to no signal")
    stories = {number: _tell_story(wire, number) for number in [*twice[:2], *lost[:2], *mistaken[:2]]}
    return Result(
        name=name,
        signals=signals,
        placed_once=sum(count == 1 for count in placed.values()),
        twice=len(twice),
        surplus=sum(count - 1 for count in placed.values()),
        lost=len(lost),
        called_dead_but_placed=len(mistaken),
        dead_and_not_placed=len(dead - placed.keys()),
        requests=len(wire.log),
        deliveries=queue.deliveries,
        faults=dict(Counter(each.fault.name for each in wire.log if each.fault.name)),
        failed_calls=dict(queue.failures.most_common(10)),
        stories={f"signal-{number}": story for number, story in stories.items()},
    )


def _tell_story(wire: Wire, number: int) -> list[str]:
    return [each.describe() for each in wire.log if each.number == number]
