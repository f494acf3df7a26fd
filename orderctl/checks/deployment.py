"""Whether the stack is deployed whole, and its queues, timeouts and mapping fit each other and the account's quotas."""

import json
from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, warning
from orderctl.sources.logs import EXECUTING, RECONCILING, REPORTING, configuration
from orderctl.target import Stack

OUTPUTS = (
    "SignalQueueUrl",
    "DeadLetterQueueUrl",
    "LedgerTable",
    "SharedTable",
    EXECUTING,
    RECONCILING,
    REPORTING,
    "UnreportedOutcomesUrl",
    "AlarmTopicArn",
)
_DEPLOY = "`make deploy ENV=...` once more; CloudFormation's events say what failed"
_LEAST_RECEIVES = 100  # a signal that waits out an hour's outage is delivered about as often


def stack(of: Stack) -> Iterator[Finding]:
    """CloudFormation's word for it, and whether all of its parts are there."""
    missing = [key for key in OUTPUTS if key not in of.outputs]
    if of.status.endswith("_IN_PROGRESS"):
        yield warning("stack", f"a deployment is under way ({of.status})", "wait for it")
    elif "FAILED" in of.status or of.status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"):
        yield bad("stack", f"it is {of.status}", _DEPLOY)
    elif of.status == "UPDATE_ROLLBACK_COMPLETE":
        yield warning("stack", "the last deployment failed and was taken back; the one before it runs", _DEPLOY)
    else:
        yield ok("stack", of.status)
    if missing:
        yield bad(
            "stack", f"outputs are missing: {', '.join(missing)}", f"half deployed or of an older version; {_DEPLOY}"
        )
    broken = [
        f"{each['LogicalResourceId']} is {each['ResourceStatus']}"
        for each in of.client("cloudformation").describe_stack_resources(StackName=of.name)["StackResources"]
        if "FAILED" in each["ResourceStatus"]
    ]
    if broken:
        yield bad("stack", "; ".join(broken), _DEPLOY)


def queues(of: Stack) -> Iterator[Finding]:
    """Visibility against the function's timeout, deliveries before the queue gives up, retention of both queues."""
    signals, letters = (_attributes(of, key) for key in ("SignalQueueUrl", "DeadLetterQueueUrl"))
    timeout = int(configuration(of, EXECUTING)["Timeout"])
    visibility = int(signals["VisibilityTimeout"])
    if visibility > timeout:
        yield ok("queues", f"a message is hidden for {visibility} s, a delivery lasts {timeout} s at the most")
    else:
        yield bad(
            "queues",
            f"a message shows up again after {visibility} s while its delivery may last {timeout} s",
            "deploy the template anew: somebody changed one of the two by hand",
        )
    yield _redrive(signals, letters)
    keeps, kept = int(signals["MessageRetentionPeriod"]), int(letters["MessageRetentionPeriod"])
    if kept < keeps:  # a letter keeps the age of its message
        yield warning(
            "queues", f"letters are kept for {kept} s, signals for {keeps} s", "keep letters as long at least"
        )


def _redrive(signals: dict[str, str], letters: dict[str, str]) -> Finding:
    policy = json.loads(signals.get("RedrivePolicy", "{}"))
    if policy.get("deadLetterTargetArn") != letters["QueueArn"]:
        return bad("queues", "the signal queue does not give up messages to the dead-letter queue", _DEPLOY)
    count = int(policy["maxReceiveCount"])
    if count < _LEAST_RECEIVES:
        return warning(
            "queues",
            f"the queue gives a message up after {count} deliveries; an outage of the exchange may need more",
            "deploy the template anew",
        )
    return ok("queues", f"the queue itself gives a message up after {count} deliveries only")


def mapping(of: Stack) -> Iterator[Finding]:
    """Whether signals reach the function at all."""
    # By the queue: the mapping is of an alias, and whether the function's bare name finds it is not documented.
    queue = _attributes(of, "SignalQueueUrl")["QueueArn"]
    found = of.client("lambda").list_event_source_mappings(EventSourceArn=queue)["EventSourceMappings"]
    if not found:
        yield bad("mapping", "nothing hands signals to the function: it has no event source mapping", _DEPLOY)
    for each in found:
        yield from _mapping(each)


def _mapping(each: dict[str, Any]) -> Iterator[Finding]:
    if each["State"] != "Enabled":
        yield bad(
            "mapping",
            f"signals do not reach the function: the mapping is {each['State']}",
            f"aws lambda update-event-source-mapping --uuid {each['UUID']} --enabled",
        )
        return
    yield ok("mapping", f"enabled, batches of {each['BatchSize']}")
    if "ReportBatchItemFailures" not in each.get("FunctionResponseTypes", []):
        yield bad(
            "mapping", "it does not ask which signals of a batch failed: done ones come again, failed ones go", _DEPLOY
        )


def quotas(of: Stack) -> Iterator[Finding]:
    """Whether the account lets as many functions run at once as the stack wants."""
    limit = of.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    wanted = int(of.parameter("MaximumConcurrency"))
    if limit > wanted:
        yield ok("quotas", f"{wanted} batches may run at once; the account has room for {limit} functions")
    else:
        yield warning(
            "quotas",
            f"{wanted} batches should run at once, but all functions of the account share {limit}",
            "lower MaximumConcurrency, or have the quota raised (Service Quotas: Lambda, concurrent executions)",
        )


def _attributes(of: Stack, key: str) -> dict[str, str]:
    answer = of.client("sqs").get_queue_attributes(QueueUrl=of.output(key), AttributeNames=["All"])
    attributes: dict[str, str] = answer["Attributes"]
    return attributes
