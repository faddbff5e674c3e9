"""What each whole-number solution of printed percentages implies for the rest of a paper."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from procohort.claims.feasibility import Rule, TwoGroupCounts
from procohort.claims.printed import PrintedNumber, read_printed

FloatArray = npt.NDArray[np.float64]

# A table as probable as the printed one counts as equally extreme up to this factor, as in
# R's fisher.test: rounding in the last bits must not split ties.
_TIE_FACTOR = 1.0 + 1e-7

# Under which name the implied means of a rounding rule are written.
MEANS_UNDER: dict[Rule, str] = {"half_up": "rounded", "half_even": "rounded", "truncate": "cut"}
COUNT_COLUMNS = ("reading", "n1", "events1", "n0", "events0", "rules", "fisher_p")


@dataclass(frozen=True, slots=True)
class ImpliedBySolution:
    """One solution with what follows from it.

    Attributes
    ----------
    counts : TwoGroupCounts
    fisher_p : float
        Two-sided p of Fisher's exact test, as if the rows were independent.
    means : mapping
        For each quantity and each rounding rule of the solution, the smallest and the
        largest mean over both groups together that the printed means of the groups allow.
    """

    counts: TwoGroupCounts
    fisher_p: float
    means: Mapping[str, Mapping[Rule, tuple[Fraction, Fraction]]]


def implied_by_solutions(
    solutions: Iterable[TwoGroupCounts],
    printed_means: Mapping[str, Sequence[str]] | None = None,
) -> list[ImpliedBySolution]:
    """Return what each solution implies, in the order of the solutions.

    Parameters
    ----------
    solutions : iterable of TwoGroupCounts
        What `feasible_two_group_counts` gave.
    printed_means : mapping, optional
        For each quantity its mean in group 1 and in group 0, as printed.

    Raises
    ------
    ValueError
        If a printed mean cannot be read.

    Examples
    --------
    >>> counts = TwoGroupCounts(3, 3, 3, 0, ("half_up",))
    >>> (one,) = implied_by_solutions([counts], {"age": ("12.0", "10.0")})
    >>> round(one.fisher_p, 6), [str(end) for end in one.means["age"]["half_up"]]
    (0.1, ['219/20', '221/20'])
    """
    listed = list(solutions)
    pairs = {
        name: (read_printed(str(first)), read_printed(str(second)))
        for name, (first, second) in (printed_means or {}).items()
    }
    return [
        ImpliedBySolution(
            counts, p, {name: overall_mean(counts, pair) for name, pair in pairs.items()}
        )
        for counts, p in zip(listed, fisher_p_values(listed), strict=True)
    ]


def overall_mean(
    counts: TwoGroupCounts, printed: tuple[PrintedNumber, PrintedNumber]
) -> dict[Rule, tuple[Fraction, Fraction]]:
    """Return the ends of the mean over both groups: their means weighted by their sizes.

    The rules are those under which the percentages of the solution fit; one rule holds
    for everything that a paper prints.
    """
    weight1 = Fraction(counts.n1, counts.n1 + counts.n0)
    ends: dict[Rule, tuple[Fraction, Fraction]] = {}
    for rule in counts.rules:
        first, second = (figure.interval(rule) for figure in printed)
        ends[rule] = (
            weight1 * Fraction(first.low) + (1 - weight1) * Fraction(second.low),
            weight1 * Fraction(first.high) + (1 - weight1) * Fraction(second.high),
        )
    return ends


def fisher_p_values(solutions: Sequence[TwoGroupCounts]) -> list[float]:
    """Return Fisher's exact two-sided p of each solution (Fisher 1935; ordered by probability).

    Solutions with the same margins share one distribution, so that thousands of them
    take no longer than their different margins.
    """
    tails: dict[tuple[int, int, int], FloatArray] = {}
    p_values: list[float] = []
    for counts in solutions:
        margins = (counts.n1, counts.n0, counts.events_total)
        if margins not in tails:
            tails[margins] = _p_by_count(*margins)
        first = max(0, counts.events_total - counts.n0)
        p_values.append(float(tails[margins][counts.events1 - first]))
    return p_values


def _p_by_count(n1: int, n0: int, events: int) -> FloatArray:
    """Return the p value of every possible number of events in group 1, ascending.

    A p value is the summed probability of all counts at most as probable as the one seen.
    """
    k = np.arange(max(0, events - n0), min(n1, events) + 1)
    log_weights = -(
        gammaln(k + 1)
        + gammaln(n1 - k + 1)
        + gammaln(events - k + 1)
        + gammaln(n0 - events + k + 1)
    )
    weights = np.exp(log_weights - log_weights.max())
    probability = weights / weights.sum()
    ascending = np.sort(probability)
    at_most = np.searchsorted(ascending, probability * _TIE_FACTOR, side="right")
    p: FloatArray = np.minimum(np.cumsum(ascending)[at_most - 1], 1.0)
    return p


def mean_columns(name: str) -> tuple[str, ...]:
    """Return the columns that hold the implied overall mean of a quantity.

    Rounding half up and half to even share their ends, so two pairs of columns suffice.

    Examples
    --------
    >>> mean_columns("age")
    ('age_rounded_low', 'age_rounded_high', 'age_cut_low', 'age_cut_high')
    """
    return tuple(f"{name}_{how}_{end}" for how in ("rounded", "cut") for end in ("low", "high"))


def write_implied(
    path: Path,
    found: Mapping[str, Iterable[TwoGroupCounts]],
    printed_means: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write solutions and what they imply as CSV: a row for each reading and solution."""
    means = [column for name in printed_means or {} for column in mean_columns(name)]
    columns = (*COUNT_COLUMNS, *means)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for reading, solutions in found.items():
            writer.writerows(_records(reading, implied_by_solutions(solutions, printed_means)))


def _records(reading: str, implied: Iterable[ImpliedBySolution]) -> Iterator[list[object]]:
    for one in implied:
        counts = one.counts
        ends = [text for by_rule in one.means.values() for text in _ends_written(by_rule)]
        yield [
            *(reading, counts.n1, counts.events1, counts.n0, counts.events0),
            *(" ".join(counts.rules), f"{one.fisher_p:.6g}", *ends),
        ]


def _ends_written(by_rule: Mapping[Rule, tuple[Fraction, Fraction]]) -> list[str]:
    """Return the cells of `mean_columns`; empty where the solution needs the other rule."""
    rounded = by_rule.get("half_up") or by_rule.get("half_even")
    pairs = (rounded, by_rule.get("truncate"))
    return [f"{float(end):.6g}" if pair else "" for pair in pairs for end in pair or (0, 0)]
