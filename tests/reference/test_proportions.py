"""Rates, tables and risk differences against R 4.2.2 (the package is named in each entry)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from procohort.stats.proportions import (
    chi_square,
    chi_square_or_fisher,
    clopper_pearson,
    count_2x2,
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
from reference_cases import load_case

TABLES, TABLE_ENTRIES = load_case("tables_2x2")
_, RATE_ENTRIES = load_case("rates")
CLOSED_FORM = 1e-10


def _ids(suffix: str) -> list[str]:
    return sorted(key.split("/")[0] for key in TABLE_ENTRIES if key.endswith(f"/{suffix}"))


def _table(name: str) -> tuple[int, int, int, int]:
    a, b, c, d = TABLES.set_index("table").loc[name, ["a", "b", "c", "d"]].astype(int)
    return a, a + b, c, c + d


@pytest.mark.parametrize("entry", sorted(k for k in RATE_ENTRIES if "clopper_pearson" in k))
def test_clopper_pearson_limits_equal_binom_test(entry):
    """These are the limits a reader of the paper expects beside a percentage."""
    result = clopper_pearson(int(entry.split("/")[0]), 458)
    expected = RATE_ENTRIES[entry]["result"]
    assert result.estimate == pytest.approx(expected["est"], rel=CLOSED_FORM)
    assert result.ci_low == pytest.approx(expected["lo"], rel=CLOSED_FORM)
    assert result.ci_high == pytest.approx(expected["hi"], rel=CLOSED_FORM)


@pytest.mark.parametrize("entry", sorted(k for k in RATE_ENTRIES if k.endswith("/wilson")))
def test_wilson_limits_equal_desctools(entry):
    """Newcombe's risk difference is built from them, so an error here would spread."""
    result = wilson(int(entry.split("/")[0]), 458)
    expected = RATE_ENTRIES[entry]["result"]
    # R leaves 8.7e-19 at zero events where the limit is exactly zero.
    assert result.ci_low == pytest.approx(expected["lo"], rel=CLOSED_FORM, abs=1e-17)
    assert result.ci_high == pytest.approx(expected["hi"], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", _ids("fisher_tight"))
def test_fisher_odds_ratio_limits_and_midp_equal_the_tightly_solved_reference(name):
    """R's fisher.test itself stops its root search early; this entry does not."""
    result = fisher_exact_2x2(*_table(name))
    expected = TABLE_ENTRIES[f"{name}/fisher_tight"]["result"]
    shown = {
        "or_cond_mle": result.estimate,
        "p_minlike": result.p,
        "p_central": result.extra["p_central"],
        "p_midp_central": result.extra["p_midp"],
    }
    for key, value in shown.items():
        assert value == pytest.approx(expected[key], rel=CLOSED_FORM), key
    assert [result.ci_low, result.ci_high] == pytest.approx(expected["ci"], rel=CLOSED_FORM)
    midp = [result.extra["ci_low_midp"], result.extra["ci_high_midp"]]
    assert midp == pytest.approx(expected["ci_midp"], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", _ids("fisher"))
def test_fisher_p_equals_fisher_test(name):
    """The published p values come from this test; the two implementations must not differ."""
    result = fisher_exact_2x2(*_table(name))
    expected = TABLE_ENTRIES[f"{name}/fisher"]
    assert result.p == pytest.approx(expected["result"]["p_value"], rel=CLOSED_FORM)
    assert result.estimate == pytest.approx(expected["result"]["estimate"], rel=expected["rtol"])


@pytest.mark.parametrize("name", _ids("exact2x2_central"))
def test_central_and_midp_p_equal_exact2x2(name):
    """The central p agrees with the limits, so a table may print both without contradiction."""
    result = fisher_exact_2x2(*_table(name))
    for entry, shown in (("exact2x2_central", "p_central"), ("midp", "p_midp")):
        expected = TABLE_ENTRIES[f"{name}/{entry}"]["result"]["p_value"]
        assert result.extra[shown] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("name", _ids("chisq"))
def test_chi_square_equals_chisq_test_without_correction(name):
    """Yates' correction is never applied; its p can be four times as large."""
    events1, n1, events0, n0 = _table(name)
    result = chi_square([[events1, n1 - events1], [events0, n0 - events0]])
    expected = TABLE_ENTRIES[f"{name}/chisq"]["result"]
    assert result.statistic == pytest.approx(expected["chi2"], rel=CLOSED_FORM)
    assert result.p == pytest.approx(expected["p"], rel=CLOSED_FORM)
    assert result.extra["p_n_minus_1"] == pytest.approx(expected["p_Nm1"], rel=CLOSED_FORM)
    assert result.extra["min_expected"] == pytest.approx(expected["min_expected"], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", _ids("rd_newcombe"))
def test_newcombe_limits_equal_desctools(name):
    """The naive interval printed beside the cluster-aware one."""
    result = newcombe(*_table(name))
    expected = TABLE_ENTRIES[f"{name}/rd_newcombe"]["result"]
    shown = [result.estimate, result.ci_low, result.ci_high]
    assert shown == pytest.approx([expected[k] for k in ("est", "lo", "hi")], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", _ids("rd_mn"))
def test_miettinen_nurminen_limits_and_p_equal_ratesci(name):
    """statsmodels' version is off by up to 5.6 per cent on such tables (defect 1)."""
    result = miettinen_nurminen(*_table(name))
    expected = TABLE_ENTRIES[f"{name}/rd_mn"]["result"]
    assert result.ci_low == pytest.approx(expected["lo"], rel=1e-7)
    assert result.ci_high == pytest.approx(expected["hi"], rel=1e-7)
    assert result.p == pytest.approx(expected["p_two_sided"], rel=1e-7)
    # DescTools' limits are good to 1e-7 absolutely, not to its entry's relative 1e-5: on rare_9
    # its lower limit misses the exact one (next test) by 1.26e-5 of itself.
    second = TABLE_ENTRIES[f"{name}/rd_mn_desctools"]["result"]
    assert [result.ci_low, result.ci_high] == pytest.approx([second["lo"], second["hi"]], abs=1e-7)


def test_miettinen_nurminen_limits_equal_a_40_digit_solution():
    """Bisection in 40-digit decimals of the same equations decides between the two R packages."""
    result = miettinen_nurminen(6, 180, 3, 278)
    assert result.ci_low == pytest.approx(-0.003734151283199711889, rel=1e-12)
    assert result.ci_high == pytest.approx(0.061057459274339254260, rel=1e-12)


@pytest.mark.parametrize("name", _ids("rd_ac_wald"))
def test_agresti_caffo_limits_equal_desctools(name):
    """The estimate stays the observed difference; only the limits are adjusted."""
    result = agresti_caffo(*_table(name))
    expected = TABLE_ENTRIES[f"{name}/rd_ac_wald"]["result"]["ac"]
    assert [result.estimate, result.ci_low, result.ci_high] == pytest.approx(
        expected, rel=CLOSED_FORM
    )


@pytest.mark.parametrize("case", ["degenerate_all_in_one_arm", "endometrial_separation"])
def test_fisher_p_of_separated_raw_rows_equals_fisher_test(case):
    """Counting rows into the table is part of the method, and arms must not be swapped."""
    frame, entries = load_case(case)
    columns = ("y", "g") if case.startswith("degenerate") else ("HG", "NV")
    result = fisher_exact_2x2(*count_2x2(frame[columns[0]], frame[columns[1]]))
    assert result.p == pytest.approx(entries["fisher"]["result"]["p_value"], rel=CLOSED_FORM)
    assert math.isinf(result.estimate)
    assert math.isinf(result.ci_high)


def test_fisher_on_patients_with_any_event_equals_fisher_test():
    """The patient-level table of the same rows: the unit of analysis changes, not the test."""
    frame, entries = load_case("degenerate_all_in_one_arm")
    patients = frame.groupby("id")[["y", "g"]].max()
    result = fisher_exact_2x2(*count_2x2(patients["y"], patients["g"]))
    expected = entries["patient_fisher"]["result"]
    assert result.p == pytest.approx(expected["p_value"], rel=CLOSED_FORM)
    assert result.ci_low == pytest.approx(expected["conf_int"][0], rel=1e-4)


def test_untruncated_korn_graubard_limits_equal_svyciprop_beta():
    """The survey package is the only second implementation of these limits."""
    frame, entries = load_case("bacteria_binary")
    result = korn_graubard(frame["y"], frame["id"])
    expected = entries["rate_kg"]["result"]
    assert result.estimate == pytest.approx(expected["est"], rel=CLOSED_FORM)
    shown = [result.extra["ci_low_untruncated"], result.extra["ci_high_untruncated"]]
    assert shown == pytest.approx(expected["kg"], rel=CLOSED_FORM)
    assert result.design_effect > 1
    assert (result.n, result.n_clusters) == (220, 50)


def test_mover_limits_follow_the_formula_from_korn_graubard_limits_of_each_arm():
    """L = d - sqrt((p1-l1)^2 + (u0-p0)^2), written out by hand on the bacteria rows."""
    frame, _ = load_case("bacteria_binary")
    result = mover_korn_graubard(frame["y"], frame["ap"], frame["id"])
    arm1, arm0 = (
        korn_graubard(rows["y"], rows["id"])
        for rows in (frame[frame["ap"] == 1], frame[frame["ap"] == 0])
    )
    difference = 93 / 124 - 84 / 96
    low = math.sqrt((93 / 124 - arm1.ci_low) ** 2 + (arm0.ci_high - 84 / 96) ** 2)
    high = math.sqrt((arm1.ci_high - 93 / 124) ** 2 + (84 / 96 - arm0.ci_low) ** 2)
    assert result.estimate == pytest.approx(difference, rel=1e-14)
    assert result.ci_low == pytest.approx(difference - low, rel=1e-12)
    assert result.ci_high == pytest.approx(difference + high, rel=1e-12)
    assert result.note == ""


def test_an_arm_without_events_gets_limits_at_stated_correlations():
    """Zero variance in that arm is ignorance, not precision; the row must say so."""
    frame, _ = load_case("degenerate_all_in_one_arm")
    result = mover_korn_graubard(frame["y"], frame["g"], frame["id"])
    assert result.status == "ok"
    assert "not estimable" in result.note
    assert result.extra["ci_low_icc_0.1"] < result.extra["ci_low_icc_0.05"] < result.ci_low
    assert math.isnan(result.extra["design_effect_0"])


def test_no_events_at_all_also_gives_limits_on_patients():
    """With 0 of 458 in 44 patients the rule of three has 44, not 458, in its denominator."""
    frame, _ = load_case("degenerate_all_in_one_arm")
    result = korn_graubard(np.zeros(len(frame)), frame["id"])
    assert result.ci_high == pytest.approx(RATE_ENTRIES["0/clopper_pearson"]["result"]["hi"])
    assert result.extra["ci_high_patients"] == pytest.approx(1 - 0.025 ** (1 / 44), rel=1e-12)
    assert "44 patients" in result.note


def test_all_rows_from_one_patient_give_no_design_effect_but_say_so():
    """K - 1 = 0 would divide by zero; the limits on one patient show how little is known."""
    result = korn_graubard([1, 0, 0, 0], ["p"] * 4)
    assert math.isnan(result.design_effect)
    assert "one patient" in result.note
    assert result.extra["ci_high_patients"] > 0.97


def test_exact_test_of_a_3_by_2_table_equals_direct_enumeration():
    """p = 0.00068 for a table on which SciPy's Monte Carlo gave 0.0005 to 0.0011 (defect 7)."""
    table = [[0, 290], [1, 120], [4, 43]]
    total = 0.0
    m, sizes = 5, [290, 121, 47]
    observed = math.prod(map(math.comb, sizes, [0, 1, 4]))
    for first in range(m + 1):
        for second in range(m + 1 - first):
            ways = math.prod(map(math.comb, sizes, [first, second, m - first - second]))
            total += ways if ways <= observed * (1 + 1e-7) else 0
    result = fisher_exact_table(table)
    assert result.p == pytest.approx(total / math.comb(458, 5), rel=1e-11)
    assert result.extra["n_tables"] == 21


def test_sparse_tables_go_to_the_exact_test_and_full_ones_to_chi_square():
    """The rule is on expected counts, which decides differently from observed ones."""
    assert chi_square_or_fisher([[5, 175], [0, 278]]).method == "fisher_exact"
    assert chi_square_or_fisher([[15, 10], [7, 22]]).method == "chi_square"
    assert chi_square_or_fisher([[0, 290], [1, 120], [4, 43]]).method == "fisher_exact"
    assert chi_square_or_fisher([[0, 100], [20, 80]]).method == "chi_square"


@pytest.mark.parametrize(
    "result",
    [
        clopper_pearson(0, 0),
        wilson(0, 0),
        korn_graubard([], []),
        fisher_exact_2x2(0, 180, 0, 278),
        fisher_exact_2x2(180, 180, 278, 278),
        fisher_exact_2x2(0, 0, 3, 10),
        fisher_exact_table([[0, 4], [0, 9], [0, 2]]),
        chi_square([[3, 4], [0, 0]]),
        chi_square_or_fisher([[5, 0], [9, 0]]),
        newcombe(0, 0, 1, 4),
        miettinen_nurminen(1, 4, 0, 0),
        mover_korn_graubard([0, 1], [1, 1], [1, 2]),
    ],
)
def test_degenerate_tables_are_not_estimable_with_a_reason_and_no_number(result):
    """A row of a table must say why it is empty, and never show a number that means nothing."""
    assert result.status == "not_estimable"
    assert result.note.endswith(".")
    assert math.isnan(result.estimate)
    assert math.isnan(result.p)
    assert math.isnan(result.ci_low)


def test_a_table_with_too_many_companions_is_refused():
    """Better no p than a run that never ends."""
    result = fisher_exact_table(np.full((4, 4), 20), max_tables=10_000)
    assert result.status == "refused"
    assert "10000" in result.note


def test_impossible_counts_raise():
    """More events than trials is an error of the caller, not a degenerate sample."""
    with pytest.raises(ValueError, match="events 5"):
        clopper_pearson(5, 4)
    with pytest.raises(ValueError, match="0/1"):
        korn_graubard([1, 2], [1, 2])
