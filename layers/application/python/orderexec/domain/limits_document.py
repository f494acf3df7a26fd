"""How the document of an account's limits is read: JSON, every problem named, amounts never through a binary float."""

from collections.abc import Callable
from decimal import Decimal

from .decimals import parse_amount
from .fields import Number, Problem, matching, one_of, shown
from .json_object import load_object
from .limits import Limits
from .order_words import Side
from .signal_fields import read_symbol

_FORM = 'it must be a JSON object, such as {"max_order_notional": {"USDT": "1000"}, "symbols": ["BTCUSDT"]}'
_MOST_ORDERS = 1_000_000_000


def read_limits(text: str) -> Limits | str:
    """The limits, or in one sentence everything that is wrong with the document."""
    try:
        document, problems = load_object(text)
    except Problem as problem:
        return f"it {problem}; {_FORM}"
    known: dict[str, object] = {}
    for name, value in document.items():
        try:
            known[name] = _reader(name)(value)
        except Problem as problem:
            problems.append(f"{name} {problem}")
    return "; ".join(problems) if problems else Limits(**known)  # type: ignore[arg-type]


def _reader(name: str) -> Callable[[object], object]:
    if name not in READERS:
        raise Problem(f"is no limit; there are {', '.join(READERS)}")
    return READERS[name]


def _amount(value: object) -> Decimal:
    amount = parse_amount(value) if isinstance(value, str) else None
    if amount is None:
        raise Problem(f"must be a number above 0, not {shown(value)}")
    return amount


def _percent(value: object) -> Decimal:
    percent = _amount(value)
    if percent >= 100:
        raise Problem(f"must be below 100, not {shown(value)}")
    return percent


def _by_asset(value: object) -> dict[str, Decimal]:
    if not isinstance(value, dict) or not value:
        raise Problem(f'must give an amount for each quote asset, such as {{"USDT": "1000"}}, not {shown(value)}')
    return {str(_ASSET(asset)): _amount(amount) for asset, amount in value.items()}


def _count(value: object) -> int:
    if not isinstance(value, Number) or not value.isdigit() or len(value) > 10 or int(value) > _MOST_ORDERS:
        raise Problem(f"must be a whole number from 0, not {shown(value)}")
    return int(value)


def _set_of(read: Callable[[object], object]) -> Callable[[object], frozenset[object]]:
    def read_all(value: object) -> frozenset[object]:
        if not isinstance(value, list):
            raise Problem(f"must be a list, not {shown(value)}")
        return frozenset(read(each) for each in value)

    return read_all


_ASSET = matching(r"[^\W_a-z]{1,20}", "an asset in capital letters and digits")
READERS: dict[str, Callable[[object], object]] = {
    "max_order_notional": _by_asset,
    "max_daily_notional": _by_asset,
    "max_daily_orders": _count,
    "symbols": _set_of(read_symbol),
    "sides": _set_of(one_of(*Side, case=str.upper)),
    "max_price_distance_percent": _percent,
    "max_slippage_percent": _percent,
}
