"""What CloudWatch makes of the lines that the functions write: metrics, minute by minute, and the states of alarms.

The local stack does neither. An alarm is evaluated as "Using Amazon CloudWatch alarms" has it: of the last N periods M
must lie beyond the threshold, and a period without a value counts as the alarm says. CloudWatch may look further back
where values are missing, so an alarm of this kind lasts as long as here or some minutes longer.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.unit.deployment.deployed import load

STACK = "orderexec"  # the service in tests/conftest.py; in the template the name of the stack
ALARMS: dict[str, dict[str, Any]] = {
    name: each["Properties"] for name, each in load()["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"
}
_STATISTICS: Mapping[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}
_BEYOND: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def key(namespace: str, name: str, dimensions: Mapping[str, str]) -> str:
    """One metric, as text."""
    return json.dumps([namespace, name, sorted(dimensions.items())])


def watched(metric: Mapping[str, Any]) -> str:
    """The metric that an alarm of the template watches; what the template refers to stands by its logical name."""
    dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    named = {name: STACK if value == {"Ref": "AWS::StackName"} else str(value) for name, value in dimensions.items()}
    return key(metric["Namespace"], metric["MetricName"], named)


def written(output: str) -> dict[str, list[float]]:
    """The values that lines of the embedded metric format hold."""
    found: dict[str, list[float]] = {}
    for blob in (json.loads(line) for line in output.splitlines() if '"_aws"' in line):
        (directive,) = blob["_aws"]["CloudWatchMetrics"]
        for names in directive["Dimensions"]:
            dimensions = {name: blob[name] for name in names}
            for name in (metric["Name"] for metric in directive["Metrics"]):
                values = found.setdefault(key(directive["Namespace"], name, dimensions), [])
                values += blob[name]
    return found


@dataclass
class CloudWatch:
    """Takes what was written in each minute."""

    minutes: list[dict[str, list[float]]] = field(default_factory=list)

    def minute(self, output: str = "", **aws: float) -> None:
        """One more minute. `aws`: what AWS itself counted, by the alarm that watches it."""
        of_aws = {watched(ALARMS[alarm]): [value] for alarm, value in aws.items()}
        self.minutes.append(written(output) | of_aws)

    def states(self, alarm: str) -> list[bool]:
        """Whether it was in ALARM at the end of each minute."""
        given, length = ALARMS[alarm], ALARMS[alarm]["Period"] // 60
        periods = [self._beyond(given, self.minutes[at : at + length]) for at in range(0, len(self.minutes), length)]
        several, least = given["EvaluationPeriods"], given.get("DatapointsToAlarm", given["EvaluationPeriods"])
        ringing = [sum(periods[max(0, at + 1 - several) : at + 1]) >= least for at in range(len(periods))]
        return [state for state in ringing for _ in range(length)][: len(self.minutes)]

    def calls(self, alarm: str) -> list[int]:
        """The minutes in which it began to ring, so that somebody was called."""
        states = self.states(alarm)
        return [at for at, state in enumerate(states) if state and not (at and states[at - 1])]

    def rings(self, among: Iterable[str]) -> set[str]:
        """Those of the alarms that rang at any time."""
        return {alarm for alarm in among if any(self.states(alarm))}

    @staticmethod
    def _beyond(given: Mapping[str, Any], minutes: Iterable[Mapping[str, list[float]]]) -> bool:
        values = [value for minute in minutes for value in minute.get(watched(given), [])]
        if not values:
            return bool(given["TreatMissingData"] == "breaching")
        value = _STATISTICS[given["Statistic"]](values)
        return _BEYOND[given["ComparisonOperator"]](value, given["Threshold"])
