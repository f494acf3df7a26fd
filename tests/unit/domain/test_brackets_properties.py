"""Any rules, any entry with exits: either a refusal, or a list whose every order passes every filter."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.apply_rules import Market, RuleViolation
from orderexec.domain.decimals import multiply, round_down
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.signals import Signal
from orderexec.domain.sizing import size_by_balance
from orderexec.venues.binance.order_lists import build_list_call
from tests.unit.domain.filters_read_anew import FILTERS, Filters, badly_written, broken_filters, misplaced, orders_of
from tests.unit.domain.test_apply_rules_properties import AMOUNTS, instrument
from tests.unit.examples import signal

FAR = st.decimals("0.5", "3", places=3)  # times a price
Exit = dict[str, object]


@st.composite
def _exits(draw: st.DrawFn, side: str, price: Decimal) -> Exit:
    """Mostly on their right sides; prices need not lie on any grid."""
    up, down = (str(multiply(price, draw(st.decimals(*ends, places=4)))) for ends in (("1", "1.5"), ("0.6", "1")))
    profit, loss = (up, down) if side == "SELL" else (down, up)
    delta = draw(st.integers(1, 3000))
    return {
        "take_profit": draw(
            st.sampled_from(
                [
                    {"price": profit},
                    {"stop_price": profit},
                    {"stop_price": profit, "price": up},
                    {"trailing_delta": delta},
                ]
            )
        ),
        "stop_loss": draw(
            st.sampled_from(
                [
                    {"stop_price": loss},
                    {"stop_price": loss, "price": down},
                    {"stop_price": loss, "trailing_delta": delta},
                ]
            )
        ),
    }


@st.composite
def lists(draw: st.DrawFn) -> tuple[Signal, Decimal]:
    """A signal and the last price."""
    side, last, quantity = draw(st.sampled_from(["BUY", "SELL"])), Decimal(draw(AMOUNTS)), draw(AMOUNTS)
    kind = draw(st.sampled_from(["LIMIT", "LIMIT_MAKER", "OCO"]))
    size: Exit = {"quantity": quantity}
    if side == "SELL" and draw(st.booleans()):
        size = {"quantity": None, "quantity_percent": draw(st.sampled_from(["12.5", "100"]))}
    fields: Exit = {"type": kind, "side": side, **size, **draw(_exits(side if kind == "OCO" else _other(side), last))}
    if kind != "OCO":
        fields |= {"price": str(last), "iceberg_quantity": draw(st.none() | st.just(quantity))}
        fields["exit_quantity"] = draw(st.sampled_from([None, "ordered"]))
        left_out = draw(st.sampled_from([None, "take_profit", "stop_loss"]))
        fields |= {left_out: None} if left_out else {}
    requested = signal(**fields)
    if requested.sized_by_balance:
        by_balance = size_by_balance(requested, Decimal(quantity), "BTC")
        assert isinstance(by_balance, Signal)
        return by_balance, last
    return requested, last


def _other(side: str) -> str:
    return "SELL" if side == "BUY" else "BUY"


@given(lists(), FILTERS, FAR, st.decimals("0.99", "1", places=5))
def test_every_order_of_a_list_passes_every_filter_and_the_list_its_own_rules(
    requested_and_last: tuple[Signal, Decimal], filters: Filters, far: Decimal, after_commission: Decimal
) -> None:
    requested, last = requested_and_last
    rules, average = instrument(filters), multiply(last, far)
    orders = apply_rules_to_list(requested, rules, Market(average=average, last=last))
    if isinstance(orders, RuleViolation):
        return

    sent = build_list_call(orders).parameters
    legs = list(orders_of(sent))
    for leg in legs:
        if "quantity" not in leg:  # what the entry bought, adjusted to the lots by the exchange (the FAQ "OPO")
            bought = multiply(Decimal(sent["workingQuantity"]), after_commission)
            leg["quantity"] = str(round_down(bought, max(rules.lot.step, rules.market_lot.step)))
        assert broken_filters(leg, filters, average) == []
    assert badly_written(sent) == []
    assert len(legs) == len(orders.legs)
    assert not (orders.kind == "OCO" and misplaced(legs, Fraction(last)))
    assert requested.quantity is not None
    assert all(Decimal(leg["quantity"]) <= requested.quantity for leg in legs)
