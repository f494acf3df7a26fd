"""The parameters of orders that every product of Binance reads in the same way."""

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.order_errors import invalid_side
from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.enums import SelfTradePrevention, Side


def read_side(parameters: Parameters, name: str = "side") -> Side:
    """Return the side. Raises -1117."""
    return parameters.required_choice(name, Side, invalid_side())


def self_trade_prevention(parameters: Parameters) -> SelfTradePrevention | None:
    """Return the mode asked for. Raises -1130."""
    name = "selfTradePreventionMode"
    return parameters.choice(name, SelfTradePrevention, errors.invalid_value(name))
