"""Schedule entry: once a minute, the rows that nobody has closed though they were due; and the alarm for the rest."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from orderexec.bootstrap import Application, build
from orderexec.config import from_environment
from orderexec.domain.lifecycle import Row
from orderexec.questions import answering
from orderexec.usecases.settle_row import Settled, Surplus, Unsettled

ROWS_A_RUN = 200  # the rest waits a minute; each row costs the exchange two requests at the most
THREADS = 10

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)
threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="row")


@cache
def application() -> Application:
    """Put together once a container."""
    return build(from_environment(os.environ))


@answering(application)
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answers with how many rows were settled, and how many not."""
    app = application()
    now = app.settle.chance.now()
    results = list(threads.map(partial(settle, app), _overdue(app, now)))
    unsettled = [result for result in results if not isinstance(result, Settled)]
    # Zero is told as well: an alarm on this metric is also an alarm on this function not running.
    metrics.add_metric("RowsUnsettled", MetricUnit.Count, len(unsettled))
    metrics.add_metric(
        "OldestUnsettled", MetricUnit.Seconds, max((_late(one.row, now) for one in unsettled), default=0)
    )
    metrics.add_metric("SurplusOrders", MetricUnit.Count, sum(isinstance(one, Surplus) for one in results))
    return {"settled": len(results) - len(unsettled), "unsettled": len(unsettled)}


def settle(app: Application, row: Row) -> Settled | Unsettled | Surplus:
    """One row; a fault of ours is told and leaves it to the next run."""
    try:
        result = app.settle(row)
    except Exception as error:
        logger.exception("a row could not be settled", extra={"signal": row.identity.key})
        return Unsettled(row, type(error).__name__)
    facts = {"signal": row.identity.key, "was": row.state.value, "state": result.row.state.value}
    if isinstance(result, Unsettled):
        logger.warning("row not settled", extra=facts | {"why": result.why})
    elif isinstance(result, Surplus):
        logger.critical("more orders than there should be", extra=facts | {"detail": result.row.detail})
    else:
        logger.info("row settled", extra=facts | {"detail": result.row.detail})
    return result


def _overdue(app: Application, now: int) -> list[Row]:
    return [row for venue in app.settle.venues for row in islice(app.settle.ledger.overdue(venue, now), ROWS_A_RUN)]


def _late(row: Row, now: int) -> float:
    return max(0, now - (row.due or now)) / 1000
