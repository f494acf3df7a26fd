"""What is shipped is complete: it imports where there is nothing but the standard library and boto3."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local import environment
from local.run import ROOT
from tests.doubles.key_pairs import pair, private_pem

AARCH64 = 183  # in the header of an ELF file
ENVIRONMENT = {
    "BINANCE_SPOT_URL": "https://api.binance.com",
    **environment.FUNCTION_DEFAULTS,
    "LEDGER_TABLE": "ledger",
    "SHARED_TABLE": "shared",
    "SIGNAL_QUEUE_URL": "http://127.0.0.1/signals",
    "DEAD_LETTER_QUEUE_URL": "http://127.0.0.1/dead",
    "STACK_NAME": "orderexec",
    "EVENT_BUS": "default",
    "UNREPORTED_QUEUE_URL": "http://127.0.0.1/unreported",
    "POWERTOOLS_SERVICE_NAME": "orderexec",
    "POWERTOOLS_METRICS_NAMESPACE": "orderexec",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
}
# Ready for the first signal: imported, and every client built. Then: where each module came from.
INITIALISE = """
import json, sys
sys.path[:0] = sys.argv[1:]
import app
app.get_application()
print(json.dumps([module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]))
"""
# What the accounts' secrets cost: whether reading an HMAC key loads the library that the others need; then they sign.
READ_SECRETS = """
import json, sys
sys.path[:0] = sys.argv[2:]
from orderexec.aws.secrets import SecretsManager
class Store:
    secrets = json.loads(sys.argv[1])
    def get(self, name, **_): return json.dumps(self.secrets[name])
manager = SecretsManager(Store(), "")
manager.get_credentials("hmac")
loaded = "cryptography" in sys.modules
print(json.dumps([loaded, *(len(manager.get_credentials(name).api_secret.sign(b"")) for name in ("rsa", "ed25519"))]))
"""


def install(target: Path, *requirements: str) -> Path:
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "pip", "install", "--quiet", "--target", str(target), *requirements], check=True)  # noqa: S603 - the project's own pins
    return target


@pytest.fixture(scope="module")
def boto3_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runtime's own boto3, in the version the tests are pinned to."""
    pins = re.findall(r"^boto(?:3|core)==\S+", (ROOT / "requirements/dev.txt").read_text(), re.MULTILINE)
    return install(tmp_path_factory.mktemp("runtime"), *pins)


@pytest.fixture
def layer_for_this_machine(tmp_path: Path) -> Path:
    """The very pins of the dependency layer, for the processor and Python of this machine."""
    return install(tmp_path, "--no-deps", "--requirement", str(ROOT / "layers/dependencies/requirements.txt"))


@pytest.mark.parametrize("function", ["ExecuteSignals", "ReconcileOrders", "ReportOutcomes"])
def test_a_function_initialises_from_its_artifacts_alone(artifacts: Path, boto3_only: Path, function: str) -> None:
    shipped = [artifacts / function, artifacts / "Application/python", artifacts / "Dependencies/python"]

    done = _python([*shipped, boto3_only])

    assert done.returncode == 0, done.stderr
    modules = [Path(file) for file in json.loads(done.stdout)]
    for artifact in shipped:
        assert [file for file in modules if file.is_relative_to(artifact)]
    assert [file for file in modules if "site-packages" in file.parts] == []


def test_every_kind_of_key_signs_with_what_is_shipped_and_only_private_ones_load_their_library(
    artifacts: Path, boto3_only: Path, layer_for_this_machine: Path
) -> None:
    keys = {
        kind: {"private_key": private_pem(pair(kind), "secret"), "passphrase": "secret"} for kind in ("rsa", "ed25519")
    }
    secrets = {
        name: {"api_key": "key"} | fields for name, fields in ({"hmac": {"api_secret": "secret"}} | keys).items()
    }

    done = _python(
        [artifacts / "Application/python", layer_for_this_machine, boto3_only], READ_SECRETS, json.dumps(secrets)
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [False, 256, 64]


def test_a_missing_dependency_would_be_noticed(artifacts: Path, boto3_only: Path) -> None:
    done = _python([artifacts / "ExecuteSignals", artifacts / "Application/python", boto3_only])

    assert done.returncode != 0
    missing = re.search(r"No module named '(\w+)'", done.stderr)
    assert missing, done.stderr
    assert missing[1] in {file.name for file in (artifacts / "Dependencies/python").iterdir()}


def test_the_layers_leave_boto3_to_the_runtime(artifacts: Path) -> None:
    shipped = {file.name for file in (artifacts / "Dependencies/python").iterdir()}

    assert not {"boto3", "botocore", "s3transfer"} & shipped
    # Lambda allows 250 MB; half of this is the library of the private keys.
    assert _size(artifacts / "Dependencies") < 30_000_000


def test_native_parts_are_for_the_processor_and_python_of_lambda(artifacts: Path) -> None:
    native = list(artifacts.rglob("*.so"))

    assert native
    assert [file.name for file in native if _processor(file) != AARCH64] == []
    assert [file.name for file in native if ".cpython-313-" not in file.name and ".abi3." not in file.name] == []


def test_bytecode_is_shipped_for_every_module(artifacts: Path) -> None:
    modules = [file for file in artifacts.rglob("*.py") if file.is_file()]
    compiled = [file for file in modules if (file.parent / "__pycache__" / f"{file.stem}.cpython-313.pyc").exists()]
    if not compiled:
        pytest.skip("built without a Python 3.13; see layers/bytecode.sh")

    assert len(compiled) == len(modules)
    # Never checked against its source (PEP 552): flags 0b01 say hash-based and unchecked.
    assert {_flags(file) for file in artifacts.rglob("*.pyc")} == {1}


def _python(path: list[Path], program: str = INITIALISE, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run with the standard library and `path` only (-I, -S), and leave the artifact as it is (-B)."""
    command = [sys.executable, "-I", "-S", "-B", "-c", program, *arguments, *map(str, path)]
    variables = ENVIRONMENT | environment.make_aws_variables("http://127.0.0.1:9")
    return subprocess.run(  # noqa: S603 - this very interpreter
        command, env=variables, cwd="/", capture_output=True, text=True, timeout=60, check=False
    )


def _size(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def _processor(library: Path) -> int:
    """`e_machine` of the ELF header."""
    return int.from_bytes(library.read_bytes()[18:20], "little")


def _flags(bytecode: Path) -> int:
    return int.from_bytes(bytecode.read_bytes()[4:8], "little")
