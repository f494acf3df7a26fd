"""What `make` says and refuses: no place that was not named, no Python that was not asked for, nothing dear unsaid."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.deployment.deployed import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
SECTIONS = tomllib.loads((ROOT / "samconfig.toml").read_text())
# What other targets deploy.
ELSEWHERE = {"network", "local"}


def make(*arguments: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    foreign = ("ENV", "PYTHON", "MAKEFLAGS", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    return subprocess.run(  # noqa: S603 - the arguments stand below
        ["make", "--no-print-directory", *arguments],  # noqa: S607 - whichever make the machine has, as for every user
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("given", [(), ("ENV=",), ("ENV=prod",), ("ENV=Live",), ("ENV=dev testnet",), ("ENV=network",)])
def test_a_place_that_was_not_named_or_does_not_exist_is_refused(given: tuple[str, ...]) -> None:
    refused = make("place", *given)

    assert refused.returncode != 0
    assert 'make deploy needs ENV=, one of: dev testnet demo live. "live" is real money.' in refused.stderr


def test_every_place_has_its_section_and_is_taken() -> None:
    deployed = {name: section.get("deploy") for name, section in SECTIONS.items() if isinstance(section, dict)}
    places = {name for name, deploy in deployed.items() if deploy and "stack_name" in deploy["parameters"]}

    assert places - ELSEWHERE == set(re.findall(r"^PLACES := (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    for place in places - ELSEWHERE:
        assert make("place", f"ENV={place}").returncode == 0


def test_deploying_asks_for_the_place_before_anything_else() -> None:
    planned = make("--dry-run", "deploy", "ENV=demo").stdout

    assert re.search(r"^deploy: place ", MAKEFILE, re.MULTILINE)
    assert planned.startswith("test -n ")
    assert planned.rstrip().endswith("local.own_settings demo .venv/sam/bin/sam deploy --config-env demo")
    # and a file of one's own that cannot be meant is refused before anything is built
    assert planned.index("local.own_settings demo\n") < planned.index("sam build")


def test_real_money_is_asked_about_once_more() -> None:
    assert SECTIONS["live"]["deploy"]["parameters"]["confirm_changeset"] is True
    assert not re.search(r"^ENV\b.*=", MAKEFILE, re.MULTILINE)


def read_help() -> Iterator[tuple[str, str]]:
    """Yield each target of `make help` with the heading that it stands under."""
    heading = ""
    for line in make("help").stdout.splitlines():
        if line and not line.startswith(" "):
            heading = line
        elif line:
            yield heading, line.split()[1]


def test_help_says_what_costs_money_and_what_is_real_money() -> None:
    headings = {target: heading for heading, target in read_help()}

    assert {target for target, heading in headings.items() if "COSTS MONEY" in heading} == {"network", "deploy"}
    assert {target for target, heading in headings.items() if heading.endswith("free, no account, no keys")} == {
        "demo",
        "up",
        "down",
    }
    assert re.search(r"make deploy .*ENV=live: REAL MONEY$", make("help").stdout, re.MULTILINE)


def test_help_fits_a_terminal_of_80_columns_and_24_lines() -> None:
    lines = make("help").stdout.splitlines()

    assert len(lines) <= 23  # and the prompt
    assert [line for line in lines if len(line) > 79] == []


def test_help_lists_every_target_that_a_person_types() -> None:
    described = re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE)

    assert [target for _, target in read_help()] == described
    assert set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()) - set(described) == {
        "help",
        "place",
        "same-python",
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and a .venv that says it has Python 3.10."""
    (tmp_path / "Makefile").write_text(MAKEFILE)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 3.10\n")
    python.chmod(0o755)
    return tmp_path


def test_another_python_than_the_one_set_up_is_refused_in_words(checkout: Path) -> None:
    asked = "{}.{}".format(*sys.version_info)

    refused = make("same-python", f"PYTHON={sys.executable}", folder=checkout)

    assert refused.returncode != 0
    assert f".venv is set up with Python 3.10, and PYTHON={sys.executable} is {asked}." in refused.stderr
    assert "To set it up anew: rm -rf .venv" in refused.stderr


def test_the_python_of_the_set_up_serves_where_none_is_asked_for(checkout: Path) -> None:
    assert make("same-python", folder=checkout).returncode == 0


def test_the_same_python_and_a_first_set_up_are_let_through(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    assert make("same-python", f"PYTHON={python}", folder=checkout).returncode == 0

    python.unlink()

    assert make("same-python", f"PYTHON={sys.executable}", folder=checkout).returncode == 0


def test_the_set_up_asks_which_python_it_has_before_anything_else(checkout: Path) -> None:
    (checkout / "requirements").mkdir()
    (checkout / "requirements" / "dev.txt").touch()

    refused = make("demo", f"PYTHON={sys.executable}", folder=checkout)

    assert refused.returncode != 0
    assert ".venv is set up with Python 3.10" in refused.stderr
    assert refused.stdout == ""
