"""SQS entry: each record of a batch on a thread of its own; what is not done goes back with its delay."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from orderexec.bootstrap import Application, build
from orderexec.config import from_environment
from orderexec.domain.messages import Message
from orderexec.domain.retry import backoff
from orderexec.domain.verdicts import Later, Verdict
from orderexec.reporting import report, report_accounts, report_answers, report_loads

LARGEST_BATCH = 10

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)  # the libraries' patches cost start-up time and would record signed URLs
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
threads = ThreadPoolExecutor(max_workers=LARGEST_BATCH, thread_name_prefix="signal")


class ComesBack(Exception):
    """Tells the batch processor that the message stays in the queue; nothing went wrong."""


@cache
def application() -> Application:
    """Put together once a container."""
    return build(from_environment(os.environ))


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answers with the ids of the messages that stay in the queue."""
    app = application()
    deliveries = {record["messageId"]: threads.submit(deliver, app, record) for record in event["Records"]}

    verdicts: list[Verdict] = []

    def finish(record: SQSRecord) -> None:
        """Logs and metrics are written on this one thread, in the order of the batch."""
        delivery = deliveries[record.message_id]
        if delivery.exception():
            metrics.add_metric("DeliveriesFailed", MetricUnit.Count, 1)
        verdict = delivery.result()
        report(verdict, int(record.attributes.approximate_first_receive_timestamp), logger, metrics)
        verdicts.append(verdict)
        if isinstance(verdict, Later):
            raise ComesBack

    response = process_partial_response(event, finish, processor, context)
    report_accounts(verdicts, metrics)
    for venue in app.execute.venues.values():
        report_answers(venue.traffic.answers(), metrics)
    report_loads((venue.traffic.load() for venue in app.execute.venues.values()), metrics)
    return response


def deliver(app: Application, record: Mapping[str, Any]) -> Verdict:
    """Execute the record's signal; if it comes back, hide it for as long as it should wait."""
    message = to_message(record)
    try:
        verdict = app.execute(message)
    except Exception:
        # A store of ours fails, or a bug: the row tells the next delivery how far this one came.
        logger.exception("delivery failed, the message comes back", extra={"message_id": message.id})
        hide(app, record, 1 + backoff(message.receive_count, 1.0))
        raise
    if isinstance(verdict, Later):
        hide(app, record, verdict.delay)
    return verdict


def hide(app: Application, record: Mapping[str, Any], seconds: float) -> None:
    """Best effort: a message that cannot be hidden comes back after the queue's visibility timeout."""
    try:
        app.signals.delay(record["receiptHandle"], seconds)
    except (BotoCoreError, ClientError):
        logger.exception("the delay could not be set", extra={"message_id": record["messageId"]})


def to_message(record: Mapping[str, Any]) -> Message:
    """The record as the inside knows it."""
    attributes = record.get("messageAttributes") or {}
    return Message(
        id=record["messageId"],
        body=record["body"],
        sent_at=int(record["attributes"]["SentTimestamp"]),
        receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
        attributes={name: value["stringValue"] for name, value in attributes.items() if value.get("stringValue")},
    )


if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:  # Lambda gives the initialisation more processor than a call
    application()
