"""How a deployment is checked: all parts are there, and queues, timeouts, mapping and quotas match each other."""

import json
from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, warning
from orderctl.sources.logs import EXECUTING, RECONCILING, REPORTING, read_configuration
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
_DEPLOY = "run `make deploy ENV=...` again; CloudFormation's events say what failed"
_LEAST_RECEIVES = 100  # a signal that waits through an outage of an hour is delivered about as often


def check_stack(of: Stack) -> Iterator[Finding]:
    """Check what CloudFormation says about the stack, and whether all of its parts are there."""
    missing = [key for key in OUTPUTS if key not in of.outputs]
    if of.status.endswith("_IN_PROGRESS"):
        yield warning("stack", f"a deployment is in progress ({of.status})", "wait for its end")
    elif "FAILED" in of.status or of.status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"):
        yield bad("stack", f"it is {of.status}", _DEPLOY)
    elif of.status == "UPDATE_ROLLBACK_COMPLETE":
        yield warning(
            "stack", "the last deployment failed and was rolled back; the version before it is running", _DEPLOY
        )
    else:
        yield ok("stack", of.status)
    if missing:
        yield bad(
            "stack",
            f"outputs are missing: {', '.join(missing)}",
            f"the stack is half deployed or of an older version; {_DEPLOY}",
        )
    broken = [
        f"{each['LogicalResourceId']} is {each['ResourceStatus']}"
        for each in of.client("cloudformation").describe_stack_resources(StackName=of.name)["StackResources"]
        if "FAILED" in each["ResourceStatus"]
    ]
    if broken:
        yield bad("stack", "; ".join(broken), _DEPLOY)


def check_queues(of: Stack) -> Iterator[Finding]:
    """Check the visibility timeout, the number of deliveries before the queue gives up, and the retention."""
    signals, letters = (_read_attributes(of, key) for key in ("SignalQueueUrl", "DeadLetterQueueUrl"))
    timeout = int(read_configuration(of, EXECUTING)["Timeout"])
    visibility = int(signals["VisibilityTimeout"])
    if visibility > timeout:
        yield ok("queues", f"a message is hidden for {visibility} s, a delivery takes at most {timeout} s")
    else:
        yield bad(
            "queues",
            f"a message is visible again after {visibility} s, but its delivery may take {timeout} s",
            "deploy the template again: somebody changed one of the two by hand",
        )
    yield _check_redrive(signals, letters)
    keeps, kept = int(signals["MessageRetentionPeriod"]), int(letters["MessageRetentionPeriod"])
    if kept < keeps:  # a letter keeps the age of its message
        yield warning(
            "queues",
            f"letters are kept for {kept} s, signals for {keeps} s",
            "keep letters at least as long as signals",
        )


def _check_redrive(signals: dict[str, str], letters: dict[str, str]) -> Finding:
    policy = json.loads(signals.get("RedrivePolicy", "{}"))
    if policy.get("deadLetterTargetArn") != letters["QueueArn"]:
        return bad(
            "queues", "the signal queue does not send messages that it gives up to the dead-letter queue", _DEPLOY
        )
    count = int(policy["maxReceiveCount"])
    if count < _LEAST_RECEIVES:
        return warning(
            "queues",
            f"the queue gives a message up after {count} deliveries; an outage of the exchange may need more",
            "deploy the template again",
        )
    return ok("queues", f"the queue gives a message up only after {count} deliveries")


def check_mapping(of: Stack) -> Iterator[Finding]:
    """Check whether signals reach the function at all."""
    # By the queue, as the mapping belongs to an alias: it is not documented that the function's name finds it.
    queue = _read_attributes(of, "SignalQueueUrl")["QueueArn"]
    found = of.client("lambda").list_event_source_mappings(EventSourceArn=queue)["EventSourceMappings"]
    if not found:
        yield bad("mapping", "signals do not reach the function: it has no event source mapping", _DEPLOY)
    for each in found:
        yield from _check_one_mapping(each)


def _check_one_mapping(each: dict[str, Any]) -> Iterator[Finding]:
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
            "mapping",
            "it ignores which signals of a batch failed: done ones are repeated, or failed ones are lost",
            _DEPLOY,
        )


def check_quotas(of: Stack) -> Iterator[Finding]:
    """Check whether the account lets as many functions run at once as the stack needs."""
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


def _read_attributes(of: Stack, key: str) -> dict[str, str]:
    answer = of.client("sqs").get_queue_attributes(QueueUrl=of.output(key), AttributeNames=["All"])
    attributes: dict[str, str] = answer["Attributes"]
    return attributes
