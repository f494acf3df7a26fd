"""How the exchange and the AWS of a benchmark are started, and which environment variables lead the function to them.

They are processes of their own, so that their processor time is not counted. They end with the block that started them.
"""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from benchmarks.events import ARN
from local import environment, exchange
from local.run import ROOT, LocalStackError, Run, sweep, wait_until
from local.stack import ignore_signals, stop_on_signals

START_SECONDS = 20.0


@dataclass(frozen=True)
class Servers:
    """The addresses of the servers."""

    aws_url: str
    exchange_url: str
    daemon_address: str

    def call_control(self, method: str, what: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request to the exchange's control endpoint `what`; return the answer."""
        answer = requests.request(method, f"{self.exchange_url}/control/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def refill(self) -> None:
        """Fill up the balances, so that no signal fails for lack of money."""
        self.call_control("POST", "balances", dict.fromkeys(("USDT", "BTC", "ETH"), "1000000000"))

    def make_function_variables(self) -> Mapping[str, str]:
        """Return the variables as template.yaml and Lambda set them, for these servers. Nobody reads the traces."""
        return environment.make_service_variables(environment.make_aws_variables(self.aws_url)) | {
            "BINANCE_SPOT_URL": self.exchange_url,
            **environment.FUNCTION_DEFAULTS,
            "LEDGER_TABLE": "ledger",
            "SHARED_TABLE": "shared",
            "SIGNAL_QUEUE_URL": f"{self.aws_url}/123456789012/signals",
            "DEAD_LETTER_QUEUE_URL": f"{self.aws_url}/123456789012/dead-letters",
            "POWERTOOLS_SERVICE_NAME": "orderexec",
            "POWERTOOLS_METRICS_NAMESPACE": "orderexec",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "AWS_REGION": environment.REGION,
            "AWS_LAMBDA_FUNCTION_NAME": ARN.rpartition(":")[2],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(ROOT),
            "AWS_XRAY_DAEMON_ADDRESS": self.daemon_address,
            # Sampled, as the first request of every second is: a single signal nearly always is.
            "_X_AMZN_TRACE_ID": "Root=1-5f9b1c2d-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1",
        }


@contextlib.contextmanager
def run_servers() -> Iterator[Servers]:
    """Start both on free ports of the loopback interface. Raises LocalStackError if one does not start."""
    sweep()
    run = Run(f"bench-{os.getpid()}")
    with run.own(), stop_on_signals(), _open_unread_socket() as daemon_address:
        run.clear()
        try:
            aws_port, exchange_port = _find_free_ports(2)
            run.start(
                "aws", [sys.executable, "-m", "benchmarks.local_aws", "--port", str(aws_port)], _make_server_variables()
            )
            exchange.start(run, exchange_port)
            exchange_url = f"http://127.0.0.1:{exchange_port}"
            if not wait_until(lambda: exchange.answers(exchange_url) and _listens(aws_port), START_SECONDS):
                raise LocalStackError(f"the servers of the benchmark did not start within {START_SECONDS:.0f} s")
            servers = Servers(f"http://127.0.0.1:{aws_port}", exchange_url, daemon_address)
            servers.refill()
            yield servers
        finally:
            with ignore_signals():
                run.stop()


@contextlib.contextmanager
def _open_unread_socket() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        yield "127.0.0.1:{1}".format(*daemon.getsockname())


def _make_server_variables() -> Mapping[str, str]:
    return environment.make_service_variables({})


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _find_free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        return [held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(count)]
