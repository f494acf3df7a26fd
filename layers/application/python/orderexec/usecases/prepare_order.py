"""From a signal to an order that can be sent: the account's key, the symbol's rules, the fit; or why not."""

from dataclasses import dataclass

from orderexec.domain.instruments import Unfit, fit
from orderexec.domain.lifecycle import Reason
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials, NoCredentials, Rules, Secrets, Venue

RULES_LIFETIME_MS = 600_000
PRICE_LIFETIME_MS = 60_000
# A refusal costs the user the trade (a symbol that opened a minute ago, say), so it is never made on older facts.
REFUSAL_AGE_MS = 10_000


@dataclass(frozen=True, slots=True)
class Ready:
    """What a send needs."""

    order: Order
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Refused:
    """No request must be made for this signal."""

    reason: Reason
    detail: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """Something that is needed cannot be had now; it may pass."""

    why: str


def prepare(
    signal: Signal, venue: Venue, secrets: Secrets, *, now: int, rules_since: int | None = None
) -> Ready | Refused | NotReady:
    """The order and its key. With `rules_since` (epoch ms) only rules fetched from then on will do."""
    credentials = secrets.credentials(signal.identity.account)
    if isinstance(credentials, NoCredentials):  # perhaps only in the cache: it may have been repaired meanwhile
        credentials = secrets.credentials(signal.identity.account, refetch=True)
    if isinstance(credentials, NoCredentials):
        return Refused(Reason.CREDENTIALS, credentials.detail)
    since = now - RULES_LIFETIME_MS if rules_since is None else rules_since
    order = _fitted(signal, venue.rules, since, now - PRICE_LIFETIME_MS, required=rules_since)
    if isinstance(order, Refused):
        fresh = now - REFUSAL_AGE_MS
        order = _fitted(signal, venue.rules, max(since, fresh), fresh, required=max(since, fresh))
    return Ready(order, credentials) if isinstance(order, Order) else order


def _fitted(
    signal: Signal, rules: Rules, since: int, price_since: int, *, required: int | None
) -> Order | Refused | NotReady:
    snapshot = rules.instrument(signal.symbol, not_before=since)
    if snapshot is None or (required is not None and snapshot.fetched_at < required):
        return NotReady(f"the rules of {signal.symbol} cannot be had from the exchange now")
    instrument = snapshot.value
    if isinstance(instrument, Failure):
        return Refused(Reason.RULES, f"{signal.symbol}: {instrument.detail}", instrument.code)
    price = None
    if signal.type == "MARKET" and signal.quantity is not None and instrument.measures_market_orders():
        price = rules.market_price(signal.symbol, not_before=price_since)
    order = fit(signal, instrument, price.value if price else None)
    return Refused(Reason.RULES, order.detail) if isinstance(order, Unfit) else order
