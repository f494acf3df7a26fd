"""How the results of the demo are laid out: the live table, the final table, and the exchange's own list of orders."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from local.outcomes import Outcome

WIDE = 110  # terminal columns; from here on there is room for a sentence beside the facts
_LIVE_FACTS, _FINAL_FACTS = 48, 81  # terminal columns that the facts take
_LONGEST_WORD = len("INVALID_SIGNAL")
_COLORS = {"ACCEPTED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def build_live_table(outcomes: Sequence[Outcome], width: int) -> Table:
    """Return the table of all signals while the demo runs."""
    table = _build_table("signal", "so far", "tries", "sec")
    if width >= WIDE:
        table.add_column("what it shows", no_wrap=True, overflow="ellipsis", max_width=width - _LIVE_FACTS)
    for outcome in outcomes:
        seconds = _format_seconds(outcome.latency if outcome.is_closed else None)
        cells = [outcome.sample.name, _format_happened(outcome), _format_tries(outcome), seconds, outcome.sample.about]
        table.add_row(*cells[: len(table.columns)])
    return table


def build_final_table(outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]], width: int) -> Table:
    """Return the table of what was expected of each signal and what happened."""
    table = _build_table("", "signal", "expected", "happened", "order or reason", "tries", "sec")
    if width >= WIDE:
        table.add_column("detail", no_wrap=True, overflow="ellipsis", max_width=width - _FINAL_FACTS)
    for outcome in outcomes:
        mark = "[red]✗[/red]" if outcome.find_deviations(orders) else "[green]✓[/green]"
        expect, row, name = outcome.sample.expect, outcome.row, outcome.sample.name
        expected = _join(
            _format_state(expect), _format_reason(expect), *_format_refusals(expect, outcome.sample.dead_letters)
        )
        facts = [
            mark,
            name,
            expected,
            _format_happened(outcome),
            _format_order_or_reason(outcome),
            _format_tries(outcome),
        ]
        cells = [*facts, _format_seconds(outcome.latency), escape(str(row.get("detail", "")))]
        table.add_row(*cells[: len(table.columns)])
    return table


def build_order_table(outcomes: Sequence[Outcome], orders: Iterable[Mapping[str, Any]]) -> Table:
    """Return the table of all orders of the exchange, each with the signal that it belongs to."""
    names = {named: outcome.sample.name for outcome in outcomes for named in outcome.all_client_order_ids}
    table = _build_table("order", "signal", "symbol", "side", "type", "quantity", "price", "status")
    for order in orders:
        price = "" if order["type"] == "MARKET" else _format_number(order["price"])
        table.add_row(
            str(order["orderId"]),
            names.get(order["clientOrderId"], "[red]unknown[/red]"),
            order["symbol"],
            order["side"],
            order["type"],
            _format_number(order["origQty"]),
            price,
            order["status"],
        )
    return table


def format_outcome(outcome: Outcome) -> str:
    """Return one closed signal as a line of text, for a pipe."""
    became = f"{_format_state(outcome.row)}, {_format_order_or_reason(outcome)}"
    return f"  {_format_seconds(outcome.latency)} s  {outcome.sample.name}: {became}"


def _build_table(*columns: str) -> Table:
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


def _format_state(row: Mapping[str, Any]) -> str:
    return _join(row.get("state"), "dry run" if row.get("dry_run") else row.get("order_status"))


def _format_reason(row: Mapping[str, Any]) -> str:
    return _join(row.get("reason"), row.get("code"))


def _format_refusals(row: Mapping[str, Any], dead_letters: Iterable[str]) -> list[str]:
    """Return the refusals of messages with other content under the id of a signal that has its order."""
    return [f"& {reason}" for reason in dead_letters] if row.get("state") == "ACCEPTED" else []


def _format_happened(outcome: Outcome) -> str:
    state = outcome.row.get("state", "")
    color = "red" if _was_too_late(outcome.row) else _COLORS.get(state)
    return f"[{color}]{_format_state(outcome.row)}[/]" if color else "..."


def _was_too_late(row: Mapping[str, Any]) -> bool:
    """Return whether it is a cancellation whose order was already closed: it is done, but it is no success."""
    return row.get("request") == "cancel" and row.get("order_status") not in (None, "CANCELED")


def _format_order_or_reason(outcome: Outcome) -> str:
    refused = _format_refusals(outcome.row, (letter.get("reason", "?") for letter in outcome.dead_letters))
    order = f"order {outcome.row['order_id']}" if "order_id" in outcome.row else "no order"
    placed = order if outcome.row.get("state") == "ACCEPTED" else None
    return _join(placed, _format_reason(outcome.row), *refused)


def _join(*words: str | None) -> str:
    return " ".join(word for word in words if word)


def _format_tries(outcome: Outcome) -> str:
    return str(outcome.row.get("attempts", ""))


def _format_seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _format_number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
