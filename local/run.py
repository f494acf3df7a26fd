"""What one run of the local stack leaves on the machine: processes, logs and scratch space, and how all is removed.

A process holds a lock on its own pid file for as long as it lives, because it inherits the locked descriptor. So it is
certain, after any crash, whether the process still runs, and a pid that now belongs to another process is never killed.
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
LASTING = "up"  # the name of the run that outlives the command that started it

# The shell writes the pid before all else, so that an interrupted start leaves no unknown process.
_WRITE_PID_THEN_BECOME = 'echo $$ >"$0" && exec "$@"'


class LocalStackError(Exception):
    """An error that a person can fix; the text says what happened and what to do."""


class Run:
    """One run, in the directory `.local/run/<name>`: `<process>.pid` (locked) and `scratch` (a link).

    The logs stay when all else is removed: the last ones of `demo-123` are `.local/log/demo.<process>.log`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.directory = RUNS / name
        self.owner = RUNS / f"{name}.owner"
        self.is_lasting = name == LASTING
        self._children: list[subprocess.Popen[bytes]] = []

    @contextlib.contextmanager
    def own(self) -> Iterator[None]:
        """Own the run, so that no other process starts or sweeps it. Raises LocalStackError if another one owns it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        # The file is beside the directory, as it must stay the same while the directory is removed and made again.
        with self.owner.open("w") as owner:
            if not _lock(owner.fileno()):
                raise LocalStackError(f"another process is working on the local stack {self.name!r}; wait for it.")
            try:
                yield
            finally:
                if not self.is_lasting:
                    self.owner.unlink()

    def start(self, process: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `command` in a process group of its own; its output goes to its log."""
        pid_file = self.directory / f"{process}.pid"
        LOGS.mkdir(parents=True, exist_ok=True)
        with pid_file.open("w") as lock, self.find_log(process).open("wb") as log:
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

    def find_log(self, process: str) -> Path:
        """Return the path of the log of a process."""
        return LOGS / f"{self.name.partition('-')[0]}.{process}.log"

    def read_pids(self) -> dict[str, int]:
        """Return the pids of the living processes, by name."""
        files = sorted(self.directory.glob("*.pid"))
        return {file.stem: _read_pid(file) for file in files if _is_locked(file)}

    def make_scratch(self) -> Path:
        """Return the private directory of the run, in memory if possible. It is made once; `stop` removes it."""
        link = self.directory / "scratch"
        if not link.is_symlink():
            memory = Path("/dev/shm")  # noqa: S108 - a private directory is made inside
            parent = memory if os.access(memory, os.W_OK) else None
            link.symlink_to(tempfile.mkdtemp(prefix="orderexec-", dir=parent))
        return link.resolve()

    def clear(self) -> None:
        """Stop what is left of an earlier run of this name, and make its directory again."""
        self.stop()
        self.directory.mkdir(parents=True)

    def stop(self) -> None:
        """Stop every process and remove every file but the logs. It may be called at any time, and again."""
        self._signal(signal.SIGTERM)
        if not wait_until(lambda: not self.read_pids(), STOP_SECONDS):
            self._signal(signal.SIGKILL)
            wait_until(lambda: not self.read_pids(), STOP_SECONDS)
        for child in self._children:
            child.wait()
        self._children.clear()
        link = self.directory / "scratch"
        if link.is_symlink():
            shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.read_pids().values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)


def sweep() -> None:
    """Stop what is left of runs whose owner was killed. The lasting run has no owner, and stays."""
    for run in [Run(owner.stem) for owner in RUNS.glob("*.owner")]:
        if not run.is_lasting:
            with contextlib.suppress(LocalStackError), run.own():
                run.stop()


def wait_until(condition: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Wait until `condition` holds and return True; False if it does not hold within `seconds`."""
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


def _read_pid(file: Path) -> int:
    wait_until(file.read_text, 1)
    return int(file.read_text())
