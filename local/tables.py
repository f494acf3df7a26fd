"""How the demo's findings are laid out: the live table, the final table and the exchange's own order list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from local.outcomes import Outcome

WIDE = 110  # terminal columns, from which on there is room for a sentence beside the facts
_LIVE_FACTS, _FINAL_FACTS = 48, 81  # terminal columns that the facts take
_LONGEST_WORD = len("INVALID_SIGNAL")
_COLORS = {"ACCEPTED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def live(outcomes: Sequence[Outcome], width: int) -> Table:
    table = _table("signal", "so far", "tries", "sec")
    if width >= WIDE:
        table.add_column("what it shows", no_wrap=True, overflow="ellipsis", max_width=width - _LIVE_FACTS)
    for outcome in outcomes:
        seconds = _seconds(outcome.latency if outcome.is_closed else None)
        cells = [outcome.sample.name, _happened(outcome), _tries(outcome), seconds, outcome.sample.about]
        table.add_row(*cells[: len(table.columns)])
    return table


def final(outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]], width: int) -> Table:
    table = _table("", "signal", "expected", "happened", "order or reason", "tries", "sec")
    if width >= WIDE:
        table.add_column("detail", no_wrap=True, overflow="ellipsis", max_width=width - _FINAL_FACTS)
    for outcome in outcomes:
        mark = "[red]✗[/red]" if outcome.deviations(orders) else "[green]✓[/green]"
        expect, row, name = outcome.sample.expect, outcome.row, outcome.sample.name
        expected = _words(_state(expect), _reason(expect), *_refused(expect, outcome.sample.dead_letters))
        facts = [mark, name, expected, _happened(outcome), _order_or_reason(outcome), _tries(outcome)]
        cells = [*facts, _seconds(outcome.latency), escape(str(row.get("detail", "")))]
        table.add_row(*cells[: len(table.columns)])
    return table


def exchange_orders(outcomes: Sequence[Outcome], orders: Iterable[Mapping[str, Any]]) -> Table:
    names = {named: outcome.sample.name for outcome in outcomes for named in outcome.all_client_order_ids}
    table = _table("order", "signal", "symbol", "side", "type", "quantity", "price", "status")
    for order in orders:
        price = "" if order["type"] == "MARKET" else _number(order["price"])
        table.add_row(
            str(order["orderId"]),
            names.get(order["clientOrderId"], "[red]unknown[/red]"),
            order["symbol"],
            order["side"],
            order["type"],
            _number(order["origQty"]),
            price,
            order["status"],
        )
    return table


def line(outcome: Outcome) -> str:
    """One closed signal, for a pipe."""
    return f"  {_seconds(outcome.latency)} s  {outcome.sample.name}: {_state(outcome.row)}, {_order_or_reason(outcome)}"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for column in columns:
        numeric = column in ("tries", "sec", "quantity", "price")
        table.add_column(
            column,
            justify="right" if numeric else "left",
            no_wrap=column == "signal" or numeric,
            min_width=_LONGEST_WORD if column in ("expected", "happened", "order or reason") else None,
        )
    return table


def _state(row: Mapping[str, Any]) -> str:
    return _words(row.get("state"), "dry run" if row.get("dry_run") else row.get("order_status"))


def _reason(row: Mapping[str, Any]) -> str:
    return _words(row.get("reason"), row.get("code"))


def _refused(row: Mapping[str, Any], dead_letters: Iterable[str]) -> list[str]:
    """Messages that were refused although their signal has its order: another content under its id."""
    return [f"& {reason}" for reason in dead_letters] if row.get("state") == "ACCEPTED" else []


def _happened(outcome: Outcome) -> str:
    state = outcome.row.get("state", "")
    color = "red" if _too_late(outcome.row) else _COLORS.get(state)
    return f"[{color}]{_state(outcome.row)}[/]" if color else "..."


def _too_late(row: Mapping[str, Any]) -> bool:
    """A cancellation that found its order closed by something else is done, and no success."""
    return row.get("request") == "cancel" and row.get("order_status") not in (None, "CANCELED")


def _order_or_reason(outcome: Outcome) -> str:
    refused = _refused(outcome.row, (letter.get("reason", "?") for letter in outcome.dead_letters))
    order = f"order {outcome.row['order_id']}" if "order_id" in outcome.row else "no order"
    placed = order if outcome.row.get("state") == "ACCEPTED" else None
    return _words(placed, _reason(outcome.row), *refused)


def _words(*words: str | None) -> str:
    return " ".join(word for word in words if word)


def _tries(outcome: Outcome) -> str:
    return str(outcome.row.get("attempts", ""))


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
