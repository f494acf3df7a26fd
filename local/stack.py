"""What makes up the local stack: an emulated AWS, an exchange, and the real template deployed between them."""

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from local import environment, exchange, ministack, sam
from local.progress import console, show_step
from local.run import LocalStackError, Run, sweep, wait_until
from orderexec.domain.products import name_venues
from orderexec.venues.registry import ENTRIES

NAME = "orderexec"
START_SECONDS = 60.0
QUEUE_TYPES = ("standard", "fifo")
# What an operator would have stored. The paper exchange knows only one key and secret.
SECRETS = {
    "orderexec/main": {"api_key": "paper-key", "api_secret": "paper-secret"},
    "orderexec/limited": {"api_key": "paper-key", "api_secret": "paper-secret"},
    "orderexec/wrong-key": {"api_key": "no-such-key", "api_secret": "no-such-secret"},
}
LIMITS = {
    "/orderexec/limits/limited": {"max_order_notional": {"USDT": "1000"}, "max_slippage_percent": "0.5"},
}


@dataclass(frozen=True)
class Stack:
    """A running local stack; `outputs` are those of the template."""

    outputs: Mapping[str, str]
    aws_endpoint_url: str
    exchange_url: str
    pids: Mapping[str, int]

    def client(self, service: str) -> Any:
        """Return a client of a service of the local AWS."""
        return ministack.make_client_factory(self.aws_endpoint_url)(service)

    def to_json(self) -> str:
        """Return the text of `.local/outputs.json`."""
        document = {**self.outputs, **asdict(self), "aws_region": environment.REGION}
        del document["outputs"]
        return json.dumps(document, indent=2) + "\n"


@contextlib.contextmanager
def run_stack(name: str) -> Iterator[Stack]:
    """Run a stack for this process only, and stop it when the block is left, also by an error or a signal."""
    sweep()
    run = Run(f"{name}-{os.getpid()}")
    with run.own(), stop_on_signals():
        try:
            yield start(run)
        finally:
            with ignore_signals(), show_step("stop everything"):
                run.stop()


def start(run: Run, exchange_url: str | None = None, queue_type: str = QUEUE_TYPES[0]) -> Stack:
    """Start the servers, build and deploy. With `exchange_url` that exchange is used, and no paper exchange."""
    aws_port, exchange_port = _find_free_ports(2)
    endpoint, venue_url = ministack.build_url(aws_port), exchange_url or f"http://127.0.0.1:{exchange_port}"
    # The servers start while the build runs.
    ministack.start(run, aws_port)
    if exchange_url is None:
        exchange.start(run, exchange_port)
    with sam.lock_build():
        _build()
        with show_step("wait for the local AWS (MiniStack) and the exchange"):
            _await(run, ministack.PROCESS, lambda: ministack.is_ready(aws_port))
            if exchange_url is None:
                _await(run, exchange.PROCESS, lambda: exchange.answers(venue_url))
        with show_step("deploy template.yaml (sam deploy)"):
            outputs = _deploy(endpoint, venue_url, queue_type)
    return Stack(outputs, endpoint, venue_url, run.read_pids())


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an exception, as Ctrl-C is one, so that `finally` runs."""
    before = {number: signal.signal(number, _exit) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ignore_signals() -> Iterator[None]:
    """Ignore SIGINT and SIGTERM, so that a second Ctrl-C does not interrupt the cleanup after the first."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def _build() -> None:
    if sam.is_built():
        console.print("[green]✓[/green] build: nothing has changed since the last one")
        return
    with show_step("build function and layers (sam build)"):
        remark = sam.build()
    if remark:
        console.print(f"[yellow]![/yellow] {remark}", soft_wrap=True)


def _deploy(endpoint: str, venue_url: str, queue_type: str) -> dict[str, str]:
    client = ministack.make_client_factory(endpoint)
    bucket = f"{NAME}-artifacts"
    client("s3").create_bucket(Bucket=bucket)
    for name, secret in SECRETS.items():
        client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
    for name, limits in LIMITS.items():
        client("ssm").put_parameter(Name=name, Type="String", Value=json.dumps(limits))
    addresses = {entry.url_parameter: venue_url for entry in ENTRIES.values()}
    parameters = {
        "Venues": ",".join(name_venues(ENTRIES)),
        **addresses,
        "QueueType": queue_type,
        "PublishOutcomes": "true",
        "Emulated": "true",
    }
    sam.deploy(NAME, bucket, parameters, endpoint)
    (stack,) = client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _await(run: Run, process: str, ready: Callable[[], bool]) -> None:
    if wait_until(lambda: process not in run.read_pids() or ready(), START_SECONDS) and process in run.read_pids():
        return
    words = run.find_log(process).read_text(errors="replace").splitlines()[-15:]
    raise LocalStackError(f"{process} did not start. The end of its log:\n\n" + "\n".join(words))


def _find_free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
