"""What was signed with another key, or for another address, than the stack has now: found by doctor, told by show."""

import json
from dataclasses import replace

import boto3
import pytest

from orderexec.domain.row import Row
from orderexec.ports import Credentials
from tests.orderctl.conftest import PARAMETERS, Ctl, Deployed, build_template, make_sent, parse_answer
from tests.orderctl.test_orderctl_accounts import STORED, trading  # noqa: F401
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET, PaperClient

SECOND = json.dumps({"api_key": SECOND_KEY, "api_secret": SECOND_SECRET})


@pytest.fixture
def doubted(trading: Deployed, paper: PaperClient) -> Row:  # noqa: F811
    """A signal whose request was signed with the first key, at the paper exchange."""
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    return trading.put(replace(make_sent("doubt"), signed_for=f"{paper.url} {Credentials(KEY, '').fingerprint}"))


def find_signers(ctl: Ctl) -> tuple[str, str]:
    [found] = [each for each in parse_answer(ctl("doctor", "--json"))["findings"] if each["about"] == "signers"]
    return found["level"], f"{found['text']}; {found['to_do']}"


def test_show_says_for_whom_a_request_was_signed(doubted: Row, paper: PaperClient, ctl: Ctl) -> None:
    assert f"signed for {paper.url}, with the key {Credentials(KEY, '').fingerprint}" in " ".join(
        ctl("show", "doubt").stdout.split()
    )
    assert parse_answer(ctl("show", "doubt", "--json"))["signed_for"] == doubted.signed_for


@pytest.mark.usefixtures("doubted")
def test_all_is_well_while_nothing_changed(ctl: Ctl) -> None:
    assert find_signers(ctl)[0] == "ok"


@pytest.mark.usefixtures("doubted")
def test_a_replaced_key_is_told(trading: Deployed, ctl: Ctl) -> None:  # noqa: F811
    trading.secrets.put_secret_value(SecretId="orderexec/main", SecretString=SECOND)

    level, text = find_signers(ctl)

    assert level == "warning"
    assert "main/binance-spot/doubt" in text


def test_another_address_is_told_with_what_to_do(doubted: Row, trading: Deployed, paper: PaperClient, ctl: Ctl) -> None:  # noqa: F811
    text = build_template(trading.outputs, PARAMETERS | {"BinanceSpotUrl": "http://127.0.0.1:9"})
    boto3.client("cloudformation").update_stack(StackName="orderexec", TemplateBody=text)

    level, told = find_signers(ctl)

    assert level == "bad"
    assert f"{doubted.identity.key}) was sent to {paper.url}" in told
    assert "deploy with the old address until they have ended" in told


@pytest.mark.parametrize("other", [True, False])
@pytest.mark.usefixtures("doubted")
def test_show_does_not_take_another_accounts_word(
    trading: Deployed,  # noqa: F811
    paper: PaperClient,
    ctl: Ctl,
    other: bool,
) -> None:
    ctl("accounts", "check", "main")  # whose the first key is gets known
    if other:
        paper.control("accounts", {SECOND_KEY: 222})
    trading.secrets.delete_secret(SecretId="orderexec/main", ForceDeleteWithoutRecovery=True)
    trading.secrets.create_secret(Name="orderexec/main", SecretString=SECOND)

    seen = parse_answer(ctl("show", "doubt", "--json"))["at_the_exchange"]

    assert seen["found"] is (None if other else False)
    assert ("of the exchange account 222, not 354937868" in seen["detail"]) is other
