"""Which stack a command speaks to is never a guess, and every way in which it cannot be reached has its sentence."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from orderctl import target
from orderctl.trouble import Denied, Misused, NotThere, Unreachable, explain_answer
from tests.orderctl.conftest import PARAMETERS, Ctl, Deployed, build_template, parse_answer

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """As `make up` writes it."""
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({"aws_endpoint_url": NOWHERE, "aws_region": "us-east-1"}))
    return file


def test_the_installed_command_runs_from_any_folder_without_any_path(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("orderctl")

    done = subprocess.run([command, "--help"], cwd=tmp_path, env={}, capture_output=True, text=True, check=False)  # noqa: S603 - the tool under test

    assert done.returncode == 0, done.stderr
    assert done.stdout.lstrip().startswith("Usage: orderctl ")
    assert "Exit codes" in done.stdout


def test_while_a_local_stack_runs_one_must_say_which_is_meant(aws_account: None, outputs: Path) -> None:
    with pytest.raises(Misused, match="--local for that one, --stack orderexec for the one in your AWS account"):
        target.find(None, local=False, outputs=outputs)


def test_named_it_is_the_account_even_while_a_local_stack_runs(deployed: Deployed, outputs: Path) -> None:
    found = target.find("orderexec", local=False, outputs=outputs)

    assert found.place == "AWS account 123456789012, eu-west-1"


def test_local_and_another_endpoint_contradict_each_other(
    aws_account: None, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    with pytest.raises(Misused, match="unset it"):
        target.find(None, local=True, outputs=outputs)


def test_local_and_a_named_stack_contradict_each_other(aws_account: None, outputs: Path) -> None:
    with pytest.raises(Misused, match="not both"):
        target.find("mine", local=True, outputs=outputs)


def test_without_make_up_there_is_no_local_stack(aws_account: None, tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="make up"):
        target.find(None, local=True, outputs=tmp_path / "none.json")


def test_a_local_stack_that_died_is_told(outputs: Path) -> None:
    with pytest.raises(Unreachable, match="`make down`, then `make up`"):
        target.find(None, local=True, outputs=outputs)


def test_the_stack_is_said_before_anything_is_done(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("dead")

    assert result.stderr.startswith("stack orderexec (AWS account 123456789012, eu-west-1)\n")


def test_a_stack_that_is_not_there(ctl: Ctl) -> None:
    result = ctl("list", "--json", stack="nowhere")

    assert result.exit_code == 3
    assert parse_answer(result)["error"]["exit_code"] == 3
    assert (
        "there is no stack nowhere in region eu-west-1; deploy it (`make deploy ENV=...`)"
        in parse_answer(result)["error"]["message"]
    )


def test_a_half_deployed_stack_is_named_with_what_it_lacks(ctl: Ctl) -> None:
    text = build_template({"LedgerTable": "ledger"}, PARAMETERS)
    boto3.client("cloudformation").create_stack(StackName="orderexec", TemplateBody=text)

    result = ctl("dead")

    assert result.exit_code == 3
    assert "has no output DeadLetterQueueUrl: it is only half deployed" in " ".join(result.stderr.split())


def test_the_stack_of_something_else_is_told(ctl: Ctl) -> None:
    boto3.client("cloudformation").create_stack(
        StackName="orderexec", TemplateBody=build_template({"X": "x"}, {"Y": "y"})
    )

    result = ctl("publish", "-", given='{"symbol": "BTCUSDT", "side": "BUY", "quantity": "1"}')

    assert result.exit_code == 3
    assert "no parameter SignalMaxAgeSeconds; is it this project's stack?" in result.stderr


def test_a_queue_that_was_deleted_by_hand(deployed: Deployed, ctl: Ctl) -> None:
    deployed.sqs.delete_queue(QueueUrl=deployed.letters)

    result = ctl("dead")

    assert result.exit_code == 3
    assert "a part of the stack is missing" in result.stderr


def test_nobody_is_logged_in(aws_account: None, ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    result = ctl("dead")

    assert result.exit_code == 3
    assert "no usable AWS credentials" in result.stderr


def test_a_profile_that_does_not_exist(aws_account: None, ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")

    result = ctl("dead")

    assert result.exit_code == 3
    assert "no-such-profile" in result.stderr


def test_no_network_is_worth_trying_again(ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)

    result = ctl("dead")

    assert result.exit_code == 4
    assert f"{NOWHERE} does not answer" in result.stderr


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("AccessDeniedException", Denied, "you may not do Scan at home; ask for that permission"),
        ("ExpiredTokenException", NotThere, "log in again"),
        ("ResourceNotFoundException", NotThere, "deploy the stack again"),
        ("InternalServerError", Unreachable, "Scan at home failed: InternalServerError"),
    ],
)
def test_what_aws_answers_becomes_a_sentence(code: str, kind: type[Exception], says: str) -> None:
    trouble = explain_answer(ClientError({"Error": {"Code": code, "Message": "m"}}, "Scan"), "home")

    assert type(trouble) is kind
    assert says in str(trouble)
