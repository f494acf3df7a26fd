"""The picture of the demo is drawn by the demo's own code, from a recorded run of the samples as they are now."""

import re
from xml.etree import ElementTree

from local import samples
from local.demo_picture import COLUMNS, PICTURE, draw_picture, load_run

RUN = load_run()
SVG = "{http://www.w3.org/2000/svg}"
TEXT = PICTURE.read_text(encoding="utf-8")


def read_lines() -> list[str]:
    """Return the lines of text that the picture shows, from the top, each piece of text at its place."""
    lines: dict[float, str] = {}
    for element in ElementTree.fromstring(TEXT).iter(f"{SVG}text"):  # noqa: S314 - our own file
        text = (element.text or "").replace("\N{NO-BREAK SPACE}", " ").rstrip("\n")
        if "textLength" in element.attrib and text:  # the title of the window has no such length
            column = round(float(element.attrib["x"]) / float(element.attrib["textLength"]) * len(text))
            height = float(element.attrib["y"])
            lines[height] = lines.get(height, "").ljust(column) + text
    return [lines[height] for height in sorted(lines)]


def test_the_picture_is_current() -> None:
    assert draw_picture(RUN) == TEXT, "run `make pages`"


def test_the_recorded_run_is_one_of_todays_samples_and_each_ended_as_its_sample_says() -> None:
    deviations = {outcome.sample.name: outcome.find_deviations(RUN.orders) for outcome in RUN.outcomes}
    recorded = [outcome.sample.name for outcome in RUN.outcomes]

    assert recorded == [sample.name for sample in samples.load()], (
        "record a new run: .venv/bin/python -m local.demo_picture record"
    )
    assert not any(deviations.values()), deviations


def test_the_picture_shows_every_signal_and_the_verdict() -> None:
    lines = read_lines()

    for outcome in RUN.outcomes:
        assert any(re.search(rf"✓ {outcome.sample.name} ", line) for line in lines), outcome.sample.name
    assert lines[-1].strip() == f"{len(RUN.outcomes)} of {len(RUN.outcomes)} signals ended as their samples say."


def test_no_line_of_the_picture_is_wider_than_it() -> None:
    assert max(map(len, read_lines())) <= COLUMNS


def test_the_picture_loads_nothing() -> None:
    """GitHub shows a README's picture without the fonts that it would load from elsewhere."""
    assert set(re.findall(r"https?://[^\s\"')]+", TEXT)) == {"http://www.w3.org/2000/svg"}
