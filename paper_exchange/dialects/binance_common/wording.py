"""How a refusal of the exchange is put into a code and a text: what the maps of all products are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.refusal import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Wording:
    """A code and its text, which has the refusal's facts in braces; without a status the one of the code."""

    code: int
    text: str
    status: int | None = None
    tells_wait: bool = True
    """A refusal that knows when to ask again says so in the header Retry-After."""


TOO_MANY_ORDERS = Wording(
    -1015, "Too many new orders; current limit is {limit.limit} orders per {limit.intervals} {limit.interval}."
)

Wordings = Mapping[Reason, Wording | Callable[[Mapping[str, Any]], Wording]]


def word(wordings: Wordings, refusal: Refusal) -> Refused:
    """Return a refusal of the exchange as the product with these wordings says it."""
    wording = wordings[refusal.kind]
    if not isinstance(wording, Wording):
        wording = wording(refusal.facts)
    wait = refusal.facts.get("retry_after") if wording.tells_wait else None
    headers = None if wait is None else {"Retry-After": str(wait)}
    return Refused(wording.code, wording.text.format(**refusal.facts), status=wording.status, headers=headers)
