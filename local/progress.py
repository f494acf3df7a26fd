"""How a long step is shown: a spinner on a terminal, a line in a pipe, and always the time that it took."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from rich.console import Console

# A pipe has no width of its own; there, tables are laid out for a wide terminal.
console = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120)


@contextlib.contextmanager
def show_step(title: str) -> Iterator[None]:
    """Show that the block is running, and in the end how long it took and whether it failed."""
    started = time.monotonic()
    with console.status(title) if console.is_terminal else contextlib.nullcontext():
        try:
            yield
        except BaseException:
            console.print(f"[red]✗[/red] {title} ({time.monotonic() - started:.1f} s)")
            raise
    console.print(f"[green]✓[/green] {title} [dim]({time.monotonic() - started:.1f} s)[/dim]")
