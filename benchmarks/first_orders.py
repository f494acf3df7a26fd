"""How long a cold container takes from the start of its process to its first order, and for a first batch of ten."""

from dataclasses import dataclass
from statistics import median

from benchmarks import far
from benchmarks.far import Contestant
from benchmarks.local_aws import MAKE_OLDER, TAKE_COUNTS
from benchmarks.measurements import BATCH, Figures
from benchmarks.products import SPOT, Product
from benchmarks.servers import Servers

ROUNDS = 7
HOUR_MS = 3_600_000
# The exchange's rules are there as another container has put them there, of late or an hour ago. The latter is what a
# user meets who sends a signal now and then.
FRESH, OLD = "fresh-rules", "old-rules"


@dataclass(frozen=True, slots=True)
class First:
    """The first event of a container: from the start of its process to the answer, and the event alone."""

    total_ms: float
    event_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured one after the other; `secrets` is how often the batch of ten read the exchange's key."""

    one: First
    bare: First
    ten: First
    secrets: int
    old: First


def measure_first_orders(servers: Servers, product: Product = SPOT, rounds: int = ROUNDS) -> Figures:
    """Measure cold containers, interleaved."""
    function, bare = far.make_function(product), far.make_bare(servers, product=product)
    for contestant, table in ((function, FRESH), (function, OLD), (bare, FRESH)):
        _measure_first(servers, contestant, table)  # not counted: they fill the tables, and compile to bytecode
    taken = [_measure_round(servers, function, bare) for _ in range(rounds)]
    return {
        "first_order_ratio": median(each.one.total_ms / each.bare.total_ms for each in taken),
        "first_order_ms": median(each.one.total_ms for each in taken),
        "first_order_floor_ms": median(each.bare.total_ms for each in taken),
        "first_order_old_rules_ms": median(each.old.total_ms for each in taken),
        "first_order_rounds": len(taken),
        "cold_batch_ratio": median(each.ten.event_ms / each.one.event_ms for each in taken),
        "cold_batch_ms": median(each.ten.event_ms for each in taken),
        "cold_batch_one_ms": median(each.one.event_ms for each in taken),
        "cold_batch_start_ratio": median(each.ten.total_ms / each.one.total_ms for each in taken),
        "cold_batch_start_ms": median(each.ten.total_ms for each in taken),
        "cold_batch_secrets": max(each.secrets for each in taken),
    }


def _measure_round(servers: Servers, function: Contestant, bare: Contestant) -> Round:
    one = _measure_first(servers, function, FRESH)
    floor = _measure_first(servers, bare, FRESH)
    servers.call_aws(TAKE_COUNTS, {})
    ten = _measure_first(servers, function, FRESH, BATCH)
    secrets = servers.call_aws(TAKE_COUNTS, {}).get("secretsmanager.GetSecretValue", 0)
    servers.call_aws(MAKE_OLDER, {"TableName": OLD, "milliseconds": HOUR_MS})
    return Round(one, floor, ten, secrets, _measure_first(servers, function, OLD))


def _measure_first(servers: Servers, contestant: Contestant, table: str, signals: int = 1) -> First:
    with far.start(servers, contestant, table) as process:
        milliseconds = process.measure_ms(contestant.make_event(signals))
        return First(process.ready_ms + milliseconds, milliseconds)
