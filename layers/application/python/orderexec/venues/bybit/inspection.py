"""Bybit as a person's tool sees it: each request as it goes out, and what the exchange says of a key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials
from orderexec.venues.call import Call
from orderexec.venues.inspection import AccountFacts, Inspection, KeyFacts
from orderexec.venues.surroundings import Surroundings

from .account import ask_account, ask_key
from .errors import load_table
from .parameters import build_amend_call, build_cancel_all_call, build_cancel_call, build_order_call
from .products import INVERSE, LINEAR, MOST_AHEAD_MS, SPOT, BybitProduct
from .standing import list_account
from .venue import Bybit, build_inverse, build_linear, build_spot

_ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class BybitKeys:
    """Implements venues.inspection.KeyQuestions."""

    venue: Bybit

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """See KeyQuestions. The exchange names no switch that stops an account from trading."""
        account = ask_account(self.venue.connection, credentials)
        if isinstance(account, Failure):
            return account
        mode = str(account.get("marginMode", "")).lower().replace("_", " ")
        return AccountFacts("unified", may_trade=True, settings={"margin mode": mode})

    def ask_permissions(self, credentials: Credentials) -> KeyFacts | Failure | None:
        """See KeyQuestions."""
        key = ask_key(self.venue.connection, credentials)
        return key if isinstance(key, Failure) else _read_permissions(key, self.venue.product)

    def list_standing(self, credentials: Credentials) -> Standing | Failure:
        """See KeyQuestions."""
        return list_account(self.venue.connection, self.venue.product, credentials)

    def try_order(self, _symbol: str, _credentials: Credentials) -> Failure | None:
        """See KeyQuestions."""
        return Failure(Meaning.UNKNOWN, None, "this venue has no request that tries an order out")


def _describe_call(product: BybitProduct, request: Request) -> Call:
    match request:
        case Order():
            return build_order_call(request, product)
        case Cancel():
            return build_cancel_call(request.symbol, product, client_order_id=request.client_order_id)
        case CancelAll():
            return build_cancel_all_call(request.symbol, product)
        case Amend():
            return build_amend_call(request, product)
        case _:
            raise ValueError(f"Bybit knows no {type(request).__name__}")


def _read_permissions(key: Mapping[str, Any], product: BybitProduct) -> KeyFacts:
    """Return what "Get API Key Information" says. A key without an address has `*` for one, and expires."""
    permissions = key.get("permissions")
    permitted: Mapping[str, Any] = permissions if isinstance(permissions, Mapping) else {}
    addresses = key.get("ips")
    bound = isinstance(addresses, list) and bool(addresses) and _ANYWHERE not in addresses
    trades = "SpotTrade" in _list(permitted, "Spot") if product.spot else _trades_contracts(permitted)
    return KeyFacts(
        may_trade=key.get("readOnly") == 0 and trades,
        may_withdraw="Withdraw" in _list(permitted, "Wallet"),
        bound_to_addresses=bound,
        trading_ends=None if bound else _read_end(key.get("expiredAt")),
    )


def _trades_contracts(permitted: Mapping[str, Any]) -> bool:
    return "Order" in _list(permitted, "ContractTrade")


def _list(permitted: Mapping[str, Any], name: str) -> list[Any]:
    words = permitted.get(name)
    return words if isinstance(words, list) else []


def _read_end(text: object) -> int | None:
    """Return when the key expires (epoch ms); None where that is the beginning of time, or no time at all."""
    try:
        ends = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    milliseconds = 0 if ends is None or ends.tzinfo is None else int(ends.timestamp() * 1000)
    return milliseconds or None


def _inspect(product: BybitProduct, build: Callable[[str, Surroundings], Bybit]) -> Inspection:
    return Inspection(
        describe_call=partial(_describe_call, product),
        load_table=load_table,
        open_keys=lambda base_url, given: BybitKeys(build(base_url, given)),
        most_ahead_ms=MOST_AHEAD_MS,
    )


SPOT_ORDERS = _inspect(SPOT, build_spot)
LINEAR_ORDERS = _inspect(LINEAR, build_linear)
INVERSE_ORDERS = _inspect(INVERSE, build_inverse)
