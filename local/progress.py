"""How a long step is shown: a spinner on a terminal, a line in a pipe, and always the time that it took."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from rich.console import Console


def _make_console() -> Console:
    is_terminal = sys.stdout.isatty()
    # A pipe has no width of its own; there, tables are laid out for a wide terminal.
    width = None if is_terminal or "COLUMNS" in os.environ else 120
    # FORCE_COLOR makes rich take a pipe for a terminal. It may have colours then, but nothing may be redrawn in it.
    return Console(highlight=False, width=width, force_interactive=None if is_terminal else False)


console = _make_console()


@contextlib.contextmanager
def show_step(title: str) -> Iterator[None]:
    """Show that the block is running, and in the end how long it took and whether it failed."""
    started = time.monotonic()
    with console.status(title) if console.is_interactive else contextlib.nullcontext():
        try:
            yield
        except BaseException:
            console.print(f"[red]✗[/red] {title} ({time.monotonic() - started:.1f} s)")
            raise
    console.print(f"[green]✓[/green] {title} [dim]({time.monotonic() - started:.1f} s)[/dim]")
