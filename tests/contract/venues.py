"""The venues that a contract test meets: the fake, and each of the product's talking to a paper exchange."""

from collections.abc import Callable

import pytest

from orderexec.domain.order_words import MarginMode
from tests.contract.binance_stages import BinanceStage, make_coinm_stage, make_margin_stage, make_usdm_stage
from tests.contract.bybit_stages import make_inverse_stage, make_linear_stage, make_spot_stage
from tests.contract.fake_stage import FakeStage
from tests.contract.stage import Stage
from tests.paper_exchange.paper_client import PaperClient

# A stage of each venue over HTTP; margin has one for each kind of account.
OVER_HTTP: dict[str, Callable[[PaperClient], Stage]] = {
    "binance-spot": BinanceStage,
    "binance-usdm": make_usdm_stage,
    "binance-coinm": make_coinm_stage,
    "binance-margin cross": lambda paper: make_margin_stage(paper, MarginMode.CROSS),
    "binance-margin isolated": lambda paper: make_margin_stage(paper, MarginMode.ISOLATED),
    "bybit/spot": make_spot_stage,
    "bybit/linear": make_linear_stage,
    "bybit/inverse": make_inverse_stage,
}
# How a test gets each venue; every venue of the registry has a stage here.
STAGES = ("fake", *OVER_HTTP)


def make_stage(name: str, request: pytest.FixtureRequest) -> Stage:
    """Return a stage by its name, on a paper exchange that is put back to its start."""
    return FakeStage() if name == "fake" else OVER_HTTP[name](request.getfixturevalue("paper"))
