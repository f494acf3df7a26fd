"""`accounts leverage` and `accounts position-mode`: what is set up, and set by a person who was asked."""

import json

import boto3
import pytest

from orderctl.sources import exchange
from orderctl.target import find
from orderexec.ports import PositionSettings
from tests.orderctl.conftest import PARAMETERS, Ctl, Deployed, build_template, parse_answer
from tests.paper_exchange.paper_client import KEY, SECRET, PaperClient

VENUES = {"binance-usdm": ("BTCUSDT", "linear"), "binance-coinm": ("BTCUSD_PERP", "inverse")}
BOTH = pytest.mark.parametrize("venue", VENUES)


@pytest.fixture
def trading(deployed: Deployed, paper: PaperClient) -> Deployed:
    """A stack that trades futures, its exchange the paper one, with the key of account main."""
    addresses = {f"Binance{name}Url": paper.url for name in ("Spot", "Usdm", "Coinm")}
    venues = {"Venues": "binance-spot,binance-usdm,binance-coinm"}
    text = build_template(deployed.outputs, PARAMETERS | addresses | venues)
    boto3.client("cloudformation").update_stack(StackName="orderexec", TemplateBody=text)
    secret = json.dumps({"api_key": KEY, "api_secret": SECRET})
    deployed.secrets.create_secret(Name="orderexec/main", SecretString=secret)
    return deployed


@pytest.mark.usefixtures("trading")
@BOTH
def test_leverage_is_shown_set_and_shown_again(ctl: Ctl, venue: str) -> None:
    symbol, _ = VENUES[venue]

    shown = ctl("accounts", "leverage", "main", symbol.lower(), "--venue", venue)
    done = ctl("accounts", "leverage", "main", symbol, "7", "--venue", venue, given="y\n")
    again = ctl("accounts", "leverage", "main", symbol, "7", "--venue", venue, "--json")

    assert f"the leverage of {symbol} of account main at {venue} is 20" in shown.stdout
    assert "becomes 7" in done.output.replace("\n", " ")
    assert "liquidation price" in done.output.replace("\n", " ")
    assert f"the leverage of {symbol} of account main at {venue} was 20, and is 7" in done.stdout
    assert parse_answer(again) == {"leverage": 7, "changed": False}


@pytest.mark.usefixtures("trading")
@BOTH
def test_what_was_set_is_seen_at_once_by_the_same_process(venue: str) -> None:
    stack, symbol = find("orderexec", local=False), VENUES[venue][0]
    key, setup = exchange.credentials(stack, "main"), exchange.position_setup(stack, venue)

    told = [setup.ask_settings(symbol, key)]
    assert setup.set_leverage(symbol, 7, key) is None
    told.append(setup.ask_settings(symbol, key))

    assert [each.leverage for each in told if isinstance(each, PositionSettings)] == [20, 7]


@pytest.mark.usefixtures("trading")
def test_leverage_is_whole_at_binance(ctl: Ctl, paper: PaperClient) -> None:
    refused = ctl("accounts", "leverage", "main", "BTCUSDT", "12.5", "--yes")

    assert refused.exit_code == 1
    assert "nothing was changed: leverage is a whole number there, not 12.5" in " ".join(refused.output.split())
    assert [each for each in paper.seen("requests") if each["method"] == "POST"] == []


@pytest.mark.usefixtures("trading")
def test_a_person_who_says_no_has_changed_nothing(ctl: Ctl, paper: PaperClient) -> None:
    declined = ctl("accounts", "leverage", "main", "BTCUSDT", "7", given="n\n")

    assert (declined.exit_code, "nothing was changed" in declined.stdout) == (1, True)
    assert [each for each in paper.seen("requests") if each["method"] == "POST"] == []


@pytest.mark.usefixtures("trading")
@BOTH
def test_the_position_mode_is_shown_and_set(ctl: Ctl, venue: str) -> None:
    shown = ctl("accounts", "position-mode", "main", "--venue", venue)
    done = ctl("accounts", "position-mode", "main", "hedge", "--venue", venue, "--yes")

    assert f"the position mode of account main at {venue} is one-way" in shown.stdout
    assert done.exit_code == 0
    again = ctl("accounts", "position-mode", "main", "--venue", venue, "--json")
    assert parse_answer(again) == {"position_mode": "hedge", "changed": False}


@pytest.mark.usefixtures("trading")
def test_what_the_exchange_refuses_is_told_in_its_words(ctl: Ctl, paper: PaperClient) -> None:
    paper.control("linear/positions", [{"symbol": "BTCUSDT", "quantity": "0.5"}])

    refused = ctl("accounts", "position-mode", "main", "hedge", "--yes")

    assert refused.exit_code == 1
    assert "nothing was changed: Position side cannot be changed if there exists position" in refused.output


@pytest.mark.usefixtures("trading")
def test_an_answer_that_is_lost_leaves_open_what_became_of_it(ctl: Ctl, paper: PaperClient) -> None:
    paper.arm("lose_answer", match={"method": "POST", "path": "/fapi/v1/leverage"})

    lost = ctl("accounts", "leverage", "main", "BTCUSDT", "7", "--yes")

    assert lost.exit_code != 0
    assert "it may have been changed or not, look again" in lost.output.replace("\n", " ")


@pytest.mark.usefixtures("trading")
def test_a_wrong_word_or_venue_is_named(ctl: Ctl) -> None:
    wrong = ctl("accounts", "position-mode", "main", "both")
    spot = ctl("accounts", "leverage", "main", "BTCUSDT", "--venue", "binance-spot")

    assert (wrong.exit_code, spot.exit_code) == (2, 3)
    assert "'both' is no position mode; it is one of one-way, hedge" in wrong.output
    assert "there are no positions at binance-spot" in spot.output


@pytest.mark.usefixtures("trading")
@BOTH
def test_a_key_is_checked_at_futures(ctl: Ctl, venue: str) -> None:
    symbol, _ = VENUES[venue]

    checked = ctl("accounts", "check", "main", "--venue", venue, "--symbol", symbol)

    assert checked.exit_code == 0, checked.output
    assert "key and signature are right; futures account" in checked.stdout
    assert "position mode: one-way" in checked.stdout
    tried = "an order would be let in (order/test)" if venue == "binance-usdm" else "no request that tries an order out"
    assert tried in checked.stdout


@pytest.mark.usefixtures("trading")
def test_the_doctor_asks_every_venue_that_the_stack_trades_at(ctl: Ctl) -> None:
    told = ctl("doctor", "--json")

    asked = [each for each in parse_answer(told)["findings"] if "the exchange answers" in each["text"]]
    assert len(asked) == 3
