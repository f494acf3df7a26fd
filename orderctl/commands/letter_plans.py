"""How letters are redriven or deleted: the plan is shown, the person agrees, and each letter is judged once more."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from orderctl.command import Run, confirm
from orderctl.commands.dead import build_letter_document
from orderctl.judgement import Judgement
from orderctl.layout import Column, Listing
from orderctl.screen import format_count, format_length
from orderctl.sources.dead_letter import DeadLetter, Selection
from orderctl.sources.letters import LetterBox, open_letter_box
from orderctl.trouble import ExitCode

_COLUMNS = (
    Column("letters", right=True),
    Column("reason"),
    Column("oldest", right=True),
    Column("what will happen"),
    Column("example"),
)
MOST = 10_000  # the letters that one command looks at


class LetterAction(NamedTuple):
    """What a command does with letters.

    `done` is the participle for the screen. `judge` returns the letter in the form to use, and whether it may be acted
    on. `act` does it.
    """

    done: str
    judge: Callable[[DeadLetter], tuple[DeadLetter, Judgement]]
    act: Callable[[LetterBox, DeadLetter, Judgement], None]


Judged = tuple[DeadLetter, Judgement]


class Plan(NamedTuple):
    """The letters that will be acted on, and the letters that stay, each with its judgement."""

    chosen: list[Judged]
    left: list[Judged]

    def find_oldest(self) -> int | None:
        """Return when the oldest of the chosen signals was issued (epoch ms); None if that is not known."""
        return min((judged.issued_at for _, judged in self.chosen if judged.issued_at is not None), default=None)


def carry_out(run: Run, chosen: Selection, action: LetterAction, *, yes: bool) -> ExitCode:
    """Show the plan, ask the person, act on the letters. The exit code is 1 if nothing was done."""
    box = open_letter_box(run.stack, run.now)
    plan = _make_plan(box.look(MOST), chosen, action)
    if not run.screen.as_json:
        run.screen.answer(None, *_render_plan(plan, action.done, run.now()))
    count = 0
    if plan.chosen and confirm(run, _build_question(run, plan, action.done), yes=yes):
        count = _execute(box, {letter.message_id for letter, _ in plan.chosen}, action)
    run.screen.answer(
        _build_document(plan, count),
        f"{format_count(count, 'letter')} {'was' if count == 1 else 'were'} {action.done}.",
    )
    return ExitCode.DONE if count else ExitCode.FINDING


def _make_plan(letters: Sequence[DeadLetter], chosen: Selection, action: LetterAction) -> Plan:
    plan = Plan([], [])
    for each in letters:
        if chosen.holds(each):
            letter, judgement = action.judge(each)
            (plan.chosen if judgement.why is None else plan.left).append((letter, judgement))
    return plan


def _execute(box: LetterBox, planned: set[str], action: LetterAction) -> int:
    """Act on the planned letters and return their number. Each is judged again, as the person may have waited an hour.

    A letter that came meanwhile is not touched, as the person did not agree to it. That includes letters that this
    command causes: a redriven signal may die again within milliseconds.
    """
    count = 0
    with box.take(MOST) as letters:
        for each in letters:
            if each.message_id in planned:
                planned.remove(each.message_id)
                letter, judgement = action.judge(each)
                if judgement.why is None:
                    action.act(box, letter, judgement)
                    count += 1
            if not planned:
                break
    return count


def _build_question(run: Run, plan: Plan, done: str) -> str:
    older = sum(judgement.older for _, judgement in plan.chosen)
    warning = f" This executes {format_count(older, 'signal')} above the maximum age." if older else ""
    letters = f"{format_count(len(plan.chosen), 'letter')} will be {done} ({run.stack.place})"
    return f"{letters}; {_describe_oldest(plan, run.now())}.{warning} Go on?"


def _describe_oldest(plan: Plan, now: int) -> str:
    oldest = plan.find_oldest()
    return (
        "the age of their signals is not known"
        if oldest is None
        else f"the oldest is {format_length(now - oldest)} old"
    )


def _build_document(plan: Plan, count: int) -> dict[str, Any]:
    def build_entry(letter: DeadLetter, judgement: Judgement) -> dict[str, Any]:
        return build_letter_document(letter) | {"issued_at": judgement.issued_at}

    return {
        "done": count,
        "oldest_issued_at": plan.find_oldest(),
        "chosen": [build_entry(*judged) | {"older_than_allowed": judged[1].older} for judged in plan.chosen],
        "left": [build_entry(*judged) | {"why": judged[1].why} for judged in plan.left],
    }


def _list_consequences(plan: Plan, done: str) -> Iterator[tuple[DeadLetter, Judgement, str]]:
    for letter, judgement in plan.chosen:
        older = ", although older than its maximum age" if judgement.older else ""
        yield letter, judgement, f"will be {done}{older}"
    for letter, judgement in plan.left:
        yield letter, judgement, f"stays: {judgement.why}"


def _render_plan(plan: Plan, done: str, now: int) -> list[Any]:
    counts, examples, oldest = Counter[tuple[str, str]](), dict[tuple[str, str], str](), dict[tuple[str, str], int]()
    for letter, judgement, happens in _list_consequences(plan, done):
        key = letter.get("reason") or "", happens
        counts[key] += 1
        examples[key] = letter.identity.key
        if judgement.issued_at is not None:
            oldest[key] = min(judgement.issued_at, oldest.get(key, judgement.issued_at))
    ages = {key: format_length(now - oldest[key]) if key in oldest else "?" for key in counts}
    lines = [(str(count), key[0], ages[key], key[1], examples[key]) for key, count in counts.items()]
    return [Listing(_COLUMNS, lines), ""] if lines else ["there is no such letter"]
