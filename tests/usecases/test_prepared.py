"""A refusal is told with what was sent and what the symbol allows: nobody has to look either up at night."""

from decimal import Decimal

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials
from orderexec.usecases.prepared import Ready
from tests.unit.examples import order

READY = Ready(order(quantity=Decimal("0.000001")), Credentials("key", "secret"), {"LOT_SIZE": "minQty 0.00001"})


def test_a_broken_filter_is_told_with_its_limits_and_what_was_sent() -> None:
    explained = READY.explain(Failure(Meaning.STALE_RULES, "-1013", "too small", filter="LOT_SIZE"))

    assert explained.detail == "too small; LOT_SIZE here: minQty 0.00001; sent: BUY BTCUSDT MARKET quantity 0.000001"


def test_any_other_refusal_is_told_with_what_was_sent() -> None:
    explained = READY.explain(Failure(Meaning.REJECT, "-2010", "no money"))

    assert explained.detail == "no money; sent: BUY BTCUSDT MARKET quantity 0.000001"


def test_what_has_nothing_to_do_with_the_order_stays_as_it_is() -> None:
    refused = Failure(Meaning.CREDENTIALS, "-2015", "no permission")

    assert READY.explain(refused) == refused
