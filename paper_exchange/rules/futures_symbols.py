"""A symbol of contracts, with what its rules have beside those of spot."""

from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.contracts import Contract
from paper_exchange.rules.symbols import Symbol


@dataclass(frozen=True, kw_only=True)
class FuturesSymbol(Symbol):
    """A symbol of contracts and what it lets pass. `level_quantity` counts contracts."""

    contract: Contract
    pair: str
    margin_asset: str
    price_precision: int
    quantity_precision: int
    trigger_protect: Decimal = Decimal("0.05")
    """How far last price and mark price may be apart for a protected trigger, as a share of the mark price."""
    market_take_bound: Decimal = Decimal("0.05")
    """How far from the mark price orders trade, as a share of it."""
