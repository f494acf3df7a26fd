"""What README.md prints works on a deployed stack as it is printed."""

import json
import subprocess
from pathlib import Path

import pytest

from local import environment, samples
from local.run import ROOT, wait_until
from local.stack import Stack
from tests.unit.deployment.pages import README, find_blocks
from tests.unit.deployment.printed_commands import list_commands

SECONDS = 20.0


def read_state(stack: Stack, signal: str, venue: str = "binance-spot") -> str | None:
    """Return the state that the ledger has of the signal; None while it has none."""
    answer = stack.client("dynamodb").get_item(
        TableName=stack.outputs["LedgerTable"], Key={"pk": {"S": f"main/{venue}/{signal}"}}
    )
    state: str | None = answer.get("Item", {}).get("state", {}).get("S")
    return state


@pytest.mark.parametrize(("sample", "venue"), [("market_buy", "binance-spot"), ("bybit_inverse_limit", "bybit")])
def test_a_sample_is_handed_to_the_function_by_the_sam_cli(
    sample: str, venue: str, running: Stack, tmp_path: Path
) -> None:
    # GIVEN the printed command, for this stack, and its sample under a name of its own
    (printed,) = [command.words for command in list_commands() if command.page == README and "remote" in command.words]
    event = json.loads((samples.EVENTS / f"{sample}.json").read_text())
    event["Records"][0]["body"] = json.dumps(json.loads(event["Records"][0]["body"]) | {"id": "by-hand"})
    (tmp_path / "event.json").write_text(json.dumps(event))
    here = {"orderexec-demo": "orderexec", "events/market_buy.json": str(tmp_path / "event.json")}

    # WHEN it is typed
    done = subprocess.run(  # noqa: S603 - as printed
        [here.get(word, word) for word in printed],
        cwd=ROOT,
        env=environment.make_tool_variables(running.aws_endpoint_url),
        capture_output=True,
        text=True,
        check=False,
    )

    # THEN the function has placed its order
    assert (done.returncode, json.loads(done.stdout or "null")) == (0, {"batchItemFailures": []}), done.stderr
    assert read_state(running, "by-hand", venue) == "ACCEPTED"


def test_the_snippet_publishes_a_signal_that_is_placed(running: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN the snippet with the queue and the region of this stack, and a signal of its own
    (snippet,) = find_blocks(README.read_text(), "python")
    for there, here in (
        ("https://sqs.ap-northeast-1.amazonaws.com/...", running.outputs["SignalQueueUrl"]),
        ("ap-northeast-1", environment.REGION),
        ("breakout-2026-11-22T10:00Z-BTCUSDT", "by-the-snippet"),
    ):
        assert there in snippet
        snippet = snippet.replace(there, here)
    for name, value in environment.make_aws_variables(running.aws_endpoint_url).items():
        monkeypatch.setenv(name, value)

    # WHEN it runs
    exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 - our own file

    # THEN the signal has its order
    assert wait_until(lambda: read_state(running, "by-the-snippet") == "ACCEPTED", SECONDS, every=0.2)
