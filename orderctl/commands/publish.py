"""`publish`: how signals of a file are put on the queue; the function's own parser checks all before one is sent."""

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Annotated, Any

import typer

from orderctl.command import Run
from orderctl.layout import Column, Listing
from orderctl.sources.bodies import find_bodies, read_text
from orderctl.sources.sending import Letter, send_all
from orderctl.trouble import ExitCode, Trouble
from orderexec.domain.messages import Message
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import InvalidSignal, Signal

# Stands for "no id". No signal's id can hold a line break, so that none is mistaken for it.
_NO_ID = "\n"


def publish(
    run: Run,
    file: Annotated[str, typer.Argument(help="A file of signals, or - for standard input.", metavar="FILE|-")],
) -> ExitCode:
    """Send signals: one, several, a JSON array, or a Lambda event as in events/. None is sent unless all are valid."""
    bodies = find_bodies(read_text(file))
    if not bodies:
        raise Trouble(f"there is no signal in {file}")
    signals = _parse_all(bodies, int(run.stack.parameter("SignalMaxAgeSeconds")) * 1000, run.now())
    for remark in _list_remarks(signals, run.now()):
        run.screen.warn(remark)
    queue = run.stack.output("SignalQueueUrl")
    sent = send_all(run.stack.client("sqs"), queue, [_build_letter(signal) for signal in signals])
    return _report(run, signals, sent.message_ids, sent.refused)


def _parse_all(bodies: Sequence[str], max_age_ms: int, now: int) -> list[Signal]:
    """Return the signals in the bodies. Raises Trouble with every problem if one of them is not valid."""
    read = [parse_signal(Message(id=_NO_ID, body=body, sent_at=now), max_age_ms=max_age_ms, now=now) for body in bodies]
    problems = [
        f"signal {number}: {each.detail}" for number, each in enumerate(read, 1) if isinstance(each, InvalidSignal)
    ]
    if problems:
        raise Trouble("nothing was sent: " + "\n  ".join(["", *problems] if len(problems) > 1 else problems))
    return [each for each in read if isinstance(each, Signal)]


def _list_remarks(signals: Sequence[Signal], now: int) -> Iterator[str]:
    seen: dict[str, str] = {}
    for number, signal in enumerate(signals, 1):
        key, content = signal.identity.key, signal.content
        if not _has_id(signal):
            yield f"signal {number} has no id: if you publish it twice, it is two signals"
        elif seen.setdefault(key, content) != content:
            yield f"signal {number} has the id of an earlier signal here, but another content: it will be refused"
        if signal.expires_at <= now:
            yield f"signal {number} is already too old: it will become a dead letter, EXPIRED"


def _has_id(signal: Signal) -> bool:
    return signal.identity.id != _NO_ID


def _build_letter(signal: Signal) -> Letter:
    return Letter(signal.body, signal.identity.account, signal.symbol, _has_id(signal))


def _report(run: Run, signals: Sequence[Signal], message_ids: Sequence[str | None], refused: str | None) -> ExitCode:
    rows: list[dict[str, Any]] = [
        {
            "signal_id": signal.identity.id if _has_id(signal) else message_id,
            "account": signal.identity.account,
            "venue": signal.identity.venue,
            "message_id": message_id,
            "published": message_id is not None,
        }
        for signal, message_id in zip(signals, message_ids, strict=True)
    ]
    shown = Listing(
        (Column("signal"), Column("message")),
        [(_name_row(row), row["message_id"] or "NOT SENT") for row in rows],
    )
    run.screen.answer({"signals": rows, "refused": refused}, shown)
    if refused is None:
        if not run.screen.as_json:
            shown_by = f"`orderctl show {quote(_name_row(rows[0]))}{run.stack.options}`"
            run.screen.note(f"{shown_by} tells what becomes of it")
        return ExitCode.DONE
    run.screen.warn(
        f"SQS refused a signal ({refused}). Publish the file again: a signal with an id that was already sent is not "
        "executed twice."
    )
    return ExitCode.UNREACHABLE


def _name_row(row: dict[str, Any]) -> str:
    """Return the key of the ledger's row that the signal will have."""
    return f"{row['account']}/{row['venue']}/{row['signal_id'] or ''}"
