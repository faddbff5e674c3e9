"""Comparison of a measured or counted outcome between groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from procohort.analyses import sensitivity
from procohort.analyses.groups import Groups, left_out, size_of
from procohort.analyses.sample import Question
from procohort.results import Perspective, ResultRow
from procohort.stats import bootstrap, clustered_ranks, mixed, permutation, ranks, ranks_many, welch
from procohort.stats.inference import Inference, not_estimable
from procohort.stats.influence import leave_one_patient_out
from procohort.stats.mixed import PairwiseContrast
from procohort.stats.ranks_many import PairwiseRankTest


def compare(question: Question, groups: Groups, unit: str) -> Iterator[ResultRow]:
    """Yield every result about one outcome; `unit` is that of the outcome."""
    if len(groups.levels) == 2:
        yield from _two_as_published(question, groups, unit)
        yield from _two_cluster_aware(question, groups, unit)
        yield from sensitivity.of_quantity(question, groups, unit)
    else:
        yield from _many_as_published(groups)
        yield from _many_cluster_aware(question, groups, unit)


def _two_as_published(question: Question, groups: Groups, unit: str) -> Iterator[ResultRow]:
    y, first, base = groups.y, groups.is_first, groups.base
    test = ranks.mann_whitney(y, first)
    shift = ranks.hodges_lehmann(y, first, ci_level=question.ci_level)
    # One line holds the effect of the rank test and its p.
    joined = replace(
        test,
        estimate=shift.estimate,
        ci_low=shift.ci_low,
        ci_high=shift.ci_high,
        ci_level=shift.ci_level,
    )
    yield base.answered(
        joined, "as_published", headline=True, estimand="hodges_lehmann_shift", unit=unit
    )
    smaller = min(int(first.sum()), int((~first).sum()))
    if smaller <= 30:
        # The normal approximation is poor when one group is this small.
        yield base.answered(
            ranks.mann_whitney_exact(y, first), "as_published", estimand="rank_sum", unit="1"
        )
    yield base.answered(
        _centre(groups, question.ci_level, pooled=True), "as_published", **_scale(groups, unit)
    )
    yield base.answered(
        ranks.cliffs_delta(y, first, ci_level=question.ci_level),
        "as_published",
        estimand="cliffs_delta",
        unit="1",
    )
    yield base.answered(
        ranks.median_difference(y, first), "as_published", estimand="median_difference", unit=unit
    )


def _two_cluster_aware(question: Question, groups: Groups, unit: str) -> Iterator[ResultRow]:
    y, first, base = groups.y, groups.is_first, groups.base
    within = groups.design == "within"
    yield base.answered(
        _own_design_effect(_centre(groups, question.ci_level), groups),
        "cluster_aware",
        headline=not within,
        **_scale(groups, unit),
    )
    test = _permutation(question, groups)
    yield base.answered(
        test,
        "cluster_aware",
        headline=within,
        seed=question.seed,
        estimand="midrank_difference",
        unit="ranks",
        **({} if within else size_of(test)),
    )
    if within and int(first.sum()) < 10:
        reason = "Fewer than 10 rows in the smaller group: a bootstrap of patients says nothing."
        for estimand in ("median_difference", "hodges_lehmann_shift", "cliffs_delta"):
            yield base.answered(
                Inference("cluster_bootstrap", status="refused", note=reason),
                "cluster_aware",
                estimand=estimand,
                unit="1" if estimand == "cliffs_delta" else unit,
            )
        return
    for estimand, function in (
        ("median_difference", bootstrap.bootstrap_median_difference),
        ("hodges_lehmann_shift", bootstrap.bootstrap_hodges_lehmann),
        ("cliffs_delta", bootstrap.bootstrap_cliffs_delta),
    ):
        found = function(
            y,
            first,
            groups.sampling,
            seed=question.seed,
            n_resamples=question.n_resamples,
            ci_level=question.ci_level,
        )
        yield base.answered(
            found,
            "cluster_aware",
            seed=question.seed,
            estimand=estimand,
            unit="1" if estimand == "cliffs_delta" else unit,
        )


def _scale(groups: Groups, unit: str) -> dict[str, Any]:
    """Return estimand and unit of the model: a ratio unless the outcome reaches zero."""
    if (groups.y > 0).all():
        return {"estimand": "geometric_mean_ratio", "unit": "ratio"}
    return {"estimand": "mean_difference", "unit": unit}


def _centre(groups: Groups, ci_level: float, *, pooled: bool = False) -> Inference:
    """Return the ratio of geometric means, or the difference of means if there are zeros."""
    y, first, cluster = groups.y, groups.is_first, groups.cluster
    positive = bool((y > 0).all())
    if pooled or groups.one_row_each:
        function = welch.geometric_mean_ratio_welch if positive else welch.mean_difference_welch
        found = function(y, first, ci_level=ci_level)
        return found if pooled else _nothing_clustered(found)
    model = mixed.geometric_mean_ratio if positive else mixed.mean_difference
    return model(y, first, cluster, ci_level=ci_level)


def _nothing_clustered(found: Inference) -> Inference:
    note = "Each patient counts once: nothing is clustered."
    return found.with_(note=f"{found.note} {note}".strip())


def _own_design_effect(found: Inference, groups: Groups) -> Inference:
    """Drop the design effect of a contrast inside patients.

    The factor from cluster sizes and ICC holds for patient-level groups; inside
    patients the comparison gains from clustering, and that factor would mislead.
    """
    if groups.design != "within":
        return found
    return found.with_(design_effect=float("nan"), n_effective=float("nan"))


def _permutation(question: Question, groups: Groups) -> Inference:
    """Return the permutation test that fits how the group lies in the patients."""
    options: dict[str, Any] = {"seed": question.seed, "n_permutations": question.n_resamples}
    y, first, cluster = groups.y, groups.is_first, groups.cluster
    if groups.design == "within":
        return permutation.permute_within_patient(y, first, cluster, **options)
    keep = groups.fixed_patients()
    if not keep.any():
        return not_estimable("label_permutation", "No patient keeps one group throughout.")
    found = permutation.permute_patient_labels(y[keep], first[keep], cluster[keep], **options)
    return left_out(found, groups)


def _many_as_published(groups: Groups) -> Iterator[ResultRow]:
    base = groups.base
    yield base.answered(
        ranks_many.kruskal_wallis(groups.y, groups.level),
        "as_published",
        headline=True,
        estimand="omnibus",
        unit="1",
    )
    for pair in ranks_many.dunn(groups.y, groups.level):
        yield _pair(groups, pair, "as_published", "mean_rank_difference", "ranks")


def _pair(
    groups: Groups,
    pair: PairwiseRankTest | PairwiseContrast,
    perspective: Perspective,
    estimand: str,
    unit: str,
) -> ResultRow:
    """Return the row of one pair of levels, in the declared order of levels."""
    level, reference = pair.level, pair.reference
    found = _own_design_effect(pair.inference, groups)
    if groups.levels.index(level) > groups.levels.index(reference):
        level, reference = reference, level
        found = _turned(found, ratio=unit == "ratio")
    row = groups.base.answered(found, perspective, estimand=estimand, unit=unit)
    return replace(row, level=level, reference=reference, p_holm=pair.p_holm)


def _turned(found: Inference, *, ratio: bool) -> Inference:
    """Return the same comparison with its two levels exchanged."""
    if ratio:
        return found.with_(
            estimate=1 / found.estimate,
            ci_low=1 / found.ci_high,
            ci_high=1 / found.ci_low,
            statistic=-found.statistic,
        )
    return found.with_(
        estimate=-found.estimate,
        ci_low=-found.ci_high,
        ci_high=-found.ci_low,
        statistic=-found.statistic,
    )


def _many_cluster_aware(question: Question, groups: Groups, unit: str) -> Iterator[ResultRow]:
    y, level, cluster, base = groups.y, groups.level, groups.cluster, groups.base
    positive = bool((y > 0).all())
    if groups.one_row_each:
        found = _nothing_clustered(ranks_many.kruskal_wallis(y, level))
        yield base.answered(found, "cluster_aware", headline=True, estimand="omnibus", unit="1")
        return
    yield base.answered(
        _own_design_effect(mixed.joint_group_test(y, level, cluster, log=positive), groups),
        "cluster_aware",
        headline=True,
        estimand="omnibus",
        unit="1",
    )
    yield base.answered(
        many_permutation(question, groups),
        "cluster_aware",
        seed=question.seed,
        estimand="omnibus",
        unit="1",
    )
    influence = leave_one_patient_out(
        lambda keep: mixed.joint_group_test(y[keep], level[keep], cluster[keep], log=positive),
        cluster,
    )
    yield base.answered(influence, "cluster_aware", estimand="omnibus", unit="1")
    yield base.answered(
        clustered_ranks.datta_satten_many(y, level, cluster),
        "cluster_aware",
        estimand="omnibus",
        unit="1",
    )
    for pair in mixed.pairwise_group_contrasts(
        y, level, cluster, log=positive, ci_level=question.ci_level
    ):
        yield _pair(groups, pair, "cluster_aware", **_scale(groups, unit))


def many_permutation(question: Question, groups: Groups) -> Inference:
    """Return the permutation test for three or more levels."""
    options: dict[str, Any] = {"seed": question.seed, "n_permutations": question.n_resamples}
    if groups.design == "within":
        return permutation.blocked_kruskal_wallis(groups.y, groups.level, groups.cluster, **options)
    keep = groups.fixed_patients()
    if not keep.any():
        return not_estimable("label_permutation", "No patient keeps one group throughout.")
    found = permutation.permute_patient_labels_many(
        groups.y[keep], groups.level[keep], groups.cluster[keep], **options
    )
    return left_out(found, groups)
