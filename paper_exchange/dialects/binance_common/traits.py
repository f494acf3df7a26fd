"""Which orders a request is about, as faults are matched on it: Binance names an order by many parameters."""

from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.faults import Traits

FIRST_NAMES = ("listClientOrderId", "newClientOrderId", "origClientOrderId")
ENDINGS = ("ClientOrderId", "clientAlgoId")


def traits(request: Request, *, placing: bool) -> Traits:
    """Return what a fault can be matched on."""
    return Traits(
        method=request.method,
        path=request.path,
        symbol=request.parameters.peek("symbol"),
        client_order_ids=_client_order_ids(request),
        placing=placing,
    )


def _client_order_ids(request: Request) -> list[str]:
    """An order is named by one parameter when placed, by another later; a list has a name beside those of its orders.

    The name that a cancel gives itself names nothing that can be found.
    """
    names = {name: value for ending in ENDINGS for name, value in request.parameters.ending_with(ending).items()}
    cancels = ["cancelNewClientOrderId", *(["newClientOrderId"] if request.method == "DELETE" else [])]
    found = [names[name] for name in FIRST_NAMES if name in names and name not in cancels]
    return [*found, *(value for name, value in names.items() if name not in (*FIRST_NAMES, *cancels))]
