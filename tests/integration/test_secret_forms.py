"""A secret as editors and consoles leave it, through the real function; and one that is about to be deleted."""

import json

import pytest

from tests.integration.stage import Stage, buy
from tests.paper_exchange.paper_client import KEY, SECRET

PLAIN = json.dumps({"api_key": KEY, "api_secret": SECRET})


@pytest.mark.parametrize(
    "secret",
    [
        {"SecretString": f"\ufeff{PLAIN}"},
        {"SecretString": json.dumps({"api_key": f" {KEY}\r\n", "api_secret": f"\t{SECRET}\u00a0"})},
        {"SecretBinary": PLAIN.encode()},
        {"SecretBinary": PLAIN.encode("utf-8-sig")},
    ],
    ids=["mark", "blanks", "binary", "binary with a mark"],
)
def test_what_surrounds_a_key_does_no_harm(stage: Stage, secret: dict[str, str | bytes]) -> None:
    stage.secretsmanager.put_secret_value(SecretId="orderexec/main", **secret)  # type: ignore[arg-type]

    assert stage.run(buy("1")) == []
    assert stage.row("1").state == "ACCEPTED"


def test_a_secret_that_is_about_to_be_deleted_says_how_to_keep_it(stage: Stage) -> None:
    stage.secretsmanager.delete_secret(SecretId="orderexec/main", RecoveryWindowInDays=7)

    stage.run(buy("1"))

    [(_, attributes)] = stage.dead_letters()
    assert attributes["reason"] == "CREDENTIALS"
    assert "`aws secretsmanager restore-secret --secret-id orderexec/main`" in attributes["detail"]
