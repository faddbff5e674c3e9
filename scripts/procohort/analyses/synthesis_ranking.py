"""Whether the pooled proportions support a ranking of the modalities: a rule, not an opinion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from procohort.results import ResultRow
from procohort.vocabulary import listed

# Series with an event in each procedure, or in none, cannot be told apart.
LARGEST_SHARE_AT_BOUNDARY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What was found for one modality.

    Attributes
    ----------
    pool, new : ResultRow
        Pooled proportion, and what a new series may show.
    n_series, n_at_boundary : int
        Series, and those whose count is none or all.
    """

    pool: ResultRow
    new: ResultRow
    n_series: int
    n_at_boundary: int


def ranking(base: ResultRow, found: Mapping[str, Pooled], labels: Mapping[str, str]) -> ResultRow:
    """Say whether any order of the modalities is supportable, and on which grounds.

    An order of two modalities is supportable where their prediction intervals do
    not overlap: the next series of one would then be expected beyond the next of
    the other. Without a prediction interval a modality has no place in an order,
    and counts at their boundary in most series leave nothing to order.

    Parameters
    ----------
    base : ResultRow
        Row to fill in.
    found : mapping
        What was found, by modality.
    labels : mapping
        Names of the modalities for people.

    Returns
    -------
    ResultRow
        Status ``ok`` with the pairs that can be ordered in its note, or ``refused``
        with the reasons.
    """
    row = replace(base, estimand="ranking", method="interval_rule", unit="")
    n_series = sum(each.n_series for each in found.values())
    at_boundary = sum(each.n_at_boundary for each in found.values())
    if len(found) < 2:
        return replace(
            row, status="refused",
            note="No ranking is supportable: fewer than two modalities have a series.",
        )  # fmt: skip
    reasons = []
    if at_boundary > LARGEST_SHARE_AT_BOUNDARY * n_series:
        reasons.append(
            f"in {at_boundary} of {n_series} series the count is none or all, where series "
            "cannot be told apart"
        )
    with_interval = [name for name, each in found.items() if each.new.status == "ok"]
    without = [labels[name] for name in found if name not in with_interval]
    if without:
        reasons.append(f"no prediction interval can be given for {listed(without)}")
    pairs = list(combinations(with_interval, 2))
    apart = [pair for pair in pairs if not _overlap(found[pair[0]].new, found[pair[1]].new)]
    if pairs and not apart:
        reasons.append(
            "the prediction intervals of "
            f"{listed([labels[name] for name in with_interval])} overlap"
        )
    if apart and at_boundary <= LARGEST_SHARE_AT_BOUNDARY * n_series:
        said = "; ".join(_order(found, labels, pair) for pair in apart)
        rest = f" For the others: {'; '.join(reasons)}." if reasons else ""
        return replace(
            row,
            n_procedures=sum(each.pool.n_procedures or 0 for each in found.values()),
            note=f"Prediction intervals do not overlap: {said}. Series differ in whom they "
            f"treated, so that this is no effect of the modality by itself.{rest}",
        )
    if apart:
        reasons.append("the intervals that do not overlap rest on such counts")
    return replace(row, status="refused", note=f"No ranking is supportable: {'; '.join(reasons)}.")


def _overlap(one: ResultRow, other: ResultRow) -> bool:
    return one.ci_low <= other.ci_high and other.ci_low <= one.ci_high


def _order(found: Mapping[str, Pooled], labels: Mapping[str, str], pair: tuple[str, str]) -> str:
    high, low = sorted(pair, key=lambda name: found[name].pool.estimate, reverse=True)
    return f"{labels[high]} above {labels[low]}"
