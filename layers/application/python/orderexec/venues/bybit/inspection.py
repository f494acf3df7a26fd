"""Bybit as a person's tool sees it: each request as it goes out, and what the exchange says of a key."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials
from orderexec.venues.call import Call
from orderexec.venues.inspection import AccountFacts, Inspection, KeyFacts
from orderexec.venues.surroundings import Surroundings

from .account import ask_account, ask_key
from .connection import write_body
from .errors import load_table
from .key_facts import read_account_facts, read_key_facts, takes
from .parameters import build_amend_call, build_cancel_all_call, build_cancel_call, build_order_call
from .products import INVERSE, LINEAR, MOST_AHEAD_MS, SPOT, BybitProduct
from .setup import BybitSetup
from .standing import list_account
from .venue import Bybit, build_inverse, build_linear, build_spot


@dataclass(frozen=True, slots=True)
class BybitKeys:
    """Implements venues.inspection.KeyQuestions."""

    venue: Bybit

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """See KeyQuestions. The exchange names no switch that stops an account from trading."""
        if not takes(credentials):
            return Failure(
                Meaning.CREDENTIALS, None, "Bybit takes HMAC and RSA keys, and this private key is none of RSA"
            )
        account = ask_account(self.venue.connection, credentials)
        return account if isinstance(account, Failure) else read_account_facts(account, self.venue.product)

    def ask_permissions(self, credentials: Credentials) -> KeyFacts | Failure | None:
        """See KeyQuestions."""
        key = ask_key(self.venue.connection, credentials)
        if key is None or isinstance(key, Failure):
            return key
        return read_key_facts(key, self.venue.product, self.venue.now())

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
            named = {"client_order_id": request.client_order_id, "order_filter": product.order_filters[0]}
            return build_cancel_call(request.symbol, product, **named)
        case CancelAll():
            return build_cancel_all_call(request.symbol, product, product.order_filters[0])
        case Amend():
            return build_amend_call(request, product)
        case _:
            raise ValueError(f"Bybit knows no {type(request).__name__}")


def _open_setup(build: Callable[[str, Surroundings], Bybit], base_url: str, given: Surroundings) -> BybitSetup:
    positions = build(base_url, given).positions
    if positions is None:
        raise ValueError("spot has no positions")
    return BybitSetup(positions)


def _inspect(product: BybitProduct, build: Callable[[str, Surroundings], Bybit]) -> Inspection:
    return Inspection(
        describe_call=partial(_describe_call, product),
        load_table=load_table,
        open_keys=lambda base_url, given: BybitKeys(build(base_url, given)),
        most_ahead_ms=MOST_AHEAD_MS,
        open_setup=None if product.spot else partial(_open_setup, build),
        write_body=write_body,
    )


SPOT_ORDERS = _inspect(SPOT, build_spot)
LINEAR_ORDERS = _inspect(LINEAR, build_linear)
INVERSE_ORDERS = _inspect(INVERSE, build_inverse)
