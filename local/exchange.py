"""How the paper exchange is started as a process of the local stack, and how its control endpoint is used."""

import sys
from collections.abc import Mapping
from typing import Any

import requests

from local import environment
from local.run import Run

PROCESS = "exchange"


def start(run: Run, port: int) -> None:
    """Start the paper exchange on `port` of the loopback interface."""
    command = [sys.executable, "-m", "paper_exchange", "--port", str(port)]
    run.start(PROCESS, command, environment.make_service_variables({}))


def answers(url: str) -> bool:
    """Return whether an exchange answers to a ping at `url`."""
    try:
        return requests.get(f"{url}/api/v3/ping", timeout=5).ok
    except requests.RequestException:
        return False


class Control:
    """The endpoint `/control` of the paper exchange, which arms faults and lists what the exchange really holds."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/control"

    def arm(self, fault: Mapping[str, Any]) -> None:
        """Have the next request that matches meet the fault."""
        self._post("faults", fault)

    def list_armed(self) -> list[dict[str, Any]]:
        """Return the faults that no request has met yet."""
        return self._get("faults")

    def list_orders(self) -> list[dict[str, Any]]:
        """Return every order that it ever accepted, the oldest first, with Binance's field names."""
        return self._get("orders")

    def _get(self, what: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._url}/{what}", timeout=5)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _post(self, what: str, body: Mapping[str, Any]) -> None:
        answer = requests.post(f"{self._url}/{what}", json=body, timeout=5)
        if not answer.ok:
            raise ValueError(f"the paper exchange refuses {dict(body)}: {answer.text}")
