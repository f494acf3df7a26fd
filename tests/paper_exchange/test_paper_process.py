"""The paper exchange as others start it: as a process, and in a thread."""

import signal
import subprocess
import sys

import pytest
import requests

from paper_exchange.request_log import KEPT, Entry, RequestLog
from paper_exchange.server import running
from tests.paper_exchange.paper_client import PaperClient


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_process_says_where_it_listens_and_stops_when_asked(stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "paper_exchange", "--port", "0", "--seed", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert requests.get(f"{url}/api/v3/ping", timeout=5).json() == {}

        process.send_signal(stop)

        assert process.wait(timeout=5) == 0


def test_a_port_in_use_is_a_clear_sentence(exchange_url: str) -> None:
    port = exchange_url.rpartition(":")[2]

    command = [sys.executable, "-m", "paper_exchange", "--port", port]
    failed = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - our own module

    assert failed.returncode == 1
    assert failed.stderr.startswith(f"cannot listen on 127.0.0.1:{port}: Address already in use")


def test_a_thread_serves_from_the_moment_it_gives_its_url() -> None:
    with running() as url:
        assert requests.get(f"{url}/api/v3/ping", timeout=5).ok
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/api/v3/ping", timeout=5)


def test_a_reset_brings_everything_back(paper: PaperClient) -> None:
    paper.control("clock", {"offset_ms": 100_000})
    paper.control("balances", {"USDT": "1"})
    paper.control("prices", {"BTCUSDT": "1000"})
    paper.control("symbols", {"symbol": "BTCUSDT", "status": "HALT"})
    paper.control("limits", {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 0})
    paper.arm("lose_answer")

    paper.control("reset", {})

    assert (paper.seen("faults"), paper.seen("requests"), paper.seen("orders")) == ([], [], [])
    answer = paper.market()
    assert answer.json()["fills"][0]["price"] == "65000.01000000"
    assert paper.balance("USDT")[0] == "999349.99990000"
    assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "0"


def test_the_request_log_tells_what_was_asked_and_answered(paper: PaperClient) -> None:
    paper.market(newClientOrderId="mine")
    paper.find("mine")
    paper.public("/api/v3/ping")
    paper.signed("POST", "/api/v3/order/test", symbol="BTCUSDT", newClientOrderId="test")

    rows = [(row["method"], row["path"], row["symbol"], row["client_order_id"]) for row in paper.seen("requests")]
    assert rows == [
        ("POST", "/api/v3/order", "BTCUSDT", "mine"),
        ("GET", "/api/v3/order", "BTCUSDT", "mine"),
        ("GET", "/api/v3/ping", None, None),
        ("POST", "/api/v3/order/test", "BTCUSDT", "test"),
    ]
    assert [row["status"] for row in paper.seen("requests")] == [200, 200, 200, 400]
    assert {row["fault"] for row in paper.seen("requests")} == {None}

    requests.delete(f"{paper.url}/control/requests", timeout=5)
    assert paper.seen("requests") == []


def test_the_request_log_forgets_the_oldest() -> None:
    log = RequestLog()
    for time in range(KEPT + 1):
        log.add(Entry(time=time, method="GET", path="/", symbol=None, client_order_id=None, fault=None))

    assert [log.entries()[0].time, log.entries()[-1].time, len(log.entries())] == [1, KEPT, KEPT]


def test_every_order_ever_accepted_can_be_seen(paper: PaperClient) -> None:
    paper.market(newClientOrderId="one")
    paper.limit(newClientOrderId="two")
    paper.cancel("two")
    paper.market(quantity="0")

    assert [(order["clientOrderId"], order["status"]) for order in paper.seen("orders")] == [
        ("one", "FILLED"),
        ("two", "CANCELED"),
    ]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("prices", {"NOSUCHPAIR": "1"}),
        ("prices", {"BTCUSDT": "0"}),
        ("prices", {"BTCUSDT": "high"}),
        ("balances", {"USDT": "much"}),
        ("balances", {"USDT": "-1"}),
        ("symbols", {"symbol": "BTCUSDT", "filters": {"LOT_SISE": {"stepSize": "1"}}}),
        ("symbols", {}),
        ("limits", {"rateLimitType": "ORDERS"}),
        ("clock", {}),
        ("books", {"BTCUSDT": {"bids": [["1"]], "asks": []}}),
    ],
)
def test_control_refuses_what_makes_no_sense(paper: PaperClient, what: str, body: dict[str, object]) -> None:
    answer = requests.post(f"{paper.url}/control/{what}", json=body, timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]
