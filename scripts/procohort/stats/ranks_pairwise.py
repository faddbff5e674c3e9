"""All pairs of groups by the Mann-Whitney test, adjusted by Holm."""

from __future__ import annotations

from itertools import combinations

import numpy.typing as npt

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.multiplicity import holm
from procohort.stats.ranks import mann_whitney
from procohort.stats.ranks_many import PairwiseRankTest


def pairwise_mann_whitney(
    y: npt.ArrayLike, group: npt.ArrayLike, *, continuity: bool = False
) -> tuple[PairwiseRankTest, ...]:
    """Mann-Whitney tests of every two groups, each ranked on its own, adjusted by Holm (1979).

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of labels, shape (n,)
        Group of each row.
    continuity : bool
        As in `mann_whitney`.

    Returns
    -------
    tuple of PairwiseRankTest
        All pairs in sorted order of the labels; the earlier label is the reference. Unlike
        `dunn`, a pair's result does not depend on the other groups.

    Examples
    --------
    >>> tests = pairwise_mann_whitney([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
    >>> [(test.level, test.reference) for test in tests]
    [('b', 'a'), ('c', 'a'), ('c', 'b')]
    """
    values = as_float(y, "y")
    codes, levels = encode(group, "group")
    same_length(y=values, group=codes)
    pairs = list(combinations(range(levels.size), 2))
    tests = []
    for first, second in pairs:
        rows = (codes == first) | (codes == second)
        tests.append(mann_whitney(values[rows], codes[rows] == second, continuity=continuity))
    adjusted = holm([test.p for test in tests])
    return tuple(
        PairwiseRankTest(str(levels[second]), str(levels[first]), test, float(p_holm))
        for (first, second), test, p_holm in zip(pairs, tests, adjusted, strict=True)
    )
