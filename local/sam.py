"""How `template.yaml` is built and deployed with the SAM CLI, which is installed in an environment of its own."""

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from local import environment
from local.run import LOCAL, ROOT, LocalStackError

SAM = ROOT / ".venv" / "sam" / "bin" / "sam"
BUILD = ROOT / ".aws-sam" / "build"
SOURCES = ("template.yaml", "layers", "functions")
# `sam build` empties its directory first, so that this file exists only beside a build that was finished.
_FINGERPRINT = BUILD / ".sources"


@contextlib.contextmanager
def lock_build() -> Iterator[None]:
    """Hold the build directory, so that one process builds at a time; the next one waits, and finds it built."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_built() -> bool:
    """Return whether the build directory was built from the present sources."""
    return _FINGERPRINT.exists() and _FINGERPRINT.read_text() == _compute_fingerprint()


def build() -> str:
    """Build every artifact. Return the remark of `layers/bytecode.sh` once, though each layer repeats it; or ""."""
    sources = _compute_fingerprint()
    output = _run_sam(["build"], environment.make_tool_variables("http://127.0.0.1:0"))
    _FINGERPRINT.write_text(sources)
    return next((line for line in output.splitlines() if line.startswith("No Python 3.13")), "")


def deploy(stack: str, bucket: str, parameters: Mapping[str, str], endpoint: str) -> None:
    """Deploy the build as `stack` to the local AWS at `endpoint`."""
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    command = ["deploy", "--config-env", "local", "--stack-name", stack, "--s3-bucket", bucket]
    _run_sam([*command, "--parameter-overrides", *overrides], environment.make_tool_variables(endpoint))


def _compute_fingerprint() -> str:
    digest = hashlib.sha256()
    for file in _list_sources():
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _list_sources() -> list[Path]:
    roots = [ROOT / source for source in SOURCES]
    files = [root for root in roots if root.is_file()] + [file for root in roots for file in root.rglob("*")]
    return sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)


def _run_sam(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """Run the SAM CLI to its end; its own words become the error if it fails."""
    # It leaves an empty folder behind for each zip file that it uploads (samcli/lib/package/utils.py).
    with tempfile.TemporaryDirectory(prefix="orderexec-sam-") as scratch:
        return _run(arguments, {**variables, "TMPDIR": scratch})


def _run(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    tool = subprocess.Popen(
        [str(SAM), *arguments],
        cwd=ROOT,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = tool.communicate()
    except BaseException:
        # Its children (make, uv) are in its process group, and must not outlive an interrupted start.
        os.killpg(tool.pid, signal.SIGKILL)
        tool.communicate()
        raise
    if tool.returncode:
        raise LocalStackError(f"sam {arguments[0]} failed:\n\n{output.strip()}")
    return output
