"""`accounts check` at Bybit: what a key may do with each product, for how long, and with which kind of account."""

import json
import re
from typing import Any

import pytest

from tests.doubles.key_pairs import pair, private_pem, public_pem
from tests.orderctl.bybit_stack import at_bybit  # noqa: F401
from tests.orderctl.conftest import Ctl, Deployed, parse_answer
from tests.paper_exchange.paper_client import PaperClient

pytestmark = pytest.mark.usefixtures("at_bybit")
ALL, PRODUCTS = "bybit", ("bybit/spot", "bybit/linear", "bybit/inverse")
WELL = {
    "secret": ["ok"],
    "clock": ["ok"],
    "key": ["ok"],
    "settings": ["ok"],
    "withdrawals": ["ok"],
    "address": ["ok"],
    "trading": ["unknown"],  # the exchange has no request that tries an order out
    "account": ["ok"],
}


def check(ctl: Ctl, venue: str = ALL, account: str = "main") -> list[dict[str, Any]]:
    result = ctl("accounts", "check", account, "--venue", venue, "--json")
    found: list[dict[str, Any]] = parse_answer(result)["findings"]
    assert (result.exit_code == 1) == ("bad" in [each["level"] for each in found])
    return found


def list_levels(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    levels: dict[str, list[str]] = {}
    for each in found:
        levels.setdefault(each["about"], []).append(each["level"])
    return levels


def find(found: list[dict[str, Any]], level: str) -> list[str]:
    return [f"{each['text']} -> {each['to_do']}" for each in found if each["level"] == level]


@pytest.mark.parametrize("venue", [ALL, *PRODUCTS])
def test_a_key_that_is_well_is_told_so(ctl: Ctl, paper: PaperClient, venue: str) -> None:
    found = check(ctl, venue)

    assert list_levels(found) == WELL
    told = [each["text"] for each in found]
    assert "key and signature are right; unified account" in told
    assert "margin mode: regular margin" in told
    assert any(f"the exchange answers at {paper.url}" in text for text in told)
    assert paper.seen("bybit/orders") == []


@pytest.mark.parametrize(
    ("permission", "lacking", "words"),
    [
        (
            "enableFutures",
            ["bybit/linear", "bybit/inverse"],
            "the key may not trade {} contracts -> give it the permission Order of ContractTrade at the exchange",
        ),
        (
            "enableSpotAndMarginTrading",
            ["bybit/spot"],
            "the key may not trade {} -> give it the permission SpotTrade of Spot at the exchange",
        ),
    ],
)
def test_what_a_key_may_not_trade_is_told_of_each_product(
    ctl: Ctl, paper: PaperClient, permission: str, lacking: list[str], words: str
) -> None:
    paper.control("restrictions", {permission: False})

    for venue in PRODUCTS:
        expected = [words.format(venue.partition("/")[2])] if venue in lacking else []
        assert find(check(ctl, venue), "bad") == expected
    assert find(check(ctl), "bad") == [words.format(venue.partition("/")[2]) for venue in lacking]


def test_a_key_that_may_only_look_is_refused_in_words(ctl: Ctl, paper: PaperClient) -> None:
    paper.control("restrictions", {"enableSpotAndMarginTrading": False, "enableFutures": False})

    told = find(check(ctl, "bybit/linear"), "bad")

    assert len(told) == 1
    assert told[0].startswith("the key is read-only: it may look, and place no order -> make it Read-Write")
    assert "`orderctl accounts rotate ACCOUNT --stack orderexec`" in told[0]


@pytest.mark.parametrize(
    ("permission", "about", "words"),
    [
        ("enableWithdrawals", "withdrawals", "the key may withdraw: whoever gets it can empty the account"),
        ("permitsUniversalTransfer", "transfers", "the key may move money between accounts"),
    ],
)
def test_a_key_that_may_move_money_is_warned_of(
    ctl: Ctl, paper: PaperClient, permission: str, about: str, words: str
) -> None:
    paper.control("restrictions", {permission: True})

    found = check(ctl)

    assert list_levels(found) == WELL | {about: ["warning"]}
    assert words in find(found, "warning")[0]


@pytest.mark.parametrize(
    ("days", "to_do"),
    [
        (90, "restrict the key to the function's fixed address: then it does not expire"),
        (
            9,
            "make a new key that is restricted to an address, and `orderctl accounts rotate ACCOUNT --stack orderexec`",
        ),
    ],
)
def test_a_key_without_an_address_ends_and_when_is_told(ctl: Ctl, paper: PaperClient, days: int, to_do: str) -> None:
    paper.control("restrictions", {"ipRestrict": False})
    paper.control("bybit/settings", {"key_days": days})

    found = check(ctl)

    assert list_levels(found) == WELL | {"address": ["warning"], "expiry": ["warning"]}
    until = re.compile(rf"the key may trade until 20\d\d-\d\d-\d\d .* UTC, {days - 1} more days; then signals die -> ")
    [end] = [text for text in find(found, "warning") if until.match(text)]
    assert end.endswith(to_do)


@pytest.mark.parametrize("status", [1, 3, 4])
def test_an_account_of_an_old_kind_is_told_in_words(ctl: Ctl, paper: PaperClient, status: int) -> None:
    paper.control("bybit/settings", {"account_status": status})

    bad = {venue: find(check(ctl, venue), "bad") for venue in (ALL, *PRODUCTS)}

    upgrade = "upgrade it to a unified trading account (UTA 2.0) at the exchange"
    classic = f"it is a classic account, and only a unified trading account can be traded with -> {upgrade}"
    apart = f"inverse contracts are not part of a unified account of version 1.0 -> {upgrade}"
    if status == 1:
        assert bad == {
            ALL: [classic] * 3,
            "bybit/spot": [classic],
            "bybit/linear": [classic],
            "bybit/inverse": [classic],
        }
    else:
        assert bad == {ALL: [apart], "bybit/spot": [], "bybit/linear": [], "bybit/inverse": [apart]}


@pytest.mark.parametrize(("kind", "well"), [("rsa", True), ("ed25519", False)])
def test_private_keys_are_of_rsa(at_bybit: Deployed, ctl: Ctl, paper: PaperClient, kind: str, well: bool) -> None:  # noqa: F811
    paper.control("keys", {"my-key": public_pem(pair(kind))})
    secret = json.dumps({"api_key": "my-key", "private_key": private_pem(pair(kind))})
    at_bybit.secrets.create_secret(Name="orderexec/second", SecretString=secret)

    found = check(ctl, account="second")

    if well:
        assert list_levels(found) == WELL
    else:
        assert find(found, "bad")[0].startswith(
            "Bybit takes HMAC and RSA keys, and this private key is none of RSA -> "
        )


def test_a_key_of_another_host_is_told_with_the_host_that_was_asked(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
) -> None:
    secret = json.dumps({"api_key": "of-the-demo-host", "api_secret": "x"})
    at_bybit.secrets.create_secret(Name="orderexec/demo", SecretString=secret)

    [told] = find(check(ctl, account="demo"), "bad")

    assert told.startswith("API key is invalid. (HTTP 200): the exchange does not know the key")
    assert "of another environment (live, testnet and demo have keys of their own)" in told
    assert "set BybitUrl to the environment of the key" in told
    assert told.endswith(f"It was asked at {paper.url}.")


@pytest.mark.parametrize(
    ("status", "body"), [(200, '{"retCode":10032,"retMsg":"Demo trading are not supported.","result":{}}'), (404, "")]
)
def test_a_demo_host_does_not_tell_of_keys(ctl: Ctl, paper: PaperClient, status: int, body: str) -> None:
    paper.arm("answer_instead", status=status, body=body, count=9, match={"path": "/v5/user/query-api"})

    found = check(ctl)

    assert list_levels(found)["permissions"] == ["unknown"]
    assert list_levels(found)["account"] == ["unknown"]
    assert "this exchange does not tell them (a testnet or a demo host does not) -> None" in find(found, "unknown")
    assert "the exchange does not tell whose a key is -> None" in find(found, "unknown")


def test_a_key_is_added_for_all_products_with_one_trial(at_bybit: Deployed, ctl: Ctl) -> None:  # noqa: F811
    secret = at_bybit.secrets.get_secret_value(SecretId="orderexec/main")["SecretString"]

    added = ctl("accounts", "add", "third", "--venue", "bybit", "--from", "-", given=secret)
    rotated = ctl("accounts", "rotate", "third", "--venue", "bybit", "--from", "-", given=secret)

    assert (added.exit_code, rotated.exit_code) == (0, 0)
    assert "orderexec/third is stored" in added.stdout
    assert "both of the exchange's account" in " ".join(rotated.stdout.split())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("403, Access too frequent", "sent more requests than it may (600 in 5 seconds), and is locked out"),
        (
            "The Amazon CloudFront distribution is configured to block access from your country.",
            "(HTTP 403): this machine's region is blocked. The function's may be another one",
        ),
        ("", "or it is in a region that the exchange does not serve"),
    ],
)
def test_the_two_kinds_of_403_are_told_apart_where_the_exchange_does(
    ctl: Ctl, paper: PaperClient, body: str, words: str
) -> None:
    paper.arm("answer_instead", status=403, body=body, count=9, match={"path": "/v5/market/time"})

    for command in (("accounts", "check", "main", "--venue", "bybit"), ("doctor",)):
        result = ctl(*command)
        told = " ".join(result.stdout.split())
        assert result.exit_code == 1
        assert words in told
        assert ("refuses this machine's address" in told) is ("country" not in body)


def test_the_doctor_asks_the_venue_once_at_the_address_that_the_stack_names(ctl: Ctl, paper: PaperClient) -> None:
    found = parse_answer(ctl("doctor", "--json"))["findings"]

    asked = {each["about"]: each["text"] for each in found if "the exchange answers" in each["text"]}
    assert list(asked) == ["clock of bybit", "clock of binance-spot"]
    assert asked["clock of bybit"].startswith(f"the exchange answers at {paper.url}; this machine's clock is ")


def test_where_no_venue_is_named_it_is_the_first_of_the_stack(ctl: Ctl) -> None:
    checked = ctl("accounts", "check", "main", "--json")
    leverage = ctl("accounts", "leverage", "main", "BTCUSDT")

    assert "key and signature are right; unified account" in [
        each["text"] for each in parse_answer(checked)["findings"]
    ]
    assert "the leverage of BTCUSDT of account main at bybit/linear is 20" in leverage.stdout


def test_a_clock_that_is_off_is_told(ctl: Ctl, paper: PaperClient) -> None:
    paper.control("clock", {"offset_ms": -3_000})

    assert list_levels(check(ctl, "bybit/linear")) == WELL | {"clock": ["warning"]}
