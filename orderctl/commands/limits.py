"""`limits`: what an account may do, as Parameter Store has it; the function's own reader reads it before it is set."""

import json
from typing import Annotated, Any

import typer

from orderctl.command import Run, agreed
from orderctl.screen import facts
from orderctl.sources.bodies import read_text
from orderctl.sources.controls import LimitsDocument, used_today
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.fields import Problem
from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import READERS as LIMITS
from orderexec.domain.limits_document import read_limits
from orderexec.domain.signal_fields import read_account

Account = Annotated[str, typer.Argument(help="The account.")]


def show(run: Run, account: Account) -> ExitCode:
    """The account's limits, and what is used of its day (UTC). `.limits` of --json is a document for `limits set`."""
    limits = _of(run, account)
    text = limits.text()
    used = used_today(run.stack, account, run.now())
    pairs = None if text is None else _pairs(text)
    today = ", ".join(f"{name.replace(':', ' ')} {value}" for name, value in used.items())
    run.screen.answer(
        {"account": account, "parameter": limits.name, "limits": pairs, "used_today": used},
        facts(
            {"account": account, "parameter": limits.name, "limits": None if pairs else _without(run, text)}
            | _words(pairs or {})
            | {"used today": today or None}
        ),
    )
    return ExitCode.DONE


def set_limits(
    run: Run,
    account: Account,
    file: Annotated[str, typer.Argument(help="The new document, or - for standard input.", metavar="FILE|-")],
    yes: Annotated[bool, typer.Option("--yes", help="Lift limits without asking.")] = False,
) -> ExitCode:
    """Put new limits in the place of the old ones; within a minute every container keeps them.

    Asks first if the new document has no limit at all, as {}, or lacks one that stands. Exit code 1 if nothing was set.
    """
    text = read_text(file)
    _checked(text, file)
    limits = _of(run, account)
    before = limits.text()
    lifted = _lifted(before, text)
    document = {
        "account": account,
        "parameter": limits.name,
        "limits": _pairs(text),
        "before": before,
        "lifted": lifted,
    }
    question = _question(account, lifted, _pairs(text), run.stack.place)
    if question is not None and not agreed(run, question, yes=yes):
        run.screen.answer(document | {"set": False}, f"{limits.name} stays as it is")
        return ExitCode.FINDING
    limits.write(text)
    run.screen.answer(
        document | {"set": True},
        f"{limits.name} is set; every container keeps it within a minute",
        facts(_words(_pairs(text))),
    )
    return ExitCode.DONE


def check(
    run: Run,
    account: Account,
    file: Annotated[str | None, typer.Argument(help="Check this document instead.", metavar="[FILE|-]")] = None,
) -> ExitCode:
    """Whether the limits can be used. Exit code 1 if not: then every signal of the account dies of it (LIMITS)."""
    limits = _of(run, account)
    text = limits.text() if file is None else read_text(file)
    if text is None:
        run.screen.answer(
            {"account": account, "usable": not _required(run), "limits": None},
            f"{limits.name}: there are no limits; {_without(run, None)}",
        )
        return ExitCode.FINDING if _required(run) else ExitCode.DONE
    _checked(text, limits.name if file is None else file)
    run.screen.answer({"account": account, "usable": True, "limits": _pairs(text)}, "the document can be used")
    return ExitCode.DONE


def _of(run: Run, account: str) -> LimitsDocument:
    return LimitsDocument(run.stack, account_name(account))


def account_name(account: str) -> str:
    """`account` if a signal can name it so. Raises Misused."""
    try:
        read_account(account)
    except Problem as problem:
        raise Misused(f"the account {problem}") from None
    return account


def _checked(text: str, what: str) -> None:
    limits = read_limits(text)
    if not isinstance(limits, Limits):
        raise Trouble(f"{what} cannot be used as limits: {limits}")


def _lifted(before: str | None, text: str) -> list[str]:
    """The limits that stand and that the new document does not have."""
    return sorted(_pairs(before or "{}").keys() & LIMITS.keys() - _pairs(text).keys())


def _question(account: str, lifted: list[str], pairs: dict[str, Any], place: str) -> str | None:
    """None where nothing is lifted: to set limits needs no second thought."""
    if not pairs:
        return f"The document lifts all limits: signals of account {account} may ask for anything ({place}). Go on?"
    if lifted:
        return f"The document lifts {', '.join(lifted)} of account {account} ({place}). Go on?"
    return None


def _required(run: Run) -> bool:
    return run.stack.parameters.get("RequireLimits") == "true"


def _without(run: Run, text: str | None) -> str:
    """What it means that the account has no limits; `text` is the document, if there is one."""
    if text is None and _required(run):
        return "none: RequireLimits is true, so every signal of the account that would place an order dies (LIMITS)"
    return "none: whatever the signals ask for is sent"


def _pairs(text: str) -> dict[str, Any]:
    """The document as it is written: what has a fraction as text, so that no digit changes; as one text if no JSON."""
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_float=str)
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {"text": text}


def _words(pairs: dict[str, Any]) -> dict[str, str]:
    """As they stand in the document."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in pairs.items()
    }
