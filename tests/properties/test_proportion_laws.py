"""Laws that proportions, tables and binary models obey for any counts."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from procohort.stats.conditional_odds import many_tables, one_table
from procohort.stats.firth import firth_odds_ratio
from procohort.stats.gee import gee
from procohort.stats.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    hochberg,
    holm,
    hommel,
)
from procohort.stats.proportions import (
    chi_square,
    clopper_pearson,
    fisher_exact_2x2,
    fisher_exact_table,
    korn_graubard,
    wilson,
)
from procohort.stats.risk_difference import (
    agresti_caffo,
    miettinen_nurminen,
    mover_korn_graubard,
    newcombe,
)
from procohort.stats.stratified import exact_stratified_odds_ratio

quick = settings(deadline=None, max_examples=50, derandomize=True)


@st.composite
def two_arms(draw):
    n1, n0 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@st.composite
def clustered_events(draw):
    """Rows of up to 8 patients: events, patient-level group, patient."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=8))
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    events = np.array(draw(st.lists(st.integers(0, 1), min_size=sum(sizes), max_size=sum(sizes))))
    arm = np.array(draw(st.lists(st.integers(0, 1), min_size=len(sizes), max_size=len(sizes))))
    return events, arm[cluster], cluster


@quick
@given(st.integers(1, 500), st.data())
def test_rates_of_events_and_non_events_mirror_each_other(n, data):
    """449 of 458 successes and 9 of 458 failures must tell one story."""
    events = data.draw(st.integers(0, n))
    for method in (clopper_pearson, wilson):
        one, other = method(events, n), method(n - events, n)
        assert one.ci_low == pytest.approx(1 - other.ci_high, rel=1e-9, abs=1e-13)
        assert one.ci_low <= one.estimate <= one.ci_high


@quick
@given(clustered_events(), st.randoms(use_true_random=False))
def test_korn_graubard_ignores_row_order_and_names_of_patients(rows, random):
    """Ids are labels; an export may come in any order."""
    events, _, cluster = rows
    order = list(range(len(events)))
    random.shuffle(order)
    names = np.array([f"p{100 - k}" for k in range(9)])
    _same(korn_graubard(events[order], names[cluster][order]), korn_graubard(events, cluster))


@quick
@given(clustered_events())
def test_cluster_aware_limits_are_never_narrower_than_independent_ones(rows):
    """The design effect is held at 1 or above, so clustering cannot look like a gain."""
    events, _, cluster = rows
    result = korn_graubard(events, cluster)
    naive = clopper_pearson(int(events.sum()), len(events))
    assert result.ci_low <= naive.ci_low + 1e-12
    assert result.ci_high >= naive.ci_high - 1e-12
    assert result.ci_low <= result.estimate <= result.ci_high


@quick
@given(clustered_events())
def test_swapping_the_groups_mirrors_the_mover_limits(rows):
    """Which group is the reference is a matter of the sign alone."""
    events, group, cluster = rows
    one = mover_korn_graubard(events, group, cluster)
    other = mover_korn_graubard(events, 1 - group, cluster)
    assert one.status == other.status
    if one.status == "ok":
        assert one.estimate == pytest.approx(-other.estimate, abs=1e-14)
        assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-12)
        assert one.ci_low <= one.estimate <= one.ci_high


@quick
@given(two_arms())
def test_swapping_the_groups_mirrors_every_risk_difference(table):
    """As above, for the methods that take counts."""
    swapped = (table[2], table[3], table[0], table[1])
    for method in (newcombe, miettinen_nurminen, agresti_caffo):
        one, other = method(*table), method(*swapped)
        assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-9)
        assert -1 <= one.ci_low <= one.ci_high <= 1


@quick
@given(two_arms())
def test_score_limits_are_where_a_grid_search_of_the_likelihood_puts_them(table):
    """An independent route to the restricted estimate: search, not the cubic."""
    events1, n1, events0, n0 = table
    result = miettinen_nurminen(*table)
    z = scipy_stats.norm.ppf(0.975)
    for limit in (result.ci_low, result.ci_high):
        if abs(limit) == 1.0:
            continue
        p0 = _restricted_by_bisection(limit, events1, n1, events0, n0)
        p1 = p0 + limit
        variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
        score = (events1 / n1 - events0 / n0 - limit) / math.sqrt(variance)
        assert abs(score) == pytest.approx(z, rel=1e-5)


@quick
@given(two_arms())
def test_fisher_agrees_with_scipy(table):
    """p by hypergeometric sums, odds ratio and limits by their noncentral version."""
    events1, n1, events0, n0 = table
    assume(0 < events1 + events0 < n1 + n0)
    result = fisher_exact_2x2(*table)
    rows = [[events1, n1 - events1], [events0, n0 - events0]]
    assert result.p == pytest.approx(scipy_stats.fisher_exact(rows).pvalue, rel=1e-9)
    peer = scipy_stats.contingency.odds_ratio(rows)
    assert result.estimate == pytest.approx(peer.statistic, rel=1e-8)
    limits = peer.confidence_interval(0.95)
    assert [result.ci_low, result.ci_high] == pytest.approx([limits.low, limits.high], rel=1e-7)


@quick
@given(two_arms())
def test_swapping_the_groups_inverts_the_exact_odds_ratio(table):
    """And leaves every p alone."""
    assume(0 < table[0] + table[2] < table[1] + table[3])
    one = fisher_exact_2x2(*table)
    other = fisher_exact_2x2(table[2], table[3], table[0], table[1])
    assert one.p == pytest.approx(other.p, rel=1e-10)
    assert one.extra["p_midp"] == pytest.approx(other.extra["p_midp"], rel=1e-10)
    inverse = math.inf if other.ci_high == 0 else 1 / other.ci_high
    assert one.ci_low == pytest.approx(inverse, rel=1e-9)
    assert one.ci_low <= one.extra["ci_low_midp"] <= one.estimate <= one.ci_high


@quick
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=3), min_size=2, max_size=4))
def test_the_exact_table_test_ignores_the_order_and_role_of_rows_and_columns(rows):
    """Groups have no order here, and transposing changes nothing."""
    width = min(len(row) for row in rows)
    table = np.array([row[:width] for row in rows])
    result = fisher_exact_table(table)
    assert fisher_exact_table(table.T).p == pytest.approx(result.p, rel=1e-9, nan_ok=True)
    assert fisher_exact_table(table[::-1, ::-1]).p == pytest.approx(result.p, rel=1e-9, nan_ok=True)
    if result.status == "ok":
        assert 0 < result.p <= 1


@quick
@given(two_arms())
def test_the_table_version_agrees_with_the_2_by_2_version(table):
    """Two routes, one p."""
    events1, n1, events0, n0 = table
    assume(0 < events1 + events0 < n1 + n0)
    rows = [[events1, n1 - events1], [events0, n0 - events0]]
    assert fisher_exact_table(rows).p == pytest.approx(fisher_exact_2x2(*table).p, rel=1e-9)
    peer = scipy_stats.chi2_contingency(rows, correction=False)
    assert chi_square(rows).p == pytest.approx(peer.pvalue, rel=1e-9)


@quick
@given(st.lists(two_arms(), min_size=1, max_size=4))
def test_the_stratified_distribution_is_the_distribution_of_the_sum(tables):
    """Convolution of the strata, checked against a sum over all combinations at odds ratio 2."""
    small = [(min(a, 5), min(n1, 5), min(c, 5), min(n0, 5)) for a, n1, c, n0 in tables]
    small = [(min(a, n1), n1, min(c, n0), n0) for a, n1, c, n0 in small]
    joint = many_tables(small)
    expected = {0: 1.0}
    for table in small:
        single = one_table(*table)
        pairs = list(zip(single.support, single.probabilities(math.log(2.0)), strict=True))
        grown: dict[int, float] = {}
        for total, weight in expected.items():
            for count, probability in pairs:
                grown[total + int(count)] = grown.get(total + int(count), 0) + weight * probability
        expected = grown
    shown = dict(zip(joint.support.tolist(), joint.probabilities(math.log(2.0)), strict=True))
    assert shown == pytest.approx(expected, rel=1e-9, abs=1e-300)


@quick
@given(two_arms())
def test_one_stratum_is_fisher(table):
    """The stratified test of a single patient is the plain exact test."""
    events1, n1, events0, n0 = table
    assume(0 < events1 + events0 < n1 + n0)
    events = [1] * events1 + [0] * (n1 - events1) + [1] * events0 + [0] * (n0 - events0)
    result = exact_stratified_odds_ratio(events, [1] * n1 + [0] * n0, ["p"] * (n1 + n0))
    single = fisher_exact_2x2(*table)
    assert result.p == pytest.approx(single.p, rel=1e-9)
    assert result.ci_high == pytest.approx(single.ci_high, rel=1e-8)


@quick
@given(two_arms())
def test_firth_with_one_binary_covariate_adds_a_half_to_each_cell(table):
    """The closed form of Firth's estimate (Heinze & Schemper 2002)."""
    events1, n1, events0, n0 = table
    assume(0 < events1 + events0 < n1 + n0)
    events = [1] * events1 + [0] * (n1 - events1) + [1] * events0 + [0] * (n0 - events0)
    result = firth_odds_ratio(events, [1] * n1 + [0] * n0)
    odds = [(e + 0.5) / (n - e + 0.5) for e, n in ((events1, n1), (events0, n0))]
    assert result.estimate == pytest.approx(odds[0] / odds[1], rel=1e-7)
    assert result.ci_low < result.estimate < result.ci_high


@quick
@given(clustered_events(), st.integers(0, 2**31))
def test_low_rank_sandwiches_equal_the_row_by_row_formulas(rows, seed):
    """The corrections are computed on matrices of order p; here with full leverage matrices."""
    _, _, cluster = rows
    assume(len(np.unique(cluster)) >= 4)
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(len(cluster)), rng.normal(size=len(cluster))])
    y = rng.normal(size=len(cluster)) + rng.normal(size=9)[cluster]
    fit = gee(y, x, cluster, family="gaussian", correlation="exchangeable")
    assume(fit.status == "ok")
    expected = _row_by_row(x, y - x @ fit.coef, cluster, fit.alpha)
    for name, value in expected.items():
        assert fit.se[name].tolist() == pytest.approx(value.tolist(), rel=1e-6), name


@quick
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_adjusted_p_keeps_order_and_exceeds_the_raw_p(p_values, random):
    """Adjustment never reverses two tests, and BH <= Hommel <= Hochberg <= Holm <= Bonferroni."""
    results = [
        method(p_values) for method in (benjamini_hochberg, hommel, hochberg, holm, bonferroni)
    ]
    for less, more in pairwise(results):
        assert (less <= more + 1e-12).all()
    assert (results[0] >= np.array(p_values) - 1e-15).all()
    assert (benjamini_yekutieli(p_values) >= results[0] - 1e-15).all()
    order = list(range(len(p_values)))
    random.shuffle(order)
    shuffled = holm([p_values[k] for k in order])
    assert shuffled.tolist() == pytest.approx(results[3][order].tolist())


def _same(one, other):
    assert one.estimate == other.estimate
    assert one.ci_low == pytest.approx(other.ci_low, rel=1e-12)
    assert one.ci_high == pytest.approx(other.ci_high, rel=1e-12)
    assert one.note == other.note


def _restricted_by_bisection(difference, events1, n1, events0, n0):
    """Root of the restricted score in p0, which falls from +inf to -inf over its range."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def slope(p0):
        p1 = p0 + difference
        terms = ((events1, n1, p1), (events0, n0, p0))
        # (x - n p) / (p (1 - p)), written so that empty cells give finite ends.
        return sum(
            (e / p if e else 0.0) - ((n - e) / (1 - p) if e < n else 0.0) for e, n, p in terms
        )

    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return (low + high) / 2


def _row_by_row(x, residual, cluster, alpha):
    """Mancl-DeRouen and Kauermann-Carroll with the n_i x n_i leverage matrix of each patient."""
    pieces = []
    for label in np.unique(cluster):
        rows = cluster == label
        size = int(rows.sum())
        working = (1 - alpha) * np.eye(size) + alpha
        pieces.append((x[rows], residual[rows], np.linalg.inv(working)))
    bread = np.linalg.inv(sum(d.T @ v @ d for d, _, v in pieces))
    scores = {"mancl_derouen": [], "kauermann_carroll": []}
    for d, r, v in pieces:
        remaining = np.eye(len(r)) - d @ bread @ d.T @ v
        values, vectors = np.linalg.eig(remaining)
        root = (vectors * values**-0.5) @ np.linalg.inv(vectors)
        scores["mancl_derouen"].append(d.T @ v @ np.linalg.solve(remaining, r))
        scores["kauermann_carroll"].append((d.T @ v @ root @ r).real)
    return {
        name: np.sqrt(np.diag(bread @ np.array(value).T @ np.array(value) @ bread))
        for name, value in scores.items()
    }
