"""The local AWS: how MiniStack is started so that it listens on loopback only and enforces the function's IAM role."""

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
    scratch = str(run.scratch())
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # It would look for containers of its own to clear away; nothing here needs Docker.
        "DOCKER_HOST": f"unix://{scratch}/no-docker",
        "TMPDIR": scratch,
        "STATE_DIR": scratch,
        **environment.aws(endpoint(port)),
    }
    run.start(PROCESS, [str(PYTHON), "-m", "ministack"], environment.for_services(settings))


def endpoint(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def is_ready(port: int) -> bool:
    try:
        return requests.get(f"{endpoint(port)}/_ministack/ready", timeout=5).ok
    except requests.ConnectionError:
        return False


def session(endpoint_url: str) -> "partial[Any]":
    """`session(url)("sqs")` is a client of the local AWS, whatever account the machine is set up for."""
    return partial(
        boto3.Session(environment.ACCESS_KEY, environment.SECRET_KEY, region_name=environment.REGION).client,
        endpoint_url=endpoint_url,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )
