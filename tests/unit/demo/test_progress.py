"""A step in a pipe is one plain line; with FORCE_COLOR it is coloured, and still nothing is redrawn."""

import os
import re
import subprocess
import sys

import pytest

from local.run import ROOT

ONE_STEP = "from local.progress import show_step\nwith show_step('count to three'): pass"


@pytest.mark.parametrize("extra", [{}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}])
def test_a_step_in_a_pipe_is_one_line(extra: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "TTY_COMPATIBLE")}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", ONE_STEP], cwd=ROOT, env=kept | extra, capture_output=True, text=True, check=True
    )
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    assert re.fullmatch(r"✓ count to three \(0\.\d s\)\n", without_colours)
    assert ("\x1b" in done.stdout) == bool(extra)
