"""`make deploy` reads a file of one's own above samconfig.toml, and refuses what it cannot mean."""

import subprocess
from pathlib import Path

import pytest

from local import own_settings
from local.own_settings import Settings, SettingsError, list_options, read_parameters, read_section, read_settings
from tests.unit.deployment.deployed import ROOT

KNOWN = dict.fromkeys(("AlarmEmail", "SubnetIds", "MaximumConcurrency", "RequireLimits"))
# Writes each of its arguments, and one more line for a folder as the SAM CLI leaves it behind.
SAM = '#!/bin/sh\nfor each in "$@"; do echo "$each"; done\nmktemp -d\nexit 3\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.toml"


@pytest.fixture
def sam(tmp_path: Path) -> Path:
    program = tmp_path / "sam"
    program.write_text(SAM)
    program.chmod(0o755)
    return program


def test_without_a_file_nothing_is_added(file: Path) -> None:
    assert list_options(read_settings(file, KNOWN), ["LogRetentionDays=30"]) == []


def test_every_kind_of_value_is_written_as_cloudformation_takes_it(file: Path) -> None:
    file.write_text(
        'region = "ap-northeast-1"\nprofile = "trading"\n[parameters]\nAlarmEmail = "you@example.com"\n'
        'SubnetIds = ["subnet-a", "subnet-b"]\nMaximumConcurrency = 5\nRequireLimits = true\n'
    )

    assert read_settings(file, KNOWN) == Settings(
        "ap-northeast-1",
        "trading",
        {
            "AlarmEmail": "you@example.com",
            "SubnetIds": "subnet-a,subnet-b",
            "MaximumConcurrency": "5",
            "RequireLimits": "true",
        },
    )


def test_own_parameters_stand_above_those_of_samconfig_and_lose_none_of_them() -> None:
    options = list_options(Settings("eu-west-1", "", {"LogLevel": "DEBUG"}), ["LogLevel=INFO", "SecretPrefix=x/"])

    assert options == ["--region=eu-west-1", "--parameter-overrides", 'LogLevel="DEBUG"', 'SecretPrefix="x/"']


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('[parameters]\nAlarmMail = "a@b"\n', "the template has no parameter 'AlarmMail'"),
        ('AlarmEmail = "a@b"\n', "'AlarmEmail' is none of region, profile, parameters"),
        ("region = 1\n", "region is not a text"),
        ('parameters = "AlarmEmail=a@b"\n', r"parameters is not a table: write \[parameters\]"),
        ("[parameters]\nMaximumConcurrency = 2.5\n", "MaximumConcurrency is not a text, a number"),
        ("[parameters]\nAlarmEmail = a@b\n", "demo.toml is not TOML"),
    ],
)
def test_what_it_cannot_mean_is_refused_in_words(file: Path, written: str, problem: str) -> None:
    file.write_text(written)

    with pytest.raises(SettingsError, match=problem):
        read_settings(file, KNOWN)


def test_a_file_that_is_refused_stops_before_anything_runs(
    file: Path, sam: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[parameters]\nAlarmMail = "a@b"\n')

    assert own_settings.main(["demo", str(sam), "deploy"], file.parent) == 2
    told = capfd.readouterr()
    assert ".deploy/demo.toml: the template has no parameter 'AlarmMail'" in told.err
    assert told.out == ""


def test_the_sam_cli_gets_them_behind_its_own_options(file: Path, sam: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text('[parameters]\nAlarmEmail = "you@example.com"\n')

    code = own_settings.main(["demo", str(sam), "deploy", "--config-env", "demo"], file.parent)

    words = capfd.readouterr().out.splitlines()
    assert code == 3
    assert words[:4] == ["deploy", "--config-env", "demo", "--parameter-overrides"]
    assert 'AlarmEmail="you@example.com"' in words
    assert 'BinanceSpotUrl="https://demo-api.binance.com"' in words


def test_the_folders_that_the_sam_cli_leaves_behind_are_removed(
    file: Path, sam: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own_settings.main(["demo", str(sam)], file.parent)

    left = Path(capfd.readouterr().out.splitlines()[-1])
    assert left.name.startswith("tmp.")
    assert not left.exists()


def test_the_sam_cli_reads_a_quoted_value_as_it_was_meant(tmp_path: Path) -> None:
    """Its own parser, in its own environment: a value with a blank, a quotation mark and an equals sign."""
    value = 'two words, a "quoted" one, x=y'
    (_, option) = list_options(Settings("", "", {"AlarmEmail": value}), [])
    read = (
        "import sys; from samcli.cli.types import CfnParameterOverridesType as Type; "
        "print(Type().convert((sys.argv[1],), None, None)['AlarmEmail'])"
    )
    python = ROOT / ".venv" / "sam" / "bin" / "python"

    answer = subprocess.run([python, "-c", read, option], capture_output=True, text=True, check=True)  # noqa: S603

    assert answer.stdout == f"{value}\n"


@pytest.mark.parametrize(("region", "warned"), [("us-east-1", True), ("ap-northeast-1", False)])
def test_the_region_is_told_and_one_that_binance_refuses_is_warned_of(
    file: Path, region: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(f'region = "{region}"\n')

    assert own_settings.main(["demo"], file.parent) == 0

    told = capsys.readouterr().out
    assert f"Stack orderexec-demo in region {region}." in told.splitlines()
    assert ("Binance answers every request from there with 451" in told) is warned


@pytest.mark.parametrize("place", ["dev", "testnet", "demo", "live"])
def test_samconfig_itself_names_only_parameters_of_the_template(place: str) -> None:
    section = read_section(place)

    assert {each.split("=")[0] for each in section["parameter_overrides"]} <= read_parameters(section).keys()
    assert "SubnetIds" in read_parameters(section)


def test_git_does_not_see_the_files() -> None:
    asked = ["git", "check-ignore", "--quiet", "--no-index", ".deploy/live.toml"]

    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0  # noqa: S603
