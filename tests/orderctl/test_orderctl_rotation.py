"""`accounts rotate`: a key of another exchange account does not slip in, and what is learnt of keys is kept."""

import json
from typing import Any

import boto3
import pytest

from orderexec.aws.shared_cache import DynamoSharedCache
from orderexec.ports import Credentials
from tests.orderctl.conftest import Ctl, Deployed, make_sent, parse_answer
from tests.orderctl.test_orderctl_accounts import STORED, read_stored, trading  # noqa: F401
from tests.paper_exchange.paper_client import KEY, SECOND_KEY, SECOND_SECRET, PaperClient

SECOND = json.dumps({"api_key": SECOND_KEY, "api_secret": SECOND_SECRET})
FIRST_ID, OTHER_ID = "354937868", "222"


@pytest.fixture
def rotating(trading: Deployed) -> Deployed:  # noqa: F811
    """The first key is stored."""
    trading.secrets.create_secret(Name="orderexec/main", SecretString=STORED)
    return trading


@pytest.fixture
def other(paper: PaperClient) -> None:
    """The second key is of another account."""
    paper.control("accounts", {SECOND_KEY: int(OTHER_ID)})


def rotate(ctl: Ctl, *options: str) -> Any:
    return ctl("accounts", "rotate", "main", "--from", "-", *options, given=SECOND)


def read_known(deployed: Deployed, paper: PaperClient, key: str) -> str | None:
    """What the functions find of the key in the table that all share."""
    cache = DynamoSharedCache(deployed.dynamodb, "shared")
    entry = cache.read(f"account-of/{paper.url} {Credentials(key, '').fingerprint}")
    return None if entry is None else entry.text


def join_words(result: Any) -> str:
    return " ".join(result.output.split())


def test_a_key_of_the_same_account_takes_over_and_both_are_known_from_then_on(
    rotating: Deployed, paper: PaperClient, ctl: Ctl
) -> None:
    result = rotate(ctl)

    assert result.exit_code == 0
    assert read_stored(rotating, "main") == SECOND
    assert f"both of the exchange's account {FIRST_ID}" in join_words(result)
    assert [read_known(rotating, paper, key) for key in (KEY, SECOND_KEY)] == [FIRST_ID, FIRST_ID]


@pytest.mark.parametrize("options", [(), ("--yes",), ("--json",)])
@pytest.mark.usefixtures("other")
def test_a_key_of_another_account_is_refused_with_both_ids_and_what_would_follow(
    rotating: Deployed, ctl: Ctl, options: tuple[str, ...]
) -> None:
    rotating.put(make_sent("doubt"))

    result = rotate(ctl, *options)

    assert result.exit_code == 1
    assert read_stored(rotating, "main") == STORED
    assert f"account {OTHER_ID}, the stored one of {FIRST_ID}" in join_words(result)
    assert "1 signals are in doubt" in join_words(result)
    assert "--other-account" in join_words(result)


@pytest.mark.usefixtures("other")
def test_another_account_is_taken_if_it_is_asked_for_by_name(rotating: Deployed, ctl: Ctl) -> None:
    result = rotate(ctl, "--other-account")

    assert result.exit_code == 0
    assert read_stored(rotating, "main") == SECOND
    assert f"account {OTHER_ID}, the stored one of {FIRST_ID}" in join_words(result)


def test_a_key_that_cannot_be_compared_is_a_question(rotating: Deployed, paper: PaperClient, ctl: Ctl) -> None:
    paper.control("keys", {KEY: None})  # deleted at the exchange before anybody asked whose it was

    declined = rotate(ctl, "--json")

    assert (declined.exit_code, parse_answer(declined)["stored"]) == (1, False)
    assert "nothing shows that both keys are of one exchange account" in join_words(declined)
    assert read_stored(rotating, "main") == STORED
    assert rotate(ctl, "--yes").exit_code == 0
    assert read_stored(rotating, "main") == SECOND


def test_a_key_that_is_gone_can_be_compared_if_it_was_ever_checked(
    rotating: Deployed, paper: PaperClient, ctl: Ctl
) -> None:
    assert f"account {FIRST_ID}" in join_words(ctl("accounts", "check", "main"))
    paper.control("keys", {KEY: None})

    assert rotate(ctl).exit_code == 0
    assert read_stored(rotating, "main") == SECOND


def test_a_secret_without_a_key_has_nothing_to_compare_with(rotating: Deployed, ctl: Ctl) -> None:
    rotating.secrets.put_secret_value(SecretId="orderexec/main", SecretString="{}")

    result = rotate(ctl)

    assert result.exit_code == 0
    assert "no key that the new one could be compared with" in join_words(result)


@pytest.mark.parametrize(
    "secret", [{"SecretString": "\ufeff" + STORED}, {"SecretBinary": STORED.encode()}], ids=["mark", "binary"]
)
def test_a_secret_is_read_as_the_functions_read_it(trading: Deployed, ctl: Ctl, secret: dict[str, Any]) -> None:  # noqa: F811
    trading.secrets.create_secret(Name="orderexec/main", **secret)

    result = ctl("accounts", "check", "main")

    assert result.exit_code == 0
    assert ("a byte order mark at the start: left out" in join_words(result)) is ("SecretString" in secret)


@pytest.mark.parametrize("command", ["check", "add", "rotate"])
def test_a_secret_that_is_scheduled_for_deletion_is_told_with_what_takes_that_back(
    rotating: Deployed, ctl: Ctl, command: str
) -> None:
    rotating.secrets.delete_secret(SecretId="orderexec/main", RecoveryWindowInDays=30)

    given = () if command == "check" else ("--from", "-")
    result = ctl("accounts", command, "main", *given, given=SECOND)

    assert result.exit_code == 3
    assert "`aws secretsmanager restore-secret --secret-id orderexec/main`" in " ".join(result.stderr.split())


def test_the_account_of_a_stack_in_another_region_is_not_mixed_up(rotating: Deployed, ctl: Ctl) -> None:
    """What is known of a key is known of it at one address only."""
    ctl("accounts", "check", "main")
    keys = boto3.client("dynamodb").scan(TableName="shared")["Items"]

    assert [item["pk"]["S"].startswith("account-of/http://127.0.0.1:") for item in keys] == [True]
