"""The environment variables of everything started locally: the machine's, without its AWS account."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

REGION = "us-east-1"
ACCESS_KEY = SECRET_KEY = "test"

# What a program needs from the machine. Everything else stays outside: a profile, a proxy or a setting
# of another emulator would change what runs here, and MiniStack hands its environment on to the function.
_KEPT_FOR_SERVICES = ("PATH", "HOME", "LANG", "LC_ALL")


# What template.yaml gives the function where nobody says otherwise, for those who run it without the template.
FUNCTION_DEFAULTS = {
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
}


def for_services(extra: Mapping[str, str]) -> dict[str, str]:
    """For a server that reads its settings from the environment."""
    return {name: os.environ[name] for name in _KEPT_FOR_SERVICES if name in os.environ} | dict(extra)


def for_tools(endpoint: str) -> dict[str, str]:
    """For the SAM CLI and what it calls: the machine's proxies and registries, but only the local AWS."""
    # The build runs make, which would take the flags of the make that this was started by for its own.
    foreign = ("AWS_", "SAM_", "PYTHON", "MAKE", "MFLAGS")
    machine = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return machine | {
        # The build of the layers calls uv, which stands beside this very interpreter.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), machine.get("PATH", os.defpath)]),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.1",
        **aws(endpoint),
    }


def aws(endpoint: str) -> dict[str, str]:
    """What makes any AWS SDK or CLI talk to the local AWS and never to a real account."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
