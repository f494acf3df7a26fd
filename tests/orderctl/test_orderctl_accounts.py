"""`accounts`: a key is tried at the paper exchange before it is stored, and never seen anywhere but in its secret."""

import json
from pathlib import Path

import boto3
import pytest

from orderexec.aws.secret_text import read_secret
from orderexec.ports import Credentials
from tests.doubles.key_pairs import PASSPHRASE, pair, private_pem, public_pem
from tests.orderctl.conftest import PARAMETERS, Ctl, Deployed, build_template, parse_answer
from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient

STORED = json.dumps({"api_key": KEY, "api_secret": SECRET})


@pytest.fixture
def trading(deployed: Deployed, paper: PaperClient) -> Deployed:
    """The stack, its exchange the paper one."""
    text = build_template(deployed.outputs, PARAMETERS | {"BinanceSpotUrl": paper.url})
    boto3.client("cloudformation").update_stack(StackName="orderexec", TemplateBody=text)
    return deployed


def read_stored(deployed: Deployed, account: str) -> str:
    return str(deployed.secrets.get_secret_value(SecretId=f"orderexec/{account}")["SecretString"])


def test_a_key_is_asked_for_tried_and_stored_without_being_shown(trading: Deployed, ctl: Ctl) -> None:
    result = ctl("accounts", "add", "main", given=f"{KEY}\n{SECRET}\n")

    assert result.exit_code == 0
    assert json.loads(read_stored(trading, "main")) == {"api_key": KEY, "api_secret": SECRET}
    assert SECRET not in result.output
    assert KEY not in result.output
    assert "an order would be let in (order/test)" in result.stdout
    assert "orderexec/main is stored" in result.stdout


def test_a_private_key_is_read_from_its_file_and_its_passphrase_asked_for(
    trading: Deployed, paper: PaperClient, ctl: Ctl, tmp_path: Path
) -> None:
    paper.control("keys", {"my-key": public_pem(pair("ed25519"))})
    file = tmp_path / "key.pem"
    file.write_text(private_pem(pair("ed25519"), PASSPHRASE))

    result = ctl("accounts", "add", "second", "--pem", str(file), given=f"my-key\n{PASSPHRASE}\n")

    assert result.exit_code == 0
    assert isinstance(read_secret(read_stored(trading, "second")), Credentials)
    assert PASSPHRASE not in result.output


def test_a_key_that_the_exchange_refuses_is_stored_only_if_the_person_insists(trading: Deployed, ctl: Ctl) -> None:
    wrong = json.dumps({"api_key": "no-such-key", "api_secret": "x"})

    refused = ctl("accounts", "add", "main", "--from", "-", "--json", given=wrong)

    assert refused.exit_code == 1
    assert parse_answer(refused)["stored"] is False
    assert "this machine asks" in refused.stderr
    assert trading.secrets.list_secrets()["SecretList"] == []

    insisted = ctl("accounts", "add", "main", "--from", "-", "--yes", given=wrong)

    assert insisted.exit_code == 1  # the finding stays
    assert read_stored(trading, "main") == wrong


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no JSON", "it must be JSON like"),
        ('{"api_key": "k"}', "api_secret is missing"),
        ('{"api_key": "k", "private_key": "-----BEGIN"}', "private_key is no private key in PEM"),
    ],
)
def test_what_is_no_key_is_not_stored(trading: Deployed, ctl: Ctl, text: str, says: str) -> None:
    result = ctl("accounts", "add", "main", "--from", "-", given=text)

    assert result.exit_code == 1
    assert says in result.stderr
    assert trading.secrets.list_secrets()["SecretList"] == []


def test_nobody_is_there_to_be_asked(trading: Deployed, ctl: Ctl) -> None:
    result = ctl("accounts", "add", "main", given="")

    assert result.exit_code == 2
    assert "give it as a file, with --from FILE or --from -" in result.stderr


def test_a_rotation_replaces_what_is_there_and_adding_does_not(trading: Deployed, ctl: Ctl, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(STORED)

    assert ctl("accounts", "rotate", "main", "--from", str(file)).exit_code == 3  # nothing to rotate
    trading.secrets.create_secret(Name="orderexec/main", SecretString="{}")
    assert ctl("accounts", "add", "main", "--from", str(file)).exit_code == 1
    assert read_stored(trading, "main") == "{}"
    rotated = ctl("accounts", "rotate", "main", "--from", str(file))

    assert rotated.exit_code == 0
    assert read_stored(trading, "main") == STORED
    assert "every container uses it within 5 minutes" in " ".join(rotated.stdout.split())


def checked(ctl: Ctl) -> dict[str, str]:
    """Level by what it is about."""
    result = ctl("accounts", "check", "main", "--json")
    levels = {each["about"]: each["level"] for each in parse_answer(result)["findings"]}
    assert (result.exit_code == 1) == ("bad" in levels.values())
    return levels


WELL = {
    "secret": "ok",
    "clock": "ok",
    "key": "ok",
    "withdrawals": "ok",
    "address": "ok",
    "trading": "ok",
    "account": "ok",
}


@pytest.mark.parametrize(
    ("permissions", "changed"),
    [
        ({}, {}),
        ({"enableWithdrawals": True}, {"withdrawals": "warning"}),
        ({"ipRestrict": False}, {"address": "warning"}),
        ({"enableSpotAndMarginTrading": False}, {"trading": "bad"}),
    ],
)
def test_a_stored_key_is_judged_by_its_permissions(
    trading: Deployed, paper: PaperClient, ctl: Ctl, permissions: dict[str, bool], changed: dict[str, str]
) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    paper.control("restrictions", permissions)

    assert checked(ctl) == WELL | changed


def test_a_check_places_nothing(trading: Deployed, paper: PaperClient, ctl: Ctl) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)

    checked(ctl)

    assert paper.seen("orders") == []


def test_a_wrong_secret_is_told_as_the_exchange_does(trading: Deployed, ctl: Ctl) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString='{"api_key": "paper-key", "api_secret": "x"}')

    assert checked(ctl) == {"secret": "ok", "clock": "ok", "key": "bad", "account": "unknown"}


@pytest.mark.parametrize(("offset", "level"), [(-3_000, "warning"), (3_000, "ok"), (9_000, "warning")])
def test_a_clock_that_is_off_is_told_and_does_no_harm(
    trading: Deployed, paper: PaperClient, ctl: Ctl, offset: int, level: str
) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    paper.control("clock", {"offset_ms": offset})

    assert checked(ctl) == WELL | {"clock": level}


def test_a_blocked_region_is_told_as_such(trading: Deployed, paper: PaperClient, ctl: Ctl) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    paper.arm("answer_instead", status=451, body="", match={"path": "/api/v3/time"})

    result = ctl("accounts", "check", "main")

    assert result.exit_code == 1
    assert "(HTTP 451): this machine's region is blocked" in " ".join(result.stdout.split())


def test_a_testnet_tells_no_permissions(trading: Deployed, paper: PaperClient, ctl: Ctl) -> None:
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    paper.arm("answer_instead", status=404, body="", match={"path": "/sapi/v1/account/apiRestrictions"})

    assert checked(ctl)["permissions"] == "unknown"
