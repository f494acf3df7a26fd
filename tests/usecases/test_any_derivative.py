"""Whatever a producer may say to a futures venue: an order that keeps its promises, or a refusal in words."""

from decimal import Decimal
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from orderexec.domain.decimals import multiply
from orderexec.domain.instruments import Instrument
from orderexec.domain.limits import Limits
from orderexec.domain.order_types import TRAILING
from orderexec.domain.order_words import PositionSide
from orderexec.domain.orders import Order
from orderexec.domain.products import PRODUCTS
from orderexec.domain.protected import Protected
from orderexec.domain.signal_rules import SIZES
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.usecases.prepared import Ready, Refused
from tests.unit.domain.derivatives import COINM, INVERSE, PERPETUAL, USDM, read
from tests.usecases.prepared_account import Account

PRICES = st.integers(50_000, 70_000).map(str)
AMOUNTS = st.sampled_from(["0.01", "0.5", "3", "700"])
EXITS = PRICES | st.fixed_dictionaries(
    {},
    optional={
        "stop_price": PRICES,
        "price": PRICES,
        "trailing_delta": st.sampled_from([10, 100]),
        "working_type": st.sampled_from(["LAST", "MARK"]),
    },
)
SIZE_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "quantity": AMOUNTS,
    "quote_quantity": st.sampled_from(["50", "250", "60000"]),
    "contracts": st.integers(1, 9),
    "quantity_percent": st.integers(1, 100),
    "close_position": st.just(True),
}
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "time_in_force": st.sampled_from(["GTC", "IOC", "FOK", "GTX"]),
    "stop_price": PRICES,
    "working_type": st.sampled_from(["LAST", "MARK"]),
    "reduce_only": st.booleans(),
    "position_side": st.sampled_from(["LONG", "SHORT"]),
    "take_profit": EXITS,
    "stop_loss": EXITS,
}
LOW, HIGH = st.integers(50_000, 58_000).map(str), st.integers(62_000, 70_000).map(str)
HELD = st.sampled_from(["0", "0.7", "-0.7", "5", "-5"])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A signal in which most things go together: a single order, or an entry with exits."""
    venue, protected = draw(st.sampled_from([USDM, COINM])), draw(st.booleans())
    product = PRODUCTS[venue]
    kind = draw(st.sampled_from(sorted(product.entries if protected else product.fields)))
    allowed = product.fields[kind] | product.of_every_order
    fields: dict[str, Any] = {"venue": venue, "type": kind, "side": draw(st.sampled_from(["BUY", "SELL"]))}
    sized = draw(st.sampled_from([name for name in SIZES if name in allowed and name in SIZE_VALUES]))
    fields |= {"quantity": None, sized: draw(SIZE_VALUES[sized])}
    fields |= {"price": draw(PRICES)} if kind.kind.has_limit else {}
    fields |= {"stop_price": draw(PRICES)} if kind.kind.triggered else {}
    fields |= {"trailing_delta": draw(st.sampled_from([10, 100]))} if kind.kind == TRAILING else {}
    if protected:
        low, high = draw(LOW), draw(HIGH)
        fields |= {"stop_loss": low if fields["side"] == "BUY" else high}
        fields |= {"take_profit": high if fields["side"] == "BUY" else low} if draw(st.booleans()) else {}
    names = draw(st.sets(st.sampled_from(sorted(allowed & OPTIONAL.keys())), max_size=1 + protected))
    return fields | {name: draw(OPTIONAL[name]) for name in sorted(names)}


def make_account(rules: Instrument, held: str, bounded: bool) -> Account:
    account = Account(rules, held=held)
    account.known.held |= {
        (rules.symbol, PositionSide.LONG): abs(Decimal(held)),
        (rules.symbol, PositionSide.SHORT): -abs(Decimal(held)),
    }
    if bounded:
        account.limit(max_slippage_percent=Decimal(1))
    return account


@settings(max_examples=400)
@given(documents(), HELD, st.booleans())
def test_any_signal_becomes_orders_that_keep_its_promises_or_a_refusal(
    fields: dict[str, Any], held: str, bounded: bool
) -> None:
    rules = PERPETUAL if fields["venue"] == USDM else INVERSE
    asked = read(**fields, symbol=rules.symbol)
    if isinstance(asked, InvalidSignal):
        event("not understood")
        return
    prepared = make_account(rules, held, bounded).prepare(asked)
    if isinstance(prepared, Refused):
        event("refused")
        assert "; " in prepared.detail
        return
    assert isinstance(prepared, Ready)
    plan = prepared.request
    if isinstance(plan, Protected):
        event("protected")
        check_order(asked, plan.entry, rules)
        check_protection(plan)
    else:
        event("an order")
        assert isinstance(plan, Order)
        assert plan.only_reduces == asked.only_reduces
        check_order(asked, plan, rules)


def check_order(asked: Signal, order: Order, rules: Instrument) -> None:
    """What the exchange needs of each order, and what the signal said."""
    kind = order.type.kind
    sizes = [order.quantity, order.contracts, order.quote_quantity]
    assert [size is not None for size in sizes].count(True) == int(not order.close_position)
    assert (order.contracts is None) or rules.contract is not None
    assert (order.price is not None) == kind.has_limit
    assert (order.time_in_force is not None) == kind.has_limit
    assert (order.trailing_delta is not None) == (kind == TRAILING)
    assert not (order.reduce_only and (order.position_side or order.close_position))
    assert order.side == asked.side
    if asked.quantity is not None and order.quantity is not None:
        assert order.quantity <= asked.quantity
    if asked.quote_quantity is not None:
        assert measure(order, rules) <= asked.quote_quantity


def measure(order: Order, rules: Instrument) -> Decimal:
    if rules.contract is not None:
        return rules.contract.measure_worth(order.contracts or Decimal(0))
    return multiply(order.quantity or Decimal(0), order.price or Decimal(60_000))


def check_protection(plan: Protected) -> None:
    """Whatever the market does, the exits make what the entry opens smaller, and nothing larger."""
    entry = plan.entry
    assert not entry.only_reduces
    for order in plan.legs[1:]:
        assert order.only_reduces
        assert (order.side, order.position_side) == (entry.side.opposite, entry.position_side)
        assert order.size == entry.size
    assert plan.stop_loss.triggered
    if plan.take_profit is not None:
        assert entry.type.kind.at_market or entry.time_in_force in ("IOC", "FOK")


@given(st.sampled_from([USDM, COINM]), st.sampled_from(["BUY", "SELL"]), AMOUNTS)
def test_no_limit_lets_a_larger_order_pass(venue: str, side: str, size: str) -> None:
    rules = PERPETUAL if venue == USDM else INVERSE
    account = Account(rules)
    account.limits.by_account["main"] = Limits(max_order_notional={rules.quote_asset: Decimal(1_000)})
    asked = read(venue=venue, symbol=rules.symbol, side=side, quantity=size)
    assert isinstance(asked, Signal)
    prepared = account.prepare(asked)

    if isinstance(prepared, Ready):
        assert isinstance(prepared.request, Order)
        assert measure(prepared.request, rules) <= 1_000
    else:
        assert isinstance(prepared, Refused)
        assert Decimal(size) * 60_000 > 1_000
