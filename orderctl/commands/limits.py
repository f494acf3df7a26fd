"""`limits`: what an account may do, as Parameter Store has it; the function's own reader reads it before it is set."""

import json
from typing import Annotated, Any

import typer

from orderctl.command import Run
from orderctl.screen import facts
from orderctl.sources.bodies import read_text
from orderctl.sources.controls import LimitsDocument, used_today
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.fields import Problem
from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import read_limits
from orderexec.domain.signal_fields import READERS

Account = Annotated[str, typer.Argument(help="The account.")]


def show(run: Run, account: Account) -> ExitCode:
    """The account's limits, and what is used of its day (UTC)."""
    limits = _of(run, account)
    text = limits.text()
    used = used_today(run.stack, account, run.now())
    pairs: dict[str, Any] = {} if text is None else _pairs(text)
    empty = None if pairs else "none: whatever the signals ask for is sent"
    today = ", ".join(f"{name.replace(':', ' ')} {value}" for name, value in used.items())
    run.screen.answer(
        {"account": account, "parameter": limits.name, "limits": pairs or None, "used_today": used},
        facts(
            {"account": account, "parameter": limits.name, "limits": empty}
            | _words(pairs)
            | {"used today": today or None}
        ),
    )
    return ExitCode.DONE


def set_limits(
    run: Run,
    account: Account,
    file: Annotated[str, typer.Argument(help="The new document, or - for standard input.", metavar="FILE|-")],
) -> ExitCode:
    """Put new limits in the place of the old ones; within a minute every container keeps them. {} lifts all limits."""
    text = read_text(file)
    _checked(text, file)
    limits = _of(run, account)
    before = limits.text()
    limits.write(text)
    document = {"account": account, "parameter": limits.name, "limits": _pairs(text), "before": before}
    run.screen.answer(
        document, f"{limits.name} is set; every container keeps it within a minute", facts(_words(_pairs(text)))
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
        run.screen.answer({"account": account, "usable": True, "limits": None}, f"{limits.name}: there are no limits")
        return ExitCode.DONE
    _checked(text, limits.name if file is None else file)
    run.screen.answer({"account": account, "usable": True, "limits": _pairs(text)}, "the document can be used")
    return ExitCode.DONE


def _of(run: Run, account: str) -> LimitsDocument:
    return LimitsDocument(run.stack, account_name(account))


def account_name(account: str) -> str:
    """`account` if a signal can name it so. Raises Misused."""
    try:
        READERS["account"](account)
    except Problem as problem:
        raise Misused(f"the account {problem}") from None
    return account


def _checked(text: str, what: str) -> None:
    limits = read_limits(text)
    if not isinstance(limits, Limits):
        raise Trouble(f"{what} cannot be used as limits: {limits}")


def _pairs(text: str) -> dict[str, Any]:
    """The document as it is written, amounts unchanged; as one text where it is no JSON object."""
    try:
        document = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"text": text}


def _words(pairs: dict[str, Any]) -> dict[str, str]:
    """As they stand in the document."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in pairs.items()}
