"""Every command of docs/local.md does what the page says, in the order in which it stands there."""

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from local import stack
from local.exchange import Control
from local.run import ROOT, wait_until
from local.stack import Stack

PAGE = (ROOT / "docs" / "local.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LOOK = "for _ in $(seq 40); do ( {block}\n) && break; sleep 0.5; done || exit 1\n"


@pytest.fixture(scope="module")
def alone() -> Iterator[Stack]:
    """A stack for this page alone, which resets its exchange."""
    with stack.run_stack("page") as started:
        yield started


@pytest.fixture(scope="module")
def walked(alone: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the commands wrote, run in a folder that looks like the checkout after `make up`."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("events", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".local").mkdir()
    (folder / ".local" / "outputs.json").write_text(alone.to_json())
    blocks = [make_safe(block) for block in BLOCKS if shutil.which("aws") or not block.startswith("aws ")]
    done = subprocess.run(  # noqa: S603 - what the page says
        ["bash", "-e", "-c", "\n".join(blocks)],  # noqa: S607 - whichever bash the machine has, as for every user
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_signal_of_the_page_ends_as_it_says(alone: Stack, walked: str) -> None:
    states = {"try-1": "ACCEPTED", "bracket": "ACCEPTED", "below-min-notional": "DEAD", "try-lost-answer": "ACCEPTED"}
    states |= {"try-boto3": "ACCEPTED", "market-buy": "ACCEPTED", "try-bybit": "ACCEPTED"}
    if shutil.which("aws"):
        states["try-cli"] = "ACCEPTED"

    assert wait_until(lambda: read_states(alone) == states, 10), read_states(alone)


def test_it_shows_what_it_promises(walked: str) -> None:
    assert re.search(r"signal +main/binance-spot/try-1\noutcome +ACCEPTED FILLED", re.sub(r" +\n", "\n", walked))
    assert '"BTCUSDT":"70000.00000000"' in walked
    assert "signals may now name account second" in walked
    assert "1 x RULES" in walked
    assert '"fault":"lose_answer"' in walked
    assert re.search(r"signal +main/bybit/try-bybit\noutcome +ACCEPTED ACCEPTED", re.sub(r" +\n", "\n", walked))
    assert '"parentOrderLinkId":""' in walked


def test_it_leaves_the_exchange_as_it_was(alone: Stack, walked: str) -> None:
    control = Control(alone.exchange_url)

    assert control.list_armed() == []
    assert control.list_orders() == []


def make_safe(block: str) -> str:
    """Return the block for a shell that ends at the first failure: a look waits for its signal, a no is an answer."""
    if block.startswith("orderctl show"):
        return LOOK.format(block=block)
    return re.sub(r"^(orderctl dead)\b.*$", r"\1 || test $? -eq 1", block, flags=re.MULTILINE)


def read_states(running: Stack) -> dict[str, str]:
    rows = running.client("dynamodb").scan(TableName=running.outputs["LedgerTable"])["Items"]
    return {row["pk"]["S"].rpartition("/")[2]: row["state"]["S"] for row in rows}
