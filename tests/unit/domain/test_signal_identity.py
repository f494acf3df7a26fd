"""Which messages are the same signal: the key under which the ledger holds it, and the digest of its content."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orderexec.domain.messages import Attribute, Mark
from orderexec.domain.signals import Identity
from tests.unit.examples import LIMIT_SELL, MARKET_BUY, NOW, refusal, signal

ACCOUNTS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
IDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=128)


@pytest.mark.parametrize(
    ("fields", "digest"),
    [
        ({}, "a90aa01c207497d08d4cd23cb402ff54"),
        (LIMIT_SELL, "130d658bd7ad2e1355886e573e59dcdc"),
        (
            {
                "type": "LIMIT",
                "price": "60000",
                "take_profit": "66000",
                "stop_loss": {"stop_price": "57000", "price": "56900"},
            },
            "ef0f903857f5b404a537c7cc120437ce",
        ),
    ],
)
def test_a_signal_has_the_content_that_older_versions_wrote_into_its_row(
    fields: dict[str, object], digest: str
) -> None:
    assert signal(**fields).content == digest


@given(ACCOUNTS, IDS, ACCOUNTS, IDS)
def test_no_two_signals_share_a_key(account: str, id_: str, other_account: str, other_id: str) -> None:
    assume((account, id_) != (other_account, other_id))

    one, other = signal(account=account, id=id_).identity, signal(account=other_account, id=other_id).identity

    assert one.key != other.key


def test_only_the_id_can_hold_a_slash_so_a_key_reads_one_way() -> None:
    assert signal(account="a", id="binance-spot/b").identity.key == "a/binance-spot/binance-spot/b"
    assert "account must be" in refusal(MARKET_BUY | {"account": "a/binance-spot"}).detail


def test_a_signal_without_an_id_is_named_by_its_message() -> None:
    assert signal().identity == Identity(account="main", venue="binance-spot", id="message-1")


def test_a_message_redriven_from_the_dead_letter_queue_keeps_the_name_it_died_under() -> None:
    mark = Mark(death="d", signal_id="message-0", issued_at=NOW - 5_000)
    own = {name: Attribute("String", "message-0") for name in ("reason", "signal_id", "code", "issued_at")}

    assert refusal("{", id="message-9", mark=mark).identity.id == "message-0"
    assert refusal("{", id="message-9", attributes=own).identity.id == "message-9"


def test_a_name_on_the_letter_that_no_signal_could_have_is_not_taken() -> None:
    mark = Mark(death="d", signal_id="x" * 129, issued_at=NOW - 5_000)

    assert refusal("{", id="message-9", mark=mark).identity.id == "message-9"


def test_a_part_of_the_identity_that_cannot_be_read_leaves_the_messages_own_id() -> None:
    refused = refusal(MARKET_BUY | {"account": "../root", "id": "signal-1"})

    assert refused.identity == Identity(account="main", venue="binance-spot", id="message-1")


def test_an_invalid_signal_is_kept_under_the_name_it_gives_itself() -> None:
    refused = refusal(MARKET_BUY | {"account": "desk", "id": "signal-1", "side": "up"})

    assert refused.identity.key == "desk/binance-spot/signal-1"


@pytest.mark.parametrize(
    "again",
    [
        {"issued_at": NOW},
        {"quantity": 0.5},
        {"quantity": "0.50"},
        {"quantity": "5e-1"},
        {"side": "buy"},
        {"type": "market"},
        {"action": "place"},
        {"dry_run": False},
        {"max_age_seconds": 5},
        {"strategy": "other"},
    ],
)
def test_a_signal_published_again_is_the_same(again: dict[str, object]) -> None:
    assert signal(**again).content == signal().content


@pytest.mark.parametrize(
    "change",
    [
        {"symbol": "ETHUSDT"},
        {"side": "SELL"},
        {"quantity": "0.51"},
        {"quantity": None, "quote_quantity": "0.5"},
        {"dry_run": True},
        LIMIT_SELL,
    ],
)
def test_a_signal_that_asks_for_something_else_is_another(change: dict[str, object]) -> None:
    assert signal(**change).content != signal().content


@pytest.mark.parametrize("change", [{"price": "65001"}, {"time_in_force": "IOC"}])
def test_price_and_time_in_force_are_part_of_what_is_asked_for(change: dict[str, object]) -> None:
    assert signal(**(LIMIT_SELL | change)).content != signal(**LIMIT_SELL).content
    assert signal(**LIMIT_SELL, time_in_force="GTC").content == signal(**LIMIT_SELL).content


def test_two_broken_messages_are_the_same_only_if_their_bodies_are() -> None:
    assert refusal("{").content == refusal("{", id="message-2").content
    assert refusal("{").content != refusal("{ ").content


@given(st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0189", min_size=1, max_size=40), st.randoms())
def test_a_symbol_is_the_same_in_any_case(symbol: str, random: Random) -> None:
    other = "".join(random.choice((letter.lower(), letter.upper())) for letter in symbol)

    one, two = signal(symbol=symbol), signal(symbol=other)

    assert one.symbol == two.symbol == symbol.upper()
    assert one.content == two.content
