"""What is reported of each delivery: one log line and its metrics. No secret and no signed text reaches this module.

Alarms and dashboards rely on the names of the metrics. Each name costs 0.30 USD a month for each set of dimensions
("Amazon CloudWatch Pricing"). So nearly all metrics are of the stack as a whole, and only accepted and dead signals are
also counted by venue and account.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from .domain.endings import Ended, Ending, EndResult
from .domain.following import is_resting
from .domain.lifecycle import Reason, State
from .domain.looks import Following, Look, LookFailed, NotLooked
from .domain.measures import Measure, Measured
from .domain.order_words import OrderStatus
from .domain.outcomes import Meaning, SendTiming
from .domain.rate_limits import Load
from .domain.requests import describe_request
from .domain.row import Row
from .domain.signals import Identity
from .domain.verdicts import Done, Later, Verdict

ACCEPTED, DEAD = "SignalsAccepted", "SignalsDead"
FOLLOWED = "order followed"  # orderctl knows these lines by it


def report(verdict: Verdict, received_at: int, logger: Logger, metrics: Metrics) -> None:
    """Log and count one verdict. `received_at` (epoch ms) is when its message was received for the first time."""
    row = verdict.row
    if isinstance(verdict, Done) and verdict.ending is not None:
        report_ending(verdict.ending, logger, metrics)
    if isinstance(verdict, Later) and verdict.held:
        metrics.add_metric("SignalsHeld", MetricUnit.Count, 1)
        logger.warning("signal held", extra=_make_facts(row) | {"why": verdict.why, "delay_s": verdict.delay})
    elif isinstance(verdict, Later):
        in_doubt = row.state is State.SENT
        metrics.add_metric("SignalsInDoubt" if in_doubt else "SignalsReturned", MetricUnit.Count, 1)
        logger.warning("signal comes back", extra=_make_facts(row) | {"why": verdict.why, "delay_s": verdict.delay})
    elif verdict.before is not None:
        report_change(verdict.before, row, logger, metrics)
    elif verdict.repeated:  # its end was counted before: a metric would count the signal twice
        logger.info("signal repeated", extra=_make_facts(row))
    elif row.state is State.ACCEPTED:
        metrics.add_metric(ACCEPTED, MetricUnit.Count, 1)
        logger.info("signal accepted", extra=_make_facts(row) | _report_latency(row, received_at, metrics))
    elif row.reason is Reason.CANCELED:
        metrics.add_metric("SignalsCanceled", MetricUnit.Count, 1)
        logger.info("signal canceled", extra=_make_facts(row))
    else:
        _report_dead(row, logger, metrics)
        _report_halts(verdict, logger, metrics)


def report_reconciled(row: Row, logger: Logger, metrics: Metrics) -> None:
    """Log and count a signal that ended without a delivery, as any other, but without latencies.

    Nobody waited for those: the row was reconciled long after.
    """
    if row.state is State.ACCEPTED:
        metrics.add_metric(ACCEPTED, MetricUnit.Count, 1)
        logger.info("signal accepted", extra=_make_facts(row))
    else:
        _report_dead(row, logger, metrics)


def report_ending(result: EndResult, logger: Logger, metrics: Metrics) -> None:
    """Log and count what came of ending an order that has rested for as long as it may."""
    facts = _make_facts(result.row) | {"by": result.cancel.identity.id, "detail": result.cancel.detail}
    match result:
        case Ended(repeated=True):
            return
        case Ended():
            metrics.add_metric("OrdersEnded", MetricUnit.Count, 1)
            logger.info("order ended by itself", extra=facts)
        case Ending(why=why):
            logger.warning("order not ended yet", extra=facts | {"why": why})
        case _:  # again with each look, so that the alarm lasts for as long as the order rests
            metrics.add_metric("OrdersNotEnded", MetricUnit.Count, 1)
            logger.error("order not ended", extra=facts)


def _report_dead(row: Row, logger: Logger, metrics: Metrics) -> None:
    metrics.add_metric(DEAD, MetricUnit.Count, 1)
    metrics.add_metric(f"{DEAD}{row.reason}", MetricUnit.Count, 1)
    logger.error("signal dead", extra=_make_facts(row))


def _report_latency(row: Row, received_at: int, metrics: Metrics) -> dict[str, int]:
    """Count the two latencies of an accepted signal, and return them for its log line; {} for a second message.

    The signal was accepted before such a message came, so it says nothing of how long that took.
    """
    if row.updated_at < received_at:
        return {}
    from_issue, from_receipt = max(0, row.updated_at - row.issued_at), row.updated_at - received_at
    metrics.add_metric("IssueToOrder", MetricUnit.Milliseconds, from_issue)
    metrics.add_metric("ReceiptToOrder", MetricUnit.Milliseconds, from_receipt)
    return {"issue_to_order_ms": from_issue, "receipt_to_order_ms": from_receipt}


def _report_halts(verdict: Done, logger: Logger, metrics: Metrics) -> None:
    if verdict.row.reason is Reason.CREDENTIALS:
        metrics.add_metric("CredentialFailures", MetricUnit.Count, 1)
    for scope in verdict.halted:
        metrics.add_metric("AutomaticHalts", MetricUnit.Count, 1)
        logger.critical("halted after refusals in a row", extra={"scope": scope, "signal": verdict.row.identity.key})


def report_accounts(verdicts: Iterable[Verdict], metrics: Metrics) -> None:
    """Count accepted and dead signals once more, by venue and account.

    Each account gets a line of its own in the log, because a line of metrics has one set of dimensions.
    """
    report_ends((each.row for each in verdicts if isinstance(each, Done) and not each.repeated), metrics)


def report_ends(rows: Iterable[Row], metrics: Metrics) -> None:
    """Count signals that have just ended by venue and account, as `report_accounts` does, from their rows."""
    counts: defaultdict[Identity, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.reason is not Reason.CANCELED:
            counts[replace(row.identity, id="")][ACCEPTED if row.state is State.ACCEPTED else DEAD] += 1
    for identity, ended in counts.items():
        line = EphemeralMetrics(namespace=metrics.namespace, service=metrics.service)
        line.add_dimension("venue", identity.venue)
        line.add_dimension("account", identity.account)
        for name, count in ended.items():
            line.add_metric(name, MetricUnit.Count, count)
        line.flush_metrics()


def report_followed(
    results: Iterable[Look],
    ended: Iterable[EndResult],
    following: Following,
    logger: Logger,
    metrics: Metrics,
) -> None:
    """Log what was seen of orders that rest, and count it: how many rest, and for how long one of them was not seen.

    What is zero is not told: it says nothing, and costs.
    """
    for result in results:
        for change in result.changed:
            report_change(*change, logger, metrics)
        facts: dict[str, object] = {"account": result.group.key.account, "market": result.group.key.market}
        facts |= {"symbol": result.group.key.symbol, "orders": result.group.count}
        match result:
            case NotLooked(waits=waits, why=why):
                tell = logger.info if waits else logger.warning
                tell("orders not seen", extra=facts | {"why": why})
            case LookFailed(error=error):
                logger.error("orders could not be looked at", exc_info=error, extra=facts)
    for ending in ended:
        report_ending(ending, logger, metrics)
    if following.resting:
        metrics.add_metric("OrdersResting", MetricUnit.Count, following.resting)
        metrics.add_metric("OldestUnseen", MetricUnit.Seconds, round(following.unseen_ms / 1000, 1))


def report_change(before: Row, after: Row, logger: Logger, metrics: Metrics) -> None:
    """Log what is new of a row's orders; count a signal whose orders have all ended, and how long the fill took."""
    logger.info(FOLLOWED, extra=_make_facts(after))
    if is_resting(before) and not is_resting(after) and after.seen_at is not None:
        metrics.add_metric("OrdersClosed", MetricUnit.Count, 1)
        if after.report is not None and after.report.status == OrderStatus.FILLED:
            metrics.add_metric("IssueToFill", MetricUnit.Seconds, max(0, after.seen_at - after.issued_at) / 1000)


def report_answers(answers: Iterable[SendTiming], metrics: Metrics) -> None:
    """Count how long the exchange took for each order request, and what its answer meant if it did not accept."""
    for sent in answers:
        if sent.meaning is not Meaning.UNSENT:
            metrics.add_metric("ExchangeLatency", MetricUnit.Milliseconds, sent.milliseconds)
        if sent.meaning is not None:
            metrics.add_metric(f"Answers{sent.meaning}", MetricUnit.Count, 1)


def report_loads(loads: Iterable[Load], metrics: Metrics) -> None:
    """Count how much of the venues' limits is used, in percent, and for how many seconds a gate stays closed.

    Of several venues the highest value counts. A zero of the last two is not told: it says nothing, and costs.
    """
    loads = list(loads)
    weight = max((load.weight_percent for load in loads), default=0)
    metrics.add_metric("UsedWeight", MetricUnit.Percent, round(weight, 1))
    if orders := round(max((load.orders_percent for load in loads), default=0), 1):
        metrics.add_metric("UsedOrders", MetricUnit.Percent, orders)
    if closed := max((load.closed_seconds for load in loads), default=0):
        metrics.add_metric("GateClosed", MetricUnit.Seconds, closed)


def report_measured(measured: Measured, logger: Logger, metrics: Metrics) -> None:
    """Write what stands open in a line of metrics of its own, at once, and log what could not be measured.

    A measure that is not in `measured` is not written, and so costs nothing.
    """
    line = EphemeralMetrics(namespace=metrics.namespace, service=metrics.service)
    for measure, value in measured.values.items():
        unit = MetricUnit.Count if measure is Measure.HALTS else MetricUnit.Seconds
        line.add_metric(measure.value, unit, value)
    for fault in measured.faults:
        logger.error("a state could not be measured", exc_info=fault)
        line.add_metric("StatesUnmeasured", MetricUnit.Count, 1)
    if measured.values or measured.faults:
        line.flush_metrics()


def flush(metrics: Metrics) -> None:
    """Write the metrics that were added, if there are any.

    Powertools would warn of a run without any, which is no mistake here.
    """
    if metrics.provider.metric_set:
        metrics.flush_metrics()


def _make_facts(row: Row) -> dict[str, object]:
    facts: dict[str, object] = {
        "signal": row.identity.key,
        "state": row.state.value,
        "attempts": row.attempts,
        "strategy": row.strategy,
        "reason": row.reason and row.reason.value,
        "code": row.code,
        "detail": row.detail,
    }
    if row.request:
        facts |= {"request": describe_request(row.request), "client_order_id": row.request.client_order_id}
    if row.report:
        facts |= {"order_id": row.report.order_id, "order_status": row.report.status}
    if row.others:
        facts["other_orders"] = {report.order_id: report.status for report in row.others}
    return {name: value for name, value in facts.items() if value is not None}
