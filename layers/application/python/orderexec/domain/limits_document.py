"""How the document of an account's limits is read: JSON, every problem named, amounts never through a binary float."""

from collections.abc import Callable
from decimal import Decimal

from .decimals import parse_amount
from .fields import Number, Problem, make_choice_reader, make_pattern_reader, show_value
from .json_object import load_object
from .limits import Limits
from .order_words import Side
from .signal_fields import read_symbol

_FORM = 'it must be a JSON object, such as {"max_order_notional": {"USDT": "1000"}, "symbols": ["BTCUSDT"]}'
_MOST_ORDERS = 1_000_000_000


def read_limits(text: str) -> Limits | str:
    """Return the limits, or in one sentence everything that is wrong with the document."""
    try:
        document, problems = load_object(text)
    except Problem as problem:
        return f"it {problem}; {_FORM}"
    known: dict[str, object] = {}
    for name, value in document.items():
        try:
            known[name] = _find_reader(name)(value)
        except Problem as problem:
            problems.append(f"{name} {problem}")
    return "; ".join(problems) if problems else Limits(**known)  # type: ignore[arg-type]


def _find_reader(name: str) -> Callable[[object], object]:
    if name not in READERS:
        raise Problem(f"is no limit; there are {', '.join(READERS)}")
    return READERS[name]


def _read_amount(value: object) -> Decimal:
    amount = parse_amount(value) if isinstance(value, str) else None
    if amount is None:
        raise Problem(f"must be a number above 0, not {show_value(value)}")
    return amount


def _read_percent(value: object) -> Decimal:
    percent = _read_amount(value)
    if percent >= 100:
        raise Problem(f"must be below 100, not {show_value(value)}")
    return percent


def _read_by_asset(value: object) -> dict[str, Decimal]:
    if not isinstance(value, dict) or not value:
        raise Problem(f'must give an amount for each quote asset, such as {{"USDT": "1000"}}, not {show_value(value)}')
    return {str(_read_asset(asset)): _read_amount(amount) for asset, amount in value.items()}


def _read_count(value: object) -> int:
    if not isinstance(value, Number) or not value.isdigit() or len(value) > 10 or int(value) > _MOST_ORDERS:
        raise Problem(f"must be a whole number from 0, not {show_value(value)}")
    return int(value)


def _make_set_reader(read: Callable[[object], object]) -> Callable[[object], frozenset[object]]:
    def read_all(value: object) -> frozenset[object]:
        if not isinstance(value, list):
            raise Problem(f"must be a list, not {show_value(value)}")
        return frozenset(read(each) for each in value)

    return read_all


_read_asset = make_pattern_reader(r"[^\W_a-z]{1,20}", "an asset in capital letters and digits")
READERS: dict[str, Callable[[object], object]] = {
    "max_order_notional": _read_by_asset,
    "max_daily_notional": _read_by_asset,
    "max_daily_orders": _read_count,
    "symbols": _make_set_reader(read_symbol),
    "sides": _make_set_reader(make_choice_reader(*Side, case=str.upper)),
    "max_price_distance_percent": _read_percent,
    "max_slippage_percent": _read_percent,
}
