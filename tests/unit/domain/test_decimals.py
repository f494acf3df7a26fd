"""Amounts: which text is one, how it meets a grid, how it goes out on the wire."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.decimals import LARGEST, SMALLEST, format_plain, is_on_grid, parse_amount, round_down, round_up

# Any amount a signal can hold; grids as venues have them: powers of ten, but also 0.5, 0.25, 5.
AMOUNTS = st.decimals(SMALLEST, LARGEST, allow_nan=False, allow_infinity=False)
GRIDS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent), st.sampled_from([1, 2, 5, 25, 7]), st.integers(-18, 4)
)


@given(AMOUNTS, GRIDS)
def test_rounding_down_gives_the_next_multiple_below(amount: Decimal, grid: Decimal) -> None:
    rounded = Fraction(round_down(amount, grid))

    assert rounded % Fraction(grid) == 0
    assert 0 <= Fraction(amount) - rounded < Fraction(grid)


@given(AMOUNTS, GRIDS)
def test_rounding_up_gives_the_next_multiple_above(amount: Decimal, grid: Decimal) -> None:
    rounded = Fraction(round_up(amount, grid))

    assert rounded % Fraction(grid) == 0
    assert 0 <= rounded - Fraction(amount) < Fraction(grid)


@given(AMOUNTS, GRIDS)
def test_an_amount_is_on_the_grid_exactly_if_it_is_a_multiple(amount: Decimal, grid: Decimal) -> None:
    assert is_on_grid(amount, grid) == (Fraction(amount) % Fraction(grid) == 0)
    assert is_on_grid(round_down(amount, grid), grid)


@given(AMOUNTS)
def test_a_grid_of_zero_is_no_grid(amount: Decimal) -> None:
    assert round_down(amount, Decimal(0)) == round_up(amount, Decimal(0)) == amount
    assert is_on_grid(amount, Decimal(0))


@given(AMOUNTS)
def test_the_wire_text_is_plain_and_reads_back_as_the_same_amount(amount: Decimal) -> None:
    text = format_plain(amount)

    assert set(text) <= set("0123456789.")
    assert Fraction(text) == Fraction(amount)
    assert parse_amount(text) == amount or len(text) > 64
    assert not text.endswith(".")
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1E-7", "0.0000001"), ("1E+3", "1000"), ("100", "100"), ("0.50", "0.5"), ("5.000", "5"), ("0E-8", "0")],
)
def test_the_wire_has_neither_exponents_nor_trailing_zeros(amount: str, text: str) -> None:
    assert format_plain(Decimal(amount)) == text


@pytest.mark.parametrize("text", ["1", "+1", "0.1", ".5", "5.", "1e3", "1E-7", "1e018", "0" * 63 + "1"])
def test_ordinary_ways_to_write_a_number_are_read(text: str) -> None:
    assert parse_amount(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "e5",
        "1e",
        "1e1000",
        "--1",
        "-1",
        "0",
        "-0",
        "1_0",
        " 1",
        "1 ",
        "1\n",
        "1,5",
        "NaN",
        "sNaN",
        "Infinity",
        "0x1",
        "٣",
        "１",
        "½",
        "1e-19",
        "1000000000000000001",
        "0" * 64 + "1",
    ],
)
def test_what_is_no_amount_above_zero_is_none(text: str) -> None:
    assert parse_amount(text) is None


@given(st.text())
def test_any_text_is_an_amount_within_bounds_or_none(text: str) -> None:
    amount = parse_amount(text)

    assert amount is None or SMALLEST <= amount <= LARGEST
