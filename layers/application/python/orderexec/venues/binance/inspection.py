"""Binance Spot as a person's tool sees it: each request as it went out, and what the exchange says of a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials
from orderexec.venues.call import Call
from orderexec.venues.http import Reply
from orderexec.venues.inspection import NO_TRADING, AccountFacts, Hindrance, Inspection, KeyFacts
from orderexec.venues.surroundings import Surroundings

from .account import ask_account
from .connection import Connection
from .errors import load_table
from .order_accounts import SPOT_ACCOUNT
from .order_lists import build_list_call
from .parameters import build_amend_call, build_cancel_all_call, build_cancel_call, build_order_call
from .products import API_RESTRICTIONS, MOST_AHEAD_MS, TEST_ORDER
from .replacements import build_replace_call
from .standing import list_spot
from .venue import BinanceSpot, build_spot

_NOT_PERMITTED = Hindrance(
    "the key may not trade spot or margin", 'give it the permission "Enable Spot & Margin Trading" at the exchange'
)


@dataclass(frozen=True, slots=True)
class SpotKeys:
    """Implements venues.inspection.KeyQuestions."""

    venue: BinanceSpot

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """See KeyQuestions. GET /api/v3/account."""
        account = ask_account(self.venue.connection, credentials)
        if isinstance(account, Failure):
            return account
        return AccountFacts(str(account.get("accountType")), None if account.get("canTrade") else NO_TRADING)

    def ask_permissions(self, credentials: Credentials) -> KeyFacts | Failure | None:
        """See KeyQuestions."""
        answer = ask_permissions(self.venue.connection, credentials)
        return read_key_facts(answer) if isinstance(answer, dict) else answer

    def list_standing(self, credentials: Credentials) -> Standing | Failure:
        """See KeyQuestions."""
        return list_spot(self.venue.connection, credentials)

    def try_order(self, symbol: str, credentials: Credentials) -> Failure | None:
        """See KeyQuestions. POST /api/v3/order/test places nothing."""
        order = {"symbol": symbol, "side": "BUY", "type": "MARKET", "quantity": "1"}
        self.venue.ask_server_time()  # the signature must not fail for this machine's clock
        reply = self.venue.connection.send(Call("POST", TEST_ORDER, order), self.venue.now(), credentials)
        answer = self.venue.connection.parse(*reply, dict[str, Any])
        return answer if isinstance(answer, Failure) else None


def ask_permissions(connection: Connection, credentials: Credentials) -> dict[str, Any] | Failure | None:
    """Return what the key is permitted, as it is; None from a testnet, which does not know the path and answers 404."""
    reply, document = connection.ask(API_RESTRICTIONS, {}, credentials)
    if isinstance(reply, Reply) and reply.status == 404:
        return None
    return connection.parse(reply, document, dict)


def _describe_call(request: Request) -> Call:
    match request:
        case Order():
            return build_order_call(request)
        case OrderList():
            return build_list_call(request)
        case Replace():
            return build_replace_call(request)
        case Cancel():
            return build_cancel_call(request, SPOT_ACCOUNT)
        case CancelAll():
            return build_cancel_all_call(request, SPOT_ACCOUNT)
        case Amend():
            return build_amend_call(request)


def read_key_facts(answer: Mapping[str, Any]) -> KeyFacts:
    """Return what the answer of `ask_permissions` says."""
    ends = answer.get("tradingAuthorityExpirationTime")
    return KeyFacts(
        hindrance=None if answer.get("enableSpotAndMarginTrading") else _NOT_PERMITTED,
        may_withdraw=bool(answer.get("enableWithdrawals")),
        bound_to_addresses=bool(answer.get("ipRestrict")),
        trading_ends=ends if isinstance(ends, int) else None,
        may_transfer=bool(answer.get("enableInternalTransfer") or answer.get("permitsUniversalTransfer")),
    )


def _open_keys(base_url: str, given: Surroundings) -> SpotKeys:
    return SpotKeys(build_spot(base_url, given))


SPOT = Inspection(
    describe_call=_describe_call, load_table=load_table, open_keys=_open_keys, most_ahead_ms=MOST_AHEAD_MS
)
