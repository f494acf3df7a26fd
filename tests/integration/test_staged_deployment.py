"""What SAM makes of the template: a version published anew with each layer, and CodeDeploy only where wanted."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.sam import SAM
from tests.unit.deployment.deployed import ROOT

# In the environment of the SAM CLI, which holds the very translator that it deploys with.
TRANSFORM = """
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform
class NoPolicies:
    def load(self): return {}
template = yaml_parse(open(sys.argv[1]).read())
resources = template["Resources"]
for name, each in resources.items():
    if "Serverless" in each["Type"]:
        each["Properties"]["ContentUri" if "Layer" in each["Type"] else "CodeUri"] = f"s3://bucket/{name}"
resources["Application"]["Properties"]["ContentUri"] = f"s3://bucket/{sys.argv[3]}"
print(json.dumps(transform(template, json.loads(sys.argv[2]), NoPolicies())["Resources"]))
"""


def transformed(layer: str = "one", **parameters: str) -> dict[str, Any]:
    python = Path(SAM).parent / "python"
    command = [str(python), "-c", TRANSFORM, str(ROOT / "template.yaml"), json.dumps(parameters), layer]
    variables = {"AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    resources: dict[str, Any] = json.loads(done.stdout)
    return resources


def version(resources: dict[str, Any]) -> str:
    (name,) = (name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Version")
    return name


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return transformed()


def test_a_changed_layer_makes_a_new_version_and_an_unchanged_one_does_not(plain: dict[str, Any]) -> None:
    assert version(transformed("one")) == version(plain)
    assert version(transformed("two")) != version(plain)


def test_signals_go_to_the_alias(plain: dict[str, Any]) -> None:
    (source,) = (
        each["Properties"]
        for each in plain.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping" and "ScalingConfig" in each["Properties"]
    )

    assert source["FunctionName"] == {"Ref": "ExecuteSignalsAliaslive"}
    assert plain["ExecuteSignalsAliaslive"]["Properties"]["FunctionVersion"] == {
        "Fn::GetAtt": [version(plain), "Version"]
    }


def test_a_new_version_is_tried_with_some_signals_and_rolled_back_on_alarms_if_wanted(plain: dict[str, Any]) -> None:
    staged = transformed(StagedDeployment="true")
    group = staged["ExecuteSignalsDeploymentGroup"]["Properties"]

    assert [each for each in plain.values() if "CodeDeploy" in each["Type"]] == []
    assert "Canary10Percent5Minutes" in json.dumps(group["DeploymentConfigName"])
    assert group["AutoRollbackConfiguration"]["Enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["AlarmConfiguration"]["Alarms"] == [
        {"Name": {"Ref": "FunctionErrorsAlarm"}},
        {"Name": {"Ref": "DeliveriesFailedAlarm"}},
    ]
