"""What a test or a demo can set and see of Bybit under /control/bybit: lateness, limits, restarts, the one wallet."""

from typing import Any

from paper_exchange.bodies import check_known, eight, read_not_negative
from paper_exchange.dialect import Handlers
from paper_exchange.dialects.bybit.endpoints.lookups import tell
from paper_exchange.dialects.bybit.gateway import Gateway
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.futures_scene import FuturesScene

Body = Any
PREFIX = "/control/bybit"
NUMBERS = ("engine_ms", "realtime_ms", "history_ms", "address_limit", "account_status", "key_days")


class Stage:
    """Each method takes the JSON body and returns what is answered; all of the first account."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def handlers(self) -> Handlers:
        """Return every path with what answers it. Prices, books and rules of spot are the exchange's own."""
        linear = FuturesScene(lambda: self._office.account.linear)
        inverse = FuturesScene(lambda: self._office.account.inverse)
        return {
            ("POST", f"{PREFIX}/settings"): self.set_settings,
            ("POST", f"{PREFIX}/restart"): self.restart,
            ("POST", f"{PREFIX}/balances"): self.set_balances,
            ("POST", f"{PREFIX}/positionMode"): self.set_position_mode,
            ("GET", f"{PREFIX}/orders"): self.orders,
            **linear.handlers(f"{PREFIX}/linear"),
            **inverse.handlers(f"{PREFIX}/inverse"),
        }

    def set_settings(self, body: Body) -> Any:
        """Take any of `{"engine_ms": 500, "realtime_ms": 500, "history_ms": 500, "refuses_later": true, ...}`.

        And `"limits": {"/v5/order/create": 3}`, requests in a second, and `"address_limit": 600`, in five;
        `"account_status": 1` for a classic account, `"key_days": 9` for a key that ends soon.
        """
        check_known(body, {*NUMBERS, "refuses_later", "limits"}, "setting")
        settings = self._gateway.settings
        for name in NUMBERS:
            setattr(settings, name, int(body.get(name, getattr(settings, name))))
        settings.refuses_later = bool(body.get("refuses_later", settings.refuses_later))
        settings.limits |= {path: int(limit) for path, limit in body.get("limits", {}).items()}
        return {name: getattr(settings, name) for name in (*NUMBERS, "refuses_later", "limits")}

    def restart(self, _: Body) -> Any:
        """Let `realtime` forget what is closed, as a restart of the venue does."""
        self._office.advance()
        self._office.wipe()
        return {}

    def set_balances(self, body: Body) -> Any:
        """Take `{"USDT": "1000"}`: what is free in the wallet; what open spot orders hold stays."""
        wallet = self._office.account.account
        for asset, free in {asset: read_not_negative(free) for asset, free in body.items()}.items():
            wallet.set_free(asset, free)
        return {asset: eight(wallet.free(asset)) for asset in wallet.assets()}

    def set_position_mode(self, body: Body) -> Any:
        """Take `{"dualSidePosition": true}`: hedge mode of linear contracts, refused with anything open."""
        hedged, terms = bool(body["dualSidePosition"]), self._office.account.linear.terms
        if hedged != terms.hedged:
            terms.set_hedged(hedged=hedged)
        return {"dualSidePosition": hedged}

    def orders(self, _: Body) -> Any:
        """Return every order ever acknowledged, oldest first, as its lists tell it, whether they show it or not."""
        self._office.advance()
        return [tell(self._office, each) for each in self._office.tickets]

    @property
    def _office(self) -> Office:
        return self._gateway.office_of(None)
