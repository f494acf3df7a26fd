"""What the functions tell is what alarms and dashboard watch, and the saved queries ask for what the logs hold."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from orderexec.domain.lifecycle import Reason
from orderexec.domain.measures import Measure
from orderexec.domain.outcomes import Meaning
from orderexec.reporting import ACCEPTED, DEAD
from tests.unit.deployment.deployed import ROOT, decided, load

PACKAGE = ROOT / "layers" / "application" / "python" / "orderexec"
TELLERS = [PACKAGE / "reporting.py", *sorted((ROOT / "functions").glob("*/app.py"))]
CONSTANTS = {"ACCEPTED": ACCEPTED, "DEAD": DEAD}
# Names that end in a word of a vocabulary. A cancelled signal is none of the dead.
ANSWERS_TO_QUESTIONS = {Meaning.NOT_FOUND, Meaning.NO_EFFECT}
FAMILIES = {
    "{DEAD}{row.reason}": {f"{DEAD}{reason}" for reason in Reason if reason is not Reason.CANCELED},
    "Answers{sent.meaning}": {f"Answers{meaning}" for meaning in Meaning if meaning not in ANSWERS_TO_QUESTIONS},
}
# Told, for graphs of one's own and for a look back, but neither an alarm nor the dashboard needs them.
NOT_SHOWN = {
    "SignalsHeldBack",
    "OrdersEnded",
    "OrdersNotEnded",  # its row says so as well, and that is news for the bus
    "SignalsCanceled",
    "OrdersClosed",
    "AnswersDUPLICATE",
    "AnswersUNSENT",
    "AnswersORDER_LIMIT",
    "AnswersCLOCK",
    "AnswersSTALE_RULES",
    "AnswersCREDENTIALS",
    "AnswersREJECT",
}
FREE_METRICS = 50  # of a dashboard; with more than that it costs 3.00 USD a month (Amazon CloudWatch pricing)
ACCOUNTS = 3  # pairs of a venue and an account: each adds one metric to what a search of the dashboard finds
RESOURCES = load()["Resources"]
# Of CloudWatch Logs itself, and of the logger of Powertools.
QUERY_WORDS = {
    "fields",
    "filter",
    "sort",
    "stats",
    "by",
    "as",
    "asc",
    "desc",
    "limit",
    "parse",
    "and",
    "or",
    "in",
    "like",
    "count",
    "latest",
    "avg",
    "pct",
    "max",
    "sum",
    "bin",
}
LOGGER_FIELDS = {"level", "message", "exception"}


def told() -> set[str]:
    """Every name that some `add_metric` may have."""
    calls = [node for file in TELLERS for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    adding = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "add_metric"]
    cold = any(keyword.arg == "capture_cold_start_metric" for call in calls for keyword in call.keywords)
    return {name for call in adding for name in _names(call.args[0])} | ({"ColdStart"} if cold else set())


def _names(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(name)):
            return {name}
        case ast.IfExp(body=one, orelse=other):
            return _names(one) | _names(other)
        case ast.Attribute(value=ast.Name(id="measure"), attr="value"):
            return {measure.value for measure in Measure}
        case ast.JoinedStr():
            return FAMILIES[ast.unparse(node)[2:-1]]
        case ast.Name(id="name"):  # of report_accounts, which tells two of the others once more
            return set()
        case ast.Name(id=constant):
            return {CONSTANTS[constant]}
    raise AssertionError(f"a metric with a name that this test cannot read: {ast.unparse(node)}")


def dashboard(*, publishes_outcomes: bool = True) -> dict[str, Any]:
    body, more = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"]
    (name, text), *others = decided(more, {"PublishesOutcomes": publishes_outcomes}).items()
    assert not others
    filled = body.replace(f"${{{name}}}", text["Sub"] if publishes_outcomes else text)
    found: dict[str, Any] = json.loads(filled.replace("${LimitSharePercent}", "90"))
    return found


def on_dashboard() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions."""
    for widget in dashboard()["widgets"]:
        for namespace, name, *rest in (each for each in widget["properties"].get("metrics", []) if len(each) > 1):
            dimensions = [each for each in rest if isinstance(each, str)]
            yield namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def in_alarms() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            given = resource["Properties"]
            stats = [each["MetricStat"]["Metric"] for each in given.get("Metrics", []) if "MetricStat" in each]
            for metric in stats or [given]:
                dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
                yield metric["Namespace"], metric["MetricName"], dimensions


def test_what_is_told_is_watched_and_what_is_watched_is_told() -> None:
    watched = {name for namespace, name, _ in [*on_dashboard(), *in_alarms()] if namespace == "orderexec"}

    assert watched | NOT_SHOWN == told()
    assert not watched & NOT_SHOWN


def test_metrics_are_watched_by_the_dimensions_that_they_are_told_with() -> None:
    variables = load()["Globals"]["Function"]["Environment"]["Variables"]

    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "orderexec"
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert {str(of) for namespace, _, of in in_alarms() if namespace == "orderexec"} == {
        str({"service": {"Ref": "AWS::StackName"}})
    }
    plain = {str(of) for namespace, name, of in on_dashboard() if namespace == "orderexec" and name != "ColdStart"}
    assert plain == {str({"service": "${AWS::StackName}"})}


def shown() -> int:
    """How many metrics the dashboard has.

    Each line is one, also where several lines are statistics of the same; a search is as many as it finds.
    """
    lines = [line for widget in dashboard()["widgets"] for line in widget["properties"].get("metrics", [])]
    searches = [line for line in lines if "expression" in line[0]]
    return len(lines) - len(searches) + len(searches) * ACCOUNTS


def test_the_dashboard_stays_within_what_is_free() -> None:
    searches = [
        line[0]["expression"]
        for widget in dashboard()["widgets"]
        for line in widget["properties"].get("metrics", [])
        if len(line) == 1
    ]

    assert shown() <= FREE_METRICS
    # What each of them finds: one name, by venue and account.
    assert {search.count("MetricName=") for search in searches} == {1}
    assert all(search.startswith("SEARCH('{orderexec,service,venue,account} ") for search in searches)


def test_the_page_of_costs_counts_as_the_template_does() -> None:
    page = (ROOT / "docs" / "costs.md").read_text()
    plain = [each for each in RESOURCES.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    single = [each for each in plain if "Metrics" not in each["Properties"]]
    for_outcomes = [each for each in single if each.get("Condition") == "PublishesOutcomes"]
    others = len(single) - len(for_outcomes)

    assert len(plain) - len(single) == 1  # of the error rate, whose two metrics cost as much as two alarms
    assert f"| alarms | {others} at 0.10, the error rate's two metrics 0.20 | {others * 0.1 + 0.2:.2f} |" in page
    assert f"| outcomes | {len(for_outcomes)} alarms on them at 0.10 | {len(for_outcomes) * 0.1:.2f} |" in page
    for title in ("## An idle month", "## A million accepted signals"):
        alone, with_outcomes = sums(page, title)
        assert f"| **without outcomes** (`PublishOutcomes` false) | | **{alone:.2f}** |" in page
        assert f"| **together** | | **{with_outcomes:.2f}** |" in page
    assert f"The dashboard has {shown()} metrics with three pairs" in page
    assert "A fourth pair fits as well; with a fifth it costs" in page
    assert shown() + 2 <= FREE_METRICS < shown() + 4


@pytest.mark.parametrize("publishes_outcomes", [True, False])
def test_the_dashboard_shows_every_alarm_that_is_there_on_every_stack(publishes_outcomes: bool) -> None:
    widgets = dashboard(publishes_outcomes=publishes_outcomes)["widgets"]
    (status,) = (each for each in widgets if each["type"] == "alarm")
    conditions = (None, "PublishesOutcomes") if publishes_outcomes else (None,)
    there = [
        name
        for name, each in RESOURCES.items()
        if each["Type"] == "AWS::CloudWatch::Alarm" and each.get("Condition") in conditions
    ]

    assert sorted(status["properties"]["alarms"]) == sorted(f"${{{name}.Arn}}" for name in there)


def sums(page: str, title: str) -> tuple[float, float]:
    """What the items of a table of the page cost together, without and with the one of outcomes."""
    begin = page.index(title)
    rows = page[begin : page.index("**together**", begin)].splitlines()
    items = {
        found[1]: float(found[2]) for row in rows if (found := re.fullmatch(r"\| ([^*|]+) \| .* \| ([\d.]+) \|", row))
    }
    everything = sum(items.values())
    return everything - items["outcomes"], everything


QUERIES = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::QueryDefinition"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_asks_for_what_the_functions_write(name: str) -> None:
    text = QUERIES[name]["Properties"]["QueryString"]
    literals = re.findall(r'"([^"]*)"', text)
    named = set(re.findall(r"\bas ([a-z_0-9, ]+?)(?= by|\n|$|, [a-z]+\()", text))
    aliases = {alias.strip() for group in named for alias in group.split(",")}
    bare = re.sub(r'"[^"]*"|/[^/\n]*/|@\w+', " ", text)
    fields = set(re.findall(r"[a-z_]\w*", bare)) - QUERY_WORDS - aliases

    written = {
        node.value
        for file in TELLERS
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert fields - {"h"} <= written | LOGGER_FIELDS
    spoken = {literal for literal in literals if re.fullmatch("[a-z ]+", literal)}
    assert spoken <= written
    assert QUERIES[name]["Condition"] == "OnAws"
    groups = {group["Ref"] for group in QUERIES[name]["Properties"]["LogGroupNames"]}
    assert groups == {each for each, of in RESOURCES.items() if of["Type"] == "AWS::Logs::LogGroup"}
