"""TLS over a real socket: what failed before the request could be written, and what failed after."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from urllib3.exceptions import NewConnectionError

from orderexec.venues.http import Http, NoReply, Reply
from tests.doubles.certificates import certificate, context
from tests.doubles.socket_server import Act, says, server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This machine trusts the server's certificate."""
    monkeypatch.setattr("certifi.where", lambda: str(pem))
    return pem


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_after_hello(connection: socket.socket) -> None:
    connection.recv(65_536)
    reset(connection)


def never_speaks(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(65_536)
        threading.Event().wait(0.5)


def plain(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def hangs_up(connection: socket.socket) -> None:
    connection.recv(65_536)


HANDSHAKES: dict[str, Act] = {
    "reset after the client's hello": reset_after_hello,
    "hangs up": hangs_up,
    "speaks plain HTTP": plain,
}


@pytest.fixture
def listener() -> Iterator[Callable[[Act], str]]:
    """A server that does an act with each of its connections, without TLS."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(5)
        threads = []

        def start(act: Act) -> str:
            def serve() -> None:
                with suppress(OSError), listening.accept()[0] as connection:
                    act(connection)

            threads.append(threading.Thread(target=serve))
            threads[-1].start()
            return f"https://127.0.0.1:{listening.getsockname()[1]}"

        yield start
        for thread in threads:
            thread.join(timeout=10)


@pytest.mark.parametrize("act", HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_handshake_that_fails_means_that_nothing_left(listener: Callable[[Act], str], act: Act) -> None:
    reply = post(Http(listener(act)))

    assert isinstance(reply, NoReply)
    assert (reply.left, reply.insecure) == (False, True)


def test_a_handshake_that_is_not_answered_means_that_nothing_left(
    listener: Callable[[Act], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderexec.venues.http.CONNECT_SECONDS", 0.2)

    reply = post(Http(listener(never_speaks)))

    assert isinstance(reply, NoReply)
    assert reply.left is False


def test_a_certificate_that_is_not_trusted_means_that_nothing_left(pem: Path) -> None:
    with server(says(OK), secure=accepts(pem)) as (url, requests):
        reply = post(Http(url))

    assert isinstance(reply, NoReply)
    assert (reply.left, reply.insecure, reply.what) == (False, True, "SSLCertVerificationError")
    assert requests == []


def accepts(pem: Path) -> Callable[[socket.socket], socket.socket]:
    return lambda connection: context(pem).wrap_socket(connection, server_side=True)


def garble(connection: socket.socket) -> None:
    """Bytes that are no TLS, on a connection that has been secure: to the client an SSLError, as of a handshake."""
    with socket.socket(fileno=connection.detach()) as bare:
        bare.sendall(b"\x17\x03\x03\x00\x10" + b"x" * 16)


AFTERWARDS: dict[str, Act] = {
    "reset": reset,
    "closed without an answer": lambda _: None,
    "cut short": says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "garbled records": garble,
}


@pytest.mark.parametrize("act", AFTERWARDS.values(), ids=AFTERWARDS.keys())
def test_what_fails_after_the_handshake_may_have_arrived(trusted: Path, act: Act) -> None:
    with server(act, secure=accepts(trusted)) as (url, requests):
        reply = post(Http(url))

    assert isinstance(reply, NoReply)
    assert (reply.left, reply.insecure) == (True, False)
    assert len(requests) == 1  # it has


def test_a_secure_connection_is_used_again_and_what_fails_on_it_may_have_arrived(trusted: Path) -> None:
    def once(connection: socket.socket) -> None:
        connection.sendall(OK)
        assert connection.recv(65_536)
        reset(connection)

    with server(once, secure=accepts(trusted)) as (url, requests):
        http = Http(url)
        replies = [post(http), post(http)]

    assert isinstance(replies[0], Reply)
    assert isinstance(replies[1], NoReply)
    assert replies[1].left is True
    assert len(requests) == 1  # and the second on the same connection


def test_a_new_connection_is_made_where_the_old_one_was_closed(trusted: Path) -> None:
    def answers_and_hangs_up(connection: socket.socket) -> None:
        connection.sendall(OK)

    with server(answers_and_hangs_up, answers_and_hangs_up, secure=accepts(trusted)) as (url, requests):
        http = Http(url)
        first = post(http)
        threading.Event().wait(0.2)
        second = post(http)

    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert len(requests) == 2


def post(http: Http) -> Reply | NoReply:
    return http.send("POST", "/api/v3/order", body=b"a=b", headers={"X-MBX-APIKEY": "the-key"}, seconds=2)


def test_the_authorities_are_read_once_however_many_connections_there_are(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read = ssl.SSLContext.load_verify_locations

    def count(self: ssl.SSLContext, *files: str | None, **named: str | None) -> None:
        reads.append((files, named))
        read(self, *files, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    with server(says(OK), says(OK), secure=accepts(trusted)) as (url, requests):
        replies = [post(Http(url)), post(Http(url))]

    assert all(isinstance(reply, Reply) for reply in replies)
    assert len(requests) == 2
    assert len(reads) == 1


def test_a_certificate_for_another_name_is_not_trusted(trusted: Path) -> None:
    with server(says(OK), secure=accepts(trusted)) as (url, requests):
        reply = post(Http(url.replace("127.0.0.1", "localhost")))

    assert isinstance(reply, NoReply)
    assert (reply.left, reply.insecure, reply.what) == (False, True, "SSLCertVerificationError")
    assert requests == []


def test_a_connection_that_was_opened_ahead_is_the_one_that_is_used(trusted: Path) -> None:
    """Also with TLS 1.3, where the server's tickets lie there unread."""
    with server(says(OK), secure=accepts(trusted)) as (url, requests):
        http = Http(url)
        http.connect()
        threading.Event().wait(0.2)  # for the tickets
        reply = post(http)

    assert isinstance(reply, Reply)
    assert len(requests) == 1


@pytest.mark.parametrize("act", [lambda _: None, reset, garble], ids=["closed", "reset", "garbled"])
def test_a_connection_that_was_opened_ahead_and_lost_is_not_used(
    trusted: Path, listener: Callable[[Act], str], act: Act
) -> None:
    def accept_and_lose(connection: socket.socket) -> None:
        with accepts(trusted)(connection) as secure:
            act(secure)

    http = Http(listener(accept_and_lose))
    http.connect()
    threading.Event().wait(0.2)

    reply = post(http)

    assert isinstance(reply, NoReply)
    assert reply.left is False  # the listener takes no second connection


def test_words_that_nobody_asked_for_make_a_connection_useless(trusted: Path, listener: Callable[[Act], str]) -> None:
    def speaks_first(connection: socket.socket) -> None:
        with accepts(trusted)(connection) as secure:
            secure.sendall(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
            threading.Event().wait(0.5)

    http = Http(listener(speaks_first))
    http.connect()
    threading.Event().wait(0.2)

    reply = post(http)

    assert isinstance(reply, NoReply)
    assert reply.left is False


def test_to_connect_ahead_to_a_server_that_is_not_there_leaves_all_as_it_was(trusted: Path) -> None:
    with server(says(OK), secure=accepts(trusted)) as (url, requests):
        http = Http(url)
        nowhere = Http("https://127.0.0.1:1")
        with pytest.raises(NewConnectionError):
            nowhere.connect()
        assert isinstance(post(nowhere), NoReply)
        assert isinstance(post(http), Reply)
    assert len(requests) == 1
