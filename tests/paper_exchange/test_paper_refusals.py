"""Binance's words for what the exchange refuses: the map has every kind, and every fact that its texts name."""

import pytest

from paper_exchange.dialects.binance_futures import refusals as futures
from paper_exchange.dialects.binance_spot.refusals import FEATURES, ORDER_TYPES, WORDINGS, WRONG_SIDES, worded
from paper_exchange.enums import Feature, OrderType, Side
from paper_exchange.refusal import FuturesKind, Kind, Reason, Refusal
from paper_exchange.rules.one_cancels_other import Role
from paper_exchange.rules.rate_limits import Counted, Interval, RateLimit

LIMIT = RateLimit(Counted.ORDERS, Interval.SECOND, 10, 50)
# The facts that come with a kind, as refusal.py names them.
FACTS: dict[Reason, dict[str, object]] = {
    Kind.ORDER_TYPE_NOT_SUPPORTED: {"type": OrderType.MARKET},
    Kind.FEATURE_NOT_SUPPORTED: {"feature": Feature.PEG},
    Kind.BOOK_BELOW_MINIMUM: {"rule": Kind.LOT_SIZE},
    Kind.PAIR_ON_WRONG_SIDE: {"role": Role.LIMIT, "side": Side.BUY},
    Kind.TOO_MANY_ORDERS: {"limit": LIMIT, "retry_after": 3},
    Kind.TOO_MANY_REQUESTS: {"limit": LIMIT, "retry_after": 3},
    Kind.BANNED: {"until_ms": 1_700_000_000_000, "retry_after": 120},
}


def test_the_map_is_total() -> None:
    assert set(WORDINGS) == set(Kind)
    assert set(ORDER_TYPES) == set(OrderType)
    assert set(FEATURES) == set(Feature)
    assert set(WRONG_SIDES) == {(side, role) for side in Side for role in Role}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_code_and_a_whole_text(kind: Kind) -> None:
    refused = worded(Refusal(kind, **FACTS.get(kind, {})))

    assert refused.code < -1000
    assert refused.msg
    assert not {*"{}"} & {*refused.msg}
    assert refused.status == {-1003: 418 if kind is Kind.BANNED else 429, -1015: 429}.get(refused.code, 400)
    assert ("Retry-After" in refused.headers) == (refused.status in (418, 429))


FUTURES_FACTS: dict[Reason, dict[str, object]] = {
    **FACTS,
    FuturesKind.PRICE_FAR_ABOVE_MARK: {"bound": 70_000},
    FuturesKind.PRICE_FAR_BELOW_MARK: {"bound": 60_000},
    FuturesKind.NOTIONAL_TOO_SMALL: {"least": 100},
    FuturesKind.LEVERAGE_NOT_VALID: {"leverage": 126},
}


def test_the_maps_of_futures_are_total_over_what_contracts_are_refused_for() -> None:
    """Every reason of theirs, and of spot's those that they share."""
    assert set(futures.LINEAR) == set(futures.INVERSE) > set(FuturesKind)


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("kind", futures.LINEAR)
def test_every_kind_of_futures_has_its_code_and_a_whole_text(kind: Reason, inverse: bool) -> None:
    refused = futures.worded(Refusal(kind, **FUTURES_FACTS.get(kind, {})), inverse=inverse)

    assert refused.code < -1000
    assert not {*"{}"} & {*refused.msg}
    assert ("Retry-After" in refused.headers) == (refused.code == -1003)


@pytest.mark.parametrize(
    ("refusal", "code", "text"),
    [
        (Refusal(Kind.LOT_SIZE), -1013, "Filter failure: LOT_SIZE"),
        (Refusal(Kind.MAX_ASSET), -1013, "Filter failure: MAX_ASSET"),
        (Refusal(Kind.MAX_NUM_ORDERS), -2010, "Filter failure: MAX_NUM_ORDERS"),
        (Refusal(Kind.EXCHANGE_MAX_NUM_ORDER_LISTS), -2010, "Filter failure: EXCHANGE_MAX_NUM_ORDER_LISTS"),
        (Refusal(Kind.MAX_NUM_ORDER_AMENDS), -2038, "Filter failure: MAX_NUM_ORDER_AMENDS"),
        (Refusal(Kind.DUPLICATE_CLIENT_ID), -2010, "Duplicate order sent."),
        (Refusal(Kind.AMENDMENT_DUPLICATES_CLIENT_ID), -2038, "Duplicate order sent."),
        (
            Refusal(Kind.FEATURE_NOT_SUPPORTED, feature=Feature.AMENDMENT),
            -2038,
            "Order amend is not supported for this symbol.",
        ),
        (
            Refusal(Kind.TOO_MANY_ORDERS, limit=LIMIT, retry_after=3),
            -1015,
            "Too many new orders; current limit is 50 orders per 10 SECOND.",
        ),
    ],
)
def test_the_same_reason_can_have_another_code_for_another_act(refusal: Refusal, code: int, text: str) -> None:
    refused = worded(refusal)

    assert (refused.code, refused.msg) == (code, text)
