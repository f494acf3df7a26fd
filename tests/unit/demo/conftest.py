"""A stack that goes through a recorded run of the demo, and the console that the demo writes to meanwhile."""

import io
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest
from rich.console import Console

from local import demo
from local.outcomes import Outcome, Watch
from orderctl.sources.pulse import Pulse
from orderctl.sources.queues import Depths
from orderexec.domain.controls import Controls
from tests.unit.demo.recorded import Moment, load_moments

LETTERS_LEFT = 2  # in the dead-letter queue whenever it is looked at
SCOPE = "strategy/night-shift"

MakeConsole = Callable[..., Console]


class Replayed:
    """It reads as `Watch` does, and each reading is the next moment; the halt is lifted after the second."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._left = list(moments)
        self._moment = self._left[0]
        self.control = self

    @property
    def outcomes(self) -> list[Outcome]:
        return self._moment.outcomes

    @property
    def letters_taken(self) -> int:
        return sum(len(outcome.dead_letters) for outcome in self.outcomes)

    def list_orders(self) -> list[dict[str, Any]]:
        return self._moment.orders

    def refresh(self) -> list[str]:
        self._moment = self._left.pop(0)
        return [SCOPE] if len(self._left) == 2 else []

    def is_over(self) -> bool:
        return not self._left


@pytest.fixture
def moments() -> list[Moment]:
    return load_moments()


@pytest.fixture
def watch(moments: list[Moment], monkeypatch: pytest.MonkeyPatch) -> Watch:
    pulse = Pulse(0, 0, Depths(3, 2, 0), Depths(LETTERS_LEFT, 0, 0), {"SENT": 2}, Controls())
    monkeypatch.setattr(demo, "read_pulse", lambda _stack, _now: pulse)
    monkeypatch.setattr(demo, "LOOKS_EVERY", 1)
    monkeypatch.setattr(demo, "REFRESH_SECONDS", 0)
    return cast(Watch, Replayed(moments))


@pytest.fixture
def make_console(monkeypatch: pytest.MonkeyPatch) -> MakeConsole:
    """Return the function that makes the console of the demo, and gives it to the demo."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def make(width: int, height: int, *, is_terminal: bool = True) -> Console:
        made = Console(
            file=io.StringIO(),
            width=width,
            height=height,
            highlight=False,
            force_terminal=is_terminal,
            force_interactive=is_terminal,
        )
        monkeypatch.setattr(demo, "console", made)
        return made

    return make
