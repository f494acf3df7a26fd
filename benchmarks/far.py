"""Who is measured at far servers, and how: in containers with the share of a processor that Lambda gives them.

All servers are far and speak TLS (`distance`). The share is that of the memory of template.yaml (`throttle`); the
initialisation has more of the processor on Lambda, and is not limited here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from benchmarks.container import Container, start_container
from benchmarks.events import MARKET, make_event, read_signal_ids
from benchmarks.measurements import FLOOR, FUNCTION
from benchmarks.servers import MEMORY_MB, Servers
from benchmarks.throttle import compute_share

SHARE = compute_share(MEMORY_MB)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One handler, and how an event for it with so many signals is made."""

    name: str
    handler: str
    make_event: Callable[[int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """How long one event took, and how many requests it made to the exchange."""

    milliseconds: float
    requests: int


THIS_FUNCTION = Contestant("orderexec", FUNCTION, lambda count: make_event(*[MARKET] * count))


def make_bare(servers: Servers, name: str = "bare boto3 and requests", handler: str = FLOOR) -> Contestant:
    """Return a bare handler, whose rows are like one that the function wrote here."""
    row = read_row(servers)
    return Contestant(name, handler, lambda count: make_event(*[MARKET] * count) | {"model": row})


def read_row(servers: Servers) -> dict[str, Any]:
    """Return the row of a signal that the function executes here."""
    event = THIS_FUNCTION.make_event(1)
    with start(servers, THIS_FUNCTION, "shared") as process:
        process.measure_ms(event)
    key = {"pk": {"S": f"main/binance-spot/{read_signal_ids(event)[0]}"}}
    row: dict[str, Any] = servers.call_aws("DynamoDB_20120810.GetItem", {"TableName": "ledger", "Key": key})["Item"]
    return row


def start(
    servers: Servers, contestant: Contestant, table: str, share: float = SHARE
) -> AbstractContextManager[Container]:
    """Start a container at the far servers; `table` is the shared table, where the function finds the rules."""
    variables = servers.make_far_variables() | {"SHARED_TABLE": table}
    return start_container(contestant.handler, variables, share)


def measure(servers: Servers, process: Container, event: dict[str, Any]) -> Sample:
    """Have the container execute `event`."""
    servers.call_control("DELETE", "requests")
    milliseconds = process.measure_ms(event)
    return Sample(milliseconds, len(servers.call_control("GET", "requests")))
