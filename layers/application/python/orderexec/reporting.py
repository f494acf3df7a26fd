"""What is told of each delivery: one log line and its metrics. Secrets and signed texts never reach this far."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from .domain.lifecycle import Row, State
from .domain.requests import described
from .domain.verdicts import Later, Verdict


def report(verdict: Verdict, logger: Logger, metrics: Metrics) -> None:
    """Log and count one verdict. Metric names are part of what alarms and dashboards rely on."""
    row = verdict.row
    if isinstance(verdict, Later):
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
