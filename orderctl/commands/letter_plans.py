"""How letters are moved or deleted: first the plan is shown, then the person agrees, then each is judged once more."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from orderctl.command import Run, agreed
from orderctl.commands.dead import letter_document
from orderctl.judgement import Judgement
from orderctl.screen import lasting, table
from orderctl.sources.dead_letter import Chosen, DeadLetter
from orderctl.sources.letters import LetterBox, letter_box
from orderctl.trouble import ExitCode

MOST = 10_000  # letters that one command looks at


class Acting(NamedTuple):
    """What is done with a letter: the word for it, whether it may be done (and to which form of it), and how."""

    done: str
    judge: Callable[[DeadLetter], tuple[DeadLetter, Judgement]]
    act: Callable[[LetterBox, DeadLetter, Judgement], None]


Judged = tuple[DeadLetter, Judgement]


class Plan(NamedTuple):
    """What will be done, and what will not, with the reason for it."""

    chosen: list[Judged]
    left: list[Judged]

    def oldest(self) -> int | None:
        """Issue of the oldest signal that is chosen, epoch ms."""
        return min((judged.issued_at for _, judged in self.chosen if judged.issued_at is not None), default=None)


def carry_out(run: Run, chosen: Chosen, acting: Acting, *, yes: bool) -> ExitCode:
    """Exit code 1 if nothing was done."""
    box = letter_box(run.stack, run.now)
    plan = _plan(box.look(MOST), chosen, acting)
    if not run.screen.as_json:
        run.screen.answer(None, *_shown(plan, acting.done, run.now()))
    count = 0
    if plan.chosen and agreed(run, _question(run, plan, acting.done), yes=yes):
        count = _done(box, {letter.message_id for letter, _ in plan.chosen}, acting)
    run.screen.answer(_document(plan, count), f"{count} letters were {acting.done}.")
    return ExitCode.DONE if count else ExitCode.FINDING


def _plan(letters: Sequence[DeadLetter], chosen: Chosen, acting: Acting) -> Plan:
    plan = Plan([], [])
    for each in letters:
        if chosen.holds(each):
            letter, judgement = acting.judge(each)
            (plan.chosen if judgement.why is None else plan.left).append((letter, judgement))
    return plan


def _done(box: LetterBox, planned: set[str], acting: Acting) -> int:
    """Each is judged anew, since the person may have thought for an hour; what came meanwhile was not agreed on.

    Nor is a letter of this command's own making: what is redriven may die again within milliseconds.
    """
    count = 0
    with box.taken(MOST) as letters:
        for each in letters:
            if each.message_id in planned:
                planned.remove(each.message_id)
                letter, judgement = acting.judge(each)
                if judgement.why is None:
                    acting.act(box, letter, judgement)
                    count += 1
            if not planned:
                break
    return count


def _question(run: Run, plan: Plan, done: str) -> str:
    older = sum(judgement.older for _, judgement in plan.chosen)
    warning = f" {older} of them are older than they may be and will be executed all the same." if older else ""
    return (
        f"{len(plan.chosen)} letters are to be {done} ({run.stack.place}); {_oldest(plan, run.now())}.{warning} Go on?"
    )


def _oldest(plan: Plan, now: int) -> str:
    oldest = plan.oldest()
    return "how old their signals are is not known" if oldest is None else f"the oldest is {lasting(now - oldest)} old"


def _document(plan: Plan, count: int) -> dict[str, Any]:
    def told(letter: DeadLetter, judgement: Judgement) -> dict[str, Any]:
        return letter_document(letter) | {"issued_at": judgement.issued_at}

    return {
        "done": count,
        "oldest_issued_at": plan.oldest(),
        "chosen": [told(*judged) | {"older_than_allowed": judged[1].older} for judged in plan.chosen],
        "left": [told(*judged) | {"why": judged[1].why} for judged in plan.left],
    }


def _happens(plan: Plan, done: str) -> Iterator[tuple[DeadLetter, Judgement, str]]:
    for letter, judgement in plan.chosen:
        older = ", though it is older than it may be" if judgement.older else ""
        yield letter, judgement, f"will be {done}{older}"
    for letter, judgement in plan.left:
        yield letter, judgement, f"stays: {judgement.why}"


def _shown(plan: Plan, done: str, now: int) -> list[Any]:
    shown = table("letters", "reason", "oldest", "what will happen", "example", right=("letters", "oldest"))
    counts, examples, oldest = Counter[tuple[str, str]](), dict[tuple[str, str], str](), dict[tuple[str, str], int]()
    for letter, judgement, happens in _happens(plan, done):
        key = letter.text("reason") or "", happens
        counts[key] += 1
        examples[key] = letter.identity.key
        if judgement.issued_at is not None:
            oldest[key] = min(judgement.issued_at, oldest.get(key, judgement.issued_at))
    for key, count in counts.items():
        age = lasting(now - oldest[key]) if key in oldest else "?"
        shown.add_row(str(count), key[0], age, key[1], examples[key])
    return [shown, ""] if counts else ["there is no such letter"]
