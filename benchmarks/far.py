"""Who is measured at far servers, and how: in containers with the share of a processor that Lambda gives them.

All servers are far and speak TLS (`distance`). The share is that of the memory of template.yaml (`throttle`); the
initialisation has more of the processor on Lambda, and is not limited here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from benchmarks.container import Container, start_container
from benchmarks.events import read_signal_ids
from benchmarks.measurements import FLOOR, FUNCTION
from benchmarks.products import SPOT, Product
from benchmarks.servers import MEMORY_MB, Servers
from benchmarks.throttle import compute_share

SHARE = compute_share(MEMORY_MB)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One handler, and how an event for it with so many signals is made."""

    name: str
    handler: str
    make_event: Callable[[int], dict[str, Any]]
    product: Product = SPOT


@dataclass(frozen=True, slots=True)
class Sample:
    """How long one event took, and how many requests it made to the exchange."""

    milliseconds: float
    requests: int


def make_function(product: Product) -> Contestant:
    """Return the function at that venue."""
    return Contestant("orderexec", FUNCTION, product.make_event, product)


THIS_FUNCTION = make_function(SPOT)


def make_bare(
    servers: Servers, name: str = "bare boto3 and requests", handler: str = FLOOR, product: Product = SPOT
) -> Contestant:
    """Return a bare handler, whose rows are like one that the function wrote here."""
    row = read_row(servers, product)
    return Contestant(name, handler, lambda count: product.make_event(count) | {"model": row}, product)


def read_row(servers: Servers, product: Product = SPOT) -> dict[str, Any]:
    """Return the row of a signal that the function executes here."""
    function = make_function(product)
    event = function.make_event(1)
    with start(servers, function, "shared") as process:
        process.measure_ms(event)
    key = {"pk": {"S": f"main/{product.venue}/{read_signal_ids(event)[0]}"}}
    row: dict[str, Any] = servers.call_aws("DynamoDB_20120810.GetItem", {"TableName": "ledger", "Key": key})["Item"]
    return row


def start(
    servers: Servers, contestant: Contestant, table: str, share: float = SHARE
) -> AbstractContextManager[Container]:
    """Start a container at the far servers; `table` is the shared table, where the function finds the rules."""
    variables = servers.make_far_variables(contestant.product.venue) | {"SHARED_TABLE": table}
    return start_container(contestant.handler, variables, share)


def measure(servers: Servers, process: Container, event: dict[str, Any]) -> Sample:
    """Have the container execute `event`."""
    servers.call_control("DELETE", "requests")
    milliseconds = process.measure_ms(event)
    return Sample(milliseconds, len(servers.call_control("GET", "requests")))
