"""How an order of Binance's futures is given another quantity and price ("Modify Order"): limit orders only."""

from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Amend

from .futures_effects import FuturesEffects
from .futures_lookups import FuturesLookups
from .futures_parameters import build_amend_call
from .futures_reports import read_own
from .order_services import PLAIN

_CHANGES_NOTHING = ("-5027", "-4197")  # SAME_ORDER of USD-M, and of COIN-M


def amend_order(amend: Amend, signed_at: int, effects: FuturesEffects) -> Answer:
    """Send the amendment once. It has its effect already if the order shows what it asks for."""
    lookups = effects.lookups
    call = build_amend_call(amend, lookups.product)
    answer = lookups.connection.send(call, signed_at, lookups.credentials)
    report = lookups.connection.parse(*answer, lambda told: read_own(told, amend.client_order_id))
    if not isinstance(report, Failure):
        return Accepted(lookups.complete(report))
    if report.code in _CHANGES_NOTHING:
        found = effects.find_amended(amend)
        return found if isinstance(found, Accepted) else report
    return _refuse(amend, report, lookups) if report.meaning is Meaning.NOT_FOUND else report


def _refuse(amend: Amend, refused: Failure, lookups: FuturesLookups) -> Answer:
    """Return why an order was not open when it should be amended; UNKNOWN if it seems to be open after all."""
    order = lookups.ask_order(PLAIN, amend.symbol, amend.client_order_id)
    if isinstance(order, Failure):
        return order
    detail = f"the order is {order.status}: there is nothing left to amend"
    return Failure(Meaning.UNKNOWN if order.open else Meaning.REJECT, refused.code, detail)
