"""The entry from the schedule, once a minute: measures what stands open, reconciles overdue rows, follows orders."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from threading import Lock
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from orderexec.bootstrap import Application, build
from orderexec.config import read_environment
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable
from orderexec.log_lines import begin_request, make_logger
from orderexec.questions import answer_questions
from orderexec.reporting import flush, report_ends, report_followed, report_measured, report_reconciled
from orderexec.usecases.reconcile_backlog import Failed, Result, Run, begin
from orderexec.usecases.reconcile_row import Held, Reconciled, Surplus, Unreconciled

THREADS = 10
# For so long orders are looked at, and for a while if rows took longer; but the function's time is 120 s, and a request
# that is under way, or the end of an order, may take another 20.
FOLLOW_UNTIL_MS, FOLLOW_AT_LEAST_MS, FOLLOW_AT_MOST_MS = 60_000, 15_000, 95_000

logger = make_logger()
metrics = Metrics()
threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="row")
measuring = ThreadPoolExecutor(max_workers=1, thread_name_prefix="measure")


@cache
def get_application() -> Application:
    """Return the application, which is put together once in each container."""
    return build(read_environment(os.environ))


@answer_questions(get_application)
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Return how many rows were reconciled, were due and are still open, cannot be read, or have news of an order."""
    begin_request(logger, context.aws_request_id)
    app = get_application()
    told = measuring.submit(measure, app)  # beside the work, so that neither waits for the other or fails with it
    began = app.ports.clock.now()
    try:
        return reconcile_overdue(app) | follow_resting(app, began)
    finally:
        told.result()
        flush(metrics)


def measure(app: Application) -> None:
    """Report what stands open now; an error is only logged.

    The report is written before this run's rows are reconciled, however long that takes.
    """
    try:
        report_measured(app.measure(), logger, metrics)
    except Exception:
        logger.exception("what stands open could not be told")


def reconcile_overdue(app: Application) -> dict[str, int]:
    """Make one run over the rows that are overdue; return the counts that the handler returns."""
    run = begin(app.reconcile, lock=Lock)
    results = list(chain.from_iterable(threads.map(lambda _: work(run), range(THREADS))))
    reconciled = [one for one in results if isinstance(one, Reconciled)]
    unreadable = sum(isinstance(one, Unreadable) for one in results)
    # A zero is not reported, because a metric costs for each hour with a value. Another alarm watches that runs happen.
    if unreconciled := run.unreconciled:
        oldest = min(row.due for row in unreconciled)
        metrics.add_metric("RowsUnreconciled", MetricUnit.Count, len(unreconciled))
        metrics.add_metric("OldestUnreconciled", MetricUnit.Seconds, (run.began - oldest) / 1000)
    if unreadable:
        metrics.add_metric("RowsUnreadable", MetricUnit.Count, unreadable)
    if surplus := sum(isinstance(one, Surplus) for one in results):
        metrics.add_metric("SurplusOrders", MetricUnit.Count, surplus)
    report_ended([one.row for one in reconciled if one.ended])
    return {"reconciled": len(reconciled), "unreconciled": len(unreconciled), "unreadable": unreadable}


def follow_resting(app: Application, began: int) -> dict[str, int]:
    """Look at the orders that rest, in what is left of the run's time.

    Returns how many rows have news. What raises here (the ledger cannot be read) fails the run, and an alarm tells;
    rows were reconciled before.
    """
    until = max(began + FOLLOW_UNTIL_MS, app.ports.clock.now() + FOLLOW_AT_LEAST_MS)
    run = app.follow.begin(min(until, began + FOLLOW_AT_MOST_MS), lock=Lock)
    for row in run.untold:
        tell(row)
    if run.untold:
        metrics.add_metric("RowsUnreadable", MetricUnit.Count, len(run.untold))
    results = list(chain.from_iterable(threads.map(lambda _: list(run.work()), range(THREADS))))
    report_followed(results, run.ended, run.measure(), logger, metrics)
    return {"followed": sum(len(result.changed) for result in results)}


def report_ended(rows: list[Row]) -> None:
    """Log and count the ends of signals with the same words and names as the ends that a delivery brings."""
    for row in rows:
        report_reconciled(row, logger, metrics)
    report_ends(rows, metrics)


def work(run: Run) -> list[Result]:
    """Do one thread's part of the run and return its results; each is logged as soon as it is there."""
    results = []
    for result in run.work():
        tell(result)
        results.append(result)
    return results


def tell(result: Result) -> None:
    """Write one line of the log for a row that was looked at."""
    match result:
        case Failed(key, error):
            logger.error("a row could not be reconciled", exc_info=error, extra={"signal": key})
        case Unreadable(key, why):
            logger.error("row not readable", extra={"signal": key, "why": why})
        case Unreconciled(row, why):
            logger.warning("row not reconciled", extra=_make_facts(result) | {"why": why, "looks": row.looks + 1})
        case Held(_, _, why):
            logger.info("row held", extra=_make_facts(result) | {"why": why})
        case Surplus(row):
            logger.critical("more orders than there should be", extra=_make_facts(result) | {"detail": row.detail})
        case Reconciled(row, ended) if not ended:
            logger.info("row reconciled", extra=_make_facts(result) | {"detail": row.detail})


def _make_facts(result: Reconciled | Unreconciled | Held | Surplus) -> dict[str, object]:
    return {"signal": result.row.identity.key, "state": result.row.state.value}
