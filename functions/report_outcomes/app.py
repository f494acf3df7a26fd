"""Stream entry: publishes each new outcome that the ledger's stream tells of; what the bus has not comes again."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from orderexec.aws.event_bus import Report, Unpublished
from orderexec.aws.ledger_stream import Record, rows, sequence_number, written_at
from orderexec.bootstrap import Reporter, build_reporter
from orderexec.config import reporter_from_environment
from orderexec.domain.execution_reports import is_news, make_execution_report

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)  # raises if the whole batch fails: an error to see


class ComesAgain(Exception):
    """Tells the batch processor that the stream must bring this record again."""


@cache
def application() -> Reporter:
    """Put together once a container."""
    return build_reporter(reporter_from_environment(os.environ))


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answers with the sequence numbers of the records whose outcome is not on the bus yet."""
    app = application()
    metrics.add_metric("OutcomesReported", MetricUnit.Count, 0)  # told also if the bus fails the whole batch
    unpublished = publish(app, event["Records"])

    def finish(record: DynamoDBRecord) -> None:
        trouble = unpublished.get(sequence_number(record.raw_event))
        if trouble is not None:
            conclude(app, record.raw_event, trouble)

    return process_partial_response(event, finish, processor, context)


def publish(app: Reporter, records: Sequence[Record]) -> dict[str, Unpublished]:
    """All that is news, in as few calls as can be; what was not published, by sequence number."""
    reports: dict[str, Report] = {}
    unpublished: dict[str, Unpublished] = {}
    for record in records:
        try:
            report = report_of(app, record)
        except Exception as error:
            # An item that is no row, written by hand or by another version: it will read no better the next time.
            logger.exception("a row of the ledger cannot be read", extra={"keys": record["dynamodb"]["Keys"]})
            unpublished[sequence_number(record)] = Unpublished(f"{type(error).__name__}: {error}", for_good=True)
        else:
            if report is not None:
                reports[sequence_number(record)] = report
    results = dict(zip(reports, app.bus.publish(list(reports.values())), strict=True))
    unpublished |= {number: result for number, result in results.items() if result is not None}
    metrics.add_metric("OutcomesReported", MetricUnit.Count, list(results.values()).count(None))
    return unpublished


def report_of(app: Reporter, record: Record) -> Report | None:
    """None for a write that is no news, or that a person made: a deleted row."""
    before, after = rows(record)
    if after is None or not is_news(before, after):
        return None
    return Report(make_execution_report(after, app.stack), written_at(record))


def conclude(app: Reporter, record: Record, trouble: Unpublished) -> None:
    """What will never be published goes aside, so that it holds up nothing; anything else comes again."""
    facts = {"keys": record["dynamodb"]["Keys"], "why": trouble.why}
    if not trouble.for_good:
        logger.warning("an outcome is not reported yet, its record comes again", extra=facts)
        raise ComesAgain(trouble.why)
    app.unreported.keep(record, trouble.why)
    logger.error("an outcome cannot be reported, its record is kept in the queue", extra=facts)
    metrics.add_metric("OutcomesUnreported", MetricUnit.Count, 1)


if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:  # Lambda gives the initialisation more processor than a call
    application()
