"""What a container reaches before its first signal: the shared board, the usual account's key and limits, the exchange.

It stands apart from bootstrap.py so that the first requests are under way while the rest is still being imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config as BotoConfig

from .aws.account_limits import ParameterStoreLimits
from .aws.controls import DynamoControls
from .aws.dynamodb import add_short_way
from .aws.service_models import know_services
from .aws.shared_cache import DynamoSharedCache
from .config import Config
from .domain.signals import USUAL_ACCOUNT
from .ports import Clock
from .venues.http import Http, Transport
from .venues.registry import Venues
from .venues.surroundings import Surroundings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ssm import SSMClient

    from .aws.dynamodb import DynamoDB
    from .aws.secrets import SecretsManager

# The threads of one batch share the clients. The timeouts (in seconds) leave a delivery time for several calls. mypy
# checks the parameters of calls against the service models; to check them again at run time would cost a tenth of each
# call, and to compose the default user agent for each call as much again.
CLIENT_CONFIG = BotoConfig(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=16,
    parameter_validation=False,
    user_agent="orderexec",
    retries={"mode": "standard", "total_max_attempts": 3},
)
Beside = Callable[[Callable[[], object]], object]


@dataclass(frozen=True, slots=True)
class Contact:
    """Each is made once in a container. Clients are made one at a time, with `making` in hand."""

    session: boto3.Session
    making: Lock
    client: "DynamoDBClient"
    dynamodb: "DynamoDB | DynamoDBClient"
    board: DynamoControls
    limits: ParameterStoreLimits
    secrets: "SecretsManager"
    venues: Venues


def make_contact(
    config: Config, clock: Clock, *, beside: Beside = lambda _: None, reach: Callable[[str], Transport] = Http
) -> Contact:
    """Return what is reached first. It connects to nothing yet, but by `beside`.

    `beside` is handed what the first signal needs, as soon as it can be fetched, and runs it beside this. What is
    fetched so serves like any other: who needs it meanwhile waits for it, and it is fetched again when it is too old.
    """
    session, core = make_session()
    client = session.client("dynamodb", config=CLIENT_CONFIG)
    dynamodb = add_short_way(client, core, clock.now)
    board = DynamoControls(dynamodb, config.shared_table, clock)
    beside(board.look)
    making = Lock()
    limits = ParameterStoreLimits(
        cache(lambda: _make_ssm(session, making)), config.limits_prefix, clock, required=config.require_limits
    )
    beside(lambda: limits.read_limits(USUAL_ACCOUNT))
    secrets = _make_secrets(session, making, config)
    beside(lambda: secrets.get_credentials(USUAL_ACCOUNT))
    surroundings = Surroundings(
        DynamoSharedCache(dynamodb, config.shared_table),
        board,
        clock,
        config.recv_window_ms,
        config.limit_share,
        config.containers,
        config.resend,
        reach,
    )
    return Contact(session, making, client, dynamodb, board, limits, secrets, Venues(config.base_urls, surroundings))


def _make_ssm(session: boto3.Session, making: Lock) -> "SSMClient":
    with making:  # a session is not made for several threads (boto3's guide says so); its clients are
        return session.client("ssm", config=CLIENT_CONFIG)


def _make_secrets(session: boto3.Session, making: Lock, config: Config) -> "SecretsManager":
    from .aws.secrets import SecretsManager  # imported here because requests may be under way already

    with making:
        client = session.client("secretsmanager", config=CLIENT_CONFIG)
    return SecretsManager.from_client(client, config.secret_prefix)


def make_session() -> tuple[boto3.Session, botocore.session.Session]:
    """Return a session for clients of the services that are used here, and botocore's own that it rests on."""
    core = botocore.session.get_session()
    know_services(core)
    return boto3.Session(botocore_session=core), core
