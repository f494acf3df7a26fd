"""The SAM CLI leaves a folder behind for each zip file that it uploads; a start of the local stack leaves none."""

from pathlib import Path

import pytest

from local import sam
from local.run import LocalStackError


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the SAM CLI: makes a folder where temporary files go, and says which."""
    made = tmp_path / "sam"
    made.write_text('#!/bin/sh\nmktemp -d\ntest "$1" != fails\n')
    made.chmod(0o755)
    monkeypatch.setattr(sam, "SAM", made)
    return made


def test_what_it_leaves_behind_is_removed(program: Path) -> None:
    folder = Path(sam._run_sam(["deploy"], {"PATH": "/usr/bin:/bin"}).strip())

    assert folder.name.startswith("tmp.")
    assert not folder.exists()


def test_also_where_it_failed(program: Path) -> None:
    with pytest.raises(LocalStackError) as failed:
        sam._run_sam(["fails"], {"PATH": "/usr/bin:/bin"})

    assert not Path(str(failed.value).split()[-1]).exists()
