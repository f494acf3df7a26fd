"""How the results of the demo are laid out: the live table, the final table, and the exchange's own list of orders."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from local.bybit_orders import find_signals_id
from local.outcomes import Outcome

WIDE = 160  # terminal columns; from here on a detail is whole, in more than one line if need be
_LONGEST = ("timeout_but_executed", "DEAD CREDENTIALS -2015", "tries", "12.3")
_LONGEST_ID = 6
_COLORS = {"ACCEPTED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def build_live_table(outcomes: Iterable[Outcome], orders: Sequence[Mapping[str, Any]], now: float) -> Table:
    """Return the table of these signals while the demo runs, a line each; `now` in epoch seconds."""
    table = _build_table("signal", "so far", "tries", "sec", "what it shows")
    # The columns keep their places while other signals are shown.
    for column, words in zip(table.columns, _LONGEST, strict=False):
        column.min_width = len(words)
    for outcome in outcomes:
        seconds = outcome.latency if outcome.is_closed else now - outcome.published_at
        table.add_row(
            outcome.sample.name,
            _format_happened(outcome),
            _format_tries(outcome),
            _format_seconds(seconds),
            _cut((outcome.is_closed and _explain_deviations(outcome, orders)) or _explain_progress(outcome, now)),
        )
    return table


def build_final_table(outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]], width: int) -> Table:
    """Return the table of how each signal ended, marked by whether its sample says so; `width` is the terminal's.

    Each signal has one line, and its detail is cut at the end; from WIDE columns on, the detail is whole.
    """
    table = _build_table("", "signal", "how it ended", "tries", "sec", "order, or why not")
    for outcome in outcomes:
        deviations = _explain_deviations(outcome, orders)
        detail = deviations or Text(_explain_end(outcome, width >= WIDE))
        table.add_row(
            "[red]✗[/red]" if deviations else "[green]✓[/green]",
            outcome.sample.name,
            _format_happened(outcome),
            _format_tries(outcome),
            _format_seconds(outcome.latency),
            detail if width >= WIDE else _cut(detail),
        )
    return table


def build_order_table(outcomes: Sequence[Outcome], orders: Iterable[Mapping[str, Any]], width: int) -> Table:
    """Return the table of all orders of the exchange, each with the signal that it belongs to.

    `width` is the terminal's; below WIDE columns only the end of a long id is shown.
    """
    names = {named: outcome.sample.name for outcome in outcomes for named in outcome.all_client_order_ids}
    table = _build_table("id", "signal", "symbol", "side", "type", "quantity", "price", "status", yielding="type")
    for order in orders:
        price = _format_number(order["price"]) if Decimal(order["price"]) else ""
        table.add_row(
            _format_id(str(order["orderId"]), width >= WIDE),
            names.get(find_signals_id(order), "[red]unknown[/red]"),
            order["symbol"],
            order["side"],
            _cut(Text(order["type"])),
            _format_number(order["origQty"]),
            price,
            order["status"],
        )
    return table


def format_outcome(outcome: Outcome) -> str:
    """Return one closed signal as a line of text, for a pipe."""
    return f"{_format_instant(outcome)}: {_describe_row(outcome.row)}, {_explain_end(outcome, whole=False)}"


def format_doubt(outcome: Outcome) -> str:
    """Return one signal whose request got no answer as a line of text, for a pipe."""
    return f"{_format_instant(outcome)}: no answer; it waits for its fence"


def _build_table(*columns: str, yielding: str | None = None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for column in columns:
        numeric = column in ("tries", "sec", "quantity", "price")
        # One column alone gives way when there is no room, the last if none is named; no other is ever broken or cut.
        gives_way = column == (yielding or columns[-1])
        table.add_column(column, justify="right" if numeric else "left", no_wrap=not gives_way)
    return table


def _format_happened(outcome: Outcome) -> Text:
    if not outcome.row:
        return Text("in the queue", "dim")
    color = "red" if _was_too_late(outcome.row) else _COLORS.get(outcome.row.get("state", ""), "")
    return Text(_describe_row(outcome.row), color)


def _describe_row(row: Mapping[str, Any]) -> str:
    """Return its state, and the status of its order, or the reason why it is DEAD."""
    status = "dry run" if row.get("dry_run") else row.get("order_status")
    return _join(row.get("state"), status, row.get("reason"), row.get("code"))


def _was_too_late(row: Mapping[str, Any]) -> bool:
    """Return whether it is a cancellation whose order was already closed: it is done, but it is no success."""
    return row.get("request") == "cancel" and row.get("order_status") not in (None, "CANCELED")


def _explain_deviations(outcome: Outcome, orders: Iterable[Mapping[str, Any]]) -> Text | None:
    return Text("; ".join(found), "red") if (found := outcome.find_deviations(orders)) else None


def _explain_progress(outcome: Outcome, now: float) -> Text:
    """Return what a signal waits for, if that is known, else what its sample shows."""
    left = outcome.row.get("fence", 0) / 1000 - now
    if outcome.is_in_doubt and left > 0:
        return Text(f"no answer; fence in {left:.0f} s")
    about = outcome.sample.about
    return Text(about if outcome.is_closed else outcome.row.get("detail", about))


def _explain_end(outcome: Outcome, whole: bool) -> str:
    """Return its order, and the refusals of messages with other content under its id; or why it is DEAD.

    The `whole` text also says of an order what the sample shows.
    """
    if outcome.row.get("state") != "ACCEPTED":
        return str(outcome.row.get("detail", ""))
    order = f"order {_format_id(outcome.row['order_id'], whole)}" if "order_id" in outcome.row else "no order"
    if "detail" in outcome.row:
        order = f"{order}, {outcome.row['detail']}"
    refused = [f" & {_explain_refusal(letter)}" for letter in outcome.dead_letters]
    about = f": {outcome.sample.about}" if whole and not refused else ""
    return "".join([order, *refused, about])


def _format_id(order_id: str, whole: bool) -> str:
    """Return an id of the exchange, or the end of a long one where it need not be `whole`."""
    return (
        order_id if whole or len(order_id) <= _LONGEST_ID else f"\N{HORIZONTAL ELLIPSIS}{order_id[1 - _LONGEST_ID :]}"
    )


def _explain_refusal(letter: Mapping[str, str]) -> str:
    return ": ".join(letter[name] for name in ("reason", "detail") if name in letter)


def _cut(words: Text) -> Text:
    """Have the words shown as one line, which ends with an ellipsis where there is no room for the rest."""
    words.no_wrap, words.overflow = True, "ellipsis"
    return words


def _join(*words: str | None) -> str:
    return " ".join(word for word in words if word)


def _format_instant(outcome: Outcome) -> str:
    return f"  {_format_seconds(outcome.latency)} s  {outcome.sample.name}"


def _format_tries(outcome: Outcome) -> str:
    return str(outcome.row.get("attempts", ""))


def _format_seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _format_number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
