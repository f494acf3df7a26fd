"""What the functions have logged: one JSON line per delivery, and errors. Seconds behind, and free to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderctl.target import Stack

EXECUTING, RECONCILING, REPORTING = "ExecuteSignalsFunction", "ReconcileOrdersFunction", "ReportOutcomesFunction"
OF_SIGNALS = (EXECUTING, RECONCILING)  # the functions whose lines are about signals


@dataclass(frozen=True)
class Line:
    """One log line of Powertools' Logger; `raw` is the whole line, `time` is in epoch ms."""

    raw: str
    time: int
    level: str
    message: str
    facts: dict[str, Any]


def read_configuration(stack: Stack, output: str) -> dict[str, Any]:
    """Return the configuration of the function that the stack's `output` names."""
    answer: dict[str, Any] = stack.client("lambda").get_function_configuration(FunctionName=stack.output(output))
    return answer


def read_lines(stack: Stack, output: str, *, since: int, containing: str) -> Iterator[Line]:
    """Yield the lines with the text `containing`, from `since` (epoch ms) on, of the function that `output` names."""
    group = read_configuration(stack, output)["LoggingConfig"]["LogGroup"]
    pages = (
        stack.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, startTime=since, filterPattern=json.dumps(containing))
    )
    for page in pages:
        for event in page["events"]:
            line = _parse_line(event)
            if line is not None:
                yield line


def _parse_line(event: dict[str, Any]) -> Line | None:
    try:
        document = json.loads(event["message"])
    except ValueError:
        return None
    if not isinstance(document, dict) or "level" not in document or "_aws" in document:
        return None
    return Line(
        raw=event["message"],
        time=_parse_time(document.get("timestamp"), event["timestamp"]),
        level=str(document["level"]),
        message=str(document.get("message", "")),
        facts=document,
    )


def _parse_time(written: object, arrived: int) -> int:
    """Return when the line was written (epoch ms); it arrives at CloudWatch later."""
    try:
        moment = datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S,%f%z")
    except ValueError:
        return arrived
    return int(moment.timestamp() * 1000)
