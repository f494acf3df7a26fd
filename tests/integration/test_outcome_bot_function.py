"""The bot of the sample template, run as it stands there: tells each outcome once, and again if the webhook fails."""

import json
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import yaml

from local.run import ROOT
from tests.doubles.webhook import Webhook, listening

ACCEPTED = {
    "outcome_id": "a1",
    "signal_id": "s1",
    "state": "ACCEPTED",
    "request": "BUY BTCUSDT MARKET quantity 0.5",
    "order_status": "FILLED",
    "average_price": "65000.01",
}
DEAD = {"outcome_id": "b2", "signal_id": "s2", "state": "DEAD", "reason": "RULES", "detail": "below the minimum"}
FILLED = {
    "update_id": "u1",
    "signal_id": "s1",
    "role": "entry",
    "side": "BUY",
    "symbol": "BTCUSDT",
    "order_status": "FILLED",
    "order_quantity": "0.5",
    "executed_quantity": "0.5",
    "average_price": "65000.01",
    "still_resting": ["take_profit", "stop_loss"],
}
SECRET = "outcome-bot/webhook"
Bot = Callable[[dict[str, Any]], None]


class _Loader(yaml.SafeLoader):
    """Reads what a template says without its functions (`!Ref` and the like)."""


_Loader.add_multi_constructor("!", lambda _loader, _name, _node: None)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as hook:
        yield hook


@pytest.fixture
def bot(aws_account: None, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Tells the sample's function of one outcome, as the rule and the queue do."""
    sample = yaml.load((ROOT / "docs/samples/outcome-bot.yaml").read_text(), _Loader)["Resources"]  # noqa: S506 - a SafeLoader
    told = sample["Told"]["Properties"]
    del told["TimeToLiveSpecification"]  # another call's
    boto3.client("dynamodb").create_table(TableName="told", **told)
    monkeypatch.setenv("TOLD", "told")
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=f"{webhook.url}\n")
    module: dict[str, Any] = {}
    exec(sample["Bot"]["Properties"]["Code"]["ZipFile"], module)  # noqa: S102 - the project's own sample
    return lambda outcome: module["handler"]({"Records": [{"body": json.dumps({"detail": outcome})}]}, None)


def test_it_tells_what_became_of_a_signal(bot: Bot, webhook: Webhook) -> None:
    bot(ACCEPTED)
    bot(DEAD)

    assert webhook.texts == [
        "ACCEPTED BUY BTCUSDT MARKET quantity 0.5 order_status FILLED average_price 65000.01",
        "DEAD s2 reason RULES below the minimum",
    ]


def test_it_tells_a_fill_in_one_line_and_once(bot: Bot, webhook: Webhook) -> None:
    bot(FILLED)
    bot(FILLED)

    assert webhook.texts == [
        "FILLED entry BUY BTCUSDT 0.5 of 0.5 at 65000.01; still resting: take_profit, stop_loss (s1)",
    ]


def test_an_outcome_that_comes_twice_is_told_once(bot: Bot, webhook: Webhook) -> None:
    for outcome in (ACCEPTED, DEAD, ACCEPTED, DEAD):
        bot(outcome)

    assert len(webhook.texts) == 2


def test_what_the_webhook_did_not_take_is_told_later(bot: Bot, webhook: Webhook) -> None:
    webhook.failing = True
    with pytest.raises(RuntimeError, match="did not take the outcome: 500"):
        bot(ACCEPTED)

    webhook.failing = False
    bot(ACCEPTED)

    assert len(webhook.texts) == 1


@pytest.mark.parametrize(
    "address",
    ["https//api.example/bot123:token", "https://api.example/bot123:to ken", "http://127.0.0.1:9/bot123:token"],
)
def test_the_address_holds_a_token_and_never_reaches_a_log(
    bot: Bot, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=address)

    with pytest.raises(RuntimeError) as raised:
        bot(ACCEPTED)

    told = "".join(traceback.format_exception(raised.value))
    assert "123:to" not in told
    assert "123:to" not in capsys.readouterr().out


def test_a_secret_that_was_changed_is_read_anew_after_the_webhook_refused(bot: Bot, webhook: Webhook) -> None:
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=SECRET, SecretString="http://127.0.0.1:9/old")
    with pytest.raises(RuntimeError):
        bot(ACCEPTED)

    client.put_secret_value(SecretId=SECRET, SecretString=webhook.url)
    bot(ACCEPTED)

    assert len(webhook.texts) == 1


def test_the_token_is_neither_a_parameter_nor_in_the_environment() -> None:
    sample = (ROOT / "docs/samples/outcome-bot.yaml").read_text()
    parameters = yaml.load(sample, _Loader)["Parameters"]  # noqa: S506 - a SafeLoader

    assert parameters.keys() == {"EventBusName", "Stack", "WebhookSecret"}
    pages = [page.read_text() for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))]
    assert not any("WebhookUrl" in text for text in pages)
    storing = [line for text in pages for line in text.splitlines() if "create-secret --name outcome-bot" in line]
    assert storing
    assert all(line.endswith("--secret-string file:///dev/stdin") for line in storing)
