"""Which environment variables a local process gets: the machine's, without the person's AWS account."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

REGION = "us-east-1"
ACCESS_KEY = SECRET_KEY = "test"

# What a program needs from the machine, and no more: a profile, a proxy or a setting of another emulator would change
# what runs here, and MiniStack passes its environment on to the function.
_KEPT_FOR_SERVICES = ("PATH", "HOME", "LANG", "LC_ALL")


# The defaults of template.yaml, for those who run the function without the template.
FUNCTION_DEFAULTS = {
    "VENUES": "binance-spot",
    "SECRET_PREFIX": "orderexec/",
    "SIGNAL_MAX_AGE_SECONDS": "300",
    "RECV_WINDOW_MS": "5000",
    "RESEND_AFTER_DOUBT": "default",
    "LIMITS_PREFIX": "/orderexec/limits/",
    "REQUIRE_LIMITS": "false",
    "LIMIT_SHARE_PERCENT": "90",
    "MAXIMUM_CONCURRENCY": "10",
    "HALT_AFTER_CREDENTIAL_FAILURES": "10",
    "HALT_AFTER_REJECTIONS": "50",
    "FOLLOW_SHARE_PERCENT": "20",
}


def make_service_variables(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a server that reads its settings, `extra`, from the environment."""
    return {name: os.environ[name] for name in _KEPT_FOR_SERVICES if name in os.environ} | dict(extra)


def make_tool_variables(endpoint: str) -> dict[str, str]:
    """Return the variables of the SAM CLI and of what it calls: the machine's proxies and registries, the local AWS."""
    # The build runs make, which would take over the flags of the make that started this process.
    foreign = ("AWS_", "SAM_", "PYTHON", "MAKE", "MFLAGS")
    machine = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return machine | {
        # The build of the layers calls uv, which is installed beside this interpreter.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), machine.get("PATH", os.defpath)]),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.1",
        **make_aws_variables(endpoint),
    }


def make_aws_variables(endpoint: str) -> dict[str, str]:
    """Return the variables that make any AWS SDK or CLI use the local AWS and never a real account."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
