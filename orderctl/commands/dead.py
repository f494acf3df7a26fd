"""`dead`: which dead letters there are, in groups of one cause, each with an example and what to do."""

from collections.abc import Sequence
from dataclasses import asdict
from shlex import quote
from typing import Annotated, Any, NamedTuple

import typer
from rich.text import Text

from orderctl.asked import describe_message
from orderctl.command import Run
from orderctl.explanation import Explained, explain_letter, suggest_redrive
from orderctl.layout import Facts
from orderctl.screen import format_instant, format_length
from orderctl.sources.dead_letter import DeadLetter
from orderctl.sources.letters import open_letter_box
from orderctl.trouble import ExitCode
from orderexec.aws.letters import BODY_CUT


class Group(NamedTuple):
    """Letters of one venue with one reason and one code, oldest first. A code means what its venue means by it."""

    venue: str
    reason: str | None
    code: str | None
    letters: Sequence[DeadLetter]

    @property
    def title(self) -> str:
        """The reason and the code, for a headline."""
        return " ".join(word for word in (self.reason or "(given up by the queue itself)", self.code) if word)


def dead(
    run: Run, limit: Annotated[int, typer.Option(min=1, help="The largest number of letters to look at.")] = 1000
) -> ExitCode:
    """Show the dead letters by reason and code, with an example and what to do. Each letter stays in its queue.

    While the command looks at them, for a minute at most, nobody else sees them. Exit code 1 if there are any.
    """
    letters = open_letter_box(run.stack, run.now).look(limit)
    groups = group_letters(letters)
    document = {"letters": len(letters), "groups": [_build_document(group, run.stack.options) for group in groups]}
    shown: list[Any] = [f"{len(letters)} dead letters" if letters else "no dead letters"]
    for group in groups:
        shown += ["", *_render_group(group, run.now(), run.stack.options)]
    run.screen.answer(document, *shown)
    if len(letters) == limit:
        run.screen.warn(f"there may be more than these {limit}; raise --limit to see more")
    return ExitCode.FINDING if letters else ExitCode.DONE


def group_letters(letters: Sequence[DeadLetter]) -> list[Group]:
    """Return the letters in groups of one venue, reason and code, the largest group first."""
    found: dict[tuple[str, str | None, str | None], list[DeadLetter]] = {}
    for letter in letters:
        cause = letter.identity.venue, letter.get("reason"), letter.get("code")
        found.setdefault(cause, []).append(letter)
    groups = [Group(*cause, several) for cause, several in found.items()]
    return sorted(groups, key=lambda group: -len(group.letters))


def _explain(group: Group, stack: str) -> Explained:
    newest = group.letters[-1]
    return explain_letter(newest.identity, group.reason, group.code, newest.get("detail"), stack)


def _build_document(group: Group, stack: str) -> dict[str, Any]:
    explained = _explain(group, stack)
    return {
        "reason": group.reason,
        "code": group.code,
        "count": len(group.letters),
        "oldest": group.letters[0].died_at,
        "newest": group.letters[-1].died_at,
        "meaning": explained.what,
        "to_do": explained.do,
        "remedy": explained.remedy.value,
        "letters": [build_letter_document(each) for each in group.letters],
    }


def build_letter_document(letter: DeadLetter) -> dict[str, Any]:
    """Return one letter as a JSON document, for programs."""
    identity = letter.identity
    return {
        "message_id": letter.message_id,
        "signal_id": identity.id,
        "account": identity.account,
        "venue": identity.venue,
        "symbol": letter.symbol,
        "asked": describe_message(letter.signal),
        "died_at": letter.died_at,
        "body": letter.body,
        **{name: letter.get(name) for name in ("reason", "code", "detail", "attempts")},
        "issued_at": letter.issued_at,
        "body_cut": letter.get(BODY_CUT),
        "attributes": {name: asdict(each) for name, each in letter.message.attributes.items()},
    }


def _render_group(group: Group, now: int, stack: str) -> list[Any]:
    newest = group.letters[-1]
    explained = _explain(group, stack)
    first, last = format_instant(group.letters[0].died_at), format_instant(newest.died_at)
    pairs = {
        "  when": last if first == last else f"{first} to {last}",
        "  oldest": _describe_age(group, now),
        "  means": explained.what,
        "  to do": explained.do,
        "  redrive": suggest_redrive(explained, _choose(group), stack),
        "  example": newest.identity.key,
        "  asked": describe_message(newest.signal),
        "  detail": newest.get("detail"),
    }
    return [Text(f"{len(group.letters)} x {group.title}", "yellow"), Facts(pairs)]


def _describe_age(group: Group, now: int) -> str | None:
    """Return how old the oldest signal is, which decides if it may still be executed; None if that is not known."""
    ages = [now - letter.issued_at for letter in group.letters if letter.issued_at is not None]
    return f"its signal is {format_length(max(ages))} old" if ages else None


def _choose(group: Group) -> str:
    """The options that choose the group's letters; what the queue itself gave up has no reason to be chosen by."""
    if group.reason is None or len(group.letters) == 1:
        return f"--signal {quote(group.letters[-1].identity.key)}"
    accounts = {letter.identity.account for letter in group.letters}
    return f"--reason {group.reason}" + (f" --account {accounts.pop()}" if len(accounts) == 1 else "")
