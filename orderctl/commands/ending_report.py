"""How `cancel` and `flatten` show their plan, carry it out, and say what became of each signal and what is left."""

from collections.abc import Mapping, Sequence
from typing import Any

from orderctl.command import Run
from orderctl.documents import describe_outcome
from orderctl.ending import Ending, Remainder, Scope, list_left, list_unseen
from orderctl.layout import Column, Listing
from orderctl.screen import format_count
from orderctl.sources import endings, rows
from orderctl.sources.standing import ask_account
from orderexec.domain.lifecycle import State
from orderexec.domain.row import Row
from orderexec.usecases.restore import read_symbol

_PLAN = (Column("venue"), Column("what is done"))
_OUTCOMES = (Column("signal"), Column("what was done"), Column("outcome"), Column("detail", least=24))
_LEFT = (Column("venue"), Column("left"), Column("why", least=24))
_LOOKS = 3  # lists lag: what seems to be left is looked at again before it is told
Left = tuple[str, str, str]


def show_plan(run: Run, plan: Sequence[Ending], remainders: Sequence[Remainder]) -> None:
    """Show what would be published, and what no signal ends."""
    if run.screen.as_json:
        return
    shown = [(each.identity.venue, each.words) for each in plan]
    shown += [(each.market, f"stays: {each.words}") for each in remainders]
    run.screen.answer(None, Listing(_PLAN, shown) if shown else "nothing is open, and nothing is held", "")


def carry_out(run: Run, plan: Sequence[Ending], seconds: float) -> Mapping[str, Row | None]:
    """Publish the signals, and return the row of each once all have ended, or after so many seconds."""
    if not plan:
        return {}
    endings.publish(run.stack, [each.letter for each in plan])
    run.screen.note(f"{format_count(len(plan), 'signal')} published; waiting until each has ended")
    return endings.wait_for(run.stack, [each.identity for each in plan], seconds)


def find_left(run: Run, scope: Scope, quote: str, became: Mapping[str, Row | None]) -> list[Left]:
    """Return what the account still has, with why, as far as the signals or the exchange say it."""
    left: list[Left] = []
    for look in range(_LOOKS):
        if look:
            endings.settle()
        seen = ask_account(run.stack, scope.account, quote, scope.symbol)
        there = list_left(seen, scope, quote)
        left = [(market, words, _explain(market, symbol, became)) for market, symbol, words in there]
        left += [(each.market, each.words, "look at the exchange yourself") for each in list_unseen(seen, scope)]
        if not left:
            break
    return left


def count_waiting(run: Run, scope: Scope) -> int:
    """Return how many signals of the scope wait unsent: no exchange knows of these."""
    waiting = (row for row in rows.read_open_rows(run.stack) if isinstance(row, Row) and row.state is State.WAITING)
    return sum(row.identity.account == scope.account and scope.holds(row.market, read_symbol(row)) for row in waiting)


def build_document(plan: Sequence[Ending], became: Mapping[str, Row | None], left: Sequence[Left]) -> dict[str, Any]:
    """Return what was done and what is left, for programs."""
    signals = [
        {
            "signal_id": each.identity.id,
            "account": each.identity.account,
            "venue": each.identity.venue,
            "did": each.words,
            "state": None if (row := became.get(each.identity.key)) is None else row.state.value,
            "detail": None if row is None else row.detail,
        }
        for each in plan
    ]
    return {"signals": signals, "left": [{"market": m, "what": what, "why": why} for m, what, why in left]}


def render_outcomes(plan: Sequence[Ending], became: Mapping[str, Row | None], left: Sequence[Left] | None) -> list[Any]:
    """Return what was done and what is left, for people; None: nobody looked what is left."""
    lines = [_render(each, became.get(each.identity.key)) for each in plan]
    parts: list[Any] = [Listing(_OUTCOMES, lines)] if lines else []
    if left is None:
        return parts
    return [*parts, "", Listing(_LEFT, list(left)) if left else "nothing is left"]


def _render(each: Ending, row: Row | None) -> tuple[Any, ...]:
    if row is None:
        return (each.identity.id, each.words, "no outcome yet", "its message may still be on the queue")
    return (each.identity.id, each.words, describe_outcome(row), row.detail or "")


def _explain(market: str, symbol: str | None, became: Mapping[str, Row | None]) -> str:
    """Return why this is left: what the newest signal about it came to."""
    about = [row for row in became.values() if row is not None and row.market == market and read_symbol(row) == symbol]
    if symbol is None:
        return "no signal can end it"
    if not about:
        return "it came after the plan was made; run the command again"
    row = about[-1]
    if row.state in (State.SENT, State.WAITING):
        return f"its signal has not ended yet: {row.detail or row.state}"
    if row.state is State.DEAD:
        return f"its signal died ({row.reason}): {row.detail}"
    return row.detail or "its signal was accepted; what is left came since, or was not filled: run the command again"
