"""The one place that knows the concrete classes: it puts the functions together from their configuration."""

import random
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .config import Config, ReporterConfig
from .contact import CLIENT_CONFIG, Contact, make_contact, make_session
from .ports import Clock, Ports, Randomness

if TYPE_CHECKING:
    from .aws.event_bus import EventBus
    from .aws.queues import SignalQueue
    from .aws.unreported_outcomes import UnreportedOutcomes
    from .usecases.execute_signal import ExecuteSignal
    from .usecases.follow_orders import FollowOrders
    from .usecases.measure_state import MeasureState
    from .usecases.reconcile_row import ReconcileRow
    from .venues.registry import Venues


@dataclass(frozen=True, slots=True)
class Application:
    """What the functions that execute signals and reconcile rows need."""

    ports: Ports
    execute: "ExecuteSignal"
    reconcile: "ReconcileRow"
    follow: "FollowOrders"
    measure: "MeasureState"
    signals: "SignalQueue"
    venues: "Venues"


def build(config: Config, contact: Contact | None = None) -> Application:
    """Return the application, around the `contact` that was made before, if it was. Nothing is connected to here."""
    from .assemble import assemble  # imported here because requests may be under way already
    from .aws.day_counters import DayCounters
    from .aws.ledger import DynamoLedger
    from .aws.open_index import PARTS
    from .aws.open_signals import DynamoOpenSignals
    from .aws.queues import DeadLetterQueue, SignalQueue
    from .usecases.measure_state import MeasureState

    clock, randomness = make_system_clock(), make_system_randomness()
    contact = contact or make_contact(config, clock)
    with contact.making:
        sqs = contact.session.client("sqs", config=CLIENT_CONFIG)
    counters = DayCounters(config.shared_table, clock, randomness)
    ports = Ports(
        ledger=DynamoLedger(contact.dynamodb, config.ledger_table, counters),
        venues=contact.venues,
        secrets=contact.secrets,
        board=contact.board,
        limits=contact.limits,
        dead_letters=DeadLetterQueue(sqs, config.dead_letter_queue_url),
        clock=clock,
        randomness=randomness,
    )
    use_cases = assemble(ports, config.policy)
    open_signals = DynamoOpenSignals(contact.client, config.ledger_table, PARTS)
    return Application(
        ports=ports,
        execute=use_cases.execute,
        reconcile=use_cases.reconcile,
        follow=use_cases.follow,
        measure=MeasureState(open_signals, contact.board, clock),
        signals=SignalQueue(sqs, config.signal_queue_url),
        venues=contact.venues,
    )


@dataclass(frozen=True, slots=True)
class Reporter:
    """What the function that reports outcomes needs."""

    bus: "EventBus"
    unreported: "UnreportedOutcomes"
    stack: str


def build_reporter(config: ReporterConfig) -> Reporter:
    """Return what the function that reports outcomes needs. It neither reads the ledger nor knows an exchange."""
    from .aws.event_bus import EventBus  # imported here because the functions that place orders do not need it
    from .aws.unreported_outcomes import UnreportedOutcomes

    session, _ = make_session()
    client = session.client("events", config=CLIENT_CONFIG)
    bus = EventBus(client, config.event_bus, make_system_clock(), make_system_randomness())
    sqs = session.client("sqs", config=CLIENT_CONFIG)
    return Reporter(bus, UnreportedOutcomes(sqs, config.unreported_queue_url), config.stack)


def make_system_clock() -> Clock:
    """Return the machine's clock."""
    return Clock(now=lambda: time.time_ns() // 1_000_000, sleep=time.sleep)


def make_system_randomness() -> Randomness:
    """Return the machine's randomness: a token is a random UUID (version 4), so no two writes have the same one."""
    return Randomness(token=lambda: uuid.uuid4().hex, jitter=random.random)
