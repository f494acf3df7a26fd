"""The local stack as a whole: an emulated AWS, an exchange, and the real template deployed between them."""

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
from local.progress import console, step
from local.run import LocalStackError, Run, sweep, until

NAME = "orderexec"
START_SECONDS = 60.0
QUEUE_TYPES = ("standard", "fifo")
# What an operator would have stored; the paper exchange knows one pair only.
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
    """A running local stack; `outputs` are the template's."""

    outputs: Mapping[str, str]
    aws_endpoint_url: str
    exchange_url: str
    pids: Mapping[str, int]

    def client(self, service: str) -> Any:
        return ministack.session(self.aws_endpoint_url)(service)

    def as_json(self) -> str:
        document = {**self.outputs, **asdict(self), "aws_region": environment.REGION}
        del document["outputs"]
        return json.dumps(document, indent=2) + "\n"


@contextlib.contextmanager
def running(name: str) -> Iterator[Stack]:
    """A stack of its own for this process, gone when the block is left, however it is left."""
    sweep()
    run = Run(f"{name}-{os.getpid()}")
    with run.owned(), stopped_on_signals():
        try:
            yield start(run)
        finally:
            with undisturbed(), step("stop everything"):
                run.stop()


def start(run: Run, exchange_url: str | None = None, queue_type: str = QUEUE_TYPES[0]) -> Stack:
    """Start everything that `run` does not have; `exchange_url` stands in for the paper exchange."""
    aws_port, exchange_port = _free_ports(2)
    endpoint, venue_url = ministack.endpoint(aws_port), exchange_url or f"http://127.0.0.1:{exchange_port}"
    # Servers come up while the build runs.
    ministack.start(run, aws_port)
    if exchange_url is None:
        exchange.start(run, exchange_port)
    with sam.exclusive():
        _build()
        with step("local AWS (MiniStack) and exchange are ready"):
            _await(run, ministack.PROCESS, lambda: ministack.is_ready(aws_port))
            if exchange_url is None:
                _await(run, exchange.PROCESS, lambda: exchange.answers(venue_url))
        with step("deploy template.yaml (sam deploy)"):
            outputs = _deploy(endpoint, venue_url, queue_type)
    return Stack(outputs, endpoint, venue_url, run.pids())


@contextlib.contextmanager
def stopped_on_signals() -> Iterator[None]:
    """Leave by an exception on a polite kill or a closed terminal, as Ctrl-C does, so that `finally` runs."""
    before = {number: signal.signal(number, _exit) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not interrupt the cleaning up after the first."""
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
        console.print("[green]✓[/green] build: nothing changed since the last one")
        return
    with step("build function and layers (sam build)"):
        remark = sam.build()
    if remark:
        console.print(f"[yellow]![/yellow] {remark}", soft_wrap=True)


def _deploy(endpoint: str, venue_url: str, queue_type: str) -> dict[str, str]:
    client = ministack.session(endpoint)
    bucket = f"{NAME}-artifacts"
    client("s3").create_bucket(Bucket=bucket)
    for name, secret in SECRETS.items():
        client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
    for name, limits in LIMITS.items():
        client("ssm").put_parameter(Name=name, Type="String", Value=json.dumps(limits))
    parameters = {"BinanceSpotUrl": venue_url, "QueueType": queue_type, "Emulated": "true"}
    sam.deploy(NAME, bucket, parameters, endpoint)
    (stack,) = client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _await(run: Run, process: str, ready: Callable[[], bool]) -> None:
    if until(lambda: process not in run.pids() or ready(), START_SECONDS) and process in run.pids():
        return
    words = run.log(process).read_text(errors="replace").splitlines()[-15:]
    raise LocalStackError(f"{process} did not start. Its last words:\n\n" + "\n".join(words))


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
