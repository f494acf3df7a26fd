"""Each protocol test gets a stage of its own."""

import pytest

from tests.usecases.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()
