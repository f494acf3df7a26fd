"""The bot of the sample template, run as it stands there: tells each outcome once, and again if the webhook fails."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError

import boto3
import pytest
import yaml

from local.run import ROOT
from tests.doubles.webhook import Webhook, listening

PLACED = {
    "outcome_id": "a1", "signal_id": "s1", "state": "PLACED", "request": "BUY BTCUSDT MARKET quantity 0.5",
    "order_status": "FILLED", "average_price": "65000.01",
}  # fmt: skip
DEAD = {"outcome_id": "b2", "signal_id": "s2", "state": "DEAD", "reason": "RULES", "detail": "below the minimum"}
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
    monkeypatch.setenv("WEBHOOK_URL", webhook.url)
    module: dict[str, Any] = {}
    exec(sample["Bot"]["Properties"]["Code"]["ZipFile"], module)  # noqa: S102 - the project's own sample
    return lambda outcome: module["handler"]({"Records": [{"body": json.dumps({"detail": outcome})}]}, None)


def test_it_tells_what_became_of_a_signal(bot: Bot, webhook: Webhook) -> None:
    bot(PLACED)
    bot(DEAD)

    assert webhook.texts == [
        "PLACED BUY BTCUSDT MARKET quantity 0.5 order_status FILLED average_price 65000.01",
        "DEAD s2 reason RULES below the minimum",
    ]


def test_an_outcome_that_comes_twice_is_told_once(bot: Bot, webhook: Webhook) -> None:
    for outcome in (PLACED, DEAD, PLACED, DEAD):
        bot(outcome)

    assert len(webhook.texts) == 2


def test_what_the_webhook_did_not_take_is_told_later(bot: Bot, webhook: Webhook) -> None:
    webhook.failing = True
    with pytest.raises(HTTPError):
        bot(PLACED)

    webhook.failing = False
    bot(PLACED)

    assert len(webhook.texts) == 1
