"""Other valid answers to a two-group question, beside the primary one: all of them shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from procohort.analyses.covariates import complete_rows, design_columns
from procohort.analyses.groups import Groups, left_out, size_of
from procohort.analyses.sample import Question
from procohort.results import ResultRow
from procohort.stats import (
    clustered_ranks,
    firth,
    gee,
    glmm,
    mixed,
    patient_means,
    permutation,
    proportions,
    ranks,
    rao_scott,
    risk_difference,
    robust,
    stratified,
)
from procohort.stats.inference import BoolArray, Inference
from procohort.stats.influence import leave_one_patient_out


def of_quantity(question: Question, groups: Groups, unit: str) -> Iterator[ResultRow]:
    """Yield further cluster-aware answers about a measured or counted outcome."""
    if groups.one_row_each:
        return
    y, first, cluster, base = groups.y, groups.is_first, groups.cluster, groups.base
    positive = bool((y > 0).all())
    scale, unit = ("geometric_mean_ratio", "ratio") if positive else ("mean_difference", unit)
    # Tests of whole patients leave out those whose group changes, and say so.
    whole = groups.only(groups.fixed_patients()) if groups.design != "within" else groups
    found = clustered_ranks.datta_satten(y, first, cluster)
    yield base.answered(found, "cluster_aware", estimand="rank_sum", unit="1")
    found = clustered_ranks.rosner_glynn_lee(whole.y, whole.is_first, whole.cluster)
    yield base.answered(
        left_out(found, groups),
        "cluster_aware",
        estimand="rank_sum",
        unit="1",
        **size_of(found),
    )
    auc = clustered_ranks.obuchowski_auc(y, first, cluster, ci_level=question.ci_level)
    yield base.answered(auc, "cluster_aware", estimand="auc", unit="1")
    by_patient = patient_means.patient_mean_t(
        whole.y, whole.is_first, whole.cluster, log=positive, ci_level=question.ci_level
    )
    yield base.answered(
        left_out(by_patient, groups),
        "cluster_aware",
        estimand=f"{scale}_by_patient",
        unit=unit,
        **size_of(by_patient),
    )
    yield base.answered(
        _least_squares(question, groups, log=positive), "cluster_aware", estimand=scale, unit=unit
    )
    model = mixed.geometric_mean_ratio if positive else mixed.mean_difference
    satterthwaite = model(
        y, first, cluster, df_method="satterthwaite", ci_level=question.ci_level
    ).with_(method="lmm_satterthwaite", design_effect=float("nan"), n_effective=float("nan"))
    yield base.answered(satterthwaite, "cluster_aware", estimand=scale, unit=unit)
    if groups.design != "between":
        within = mixed.within_between_slopes(
            y, first.astype(np.float64), cluster, log=positive, ci_level=question.ci_level
        ).within.with_(method="lmm_slope_group_within")
        yield base.answered(within, "cluster_aware", estimand=f"{scale}_within", unit=unit)
    yield from _adjusted(question, groups, scale, unit)
    if not question.influence:
        return
    yield _left_out(groups, lambda keep: model(y[keep], first[keep], cluster[keep]), scale, unit)
    if groups.design == "within":
        yield _left_out(
            groups,
            lambda keep: permutation.permute_within_patient(y[keep], first[keep], cluster[keep]),
            "midrank_difference",
            "ranks",
        )
    yield _left_out(
        groups,
        lambda keep: ranks.mann_whitney(y[keep], first[keep]),
        "rank_sum",
        "1",
        perspective="as_published",
    )


def of_event(question: Question, groups: Groups) -> Iterator[ResultRow]:
    """Yield further answers about an event; few events make most of them refuse."""
    y, first, cluster, base = groups.y, groups.is_first, groups.cluster, groups.base
    ci_level = question.ci_level
    counts = proportions.count_2x2(y, first)
    for found in (
        risk_difference.miettinen_nurminen(*counts, ci_level=ci_level),
        risk_difference.agresti_caffo(*counts, ci_level=ci_level),
    ):
        yield base.answered(found, "as_published", estimand="risk_difference", unit="1")
    yield base.answered(
        firth.firth_odds_ratio(y, first, ci_level=ci_level),
        "as_published",
        estimand="odds_ratio",
        unit="ratio",
    )
    if groups.one_row_each:
        return
    if groups.design != "within":
        whole = groups.only(groups.fixed_patients())
        events = permutation.permute_patient_events(whole.y, whole.is_first, whole.cluster)
        yield base.answered(
            left_out(events, groups),
            "cluster_aware",
            estimand="risk_difference",
            unit="1",
            **size_of(events),
        )
    if groups.design != "between":
        yield base.answered(
            stratified.exact_stratified_odds_ratio(y, first, cluster, ci_level=ci_level),
            "cluster_aware",
            estimand="odds_ratio",
            unit="ratio",
        )
    for found in (
        gee.gee_odds_ratio(y, first, cluster, ci_level=ci_level),
        glmm.glmm_odds_ratio(y, first, cluster, ci_level=ci_level),
    ):
        yield base.answered(found, "cluster_aware", estimand="odds_ratio", unit="ratio")
    yield base.answered(
        rao_scott.rao_scott(y, first, cluster), "cluster_aware", estimand="omnibus", unit="1"
    )
    if not question.influence:
        return
    yield _left_out(
        groups,
        lambda keep: proportions.fisher_exact_2x2(*proportions.count_2x2(y[keep], first[keep])),
        "odds_ratio",
        "ratio",
        perspective="as_published",
    )


def _least_squares(question: Question, groups: Groups, *, log: bool) -> Inference:
    """Return least squares with CR2 errors, on logs where the outcome allows it."""
    y = np.log(groups.y) if log else groups.y
    first = groups.is_first.astype(np.float64)
    design = np.column_stack([np.ones_like(first), first])
    found = robust.ols_cr2(y, design, groups.sampling, ci_level=question.ci_level)
    if not log or found.status != "ok":
        return found
    return found.with_(
        estimate=float(np.exp(found.estimate)),
        ci_low=float(np.exp(found.ci_low)),
        ci_high=float(np.exp(found.ci_high)),
    )


def _adjusted(question: Question, groups: Groups, scale: str, unit: str) -> Iterator[ResultRow]:
    """Yield the mixed model with the declared covariates, if there are any."""
    names = question.spec.get("adjust_for") or []
    if not names:
        return
    keep = complete_rows(groups.table, names).to_numpy(dtype=bool)
    columns = design_columns(question, groups.table.loc[keep], names)
    model = mixed.geometric_mean_ratio if scale == "geometric_mean_ratio" else mixed.mean_difference
    found = model(
        groups.y[keep],
        groups.is_first[keep],
        groups.cluster[keep],
        covariates=np.column_stack(columns) if columns else None,
        ci_level=question.ci_level,
    )
    note = (
        f"Adjusted for {', '.join(names)}; {int((~keep).sum())} rows without a covariate left out."
    )
    yield groups.base.answered(
        found.with_(
            method="lmm_adjusted",
            note=f"{found.note} {note}".strip(),
            design_effect=float("nan"),
            n_effective=float("nan"),
        ),
        "cluster_aware",
        estimand=f"{scale}_adjusted",
        unit=unit,
        **size_of(found),
    )


def _left_out(
    groups: Groups,
    answer: Callable[[BoolArray], Inference],
    estimand: str,
    unit: str,
    *,
    perspective: str = "cluster_aware",
) -> ResultRow:
    found = leave_one_patient_out(answer, groups.cluster)
    return groups.base.answered(
        found,
        "as_published" if perspective == "as_published" else "cluster_aware",
        estimand=estimand,
        unit=unit,
    )
