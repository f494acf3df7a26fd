"""What outlives a stack, an update and a failed first deployment; what a stack may be given instead of its own."""

import re
from typing import Any

import pytest

from orderexec.config import ConfigurationError, read_environment
from orderexec.venues.registry import ENTRIES, Entry
from tests.unit.deployment.deployed import Template, load
from tests.unit.test_config import RIGHT

TEMPLATE = load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
TABLES, QUEUES = ("Ledger", "Shared"), ("SignalQueue", "DeadLetterQueue", "UnreportedOutcomes")
# Properties of a table of which another value makes CloudFormation put another, empty table in its place
# ("Update requires: Replacement", AWS::DynamoDB::Table).
REPLACING = ("TableName", "LocalSecondaryIndexes", "ImportSourceSpecification")


@pytest.fixture
def template() -> Template:
    return TEMPLATE


def test_what_holds_data_outlives_its_stack_but_not_a_first_deployment_that_failed() -> None:
    kept = {name for name, each in RESOURCES.items() if "DeletionPolicy" in each}

    assert kept >= {*TABLES, *QUEUES}
    assert {RESOURCES[name]["DeletionPolicy"] for name in kept} == {"RetainExceptOnCreate"}
    assert {RESOURCES[name]["UpdateReplacePolicy"] for name in kept} == {"Retain"}
    holding = {"AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"}
    assert {name for name, each in RESOURCES.items() if each["Type"] in holding} == kept


@pytest.mark.parametrize("table", TABLES)
def test_no_update_puts_an_empty_table_in_the_place_of_one_with_halts_or_rows(table: str) -> None:
    given = RESOURCES[table]["Properties"]

    assert given["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert {"AttributeName": "pk", "AttributeType": "S"} in given["AttributeDefinitions"]
    assert not [name for name in REPLACING if name in given]
    assert given["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_ledger_forgets_nothing() -> None:
    assert "TimeToLiveSpecification" not in RESOURCES["Ledger"]["Properties"]


def test_a_protected_ledger_is_a_second_step_so_that_a_failed_first_one_can_be_taken_back() -> None:
    assert TEMPLATE["Parameters"]["ProtectLedger"]["Default"] == "false"
    assert RESOURCES["Ledger"]["Properties"]["DeletionProtectionEnabled"] == {"If": ["ProtectsLedger", True, False]}


@pytest.mark.parametrize(("table", "parameter"), [("Ledger", "ExistingLedgerTable"), ("Shared", "ExistingSharedTable")])
def test_a_table_that_is_there_already_is_used_wherever_the_own_one_would_be(table: str, parameter: str) -> None:
    condition = RESOURCES[table]["Condition"]
    assert TEMPLATE["Conditions"][condition] == {"Equals": [{"Ref": parameter}, ""]}

    uses = list(_uses(TEMPLATE, table))
    assert len(uses) >= 4
    for use in uses:
        assert use[0] == condition
        assert table in str(use[1])
        assert parameter in str(use[2]) or "ExistingLedgerStreamArn" in str(use[2])
    bare = str(_without_choices(TEMPLATE | {"Conditions": {}}))
    assert not re.search(rf"'Ref': '{table}'|'{table}\\.|\\$\\{{{table}[.}}]", bare)


def _uses(node: Any, table: str) -> Any:
    if isinstance(node, dict):
        if "If" in node and table in re.findall(r"\w+", str(node["If"][1])):
            yield node["If"]
        else:
            for each in node.values():
                yield from _uses(each, table)
    elif isinstance(node, list):
        for each in node:
            yield from _uses(each, table)


def _without_choices(node: Any) -> Any:
    if isinstance(node, dict):
        return {} if "If" in node else {name: _without_choices(each) for name, each in node.items()}
    return [_without_choices(each) for each in node] if isinstance(node, list) else node


URLS = {
    "https://api.binance.com": True,
    "https://demo-api.binance.com:443": True,
    "http://127.0.0.1:9000": True,
    "http://localhost:9000": True,
    "http://[::1]:9000": True,
    "http://api.binance.com": False,
    "http://127.0.0.1.example.com": False,
    "http://localhost@evil.example": False,
    "http://10.0.0.5:9000": False,
    "https://api.binance.com/": False,
    "ftp://127.0.0.1": False,
    "https://": False,
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize(("url", "taken"), URLS.items())
def test_plain_http_is_for_this_machine_only(url: str, taken: bool, entry: Entry, template: Template) -> None:
    assert bool(re.search(template["Parameters"][entry.url_parameter]["AllowedPattern"], url)) is taken

    environment = RIGHT | {"BINANCE_SPOT_URL": url}
    if taken:
        assert read_environment(environment).base_urls["binance-spot"] == url
    else:
        with pytest.raises(ConfigurationError, match="BINANCE_SPOT_URL must be"):
            read_environment(environment)
