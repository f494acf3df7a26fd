"""What the project says of itself agrees with itself: version, changelog, license, workflow, pins."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.unit.deployment.deployed import ROOT
from tests.unit.deployment.pages import find_broken

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
RELEASES = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d{2}-\d{2})$", CHANGELOG, re.MULTILINE)
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())


def test_the_version_is_the_newest_of_the_changelog() -> None:
    assert PROJECT["project"]["version"] == RELEASES[0][0]


def test_every_version_of_the_changelog_has_a_date_and_is_newer_than_the_one_below_it() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, _ in RELEASES]
    days = [date.fromisoformat(day) for _, day in RELEASES]

    assert len(RELEASES) == CHANGELOG.count("\n## ")
    assert numbers == sorted(numbers, reverse=True)
    assert days == sorted(days, reverse=True)


def test_the_workflow_does_what_anybody_can_do_here() -> None:
    (job,) = WORKFLOW["jobs"].values()
    script = ROOT / ".ci" / "run"

    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("exec make test")


def test_the_workflow_can_neither_write_nor_read_a_secret() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "secrets." not in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_the_workflow_runs_the_oldest_python_that_is_supported() -> None:
    (job,) = WORKFLOW["jobs"].values()
    (versions,) = (step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {}))

    assert PROJECT["project"]["requires-python"] == f">={versions.split()[-1]}"


def test_the_license_is_the_one_that_the_project_names() -> None:
    assert PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n\nCopyright (c) 2026 orderexec contributors\n")


def test_every_dependency_group_is_pinned() -> None:
    groups = PROJECT["dependency-groups"]

    assert {path.stem for path in (ROOT / "requirements").glob("*.txt")} == groups.keys()
    for name, wanted in groups.items():
        pinned = read_pins(ROOT / "requirements" / f"{name}.txt")
        assert {normalize(each) for each in wanted} - pinned == set()


@pytest.mark.parametrize("page", ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_link_of_the_projects_own_pages_leads_somewhere(page: str) -> None:
    assert find_broken((ROOT / page).read_text(), ROOT / page) == []


def read_pins(file: Path) -> set[str]:
    return {normalize(line) for line in file.read_text().splitlines() if "==" in line}


def normalize(requirement: str) -> str:
    """Return the name of a requirement as package indexes compare it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()
