"""What a command shows: whole lines in a pipe, and at a terminal nothing is cut or left out without a word."""

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from orderctl.layout import Column, Facts, Listing
from orderctl.sources.exchange import clock
from orderctl.sources.pulse import Outcomes
from orderexec.aws.controls import DynamoControls
from orderexec.domain.lifecycle import Reason
from tests.orderctl.conftest import Ctl, Deployed, make_dead, make_sent, make_waiting

COLUMNS = ["signal", "outcome", "tries", "issued", "asked", "detail"]
DETAIL = "Account has insufficient balance for requested action. (HTTP 400): there is too little free money. " * 10
LONG_ID = "a-strategy-that-says-all/" + "x" * 103
KEYS = ["main/binance-spot/waits-1", "other/binance-spot/breakout-2026-11-22T10:00Z", "main/binance-spot/doubted"]


@pytest.fixture
def ledger(deployed: Deployed) -> Deployed:
    """Three signals as they come, each with its letter if it is dead; a halt, and a closed gate."""
    dead = make_dead("breakout-2026-11-22T10:00Z", Reason.REJECTED, DETAIL, account="other", type="LIMIT", price="5")
    for row in (make_waiting("waits-1"), replace(dead, code="-2010"), make_sent("doubted")):
        deployed.put(row)
    body = {"id": dead.identity.id, "account": "other", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    deployed.send_letter(body, reason="REJECTED", code="-2010", signal_id=dead.identity.id, detail=DETAIL[:900])
    board = DynamoControls(deployed.dynamodb, "shared", clock())
    board.halt("account/main/strategy/breakout", "the strategy sold what it should have bought, twice in one hour")
    board.close_gate("pause/binance-spot/main", clock().now() + 900_000, "2000 of 2000 orders of the day are used")
    return deployed


def test_in_a_pipe_each_row_is_one_whole_line(ledger: Deployed, ctl: Ctl) -> None:
    ledger.put(make_dead(LONG_ID, detail="two\nlines\tand a tab \x1b[31m"))

    result = ctl("list")

    head, *lines = (line.split("\t") for line in result.stdout.splitlines())
    rows = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert head == COLUMNS
    assert rows.keys() == {*KEYS, f"main/binance-spot/{LONG_ID}"}
    assert rows[KEYS[1]]["detail"] == DETAIL
    assert rows[KEYS[1]]["outcome"] == "DEAD REJECTED -2010"
    assert rows[KEYS[1]]["asked"] == "BUY 0.01 BTCUSDT LIMIT price 5"
    assert rows[KEYS[1]]["issued"] == "2026-09-21 14:13:20.000 UTC"
    assert rows[f"main/binance-spot/{LONG_ID}"]["detail"] == "two lines and a tab  [31m"
    assert "4 signals (4 rows read)" in result.stderr


def test_in_a_pipe_there_are_rows_alone(deployed: Deployed, ctl: Ctl) -> None:
    assert ctl("list").stdout == "\t".join(COLUMNS) + "\n"


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_terminal_shows_each_column_or_says_that_it_does_not(ledger: Deployed, ctl: Ctl, columns: int) -> None:
    lines = ctl("list", columns=columns).stdout.splitlines()

    *_, note = (line for line in " ".join(lines[5:]).split("(") if "shows all" in line)
    left_out = note.partition("left out: ")[2].partition(".")[0].partition(";")[0].split(", ")
    assert {*lines[0].split(), *(each for each in left_out if each)} == set(COLUMNS)
    assert "A wider terminal, a pipe or --json shows all.)" in note
    assert {line.split()[0] for line in lines[2:5]} == set(KEYS)
    assert [line for line in lines if cell_len(line) > columns] == []


def test_a_terminal_that_has_room_for_everything_says_nothing(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_dead("a"))

    shown = ctl("list", columns=160).stdout

    assert "left out" not in shown
    assert "cut" not in shown


@pytest.mark.parametrize("columns", [80, 100])
def test_an_id_that_is_longer_than_a_line_is_whole_and_nothing_is_left_out(
    deployed: Deployed, ctl: Ctl, columns: int
) -> None:
    deployed.put(make_dead(LONG_ID, detail="too small"))

    lines = ctl("list", columns=columns).stdout.splitlines()

    assert f"main/binance-spot/{LONG_ID}" in lines
    assert [line.split()[0] for line in lines[2:7]] == ["outcome", "tries", "issued", "asked", "detail"]


SIGNAL = '{"id": "breakout-2026-11-22T10:00Z", "symbol": "BTCUSDT", "side": "BUY", "quantity": 1}'
COMMANDS = [
    "list",
    "show waits-1",
    "show doubted --offline",
    f"show {KEYS[1]} --offline",
    "show nobody",
    "dead",
    "redrive",
    "discard",
    "drop --all",
    "halt",
    "gates",
    "limits show main",
    "doctor",
    "watch --once",
    "publish -",
]


@pytest.fixture
def without_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outcomes, "read_fresh", lambda *_: [])


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_terminal_and_no_id_is_cut(
    ledger: Deployed, ctl: Ctl, without_logs: None, command: str
) -> None:
    for columns in (80, 100, 160):
        result = ctl(*command.split(), given=SIGNAL if command == "publish -" else "n\n", columns=columns)

        lines = (result.stdout + result.stderr).splitlines()
        assert lines
        assert [line for line in lines if cell_len(line.rstrip()) > columns and " " in line.strip()] == []
        for key in KEYS:  # "main/binance-spot/waits" would be a cut one
            assert all(key in line for line in lines if key[:-2] in line)


@pytest.mark.parametrize("command", COMMANDS)
def test_in_a_pipe_nothing_is_cut_and_no_sentence_is_broken(
    ledger: Deployed, ctl: Ctl, without_logs: None, command: str
) -> None:
    shown = ctl(*command.split(), given=SIGNAL if command == "publish -" else "n\n").stdout

    assert shown
    assert not {"…", "─"} & set(shown)
    assert [line for line in shown.splitlines() if DETAIL[:900].strip() in line or DETAIL[:40] not in line] == (
        shown.splitlines()
    )


@given(
    st.lists(st.tuples(*[st.text(max_size=60)] * 3), max_size=5),
    st.integers(20, 200),
)
def test_any_rows_fit_any_terminal_and_a_pipe(rows: list[tuple[str, str, str]], width: int) -> None:
    listing = Listing((Column("signal"), Column("asked", rank=1, least=10), Column("tries", rank=2, right=True)), rows)
    console = Console(file=StringIO(), width=width, markup=False, emoji=False, highlight=False)
    console.print(listing, crop=False)
    console.print(Facts({"signal": None, "detail": "x"}), crop=False)

    assert [line.count("\t") for line in listing.list_lines()] == [2] * (len(rows) + 1)
