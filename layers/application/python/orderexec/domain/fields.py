"""How one field of a signal is read: a reader takes the JSON value and returns it checked, or says what is wrong."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from .decimals import LARGEST, SMALLEST, parse_amount

Reader = Callable[[object], object]
_EARLIEST_MS = 1_483_228_800_000  # 2017-01-01: before it there was no venue, the value is in seconds


class Problem(ValueError):
    """Why a value cannot be taken, worded to follow the field's name."""


class Number(str):
    """The digits of a JSON number as they stood in the message: they never pass through a binary float."""

    __slots__ = ()


def show_value(value: object) -> str:
    """Return `value` for a person: short, printable, quoted if it was a string."""
    if isinstance(value, dict | list):  # perhaps nested beyond what can be printed
        return "a JSON object" if isinstance(value, dict) else "a list"
    text = value if isinstance(value, Number) else ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def make_choice_reader(*choices: str, case: Callable[[str], str]) -> Reader:
    """Return a reader of one of `choices`, in any case.

    The reader returns the choice itself, which may be a member of an enumeration.
    """
    known = {choice: choice for choice in choices}

    def read(value: object) -> str:
        # Beyond ASCII, other letters fold to the same words: a long s (U+017F) to S, a dotless i (U+0131) to I.
        if not isinstance(value, str) or not value.isascii() or case(value) not in known:
            raise Problem(f"must be {' or '.join(choices)}, not {show_value(value)}")
        return known[case(value)]

    return read


def make_pattern_reader(pattern: str, meaning: str) -> Callable[[object], str]:
    """Return a reader of a string that `pattern` matches whole; `meaning` says in words which those are."""
    compiled = re.compile(pattern)

    def read(value: object) -> str:
        if not isinstance(value, str) or isinstance(value, Number) or not compiled.fullmatch(value):
            raise Problem(f"must be {meaning}, not {show_value(value)}")
        return value

    return read


def make_text_reader(longest: int) -> Reader:
    """Return a reader of 1 to `longest` printable characters."""

    def read(value: object) -> str:
        if not isinstance(value, str) or isinstance(value, Number) or not value.isprintable():
            raise Problem(f"must be a string of printable characters, not {show_value(value)}")
        if not 1 <= len(value) <= longest:
            raise Problem(f"must have 1 to {longest} characters, not {len(value)}")
        return value

    return read


def read_amount(value: object) -> Decimal:
    """Return a decimal above zero, which the value holds as a JSON string or number. Raises Problem."""
    number = parse_amount(value) if isinstance(value, str) else None
    if number is None:
        raise Problem(f"must be a decimal number from {SMALLEST} to {LARGEST}, not {show_value(value)}")
    return number


def make_seconds_reader(least: Decimal, longest: int) -> Reader:
    """Return a reader of a number of seconds from `least` to `longest`."""

    def read(value: object) -> Decimal:
        number = parse_amount(value) if isinstance(value, str) else None
        if number is None or not least <= number <= longest:
            raise Problem(f"must be a number of seconds from {least} to {longest}, not {show_value(value)}")
        return number

    return read


def read_percent(value: object) -> Decimal:
    """Return a decimal above zero, 100 at the most. Raises Problem."""
    number = parse_amount(value) if isinstance(value, str) else None
    if number is None or number > 100:
        raise Problem(f"must be a percentage above 0 and up to 100, not {show_value(value)}")
    return number


def make_whole_reader(least: int, most: int) -> Reader:
    """Return a reader of a whole number from `least` to `most`, as a JSON number or as a string of its digits."""

    def read(value: object) -> int:
        # A 1 and 18 zeros at the most: no number of digits that Python refuses to read.
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value) and least <= int(value) <= most:
            return int(value)
        raise Problem(f"must be a whole number from {least} to {most}, not {show_value(value)}")

    return read


def read_boolean(value: object) -> bool:
    """Return `true` or `false`; no string stands for either. Raises Problem."""
    if not isinstance(value, bool):
        raise Problem(f"must be true or false, not {show_value(value)}")
    return value


def read_instant(value: object) -> int:
    """Return the epoch milliseconds that the value means. Raises Problem.

    It holds them as a JSON number or as text, of which a fraction is left out, or ISO 8601 with a zone.
    """
    millis = _parse_epoch_ms(value)
    if millis is None:
        raise Problem(f"must be ISO 8601 with a zone or epoch milliseconds, not {show_value(value)}")
    if millis < _EARLIEST_MS:
        hint = " (are these seconds? multiply by 1000)" if millis * 1000 >= _EARLIEST_MS else ""
        raise Problem(f"must be epoch milliseconds or ISO 8601; {show_value(value)} is before 2017{hint}")
    return millis


def _parse_epoch_ms(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    # Python's time.time() * 1000 has a fraction. Left out, it makes a signal older by less than a millisecond.
    if digits := re.fullmatch(r"([0-9]{1,15})(\.[0-9]{1,30})?", value):
        return int(digits[1])
    if isinstance(value, Number):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return None if moment.tzinfo is None else round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
