"""The median of many weighted samples at once is the median of the repeated rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.stats import weighted_median
from procohort.stats.weighted_median import WeightedMedian

quick = settings(deadline=None, max_examples=60, derandomize=True)


@st.composite
def weighted_samples(draw):
    """Rows of a few units, tied or not, and whole weights of which some samples have none."""
    n_units = draw(st.integers(1, 6))
    seed = draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    n_rows = draw(st.integers(n_units, 80))
    values = rng.normal(size=n_rows)
    if draw(st.booleans()):
        values = np.round(values * draw(st.sampled_from([0.5, 1.0, 4.0])))
    units = rng.integers(0, n_units, size=n_rows)
    return values, units, rng.integers(0, 3, size=(25, n_units))


def by_repetition(values, units, weights):
    """The definition: write every row down as often as its unit weighs."""
    repeated = [np.repeat(values, sample[units]) for sample in weights]
    return np.array([np.median(rows) if len(rows) else np.nan for rows in repeated])


def medians_of(values, units, weights):
    n_units = weights.shape[1]
    return WeightedMedian(values, units, n_units, 3 * len(values))(weights)


@quick
@given(weighted_samples())
def test_the_median_of_weighted_rows_is_that_of_repeated_rows(sample):
    """Also where the two middle values differ, and where a sample is empty."""
    np.testing.assert_array_equal(medians_of(*sample), by_repetition(*sample))


@pytest.mark.parametrize("n_bins", [2, 3])
@pytest.mark.parametrize("window_rows", [1, 4])
@quick
@given(sample=weighted_samples())
def test_bins_and_windows_of_any_size_find_the_same_median(n_bins, window_rows, sample):
    """Sizes are chosen for speed; small ones make even small samples search to the bottom."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weighted_median, "_FEWEST_BINS", n_bins)
        patch.setattr(weighted_median, "_MOST_BINS", n_bins)
        patch.setattr(weighted_median, "_SINGLE_PASS_VALUES", 1)
        patch.setattr(weighted_median, "_WINDOW_ROWS", window_rows)
        np.testing.assert_array_equal(medians_of(*sample), by_repetition(*sample))
