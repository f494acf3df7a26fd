"""One request over a real socket: what came back, and whether the request may have left."""

import socket
import threading
from types import SimpleNamespace

import pytest

from orderexec.venues.http import Http, NoReply, Reply
from tests.doubles.socket_server import Act, closed_port, says, server

SECRET = "signature=5ec2e7"
KEY = {"X-MBX-APIKEY": "the-key"}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nok"


def send(url: str, seconds: float = 5) -> Reply | NoReply:
    return Http(url).send("GET", "/api/v3/order", query=SECRET, headers=KEY, seconds=seconds)


def test_a_reply_is_whatever_came_back() -> None:
    with server(says(OK)) as (url, _):
        reply = send(url)

    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (200, b"ok")
    assert reply.headers["retry-after"] == "7"


def test_query_body_and_headers_go_out_as_they_are() -> None:
    with server(says(OK)) as (url, requests):
        Http(url + "/").send("POST", "/api/v3/order", query="a=%2F", body=b"b=%20c&d=e", headers=KEY, seconds=5)

    head, body = requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v3/order?a=%2F HTTP/1.1\r\n")
    assert b"X-MBX-APIKEY: the-key" in head
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"b=%20c&d=e"


def test_a_body_may_be_json_and_a_request_without_one_has_no_type() -> None:
    with server(says(OK), says(OK)) as (url, requests):
        Http(url).send("POST", "/v5/order", body=b'{"a":"b"}', content_type="application/json", seconds=5)
        Http(url).send("GET", "/v5/order", seconds=5)

    assert b"Content-Type: application/json" in requests[0]
    assert requests[0].endswith(b'\r\n\r\n{"a":"b"}')
    assert b"Content-Type" not in requests[1]
    assert b"X-MBX-APIKEY" not in requests[1]


@pytest.mark.parametrize("status", [b"301 Moved", b"307 Temporary Redirect", b"308 Permanent Redirect"])
def test_a_redirect_is_a_reply_and_is_not_followed(status: bytes) -> None:
    with server(says(b"HTTP/1.1 " + status + b"\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")) as (
        url,
        requests,
    ):
        reply = send(url)

    assert isinstance(reply, Reply)
    assert reply.status == int(status[:3])
    assert len(requests) == 1


def test_a_refused_connection_means_that_nothing_left() -> None:
    reply = send(f"http://127.0.0.1:{closed_port()}")

    assert isinstance(reply, NoReply)
    assert reply.left is False
    assert reply.what == "NewConnectionError"


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "http://", "nonsense://host"])
def test_a_host_that_cannot_be_reached_means_that_nothing_left(url: str) -> None:
    reply = send(url)

    assert isinstance(reply, NoReply)
    assert reply.left is False


BROKEN: dict[str, Act] = {
    "closed without an answer": lambda _: None,
    "cut short in the body": says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "cut short in a chunk": says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"),
    "not HTTP": says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "wrongly compressed": says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"),
    "reset": lambda connection: connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"),
}


@pytest.mark.parametrize("act", BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_did_not_come_whole_means_that_the_request_may_have_arrived(act: Act) -> None:
    with server(act) as (url, requests):
        reply = send(url)

    assert isinstance(reply, NoReply)
    assert reply.left is True
    assert len(requests) == 1  # and it was not repeated


def test_a_head_cut_short_is_a_reply_without_a_body() -> None:
    with server(says(b"HTTP/1.1 200 OK\r\nContent-")) as (url, _):
        reply = send(url)

    # The library takes a head that ends early for a whole one. Without a body it says nothing, so no harm is done.
    assert isinstance(reply, Reply)
    assert reply.body == b""


def test_an_answer_that_is_late_means_that_the_request_may_have_arrived() -> None:
    released = threading.Event()

    def wait(_: socket.socket) -> None:
        released.wait(5)

    with server(wait) as (url, requests):
        reply = send(url, seconds=0.05)
        released.set()

    assert isinstance(reply, NoReply)
    assert (reply.left, reply.what) == (True, "ReadTimeoutError")
    assert len(requests) == 1


def test_no_word_of_a_failure_holds_the_url(caplog: pytest.LogCaptureFixture) -> None:
    for url in ("http://no-such-host.invalid", f"http://127.0.0.1:{closed_port()}", "nonsense://host"):
        assert "5ec2e7" not in repr(send(url))
    for act in BROKEN.values():
        with server(act) as (url, _):
            assert "5ec2e7" not in repr(send(url))

    assert "5ec2e7" not in caplog.text


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")

    with server(says(OK)) as (url, _):
        assert isinstance(send(url), Reply)


def test_a_connection_is_used_again() -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(OK)
        assert connection.recv(65_536)
        connection.sendall(OK)

    with server(twice) as (url, requests):
        http = Http(url)
        replies = [http.send("GET", "/api/v3/time", seconds=5) for _ in range(2)]

    assert [isinstance(reply, Reply) for reply in replies] == [True, True]
    assert len(requests) == 1


def test_a_connection_that_lay_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # The other side hangs up while the container is frozen, so that nothing of it is seen here.
    clock = iter([1_000.0, 1_060.0])
    monkeypatch.setattr("orderexec.venues.http.time", SimpleNamespace(time=lambda: next(clock)))

    kept_open: list[socket.socket] = []

    def answer_and_never_again(connection: socket.socket) -> None:
        connection.sendall(OK)
        kept_open.append(connection.dup())

    with server(answer_and_never_again, says(OK)) as (url, requests):
        http = Http(url)
        replies = [http.send("GET", "/api/v3/time", seconds=1) for _ in range(2)]
    kept_open[0].close()

    assert [isinstance(reply, Reply) for reply in replies] == [True, True]
    assert len(requests) == 2
