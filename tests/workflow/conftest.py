"""Whole runs of the pipeline, each in a copy of the project in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, copy_of_the_project


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy in which the default study and the studies of studies/ have been run once."""
    made = copy_of_the_project(tmp_path_factory.mktemp("house") / "project")
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    for study in sorted(path.parent.name for path in made.folder.glob("studies/*/config.yaml")):
        done = made.run(study=f"studies/{study}")
        assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture
def fresh_house(tmp_path: Path) -> Iterator[House]:
    """A copy in which nothing has been run."""
    yield copy_of_the_project(tmp_path / "project")
    shutil.rmtree(tmp_path / "project", ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep whole runs that share a house in one worker."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("house"))
