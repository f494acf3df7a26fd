"""`make pages`: it draws the chart of a row's states in docs/exactly-once.md from the table that the code uses."""

from collections.abc import Iterator

from local.run import ROOT
from orderexec.domain.lifecycle import MOVES, Move, State

PAGE = ROOT / "docs" / "exactly-once.md"
BEGIN, END = "<!-- state chart: written by `make pages` -->", "<!-- end of the state chart -->"


def draw_chart() -> str:
    """Return the chart and the table of all moves, in Markdown."""
    return "\n".join([BEGIN, "", "```mermaid", *_draw_states(), "```", "", *_list_moves(), "", END])


def insert_chart(page: str) -> str:
    """Return the page with the present chart in place of the one that it holds."""
    before, _, rest = page.partition(BEGIN)
    return before + draw_chart() + rest.partition(END)[2]


def _draw_states() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.WAITING}: no row yet"
    for source in State:
        for target in State:
            moves = [move for move, each in MOVES.items() if source in each.sources and each.target is target]
            if moves:
                yield f"    {source} --> {target}: {', '.join(moves)}"
    yield f"    {State.ACCEPTED} --> [*]"


def _list_moves() -> Iterator[str]:
    yield "| move | from | to | when |"
    yield "|---|---|---|---|"
    for move in Move:
        made = MOVES[move]
        sources = ", ".join(f"`{state}`" for state in State if state in made.sources)
        target = "stays" if made.target is None else f"`{made.target}`"
        yield f"| `{move}` | {sources} | {target} | {made.when} |"


def main() -> None:
    """Write the page with the present chart."""
    PAGE.write_text(insert_chart(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
