"""What contracts are worth: linear ones in quote units, inverse ones in the coin that they are about."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from paper_exchange.engine.orders import ZERO

UNIT = Decimal("1E-18")  # of what is worked out; what goes to the wallet is rounded to that of its asset


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract. A linear one is `size` of the base asset; an inverse one is `size` of the quote asset.

    The value of linear contracts rises with the price, that of inverse ones falls.
    """

    size: Decimal = Decimal(1)
    inverse: bool = False

    def value(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Return what so many contracts are worth at a price, in the asset that margin is paid in."""
        if self.inverse:
            return (quantity * self.size / price).quantize(UNIT, ROUND_HALF_EVEN)
        return quantity * self.size * price

    def average_price(self, quantity: Decimal, value: Decimal) -> Decimal:
        """Return the price at which so many contracts are worth that; zero for none."""
        if not quantity or not value:
            return ZERO
        size = quantity * self.size
        return size / value if self.inverse else value / size

    def profit(self, opened: Decimal, closed: Decimal) -> Decimal:
        """Return what contracts earned that were worth `opened` and are worth `closed`, both negative for a short."""
        return opened - closed if self.inverse else closed - opened
