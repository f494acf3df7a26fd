"""`halt`, `resume`, `limits`: what the tool writes is what the function reads."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from orderctl.sources.exchange import clock
from orderexec.aws.account_limits import ParameterStoreLimits
from orderexec.aws.controls import DynamoControls
from orderexec.aws.controls_item import make_halt_value
from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import read_limits
from tests.orderctl.conftest import Ctl, Deployed, parse_answer

LIMITS = '{"max_order_notional": {"USDT": 1000.10}, "symbols": ["BTCUSDT"]}'


def open_board(deployed: Deployed) -> DynamoControls:
    return DynamoControls(deployed.dynamodb, "shared", clock())


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("global", "global"),
        ("venue/binance-spot", "venue/binance-spot"),
        ("account/main", "account/main"),
        ("symbol/btcusdt", "symbol/BTCUSDT"),
        ("strategy/a/b c", "strategy/a/b c"),
        ("account/main/symbol/btcusdt", "account/main/symbol/BTCUSDT"),
        ("account/main/strategy/a/symbol/b", "account/main/strategy/a/symbol/b"),
        ("strategy/a/symbol/b", "strategy/a/symbol/b"),
        ("venue/binance-spot/symbol/btcusdt", "venue/binance-spot/symbol/BTCUSDT"),
    ],
)
def test_a_halt_is_seen_by_the_function_until_it_is_lifted(deployed: Deployed, ctl: Ctl, scope: str, kept: str) -> None:
    halted = ctl("halt", scope, "--why", "news", "--json")

    assert halted.exit_code == 0
    assert {name: halt.why for name, halt in open_board(deployed).read().halts.items()} == {kept: "news"}

    resumed = ctl("resume", scope)

    assert resumed.exit_code == 0
    assert open_board(deployed).read().halts == {}


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "everything",
        "account/",
        "venue/kraken",
        "symbols/BTCUSDT",
        "account/my account",
        "account/main/venue/x",
        "account/main/symbol/",
        "venue/kraken/symbol/BTCUSDT",
        "venue/binance-spot/strategy/x",
        "strategy/" + "x" * 65,
        "strategy/St\udcf6rung",
        "strategy/a\tb",
    ],
)
def test_what_is_no_scope_halts_nothing(deployed: Deployed, ctl: Ctl, scope: str) -> None:
    result = ctl("halt", scope)

    assert result.exit_code == 2
    assert open_board(deployed).read().halts == {}


def test_the_first_reason_of_a_halt_stands(deployed: Deployed, ctl: Ctl) -> None:
    ctl("halt", "global", "--why", "first")
    again = ctl("halt", "global", "--why", "second")

    assert again.exit_code == 0
    assert "was already halted" in again.stdout
    assert "first" in again.stdout


def test_a_halt_of_an_account_that_nobody_has_is_set_and_told(deployed: Deployed, ctl: Ctl) -> None:
    deployed.secrets.create_secret(Name="orderexec/main", SecretString="{}")

    result = ctl("halt", "account/mian/symbol/BTCUSDT")

    assert result.exit_code == 0
    assert "account/mian/symbol/BTCUSDT is halted; but there is no secret orderexec/mian" in result.stdout
    assert "account/mian/symbol/BTCUSDT" in open_board(deployed).read().halts
    assert "no secret" not in ctl("halt", "account/main").stdout
    assert "no secret" not in ctl("halt", "strategy/main").stdout


def test_a_board_that_people_filled_is_told_and_global_still_fits(deployed: Deployed, ctl: Ctl) -> None:
    halts = {f"halt:strategy/{number:x>64}": make_halt_value(1, "y" * 190) for number in range(580)}
    deployed.dynamodb.put_item(TableName="shared", Item={"pk": {"S": "controls"}, **halts})

    full = ctl("halt", "account/main")

    assert full.exit_code == 1
    assert "account/main is not halted: so many halts stand that there is no room" in full.stderr
    assert ctl("halt", "global").exit_code == 0


def test_lifting_what_is_not_halted_is_told_with_what_is(deployed: Deployed, ctl: Ctl) -> None:
    ctl("halt", "symbol/BTCUSDT")
    result = ctl("resume", "symbol/ETHUSDT")

    assert result.exit_code == 1
    assert "symbol/ETHUSDT was not halted; still halted: symbol/BTCUSDT" in result.stdout


def test_a_halt_that_another_version_named_can_be_lifted(deployed: Deployed, ctl: Ctl) -> None:
    open_board(deployed).halt("account/my account", "by an older version")

    assert ctl("resume", "account/my account").exit_code == 0
    assert open_board(deployed).read().halts == {}


def test_halts_and_gates_as_they_stand(deployed: Deployed, ctl: Ctl) -> None:
    now = clock().now()
    open_board(deployed).close_gate("ban/binance-spot", now + 60_000, "banned")
    open_board(deployed).close_gate("pause/binance-spot", now - 1, "over")
    ctl("halt", "account/main", "--why", "[bold]checked[/bold]")

    current = parse_answer(ctl("halt", "--json"))
    shown = ctl("halt").stdout

    assert [each["gate"] for each in current["gates"]] == ["ban/binance-spot"]
    assert [each["scope"] for each in current["halts"]] == ["account/main"]
    assert "[bold]checked[/bold]" in shown


def read_as_function(deployed: Deployed, account: str) -> Limits | str:
    return ParameterStoreLimits(lambda: boto3.client("ssm"), "/orderexec/limits/", clock()).read_limits(account)


def test_limits_are_set_shown_and_kept_by_the_function(deployed: Deployed, ctl: Ctl, tmp_path: Path) -> None:
    file = tmp_path / "limits.json"
    file.write_text(LIMITS)

    assert ctl("limits", "set", "main", str(file)).exit_code == 0

    limits = read_as_function(deployed, "main")
    assert isinstance(limits, Limits)
    assert str(limits.max_order_notional["USDT"]) == "1000.10"
    assert parse_answer(ctl("limits", "show", "main", "--json"))["limits"]["max_order_notional"] == {"USDT": "1000.10"}
    assert ctl("limits", "check", "main").exit_code == 0


def test_limits_that_are_shown_can_be_set_as_they_are(deployed: Deployed, ctl: Ctl) -> None:
    text = (
        '{"max_daily_orders": 50, "max_order_notional": {"USDT": 0.1000000000000000055511151231257827, "BTC": 1e-7},'
        ' "max_daily_notional": {"USDT": "5000"}, "sides": ["buy"], "symbols": ["BTCUSDT", "币安人生USDT"],'
        ' "max_slippage_percent": 0.5}'
    )
    assert ctl("limits", "set", "main", "-", given=text).exit_code == 0
    before = read_as_function(deployed, "main")

    shown = parse_answer(ctl("limits", "show", "main", "--json"))["limits"]
    assert ctl("limits", "set", "main", "-", given=json.dumps(shown)).exit_code == 0

    assert isinstance(before, Limits)
    assert read_as_function(deployed, "main") == before


def test_the_file_that_show_prints_can_be_set_unchanged(deployed: Deployed, ctl: Ctl, tmp_path: Path) -> None:
    text = (
        '{"max_daily_orders": 50, "max_order_notional": {"USDT": 0.1000000000000000055511151231257827, "BTC": 1e-7},'
        ' "sides": ["buy"], "symbols": ["BTCUSDT", "币安人生USDT"], "max_slippage_percent": 0.5}'
    )
    ctl("limits", "set", "main", "-", given=text)
    before, file = read_as_function(deployed, "main"), tmp_path / "limits.json"
    file.write_text(ctl("limits", "show", "main", "--json").stdout)
    ctl("limits", "set", "main", "-", given='{"max_daily_orders": 1}')

    checked = ctl("limits", "check", "main", str(file))
    again = ctl("limits", "set", "main", str(file))
    other = ctl("limits", "set", "other", str(file))

    assert (checked.exit_code, again.exit_code, other.exit_code) == (0, 0, 0)
    assert isinstance(before, Limits)
    assert read_as_function(deployed, "main") == read_as_function(deployed, "other") == before
    assert "shows the limits of account main; here they are for account other" in other.stderr
    assert "here they are" not in again.stderr
    assert parse_answer(ctl("limits", "show", "main", "--json"))["limits"] == json.loads(file.read_text())["limits"]


@pytest.mark.parametrize(
    ("stored", "code", "says"),
    [
        (None, 1, "shows that account main has no limits; to lift all limits, give {}"),
        ("{}", 1, "The document lifts all limits"),
        ("[", 1, "text is no limit"),
    ],
)
def test_a_file_that_shows_no_limits_lifts_none_by_itself(
    deployed: Deployed, ctl: Ctl, stored: str | None, code: int, says: str
) -> None:
    if stored is not None:
        deployed.ssm.put_parameter(Name="/orderexec/limits/main", Value=stored, Type="String")
    shown = ctl("limits", "show", "main", "--json").stdout
    ctl("limits", "set", "main", "-", "--yes", given=LIMITS)

    result = ctl("limits", "set", "main", "-", given=shown)

    assert result.exit_code == code
    assert says in result.stderr
    assert isinstance(read_as_function(deployed, "main"), Limits)
    assert read_as_function(deployed, "main") == read_limits(LIMITS)


def test_an_empty_document_shows_as_one(deployed: Deployed, ctl: Ctl) -> None:
    assert parse_answer(ctl("limits", "show", "main", "--json"))["limits"] is None
    assert ctl("limits", "set", "main", "-", "--yes", given="{}").exit_code == 0
    assert parse_answer(ctl("limits", "show", "main", "--json"))["limits"] == {}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("{}", "The document lifts all limits: signals of account main may ask for anything"),
        ('{"symbols": ["BTCUSDT"]}', "The document lifts max_order_notional of account main"),
    ],
)
def test_limits_are_not_lifted_without_a_question(
    deployed: Deployed, ctl: Ctl, tmp_path: Path, text: str, question: str
) -> None:
    file = tmp_path / "limits.json"
    file.write_text(text)
    ctl("limits", "set", "main", "-", given=LIMITS)
    stood = read_as_function(deployed, "main")

    declined = ctl("limits", "set", "main", str(file), given="n\n")
    nobody = ctl("limits", "set", "main", "-", "--json", given=text)

    assert (declined.exit_code, nobody.exit_code) == (1, 1)
    assert question in declined.stderr
    assert "add --yes" in nobody.stderr
    assert parse_answer(nobody)["set"] is False
    assert read_as_function(deployed, "main") == stood
    assert ctl("limits", "set", "main", str(file), given="y\n").exit_code == 0
    assert read_as_function(deployed, "main") == read_limits(text)


def test_limits_behind_a_byte_order_mark_are_limits_all_the_same(deployed: Deployed, ctl: Ctl) -> None:
    """The function keeps them, so nobody lifts them without a question."""
    deployed.ssm.put_parameter(Name="/orderexec/limits/main", Value="\ufeff" + LIMITS, Type="String")

    declined = ctl("limits", "set", "main", "-", "--json", given='{"symbols": ["BTCUSDT"]}')

    assert (declined.exit_code, parse_answer(declined)["lifted"]) == (1, ["max_order_notional"])


def test_a_document_of_brackets_is_shown_as_it_stands(deployed: Deployed, ctl: Ctl) -> None:
    deployed.ssm.put_parameter(Name="/orderexec/limits/main", Value="[" * 4_000, Type="String")

    assert parse_answer(ctl("limits", "show", "main", "--json"))["limits"] == {"text": "[" * 4_000}


def test_a_reason_in_another_encoding_keeps_nobody_from_a_halt(deployed: Deployed, ctl: Ctl) -> None:
    assert ctl("halt", "global", "--why", "St\udcf6rung").exit_code == 0  # Latin-1, as Python hands it over

    assert [each["why"] for each in parse_answer(ctl("halt", "--json"))["halts"]] == ["St?rung"]


def test_a_halt_of_an_instant_that_is_none_is_shown_and_lifted(deployed: Deployed, ctl: Ctl) -> None:
    board: Any = {
        "pk": {"S": "controls"},
        "halt:global": {"M": {"since": {"N": "1790000000000000000"}, "why": {"S": "by hand"}}},
    }
    deployed.dynamodb.put_item(TableName="shared", Item=board)

    assert "halt global" in ctl("halt").stdout
    assert ctl("resume", "global").exit_code == 0


def test_new_and_other_limits_need_no_question(deployed: Deployed, ctl: Ctl) -> None:
    assert ctl("limits", "set", "main", "-", given=LIMITS).exit_code == 0
    more = LIMITS.replace("1000.10", "5").replace("}, ", '}, "max_daily_orders": 3, ')
    assert ctl("limits", "set", "main", "-", given=more).exit_code == 0
    assert ctl("limits", "set", "new", "-", given='{"max_daily_orders": 3}').exit_code == 0


def test_a_document_is_measured_in_bytes(deployed: Deployed, ctl: Ctl) -> None:
    symbols = [f"币安人生{number}USDT" for number in range(200)]

    result = ctl("limits", "set", "main", "-", given=json.dumps({"symbols": symbols}, ensure_ascii=False))

    assert result.exit_code == 1
    assert "bytes; Parameter Store takes 4096" in result.stderr


def test_limits_that_cannot_be_used_are_not_set(deployed: Deployed, ctl: Ctl) -> None:
    ctl("limits", "set", "main", "-", given=LIMITS)
    result = ctl("limits", "set", "main", "-", given='{"max_orders": 1, "sides": "BUY"}')

    assert result.exit_code == 1
    assert "max_orders is no limit; there are" in result.stderr
    assert "sides must be a list" in result.stderr
    assert isinstance(read_as_function(deployed, "main"), Limits)


def test_what_somebody_wrote_by_hand_is_checked(deployed: Deployed, ctl: Ctl) -> None:
    deployed.ssm.put_parameter(Name="/orderexec/limits/main", Value="{", Type="String")

    result = ctl("limits", "check", "main")

    assert result.exit_code == 1
    assert "/orderexec/limits/main cannot be used as limits: it is not JSON: " in result.stderr
    assert ctl("limits", "show", "main").exit_code == 0  # as it stands


def test_a_secure_string_stays_one(deployed: Deployed, ctl: Ctl) -> None:
    deployed.ssm.put_parameter(Name="/orderexec/limits/main", Value="{}", Type="SecureString")

    assert ctl("limits", "set", "main", "-", given=LIMITS).exit_code == 0

    stored = deployed.ssm.get_parameter(Name="/orderexec/limits/main", WithDecryption=True)["Parameter"]
    assert (stored["Type"], stored["Value"]) == ("SecureString", LIMITS)


@pytest.mark.parametrize("parameters", [{"RequireLimits": "true"}], indirect=True)
def test_where_limits_are_required_their_lack_is_told(deployed: Deployed, ctl: Ctl) -> None:
    told = "none: RequireLimits is true, so every signal of the account that would place an order dies (LIMITS)"

    assert told in ctl("limits", "show", "main").stdout
    checked = ctl("limits", "check", "main")
    assert checked.exit_code == 1
    assert told in checked.stdout


def test_no_limits_are_told(deployed: Deployed, ctl: Ctl) -> None:
    assert "none: every order that the signals ask for is sent" in ctl("limits", "show", "main").stdout
    assert ctl("limits", "check", "main").exit_code == 0


def test_an_account_that_no_signal_can_name(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("limits", "show", "my account")

    assert result.exit_code == 2
    assert "the account must be 1 to 64 letters, digits, '_' or '-'" in result.stderr
