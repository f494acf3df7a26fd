"""`doctor`: each thing that can be wrong is found, and one that may not be looked at does not hide the others."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from orderctl import findings
from orderctl.checks import deployment, egress, operation, outcomes
from orderctl.findings import Finding, Level
from orderctl.target import Stack
from orderexec.domain.lifecycle import Reason
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, parse_answer
from tests.orderctl.test_orderctl_live import Deployment, Logs

QUEUE = {
    "VisibilityTimeout": "90",
    "MessageRetentionPeriod": "1209600",
    "QueueArn": "arn:letters",
    "RedrivePolicy": '{"deadLetterTargetArn": "arn:letters", "maxReceiveCount": 1000}',
}
MAPPING = {"State": "Enabled", "BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"], "UUID": "u"}
FUNCTION = {"Timeout": 45, "State": "Active", "LastUpdateStatus": "Successful"}


class Whole:
    """A stack on which all is well, but for what a test changes: attributes of its answers, by what is asked."""

    name, place, options, status = "orderexec", "here", "", "CREATE_COMPLETE"

    def __init__(self, **changes: Any) -> None:
        self.queue = QUEUE | changes.get("queue", {})
        self.mappings = changes.get("mappings", [MAPPING])
        self.function = FUNCTION | changes.get("function", {})
        self.resources = changes.get("resources", {"Ledger": "CREATE_COMPLETE"})
        self.room = changes.get("room", 1000)
        self.status = changes.get("status", self.status)
        self.parameters = changes.get("parameters", {"PublishOutcomes": "true"})
        self.outputs = dict.fromkeys(changes.get("outputs", deployment.OUTPUTS), "x")

    def client(self, _: str) -> "Whole":
        return self

    def output(self, key: str) -> str:
        return key

    def parameter(self, _: str) -> str:
        return "10"

    def get_queue_attributes(self, **_: object) -> Any:
        return {"Attributes": self.queue}

    def get_function_configuration(self, **_: object) -> Any:
        return self.function

    def list_event_source_mappings(self, **_: object) -> Any:
        return {"EventSourceMappings": self.mappings}

    def get_account_settings(self) -> Any:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.room}}

    def describe_stack_resources(self, **_: object) -> Any:
        return {"StackResources": [{"LogicalResourceId": k, "ResourceStatus": v} for k, v in self.resources.items()]}


Check = Callable[[Stack], Iterator[Finding]]


def list_levels(check: Check, **changes: Any) -> set[str]:
    return {finding.level.value for finding in check(cast(Stack, Whole(**changes)))}


CHECKS: list[Check] = [
    deployment.check_stack,
    deployment.check_queues,
    deployment.check_mapping,
    deployment.check_quotas,
    outcomes.check_outcomes,
    operation.check_functions,
]


@pytest.mark.parametrize("check", CHECKS)
def test_a_stack_as_it_should_be(check: Check) -> None:
    assert list_levels(check) == {"ok"}


@pytest.mark.parametrize(
    ("check", "changes", "level"),
    [
        (deployment.check_stack, {"status": "ROLLBACK_COMPLETE"}, "bad"),
        (deployment.check_stack, {"status": "UPDATE_ROLLBACK_FAILED"}, "bad"),
        (deployment.check_stack, {"status": "UPDATE_ROLLBACK_COMPLETE"}, "warning"),
        (deployment.check_stack, {"status": "UPDATE_IN_PROGRESS"}, "warning"),
        (deployment.check_stack, {"outputs": ["LedgerTable"]}, "bad"),
        (deployment.check_stack, {"resources": {"Ledger": "CREATE_FAILED"}}, "bad"),
        (deployment.check_queues, {"queue": {"VisibilityTimeout": "45"}}, "bad"),
        (deployment.check_queues, {"function": {"Timeout": 120}}, "bad"),
        (deployment.check_queues, {"queue": {"RedrivePolicy": "{}"}}, "bad"),
        (
            deployment.check_queues,
            {"queue": {"RedrivePolicy": '{"deadLetterTargetArn": "arn:letters", "maxReceiveCount": 3}'}},
            "warning",
        ),
        (deployment.check_mapping, {"mappings": []}, "bad"),
        (deployment.check_mapping, {"mappings": [MAPPING | {"State": "Disabled"}]}, "bad"),
        (deployment.check_mapping, {"mappings": [MAPPING | {"FunctionResponseTypes": []}]}, "bad"),
        (deployment.check_quotas, {"room": 10}, "warning"),
        (outcomes.check_outcomes, {"mappings": [MAPPING | {"State": "Disabled"}]}, "bad"),
        (outcomes.check_outcomes, {"mappings": []}, "bad"),
        (outcomes.check_outcomes, {"mappings": [], "parameters": {}}, "bad"),
        (operation.check_functions, {"function": {"State": "Failed"}}, "bad"),
        (operation.check_functions, {"function": {"LastUpdateStatus": "Failed"}}, "bad"),
        (egress.check_address, {"function": {"VpcConfig": {}}}, "warning"),
    ],
)
def test_what_is_wrong_is_found(check: Check, changes: dict[str, Any], level: str) -> None:
    assert level in list_levels(check, **changes)


def test_that_outcomes_are_switched_off_is_told_in_one_sentence_and_is_no_fault() -> None:
    off = Whole(parameters={"PublishOutcomes": "false"}, mappings=[MAPPING | {"State": "Disabled"}])

    (found,) = outcomes.check_outcomes(cast(Stack, off))

    assert found.level is Level.OK
    assert "switched off (PublishOutcomes is false)" in found.text
    assert "a listener such as the sample bot hears nothing" in found.text


def test_what_may_not_be_looked_at_is_unknown_and_the_rest_is_told() -> None:
    def denied() -> Iterator[Finding]:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetAccountSettings")
        yield

    def broken() -> Iterator[Finding]:
        yield findings.ok("c", "begun")
        raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": "no"}}, "GetQueueAttributes")

    checks: dict[str, findings.Check] = {"a": denied, "b": lambda: iter([findings.ok("b", "well")]), "c": broken}
    found = list(findings.run_checks(cast(Stack, Whole()), checks))

    assert [(each.about, each.level) for each in found] == [
        ("a", Level.UNKNOWN),
        ("b", Level.OK),
        ("c", Level.OK),
        ("c", Level.BAD),
    ]


def test_the_last_fault_is_told_and_dead_signals_are_no_faults() -> None:
    logs = Logs()
    logs.log(NOW, level="ERROR", message="signal dead", signal="a", state="DEAD")
    logs.log(NOW, level="ERROR", message="delivery failed", exception_name="KeyError")

    first, second, third = operation.check_errors(cast(Stack, logs), NOW + 1_000)

    assert (first.level, second.level, third.level) == (Level.WARNING, Level.OK, Level.OK)
    assert "logged 1 error in the last hour" in first.text
    assert first.text.endswith("delivery failed KeyError")


def test_letters_and_rows_that_nobody_closed_are_told(deployed: Deployed) -> None:
    deployed.send_letter({"id": "x"}, reason="RULES")
    deployed.put(make_dead("forgotten", Reason.RULES))
    stack = cast(Stack, Deployment(deployed))

    fresh = {each.about: each.level for each in operation.check_backlog(stack, NOW)}
    later = {each.about: each.level for each in operation.check_backlog(stack, NOW + 3_600_000)}

    assert fresh == {"letters": Level.WARNING, "signals": Level.OK, "ledger": Level.OK}
    assert later["ledger"] == Level.BAD


def test_outcomes_that_nobody_was_told_of_are_told(deployed: Deployed) -> None:
    deployed.sqs.send_message(QueueUrl=deployed.outputs["UnreportedOutcomesUrl"], MessageBody="{}")

    found = {each.about: each for each in operation.check_backlog(cast(Stack, Deployment(deployed)), NOW)}

    assert found["outcomes"].level is Level.WARNING
    assert "1 outcome could not be published" in found["outcomes"].text


def test_a_stack_whose_functions_are_gone_is_told_whole(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("doctor", "--json")

    found = {(each["about"], each["level"]) for each in parse_answer(result)["findings"]}
    assert result.exit_code == 1
    assert {
        ("stack", "ok"),
        ("mapping", "bad"),
        ("letters", "ok"),
        ("halts", "ok"),
        ("exchange of binance-spot", "bad"),
    } <= found
