"""/control over HTTP: how a test or a demo sets the scene, arms faults and sees what was asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import InvalidOperation
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from paper_exchange.accounts import Accounts
from paper_exchange.bodies import change_limits
from paper_exchange.dialect import Dialect, TellsOrders
from paper_exchange.effects import effect
from paper_exchange.faults import Fault, Faults, Match
from paper_exchange.futures_scene import FuturesScene
from paper_exchange.keys import key
from paper_exchange.margin_scene import MarginScene
from paper_exchange.refusal import Refusal
from paper_exchange.request_log import RequestLog
from paper_exchange.scene import Scene

# What a body that makes no sense raises on its way in; anything else is a bug of this server.
NONSENSE = (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, Refusal)

Body = Any
Handlers = dict[tuple[str, str], Callable[[Body], Any]]


class Control:
    """Answers /control: one method for a path and verb, which takes the JSON body and returns what is answered."""

    def __init__(self, accounts: Accounts, dialects: Sequence[Dialect], faults: Faults, log: RequestLog) -> None:
        self._accounts = accounts
        self._exchange = accounts.exchange
        self._dialects = dialects
        self._faults = faults
        self._log = log

    def routes(self) -> list[Route]:
        """Return every path of /control with its handler."""
        words = next(each for each in self._dialects if isinstance(each, TellsOrders))
        scene, margin = Scene(self._exchange, words), MarginScene(self._accounts, words)
        handlers: Handlers = {
            ("POST", "/control/faults"): self.arm_fault,
            ("GET", "/control/faults"): self.armed_faults,
            ("DELETE", "/control/faults"): self.clear_faults,
            ("POST", "/control/keys"): self.set_keys,
            ("POST", "/control/accounts"): self.move_keys,
            ("POST", "/control/restrictions"): scene.set_permissions,
            ("POST", "/control/clock"): scene.set_clock,
            ("POST", "/control/prices"): scene.set_prices,
            ("POST", "/control/books"): scene.set_books,
            ("POST", "/control/referencePrices"): scene.set_reference_prices,
            ("POST", "/control/balances"): scene.set_balances,
            ("POST", "/control/margin"): margin.set_balances,
            ("POST", "/control/lending"): margin.set_lending,
            ("GET", "/control/margin"): margin.accounts,
            ("POST", "/control/symbols"): scene.change_symbol,
            ("POST", "/control/filters"): scene.change_filters,
            ("POST", "/control/limits"): scene.set_limits,
            ("GET", "/control/orders"): scene.orders,
            ("GET", "/control/lists"): scene.lists,
            ("GET", "/control/requests"): self.requests,
            ("DELETE", "/control/requests"): self.forget_requests,
            ("POST", "/control/reset"): self.reset,
        }
        handlers = handlers | self._of_futures()
        return [Route(path, _endpoint(handler), methods=[verb]) for (verb, path), handler in handlers.items()]

    def _of_futures(self) -> Handlers:
        """The paths of each kind of contracts, and of what an account has in common for both."""
        handlers: dict[tuple[str, str], Callable[[Body], Any]] = {
            ("POST", "/control/futures/positionMode"): self.set_position_mode,
            ("POST", "/control/futures/limits"): self.set_futures_limits,
        }
        for kind in ("linear", "inverse"):
            scene = FuturesScene(self._exchange, inverse=kind == "inverse")
            handlers |= {
                ("POST", f"/control/{kind}/prices"): scene.set_prices,
                ("POST", f"/control/{kind}/markPrices"): scene.set_mark_prices,
                ("POST", f"/control/{kind}/books"): scene.set_books,
                ("POST", f"/control/{kind}/wallet"): scene.set_wallet,
                ("POST", f"/control/{kind}/positions"): scene.set_positions,
                ("POST", f"/control/{kind}/leverages"): scene.set_leverages,
                ("POST", f"/control/{kind}/symbols"): scene.change_symbol,
                ("GET", f"/control/{kind}/orders"): scene.orders,
                ("GET", f"/control/{kind}/conditionals"): scene.conditionals,
                ("GET", f"/control/{kind}/positions"): scene.positions,
                ("GET", f"/control/{kind}/wallet"): scene.wallet,
            }
        return handlers

    def set_position_mode(self, body: Body) -> Any:
        """Take `{"dualSidePosition": true}`: one switch for both kinds of contracts, refused with anything open."""
        hedged = bool(body["dualSidePosition"])
        if hedged != self._exchange.terms.hedged:
            self._exchange.terms.set_hedged(hedged=hedged)
        return {"dualSidePosition": hedged}

    def set_futures_limits(self, body: Body) -> Any:
        """Take what `/control/limits` takes, for the one pool of both kinds of contracts."""
        return change_limits(self._exchange.terms.limits, body)

    def arm_fault(self, body: Body) -> Any:
        """Take `{"fault": name, "count": 1, "match": {"method", "path", "symbol", "client_order_id"}, ...}`.

        Names and their own parameters are those of `effects.EFFECTS`; any takes `hide_seconds` as well.
        """
        parameters = dict(body)
        name, count = parameters.pop("fault"), int(parameters.pop("count", 1))
        match = _match(parameters.pop("match", {}))
        if count < 1:
            raise ValueError("count must be at least 1")
        now = self._exchange.now_ms()
        self._faults.arm(Fault(name=name, effect=effect(name, parameters, now), match=match, count=count))
        return self.armed_faults(None)

    def armed_faults(self, _: Body) -> Any:
        """Return the faults that are armed, oldest first."""
        return [
            {"fault": fault.name, "count": fault.count, "match": asdict(fault.match)} for fault in self._faults.armed()
        ]

    def clear_faults(self, _: Body) -> Any:
        """Disarm every fault."""
        self._faults.clear()
        return self.armed_faults(None)

    def set_keys(self, body: Body) -> Any:
        """Take `{"my-key": "-----BEGIN PUBLIC KEY..."}`, or the secret of an HMAC key, or null to delete the key."""
        changes = {name: None if known is None else key(known) for name, known in body.items()}
        kept = {name: known for name, known in (self._accounts.keys | changes).items() if known is not None}
        self._accounts.keys = kept
        return sorted(kept)

    def move_keys(self, body: Body) -> Any:
        """Take `{"paper-key-2": 222}`: the key belongs to the account with that uid, not to the first one."""
        self._accounts.move_keys({name: int(uid) for name, uid in body.items()})
        return {}

    def requests(self, _: Body) -> Any:
        """Return the requests of late, oldest first."""
        return [asdict(entry) for entry in self._log.entries()]

    def forget_requests(self, _: Body) -> Any:
        """Empty the log of requests."""
        self._log.clear()
        return []

    def reset(self, _: Body) -> Any:
        """Put everything back to the start."""
        self._exchange.reset()
        self._accounts.reset()
        for dialect in self._dialects:
            dialect.reset()
        self._faults.clear()
        self._log.clear()
        return {}


def _endpoint(handler: Callable[[Body], Any]) -> Callable[[HttpRequest], Any]:
    async def endpoint(request: HttpRequest) -> Response:
        try:
            sent = await request.body()
            return JSONResponse(handler(json.loads(sent) if sent else {}))
        except NONSENSE as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, status_code=400)

    return endpoint


def _match(traits: Mapping[str, Any]) -> Match:
    """Requests that place orders, unless method or path say what else."""
    match = Match(**traits)
    return replace(match, placing=match.placing or (match.method is None and match.path is None))
