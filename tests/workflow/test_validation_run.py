"""The simulations that try the methods, in short, from the first cohort to the figure."""

from __future__ import annotations

import pytest

from house import House

pytestmark = pytest.mark.workflow
FOLDER = "results/validation/quick"


def test_the_methods_are_tried_resumably_and_whatever_the_cores(fresh_house: House) -> None:
    """A killed run of some minutes goes on where it was, with the same numbers on one core."""
    done = fresh_house.run("validate_methods_quick", cores=2)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = fresh_house.folder / FOLDER
    before = fresh_house.digests()
    for name in ("validation.csv", "validation.svg", "validation.md"):
        assert f"validation/quick/{name}" in before
    parts = sorted((folder / "parts").glob("*.csv"))
    assert len(parts) > 20
    assert fresh_house.planned("--", "validate_methods_quick") == set()

    # What a killed run leaves: some of the parts and nothing that needs them all.
    lost = parts[::6]
    for path in [*lost, *folder.glob("validation.*")]:
        path.unlink()
    planned = fresh_house.planned("--", "validate_methods_quick")
    assert {path for path in planned if "/parts/" in path} == {
        path.relative_to(fresh_house.folder).as_posix() for path in lost
    }
    done = fresh_house.run("validate_methods_quick", cores=1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh_house.digests() == before
