"""A copy of the project for tests that change it; the shared run is in tests/conftest.py."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, copy_of_the_project


@pytest.fixture
def fresh_house(tmp_path: Path) -> Iterator[House]:
    """A copy in which nothing has been run."""
    yield copy_of_the_project(tmp_path / "project")
    shutil.rmtree(tmp_path / "project", ignore_errors=True)
