"""What makes permutation tests quick changes none of their numbers."""

import numpy as np
import pytest

from procohort.stats import permutation_within, subset_sums

SIZES = np.array([3, 9, 1, 17, 6])


@pytest.mark.parametrize("size", [1, 7, 20])
def test_row_by_row_counts_are_those_of_whole_blocks(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Wide tables take another path to the exact p value; it must be the same to the last bit."""
    ties = np.random.default_rng(7).integers(0, 60, 41)
    found = []
    for limit in (0, 10**9):
        monkeypatch.setattr(subset_sums, "_WIDE", limit)
        found.append(subset_sums.subset_sums(ties, size))
    assert found[0].offset == found[1].offset
    np.testing.assert_array_equal(found[0].probability, found[1].probability)


def test_sorting_packed_keys_gives_the_order_of_the_keys() -> None:
    """The column rides in the lowest bits of each key: the shuffle must stay that of the draw."""
    keys = np.repeat(np.arange(1.0, 6.0), SIZES) + np.random.default_rng(3).random((50, 36))
    expected = np.argsort(keys, axis=1)
    np.testing.assert_array_equal(permutation_within._sorted_columns(keys, 5), expected)


def test_keys_without_room_for_the_column_are_sorted_as_they_are() -> None:
    """With very many patients too few bits of the draw would be left, and ties would bias it."""
    keys = 1.0 + np.random.default_rng(3).random((2, 36))
    expected = np.argsort(keys, axis=1)
    whole = keys.copy()
    np.testing.assert_array_equal(permutation_within._sorted_columns(keys, 2**30), expected)
    np.testing.assert_array_equal(keys, whole)


def test_draws_do_not_depend_on_how_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number held is a matter of memory; a p value must not move with it."""
    scores = np.arange(36.0)
    found = []
    for cells in (36, 36 * 1000):
        monkeypatch.setattr(permutation_within, "CHUNK_CELLS", cells)
        parts = permutation_within._permuted_scores(scores, SIZES, 11, 20)
        found.append(np.concatenate(list(parts)))
    np.testing.assert_array_equal(found[0], found[1])
    for row in found[0]:
        inside = [set(part) for part in np.split(row, np.cumsum(SIZES)[:-1])]
        assert inside == [set(part) for part in np.split(scores, np.cumsum(SIZES)[:-1])]
