"""A statement printed in parts is judged by what the parts give together."""

from __future__ import annotations

import pytest

from procohort.claims.claim import Claim
from procohort.claims.stated import as_stated


def claim(name, printed, kind="fixed", value="", *, analysis="schedule", note=""):
    return Claim(
        id=name,
        source="s",
        sentence=printed,
        printed=printed,
        kind=kind,
        value=value,
        analysis=analysis,
        note=note,
    )


GAP, FOURTH = claim("gap", "14"), claim("fourth", "30")
SHARE = claim("share", "12.5%", kind="percent")
BY_ID = {item.id: item for item in (GAP, FOURTH, SHARE)}


@pytest.mark.parametrize(
    ("value", "printed"), [("2 * gap + fourth", "58"), ("gap / 4", "3.5"), ("gap - fourth", "-16")]
)
def test_arithmetic_replaces_the_printed_part(value, printed):
    """Day 58 is what "30 days after the third dose" says; 30 against day 63 compares nothing."""
    assert as_stated(claim("x", "30", value=value), BY_ID).printed == printed


def test_without_arithmetic_or_analysis_a_claim_stays_as_it_is():
    """What nothing can show keeps its own words."""
    for kept in (GAP, claim("x", "30", value="2 * gap", analysis="")):
        assert as_stated(kept, BY_ID) is kept


@pytest.mark.parametrize("value", ["2 * share", "gap / 3"])
def test_a_value_that_is_no_single_figure_is_not_judged(value):
    """Rounded parts leave an interval open, and a third has no last digit."""
    kind = "percent" if "share" in value else "fixed"
    found = as_stated(claim("x", "25.0%" if kind == "percent" else "5", kind, value), BY_ID)
    assert found.analysis == ""
    assert "no single figure" in found.note
