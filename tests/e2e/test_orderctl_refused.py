"""orderctl for somebody who may do only part of it: MiniStack enforces the rights of whoever calls."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local import environment
from local.stack import Stack

SEES_THE_STACK = ["cloudformation:DescribeStacks", "dynamodb:GetItem"]


@pytest.fixture(scope="module")
def limited(running: Stack) -> dict[str, str]:
    """The environment of somebody who may see the stack and its rows, and nothing else."""
    iam = running.client("iam")
    iam.create_user(UserName="onlooker")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": SEES_THE_STACK, "Resource": "*"}]}
    iam.put_user_policy(UserName="onlooker", PolicyName="see", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="onlooker")["AccessKey"]
    given = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    return environment.make_aws_variables(running.aws_endpoint_url) | given


def ctl(variables: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - the tool under test
        [str(Path(sys.executable).with_name("orderctl")), *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "operation"),
    [
        (["dead"], "ReceiveMessage"),
        (["list"], "Scan"),
        (["halt", "global"], "UpdateItem"),
        (["accounts", "check", "main"], "GetSecretValue"),
        (["limits", "show", "main"], "GetParameter"),
        (["watch", "--once"], "GetFunctionConfiguration"),
    ],
)
def test_a_missing_right_is_named_and_nothing_is_done(
    limited: dict[str, str], arguments: list[str], operation: str
) -> None:
    done = ctl(limited, *arguments)

    assert done.returncode == 3, done.stderr
    told = "reading it is denied" if operation == "GetSecretValue" else f"you may not do {operation} at local, http"
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_what_may_be_seen_is_shown(running: Stack, limited: dict[str, str]) -> None:
    # GIVEN a row that nothing else would touch
    item: Any = {
        "pk": {"S": "main/binance-spot/seen"},
        "state": {"S": "WAITING"},
        "account": {"S": "main"},
        "venue": {"S": "binance-spot"},
        "signal_id": {"S": "seen"},
        "content": {"S": "c"},
        "token": {"S": "t"},
        "issued_at": {"N": "1"},
        "expires_at": {"N": "2"},
        "updated_at": {"N": "3"},
        "attempts": {"N": "0"},
    }
    running.client("dynamodb").put_item(TableName=running.outputs["LedgerTable"], Item=item)

    done = ctl(limited, "show", "seen")

    assert done.returncode == 0, done.stderr
    assert "WAITING" in done.stdout
    assert "the log of its deliveries is not shown: you may not do GetFunctionConfiguration" in done.stderr


def test_doctor_tells_what_it_may_not_look_at(limited: dict[str, str]) -> None:
    done = ctl(limited, "doctor", "--json")

    found = {(each["about"], each["level"]) for each in json.loads(done.stdout)["findings"]}
    assert ("queues", "unknown") in found
    assert ("clock of binance-spot", "ok") in found
    assert "Traceback" not in done.stderr


def test_the_functions_own_role_is_not_enough(running: Stack) -> None:
    name = running.outputs["ExecuteSignalsFunction"]
    role = running.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    given = running.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    variables = environment.make_aws_variables(running.aws_endpoint_url) | {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }

    done = ctl(variables, "dead", "--json")

    assert done.returncode == 3
    assert "you may not do DescribeStacks" in json.loads(done.stdout)["error"]["message"]
