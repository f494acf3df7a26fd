"""How the pulse of a stack looks: counts, gates and halts on top, the last outcomes below; also for `make demo`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from orderctl.layout import Column, Facts, Listing
from orderctl.screen import STATE_STYLES, format_instant, format_length
from orderctl.sources.pulse import MOST_OPEN, Outcome, Pulse
from orderctl.sources.queues import Depths

_COLUMNS = (Column("at", rank=1), Column("signal"), Column("outcome"), Column("detail", rank=2, least=24))


def render_head(pulse: Pulse) -> Facts:
    """Return the upper part: counts by state, the queues, and the halts and gates."""
    ended = {f"last {format_length(pulse.now - pulse.since)}": _render_ended(pulse)} if pulse.since < pulse.now else {}
    return Facts(
        {"open": _render_open(pulse)}
        | ({"resting orders": _render_resting(pulse)} if pulse.resting else {})
        | ended
        | {
            "queue": _render_queue(pulse.signals),
            "dead letters": Text(str(pulse.letters.total), "yellow" if pulse.letters.total else ""),
            "exchange": _render_controls(pulse),
        }
    )


def render_outcomes(latest: Sequence[Outcome]) -> Listing:
    """Return the outcomes as a table, the newest first."""
    return Listing(
        _COLUMNS,
        (
            (
                (format_instant(each.time) or "")[11:23],
                each.signal,
                Text(each.words, STATE_STYLES.get(each.state, "")),
                each.detail,
            )
            for each in reversed(latest)
        ),
    )


def list_parts(pulse: Pulse) -> list[RenderableType]:
    """Return the whole picture: the upper part, and the last outcomes below it."""
    return [render_head(pulse), "", render_outcomes(pulse.outcomes)]


def render_fitting(pulse: Pulse, console: Console) -> RenderableType:
    """Return the picture with as many of the last outcomes as the terminal has lines for."""
    for count in range(len(pulse.outcomes), -1, -1):
        latest = pulse.outcomes[len(pulse.outcomes) - count :]
        shown = Group(*list_parts(replace(pulse, outcomes=latest)))
        if len(console.render_lines(shown, pad=False)) < console.height:
            break
    return shown


def format_outcome(each: Outcome) -> str:
    """Return one outcome as a line of text, for a pipe."""
    detail = f": {each.detail}" if each.detail else ""
    return f"{format_instant(each.time)}  {each.signal}  {each.words}{detail}"


def build_document(pulse: Pulse) -> dict[str, Any]:
    """Return the pulse as a JSON document, for programs."""
    return {
        "at": pulse.now,
        "since": pulse.since,
        "open": dict(pulse.read_open_rows),
        "resting": pulse.resting,
        "ended": dict(pulse.ended),
        "queue": {"visible": pulse.signals.visible, "hidden": pulse.signals.hidden, "delayed": pulse.signals.delayed},
        "dead_letters": pulse.letters.total,
        "halts": {scope: halt.why for scope, halt in pulse.controls.halts.items()},
        "gates": {gate: closed.until for gate, closed in pulse.controls.gates.items() if closed.until > pulse.now},
    }


def _render_open(pulse: Pulse) -> Text:
    words = [
        Text(f"{count} {state}", STATE_STYLES.get(state, "")) for state, count in sorted(pulse.read_open_rows.items())
    ]
    more = Text(" and more") if sum(pulse.read_open_rows.values()) >= MOST_OPEN else Text()
    return Text("   ").join(words) + more if words else Text("nothing")


def _render_resting(pulse: Pulse) -> Text:
    return Text(f"{pulse.resting}{' and more' if pulse.resting >= MOST_OPEN else ''}: `orderctl list --resting`")


def _render_ended(pulse: Pulse) -> Text:
    accepted = Text(f"{pulse.ended.get('ACCEPTED', 0)} ACCEPTED", "green")
    dead = [
        Text(f"{count} {reason}", "yellow") for reason, count in sorted(pulse.ended.items()) if reason != "ACCEPTED"
    ]
    return Text("   ").join([accepted, *dead])


def _render_queue(queue: Depths) -> Text:
    return Text(f"{queue.visible} waiting   {queue.hidden} being executed or waiting for a retry")


def _render_controls(pulse: Pulse) -> Text:
    halts = [f"halted {scope} ({halt.why})" for scope, halt in pulse.controls.halts.items()]
    gates = [
        f"{gate} closed for {format_length(closed.until - pulse.now)} more"
        for gate, closed in pulse.controls.gates.items()
        if closed.until > pulse.now and not gate.startswith("crowd/")
    ]
    return Text("   ".join(halts + gates), "yellow") if halts + gates else Text("nothing is halted, every gate is open")
