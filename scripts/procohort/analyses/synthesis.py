"""Published series put together: proportions pooled within each modality."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit

from procohort.analyses.synthesis_quantities import quantity_rows
from procohort.analyses.synthesis_ranking import Pooled, ranking
from procohort.analyses.synthesis_select import Decision, decide, live_interval, with_live
from procohort.evidence import Series
from procohort.results import NAN, ResultRow
from procohort.stats.prediction_interval import FEWEST_SERIES, prediction_interval
from procohort.stats.proportions import clopper_pearson
from procohort.stats.random_effects_logistic import (
    PooledProportion,
    compare_proportions,
    pool_proportions,
)
from procohort.stats.small_study import peters_regression

PREFIX = "synthesis_"
ACCOUNT_COLUMNS = (
    "outcome", "modality", "series_id", "label", "cohort", "centre", "population", "read_in",
    "patients", "events", "trials", "scope", "live", "used", "kind", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything that the synthesis found.

    Attributes
    ----------
    rows : list of ResultRow
    account : list of dict
        One for each series and outcome or quantity, with `ACCOUNT_COLUMNS`.
    """

    rows: list[ResultRow]
    account: list[dict[str, object]]


def synthesise(
    series: Sequence[Series],
    spec: Mapping[str, Any],
    estimates: Sequence[ResultRow],
    *,
    ci_level: float = 0.95,
) -> Synthesis:
    """Put published series together, modality by modality.

    Parameters
    ----------
    series : sequence of Series
        The evidence table.
    spec : mapping
        The `synthesis` part of the settings.
    estimates : sequence of ResultRow
        Result rows of the study, of which its own series is taken.
    ci_level : float

    Returns
    -------
    Synthesis
        Rows of kind ``synthesis``: each series with exact limits, the pooled
        proportion, the spread between series, what a new series may show,
        leaving out one series at a time, the check for small-study effects,
        the test between modalities, and whether a ranking is supportable.
    """
    evidence = with_live(series, spec["live"], estimates)
    rows: list[ResultRow] = []
    account: list[dict[str, object]] = []
    for declared in spec["outcomes"]:
        outcome = str(declared["id"])
        decisions = decide(evidence, outcome, spec)
        aware = live_interval(estimates, spec["live"], outcome) if spec["live"]["series"] else None
        rows += _of_outcome(outcome, decisions, spec, aware, ci_level)
        account += [account_record(each) for each in decisions]
    listed, decisions = quantity_rows(evidence, spec, ci_level=ci_level)
    return Synthesis(rows + listed, account + [account_record(each) for each in decisions])


def account_record(each: Decision) -> dict[str, object]:
    """Return a decision as a line of the account."""
    one = each.series
    count = one.counts.get(each.outcome)
    return {
        "outcome": each.outcome, "modality": one.modality, "series_id": one.series_id,
        "label": one.label, "cohort": one.cohort, "centre": one.centre,
        "population": one.population, "read_in": one.read_in, "patients": one.patients,
        "events": count.events if count else None, "trials": count.trials if count else None,
        "scope": count.scope if count else "", "live": "yes" if one.live else "no",
        "used": "yes" if each.used else "no", "kind": each.kind, "reason": each.reason,
    }  # fmt: skip


def _of_outcome(
    outcome: str,
    decisions: Sequence[Decision],
    spec: Mapping[str, Any],
    aware: ResultRow | None,
    ci_level: float,
) -> list[ResultRow]:
    base = ResultRow(
        analysis=f"{PREFIX}{outcome}", kind="synthesis", estimand="proportion", outcome=outcome,
        unit="1", group="modality", perspective="as_published",
    )  # fmt: skip
    rows = []
    for each in decisions:
        if outcome in each.series.counts:
            rows.append(_series_row(base, each, ci_level))
            if each.series.live and aware is not None:
                rows.append(_aware_row(base, each, aware))
    found: dict[str, Pooled] = {}
    for modality in spec["modalities"]:
        used = [each for each in decisions if each.used and each.series.modality == modality]
        if used:
            mine, pooled = _of_modality(replace(base, level=modality), used, ci_level)
            rows += mine
            found[modality] = pooled
    rows.append(_between_modalities(base, decisions))
    rows.append(ranking(replace(base, level="all"), found, spec["modalities"]))
    return rows


def _aware_row(base: ResultRow, each: Decision, aware: ResultRow) -> ResultRow:
    """Return the study's own proportion with limits that respect its patients."""
    return replace(
        aware, analysis=base.analysis, kind=base.kind, outcome=base.outcome, group=base.group,
        level=each.series.modality, subset=each.series.series_id, headline=False,
    )  # fmt: skip


def _series_row(base: ResultRow, each: Decision, ci_level: float) -> ResultRow:
    count, one = each.count, each.series
    inference = clopper_pearson(count.events, count.trials, ci_level=ci_level)
    answered = base.answered(inference, "as_published")
    return replace(
        answered,
        level=one.modality, subset=one.series_id, n_events=count.events,
        n_procedures=count.trials if count.per == "procedure" else None,
        n_patients=one.patients, unit_of_analysis="row" if count.per == "procedure" else "patient",
        note=each.reason,
    )  # fmt: skip


def _counts(used: Sequence[Decision]) -> tuple[list[int], list[int]]:
    return [each.count.events for each in used], [each.count.trials for each in used]


def _of_modality(
    base: ResultRow, used: Sequence[Decision], ci_level: float
) -> tuple[list[ResultRow], Pooled]:
    events, trials = _counts(used)
    pool = pool_proportions(events, trials, ci_level=ci_level)
    patients = [each.series.patients for each in used]
    known = [n for n in patients if n is not None]
    base = replace(
        base,
        ci_level=ci_level,
        n_procedures=pool.n,
        n_events=pool.n_events,
        # A sum with unknown terms would be a smaller number than the truth.
        n_patients=sum(known) if len(known) == len(patients) else None,
        df=float(pool.n_series - 1),
    )
    rows = _pool_rows(base, pool)
    new = _new_series_row(base, pool)
    rows += [new, *_leaving_out(base, used, ci_level), _small_study(base, events, trials)]
    at_boundary = sum(k in (0, n) for k, n in zip(events, trials, strict=True))
    return rows, Pooled(pool=rows[0], new=new, n_series=pool.n_series, n_at_boundary=at_boundary)


def _pool_rows(base: ResultRow, pool: PooledProportion) -> list[ResultRow]:
    head = replace(
        base, estimand="pooled_proportion", headline=True, estimate=pool.estimate,
        ci_low=pool.ci_low, ci_high=pool.ci_high, note=pool.note,
        method=(
            "random_effects_logit_profile" if pool.method == "random_effects_logit" else pool.method
        ),
    )  # fmt: skip
    spread = replace(
        base, estimand="between_series_sd", unit="log odds", method="random_effects_logit_profile",
        estimate=pool.tau, ci_low=pool.tau_low, ci_high=pool.tau_high, note=pool.note,
    )  # fmt: skip
    if math.isnan(pool.tau):
        return [head, replace(spread, status="not_estimable", ci_level=NAN)]
    wald = replace(
        head, headline=False, method="random_effects_logit_t", ci_low=pool.t_low,
        ci_high=pool.t_high,
    )  # fmt: skip
    return [head, wald, spread]


def _new_series_row(base: ResultRow, pool: PooledProportion) -> ResultRow:
    row = replace(base, estimand="proportion_of_new_series", method="prediction_interval")
    low, high = prediction_interval(
        pool.log_odds, pool.se, pool.tau, pool.n_series, ci_level=base.ci_level
    )
    if math.isnan(low):
        reason = (
            pool.note
            if math.isnan(pool.tau)
            else f"A prediction interval needs {FEWEST_SERIES} series."
        )
        return replace(row, status="not_estimable", note=reason, ci_level=NAN)
    return replace(
        row, estimate=pool.estimate, ci_low=float(expit(low)), ci_high=float(expit(high)),
        df=float(pool.n_series - 2),
    )  # fmt: skip


def _leaving_out(base: ResultRow, used: Sequence[Decision], ci_level: float) -> list[ResultRow]:
    if len(used) < 2:
        return []
    rows = []
    for left in used:
        rest = [each for each in used if each is not left]
        events, trials = _counts(rest)
        pool = pool_proportions(events, trials, ci_level=ci_level)
        rows.append(
            replace(
                base, estimand="pooled_proportion_without", subset=left.series.series_id,
                method="leave_one_series_out", estimate=pool.estimate, ci_low=pool.ci_low,
                ci_high=pool.ci_high, n_procedures=pool.n, n_events=pool.n_events,
                n_patients=None, df=NAN, note=pool.note,
            )
        )  # fmt: skip
    return rows


def _small_study(base: ResultRow, events: Sequence[int], trials: Sequence[int]) -> ResultRow:
    test = peters_regression(events, trials)
    return replace(
        base, estimand="small_study_slope", unit="log odds", method="peters_regression",
        estimate=test.slope, statistic=test.statistic, df=test.df, p=test.p, ci_level=NAN,
        status=test.status, note=test.note,
    )  # fmt: skip


def _between_modalities(base: ResultRow, decisions: Sequence[Decision]) -> ResultRow:
    used = [each for each in decisions if each.used]
    events, trials = _counts(used)
    names = np.array([each.series.modality for each in used], dtype=str)
    test = compare_proportions(events, trials, names)
    return replace(
        base, level="all", estimand="difference_between_modalities", method="moderator_test",
        n_procedures=test.n, n_events=test.n_events, statistic=test.statistic, df=test.df,
        p=test.p, status=test.status, note=test.note,
    )  # fmt: skip
