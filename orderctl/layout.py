"""How facts and rows are laid out: as wide as the terminal is, or in a pipe one whole line each."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

_GAP = 2  # blanks between two columns


def make_printable(text: str) -> str:
    """Return the text on one line, without control characters, which a producer may have put into its message."""
    return "".join(each if each.isprintable() else " " for each in text)


def keep_whole(text: Text) -> Text:
    """Return the text as one line, which the terminal itself breaks where it must."""
    whole = text.copy()
    whole.no_wrap, whole.overflow = True, "ignore"
    return whole


def measure_longest_word(text: Text) -> int:
    """Return how many columns of a terminal the longest word of the text takes."""
    return max(map(cell_len, text.plain.split()), default=0)


class Layout(ABC):
    """Something that is laid out for a terminal, and that a pipe gets as whole lines, however long they are."""

    @abstractmethod
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield what a terminal of that width shows."""

    @abstractmethod
    def list_lines(self) -> Iterator[str]:
        """Yield the lines for a pipe."""


class Facts(Layout):
    """Names and values, one pair a line; a value of None is left out."""

    def __init__(self, pairs: Mapping[str, Any]) -> None:
        self._pairs = {name: _make_text(value) for name, value in pairs.items() if value is not None}
        self._label = max(map(cell_len, self._pairs), default=0)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """See Layout. A word that is too long for its column stands whole on a line of its own, to be copied whole."""
        room = options.max_width - self._label - _GAP
        for too_long, pairs in groupby(self._pairs.items(), lambda pair: measure_longest_word(pair[1]) > room):
            if too_long:
                for name, value in pairs:
                    yield from (Text(name, "dim"), keep_whole(value))
            else:
                yield self._make_grid(dict(pairs))

    def list_lines(self) -> Iterator[str]:
        """See Layout."""
        for name, value in self._pairs.items():
            yield f"{name:<{self._label}}  {make_printable(value.plain)}".rstrip()

    def _make_grid(self, pairs: Mapping[str, Text]) -> Table:
        made = Table.grid(padding=(0, _GAP))
        made.add_column(style="dim", no_wrap=True, min_width=self._label)
        made.add_column()
        for name, value in pairs.items():
            made.add_row(name, value)
        return made


class Column(NamedTuple):
    """One column of a listing.

    The columns of the highest `rank` are left out first where a terminal is too narrow; those of rank 0 never are. A
    cell of a column with `least` may be cut, to so many characters at the least; of all others every cell is whole.
    """

    name: str
    rank: int = 0
    least: int | None = None
    right: bool = False


class Listing(Layout):
    """Rows under named columns. What a narrow terminal cannot show is named below; a pipe gets everything."""

    def __init__(self, columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> None:
        self._columns = columns
        self._rows = [[_make_text(cell) for cell in row] for row in rows]
        cells = list(zip(*self._rows, strict=True)) or [()] * len(columns)
        self._full = [
            max(cell_len(column.name), *(cell.cell_len for cell in several), 0)
            for column, several in zip(columns, cells, strict=True)
        ]

    def __bool__(self) -> bool:
        """Return whether there are rows."""
        return bool(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """See Layout. Where not even the columns of rank 0 have room, each row is a block of facts."""
        widths = self._choose_widths(options.max_width)
        if widths is None:
            yield from self._tell_rows()
            return
        yield self._make_table(widths)
        if note := self._note_missing(widths):
            yield Text(note, "dim")

    def _note_missing(self, widths: Mapping[int, int]) -> str | None:
        """Return the sentence that names the columns without room, and those that are cut; None if all is shown."""
        left_out = [each.name for index, each in enumerate(self._columns) if index not in widths]
        cut = [self._columns[index].name for index in sorted(widths) if widths[index] < self._full[index]]
        parts = [f"{what}: {', '.join(names)}" for what, names in (("left out", left_out), ("cut", cut)) if names]
        return f"({'; '.join(parts)}. A wider terminal, a pipe or --json shows all.)" if parts else None

    def list_lines(self) -> Iterator[str]:
        """See Layout. The first line names the columns; tabs stand between them."""
        yield "\t".join(column.name for column in self._columns)
        for row in self._rows:
            yield "\t".join(make_printable(cell.plain) for cell in row)

    def _choose_widths(self, room: int) -> dict[int, int] | None:
        """Return the width of each column that is shown, by its index; None if the columns of rank 0 have no room."""
        by_rank = sorted(range(len(self._columns)), key=lambda index: self._columns[index].rank)
        widths: dict[int, int] = {}
        left = room + _GAP
        for index in by_rank:
            column, full = self._columns[index], self._full[index]
            needed = full if column.least is None else min(full, max(column.least, cell_len(column.name)))
            if needed + _GAP <= left:
                widths[index] = needed
                left -= needed + _GAP
            elif column.rank == 0:
                return None
        for index in (each for each in by_rank if each in widths):
            more = min(self._full[index] - widths[index], left)
            widths[index], left = widths[index] + more, left - more
        return widths

    def _make_table(self, widths: Mapping[int, int]) -> Table:
        made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, padding=(0, 1, 0, 0))
        for index in sorted(widths):
            column = self._columns[index]
            made.add_column(
                column.name,
                justify="right" if column.right else "left",
                width=widths[index],
                no_wrap=True,
                overflow="ellipsis",
            )
        for row in self._rows:
            made.add_row(*(row[index] for index in sorted(widths)))
        return made

    def _tell_rows(self) -> Iterator[RenderableType]:
        for index, row in enumerate(self._rows):
            if index:
                yield ""
            yield Facts({column.name: cell for column, cell in zip(self._columns, row, strict=True) if cell.plain})


def _make_text(value: object) -> Text:
    """Return the value as a text that is shown as it is; a Text keeps its colours."""
    return value if isinstance(value, Text) else Text(make_printable(str(value)))
