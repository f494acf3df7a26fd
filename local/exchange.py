"""The paper exchange as a process of the local stack, and its control endpoint as a client sees it."""

import sys
from collections.abc import Mapping
from typing import Any

import requests

from local import environment
from local.run import Run

PROCESS = "exchange"


def start(run: Run, port: int) -> None:
    command = [sys.executable, "-m", "paper_exchange", "--port", str(port)]
    run.start(PROCESS, command, environment.for_services({}))


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v3/ping", timeout=5).ok
    except requests.RequestException:
        return False


class Control:
    """`/control` of the paper exchange: arms faults and tells what the exchange really holds."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/control"

    def arm(self, fault: Mapping[str, Any]) -> None:
        self._post("faults", fault)

    def armed(self) -> list[dict[str, Any]]:
        """The faults that no request has met yet."""
        return self._get("faults")

    def orders(self) -> list[dict[str, Any]]:
        """Every order it ever accepted, oldest first, with Binance's field names."""
        return self._get("orders")

    def _get(self, what: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._url}/{what}", timeout=5)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _post(self, what: str, body: Mapping[str, Any]) -> None:
        answer = requests.post(f"{self._url}/{what}", json=body, timeout=5)
        if not answer.ok:
            raise ValueError(f"the paper exchange does not take {dict(body)}: {answer.text}")
