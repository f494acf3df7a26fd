"""What one Lambda container is here: the real runtime client in a fresh process, and the Runtime API for it.

The runtime client asks for its first event when the handler is imported and ready. This is how Lambda itself knows that
the initialisation is over. A container may have a share of a processor: then it is kept to it while it executes an
event, as on Lambda, where only the initialisation has more, and it is frozen between events.
"""

import contextlib
import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.events import ARN
from benchmarks.throttle import throttle
from local.run import ROOT

SECONDS = 30.0
ALL_DONE: dict[str, Any] = {"batchItemFailures": []}
# `make bench` makes this environment if it finds the version that template.yaml deploys.
DEPLOYED = ROOT / ".venv" / "deployed" / "bin" / "python"


def find_interpreter() -> Path:
    """Return the interpreter of the deployed version of Python if there is one, else this process's own."""
    return DEPLOYED if DEPLOYED.exists() else Path(sys.executable)


class RuntimeApi(ThreadingHTTPServer):
    """A server that hands out the events of `waiting`, one at a time, and keeps the answers."""

    daemon_threads = True

    def __init__(self, trace_id: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.trace_id = trace_id
        self.asked = threading.Event()
        self.waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.answers: queue.Queue[Any] = queue.Queue()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print errors, but not that a container which was ended dropped its connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the head and the body of an answer would be 40 ms apart

    def do_GET(self) -> None:
        """Answer with the next event, as soon as there is one; close the connection if the benchmark is over (None)."""
        self.server.asked.set()
        event = self.server.waiting.get()
        if event is None:
            self.close_connection = True
            return
        content = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",  # the runtime client crashes without one
            "Lambda-Runtime-Aws-Request-Id": "00000000-0000-4000-8000-000000000000",
            "Lambda-Runtime-Deadline-Ms": str(time.time_ns() // 1_000_000 + 45_000),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
            "Lambda-Runtime-Trace-Id": self.server.trace_id,
        }
        self._answer(200, content, headers)

    def do_POST(self) -> None:
        """Take what the handler returned, or the error of the handler or of its initialisation."""
        self.server.answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(202, b"", {})

    def _answer(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Write nothing to the terminal."""


class Container:
    """A process that is ready for events; `ready_ms` is how long that took from its start.

    With a `share` of one processor it is kept to it while it executes an event, and frozen after its first event.
    """

    def __init__(
        self, api: RuntimeApi, process: subprocess.Popen[bytes], ready_ms: float, share: float | None = None
    ) -> None:
        self._api, self._process, self.ready_ms, self._share = api, process, ready_ms, share

    def invoke(self, event: dict[str, Any]) -> Any:
        """Return what the handler returns for `event`. Raises RuntimeError if there is no answer within 30 s."""
        return self._execute(event)[0]

    def measure_ms(self, event: dict[str, Any]) -> float:
        """Return how many ms `event` takes. Raises RuntimeError unless all its signals were executed."""
        answer, milliseconds = self._execute(event)
        if answer != ALL_DONE:
            raise RuntimeError(f"not every signal of a batch was placed: {answer}")
        return milliseconds

    def _execute(self, event: dict[str, Any]) -> tuple[Any, float]:
        if self._share is None:
            return self._ask(event)
        self._process.send_signal(signal.SIGCONT)
        with throttle(self._process.pid, self._share):
            self._api.asked.clear()
            result = self._ask(event)
            self._api.asked.wait(SECONDS)  # only then Lambda freezes a container
        self._process.send_signal(signal.SIGSTOP)
        return result

    def _ask(self, event: dict[str, Any]) -> tuple[Any, float]:
        beginning = time.perf_counter()
        self._api.waiting.put(event)
        try:
            answer = self._api.answers.get(timeout=SECONDS)
        except queue.Empty:
            raise RuntimeError(f"no answer to an event (exit code {self._process.poll()})") from None
        return answer, (time.perf_counter() - beginning) * 1000

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def end(self) -> int:
        """Stop the process. Return the most memory that it held at any time, in bytes."""
        peak = _read_peak_bytes(self._process.pid)
        self._process.kill()  # one that is frozen would not hear that it should end
        self._process.wait()
        return peak


@contextlib.contextmanager
def start_container(handler: str, environment: Mapping[str, str], share: float | None = None) -> Iterator[Container]:
    """Initialise `handler` (`folder/module.function`) in a fresh process. Raises RuntimeError if that fails."""
    with RuntimeApi(environment["_X_AMZN_TRACE_ID"]) as api:
        threading.Thread(target=api.serve_forever, args=(0.01,), daemon=True).start()
        variables = dict(environment) | {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        }
        beginning = time.perf_counter()
        process = subprocess.Popen(
            [str(find_interpreter()), "-m", "awslambdaric", handler],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await_first_question(api, process)
            yield Container(api, process, (time.perf_counter() - beginning) * 1000, share)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
            api.waiting.put(None)
            api.shutdown()


def _await_first_question(api: RuntimeApi, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while not api.asked.wait(0.5):
        if process.poll() is not None or time.monotonic() > deadline:
            error = None if api.answers.empty() else api.answers.get()
            raise RuntimeError(f"the handler could not be initialised: {error}")


def _read_peak_bytes(pid: int) -> int:
    # Not by getrusage: on Linux a process inherits the peak of the process that started it.
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
