"""Binance's futures as a person's tool sees them: each request as it went out, and what the exchange says of a key."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials
from orderexec.venues.call import Call
from orderexec.venues.inspection import NO_TRADING, AccountFacts, Inspection, KeyFacts
from orderexec.venues.surroundings import Surroundings

from .futures import BinanceFutures, build_coinm, build_usdm
from .futures_parameters import build_amend_call, build_cancel_all_call, build_cancel_call, build_order_call
from .futures_products import COINM, TEST_ORDER, USDM, FuturesProduct
from .futures_setup import FuturesSetup
from .futures_standing import list_futures
from .order_services import PLAIN, find_service
from .products import MOST_AHEAD_MS  # "General Info" of futures names the same second as Spot's pages


@dataclass(frozen=True, slots=True)
class FuturesKeys:
    """Implements venues.inspection.KeyQuestions."""

    venue: BinanceFutures

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """See KeyQuestions."""
        connection = self.venue.connection
        account = connection.parse(*connection.ask(self.venue.product.account, {}, credentials), dict[str, Any])
        if isinstance(account, Failure):
            return account
        mode = FuturesSetup(self.venue).ask_position_mode(None, credentials)
        if isinstance(mode, Failure):
            return mode
        settings = {"position mode": str(mode)}
        if "multiAssetsMargin" in account:
            settings["multi-assets mode"] = "on" if account["multiAssetsMargin"] else "off"
        return AccountFacts("futures", None if account.get("canTrade") else NO_TRADING, settings)

    def ask_permissions(self, _credentials: Credentials) -> KeyFacts | Failure | None:
        """See KeyQuestions. Only another address of the exchange tells them (GET /sapi/v1/account/apiRestrictions)."""
        return None

    def list_standing(self, credentials: Credentials) -> Standing | Failure:
        """See KeyQuestions."""
        return list_futures(self.venue.connection, self.venue.product, credentials)

    def try_order(self, symbol: str, credentials: Credentials) -> Failure | None:
        """See KeyQuestions. POST order/test places nothing; COIN-M has no such request."""
        if not self.venue.product.tries_out:
            return Failure(Meaning.UNKNOWN, None, "this venue has no request that tries an order out")
        order = {"symbol": symbol, "side": "BUY", "type": "MARKET", "quantity": "1"}
        self.venue.ask_server_time()  # the signature must not fail for this machine's clock
        call = Call("POST", self.venue.product.path(TEST_ORDER), order)
        reply = self.venue.connection.send(call, self.venue.now(), credentials)
        return self.venue.connection.parse(*reply, lambda _: None)


def _describe_call(product: FuturesProduct, request: Request) -> Call:
    match request:
        case Order():
            return build_order_call(request, product)
        case Cancel():
            service = find_service(conditional=request.conditional)
            return build_cancel_call(service.name_order(request.symbol, request.client_order_id), service, product)
        case CancelAll():
            return build_cancel_all_call(request.symbol, PLAIN, product)
        case Amend():
            return build_amend_call(request, product)
        case _:
            raise ValueError(f"futures know no {type(request).__name__}")


def _inspect(product: FuturesProduct, build: Callable[[str, Surroundings], BinanceFutures]) -> Inspection:
    return Inspection(
        describe_call=partial(_describe_call, product),
        load_table=product.answers.load_table,
        open_keys=lambda base_url, given: FuturesKeys(build(base_url, given)),
        most_ahead_ms=MOST_AHEAD_MS,
        open_setup=lambda base_url, given: FuturesSetup(build(base_url, given)),
    )


USDM_FUTURES = _inspect(USDM, build_usdm)
COINM_FUTURES = _inspect(COINM, build_coinm)
