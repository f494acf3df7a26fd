"""The sample listener of docs/samples, deployed beside the stack: it hears the outcomes and tells each once."""

import json
from collections.abc import Iterator

import pytest

from local.run import ROOT, wait_until
from local.stack import Stack
from tests.doubles.webhook import Webhook, listening
from tests.e2e.listener import Listener

SECONDS = 30.0


@pytest.fixture
def webhook(running: Stack) -> Iterator[Webhook]:
    """What the deployed bot posts to."""
    formation = running.client("cloudformation")
    secrets = running.client("secretsmanager")
    with listening() as hook:
        secrets.create_secret(Name="outcome-bot/webhook", SecretString=hook.url)
        parameters = {"EventBusName": running.outputs["OutcomeBusName"], "WebhookSecret": "outcome-bot/webhook"}
        formation.create_stack(
            StackName="outcome-bot",
            TemplateBody=(ROOT / "docs/samples/outcome-bot.yaml").read_text(),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        assert wait_until(lambda: _status(running) not in ("", "CREATE_IN_PROGRESS"), SECONDS)
        assert _status(running) == "CREATE_COMPLETE"
        yield hook
        formation.delete_stack(StackName="outcome-bot")
        secrets.delete_secret(SecretId="outcome-bot/webhook", ForceDeleteWithoutRecovery=True)
        wait_until(lambda: _status(running) == "", SECONDS)


def test_the_bot_tells_each_outcome_once(running: Stack, listener: Listener, webhook: Webhook) -> None:
    # GIVEN a signal whose outcome it has told
    publish(running, {"id": "bot-1", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.001"})
    assert wait_until(lambda: len(webhook.texts) == 1, SECONDS)

    # WHEN that very outcome is published again, and then another signal ends
    (outcome,) = listener.of("bot-1")
    again = {"Source": "orderexec", "DetailType": "Signal Outcome", "Detail": json.dumps(outcome)}
    running.client("events").put_events(Entries=[again | {"EventBusName": running.outputs["OutcomeBusName"]}])
    publish(running, {"id": "bot-2", "symbol": "NOSUCHPAIR", "side": "BUY", "quantity": "1"})
    assert wait_until(lambda: len(webhook.texts) == 2, SECONDS)

    # THEN it has told both, and nothing is left in its queues
    first, second = webhook.texts
    assert first.startswith("ACCEPTED BUY BTCUSDT MARKET quantity 0.001 order_status FILLED")
    assert second.startswith("DEAD bot-2 reason RULES")
    assert wait_until(lambda: _waiting(running) == 0, SECONDS)
    assert len(webhook.texts) == 2


def publish(running: Stack, body: dict[str, str]) -> None:
    running.client("sqs").send_message(QueueUrl=running.outputs["SignalQueueUrl"], MessageBody=json.dumps(body))


def _status(running: Stack) -> str:
    stacks = running.client("cloudformation").describe_stacks()["Stacks"]
    return next((stack["StackStatus"] for stack in stacks if stack["StackName"] == "outcome-bot"), "")


def _waiting(running: Stack) -> int:
    """Messages in the bot's queues, seen or not."""
    sqs, names = running.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    queues = sqs.list_queues(QueueNamePrefix="outcome-bot-")["QueueUrls"]
    answers = [sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"] for queue in queues]
    assert len(answers) == 2
    return sum(int(number) for answer in answers for number in answer.values())
