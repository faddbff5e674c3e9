"""What several kinds of tests share: one whole run of every study."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from house import House, copy_of_the_project


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy in which the default study and the studies of studies/ have been run once.

    The environment variable PROCOHORT_HOUSE names a copy that was run before, for those who
    work on what a run shows.
    """
    ready = os.environ.get("PROCOHORT_HOUSE")
    if ready:
        return House(Path(ready).resolve())
    made = copy_of_the_project(tmp_path_factory.mktemp("house") / "project")
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    for study in sorted(path.parent.name for path in made.folder.glob("studies/*/config.yaml")):
        done = made.run(study=f"studies/{study}")
        assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share the house in one worker."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("house"))
