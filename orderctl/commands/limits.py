"""`limits`: what an account may do, as a document in Parameter Store; the function's own reader checks it first."""

import json
from typing import Annotated, Any

import typer

from orderctl.command import Run, confirm
from orderctl.layout import Facts
from orderctl.sources.bodies import read_text
from orderctl.sources.controls import LimitsDocument, read_used_today
from orderctl.sources.names import find_account_doubts
from orderctl.trouble import ExitCode, Misused, Trouble
from orderexec.domain.fields import Problem
from orderexec.domain.limits import Limits
from orderexec.domain.limits_document import READERS as LIMITS
from orderexec.domain.limits_document import read_limits
from orderexec.domain.signal_fields import read_account

_SHOWN = {"account", "parameter", "limits"}  # what `limits show --json` prints, and no document of limits has
Account = Annotated[str, typer.Argument(help="The name of the account.")]


def show(run: Run, account: Account) -> ExitCode:
    """Show the limits of the account, and what it used today (UTC). `limits set` takes what --json shows as it is."""
    limits = _open_document(run, account)
    text = limits.read()
    used = read_used_today(run.stack, account, run.now())
    pairs = None if text is None else _read_pairs(text)
    today = ", ".join(f"{name.replace(':', ' ')} {value}" for name, value in used.items())
    run.screen.answer(
        {"account": account, "parameter": limits.name, "limits": pairs, "used_today": used},
        Facts(
            {"account": account, "parameter": limits.name, "limits": None if pairs else _explain_absence(run, text)}
            | _format_pairs(pairs or {})
            | {"used today": today or None}
        ),
    )
    return ExitCode.DONE


def set_limits(
    run: Run,
    account: Account,
    file: Annotated[
        str,
        typer.Argument(
            help="The new document, or what `limits show --json` printed; - for standard input.", metavar="FILE|-"
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Lift limits without asking.")] = False,
) -> ExitCode:
    """Replace the limits of the account; every container applies the new ones within a minute.

    The command asks first if the new document has no limit at all, as {}, or lacks a current one. Exit code 1 if
    nothing was set.
    """
    text = _read_document(run, account, file)
    _require_usable(text, file)
    limits = _open_document(run, account)
    before = limits.read()
    lifted = _list_lifted(before, text)
    document = {
        "account": account,
        "parameter": limits.name,
        "limits": _read_pairs(text),
        "before": before,
        "lifted": lifted,
    }
    question = _build_question(account, lifted, _read_pairs(text), run.stack.place)
    if question is not None and not confirm(run, question, yes=yes):
        run.screen.answer(document | {"set": False}, f"{limits.name} stays as it is")
        return ExitCode.FINDING
    for doubt in find_account_doubts(run.stack, account):
        run.screen.warn(doubt)
    limits.write(text)
    run.screen.answer(
        document | {"set": True},
        f"{limits.name} is set; every container applies it within a minute",
        Facts(_format_pairs(_read_pairs(text))),
    )
    return ExitCode.DONE


def check(
    run: Run,
    account: Account,
    file: Annotated[
        str | None,
        typer.Argument(help="The document to check; without it, the limits that are set.", metavar="[FILE|-]"),
    ] = None,
) -> ExitCode:
    """Check whether the limits can be used. Exit code 1 if not: then every signal of the account dies (LIMITS)."""
    limits = _open_document(run, account)
    text = limits.read() if file is None else _read_document(run, account, file)
    if text is None:
        run.screen.answer(
            {"account": account, "usable": not _requires_limits(run), "limits": None},
            f"{limits.name}: there are no limits; {_explain_absence(run, None)}",
        )
        return ExitCode.FINDING if _requires_limits(run) else ExitCode.DONE
    _require_usable(text, limits.name if file is None else file)
    run.screen.answer({"account": account, "usable": True, "limits": _read_pairs(text)}, "the document can be used")
    return ExitCode.DONE


def _open_document(run: Run, account: str) -> LimitsDocument:
    return LimitsDocument(run.stack, check_account_name(account))


def check_account_name(account: str) -> str:
    """Return `account` if a signal can have it as its account. Raises Misused if not."""
    try:
        read_account(account)
    except Problem as problem:
        raise Misused(f"the account {problem}") from None
    return account


def _read_document(run: Run, account: str, file: str) -> str:
    """Return the document of limits in a file: the file's text, or the limits in what `limits show --json` printed."""
    text = read_text(file)
    shown = _read_pairs(text)
    if not shown.keys() >= _SHOWN:
        return text
    if shown["limits"] is None:
        raise Trouble(f"{file} shows that account {shown['account']} has no limits; to lift all limits, give {{}}")
    if shown["account"] != account:
        run.screen.note(f"{file} shows the limits of account {shown['account']}; here they are for account {account}")
    return json.dumps(shown["limits"], ensure_ascii=False)


def _require_usable(text: str, what: str) -> None:
    limits = read_limits(text)
    if not isinstance(limits, Limits):
        raise Trouble(f"{what} cannot be used as limits: {limits}")


def _list_lifted(before: str | None, text: str) -> list[str]:
    """Return the current limits that the new document does not have."""
    return sorted(_read_pairs(before or "{}").keys() & LIMITS.keys() - _read_pairs(text).keys())


def _build_question(account: str, lifted: list[str], pairs: dict[str, Any], place: str) -> str | None:
    """Return the question to ask before a limit is lifted; None if no limit is lifted."""
    if not pairs:
        return f"The document lifts all limits: signals of account {account} may ask for anything ({place}). Go on?"
    if lifted:
        return f"The document lifts {', '.join(lifted)} of account {account} ({place}). Go on?"
    return None


def _requires_limits(run: Run) -> bool:
    return run.stack.parameters.get("RequireLimits") == "true"


def _explain_absence(run: Run, text: str | None) -> str:
    """Return what it means that the account has no limits; `text` is the document, if there is one."""
    if text is None and _requires_limits(run):
        return "none: RequireLimits is true, so every signal of the account that would place an order dies (LIMITS)"
    return "none: every order that the signals ask for is sent"


def _read_pairs(text: str) -> dict[str, Any]:
    """Return the document as written, fractions as text so that no digit changes; as one text if it is no JSON."""
    try:
        document = json.loads(text.removeprefix("\ufeff"), parse_float=str)
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {"text": text}


def _format_pairs(pairs: dict[str, Any]) -> dict[str, str]:
    """Return the limits as they are written in the document."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in pairs.items()
    }
