"""How a test gets a stack that trades at Bybit, its exchange the paper one, with the key of account main."""

import json

import boto3
import pytest

from tests.orderctl.conftest import PARAMETERS, Deployed, build_template
from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient


@pytest.fixture
def at_bybit(deployed: Deployed, paper: PaperClient) -> Deployed:
    """All of Bybit's products, and Binance Spot."""
    given = {f"{name}Url": paper.url for name in ("BinanceSpot", "BinanceUsdm", "Bybit")}
    text = build_template(deployed.outputs, PARAMETERS | given | {"Venues": "bybit,binance-spot"})
    boto3.client("cloudformation").update_stack(StackName="orderexec", TemplateBody=text)
    deployed.secrets.create_secret(
        Name="orderexec/main", SecretString=json.dumps({"api_key": KEY, "api_secret": SECRET})
    )
    return deployed
