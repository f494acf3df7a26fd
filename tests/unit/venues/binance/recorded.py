"""The answers that Binance's documentation shows, as they are kept in tests/data; and garbage."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

_FOLDER = Path(__file__).parents[3] / "data"

GARBLED: list[object] = [None, True, [], {}, "", "NaN", "Infinity", "x", 1.5]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.decimals().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
"""Whatever JSON may hold."""


def recorded(name: str, folder: str = "binance_spot") -> Any:
    return json.loads((_FOLDER / folder / f"{name}.json").read_text())
