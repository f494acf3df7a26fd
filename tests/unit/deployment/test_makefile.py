"""`make deploy` goes nowhere that was not named: one of its places is real money."""

import os
import re
import subprocess
import tomllib

import pytest

from tests.unit.deployment.deployed import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
SECTIONS = tomllib.loads((ROOT / "samconfig.toml").read_text())
# What other targets deploy.
ELSEWHERE = {"network", "local"}


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name not in ("ENV", "MAKEFLAGS", "MFLAGS")}
    return subprocess.run(  # noqa: S603 - the arguments stand below
        ["make", "--no-print-directory", *arguments],  # noqa: S607 - whichever make the machine has, as for every user
        cwd=ROOT,
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
    assert planned.rstrip().endswith("sam deploy --config-env demo")


def test_real_money_is_asked_about_once_more() -> None:
    assert SECTIONS["live"]["deploy"]["parameters"]["confirm_changeset"] is True
    assert not re.search(r"^ENV\b.*=", MAKEFILE, re.MULTILINE)
