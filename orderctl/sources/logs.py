"""What the functions have logged: one JSON line per delivery, and errors. Seconds behind, and free to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderctl.target import Stack

EXECUTING, RECONCILING, REPORTING = "ExecuteSignalsFunction", "ReconcileOrdersFunction", "ReportOutcomesFunction"
OF_SIGNALS = (EXECUTING, RECONCILING)  # whose lines tell of signals


@dataclass(frozen=True)
class Line:
    """One log line of Powertools' Logger; `raw` is the whole of it, `time` in epoch ms."""

    raw: str
    time: int
    level: str
    message: str
    facts: dict[str, Any]


def configuration(stack: Stack, output: str) -> dict[str, Any]:
    """Of the function that this output names."""
    answer: dict[str, Any] = stack.client("lambda").get_function_configuration(FunctionName=stack.output(output))
    return answer


def lines(stack: Stack, output: str, *, since: int, containing: str) -> Iterator[Line]:
    """The lines with those characters, from `since` (epoch ms) on, of the function that `output` names."""
    group = configuration(stack, output)["LoggingConfig"]["LogGroup"]
    pages = (
        stack.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=since, filterPattern=json.dumps(containing))
    )
    for page in pages:
        for event in page["events"]:
            line = _line(event)
            if line is not None:
                yield line


def _line(event: dict[str, Any]) -> Line | None:
    try:
        document = json.loads(event["message"])
    except ValueError:
        return None
    if not isinstance(document, dict) or "level" not in document or "_aws" in document:
        return None
    return Line(
        raw=event["message"],
        time=_time(document.get("timestamp"), event["timestamp"]),
        level=str(document["level"]),
        message=str(document.get("message", "")),
        facts=document,
    )


def _time(written: object, arrived: int) -> int:
    """When the line was written; it arrives at CloudWatch later."""
    try:
        moment = datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S,%f%z")
    except ValueError:
        return arrived
    return int(moment.timestamp() * 1000)
