"""What several kinds of tests share: one whole run of every study."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from house import OWN_STUDIES, House, copy_of_the_project


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
    for study in OWN_STUDIES:
        done = made.run(study=f"studies/{study}")
        assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="session")
def gallery(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Snakemake's own report of the default study, unpacked."""
    folder = tmp_path_factory.mktemp("gallery")
    done = house.run("--report", str(folder / "gallery.zip"))
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(folder / "gallery.zip") as packed:
        packed.extractall(folder)
    return folder / "gallery"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep tests that share the house in one worker."""
    if {"house", "gallery"} & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.xdist_group("house"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse versions of pytest and xdist that ignore groups: every worker would run it all."""
    config = session.config
    if not getattr(config.option, "loadgroup", False):
        return
    grouped = [item for item in session.items if item.get_closest_marker("xdist_group")]
    if any(not item.nodeid.endswith("@house") for item in grouped):
        raise pytest.UsageError("this pytest and this pytest-xdist do not group tests together")
