"""Every command that a page prints exists as it is printed, and the snippets do what they say."""

import functools
import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
import typer.main
from botocore import xform_name

from local import environment
from local.sam import SAM
from orderctl.program import app
from orderexec.aws.secret_text import read_secret
from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import read_limits
from orderexec.domain.messages import Message
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials
from tests.unit.deployment import deployed
from tests.unit.deployment.deployed import ROOT
from tests.unit.deployment.pages import PAGES, README, find_blocks, name_of
from tests.unit.deployment.printed_commands import Printed, list_commands
from tests.unit.domain import schemas
from tests.unit.examples import parse

COMMANDS = list_commands()
MAKEFILE = (ROOT / "Makefile").read_text()
SAMCONFIG = (ROOT / "samconfig.toml").read_text()
FUNCTIONS = {name for name, each in deployed.load()["Resources"].items() if each["Type"] == "AWS::Serverless::Function"}
# Commands of the AWS CLI that are no operation of a service, and options that each of its commands has.
AWS_OWN = {("cloudformation", "deploy"): {"--stack-name", "--template-file", "--capabilities"}}
AWS_SET_UP = "configure"
AWS_GLOBAL = {"--cli-binary-format", "--query", "--region", "--profile", "--output"}
SAM_WORDS = ("remote", "local", "invoke", "validate", "build", "deploy", "delete")
# What a test of its own below runs, and what every machine has.
ELSEWHERE = {"openssl", "git", "cd", "grep", "cut"}


def of_program(name: str) -> list[Printed]:
    return [command for command in COMMANDS if command.program == name]


def options_of(words: tuple[str, ...]) -> list[str]:
    return [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]


@functools.cache
def help_of_sam(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 - the SAM CLI of this checkout
        [SAM, *command, "--help"],
        env=environment.make_tool_variables("http://127.0.0.1:0"),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_commands_are_found_on_the_pages() -> None:
    readme = [command.words for command in COMMANDS if command.page == README]

    assert ("make", "demo") in readme
    assert ("make", "duplicates") in readme
    assert (".venv/bin/orderctl", "doctor", "--stack", "orderexec-demo") in readme


def test_no_program_is_printed_that_no_test_looks_at() -> None:
    assert {command.program for command in COMMANDS} <= {"make", "orderctl", "sam", "aws", "python"} | ELSEWHERE


@pytest.mark.parametrize("command", of_program("make"), ids=str)
def test_a_target_of_make_exists(command: Printed) -> None:
    settings = [word.split("=", 1) for word in (*command.variables, *command.words[1:]) if "=" in word]
    targets = [word for word in command.words[1:] if "=" not in word]
    read_elsewhere = (ROOT / "local" / "up.py").read_text()

    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in targets)
    assert all(f"$({name})" in MAKEFILE or f'"{name}"' in read_elsewhere for name, _ in settings)
    places = [value for name, value in settings if name == "ENV" and value not in ("", "...")]
    assert all(f"[{place}.deploy.parameters]" in SAMCONFIG for place in places)


@pytest.mark.parametrize("command", of_program("orderctl"), ids=str)
def test_a_command_of_orderctl_is_taken_as_it_is_printed(command: Printed) -> None:
    found: Any = typer.main.get_command(app)
    words = list(command.words[1:])
    while words and getattr(found, "commands", None) and not words[0].startswith("-"):
        found = found.commands[words.pop(0)]
    # A group alone, as in "`orderctl --local`", stands for its commands.
    commands = list(found.commands.values()) if getattr(found, "commands", None) else [found]
    options = (option for each in [found, *commands] for parameter in each.params for option in parameter.opts)

    assert set(options_of(tuple(words))) <= set(options)
    if command.whole:
        found.make_context("orderctl", words, resilient_parsing=False)


@pytest.mark.parametrize("command", of_program("sam"), ids=str)
def test_a_command_of_the_sam_cli_is_taken_as_it_is_printed(command: Printed) -> None:
    path = list(itertools.takewhile(SAM_WORDS.__contains__, command.words[1:]))
    named = command.words[1 + len(path) :]
    given = dict(itertools.pairwise(named))

    assert set(options_of(named)) <= set(re.findall(r"(?<!\S)--?[a-z][\w-]*", help_of_sam(*path)))
    assert path
    assert f'stack_name = "{given.get("--stack-name", "orderexec")}"' in SAMCONFIG
    if "invoke" in path and named:
        assert named[0] in FUNCTIONS
        (event,) = (given[option] for option in ("--event-file", "--event", "-e") if option in given)
        assert json.loads((ROOT / event).read_text())["Records"]


def test_the_sam_cli_finds_a_function_only_with_its_stack() -> None:
    """The name of a function alone, which the stack's outputs tell, is refused: "Can't find exact resource"."""
    invoked = [command.words for command in of_program("sam") if "remote" in command.words]

    assert invoked
    assert all("--stack-name" in words for words in invoked)


@pytest.mark.parametrize("command", of_program("aws"), ids=str)
def test_a_command_of_the_aws_cli_has_the_options_that_are_printed(command: Printed) -> None:
    service, operation = command.words[1:3]
    given = {option.replace("--no-", "--", 1) for option in options_of(command.words)} - AWS_GLOBAL
    if service == AWS_SET_UP:
        assert not given
        return
    if (service, operation) in AWS_OWN:
        assert given <= AWS_OWN[service, operation]
        return
    model = botocore.session.get_session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape: Any = model.operation_model(names[operation]).input_shape

    assert given <= {f"--{xform_name(member, '-')}" for member in shape.members}
    if command.whole:
        assert given >= {f"--{xform_name(member, '-')}" for member in shape.required_members}


@pytest.mark.parametrize("command", of_program("python"), ids=str)
def test_a_program_of_python_exists(command: Printed) -> None:
    assert command.words[1] == "-m"
    assert importlib.util.find_spec(command.words[2]) is not None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="runs openssl")
def test_the_printed_key_pair_is_one_that_a_secret_may_hold(tmp_path: Path) -> None:
    for words in (command.words for command in of_program("openssl")):
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - as printed

    stored = {"api_key": "a", "private_key": (tmp_path / "key.pem").read_text()}
    assert isinstance(read_secret(json.dumps(stored)), Credentials)


class Sent:
    """A client of SQS that keeps what it was asked to send."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.regions: list[str | None] = []

    def client(self, service: str, region_name: str | None = None) -> "Sent":
        assert service == "sqs"
        self.regions.append(region_name)
        return self

    def send_message(self, **message: str) -> None:
        self.messages.append(message)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the README's snippet sends."""
    sent = Sent()
    monkeypatch.setattr(boto3, "client", sent.client)
    (snippet,) = find_blocks(README.read_text(), "python")
    exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 - our own file
    return sent


def test_the_readmes_snippet_publishes_a_signal_with_its_time(published: Sent) -> None:
    (message,) = published.messages
    now = time.time_ns() // 1_000_000
    body = json.loads(message["MessageBody"])
    parsed = parse_signal(Message(id="m", body=message["MessageBody"], sent_at=now), max_age_ms=300_000, now=now)

    assert isinstance(parsed, Signal), parsed
    assert schemas.objections(schemas.published("signal"), body) == set()
    assert abs(now - parsed.issued_at) < 10_000
    assert {"id", "issued_at"} <= body.keys()


def test_the_readmes_snippet_names_region_queue_and_group(published: Sent) -> None:
    (message,) = published.messages
    model = botocore.session.get_session().get_service_model("sqs").operation_model("SendMessage")
    shape: Any = model.input_shape

    assert published.regions == [re.findall(r"https://sqs\.([\w-]+)\.amazonaws", message["QueueUrl"])[0]]
    assert message["MessageGroupId"] == "main"
    assert message.keys() <= shape.members.keys()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_snippet_of_python_compiles(page: Path) -> None:
    for snippet in find_blocks(page.read_text(), "python"):
        compile(snippet, name_of(page), "exec")


@pytest.mark.parametrize("line", find_blocks((ROOT / "docs" / "signals.md").read_text(), "json")[0].splitlines())
def test_every_example_of_a_signal_is_one(line: str) -> None:
    assert isinstance(parse(line), Signal)


def test_the_example_of_limits_is_one() -> None:
    (example,) = find_blocks((ROOT / "docs" / "risk-limits.md").read_text(), "json")

    assert isinstance(read_limits(example), Limits)


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("orderctl accounts add", "Missing parameter: account"),
        ("orderctl accounts remove main", "remove"),
        ("orderctl doctor --stak x", "--stak"),
    ],
)
def test_a_command_that_is_printed_wrong_is_found(words: str, trouble: str) -> None:
    with pytest.raises(Exception, match=trouble):
        test_a_command_of_orderctl_is_taken_as_it_is_printed(Printed(README, tuple(words.split()), whole=True))
