"""What the table of margin's endpoints says of each, and how a handler of one account comes to serve it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paper_exchange.dialects.binance_common.endpoint import Endpoint
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.dialects.binance_margin.flags import read_isolated
from paper_exchange.margin import MarginAccount, MarginAccounts

OwnerHandler = Callable[[MarginAccounts, Parameters], Any]
AccountHandler = Callable[[MarginAccount, Parameters], Any]


@dataclass(frozen=True, slots=True)
class MarginEndpoint(Endpoint[MarginAccounts]):
    """One row of the table, whose handler is an OwnerHandler."""

    per_uid: bool = False
    """Its weight is counted by account, not by address."""


MarginTable = Mapping[tuple[str, str], MarginEndpoint]


def of_account(handler: AccountHandler, *, tells_flag: bool = True) -> OwnerHandler:
    """Return a handler that finds the account by `isIsolated` and `symbol`, and mostly tells the flag in its answer."""

    def handle(owner: MarginAccounts, parameters: Parameters) -> Any:
        isolated = read_isolated(parameters)
        symbol = parameters.symbol() if isolated else None
        answer = handler(owner.of(symbol, isolated=isolated), parameters)
        flag = {"isIsolated": isolated} if tells_flag else {}
        return [each | flag for each in answer] if isinstance(answer, list) else answer | flag

    return handle
