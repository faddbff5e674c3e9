"""Printed p values against statistics, summaries and intervals of the same text."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from procohort.claims.claim import Claim, read_claims
from procohort.claims.forensics import largest_sd, p_checks
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.names import CHECKS
from procohort.claims.forensics.p_values import PRange
from procohort.claims.forensics.pairing import write_p_range

PAPERS = Path(__file__).parents[1] / "papers"
ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
SENTENCE = "A sentence."
BOUNDS = ("0.001", "0.01", "0.05")


def claim(name: str, printed: str, kind: str, **more: object) -> Claim:
    described = {
        "sentence": SENTENCE,
        "outcome": "score",
        "group": "arm",
        "level": "a",
        "reference": "b",
        "unit_of_analysis": "patient",
        **more,
    }
    return Claim(id=name, source="Results", printed=printed, kind=kind, **described)


def run(*claims: Claim):
    return list(p_checks.checks(PrintedFigures(claims)))


def only(*claims: Claim):
    (found,) = run(*claims)
    return found


def statistic(printed: str, p: str, **more: object):
    kind = "p_bound" if "<" in p or ">" in p else "p_value"
    return only(claim("s", printed, "test_statistic", **more), claim("p", p, kind))


def interval(printed: str, p: str, estimand: str = "mean_difference", **more: object):
    kind = "p_bound" if "<" in p or ">" in p else "p_value"
    return only(
        claim("ci", printed, "interval", estimand=estimand, **more), claim("p", p, kind, **more)
    )


def estimate(printed: str, ci: str, estimand: str = "mean_difference", **more: object):
    return only(
        claim("e", printed, "effect", estimand=estimand, **more),
        claim("ci", ci, "interval", estimand=estimand, **more),
    )


# --- p from a test statistic


@pytest.mark.parametrize(
    ("printed", "p"),
    [
        # R 4.2.2, datasets::sleep: t.test(extra ~ group), with and without var.equal, paired
        ("t(18) = -1.8608", "p = 0.07919"),
        ("t(17.776) = -1.8608", "p = 0.07939"),
        ("t(9) = −4.06", "p = .003"),  # noqa: RUF001
        ("t(9) = -4.06", "p < 0.01"),
        ("t(9) = -4.06", "p = 0.00"),
        ("F(1, 10) = 4.96", "p = 0.05"),
        ("χ2(1) = 3.84", "p = .05"),
        ("z = 1.96", "p = 0.050"),
        ("z = 1.96", "p < 0.05"),  # rounding leaves both sides of 5 % open
        ("r(8) = .795", "p = .006"),  # the sleep data: cor.test(extra[1:10], extra[11:20])
        ("t(30) = 0.1", "p = 0.92"),
    ],
)
def test_a_p_of_its_statistic_holds(printed, p):
    """Correct papers of every style must pass."""
    found = statistic(printed, p)
    assert (found.outcome, found.harmless) == ("holds", "")


@pytest.mark.parametrize(
    ("printed", "p"),
    [("t(42) = 2.31", "p = 0.003"), ("χ2(3) = 4.60", "p < 0.05"), ("F(2, 40) = 3.1", "p = .01")],
)
def test_a_p_below_that_of_its_statistic_is_impossible(printed, p):
    """No correction makes a p value smaller, and no rounding explains these."""
    found = statistic(printed, p)
    assert (found.outcome, found.claims) == ("impossible", ("p", "s"))


@pytest.mark.parametrize(
    ("printed", "p"),
    [
        ("t(42) = 2.31", "p = 0.013"),
        ("t(42) = -2.31", "p = 0.987"),  # in the other direction
        ("z = 1.80", "p < 0.05"),
        ("χ2(1) = 3.24", "p = 0.036"),
        ("F(1, 42) = 5.34", "p = 0.013"),
    ],
)
def test_a_one_sided_p_is_said_to_be_one(printed, p):
    """The commonest harmless reason for half the p value."""
    found = statistic(printed, p)
    assert found.outcome == "doubtful"
    assert "one-sided" in found.harmless


def test_a_joint_test_has_no_sides():
    """Half the p value of three degrees of freedom is nobody's p value."""
    assert statistic("χ2(3) = 8.00", "p = 0.023").outcome == "impossible"


def test_a_larger_p_may_be_a_corrected_one():
    """Bonferroni's and Holm's p values are larger than that of the statistic."""
    found = statistic("t(42) = 2.31", "p = 0.078")
    assert found.outcome == "doubtful"
    assert "corrected" in found.harmless
    assert found.statement == (
        "t(42) = 2.31 gives a two-sided p of 0.025 to 0.026; printed is p = 0.078; "
        "at 5 % the conclusion would be another one."
    )


def test_a_size_in_brackets_is_recognised():
    """r(20) of twenty pairs: 18 degrees of freedom, p = 0.0500 (scipy.stats)."""
    t = 0.444 * np.sqrt(18 / (1 - 0.444**2))
    assert 2 * stats.t.sf(t, 18) == pytest.approx(0.04984, abs=1e-4)
    found = statistic("r(20) = .4440", "p = 0.0498")
    assert found.outcome == "doubtful"
    assert "number of values" in found.harmless


def test_a_rank_correlation_is_never_impossible():
    """Spearman's exact p value is not that of its t approximation."""
    assert statistic("r(8) = .64", "p = 0.001").outcome == "doubtful"
    assert statistic("r(8) = .64", "p = 0.001", estimand="pearson_r").outcome == "impossible"


def test_degrees_of_freedom_of_a_correlation_come_from_its_n():
    """Papers print r without them; t, F and chi-square without them stay unchecked."""
    assert statistic("r = .795", "p = .006", n=10).outcome == "holds"
    assert not run(claim("s", "t = 2.31", "test_statistic", n=44), claim("p", "p = 1", "p_value"))


def test_figures_of_two_sentences_are_doubtful_at_most():
    """The pairing is then ours, and may be wrong."""
    found = statistic("t(42) = 2.31", "p = 0.003", sentence="Elsewhere.")
    assert found.outcome == "doubtful"
    assert "different sentences" in found.harmless


def test_two_statistics_for_one_p_are_not_paired():
    """An adjusted and an unadjusted test: which one the p value belongs to is not known."""
    assert not run(
        claim("s1", "t(42) = 2.31", "test_statistic"),
        claim("s2", "t(40) = 1.10", "test_statistic"),
        claim("p", "p = 0.003", "p_value"),
    )


def test_figures_of_two_methods_are_not_paired():
    """A t statistic has nothing to say about the p value of a rank test."""
    assert not run(
        claim("s", "t(42) = 2.31", "test_statistic", method="mean_difference_student"),
        claim("p", "p = 0.003", "p_value", method="mann_whitney"),
    )


# --- p from means, deviations and sizes


def summary(p: str, n: int = 10, **more: object):
    """Student's sleep data, printed."""
    kind = "p_bound" if "<" in p else "p_value"
    sides = [("a", "0.75", "1.79"), ("b", "2.33", "2.00")]
    figures = [
        claim(f"{kind}_{level}", value, kind, level=level, reference="", n=n)
        for level, *values in sides
        for kind, value in zip(("mean", "sd"), values, strict=True)
    ]
    return run(*figures, claim("p", p, kind, **more))


@pytest.mark.parametrize("p", ["p = 0.079", "p = 0.08", "p = 0.0794"])
def test_a_p_of_its_summary_holds(p):
    """R 4.2.2: 0.07919 (Student), 0.07939 (Welch) for the sleep data."""
    (found,) = summary(p)
    assert found.outcome == "holds"
    assert set(found.claims) == {"p", "mean_a", "sd_a", "mean_b", "sd_b"}


def test_a_p_of_pairs_names_the_correlation_it_needs():
    """R 4.2.2: paired, the sleep data have p = 0.002833, and a correlation of 0.795."""
    (found,) = summary("p = 0.0028")
    assert found.outcome == "doubtful"
    assert "pairs that correlate by about 0.79 or more" in found.harmless
    assert "conclusion would be another one" in found.statement


def test_a_larger_p_than_that_of_the_means_may_be_of_another_test():
    """Ranks, logarithms and clusters give other p values: never impossible."""
    (found,) = summary("p = 0.4")
    assert found.outcome == "doubtful"
    assert "ranks" in found.harmless


@pytest.mark.parametrize("more", [{"method": "mann_whitney"}, {"perspective": "cluster_aware"}])
def test_a_p_of_another_named_test_is_not_compared(more):
    """The text itself says that it is not from a t test of independent values."""
    assert not summary("p = 0.4", **more)


def test_without_sizes_nothing_is_compared():
    """Silence is not agreement."""
    assert not summary("p = 0.4", n=0)


# --- intervals


@pytest.mark.parametrize(
    ("printed", "p", "estimand"),
    [
        ("95% CI 0.2 to 3.1", "p = 0.12", "mean_difference"),
        ("95% CI -0.2 to 3.1", "p < 0.05", "mean_difference"),
        ("95% CI 0.85 to 1.31", "p = 0.03", "odds_ratio"),
        ("90% CI 1.08 to 1.95", "p = 0.2", "odds_ratio"),
    ],
)
def test_an_interval_and_a_p_that_lead_to_two_conclusions_are_doubtful(printed, p, estimand):
    """Another test than the interval's is the usual reason, so never impossible."""
    found = interval(printed, p, estimand)
    assert found.outcome == "doubtful"
    assert "another test" in found.harmless


@pytest.mark.parametrize(
    ("printed", "p", "estimand"),
    [
        ("95% CI 0.2 to 3.1", "p = 0.03", "mean_difference"),
        ("95% CI 0.0 to 3.1", "p = 0.06", "mean_difference"),  # the limit may be below 0
        ("95% CI 0.2 to 3.1", "p = 0.05", "mean_difference"),  # the p may be 0.049
        ("90% CI 1.08 to 1.95", "p = 0.06", "odds_ratio"),
        ("99% CI 0.95 to 2.4", "p = 0.02", "odds_ratio"),
        ("95% CI 0.85 to 1.31", "p > 0.05", "hazard_ratio"),
    ],
)
def test_an_interval_and_a_p_of_one_conclusion_agree(printed, p, estimand):
    """The level of the interval, not 5 %, is what the p value is held against."""
    assert interval(printed, p, estimand).outcome == "holds"


@pytest.mark.parametrize("estimand", ["", "auc", "mean"])
def test_without_a_neutral_value_nothing_is_compared(estimand):
    """The interval of a mean leaves out 0 without saying anything about p."""
    claims = [
        claim("ci", "95% CI 0.2 to 3.1", "interval", estimand=estimand),
        claim("p", "p = 0.3", "p_value"),
    ]
    assert not run(*claims)


def with_estimate(p: str, n: int | None = None):
    """Altman & Bland 2011, BMJ 343:d2304: risk ratio 0.81 (0.70 to 0.94), p = 0.005."""
    kind = "p_bound" if "<" in p else "p_value"
    sizes = [
        claim(f"n_{level}", str(n), "count", level=level, reference="", outcome="", estimand="n")
        for level in ("a", "b")
        if n
    ]
    found = run(
        claim("e", "0.81", "effect", estimand="risk_ratio"),
        claim("ci", "95% CI 0.70 to 0.94", "interval", estimand="risk_ratio"),
        claim("p", p, kind),
        *sizes,
    )
    return next(check for check in found if check.name == "interval_and_p")


def test_the_p_of_altman_and_bland_agrees_with_its_interval():
    """The published example of the rule."""
    assert with_estimate("p = 0.005").outcome == "holds"
    assert with_estimate("p = 0.005", n=200).outcome == "holds"


def test_a_p_far_from_that_of_the_interval_is_doubtful():
    """Both say "below 5 %", and yet they are not of one analysis."""
    found = with_estimate("p < 0.0001")
    assert found.outcome == "doubtful"
    assert found.claims == ("p", "ci", "e")
    assert "0.81 with the 95 % interval 0.70 to 0.94" in found.statement


def test_an_estimate_outside_its_interval_is_impossible():
    """Unless it stands in another sentence, where the pairing is ours."""
    found = estimate("4.2", "95% CI 0.9 to 3.1")
    assert (found.outcome, found.claims) == ("impossible", ("e", "ci"))
    (apart,) = run(
        claim("e", "4.2", "effect", sentence="Elsewhere."),
        claim("ci", "95% CI 0.9 to 3.1", "interval"),
    )
    assert apart.outcome == "doubtful"


@pytest.mark.parametrize(
    ("printed", "ci", "estimand", "reason"),
    [
        ("-2.0", "95% CI 0.9 to 3.1", "mean_difference", "other way round"),
        ("2.00", "95% CI 0.32 to 0.78", "odds_ratio", "other way round"),
        ("0.12", "95% CI 8.1 to 16.9", "risk_difference", "percentage"),
        ("7.0", "95% CI 0.9 to 3.1", "mean_difference", ""),
    ],
)
def test_a_likely_reason_is_named(printed, ci, estimand, reason):
    """A swapped comparison is a slip of writing, not of the data."""
    assert reason in estimate(printed, ci, estimand).harmless


@pytest.mark.parametrize(
    ("printed", "estimand", "outcome"),
    [
        ("1.6", "mean_difference", "holds"),
        ("2.4", "mean_difference", "doubtful"),
        ("2.4", "hodges_lehmann_shift", "holds"),  # its interval need not be symmetric
        ("2.4", "odds_ratio", "holds"),  # it may be exact or of a profile
        ("1.06", "geometric_mean_ratio", "holds"),
        ("2.4", "geometric_mean_ratio", "doubtful"),
    ],
)
def test_only_symmetric_intervals_have_a_middle(printed, estimand, outcome):
    """Within 0.4 to 2.8, 2.4 is no mistake unless the interval is one of a t test."""
    assert estimate(printed, "95% CI 0.4 to 2.8", estimand).outcome == outcome


def test_a_resampled_interval_need_not_be_symmetric():
    """Bootstrap percentiles follow the skewness of the data."""
    found = estimate("2.4", "95% CI 0.4 to 2.8", method="cluster_bootstrap_percentile")
    assert found.outcome == "holds"


def test_a_mean_is_held_against_its_own_interval():
    """Intervals of one level are checked too; of mean and median the named one counts."""
    level = {"reference": ""}
    claims = [
        claim("mean", "9.1", "mean", **level),
        claim("median", "7.0", "median", **level),
        claim("ci", "95% CI 8.0 to 8.8", "interval", estimand="mean", **level),
    ]
    found = only(*claims)
    assert (found.outcome, found.claims) == ("impossible", ("mean", "ci"))


# --- whole papers


@pytest.mark.parametrize("name", ["p_from_statistic", "p_from_summary", "interval_and_p"])
def test_a_paper_fails_the_check_of_its_name_and_its_twin_none(name):
    """Files as a person would write them."""
    (file,) = PAPERS.glob(f"{name}_*.csv")
    failed = [c.name for c in run(*read_claims(file)) if c.outcome in ("impossible", "doubtful")]
    assert failed == [name]
    clean = run(*read_claims(PAPERS / f"clean_{name}.csv"))
    assert name in {check.name for check in clean}
    assert {check.outcome for check in clean} == {"holds"}


def test_a_paper_with_an_estimate_outside_its_interval_and_its_twin():
    """The same for the one that is impossible."""
    assert only(*read_claims(PAPERS / "estimate_in_interval_outside.csv")).outcome == "impossible"
    assert only(*read_claims(PAPERS / "clean_estimate_in_interval.csv")).outcome == "holds"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.02561, 0.02624, "of 0.0256 to 0.0262"),
        (0.0496, 0.0504, "of 0.0496 to 0.0504"),
        (1e-9, 0.0003, "of at most 0.00030"),
        (0.0, 1e-6, "below 0.0001"),
        (0.3, 1.0, "of 0.30 to 1.00"),
        (0.3, 0.3, "of 0.3000"),
    ],
)
def test_ranges_of_p_are_written_to_tell_their_ends_apart(low, high, text):
    """0.05 to 0.05 would hide the one thing that matters."""
    assert write_p_range(PRange(low, high)) == text


def printed(value: float, decimals: int, rule: str) -> str:
    step = Decimal(1).scaleb(-decimals)
    return f"{Decimal(float(value)).quantize(step, rounding=ROUNDING[rule]):f}"


@st.composite
def clean_papers(draw):
    """Two samples, every figure computed from them and printed by one rounding rule."""
    rule = draw(st.sampled_from(sorted(ROUNDING)))
    decimals = draw(st.integers(0, 3))
    tenths = st.integers(0, 400)
    samples = [
        np.array(draw(st.lists(tenths, min_size=3, max_size=25, unique=True))) / 10
        for _ in range(2)
    ]
    equal = draw(st.booleans())
    test = stats.ttest_ind(*samples, equal_var=equal)
    level = draw(st.sampled_from([90, 95, 99]))
    ends = test.confidence_interval(level / 100)
    bounds = [bound for bound in BOUNDS if test.pvalue < float(bound)]
    p = f"p < {bounds[0]}" if bounds else "p > 0.05"
    if test.pvalue > 0.0 and draw(st.booleans()):
        p = f"p = {printed(test.pvalue, draw(st.integers(2, 4)), rule)}"
    df = str(int(test.df)) if equal else printed(test.df, draw(st.integers(0, 2)), rule)
    low, high = (printed(end, decimals, rule) for end in ends)
    gap = printed(samples[0].mean() - samples[1].mean(), decimals, rule)
    claims = [
        claim("t", f"t({df}) = {printed(test.statistic, decimals, rule)}", "test_statistic"),
        claim("p", p, "p_bound" if p[2] in "<>" else "p_value"),
        claim("gap", gap, "effect", estimand="mean_difference"),
        claim("ci", f"{level}% CI {low} to {high}", "interval", estimand="mean_difference"),
    ]
    for name, values in zip("ab", samples, strict=True):
        side = {"level": name, "reference": "", "n": len(values)}
        mean, sd = printed(values.mean(), decimals, rule), printed(values.std(ddof=1), 2, rule)
        claims += [
            claim(f"mean_{name}", mean, "mean", **side),
            claim(f"sd_{name}", sd, "sd", **side),
        ]
    return claims


@settings(deadline=None, max_examples=150, derandomize=True)
@given(claims=clean_papers())
def test_papers_printed_from_data_raise_no_alarm(claims):
    """The promise to every author: rounding alone is never held against a text."""
    figures = PrintedFigures(claims)
    found = [*p_checks.checks(figures), *largest_sd.checks(figures)]
    outcomes = {check.name: check.outcome for check in found}
    assert not {"impossible", "doubtful"} & set(outcomes.values()), found
    assert outcomes["p_from_statistic"] == "holds"
    assert outcomes["p_from_summary"] == "holds"
    assert outcomes["interval_and_p"] == "holds"
    assert outcomes["estimate_in_interval"] == "holds"
    assert set(outcomes) <= set(CHECKS)
