"""Every alarm reaches a person and leads to a section of the runbooks; every reason of a dead letter has one too."""

import re
from typing import Any

import pytest

from orderctl.program import app
from orderexec.domain.lifecycle import Reason
from tests.unit.deployment.deployed import ROOT, load

RESOURCES = load()["Resources"]
ALARMS = [name for name, each in RESOURCES.items() if each["Type"].startswith("AWS::CloudWatch::") and "Alarm" in name]
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", RUNBOOKS, re.MULTILINE | re.DOTALL))
# What SNS or CloudFormation refuses; the rest is for a person at three in the morning.
LONGEST_DESCRIPTION = 1024


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_it_means_and_where_to_read_on(name: str) -> None:
    description = " ".join(properties(name)["AlarmDescription"].split())

    assert 80 < len(description) < LONGEST_DESCRIPTION
    assert description.endswith(f" docs/runbooks.md#{name.lower()}")
    assert name in SECTIONS


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reaches_the_topic_itself(name: str) -> None:
    assert properties(name)["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert RESOURCES[name]["Type"] == "AWS::CloudWatch::Alarm"  # a composite one would cost as much as five


@pytest.mark.parametrize("name", ALARMS)
def test_only_what_can_be_over_is_said_to_be_over(name: str) -> None:
    """Of what has happened once there is no end: an OK a minute later would send somebody back to bed."""
    given = properties(name)
    happened = given.get("Namespace") == "orderexec" and given.get("Statistic") == "Sum" and name != "MeasureAlarm"

    assert given.get("OKActions") == (None if happened else [{"Ref": "AlarmTopic"}])


def test_what_the_local_stack_refuses_is_left_out_there_and_nothing_else() -> None:
    refused = {name for name in ALARMS if "Metrics" in properties(name)}

    assert refused == {name for name in ALARMS if RESOURCES[name].get("Condition") == "OnAws"}


def test_every_function_is_watched() -> None:
    functions = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}
    errors = {
        str(properties(name).get("Dimensions")) for name in ALARMS if properties(name).get("MetricName") == "Errors"
    }

    assert errors == {str([{"Name": "FunctionName", "Value": {"Ref": name}}]) for name in functions}


def test_there_is_a_section_for_each_alarm_and_each_reason_and_no_other() -> None:
    lettered = {reason.value for reason in Reason if reason is not Reason.CANCELED}

    assert SECTIONS.keys() == {*ALARMS, *lettered}


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_says_what_it_means_what_to_look_at_and_what_to_do(title: str) -> None:
    assert re.findall(r"^\*\*(.*?)\*\*", SECTIONS[title], re.MULTILINE) == ["Means", "Look at", "Do"]


def test_commands_in_the_runbooks_exist() -> None:
    groups = {group.name for group in app.registered_groups}
    commands = {command.name for command in app.registered_commands} | groups
    used = set(re.findall(r"orderctl ([a-z]+)", RUNBOOKS))

    assert used <= commands
