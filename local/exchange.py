"""How the paper exchange is started as a process of the local stack, and how its control endpoint is used."""

import sys
from collections.abc import Mapping
from typing import Any

import requests

from local import environment
from local.bybit_orders import name_as_spot as name_bybit_as_spot
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
        found: list[dict[str, Any]] = self._get("faults")
        return found

    def set(self, what: str, body: Any) -> None:
        """Set what the account has, or what the market is."""
        self._post(what, body)

    def list_orders(self) -> list[dict[str, Any]]:
        """Return every order that it ever accepted, those of each account the oldest first, with Spot's field names."""
        found: list[dict[str, Any]] = self._get("orders")
        for account in self._get("margin").values():
            found += account["orders"]
        for kind in ("linear", "inverse"):
            found += map(_name_as_spot, self._get(f"{kind}/orders"))
            found += map(_name_conditional_as_spot, self._get(f"{kind}/conditionals"))
        return found + [name_bybit_as_spot(order) for order in self._get("bybit/orders")]

    def _get(self, what: str) -> Any:
        answer = requests.get(f"{self._url}/{what}", timeout=5)
        answer.raise_for_status()
        return answer.json()

    def _post(self, what: str, body: Any) -> None:
        answer = requests.post(f"{self._url}/{what}", json=body, timeout=5)
        if not answer.ok:
            raise ValueError(f"the paper exchange refuses {body}: {answer.text}")


def _name_as_spot(order: Mapping[str, Any]) -> dict[str, Any]:
    named = {"origQty": order["quantity"], "executedQty": order["executed"], "price": order["price"] or "0"}
    return {**order, **named}


def _name_conditional_as_spot(order: Mapping[str, Any]) -> dict[str, Any]:
    """Name a conditional order's fields; its price is its trigger's, and one that closes everything has no quantity."""
    return {
        **order,
        "orderId": order["id"],
        "clientOrderId": order["clientId"],
        "origQty": order["quantity"] or "0",
        "price": order["triggerPrice"] or "0",
        "status": order["state"],
    }
