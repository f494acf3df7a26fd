"""The parameters of one order, its own request's or those of one leg of an order list."""

from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.dialects.binance_common.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Leg:
    """The parameters of one order; those of a list's legs begin with a prefix, `pendingAbovePrice`."""

    parameters: Parameters
    prefix: str = ""

    def name(self, name: str) -> str:
        """Return what the parameter is called in this leg."""
        return self.prefix + name[0].upper() + name[1:] if self.prefix else name

    def require(self, *names: str) -> None:
        """Refuse a request that lacks one of these."""
        for name in names:
            self.parameters.required(self.name(name))

    def refuse(self, *names: str) -> None:
        """Refuse a request that has one of these."""
        self.parameters.absent(*(self.name(name) for name in names))

    def sent(self, name: str) -> bool:
        """Return whether the parameter was sent, and not empty."""
        return bool(self.parameters.peek(self.name(name)))

    def decimal(self, name: str) -> Decimal | None:
        """Return the parameter as a decimal; None for one that was not sent."""
        return self.parameters.decimal(self.name(name))

    def integer(self, name: str) -> int | None:
        """Return the parameter as an integer; None for one that was not sent."""
        return self.parameters.integer(self.name(name))
