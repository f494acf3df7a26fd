"""A far server costs a client the round trips that it would cost on a real network, and keeps its connections."""

import http.client
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.distance import Route
from benchmarks.trust import HOST, make_trust
from local.run import ROOT, wait_until

ROUND_TRIP = 0.1


class Plain(BaseHTTPRequestHandler):
    """Answers each request with the number of its connection's requests, and closes idle connections early."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 0.3

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[http.client.HTTPSConnection]:
    trust = make_trust(tmp_path)
    with ThreadingHTTPServer((HOST, 0), Plain) as plain, ThreadingHTTPServer((HOST, 0), Plain) as unused:
        threading.Thread(target=plain.serve_forever, args=(0.01,), daemon=True).start()
        port = unused.server_port
        unused.server_close()
        command = ["-m", "benchmarks.distance", "--chain", str(trust.chain), str(Route(port, plain.server_port, 0.1))]
        with subprocess.Popen([sys.executable, *command], cwd=ROOT) as process:  # noqa: S603
            context = ssl.create_default_context(cafile=trust.path / "certifi" / "cacert.pem")
            client = http.client.HTTPSConnection(HOST, port, context=context, timeout=10)
            assert wait_until(lambda: answers(client), 10)
            client.close()
            yield client
            client.close()
            process.kill()
        plain.shutdown()


def answers(client: http.client.HTTPSConnection) -> bool:
    try:
        client.connect()
    except ConnectionRefusedError:
        return False
    return True


def ask(client: http.client.HTTPSConnection) -> float:
    began = time.perf_counter()
    client.request("GET", "/")
    assert client.getresponse().read() == b"ok"
    return time.perf_counter() - began


def test_the_first_request_takes_three_round_trips_and_each_further_one_takes_one(
    connection: http.client.HTTPSConnection,
) -> None:
    first = ask(connection)
    further = [ask(connection) for _ in range(5)]

    assert first > 3 * ROUND_TRIP
    assert ROUND_TRIP < min(further) < 2 * ROUND_TRIP


def test_a_connection_that_the_server_closed_meanwhile_is_still_there_for_the_client(
    connection: http.client.HTTPSConnection,
) -> None:
    ask(connection)
    kept = connection.sock
    time.sleep(2 * Plain.timeout)

    ask(connection)

    assert connection.sock is kept
