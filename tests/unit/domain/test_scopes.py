"""Scopes of halts: which signals belong to which, and that the table of errors says whom a refusal is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.outcomes import Cause, Meaning
from orderexec.domain.refusals import SLOTS, find_slot, list_runs
from orderexec.domain.scopes import find_account, find_blamed_scope, is_account, is_scope, list_scopes
from orderexec.domain.signals import Identity, Signal
from orderexec.venues.binance.errors import SPOT_ANSWERS
from orderexec.venues.http import Reply


def signal(symbol: str = "BTCUSDT", strategy: str | None = None, account: str = "main") -> Signal:
    identity = Identity(account=account, id="x")
    return Signal(identity=identity, content="", issued_at=0, expires_at=0, symbol=symbol, strategy=strategy)


NAMES = st.text(st.characters().filter(str.isprintable), min_size=1, max_size=64)  # as a signal's field is read


@given(
    strategy=st.none() | NAMES,
    cause=st.sampled_from(Cause),
    symbol=st.sampled_from(["BTCUSDT", "BTCUSD_PERP", "BTC-26DEC25", "币安"]),
)
def test_what_a_refusal_halts_is_a_scope_of_the_signal_itself(strategy: str | None, cause: Cause, symbol: str) -> None:
    refused = signal(symbol, strategy)
    scope = find_blamed_scope(refused, cause)

    assert scope in list_scopes(refused)
    assert is_scope(scope)
    assert all(is_scope(each) for each in list_scopes(refused))
    assert all(0 <= find_slot(run) < SLOTS for run in list_runs(scope))


@given(strategy=st.none() | NAMES, cause=st.sampled_from(sorted(set(Cause) - {Cause.SYMBOL, Cause.VENUE})))
def test_what_an_account_is_refused_for_is_no_scope_of_another_account(strategy: str | None, cause: Cause) -> None:
    scope = find_blamed_scope(signal(strategy=strategy), cause)

    assert find_account(scope) == "main"
    assert scope not in list_scopes(signal(strategy=strategy, account="main2"))


@pytest.mark.parametrize(
    ("scope", "account", "whole"),
    [
        ("global", None, False),
        ("account/main", "main", True),
        ("account/main/symbol/BTCUSDT", "main", False),
        ("account/main/symbol/BTCUSD_PERP", "main", False),
        ("account/main/symbol/BTC-26DEC25", "main", False),
        ("account/main/strategy/a/b", "main", False),
        ("strategy/account/main", None, False),
        ("venue/binance-spot", None, False),
    ],
)
def test_the_account_of_a_scope(scope: str, account: str | None, whole: bool) -> None:
    assert (find_account(scope), is_account(scope)) == (account, whole)


@pytest.mark.parametrize(
    ("code", "text", "about"),
    [
        (-2010, "This symbol is not permitted for this account.", Cause.ACCOUNT_AND_SYMBOL),
        (-2010, "This symbol is restricted for this account.", Cause.ACCOUNT_AND_SYMBOL),
        (-2010, "Account has insufficient balance for requested action.", Cause.ACCOUNT_AND_SYMBOL),
        (-1013, "Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS", Cause.ACCOUNT_AND_SYMBOL),
        (-1013, "Filter failure: MAX_POSITION", Cause.ACCOUNT_AND_SYMBOL),
        (-1013, "Filter failure: LOT_SIZE", Cause.ORDER),
        (-2010, "Market is closed.", Cause.SYMBOL),
        (-1013, "Market is closed.", Cause.SYMBOL),
        (-2010, "Rest API trading is not enabled.", Cause.VENUE),
        (-2010, "This account may not place or cancel orders.", Cause.ACCOUNT),
        (-2010, "a text that nobody documented", Cause.ORDER),
        (-1121, "Invalid symbol.", Cause.ORDER),
        (-1100, "Illegal characters found in a parameter.", Cause.ORDER),
        (-2014, "API-key format invalid.", Cause.ACCOUNT),
        (-2015, "Invalid API-key, IP, or permissions for action.", Cause.ACCOUNT),
        (-1022, "Signature for this request is not valid.", Cause.ACCOUNT),
    ],
)
def test_the_table_of_errors_says_whom_a_refusal_is_about(code: int, text: str, about: Cause) -> None:
    answer = SPOT_ANSWERS.classify(Reply(400, {}, b""), {"code": code, "msg": text})

    assert answer.meaning in (Meaning.REJECT, Meaning.STALE_RULES, Meaning.CREDENTIALS)
    assert answer.about is about
