"""How MiniStack, the local AWS, is started: it listens on loopback only and enforces the function's IAM role."""

from functools import partial
from typing import Any

import boto3
import requests
from botocore.config import Config

from local import environment
from local.run import ROOT, Run

PROCESS = "ministack"
PYTHON = ROOT / ".venv" / "ministack" / "bin" / "python"


def start(run: Run, port: int) -> None:
    """Start MiniStack on `port` of the loopback interface."""
    scratch = str(run.make_scratch())
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # MiniStack would look for its own containers to remove them; nothing here needs Docker.
        "DOCKER_HOST": f"unix://{scratch}/no-docker",
        "TMPDIR": scratch,
        "STATE_DIR": scratch,
        **environment.make_aws_variables(build_url(port)),
    }
    run.start(PROCESS, [str(PYTHON), "-m", "ministack"], environment.make_service_variables(settings))


def build_url(port: int) -> str:
    """Return the URL of the local AWS on `port`."""
    return f"http://127.0.0.1:{port}"


def is_ready(port: int) -> bool:
    """Return whether MiniStack takes requests."""
    try:
        return requests.get(f"{build_url(port)}/_ministack/ready", timeout=5).ok
    except requests.ConnectionError:
        return False


def make_client_factory(endpoint_url: str) -> "partial[Any]":
    """Return a function that makes clients of the local AWS, whatever account the machine is set up for.

    `make_client_factory(url)("sqs")` is a client of SQS.
    """
    return partial(
        boto3.Session(environment.ACCESS_KEY, environment.SECRET_KEY, region_name=environment.REGION).client,
        endpoint_url=endpoint_url,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
