"""The cluster-aware answer beside the published one."""

from __future__ import annotations

import math
from decimal import Decimal

from procohort.claims.claim import Claim
from procohort.claims.finding import ALPHA, shows_higher, write_estimate, write_p
from procohort.results import ResultRow
from procohort.vocabulary import methods_name, neutral_value

_TESTED_KINDS = (
    *("p_value", "p_bound", "direction"),
    *("effect", "interval", "test_statistic"),
)
_SHARE_KINDS = ("percent", "frequency_class")


def put_beside(
    claim: Claim, row: ResultRow | None, other: ResultRow | None
) -> tuple[str, bool | None]:
    """Return what the cluster-aware row shows, and whether the conclusion changes there."""
    if row is None or other is None or claim.kind not in (*_TESTED_KINDS, *_SHARE_KINDS):
        return "", None
    if other.status != "ok":
        return f"{other.status.replace('_', ' ')}: {other.note}".rstrip(": "), None
    if claim.kind in _SHARE_KINDS:
        return _percent_with_interval(other), None
    return _tested(other), _other_conclusion(claim, row, other)


def _tested(row: ResultRow) -> str:
    """Write estimate, interval and p of a row, whichever of them it has."""
    parts = []
    if math.isfinite(row.estimate):
        parts.append(write_estimate(row))
    if math.isfinite(row.ci_low) and math.isfinite(row.ci_high):
        low, high = f"{Decimal(f'{row.ci_low:.3g}'):f}", f"{Decimal(f'{row.ci_high:.3g}'):f}"
        parts.append(f"{_level(row)}interval {low} to {high}")
    if not math.isnan(row.p):
        parts.append(write_p(row.p))
    return ", ".join(parts) + (f"; {methods_name(row.method)}" if parts and row.method else "")


def _level(row: ResultRow) -> str:
    return "" if math.isnan(row.ci_level) else f"{100 * row.ci_level:.3g} % "


def _other_conclusion(claim: Claim, row: ResultRow, other: ResultRow) -> bool | None:
    flips = (
        claim.kind == "direction"
        and math.isfinite(other.estimate)
        and math.isfinite(row.estimate)
        and shows_higher(other) * shows_higher(row) < 0
    )
    if flips:
        return True
    before, after = _significant(row), _significant(other)
    return None if before is None or after is None else before != after


def _significant(row: ResultRow) -> bool | None:
    """Return whether a row rejects "no difference" at 5 %: by its p, else by its 95 % interval."""
    if not math.isnan(row.p):
        return row.p < ALPHA
    if math.isnan(row.ci_low) or math.isnan(row.ci_high) or row.ci_level != 1 - ALPHA:
        return None
    neutral = neutral_value(row.estimand)
    return not row.ci_low <= neutral <= row.ci_high


def _percent_with_interval(row: ResultRow) -> str:
    if math.isnan(row.ci_low) or math.isnan(row.ci_high):
        return ""
    return (
        f"{100 * row.estimate:.1f}% ({_level(row)}interval "
        f"{100 * row.ci_low:.1f}% to {100 * row.ci_high:.1f}%)"
    )
