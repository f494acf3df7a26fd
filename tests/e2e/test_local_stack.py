"""What the local stack starts, it stops; what it opens, only this machine can reach."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import run as runs
from local.run import ROOT, LocalStackError, Run, sweep, wait_until
from local.stack import Stack

LISTENING = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run whose traces lie outside the checkout."""
    monkeypatch.setattr(runs, "RUNS", tmp_path / "run")
    monkeypatch.setattr(runs, "LOGS", tmp_path / "log")
    made = Run(f"test-{os.getpid()}")
    with made.own():
        yield made
        made.stop()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads the open ports in /proc")
def test_nothing_listens_beyond_loopback(running: Stack) -> None:
    sockets = {inode for pid in running.pids.values() for inode in _sockets(pid)}
    listening = [address for address, inode in _listening() if inode in sockets]

    assert len(listening) >= len(running.pids)
    assert {address.split(":")[0] for address in listening} <= LOOPBACK


def test_a_started_process_is_known_until_it_ends(run: Run) -> None:
    run.start("one", SLEEP, {})
    assert wait_until(lambda: "one" in run.read_pids(), 5)

    os.kill(run.read_pids()["one"], signal.SIGKILL)

    assert wait_until(lambda: run.read_pids() == {}, 5)


def test_stop_ends_every_process_and_removes_every_trace(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "STOP_SECONDS", 0.5)
    run.start("one", SLEEP, {})
    run.start(
        "deaf", [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"], {}
    )
    scratch, pids = run.make_scratch(), list(run.read_pids().values())

    run.stop()

    assert [pid for pid in pids if _lives(pid)] == []
    assert not scratch.exists()
    assert not run.directory.exists()


def test_a_run_at_work_is_left_alone(run: Run) -> None:
    run.start("one", SLEEP, {})
    sweep()
    assert run.read_pids().keys() == {"one"}

    with pytest.raises(LocalStackError), Run(run.name).own():
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_demo_leaves_nothing_behind(number: signal.Signals, artifacts: Path) -> None:
    # GIVEN a demo whose processes have just been started
    demo = subprocess.Popen(
        [sys.executable, "-m", "local.demo"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        # A shell that starts the tests in the background has them ignore Ctrl-C, and their children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    its_run = Run(f"demo-{demo.pid}")
    assert wait_until(lambda: {"ministack", "exchange"} <= its_run.read_pids().keys(), 20)
    pids, scratch = list(its_run.read_pids().values()), its_run.make_scratch()

    # WHEN it is interrupted (and, where it cannot clean up itself, the next command is given)
    demo.send_signal(number)
    assert demo.wait(20) != 0
    sweep()

    # THEN its processes, its scratch space and its records are gone
    assert wait_until(lambda: not any(_lives(pid) for pid in pids), 5)
    assert not scratch.exists()
    assert not its_run.directory.exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _listening() -> list[tuple[str, str]]:
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    return [(fields[1], fields[9]) for fields in lines if fields[3] == LISTENING]


def _sockets(pid: int) -> list[str]:
    links = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()]
    return [link[8:-1] for link in links if link.startswith("socket:[")]


def test_these_tests_share_one_stack_also_when_tests_run_in_several_processes(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("all tests run in one process")
    assert request.node.nodeid.endswith("@e2e")
