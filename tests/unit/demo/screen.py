"""A terminal just large enough for the demo: it obeys what rich sends, and remembers what scrolled out at its top."""

import re

_TOKEN = re.compile(r"\x1b\[(?P<numbers>[?0-9;]*)(?P<command>[A-Za-z])|(?P<character>[^\x1b])")
_IGNORED = "mhl"  # colours; the cursor hidden and shown


class Screen:
    """The lines of a terminal, of which the last `height` can be changed."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.lines = [""]
        self._row = self._column = 0

    def write(self, text: str) -> None:
        """Show what a program sends. Raises ValueError if it is none of the few commands that are known here."""
        for token in _TOKEN.finditer(text):
            if token["character"]:
                self._put(token["character"])
            elif token["command"] == "A":
                top = max(0, len(self.lines) - self.height)
                self._row = max(top, self._row - int(token["numbers"] or 1))
            elif token["command"] == "K" and token["numbers"] == "2":
                self.lines[self._row] = ""
            elif token["command"] not in _IGNORED:
                raise ValueError(f"unknown to this terminal: {token[0]!r}")

    def read(self) -> list[str]:
        """Return all lines, without the blanks at their ends."""
        return [line.rstrip() for line in self.lines]

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._feed()
        else:
            if self._column == self.width:
                self._feed()
            line = self.lines[self._row].ljust(self._column)
            self.lines[self._row] = line[: self._column] + character + line[self._column + 1 :]
            self._column += 1

    def _feed(self) -> None:
        self._row, self._column = self._row + 1, 0
        if self._row == len(self.lines):
            self.lines.append("")
