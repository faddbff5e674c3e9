"""Whole steps of a scale that have a printed median, range, mean and SD, close to drawn values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from procohort.stats.inference import Array, BoolArray, FloatArray, IntArray

_BISECTIONS = 60
_MOST_MOVES = 5000
# The SD is met when it lies this deep inside its rounding interval, as a share of half its width.
_CLOSENESS = 0.1


class NoFitError(ValueError):
    """Figures that no values found here have together; the text says which."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is printed about the values of one group, in steps of the scale.

    Attributes
    ----------
    low, high : int or None
        Smallest and largest value; both occur.
    median, mean, sd : float or None
        The SD is that of a sample, with n - 1.
    sd_half_width : float
        Half the width of the rounding interval of the SD.
    """

    low: int | None = None
    high: int | None = None
    median: float | None = None
    mean: float | None = None
    sd: float | None = None
    sd_half_width: float = 0.5


def fit_values(wish: FloatArray, figures: Figures) -> IntArray:
    """Return whole numbers in the order of the wished ones that have the printed figures.

    Parameters
    ----------
    wish : ndarray of float, shape (n,)
        Drawn values in steps of the scale; n at least 2, none missing.
    figures : Figures
        An SD needs a mean.

    Returns
    -------
    ndarray of int, shape (n,)
        Smallest, largest and median as given; the mean as near as whole numbers can
        come; the SD well inside its rounding interval.

    Raises
    ------
    NoFitError
        If no such values were found.

    Notes
    -----
    The wished values are shifted (and stretched, where an SD is given) and rounded. Then
    single values move by one step to the nearest possible sum, and pairs of values by one
    step against each other, which keeps the sum, until the sum of squares is right. Every
    move is the one that leaves the wished values least, so that the same wish gives the
    same values.

    Examples
    --------
    >>> fit_values(np.array([0.2, 1.1, 2.7, 3.0, 9.5]), Figures(0, 8, median=2)).tolist()
    [0, 0, 2, 2, 8]
    """
    ideal = _stretched(wish, figures)
    moves = _Moves(ideal, figures, wish)
    moves.meet_median()
    if figures.mean is not None:
        moves.meet_sum(round(figures.mean * len(wish)))
    if figures.sd is not None:
        moves.meet_sd(figures.sd, figures.sd_half_width * _CLOSENESS)
    moves.check_ends()
    return moves.values


def _stretched(wish: FloatArray, figures: Figures) -> FloatArray:
    """Return the wish with the printed mean (or median) and SD, cut to the range."""
    low = -np.inf if figures.low is None else figures.low
    high = np.inf if figures.high is None else figures.high
    if figures.mean is None:
        middle = float(np.median(wish))
        shift = 0.0 if figures.median is None else figures.median - middle
        return np.asarray(np.clip(wish + shift, low, high), dtype=np.float64)
    centred = wish - wish.mean()
    wanted_mean, spread = figures.mean, float(centred.std(ddof=1))

    def with_spread(factor: float) -> FloatArray:
        """Return the values stretched by a factor and shifted to the mean."""
        ends = [wanted_mean - 10.0 * spread * factor, wanted_mean + 10.0 * spread * factor]
        for _ in range(_BISECTIONS):
            shift = 0.5 * (ends[0] + ends[1])
            values = np.clip(shift + factor * centred, low, high)
            ends[0 if values.mean() < wanted_mean else 1] = shift
        return np.asarray(values, dtype=np.float64)

    if figures.sd is None or spread == 0.0:
        return with_spread(1.0)
    smallest, largest = 0.05 * figures.sd / spread, 20.0 * figures.sd / spread
    for _ in range(_BISECTIONS):
        factor = float(np.sqrt(smallest * largest))
        if float(with_spread(factor).std(ddof=1)) < figures.sd:
            smallest = factor
        else:
            largest = factor
    return with_spread(smallest)


class _Moves:
    """Values that move by single steps inside what the figures allow."""

    def __init__(self, ideal: FloatArray, figures: Figures, wish: FloatArray) -> None:
        self.ideal, self.figures = ideal, figures
        self.values: IntArray = np.rint(ideal).astype(np.int64)
        order = np.argsort(wish, kind="stable")
        self.free: BoolArray = np.ones(len(wish), dtype=np.bool_)
        for end, row in ((figures.low, order[0]), (figures.high, order[-1])):
            if end is not None:
                self.values[row], self.free[row] = end, False

    def check_ends(self) -> None:
        """Refuse values outside the printed range: its ends were pinned, so both occur."""
        low, high = int(self.values.min()), int(self.values.max())
        for wanted, found in ((self.figures.low, low), (self.figures.high, high)):
            if wanted is not None and found != wanted:
                raise NoFitError(f"wanted an end of the range at {wanted}, got {found}")

    def meet_median(self) -> None:
        """Set the values on the wrong side of the median that are nearest to it to the median."""
        median = self.figures.median
        if median is None:
            return
        if median != round(median):
            raise NoFitError(f"a median of {median} steps lies between two values of the scale")
        for side in (-1, 1):
            beyond = (side * (self.values - round(median)) > 0) & self.free
            excess = int((side * (self.values - round(median)) > 0).sum()) - self._most_beside()
            if excess > int(beyond.sum()):
                raise NoFitError(f"the median cannot be {round(median)} steps beside that range")
            if excess > 0:
                rows = np.flatnonzero(beyond)
                near = np.argsort(np.abs(self.ideal[rows] - median), kind="stable")
                self.values[rows[near[:excess]]] = round(median)

    def _most_beside(self) -> int:
        """Return how many values may lie on one side of the median: fewer than half."""
        return (len(self.values) - 1) // 2

    def meet_sum(self, wanted: int) -> None:
        """Move single values by one step until they have the sum."""
        while (missing := wanted - int(self.values.sum())) != 0:
            step = 1 if missing > 0 else -1
            rows = np.flatnonzero(self._may(step))
            if not rows.size:
                raise NoFitError(f"the range allows no sum of {wanted} steps")
            cost = (self.values[rows] + step - self.ideal[rows]) * step
            self.values[rows[int(np.argmin(cost))]] += step

    def meet_sd(self, wanted: float, tolerance: float) -> None:
        """Move pairs of values against each other until the SD is met; the sum stays."""
        n = len(self.values)
        for _ in range(_MOST_MOVES):
            if abs(float(self.values.std(ddof=1)) - wanted) <= tolerance:
                return
            spread = (n - 1) * wanted**2
            missing = spread - float(((self.values - self.values.mean()) ** 2).sum())
            pair = self._best_pair(missing)
            if pair is None:
                break
            self.values[pair[0]] += 1
            self.values[pair[1]] -= 1
        raise NoFitError(
            f"wanted an SD of {wanted:g} steps, came to {self.values.std(ddof=1):.4f} with the "
            "printed mean and range"
        )

    def _best_pair(self, missing: float) -> tuple[int, int] | None:
        """Return whom to move up and whom down: least disturbance for what is gained."""
        up, down = np.flatnonzero(self._may(1)), np.flatnonzero(self._may(-1))
        gain = 2.0 * (self.values[up][:, None] - self.values[down][None, :]) + 2.0
        nearer = np.abs(missing - gain) < abs(missing)
        nearer &= up[:, None] != down[None, :]
        if not nearer.any():
            return None
        cost = self._disturbance(up, 1)[:, None] + self._disturbance(down, -1)[None, :]
        score = np.where(nearer, cost / np.maximum(np.abs(gain), 1.0), np.inf)
        first, second = np.unravel_index(int(np.argmin(score)), score.shape)
        return int(up[first]), int(down[second])

    def _disturbance(self, rows: IntArray, step: int) -> Array:
        """Return the squared distance from the ideal after a step."""
        return (self.values[rows] + step - self.ideal[rows]) ** 2

    def _may(self, step: int) -> BoolArray:
        """Return which values may move by a step without leaving range or median."""
        figures = self.figures
        end = figures.high if step > 0 else figures.low
        may: BoolArray = self.free.copy()
        if end is not None:
            may &= (end - self.values) * step > 0
        if figures.median is not None:
            median = round(figures.median)
            if int(((self.values - median) * step > 0).sum()) >= self._most_beside():
                may &= self.values != median
        return may
