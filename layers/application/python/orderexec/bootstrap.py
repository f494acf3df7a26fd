"""The one place that knows the concrete classes: it puts the functions together from their configuration."""

import random
import time
import uuid
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3
import botocore.session
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from botocore.config import Config as BotoConfig

from .assemble import assemble
from .aws.account_limits import ParameterStoreLimits
from .aws.controls import DynamoControls
from .aws.day_counters import DayCounters
from .aws.dynamodb import add_short_way
from .aws.ledger import DynamoLedger
from .aws.open_index import PARTS
from .aws.open_signals import DynamoOpenSignals
from .aws.queues import DeadLetterQueue, SignalQueue
from .aws.secrets import SecretsManager
from .aws.shared_cache import DynamoSharedCache
from .aws.unreported_outcomes import UnreportedOutcomes
from .config import Config, ReporterConfig
from .ports import Clock, Ports, Randomness
from .usecases.execute_signal import ExecuteSignal
from .usecases.measure_state import MeasureState
from .usecases.reconcile_row import ReconcileRow
from .venues.registry import Venues
from .venues.surroundings import Surroundings

if TYPE_CHECKING:
    from .aws.event_bus import EventBus

# The threads of one batch share the clients. The timeouts (in seconds) leave a delivery time for several calls. mypy
# checks the parameters of calls against the service models; to check them again at run time would cost a tenth of each
# call, and to compose the default user agent for each call as much again.
_CLIENT_CONFIG = BotoConfig(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=16,
    parameter_validation=False,
    user_agent="orderexec",
    retries={"mode": "standard", "total_max_attempts": 3},
)


@dataclass(frozen=True, slots=True)
class Application:
    """What the functions that execute signals and reconcile rows need."""

    ports: Ports
    execute: ExecuteSignal
    reconcile: ReconcileRow
    measure: MeasureState
    signals: SignalQueue
    venues: Venues


def build(config: Config) -> Application:
    """Return the application. It connects to nothing yet: clients open their connections at the first call."""
    core = botocore.session.get_session()
    clock, randomness = make_system_clock(), make_system_randomness()
    session = boto3.Session(botocore_session=core)
    client = session.client("dynamodb", config=_CLIENT_CONFIG)
    dynamodb = add_short_way(client, core, clock.now)
    sqs = session.client("sqs", config=_CLIENT_CONFIG)
    provider = SecretsProvider(boto3_client=session.client("secretsmanager", config=_CLIENT_CONFIG))
    ledger = DynamoLedger(dynamodb, config.ledger_table, DayCounters(config.shared_table, clock, randomness))
    board = DynamoControls(dynamodb, config.shared_table, clock)
    shared_cache = DynamoSharedCache(dynamodb, config.shared_table)
    surroundings = Surroundings(
        shared_cache, board, clock, config.recv_window_ms, config.limit_share, config.containers, config.resend
    )
    venues = Venues(config.base_urls, surroundings)
    ssm = cache(lambda: session.client("ssm", config=_CLIENT_CONFIG))
    limits = ParameterStoreLimits(ssm, config.limits_prefix, clock, required=config.require_limits)
    ports = Ports(
        ledger=ledger,
        venues=venues,
        secrets=SecretsManager(provider, config.secret_prefix),
        board=board,
        limits=limits,
        dead_letters=DeadLetterQueue(sqs, config.dead_letter_queue_url),
        clock=clock,
        randomness=randomness,
    )
    use_cases = assemble(ports, config.policy)
    return Application(
        ports=ports,
        execute=use_cases.execute,
        reconcile=use_cases.reconcile,
        measure=MeasureState(DynamoOpenSignals(client, config.ledger_table, PARTS), board, clock),
        signals=SignalQueue(sqs, config.signal_queue_url),
        venues=venues,
    )


@dataclass(frozen=True, slots=True)
class Reporter:
    """What the function that reports outcomes needs."""

    bus: "EventBus"
    unreported: UnreportedOutcomes
    stack: str


def build_reporter(config: ReporterConfig) -> Reporter:
    """Return what the function that reports outcomes needs. It neither reads the ledger nor knows an exchange."""
    from .aws.event_bus import EventBus  # imported here because the functions that place orders do not need it

    session = boto3.Session()
    client = session.client("events", config=_CLIENT_CONFIG)
    bus = EventBus(client, config.event_bus, make_system_clock(), make_system_randomness())
    sqs = session.client("sqs", config=_CLIENT_CONFIG)
    return Reporter(bus, UnreportedOutcomes(sqs, config.unreported_queue_url), config.stack)


def make_system_clock() -> Clock:
    """Return the machine's clock."""
    return Clock(now=lambda: time.time_ns() // 1_000_000, sleep=time.sleep)


def make_system_randomness() -> Randomness:
    """Return the machine's randomness: a token is a random UUID (version 4), so no two writes have the same one."""
    return Randomness(token=lambda: uuid.uuid4().hex, jitter=random.random)
