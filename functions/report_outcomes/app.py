"""The entry from the ledger's stream: publishes each new outcome; what the bus has not taken yet comes again."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from orderexec.aws.event_bus import ORDER_UPDATE, Report, Unpublished
from orderexec.aws.ledger_stream import Record, read_rows, read_sequence_number, read_written_at
from orderexec.bootstrap import Reporter, build_reporter
from orderexec.config import read_reporter_environment
from orderexec.domain.execution_reports import is_news, make_execution_report
from orderexec.domain.order_updates import make_order_updates
from orderexec.log_lines import begin_request, make_logger

logger = make_logger()
metrics = Metrics()
processor = BatchProcessor(
    event_type=EventType.DynamoDBStreams
)  # it raises if the whole batch fails, so that an alarm sees it


class ComesAgain(Exception):
    """Raised to tell the batch processor that the stream must bring this record again."""


@cache
def get_application() -> Reporter:
    """Return what this function needs, which is put together once in each container."""
    return build_reporter(read_reporter_environment(os.environ))


@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Publish the outcomes of one batch.

    Returns the sequence numbers of the records whose outcome is not on the bus yet; the stream brings them again.
    """
    begin_request(logger, context.aws_request_id)
    app = get_application()
    metrics.add_metric("OutcomesReported", MetricUnit.Count, 0)  # so that it has a value even if the bus takes nothing
    unpublished = publish(app, event["Records"])

    def finish(record: DynamoDBRecord) -> None:
        trouble = unpublished.get(read_sequence_number(record.raw_event))
        if trouble is not None:
            conclude(app, record.raw_event, trouble)

    return process_partial_response(event, finish, processor, context)


def publish(app: Reporter, records: Sequence[Record]) -> dict[str, Unpublished]:
    """Publish all that is news in as few calls as possible; return what was not published, by sequence number.

    A record of which one report is not on the bus comes again with all of its reports: each has an id of its own.
    """
    reports: list[tuple[str, Report]] = []
    unpublished: dict[str, Unpublished] = {}
    for record in records:
        number = read_sequence_number(record)
        try:
            reports += [(number, report) for report in make_reports(app, record)]
        except Exception as error:
            # The item was written by hand or by another version. Another try would read it no better.
            logger.exception("a row of the ledger cannot be read", extra={"keys": record["dynamodb"]["Keys"]})
            unpublished[number] = Unpublished(f"{type(error).__name__}: {error}", for_good=True)
    results = app.bus.publish([report for _, report in reports])
    for (number, _), result in zip(reports, results, strict=True):
        if result is not None and not (number in unpublished and result.for_good):
            unpublished[number] = result
    metrics.add_metric("OutcomesReported", MetricUnit.Count, results.count(None))
    return unpublished


def make_reports(app: Reporter, record: Record) -> list[Report]:
    """Return the reports of what was written; none if it is no news, or if a person deleted the row."""
    before, after = read_rows(record)
    if after is None:
        return []
    at = read_written_at(record)
    updates = make_order_updates(before, after, app.stack)
    reports = [Report(update, at, ORDER_UPDATE) for update in updates]
    return [Report(make_execution_report(after, app.stack), at), *reports] if is_news(before, after) else reports


def conclude(app: Reporter, record: Record, trouble: Unpublished) -> None:
    """Put aside a record that will never be published, so that it holds up no other; raise ComesAgain for any other."""
    facts = {"keys": record["dynamodb"]["Keys"], "why": trouble.why}
    if not trouble.for_good:
        logger.warning("an outcome is not reported yet, its record comes again", extra=facts)
        raise ComesAgain(trouble.why)
    app.unreported.keep(record, trouble.why)
    logger.error("an outcome cannot be reported, its record is kept in the queue", extra=facts)
    metrics.add_metric("OutcomesUnreported", MetricUnit.Count, 1)


if (
    "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ
):  # Lambda gives more processor time to the initialisation than to a call
    get_application()
