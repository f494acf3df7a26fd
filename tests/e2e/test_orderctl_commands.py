"""Every command of orderctl against the local stack, as a person types it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from local import environment
from local.run import wait_until
from local.stack import Stack
from orderctl.program import app

ACCOUNT = "ctl"  # of its own: what is halted and limited here must not hold other tests' signals
HALTS_ARE_SEEN_WITHIN_S = 2  # what docs/limits.md promises of every running container
Ctl = Callable[..., Result]


@pytest.fixture
def ctl(running: Stack, monkeypatch: pytest.MonkeyPatch) -> Ctl:
    for name, value in environment.make_aws_variables(running.aws_endpoint_url).items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, given: str = "") -> Result:
        return CliRunner(env={"COLUMNS": "120"}).invoke(app, arguments, input=given, catch_exceptions=False)

    return run


def answer(done: Result) -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def signal(name: str, **fields: object) -> str:
    requested = {"id": name, "account": ACCOUNT, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    return json.dumps(requested | fields)


def state(ctl: Ctl, name: str) -> str | None:
    done = ctl("show", name, "--account", ACCOUNT, "--offline", "--json")
    return answer(done)["state"] if done.exit_code == 0 else None


@contextmanager
def halted(ctl: Ctl) -> Iterator[None]:
    assert ctl("halt", f"account/{ACCOUNT}", "--why", "a test").exit_code == 0
    time.sleep(HALTS_ARE_SEEN_WITHIN_S)
    try:
        yield
    finally:
        assert ctl("resume", f"account/{ACCOUNT}").exit_code == 0


def test_a_day_with_orderctl(ctl: Ctl) -> None:
    # GIVEN an account of its own, whose key is tried before it is stored
    key = json.dumps({"api_key": "paper-key", "api_secret": "paper-secret"})
    added = ctl("accounts", "add", ACCOUNT, "--from", "-", given=key)
    assert added.exit_code == 0, added.stderr + added.stdout
    assert "paper-secret" not in added.stdout + added.stderr
    assert ctl("accounts", "check", ACCOUNT).exit_code == 0

    # WHEN a signal is published, one of a halted account waits, and lifting the halt lets it go
    assert ctl("publish", "-", given=signal("ctl-first")).exit_code == 0
    assert wait_until(lambda: state(ctl, "ctl-first") == "ACCEPTED", 30, every=0.5)
    with halted(ctl):
        assert f"account/{ACCOUNT}" in ctl("halt").stdout
        assert ctl("publish", "-", given=signal("ctl-held")).exit_code == 0
        assert wait_until(lambda: state(ctl, "ctl-held") == "WAITING", 30, every=0.5)
        assert "halted" in ctl("show", "ctl-held", "--account", ACCOUNT, "--offline").stdout
    assert ctl("resume", f"account/{ACCOUNT}").exit_code == 1
    assert wait_until(lambda: state(ctl, "ctl-held") == "ACCEPTED", 60, every=0.5)

    # THEN its life can be told, with the order as the exchange has it
    shown = ctl("show", "ctl-first", "--account", ACCOUNT)
    assert "ACCEPTED FILLED" in shown.stdout
    assert "at the exchange, now" in shown.stdout
    listed = ctl("list", "--account", ACCOUNT, "--state", "accepted", "--json")
    assert {row["signal_id"] for row in answer(listed)["signals"]} == {"ctl-first", "ctl-held"}
    assert ctl("watch", "--once").exit_code == 0
    assert ctl("doctor").exit_code == 0, ctl("doctor").stdout


def letters(ctl: Ctl, name: str) -> list[str]:
    """The message ids of the signal's dead letters."""
    return [
        letter["message_id"]
        for group in answer(ctl("dead", "--json"))["groups"]
        for letter in group["letters"]
        if letter["signal_id"] == name
    ]


def test_a_letter_is_explained_redriven_and_discarded(ctl: Ctl) -> None:
    # GIVEN a letter
    assert ctl("publish", "-", given=signal("ctl-small", quantity="0.00001")).exit_code == 0
    assert wait_until(lambda: letters(ctl, "ctl-small"), 30, every=0.5)
    shown = ctl("dead")
    assert shown.exit_code == 1
    assert "RULES" in shown.stdout

    # WHEN it is redriven, which changes nothing about what was wrong with it
    (first,) = letters(ctl, "ctl-small")
    assert ctl("redrive", "--signal", f"{ACCOUNT}/binance-spot/ctl-small", "--yes").exit_code == 0

    # THEN it is another letter soon, and gone for good once discarded
    assert wait_until(lambda: letters(ctl, "ctl-small") not in ([], [first]), 30, every=0.5)
    assert ctl("discard", "--signal", f"{ACCOUNT}/binance-spot/ctl-small", "--yes").exit_code == 0
    assert letters(ctl, "ctl-small") == []


def test_a_key_is_replaced_once_the_exchange_takes_the_new_one(ctl: Ctl) -> None:
    right, wrong = (json.dumps({"api_key": name, "api_secret": "paper-secret"}) for name in ("paper-key", "other-key"))
    assert ctl("accounts", "rotate", "ctl-keys", "--from", "-", given=right).exit_code == 3
    assert ctl("accounts", "add", "ctl-keys", "--from", "-", given=right).exit_code == 0

    refused = ctl("accounts", "rotate", "ctl-keys", "--from", "-", given=wrong)
    assert refused.exit_code == 1
    assert "nothing was stored" in refused.stdout
    assert "Invalid API-key" in refused.stderr
    assert ctl("accounts", "check", "ctl-keys").exit_code == 0

    replaced = ctl("accounts", "rotate", "ctl-keys", "--from", "-", given=right)
    assert replaced.exit_code == 0
    assert "orderexec/ctl-keys is replaced" in replaced.stdout


def test_limits_are_checked_before_they_are_set(ctl: Ctl) -> None:
    assert ctl("limits", "check", "ctl-limited", "-", given='{"max_daily_orders": "many"}').exit_code == 1
    assert ctl("limits", "check", "ctl-limited", "-", given='{"max_daily_orders": 3}').exit_code == 0
    assert "none: " in ctl("limits", "show", "ctl-limited").stdout
    assert ctl("limits", "set", "ctl-limited", "-", given='{"max_daily_orders": "many"}').exit_code == 1
    assert ctl("limits", "set", "ctl-limited", "-", given='{"max_daily_orders": 3}').exit_code == 0

    assert "3" in ctl("limits", "show", "ctl-limited").stdout


def test_what_cannot_be_done_says_so_in_one_line(ctl: Ctl) -> None:
    for arguments, code in (
        (("show", "never-seen"), 1),
        (("list", "--stack", "no-such-stack"), 3),
        (("halt", "x/y"), 2),
    ):
        done = ctl(*arguments)
        assert done.exit_code == code, done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip()) > 20
