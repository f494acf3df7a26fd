"""A name that nobody knows is doubted in words: an account without a key, a symbol that the exchange does not list."""

import pytest

from orderctl.sources.exchange import clock
from orderexec.aws.controls import DynamoControls
from tests.orderctl.conftest import Ctl, Deployed, make_waiting, parse_answer

NO_SECRET = "there is no secret orderexec/mian, so no signal can use that account: is the name correct?"
NO_SYMBOL = "the exchange (binance-spot) lists no symbol BTCUSTD: is the name correct? It lists BTCUSDT, BTTUSDT"
LIMITS = '{"max_daily_orders": 3}'


@pytest.fixture
def parameters(exchange_url: str) -> dict[str, str]:
    return {"BinanceSpotUrl": exchange_url}


@pytest.fixture
def stack(deployed: Deployed) -> Deployed:
    """A stack with two accounts, at an exchange that answers."""
    for name in ("orderexec/main", "orderexec/second", "orderexec-demo/third", "somebody's"):
        deployed.secrets.create_secret(Name=name, SecretString="{}")
    return deployed


def read_halts(deployed: Deployed) -> set[str]:
    return set(DynamoControls(deployed.dynamodb, "shared", clock()).read().halts)


@pytest.mark.parametrize(
    ("scope", "doubts"),
    [
        ("account/mian", [f"{NO_SECRET} Accounts with a key: main"]),
        ("account/mian/strategy/symbol/BTCUSTD", [f"{NO_SECRET} Accounts with a key: main"]),
        ("account/mian/symbol/BTCUSTD", [f"{NO_SECRET} Accounts with a key: main", NO_SYMBOL]),
        ("account/zzz", [f"{NO_SECRET.replace('mian', 'zzz')} Accounts with a key: main, second"]),
        ("symbol/btcustd", [NO_SYMBOL]),
        ("venue/binance-spot/symbol/BTCUSTD", [NO_SYMBOL]),
        ("account/main/symbol/BTCUSDT", []),
        ("symbol/BTCUSDT", []),
        ("strategy/mian", []),
        ("global", []),
    ],
)
def test_a_halt_stands_and_its_name_is_doubted(stack: Deployed, ctl: Ctl, scope: str, doubts: list[str]) -> None:
    halted = ctl("halt", scope, "--json")

    assert halted.exit_code == 0
    assert len(read_halts(stack)) == 1
    assert parse_answer(halted)["doubts"] == doubts
    assert all(doubt in ctl("halt", scope).stdout for doubt in doubts)


def test_lifting_a_halt_of_a_name_that_nobody_knows_says_so(stack: Deployed, ctl: Ctl) -> None:
    ctl("halt", "account/main")

    result = ctl("resume", "account/mian")

    assert result.exit_code == 1
    assert f"account/mian was not halted; {NO_SECRET}" in result.stdout
    assert "still halted: account/main" in result.stdout
    assert "secret" not in ctl("resume", "account/main").stdout


def test_limits_of_an_account_without_a_key_are_set_with_a_warning(stack: Deployed, ctl: Ctl) -> None:
    """They are set before the key is stored, so that nobody is asked."""
    result = ctl("limits", "set", "mian", "-", given=LIMITS)

    assert result.exit_code == 0
    assert NO_SECRET in result.stderr
    assert stack.ssm.get_parameter(Name="/orderexec/limits/mian")["Parameter"]["Value"] == LIMITS
    assert "secret" not in ctl("limits", "set", "main", "-", given=LIMITS).stderr


def test_what_is_dropped_of_a_name_that_nobody_knows_is_doubted(stack: Deployed, ctl: Ctl) -> None:
    stack.put(make_waiting("waits"))

    result = ctl("drop", "--account", "mian", "--symbol", "btcustd", "--yes")

    assert result.exit_code == 1
    assert NO_SECRET in result.stderr
    assert NO_SYMBOL in result.stderr
    assert "is the name correct" not in ctl("drop", "--account", "main", "--symbol", "btcusdt", "--yes").stderr


def test_what_cannot_be_asked_is_not_doubted(
    stack: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:
    # GIVEN a person who may not list the secrets, and an exchange that does not answer
    monkeypatch.setattr("orderctl.sources.names.list_accounts", lambda _: [])
    monkeypatch.setattr("orderctl.sources.exchange.get_address", lambda *_: "http://127.0.0.1:9")

    told = parse_answer(ctl("halt", "account/mian/symbol/BTCUSTD", "--json"))["doubts"]

    assert told == [NO_SECRET]
