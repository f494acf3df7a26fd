"""Binance margin as a person's tool sees it: each request as it went out, and what the exchange says of a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Cancel, CancelAll, OrderList, Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials
from orderexec.venues.call import Call
from orderexec.venues.inspection import NO_TRADING, AccountFacts, Inspection, KeyFacts
from orderexec.venues.surroundings import Surroundings

from .inspection import ask_permissions, read_key_facts
from .margin import BinanceMargin, build_margin
from .margin_account import ask_cross_account, ask_isolated_accounts
from .margin_errors import load_margin_table
from .margin_order_lists import build_margin_list_call
from .margin_parameters import build_margin_order_call
from .order_accounts import find_margin_account
from .parameters import build_cancel_all_call, build_cancel_call
from .products import MOST_AHEAD_MS
from .standing import list_margin

_MOST_NAMES = 5  # in one line for a person
_KINDS = {"MARGIN_1": "cross margin (classic)", "MARGIN_2": "cross margin (pro)"}


@dataclass(frozen=True, slots=True)
class MarginKeys:
    """Implements venues.inspection.KeyQuestions."""

    venue: BinanceMargin

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """See KeyQuestions. Both kinds of margin account are told, and whether the key may borrow."""
        cross = ask_cross_account(self.venue.connection, credentials)
        if isinstance(cross, Failure):
            return cross
        isolated = ask_isolated_accounts(self.venue.connection, credentials)
        if isinstance(isolated, Failure):
            return isolated
        permissions = ask_permissions(self.venue.connection, credentials)
        loans = {"loans by this key": _put(permissions.get("enableMargin"))} if isinstance(permissions, dict) else {}
        kind = str(cross.get("accountType"))
        return AccountFacts(
            _KINDS.get(kind, f"margin ({kind})"),
            None if _may_trade(cross, isolated) else NO_TRADING,
            _list_settings(cross, isolated) | loans,
        )

    def ask_permissions(self, credentials: Credentials) -> KeyFacts | Failure | None:
        """See KeyQuestions."""
        answer = ask_permissions(self.venue.connection, credentials)
        return read_key_facts(answer) if isinstance(answer, dict) else answer

    def list_standing(self, credentials: Credentials) -> Standing | Failure:
        """See KeyQuestions."""
        return list_margin(self.venue.connection, credentials)

    def try_order(self, _symbol: str, _credentials: Credentials) -> Failure | None:
        """See KeyQuestions. Margin has no request that places nothing."""
        return Failure(Meaning.UNKNOWN, None, "this venue has no request that tries an order out")


def _may_trade(cross: Mapping[str, Any], isolated: list[dict[str, Any]]) -> bool:
    return cross.get("tradeEnabled") is True or any(account.get("tradeEnabled") is True for account in isolated)


def _list_settings(cross: Mapping[str, Any], isolated: list[dict[str, Any]]) -> dict[str, str]:
    names = [str(account.get("symbol")) for account in isolated if account.get("enabled") is not False]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    opened = cross.get("created") is not False
    return {
        "cross account": "open" if opened else "never opened",
        "borrowing": _put(cross.get("borrowEnabled")),
        "isolated accounts": (", ".join(names[:_MOST_NAMES]) + more) or "none",
    }


def _put(permitted: object) -> str:
    return "permitted" if permitted is True else "not permitted"


def _describe_call(request: Request) -> Call:
    account = find_margin_account(request)
    match request:
        case Order():
            return build_margin_order_call(request, account)
        case OrderList():
            return build_margin_list_call(request, account)
        case Cancel():
            return build_cancel_call(request, account)
        case CancelAll():
            return build_cancel_all_call(request, account)
        case _:
            raise ValueError(f"margin knows no {type(request).__name__}")


def _open_keys(base_url: str, given: Surroundings) -> MarginKeys:
    return MarginKeys(build_margin(base_url, given))


MARGIN = Inspection(
    describe_call=_describe_call, load_table=load_margin_table, open_keys=_open_keys, most_ahead_ms=MOST_AHEAD_MS
)
