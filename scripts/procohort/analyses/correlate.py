"""Correlations and trends: one variable with outcomes, as published and cluster-aware."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from procohort.analyses.sample import Question, numbers
from procohort.results import ResultRow
from procohort.stats import bootstrap, correlation, mixed
from procohort.stats.inference import FloatArray, Inference, IntArray, refused
from procohort.stats.influence import leave_one_patient_out


@dataclass(frozen=True, slots=True)
class Pairs:
    """Complete pairs of x and y, with the patient number of each."""

    x: FloatArray
    y: FloatArray
    cluster: IntArray
    sampling: IntArray
    base: ResultRow

    @property
    def one_row_each(self) -> bool:
        """Whether every patient has one row, so that nothing is clustered."""
        return len(np.unique(self.cluster)) == len(self.cluster)


def correlate(question: Question) -> list[ResultRow]:
    """Correlate `x` with every outcome."""
    rows: list[ResultRow] = []
    for outcome in question.each_outcome():
        pairs = _pairs(question, outcome)
        rows.append(
            pairs.base.answered(
                correlation.spearman(pairs.x, pairs.y, ci_level=question.ci_level),
                "as_published",
                headline=True,
                estimand="spearman_rho",
                unit="1",
            )
        )
        rows.extend(_cluster_aware(question, pairs))
    return rows


def _pairs(question: Question, outcome: str) -> Pairs:
    table, x = question.table, question.spec["x"]
    used = table[x].notna() & table[outcome].notna()
    cluster, sampling = question.clusters(table.loc[used])
    base = question.row(
        "",
        outcome,
        group=x,
        level="all",
        n_missing=int((~used).sum()),
        **question.count(used),
    )
    return Pairs(
        numbers(table.loc[used, x]), numbers(table.loc[used, outcome]), cluster, sampling, base
    )


def _cluster_aware(question: Question, pairs: Pairs) -> Iterator[ResultRow]:
    x, y, cluster, base = pairs.x, pairs.y, pairs.cluster, pairs.base
    total = bootstrap.bootstrap_spearman(
        x,
        y,
        pairs.sampling,
        seed=question.seed,
        n_resamples=question.n_resamples,
        ci_level=question.ci_level,
    )
    yield base.answered(
        total,
        "cluster_aware",
        headline=True,
        seed=question.seed,
        estimand="spearman_rho",
        unit="1",
    )
    if pairs.one_row_each:
        return
    yield base.answered(
        correlation.within_rank_correlation(x, y, cluster),
        "cluster_aware",
        estimand="within_patient_rank_correlation",
        unit="1",
    )
    yield base.answered(
        _repeated_measures(question, pairs),
        "cluster_aware",
        estimand="repeated_measures_correlation",
        unit="1",
    )
    for weighted in (False, True):
        yield base.answered(
            correlation.between_patient_correlation(
                x, y, cluster, weighted=weighted, ci_level=question.ci_level
            ),
            "cluster_aware",
            estimand="between_patient_correlation" + ("_weighted" if weighted else ""),
            unit="1",
        )
    yield from _slopes(question, pairs)
    if not question.influence:
        return
    influence = leave_one_patient_out(lambda keep: correlation.spearman(x[keep], y[keep]), cluster)
    # The p of a pooled correlation is not a cluster-aware one: only the range of rho is.
    without_p = influence.with_(p=float("nan"), note="")
    yield base.answered(without_p, "cluster_aware", estimand="spearman_rho", unit="1")


def _repeated_measures(question: Question, pairs: Pairs) -> Inference:
    """Correlate inside patients on the scale on which the outcome is symmetric."""
    if (pairs.y <= 0).any():
        return refused("rmcorr", "The outcome is not positive throughout: it has no logarithm.")
    return correlation.rmcorr(pairs.x, np.log(pairs.y), pairs.cluster, ci_level=question.ci_level)


def _slopes(question: Question, pairs: Pairs) -> Iterator[ResultRow]:
    """Yield exp(slope) per unit of x, inside patients and between them (Mundlak 1978)."""
    if (pairs.y <= 0).any():
        return
    slopes = mixed.within_between_slopes(
        pairs.y, pairs.x, pairs.cluster, ci_level=question.ci_level
    )
    for part, found in (("within", slopes.within), ("between", slopes.between)):
        yield pairs.base.answered(
            found, "cluster_aware", estimand=f"slope_ratio_{part}", unit="ratio"
        )
