"""What one accepted signal costs at least: one conditional put, one POST and one update, with nothing around them.

The libraries, the settings of the clients and the bytes on the wire are the same as the function's. The exchange's key
is read once, as the function does. At USD-M one GET more asks for the average price.
"""

import hashlib
import hmac
import json
import os
import time
import uuid
from typing import Any
from urllib.parse import urlencode

import boto3
import requests
from botocore.config import Config

# The attributes that the function writes with the outcome; all others are written by the claim.
_OUTCOME = (
    "state",
    "token",
    "updated_at",
    "order_id",
    "order_status",
    "order_created_at",
    "order_quantity",
    "order_quote_quantity",
    "executed_quantity",
    "average_price",
)


class Floor:
    """The clients, made as the function makes its own: three of AWS, and a session for the exchange."""

    venue, url_variable, path = "binance-spot", "BINANCE_SPOT_URL", "/api/v3/order"

    def __init__(self) -> None:
        config = Config(
            connect_timeout=2,
            read_timeout=5,
            max_pool_connections=16,
            parameter_validation=False,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        session = boto3.Session()
        self._dynamodb = session.client("dynamodb", config=config)
        self.unused = session.client("sqs", config=config)
        self._secrets = session.client("secretsmanager", config=config)
        self._key: dict[str, str] | None = None
        self._exchange = requests.Session()
        self._exchange.trust_env = False
        self.url, self._table = os.environ[self.url_variable], os.environ["LEDGER_TABLE"]

    def read_row(self, key: str) -> dict[str, Any]:
        """Return the item that the function wrote for a signal; the items written here are modelled on it."""
        return dict(self._dynamodb.get_item(TableName=self._table, Key={"pk": {"S": key}})["Item"])

    def handle(self, event: dict[str, Any], _context: object) -> dict[str, Any]:
        """Execute the signals of a batch one after the other, with rows like the event's `model`."""
        for _ in event["Records"]:
            self.execute(event["model"])
        return {"batchItemFailures": []}

    def execute(self, model: dict[str, Any]) -> str:
        """Execute one signal, with a row like `model`; return the key of its row."""
        if self._key is None:
            secret = self._secrets.get_secret_value(SecretId=f"{os.environ['SECRET_PREFIX']}main")
            self._key = json.loads(secret["SecretString"])
        client_order_id, now = uuid.uuid4().hex, str(time.time_ns() // 1_000_000)
        key = {"pk": {"S": f"main/{self.venue}/floor-{client_order_id}"}}
        claim = {name: value for name, value in model.items() if name not in _OUTCOME}
        claim |= {**key, "state": {"S": "SENT"}, "token": {"S": uuid.uuid4().hex}, "updated_at": {"N": now}}
        self._dynamodb.put_item(
            TableName=self._table,
            Item=claim,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        order = self.place(self._key, model, client_order_id, now)
        outcome = {name: model[name] for name in _OUTCOME if name in model}
        outcome |= {"order_id": {"S": str(order["orderId"])}, "order_status": {"S": order["status"]}}
        self._dynamodb.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in outcome),
            ConditionExpression="#token = :seen",
            ExpressionAttributeNames={f"#{name}": name for name in outcome},
            ExpressionAttributeValues={f":{name}": value for name, value in outcome.items()}
            | {":seen": claim["token"]},
        )
        return key["pk"]["S"]

    def place(self, key: dict[str, str], model: dict[str, Any], client_order_id: str, timestamp: str) -> dict[str, Any]:
        """Place the order of the row; return what the exchange says of it."""
        return self.send(
            "POST",
            key,
            {
                "symbol": model["symbol"]["S"],
                "side": model["side"]["S"],
                "type": model["type"]["S"],
                "quantity": model["quantity"]["S"],
                "newClientOrderId": client_order_id,
                "newOrderRespType": "RESULT",
                "recvWindow": os.environ["RECV_WINDOW_MS"],
                "timestamp": timestamp,
            },
        )

    def send(self, method: str, key: dict[str, str], parameters: dict[str, str]) -> dict[str, Any]:
        """Send a signed request about an order, and return its answer."""
        payload = urlencode(parameters)
        signature = hmac.new(key["api_secret"].encode(), payload.encode(), hashlib.sha256).hexdigest()
        return self.transmit(method, f"{payload}&signature={signature}", key["api_key"])

    def transmit(self, method: str, signed: str, api_key: str) -> dict[str, Any]:
        """Send what is signed already."""
        url, headers = f"{self.url}{self.path}", {"X-MBX-APIKEY": api_key}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            answer = self._exchange.post(url, data=signed, headers=headers, timeout=(3.05, 12))
        else:
            answer = self._exchange.get(f"{url}?{signed}", headers=headers, timeout=(3.05, 12))
        answer.raise_for_status()
        order: dict[str, Any] = answer.json()
        return order


class UsdmFloor(Floor):
    """The floor at USD-M, where the answer to an order does not tell its average price."""

    venue, url_variable, path = "binance-usdm", "BINANCE_USDM_URL", "/fapi/v1/order"

    def place(self, key: dict[str, str], model: dict[str, Any], client_order_id: str, timestamp: str) -> dict[str, Any]:
        """Place the order, then ask for it."""
        order = super().place(key, model, client_order_id, timestamp)
        found = self.send(
            "GET",
            key,
            {
                "symbol": order["symbol"],
                "origClientOrderId": client_order_id,
                "recvWindow": os.environ["RECV_WINDOW_MS"],
                "timestamp": str(time.time_ns() // 1_000_000),
            },
        )
        if not float(found["avgPrice"]):
            raise RuntimeError(f"the exchange tells no average price: {found}")
        return found


FLOORS = {floor.venue: floor for floor in (Floor, UsdmFloor)}


def make_floor() -> Floor:
    """Return the floor of the one venue that the function's environment names."""
    return FLOORS[os.environ["VENUES"]]()
