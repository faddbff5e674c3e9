"""No reference value may lie unused: each is named in a test, and partly tested ones say why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reference_cases import DATA

# What no test holds to the letter, by the last part of the entry's id.
PARTLY_TESTED = {
    "rankcorr_clusters": (
        "Within and between parts need a cumulative probability model with one parameter per"
        " patient and per distinct value; the total part and both rank ICC are tested."
    ),
    "cliff_effsize": (
        "The estimate is tested. effsize's limits follow neither of Cliff's variances; those of"
        " his own formula are the `cliff` entry."
    ),
    "rgl_sub": "R's value depends on the order of rows; it is reached with R's own mismatch.",
    "lik": "R's root search is looser than the entry's rtol near 0; the definition is tested.",
    "midp": "As `lik`.",
    "midp_exactci": "As `lik`.",
    "blaker": "As `lik`.",
    "rd_mn_desctools": "As `lik`: good to 1e-7 absolutely.",
}


def _expected_entries():
    return [
        pytest.param(entry["id"].rsplit("/", 1)[-1], id=f"{path.stem}:{entry['id']}")
        for path in sorted(DATA.glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]
        if entry["use"] == "expected"
    ]


@pytest.fixture(scope="module")
def code_of_tests():
    here = Path(__file__)
    return "".join(
        path.read_text(encoding="utf-8") for path in here.parent.glob("*.py") if path != here
    )


@pytest.mark.parametrize("kind", _expected_entries())
def test_every_expected_entry_is_named_in_a_test(kind, code_of_tests):
    """A value that R computed and no test reads proves nothing."""
    # Some tests put an id together: f"gee/smallsample_{correlation}".
    stems = (kind, kind.rsplit("_", 1)[0])
    assert any(f'"{stem}' in code_of_tests or f"/{stem}" in code_of_tests for stem in stems)


@pytest.mark.parametrize("kind", sorted(PARTLY_TESTED))
def test_an_exception_is_about_an_entry_that_exists(kind):
    """An outdated excuse would hide the next gap."""
    assert kind in {param.values[0] for param in _expected_entries()}
