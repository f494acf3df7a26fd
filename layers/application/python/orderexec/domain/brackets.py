"""How an entry with its take-profit and stop-loss, or a pair of exits alone, becomes a list of orders that is accepted.

The exits are checked as if they were sent now, before the entry is: an entry never stands unprotected for a reason
that could have been seen.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from .decimals import plain, times
from .fit import Market, Unfit, fit, wished_order
from .instruments import Feature, Instrument
from .orders import Order, client_order_id
from .requests import OrderList
from .signals import Exit, Signal

# What commission may leave of a filled quantity that is to be sold: far more than any fee.
_AFTER_COMMISSION = Decimal("0.99")


def fit_list(signal: Signal, instrument: Instrument, market: Market) -> OrderList | Unfit:
    """The list to send, its orders rounded and checked like any others, and against each other."""
    wish = wished_order(signal)
    if signal.type == "OCO":
        entry = None
        kind, missing = "OCO", instrument.without(Feature.OCO)
    else:
        fitted = fit(wish, instrument, market)
        if isinstance(fitted, Unfit):
            return fitted
        entry, kind = fitted, _kind(signal, instrument)
        missing = instrument.without(*_features(kind))
    if missing:
        return Unfit(missing)
    exits = dict(_exits(signal, entry, kind))
    fitted_exits = {name: fit(exit_order, instrument, market) for name, exit_order in exits.items()}
    for name, fitted in fitted_exits.items():
        if isinstance(fitted, Unfit):
            return Unfit(f"{name}: {fitted.detail}")
    orders = {name: fitted for name, fitted in fitted_exits.items() if isinstance(fitted, Order)}
    problem = next(_misplaced(orders, _expected_price(entry, market)), None)
    return Unfit(problem) if problem else _list(signal, kind, entry, orders)


def _kind(signal: Signal, instrument: Instrument) -> str:
    both = signal.take_profit is not None and signal.stop_loss is not None
    pays = signal.side == "BUY" and (
        signal.exit_quantity == "filled" or (signal.exit_quantity is None and Feature.OPO not in instrument.lacks)
    )
    return ("OPO" if pays else "OTO") + ("CO" if both else "")


def _features(kind: str) -> Iterator[Feature]:
    yield Feature.OTO
    if kind.startswith("OPO"):
        yield Feature.OPO
    if kind.endswith("CO"):
        yield Feature.OCO


def _exits(signal: Signal, entry: Order | None, kind: str) -> Iterator[tuple[str, Order]]:
    """The exits as wished, by the name of the signal's field."""
    base = replace(
        wished_order(signal),
        price=None,
        time_in_force=None,
        iceberg_quantity=None,
        peg_price_type=None,
        peg_offset=None,
    )
    if entry is not None:
        quantity = entry.quantity or Decimal(0)
        base = replace(
            base,
            side="SELL" if entry.side == "BUY" else "BUY",
            quantity=times(quantity, _AFTER_COMMISSION) if kind.startswith("OPO") else quantity,
        )
    for name, wish in (("take_profit", signal.take_profit), ("stop_loss", signal.stop_loss)):
        if wish is not None:
            identity = signal.identity
            # Lists are found by their first order, which has the signal's own id.
            first = entry is None and (name == "take_profit") == (base.side == "SELL")
            part = "" if first else name
            yield (
                name,
                _exit_order(base, name, wish, client_order_id(identity.account, identity.venue, identity.id, part)),
            )


def _exit_order(base: Order, name: str, wish: Exit, order_id: str) -> Order:
    trigger = name.upper()
    kind = (f"{trigger}_LIMIT" if wish.price is not None else trigger) if wish.triggered else "LIMIT_MAKER"
    return replace(
        base,
        type=kind,
        client_order_id=order_id,
        price=wish.price,
        stop_price=wish.stop_price,
        trailing_delta=wish.trailing_delta,
        time_in_force=(wish.time_in_force or "GTC") if kind.endswith("_LIMIT") else None,
    )


def _expected_price(entry: Order | None, market: Market) -> Decimal | None:
    """About where the market is when the exits become active: where the entry fills, or now."""
    prices = [price for price in (entry.price if entry else None, market.last) if price is not None]
    if not prices:
        return None
    return max(prices) if entry is not None and entry.side == "SELL" else min(prices)


def _misplaced(exits: dict[str, Order], expected: Decimal | None) -> Iterator[str]:
    """An exit on the wrong side of the market would trade at once, or be refused when the entry has filled."""
    levels = {name: order.stop_price if order.stop_price is not None else order.price for name, order in exits.items()}
    selling = next(iter(exits.values())).side == "SELL"
    upper, lower = ("take_profit", "stop_loss") if selling else ("stop_loss", "take_profit")
    high, low = levels.get(upper), levels.get(lower)
    if high is not None and low is not None and high <= low:
        yield f"{upper} {plain(high)} must lie above {lower} {plain(low)}"
    if expected is not None and high is not None and high <= expected:
        yield f"{upper} {plain(high)} must lie above the price expected then, {plain(expected)}"
    if expected is not None and low is not None and low >= expected:
        yield f"{lower} {plain(low)} must lie below the price expected then, {plain(expected)}"


def _list(signal: Signal, kind: str, entry: Order | None, exits: dict[str, Order]) -> OrderList:
    list_id = _order_id(signal, "list")
    if kind.startswith("OPO"):
        exits = {name: replace(order, quantity=None) for name, order in exits.items()}
    if not kind.endswith("CO"):
        return OrderList(kind=kind, list_client_order_id=list_id, working=entry, pending=next(iter(exits.values())))
    profit, loss = exits["take_profit"], exits["stop_loss"]
    above, below = (profit, loss) if profit.side == "SELL" else (loss, profit)
    return OrderList(kind=kind, list_client_order_id=list_id, working=entry, above=above, below=below)


def _order_id(signal: Signal, part: str) -> str:
    return client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id, part)
