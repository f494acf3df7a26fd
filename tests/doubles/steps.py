"""The points between two steps of the code under test, where it can die, freeze, or be overtaken."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from orderexec.ports import ControlBoard, DeadLetters, Ledger, Secrets, Venue

T = TypeVar("T")
PORTS = {"venue": Venue, "ledger": Ledger, "secrets": Secrets, "board": ControlBoard, "letters": DeadLetters}
Watch = Callable[[str], None]  # is told "before <port>.<method>" and "after <port>.<method>" at each call of a port


class Crash(BaseException):
    """The process is gone: no `except Exception` may hold it up."""


def at(step: str, action: Callable[[], None]) -> Watch:
    """A watch that does `action` at every `step`. A step that no port has would never come: the test would be idle."""
    port, _, method = step.partition(" ")[2].partition(".")
    assert step.startswith(("before ", "after ")), step
    assert hasattr(PORTS[port], method.partition(".")[0]), f"no port has {step!r}"
    return lambda label: action() if label == step else None


def watched(port: T, name: str, watch: Watch) -> T:
    """`port`, with `watch` called on both sides of each of its methods, also of the ports it holds."""
    return cast(T, _Watched(port, name, watch))


class _Watched:
    def __init__(self, port: object, name: str, watch: Watch) -> None:
        self._port = port
        self._name = name
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        value, label = getattr(self._port, name), f"{self._name}.{name}"
        if callable(value):
            return self._between(value, label)
        return value if isinstance(value, int | str) else _Watched(value, label, self._watch)

    def __call__(self, *arguments: Any) -> Any:
        return self._between(cast(Callable[..., Any], self._port), self._name)(*arguments)

    def _between(self, call: Callable[..., Any], label: str) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            self._watch(f"before {label}")
            result = call(*arguments, **named)
            self._watch(f"after {label}")
            return result

        return called
