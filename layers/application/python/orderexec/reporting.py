"""What is told of each delivery: one log line and its metrics. Secrets and signed texts never reach this far."""

from collections.abc import Iterable

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from .domain.lifecycle import Reason, Row, State
from .domain.rate_limits import Load
from .domain.requests import described
from .domain.verdicts import Done, Later, Verdict


def report(verdict: Verdict, logger: Logger, metrics: Metrics) -> None:
    """Log and count one verdict. Metric names are part of what alarms and dashboards rely on."""
    row = verdict.row
    if isinstance(verdict, Later) and verdict.held:
        metrics.add_metric("SignalsHeld", MetricUnit.Count, 1)
        logger.warning("signal held", extra=_facts(row) | {"why": verdict.why, "delay_s": verdict.delay})
    elif isinstance(verdict, Later):
        in_doubt = row.state is State.SENT
        metrics.add_metric("SignalsInDoubt" if in_doubt else "SignalsReturned", MetricUnit.Count, 1)
        logger.warning("signal comes back", extra=_facts(row) | {"why": verdict.why, "delay_s": verdict.delay})
    elif row.state is State.PLACED:
        metrics.add_metric("SignalsPlaced", MetricUnit.Count, 1)
        metrics.add_metric("IssueToOrder", MetricUnit.Milliseconds, max(0, row.updated_at - row.issued_at))
        logger.info("signal placed", extra=_facts(row))
    else:
        metrics.add_metric("SignalsDead", MetricUnit.Count, 1)
        metrics.add_metric(f"SignalsDead{row.reason}", MetricUnit.Count, 1)
        logger.error("signal dead", extra=_facts(row))
        _report_halts(verdict, logger, metrics)


def _report_halts(verdict: Done, logger: Logger, metrics: Metrics) -> None:
    if verdict.row.reason is Reason.CREDENTIALS:
        metrics.add_metric("CredentialFailures", MetricUnit.Count, 1)
    for scope in verdict.halted:
        metrics.add_metric("AutomaticHalts", MetricUnit.Count, 1)
        logger.critical("halted after refusals in a row", extra={"scope": scope, "signal": verdict.row.identity.key})


def report_loads(loads: Iterable[Load], metrics: Metrics) -> None:
    """How much of the venues' limits is used, and for how long the most closed of them is shut."""
    loads = list(loads)
    metrics.add_metric("UsedWeight", MetricUnit.Percent, max((load.weight_percent for load in loads), default=0))
    metrics.add_metric("UsedOrders", MetricUnit.Percent, max((load.orders_percent for load in loads), default=0))
    metrics.add_metric("GateClosed", MetricUnit.Seconds, max((load.shut_seconds for load in loads), default=0))


def _facts(row: Row) -> dict[str, object]:
    facts: dict[str, object] = {
        "signal": row.identity.key, "state": row.state.value, "attempts": row.attempts, "strategy": row.strategy,
        "reason": row.reason and row.reason.value, "code": row.code, "detail": row.detail,
    }  # fmt: skip
    if row.request:
        facts |= {"request": described(row.request), "client_order_id": row.request.client_order_id}
    if row.report:
        facts |= {"order_id": row.report.order_id, "order_status": row.report.status}
    if row.others:
        facts["other_orders"] = {report.order_id: report.status for report in row.others}
    return {name: value for name, value in facts.items() if value is not None}
