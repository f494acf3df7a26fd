"""What contracts are worth and what a position of them earned, as plain numbers."""

from decimal import Decimal

import pytest

from paper_exchange.engine.contracts import Contract
from paper_exchange.engine.positions import Position, PositionSide
from paper_exchange.enums import Side

LINEAR, INVERSE = Contract(), Contract(Decimal(100), inverse=True)


def position(contract: Contract) -> Position:
    return Position(symbol="any", side=PositionSide.BOTH, contract=contract)


def test_linear_contracts_are_worth_more_at_a_higher_price_inverse_ones_less() -> None:
    assert LINEAR.value(Decimal("0.5"), Decimal(60_000)) == 30_000
    assert INVERSE.value(Decimal(6), Decimal(60_000)) == Decimal("0.01")
    assert INVERSE.value(Decimal(6), Decimal(30_000)) == Decimal("0.02")


@pytest.mark.parametrize("contract", [LINEAR, INVERSE])
def test_the_average_price_is_the_one_that_gives_the_value(contract: Contract) -> None:
    value = contract.value(Decimal(3), Decimal(60_000))

    assert contract.average_price(Decimal(3), value) == 60_000
    assert contract.average_price(Decimal(0), Decimal(0)) == 0


@pytest.mark.parametrize(
    ("contract", "side", "profit"),
    [
        (LINEAR, Side.BUY, "10000"),
        (LINEAR, Side.SELL, "-10000"),
        (INVERSE, Side.BUY, "0.00050000"),  # 100 / 40,000 - 100 / 50,000
        (INVERSE, Side.SELL, "-0.00050000"),
    ],
)
def test_a_higher_price_pays_who_bought(contract: Contract, side: Side, profit: str) -> None:
    held = position(contract)
    other = Side.SELL if side is Side.BUY else Side.BUY
    assert held.trade(side, Decimal(1), Decimal(40_000)) == 0
    assert held.unrealised(Decimal(50_000)) == Decimal(profit)

    assert held.trade(other, Decimal(1), Decimal(50_000)) == Decimal(profit)
    assert held.quantity == held.cost == held.entry_price == 0


def test_a_flip_closes_first_and_opens_the_rest_at_its_own_price() -> None:
    held = position(LINEAR)
    held.trade(Side.BUY, Decimal(2), Decimal(100))

    assert held.trade(Side.SELL, Decimal(5), Decimal(110)) == 20
    assert held.quantity == -3
    assert held.entry_price == 110
    assert held.reducible_by(Side.BUY) == 3
    assert held.reducible_by(Side.SELL) == 0


def test_a_closed_position_has_cost_nothing_however_long_its_numbers_were() -> None:
    held = position(LINEAR)
    held.quantity, held.cost = Decimal("1234567.891"), Decimal("98765432.123456789012345678")

    held.trade(Side.SELL, Decimal("1234567.891"), Decimal(80))

    assert held.quantity == held.cost == 0
