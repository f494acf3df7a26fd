"""The entry from SQS: a batch's records side by side, or in turn on a FIFO queue; what is not done comes back later."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from orderexec.aws.queues import Record, line_up, read_group, read_message
from orderexec.bootstrap import Application, build
from orderexec.config import read_environment
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS, choose_backoff
from orderexec.domain.unreadable import UnreadableRow
from orderexec.domain.verdicts import Done, Verdict
from orderexec.reporting import report, report_accounts, report_answers, report_loads

LARGEST_BATCH = 10
# The longest that one more signal takes: 5 s until it may be sent, 12 s for a request that nobody answers, 5 s for a
# look at what became of it, and the time for connections.
TURN_MS = 30_000

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)  # patched libraries cost start-up time and would record signed URLs
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
threads = ThreadPoolExecutor(max_workers=LARGEST_BATCH, thread_name_prefix="signal")


class ComesBack(Exception):
    """Raised to tell the batch processor that the message stays in the queue."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The delivery ended with a fault of our own; the message comes back after `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Not tried now, so that it does not overtake its group: the message comes back after `delay` seconds."""

    delay: float


Outcome = Verdict | Failed | HeldBack


@cache
def get_application() -> Application:
    """Return the application, which is put together once in each container."""
    return build(read_environment(os.environ))


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Execute the signals of one batch; return the ids of the messages that stay in the queue."""
    app = get_application()
    deliveries: dict[str, Future[dict[str, Outcome]]] = {}
    for line in line_up(event["Records"]):
        future = threads.submit(deliver_in_turn, app, line, context)
        deliveries |= {record["messageId"]: future for record in line}
    verdicts: list[Verdict] = []

    def finish(record: SQSRecord) -> None:
        """Log and count one record's outcome, on this one thread and in the order of the batch."""
        outcome = deliveries[record.message_id].result()[record.message_id]
        if isinstance(outcome, Failed):
            metrics.add_metric("DeliveriesFailed", MetricUnit.Count, 1)
        elif isinstance(outcome, HeldBack):
            metrics.add_metric("SignalsHeldBack", MetricUnit.Count, 1)
            extra = {"message_id": record.message_id, "group": read_group(record.raw_event), "delay_s": outcome.delay}
            logger.info("signal waits for its group", extra=extra)
        else:
            report(outcome, int(record.attributes.approximate_first_receive_timestamp), logger, metrics)
            verdicts.append(outcome)
        if not isinstance(outcome, Done):
            raise ComesBack

    response = process_partial_response(event, finish, processor, context)
    report_accounts(verdicts, metrics)
    used = app.venues.built()
    for venue in used:
        report_answers(venue.traffic.take_answers(), metrics)
    report_loads((venue.traffic.load() for venue in used), metrics)
    return response


def deliver_in_turn(app: Application, line: Sequence[Record], context: LambdaContext) -> dict[str, Outcome]:
    """Deliver the records of one line one after the other; return their outcomes by message id.

    The first that comes back holds back all records behind it, and none of these becomes visible before it.
    """
    outcomes: dict[str, Outcome] = {}
    holding: float | None = None
    for record in line:
        if outcomes and holding is None and context.get_remaining_time_in_millis() < TURN_MS:
            holding = 0.0  # the next call, which may begin at once, gets the rest of the line
        outcome = deliver(app, record) if holding is None else hold_back(app, record, holding)
        if not isinstance(outcome, Done):
            # SQS keeps a group closed while a message of it is hidden. Hidden one after the other for the same time,
            # they also come back in their order: neither overtaking, nor hidden for longer than the first.
            hide(app, record, outcome.delay)
            holding = outcome.delay
        outcomes[record["messageId"]] = outcome
    return outcomes


def deliver(app: Application, record: Record) -> Verdict | Failed:
    """Execute the record's signal; return its verdict, or Failed after any error, which is logged."""
    message = read_message(record)
    try:
        return app.execute(message)
    except UnreadableRow as trouble:
        # A newer version may have written the row. It is not written over, and nothing is sent for its signal.
        facts = {"message_id": message.id, "row": trouble.row.key, "why": trouble.row.why}
        logger.error("a row of the ledger cannot be read, the message comes back", extra=facts)
        return Failed(BLOCKED_PAUSE_SECONDS)
    except Exception:
        # A store fails, or there is a bug. The row tells the next delivery how far this one came.
        logger.exception("delivery failed, the message comes back", extra={"message_id": message.id})
        return Failed(1 + choose_backoff(message.receive_count, 1.0))


def hold_back(app: Application, record: Record, seconds: float) -> HeldBack:
    """Note in the ledger that the record's signal waits; return that it comes back after so many seconds.

    A signal that cannot be noted is held back all the same.
    """
    if seconds:  # without a delay it is delivered again at once, so a note would not help
        try:
            app.execute.hold_back(
                read_message(record), f"an earlier signal of its group {read_group(record)} is not done yet"
            )
        except Exception:  # a store fails, or the row that stands there cannot be read
            logger.exception("a held signal has no row yet", extra={"message_id": record["messageId"]})
    return HeldBack(seconds)


def hide(app: Application, record: Record, seconds: float) -> None:
    """Hide the record's message for so many seconds.

    A message that cannot be hidden comes back after the queue's visibility timeout.
    """
    try:
        app.signals.delay(record["receiptHandle"], seconds)
    except (BotoCoreError, ClientError):
        logger.exception("the delay could not be set", extra={"message_id": record["messageId"]})


if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    # Lambda gives the initialisation more processor time than a call: what every call needs is imported here.
    get_application().venues.preload()
