"""What must hold between the parts of `template.yaml`, and between it and what users rely on."""

import json
import re
from typing import Any

import pytest

from orderexec.aws.event_bus import SOURCE
from orderexec.domain.products import name_venues
from orderexec.usecases.reconcile_backlog import RUN_MS
from orderexec.venues.registry import ENTRIES
from tests.unit.deployment.deployed import ROOT, Template, load
from tests.unit.test_config import RIGHT


@pytest.fixture(scope="module")
def template() -> Template:
    return load()


@pytest.fixture(scope="module")
def resources(template: Template) -> dict[str, Any]:
    return {name: resource.get("Properties", {}) for name, resource in template["Resources"].items()}


def test_parameters_users_rely_on_have_their_defaults(template: Template) -> None:
    defaults = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}

    assert (
        defaults.items()
        >= {
            "Venues": "binance-spot",
            "BinanceSpotUrl": "https://api.binance.com",
            "BinanceUsdmUrl": "https://fapi.binance.com",
            "BinanceCoinmUrl": "https://dapi.binance.com",
            "BybitUrl": "https://api.bybit.com",
            "SecretPrefix": "orderexec/",
            "SignalMaxAgeSeconds": "300",
            "RecvWindowMs": "5000",
            "LogLevel": "INFO",
            "AlarmEmail": "",
            "SubnetIds": "",
            "SecurityGroupIds": "",
            "QueueType": "standard",
            "PublishOutcomes": "true",
            "EventBusName": "default",
            "Emulated": "false",
        }.items()
    )


def test_the_venues_that_a_stack_may_trade_at_are_those_that_there_are(template: Template) -> None:
    pattern = template["Parameters"]["Venues"]["AllowedPattern"]

    for name in name_venues(ENTRIES):
        assert re.search(pattern, name)
        assert re.search(pattern, f"{name},binance-spot")
    for wrong in ("okx", "bybit/spot", "", "binance-spot,", "binance-spot,,binance-usdm", "binance-spot, binance-usdm"):
        assert not re.search(pattern, wrong)


def test_every_variable_that_the_functions_are_given_is_read(template: Template) -> None:
    given = template["Globals"]["Function"]["Environment"]["Variables"]

    assert {name for name in given if not name.startswith("POWERTOOLS_")} == set(RIGHT)


def test_outputs_users_rely_on_are_there(template: Template) -> None:
    assert {
        "SignalQueueUrl",
        "DeadLetterQueueUrl",
        "LedgerTable",
        "ExecuteSignalsFunction",
        "AlarmTopicArn",
        "OutcomeBusName",
        "ReportOutcomesFunction",
        "UnreportedOutcomesUrl",
    } <= template["Outputs"].keys()


def test_one_bad_signal_does_not_return_the_others_of_its_batch(resources: dict[str, Any]) -> None:
    source = resources["ExecuteSignals"]["Events"]["Signals"]["Properties"]

    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BatchSize"] == 10
    assert "MaximumBatchingWindowInSeconds" not in source


def test_what_a_run_over_open_rows_began_last_can_end_within_the_functions_time(resources: dict[str, Any]) -> None:
    # A question of the exchange's clock, two lookups and a key fetched anew, each as slow as its timeout lets it be.
    slowest_row_ms = 45_000

    assert resources["ReconcileOrders"]["Timeout"] * 1000 >= RUN_MS + slowest_row_ms


def test_many_stacks_fit_into_one_account(resources: dict[str, Any]) -> None:
    names = (
        "QueueName",
        "TableName",
        "FunctionName",
        "TopicName",
        "RoleName",
        "LogGroupName",
        "LayerName",
        "AlarmName",
    )

    assert not [(resource, name) for resource, given in resources.items() for name in names if name in given]


def test_only_tracing_which_knows_no_resources_is_allowed_everywhere(resources: dict[str, Any]) -> None:
    for role in ("ExecuteSignalsRole", "ReconcileOrdersRole", "ReportOutcomesRole"):
        (policy,) = resources[role]["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        assert [each["Sid"] for each in statements if each["Resource"] == "*"] == ["Traces"]


def test_outcomes_are_read_from_the_ledgers_stream_and_none_is_dropped(resources: dict[str, Any]) -> None:
    source = resources["ReportOutcomes"]["Events"]["Outcomes"]["Properties"]
    (pattern,) = source["FilterCriteria"]["Filters"]

    assert resources["Ledger"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert source["Stream"] == {
        "If": ["MakesLedger", {"GetAtt": "Ledger.StreamArn"}, {"Ref": "ExistingLedgerStreamArn"}]
    }
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert json.loads(pattern["Pattern"]) == {"dynamodb": {"NewImage": {"state": {"S": ["ACCEPTED", "DEAD"]}}}}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # A stream keeps its records for a day: they must be given up, and said to be, while they can still be read.
    assert source["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert "MaximumRetryAttempts" not in source
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"GetAtt": "UnreportedOutcomes.Arn"}


def test_without_outcomes_the_stream_is_not_read_and_what_was_put_aside_can_be_published(template: Template) -> None:
    resources = template["Resources"]
    reader = resources["ReportOutcomes"]["Properties"]["Events"]["Outcomes"]["Properties"]

    assert template["Conditions"]["PublishesOutcomes"] == {"Equals": [{"Ref": "PublishOutcomes"}, "true"]}
    assert reader["Enabled"] == {"If": ["PublishesOutcomes", True, False]}
    only_then = {name for name, each in resources.items() if each.get("Condition") == "PublishesOutcomes"}
    of_outcomes = [{"Name": "FunctionName", "Value": {"Ref": "ReportOutcomes"}}]
    of_outcomes_aside = [{"Name": "QueueName", "Value": {"GetAtt": "UnreportedOutcomes.QueueName"}}]
    assert only_then == {
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::CloudWatch::Alarm"
        and (
            each["Properties"].get("Dimensions") in (of_outcomes, of_outcomes_aside)
            or each["Properties"].get("MetricName") == "OutcomesUnreported"
        )
    }
    assert "Condition" not in resources["ReportOutcomes"] | resources["UnreportedOutcomes"]


def test_a_key_of_yours_may_be_used_through_each_service_that_keeps_what_the_functions_read(
    resources: dict[str, Any],
) -> None:
    statements = [
        statement
        for role in ("ExecuteSignalsRole", "ReconcileOrdersRole", "ReportOutcomesRole")
        for policy in resources[role]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    actions = [
        action
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    ]
    ends_in = {"logs", "xray", "events"}  # what is sent there, the functions never read again
    (use,) = resources["KeyUse"]["PolicyDocument"]["Statement"]
    through = {each["Sub"].partition(".")[0] for each in use["Condition"]["StringEquals"]["kms:ViaService"]}

    assert through == {action.partition(":")[0] for action in actions} - ends_in


def test_the_reporter_may_publish_as_orderexec_only(resources: dict[str, Any]) -> None:
    (policy,) = resources["ReportOutcomesRole"]["Policies"]
    statements = {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}

    assert statements.keys() == {"LedgerStream", "Outcomes", "UnreportedOutcomes", "Logs", "Traces"}
    assert statements["Outcomes"]["Action"] == "events:PutEvents"
    assert statements["Outcomes"]["Condition"] == {"StringEqualsIfExists": {"events:source": SOURCE}}
    assert [sid for sid, each in statements.items() if each["Resource"] == "*"] == ["Traces"]


def test_every_part_runs_on_the_same_runtime_and_processor(template: Template, resources: dict[str, Any]) -> None:
    functions = template["Globals"]["Function"]
    runtime, processors = functions["Runtime"], functions["Architectures"]

    assert (runtime, processors) == ("python3.13", ["arm64"])
    for layer in ("Dependencies", "Application"):
        assert resources[layer]["CompatibleRuntimes"] == [runtime]
        assert resources[layer]["CompatibleArchitectures"] == processors


def test_the_layer_holds_the_versions_that_the_tests_run_against() -> None:
    tested, shipped = _pins("requirements/dev.txt"), _pins("layers/dependencies/requirements.txt")

    assert shipped.items() <= tested.items()
    assert not {"boto3", "botocore"} & shipped.keys()


def _pins(file: str) -> dict[str, str]:
    lines = [line.split(" ;")[0] for line in (ROOT / file).read_text().splitlines() if "==" in line]
    return {name: version for name, _, version in (line.partition("==") for line in lines)}
