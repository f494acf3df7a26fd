"""How the exchange and the AWS of a benchmark are started, and which environment variables lead the function to them.

They are processes of their own, so that their processor time is not counted. They end with the block that started them.
"""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from benchmarks.distance import Route
from benchmarks.events import ARN
from benchmarks.products import PRODUCTS, SPOT
from benchmarks.trust import HOST, make_trust
from local import environment, exchange
from local.run import ROOT, LocalStackError, Run, sweep, wait_until
from local.stack import ignore_signals, stop_on_signals

START_SECONDS = 20.0
MEMORY_MB = 1024  # template.yaml
LAYER = ROOT / "layers" / "application" / "python"

NO_LIMITS = [
    {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": 1_000_000_000}
    for kind, interval, number in (("REQUEST_WEIGHT", "MINUTE", 1), ("ORDERS", "MINUTE", 1), ("ORDERS", "SECOND", 10))
]

# The round trips, in seconds: an exchange on another continent, and services of the same region.
EXCHANGE_SECONDS, DYNAMODB_SECONDS, SERVICE_SECONDS = 0.05, 0.005, 0.01


@dataclass(frozen=True)
class Far:
    """The same servers, far away and behind TLS: their URLs, and the folder of the package that trusts them."""

    aws_url: str
    dynamodb_url: str
    exchange_url: str
    trusted: Path


@dataclass(frozen=True)
class Servers:
    """The addresses of the servers."""

    aws_url: str
    exchange_url: str
    far: Far

    def call_control(self, method: str, what: str, body: Any = None) -> Any:
        """Send a request to the exchange's control endpoint `what`; return the answer."""
        answer = requests.request(method, f"{self.exchange_url}/control/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def refill(self) -> None:
        """Fill up the balances, so that no signal fails for lack of money.

        Futures count orders that fill, too, and the benchmarks send more than an account may: there the limits go.
        """
        self.call_control("POST", "balances", dict.fromkeys(("USDT", "BTC", "ETH"), "1000000000"))
        self.call_control("POST", "linear/wallet", {"USDT": "1000000000"})
        self.call_control("POST", "futures/limits", NO_LIMITS)

    def call_aws(self, target: str, body: Mapping[str, Any]) -> Any:
        """Send a request of the benchmark's own to the local AWS; return the answer."""
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
        answer = requests.post(self.aws_url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def make_far_variables(self, venue: str = SPOT.venue) -> dict[str, str]:
        """Return the variables that lead the function to the far servers, in place of the near ones."""
        variables = self.make_function_variables(venue)
        return variables | {
            "AWS_ENDPOINT_URL": self.far.aws_url,
            "AWS_ENDPOINT_URL_DYNAMODB": self.far.dynamodb_url,
            **{product.url_variable: self.far.exchange_url for product in PRODUCTS.values()},
            "PYTHONPATH": os.pathsep.join([str(self.far.trusted), variables["PYTHONPATH"]]),
        }

    def make_function_variables(self, venue: str = SPOT.venue) -> dict[str, str]:
        """Return the variables as template.yaml and Lambda set them, for these servers and a stack of one venue."""
        return environment.make_service_variables(environment.make_aws_variables(self.aws_url)) | {
            **{product.url_variable: self.exchange_url for product in PRODUCTS.values()},
            **environment.FUNCTION_DEFAULTS,
            "VENUES": venue,
            "LEDGER_TABLE": "ledger",
            "SHARED_TABLE": "shared",
            "SIGNAL_QUEUE_URL": f"{self.aws_url}/123456789012/signals",
            "DEAD_LETTER_QUEUE_URL": f"{self.aws_url}/123456789012/dead-letters",
            "POWERTOOLS_SERVICE_NAME": "orderexec",
            "POWERTOOLS_METRICS_NAMESPACE": "orderexec",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "AWS_REGION": environment.REGION,
            "AWS_LAMBDA_FUNCTION_NAME": ARN.rpartition(":")[2],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB),
            "PYTHONPATH": str(LAYER),  # as the layers are on Lambda's
            "LAMBDA_TASK_ROOT": str(ROOT),
            # Sampled, as the first request of every second is: a single signal nearly always is.
            "_X_AMZN_TRACE_ID": "Root=1-5f9b1c2d-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1",
        }


@contextlib.contextmanager
def run_servers() -> Iterator[Servers]:
    """Start both on free ports of the loopback interface. Raises LocalStackError if one does not start."""
    sweep()
    run = Run(f"bench-{os.getpid()}")
    with run.own(), stop_on_signals():
        run.clear()
        try:
            aws_port, exchange_port, *far_ports = _find_free_ports(5)
            run.start(
                "aws", [sys.executable, "-m", "benchmarks.local_aws", "--port", str(aws_port)], _make_server_variables()
            )
            exchange.start(run, exchange_port)
            far = _start_far(run, far_ports, aws_port, exchange_port)
            exchange_url = f"http://{HOST}:{exchange_port}"
            if not wait_until(
                lambda: exchange.answers(exchange_url) and all(map(_listens, [aws_port, *far_ports])), START_SECONDS
            ):
                raise LocalStackError(f"the servers of the benchmark did not start within {START_SECONDS:.0f} s")
            servers = Servers(f"http://{HOST}:{aws_port}", exchange_url, far)
            servers.refill()
            yield servers
        finally:
            with ignore_signals():
                run.stop()


def _start_far(run: Run, ports: Sequence[int], aws_port: int, exchange_port: int) -> Far:
    """Start what makes the servers far; return how they are reached."""
    trust = make_trust(run.make_scratch())
    targets, seconds = (aws_port, aws_port, exchange_port), (SERVICE_SECONDS, DYNAMODB_SECONDS, EXCHANGE_SECONDS)
    routes = [Route(*each) for each in zip(ports, targets, seconds, strict=True)]
    command = [sys.executable, "-m", "benchmarks.distance", "--chain", str(trust.chain), *map(str, routes)]
    run.start("distance", command, _make_server_variables())
    aws_url, dynamodb_url, exchange_url = (f"https://{HOST}:{port}" for port in ports)
    return Far(aws_url, dynamodb_url, exchange_url, trust.path)


def _make_server_variables() -> Mapping[str, str]:
    return environment.make_service_variables({})


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def _find_free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        return [held.enter_context(socket.create_server((HOST, 0))).getsockname()[1] for _ in range(count)]
