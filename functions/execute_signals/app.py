"""The entry from SQS: a batch's records side by side, or in turn on a FIFO queue; what is not done comes back later."""

import os

from orderexec.head_start import begin

head_start = begin(os.environ)  # the first requests are under way while the rest is imported

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from orderexec.aws.queues import Record, is_ordered, line_up, read_group, read_message
from orderexec.bootstrap import Application, build
from orderexec.config import read_environment
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS, choose_backoff
from orderexec.domain.unreadable import UnreadableRow
from orderexec.domain.verdicts import Done, Verdict
from orderexec.log_lines import begin_request, make_logger
from orderexec.reporting import report, report_accounts, report_answers, report_loads

LARGEST_BATCH = 10
# The longest that one more signal takes: 5 s until it may be sent, 12 s for a request that nobody answers, 5 s for a
# look at what became of it, and the time for connections.
TURN_MS = 30_000

logger = make_logger()
metrics = Metrics()
threads = ThreadPoolExecutor(max_workers=LARGEST_BATCH, thread_name_prefix="signal")


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
    return build(read_environment(os.environ), head_start.contact if head_start else None)


@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Execute the signals of one batch; return the ids of the messages that stay in the queue."""
    begin_request(logger, context.aws_request_id)
    app = get_application()
    records: list[Record] = event["Records"]
    deliveries: dict[str, Future[dict[str, Outcome]]] = {}
    for line in line_up(records):
        future = threads.submit(deliver_in_turn, app, line, context)
        deliveries |= {record["messageId"]: future for record in line}
    # Logged and counted on this one thread, and in the order of the batch.
    outcomes = {record["messageId"]: tell(record, deliveries[record["messageId"]]) for record in records}
    report_accounts([outcome for outcome in outcomes.values() if isinstance(outcome, Verdict)], metrics)
    used = app.venues.built()
    for venue in used:
        report_answers(venue.traffic.take_answers(), metrics)
    report_loads((venue.traffic.load() for venue in used), metrics)
    staying = [message_id for message_id, outcome in outcomes.items() if stays(outcome)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in staying]}


def stays(outcome: Outcome | None) -> bool:
    """Return whether the message is not deleted: it is not done, or comes back to look at its order."""
    return not isinstance(outcome, Done) or outcome.look_in is not None


def tell(record: Record, deliveries: Future[dict[str, Outcome]]) -> Outcome | None:
    """Log and count one record's outcome, and return it; None if it cannot be told, and the message comes back."""
    try:
        outcome = deliveries.result()[record["messageId"]]
        if isinstance(outcome, Failed):
            metrics.add_metric("DeliveriesFailed", MetricUnit.Count, 1)
        elif isinstance(outcome, HeldBack):
            metrics.add_metric("SignalsHeldBack", MetricUnit.Count, 1)
            extra = {"message_id": record["messageId"], "group": read_group(record), "delay_s": outcome.delay}
            logger.info("signal waits for its group", extra=extra)
        else:
            report(outcome, int(record["attributes"]["ApproximateFirstReceiveTimestamp"]), logger, metrics)
    except Exception:
        logger.exception(
            "an outcome could not be told, the message comes back", extra={"message_id": record["messageId"]}
        )
        return None
    return outcome


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
        if isinstance(outcome, Done):
            outcome = keep_for_look(app, record, outcome)
        else:
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


def keep_for_look(app: Application, record: Record, done: Done) -> Done:
    """Hide the message of an order that rests until it shall be looked at; return what becomes of the message.

    A message that cannot be hidden is deleted like any other, and so is one of a FIFO queue, where it would hold up its
    group: the schedule looks at every order that rests.
    """
    if done.look_in is None or is_ordered(record):
        return replace(done, look_in=None)
    try:
        app.signals.delay(record["receiptHandle"], done.look_in)
    except (BotoCoreError, ClientError) as error:
        facts = {"signal": done.row.identity.key, "why": str(error)}
        logger.info("the first looks are left to the schedule", extra=facts)
        return replace(done, look_in=None)
    return done


def hide(app: Application, record: Record, seconds: float) -> None:
    """Hide the record's message for so many seconds.

    A message that cannot be hidden comes back after the queue's visibility timeout.
    """
    try:
        app.signals.delay(record["receiptHandle"], seconds)
    except (BotoCoreError, ClientError):
        logger.exception("the delay could not be set", extra={"message_id": record["messageId"]})


if head_start:
    get_application()  # what every call needs
    head_start.end()
