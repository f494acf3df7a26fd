"""Schedule entry: once a minute, the rows that nobody has closed though they were due; and the alarm for the rest."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from threading import Lock
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from orderexec.bootstrap import Application, build
from orderexec.config import from_environment
from orderexec.domain.unreadable import Unreadable
from orderexec.usecases.reconcile_backlog import Failed, Result, Run, begin
from orderexec.usecases.settle_row import Held, Settled, Surplus, Unsettled

THREADS = 10

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)
threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="row")


@cache
def application() -> Application:
    """Put together once a container."""
    return build(from_environment(os.environ))


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answers with how many rows were settled, how many are open though they were due, how many cannot be read."""
    run = begin(application().settle, lock=Lock)
    results = list(chain.from_iterable(threads.map(lambda _: work(run), range(THREADS))))
    unsettled = run.unsettled
    unreadable = sum(isinstance(one, Unreadable) for one in results)
    # Zero is told as well: an alarm on this metric is also an alarm on this function not running.
    metrics.add_metric("RowsUnsettled", MetricUnit.Count, len(unsettled))
    oldest = min((row.due for row in unsettled), default=run.began)
    metrics.add_metric("OldestUnsettled", MetricUnit.Seconds, (run.began - oldest) / 1000)
    metrics.add_metric("RowsUnreadable", MetricUnit.Count, unreadable)
    metrics.add_metric("SurplusOrders", MetricUnit.Count, sum(isinstance(one, Surplus) for one in results))
    settled = sum(isinstance(one, Settled) for one in results)
    return {"settled": settled, "unsettled": len(unsettled), "unreadable": unreadable}


def work(run: Run) -> list[Result]:
    """One thread's part of the run, each row told as soon as it was looked at."""
    results = []
    for result in run.work():
        tell(result)
        results.append(result)
    return results


def tell(result: Result) -> None:
    """One line of the log for each row that was looked at."""
    match result:
        case Failed(key, error):
            logger.error("a row could not be settled", exc_info=error, extra={"signal": key})
        case Unreadable(key, why):
            logger.error("row not readable", extra={"signal": key, "why": why})
        case Unsettled(row, why):
            logger.warning("row not settled", extra=_facts(result) | {"why": why, "looks": row.looks + 1})
        case Held(_, _, why):
            logger.info("row held", extra=_facts(result) | {"why": why})
        case Surplus(row):
            logger.critical("more orders than there should be", extra=_facts(result) | {"detail": row.detail})
        case Settled(row):
            logger.info("row settled", extra=_facts(result) | {"detail": row.detail})


def _facts(result: Settled | Unsettled | Held | Surplus) -> dict[str, object]:
    return {"signal": result.row.identity.key, "state": result.row.state.value}
