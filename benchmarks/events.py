"""What Lambda passes to the function: SQS records of new signals, and the context of a call."""

import itertools
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orderexec"

# Both kinds of order. A market order by quantity also needs the average price, which makes it the slowest kind.
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.0012345", "strategy": "bench"}
LIMIT = {
    "symbol": "ETHUSDT",
    "side": "SELL",
    "type": "LIMIT",
    "quantity": "0.01",
    "price": "3490.004",
    "strategy": "bench",
}

# At USD-M an order must be worth 100 USDT. Both trade at once, which is what takes a second request there.
USDM_MARKET = MARKET | {"venue": "binance-usdm", "quantity": "0.0123"}
USDM_LIMIT = LIMIT | {"venue": "binance-usdm", "quantity": "0.0512"}

_ids = itertools.count()


def make_event(*signals: dict[str, Any]) -> dict[str, Any]:
    """Return an SQS event with one record for each signal; each signal gets an id that was never used."""
    return {"Records": [_make_record(signal) for signal in signals]}


def read_signal_ids(delivery: dict[str, Any]) -> list[str]:
    """Return the ids of the signals in `delivery`."""
    return [json.loads(record["body"])["id"] for record in delivery["Records"]]


def _make_record(signal: dict[str, Any]) -> dict[str, Any]:
    now = str(time.time_ns() // 1_000_000)
    body = json.dumps(signal | {"id": f"bench-{next(_ids)}-{uuid.uuid4()}", "issued_at": int(now)})
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "AQEB" + "x" * 180,
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "ApproximateFirstReceiveTimestamp": now,
            "SentTimestamp": now,
            "SenderId": "AIDA",
        },
        "messageAttributes": {},
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:signals",
        "awsRegion": "us-east-1",
    }


@dataclass(frozen=True)
class Context:
    """The context of a call, as far as Powertools reads it."""

    function_name: str = "orderexec"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = ARN
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 45_000
