"""One run of the local stack as the machine sees it: its processes, logs and scratch space, and how they go away.

A process holds a lock on its own pid file for as long as it lives (it inherits the locked descriptor),
so "does it still run" has a sure answer after any crash, and a pid that was given away is never killed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
RUNS = LOCAL / "run"
LOGS = LOCAL / "log"
STOP_SECONDS = 10.0
LASTING = "up"  # the run that outlives the command that started it

# The shell writes the pid before anything else happens, so an interrupted start leaves no unknown process.
_WRITE_PID_THEN_BECOME = 'echo $$ >"$0" && exec "$@"'


class LocalStackError(Exception):
    """Something a person can mend; the text says what happened and what to do."""


class Run:
    """The directory `.local/run/<name>`: `<process>.pid` (locked) and `scratch` (a link).

    Logs stay when everything else is gone: the last ones of `demo-123` are `.local/log/demo.<process>.log`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.directory = RUNS / name
        self.owner = RUNS / f"{name}.owner"
        self.is_lasting = name == LASTING
        self._children: list[subprocess.Popen[bytes]] = []

    @contextlib.contextmanager
    def owned(self) -> Iterator[None]:
        """Hold the run for this process, so that nobody else starts or sweeps it; raise if somebody does."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # Beside the directory, not in it: it must stay the same file while the directory comes and goes.
        with self.owner.open("w") as owner:
            if not _lock(owner.fileno()):
                raise LocalStackError(f"another process is working on the local stack {self.name!r}; wait for it.")
            try:
                yield
            finally:
                if not self.is_lasting:
                    self.owner.unlink()

    def start(self, process: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `command` in a process group of its own, its output in the log."""
        pid_file = self.directory / f"{process}.pid"
        LOGS.mkdir(parents=True, exist_ok=True)
        with pid_file.open("w") as lock, self.log(process).open("wb") as log:
            _lock(lock.fileno())
            self._children.append(
                subprocess.Popen(
                    ["/bin/sh", "-c", _WRITE_PID_THEN_BECOME, str(pid_file), *command],
                    cwd=ROOT,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[lock.fileno()],
                )
            )

    def log(self, process: str) -> Path:
        return LOGS / f"{self.name.partition('-')[0]}.{process}.log"

    def pids(self) -> dict[str, int]:
        """The living processes by name."""
        files = sorted(self.directory.glob("*.pid"))
        return {file.stem: _pid(file) for file in files if _is_locked(file)}

    def scratch(self) -> Path:
        """A private directory, in memory where the machine has such; made once and removed by `stop`."""
        link = self.directory / "scratch"
        if not link.is_symlink():
            memory = Path("/dev/shm")  # noqa: S108 - a private directory is made inside
            parent = memory if os.access(memory, os.W_OK) else None
            link.symlink_to(tempfile.mkdtemp(prefix="orderexec-", dir=parent))
        return link.resolve()

    def clear(self) -> None:
        """Stop what is left of an earlier run of this name and begin anew."""
        self.stop()
        self.directory.mkdir(parents=True)

    def stop(self) -> None:
        """Stop every process and remove every trace; safe to call at any time, and again."""
        self._signal(signal.SIGTERM)
        if not until(lambda: not self.pids(), STOP_SECONDS):
            self._signal(signal.SIGKILL)
            until(lambda: not self.pids(), STOP_SECONDS)
        for child in self._children:
            child.wait()
        self._children.clear()
        link = self.directory / "scratch"
        if link.is_symlink():
            shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.pids().values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)


def sweep() -> None:
    """Stop what runs left behind whose owner was killed; a lasting run has no owner and stays."""
    for run in [Run(owner.stem) for owner in RUNS.glob("*.owner")]:
        if not run.is_lasting:
            with contextlib.suppress(LocalStackError), run.owned():
                run.stop()


def until(condition: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Wait until `condition` holds; False if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(file: Path) -> bool:
    with file.open() as opened:
        return not _lock(opened.fileno())


def _pid(file: Path) -> int:
    until(file.read_text, 1)
    return int(file.read_text())
