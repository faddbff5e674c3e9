"""Adjusted p values against R 4.2.2, p.adjust."""

from __future__ import annotations

import math

import numpy as np
import pytest

from procohort.stats.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    hochberg,
    holm,
    hommel,
)
from reference_cases import load_case

FRAME, ENTRIES = load_case("multiplicity")
METHODS = {
    "bonferroni": bonferroni,
    "holm": holm,
    "hochberg": hochberg,
    "hommel": hommel,
    "BH": benjamini_hochberg,
    "BY": benjamini_yekutieli,
}


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_adjusted_p_equals_p_adjust(entry):
    """Every table prints raw and adjusted p side by side."""
    name, method = entry.split("/")
    p_values = FRAME.loc[FRAME["set"] == name, "p"].to_numpy()
    expected = ENTRIES[entry]["result"]["adjusted"]
    assert METHODS[method](p_values).tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_missing_p_stays_in_place_and_leaves_the_family(method):
    """statsmodels turns all BH values to NaN, and lets Holm count the NaN (defect 13)."""
    adjust = METHODS[method]
    adjusted = adjust([0.01, math.nan, 0.04, 0.03])
    assert math.isnan(adjusted[1])
    assert adjusted[[0, 2, 3]].tolist() == adjust([0.01, 0.04, 0.03]).tolist()


def test_the_family_may_be_larger_than_the_p_values_at_hand():
    """A refused test can still belong to the family; p.adjust(p, n = 5) in R gives these."""
    assert holm([0.01, 0.02], family_size=5).tolist() == pytest.approx([0.05, 0.08])
    assert benjamini_hochberg([0.01, 0.02], family_size=5).tolist() == pytest.approx([0.05, 0.05])
    with pytest.raises(ValueError, match="family_size"):
        holm([0.01, 0.02], family_size=1)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_empty_family_and_certain_p_values_pass_through(method):
    """Zero and one are legitimate p values of exact tests."""
    adjust = METHODS[method]
    assert adjust([]).size == 0
    assert np.isnan(adjust([math.nan])).all()
    assert adjust([0.0]).tolist() == [0.0]
    assert adjust([1.0, 1.0]).tolist() == [1.0, 1.0]


def test_values_outside_zero_to_one_raise():
    """A t statistic in the p column must not be adjusted silently."""
    with pytest.raises(ValueError, match="outside"):
        holm([0.2, 1.2])
