"""What a container reaches first: AWS, the table and the board that containers share, and the venues.

It stands apart from bootstrap.py so that the first requests are under way while the rest is still being imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config as BotoConfig

from .aws.controls import DynamoControls
from .aws.dynamodb import add_short_way
from .aws.service_models import know_services
from .aws.shared_cache import DynamoSharedCache
from .config import Config
from .ports import Clock
from .venues.registry import Venues
from .venues.surroundings import Surroundings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .aws.dynamodb import DynamoDB

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
RunBeside = Callable[[Callable[[], object]], object]


@dataclass(frozen=True, slots=True)
class Contact:
    """Each is made once in a container. Nothing is connected to before the first call."""

    session: boto3.Session
    client: "DynamoDBClient"
    dynamodb: "DynamoDB | DynamoDBClient"
    board: DynamoControls
    venues: Venues


def make_contact(config: Config, clock: Clock) -> Contact:
    """Return what is reached first."""
    session, core = make_session()
    client = session.client("dynamodb", config=CLIENT_CONFIG)
    dynamodb = add_short_way(client, core, clock.now)
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
    return Contact(session, client, dynamodb, board, Venues(config.base_urls, surroundings))


def reach_out(contact: Contact, beside: RunBeside) -> None:
    """Read the board and connect to the usual exchange, each as a call that `beside` runs beside the caller."""
    beside(contact.board.look)
    beside(contact.venues.preload().open_connection)


def make_session() -> tuple[boto3.Session, botocore.session.Session]:
    """Return a session for clients of the services that are used here, and botocore's own that it rests on."""
    core = botocore.session.get_session()
    know_services(core)
    return boto3.Session(botocore_session=core), core
