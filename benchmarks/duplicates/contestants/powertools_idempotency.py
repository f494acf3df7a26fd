"""How python-binance is used behind Powertools Idempotency.

Practice: Powertools for AWS Lambda, "Idempotency": `idempotent_function` with the batch utility, a payload subset as
key (the signal's id), the DynamoDB persistence layer, the Lambda context registered ("Lambda timeouts");
python-binance, "Account Endpoints", "Place an order" with `newClientOrderId`.
"""

import json
import warnings
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from benchmarks.duplicates.account import API_KEY, API_SECRET, EXCHANGE_URL, IDEMPOTENCY
from benchmarks.duplicates.delivery import Handler, Surroundings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports the old names of websockets
    from binance.client import Client


class Redirected(Client):  # type: ignore[misc]
    """The client at the benchmark's address."""

    API_URL = f"{EXCHANGE_URL}/api"


def build(surroundings: Surroundings) -> Handler:
    """Return the handler of a container with a client of its own."""
    client = Redirected(API_KEY, API_SECRET, ping=False)
    surroundings.closing.callback(client.loop.close)
    surroundings.closing.callback(client.close_connection)
    config = IdempotencyConfig(event_key_jmespath="id", raise_on_no_idempotency_key=True)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="signal", config=config, persistence_store=DynamoDBPersistenceLayer(IDEMPOTENCY)
    )
    def place(signal: dict[str, str]) -> Any:
        limit = {"price": signal["price"], "timeInForce": "GTC"} if signal["type"] == "LIMIT" else {}
        asked = {name: signal[name] for name in ("symbol", "side", "type", "quantity")}
        return client.create_order(**asked, **limit, newClientOrderId=signal["id"])

    def record_handler(record: SQSRecord) -> None:
        place(signal=json.loads(record.body))

    def handler(event: dict[str, Any], context: Any) -> Any:
        config.register_lambda_context(context)
        return process_partial_response(event, record_handler, processor, context)

    return handler
