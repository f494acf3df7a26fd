"""The one place that knows concrete classes: puts the function together from its configuration."""

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

from .aws.account_limits import ParameterStoreLimits
from .aws.controls import DynamoControls
from .aws.day_counters import DayCounters
from .aws.dynamodb import shortened
from .aws.ledger import DynamoLedger
from .aws.open_index import PARTS
from .aws.open_signals import DynamoOpenSignals
from .aws.queues import DeadLetterQueue, SignalQueue
from .aws.secrets import SecretsManager
from .aws.shared_cache import DynamoSharedCache
from .aws.unreported_outcomes import UnreportedOutcomes
from .config import Config, ReporterConfig
from .ports import Clock
from .usecases.automatic_halts import AutomaticHalts
from .usecases.dead_letter_signal import DeadLetterSignal
from .usecases.execute_signal import ExecuteSignal
from .usecases.measure_state import MeasureState
from .usecases.reconcile_row import ReconcileRow
from .venues.registry import Venues
from .venues.surroundings import Surroundings

if TYPE_CHECKING:
    from .aws.event_bus import EventBus

# Threads of one batch share the clients; the timeouts leave a delivery time for several calls. Parameters are
# checked by mypy against the service models, checking them again at run time costs a tenth of each call; so does
# composing the default user agent anew for each.
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
    """What the entry points need."""

    execute: ExecuteSignal
    reconcile: ReconcileRow
    measure: MeasureState
    signals: SignalQueue
    venues: Venues


def build(config: Config) -> Application:
    """Return the function, put together. It connects to nothing: clients open connections at the first call."""
    core, clock = botocore.session.get_session(), system_clock()
    session = boto3.Session(botocore_session=core)
    client = session.client("dynamodb", config=_CLIENT_CONFIG)
    dynamodb = shortened(client, core, clock.now)
    sqs = session.client("sqs", config=_CLIENT_CONFIG)
    provider = SecretsProvider(boto3_client=session.client("secretsmanager", config=_CLIENT_CONFIG))
    ledger = DynamoLedger(dynamodb, config.ledger_table, DayCounters(config.shared_table, clock))
    board = DynamoControls(dynamodb, config.shared_table, clock)
    surroundings = Surroundings(
        DynamoSharedCache(dynamodb, config.shared_table),
        board,
        clock,
        config.recv_window_ms,
        config.limit_share,
        config.containers,
        config.resend,
    )
    venues = Venues(config.base_urls, surroundings)
    ssm = cache(lambda: session.client("ssm", config=_CLIENT_CONFIG))
    limits = ParameterStoreLimits(ssm, config.limits_prefix, clock, required=config.require_limits)
    halts = AutomaticHalts(board, config.halt_after_credential_failures, config.halt_after_rejections)
    secrets = SecretsManager(provider, config.secret_prefix)
    dead_letter = DeadLetterSignal(ledger, DeadLetterQueue(sqs, config.dead_letter_queue_url), clock)
    return Application(
        execute=ExecuteSignal(ledger, venues, secrets, board, limits, halts, dead_letter, clock, config.max_age_ms),
        reconcile=ReconcileRow(ledger, venues, secrets, dead_letter, clock),
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
    """Return as `build` does, for a function that neither reads the ledger nor knows an exchange."""
    from .aws.event_bus import EventBus  # the functions that place orders do without

    session = boto3.Session()
    bus = EventBus(session.client("events", config=_CLIENT_CONFIG), config.event_bus, system_clock())
    sqs = session.client("sqs", config=_CLIENT_CONFIG)
    return Reporter(bus, UnreportedOutcomes(sqs, config.unreported_queue_url), config.stack)


def system_clock() -> Clock:
    """Return the machine's clock and randomness."""
    return Clock(
        now=lambda: time.time_ns() // 1_000_000,
        token=lambda: uuid.uuid4().hex,
        jitter=random.random,
        sleep=time.sleep,
    )
