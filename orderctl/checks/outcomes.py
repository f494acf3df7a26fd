"""How it is checked whether outcomes reach the event bus, or are switched off."""

from collections.abc import Iterator

from orderctl.findings import Finding, bad, ok
from orderctl.sources.logs import REPORTING
from orderctl.target import Stack

PARAMETER = "PublishOutcomes"
_OFF = (
    f"they are switched off ({PARAMETER} is false): nothing is told on the event bus, and a listener such as the "
    "sample bot hears nothing"
)


def check_outcomes(of: Stack) -> Iterator[Finding]:
    """Check that the ledger's stream is read if outcomes are to be published, and say so if they are not."""
    # A stack that is older than the parameter always publishes.
    if of.parameters.get(PARAMETER, "true") == "false":
        yield ok("outcomes", _OFF)
        return
    mappings = of.client("lambda").list_event_source_mappings(FunctionName=of.output(REPORTING))["EventSourceMappings"]
    states = [each["State"] for each in mappings]
    if states and set(states) == {"Enabled"}:
        yield ok("outcomes", "each is published on the event bus")
    else:
        yield bad(
            "outcomes",
            f"none is published: the mapping of {REPORTING} is {', '.join(states) or 'not there'}",
            "deploy the template again; what waits for more than a day in the ledger's stream is not told",
        )
