"""Which stack a command works on, in AWS or on this machine, and what CloudFormation says about it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from orderctl import ROOT
from orderctl.trouble import Misused, NotThere, Unreachable, explain_trouble

LOCAL_OUTPUTS = ROOT / ".local" / "outputs.json"
STACK = "orderexec"
# A person is waiting, so that no answer must be reported soon. A long poll of a queue takes a second.
_CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    user_agent_extra="orderctl",
)
_NO_OUTPUT = (
    "the stack {name} ({place}) is {status} and has no output {key}: it is only half deployed, or older than this tool"
)


@dataclass(frozen=True)
class Stack:
    """One deployed stack. `place` says in words where it is.

    `options` are those that name it to another command, with a blank before them: "" if it is the one that is meant
    without any.
    """

    session: boto3.Session
    endpoint: str | None
    name: str
    place: str
    description: Mapping[str, Any]
    options: str = ""
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def client(self, service: str) -> Any:
        """Return a client of the AWS service where the stack is. It is made once: that takes tenths of a second."""
        if service not in self._clients:
            self._clients[service] = _make_client(self.session, service, self.endpoint)
        return self._clients[service]

    @property
    def status(self) -> str:
        """The status that CloudFormation reports, such as UPDATE_COMPLETE."""
        status: str = self.description["StackStatus"]
        return status

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stack, by key."""
        return {each["OutputKey"]: each["OutputValue"] for each in self.description.get("Outputs", [])}

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that the stack was deployed with, by key."""
        return {each["ParameterKey"]: each["ParameterValue"] for each in self.description.get("Parameters", [])}

    def output(self, key: str) -> str:
        """Return the output. Raises NotThere if the stack does not have it (yet)."""
        if key not in self.outputs:
            text = _NO_OUTPUT.format(name=self.name, place=self.place, status=self.status, key=key)
            raise NotThere(f"{text}; finish `make deploy ENV=...` (`orderctl doctor{self.options}` says more)")
        return self.outputs[key]

    def parameter(self, key: str) -> str:
        """Return the parameter. Raises NotThere if the stack has no parameter of that name."""
        if key not in self.parameters:
            raise NotThere(f"the stack {self.name} ({self.place}) has no parameter {key}; is it this project's stack?")
        return self.parameters[key]


def find(name: str | None, *, local: bool, outputs: Path = LOCAL_OUTPUTS) -> Stack:
    """Return the stack to work on. Raises Misused if the choice is not clear, NotThere or Unreachable if it fails.

    With `local` it is the stack of `make up`. Else AWS_ENDPOINT_URL decides, as for every AWS tool. Without either it
    is a stack in the AWS account; while a local stack is running here, that must be confirmed with `name`.
    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if local:
        if name is not None:
            raise Misused("give either --local or --stack, not both: the local stack has only one name")
        return _find_local(outputs, endpoint)
    if endpoint is None and name is None and outputs.exists():
        raise Misused(
            "a local stack is running here (`make up`), and you did not say which stack you mean: "
            f"--local for that one, --stack {STACK} for the one in your AWS account"
        )
    with explain_trouble("AWS"):
        found = _describe(boto3.Session(), None, name or STACK)
        return found if name is None else replace(found, options=f" --stack {quote(name)}")


def _find_local(outputs: Path, endpoint: str | None) -> Stack:
    try:
        found = json.loads(outputs.read_text())
    except FileNotFoundError:
        raise NotThere("no local stack is running here; start one with `make up`") from None
    url, region = found["aws_endpoint_url"], found["aws_region"]
    if endpoint not in (None, url):
        raise Misused(f"--local means {url}, but AWS_ENDPOINT_URL says {endpoint}; unset it")
    try:
        return replace(connect_to(url, region), options=" --local")
    except Unreachable as trouble:
        raise Unreachable(f"the local stack does not answer ({trouble}); `make down`, then `make up`") from None


def connect_to(url: str, region: str) -> Stack:
    """Return the stack of an emulated AWS."""
    # The emulator takes any credentials; the machine's own must be neither required nor sent.
    return _describe(boto3.Session("test", "test", region_name=region), url, STACK)


def _describe(session: boto3.Session, endpoint: str | None, name: str) -> Stack:
    client = _make_client(session, "cloudformation", endpoint)
    url = client.meta.endpoint_url
    with explain_trouble(url):
        try:
            (description,) = client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            where = f"region {client.meta.region_name}" if _is_aws(url) else url
            raise NotThere(
                f"there is no stack {name} in {where}; deploy it (`make deploy ENV=...`), or name another one with "
                "--stack (account and region are those of AWS_PROFILE and AWS_REGION)"
            ) from None
    account = description["StackId"].split(":")[4]
    place = f"AWS account {account}, {client.meta.region_name}" if _is_aws(url) else f"local, {url}"
    return Stack(session, endpoint, name, place, description)


def _make_client(session: boto3.Session, service: str, endpoint: str | None) -> Any:
    return session.client(service, endpoint_url=endpoint, config=_CLIENT_CONFIG)  # type: ignore[call-overload]


def _is_aws(url: str) -> bool:
    return url.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
