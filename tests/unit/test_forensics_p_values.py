"""P values recomputed from printed statistics, summaries and intervals."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from procohort.claims.forensics.intervals import (
    leaves_out,
    neutral_value,
    off_centre,
    p_range_of_interval,
)
from procohort.claims.forensics.p_values import (
    PRange,
    PrintedSample,
    difference_range,
    least_pair_correlation,
    p_range_of_statistic,
    printed_p,
    student_p_range,
    two_sided_p,
    welch_p_range,
    widest,
)
from procohort.claims.printed import read_printed
from procohort.claims.printed_compound import read_interval, read_statistic

quick = settings(deadline=None, max_examples=60, derandomize=True)

# Student's sleep data (R 4.2.2, datasets::sleep): ten patients, two drugs.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def sample(mean: str, sd: str, n: int) -> PrintedSample:
    return PrintedSample(read_printed(mean), read_printed(sd), n)


SLEEP = (sample("0.75", "1.79", 10), sample("2.33", "2.00", 10))


@pytest.mark.parametrize(
    ("name", "value", "df", "reference"),
    [
        ("t", -1.8608, (18,), 0.07919),  # R 4.2.2: t.test(extra ~ group, sleep, var.equal = TRUE)
        ("t", -1.8608, (17.776,), 0.07939),  # R 4.2.2: t.test(extra ~ group, sleep)
        ("t", -4.0621, (9,), 0.002833),  # R 4.2.2: the same, paired
        ("z", 1.96, (), 0.049996),  # R 4.2.2: 2 * pnorm(-1.96)
        ("chi2", 3.841459, (1,), 0.05),  # the 5 % point in every table
        ("F", 4.964603, (1, 10), 0.05),  # the 5 % point in every table
        ("F", 3.1, (2, 40), stats.f.sf(3.1, 2, 40)),
        ("chi2", 9.2, (4,), stats.chi2.sf(9.2, 4)),
        ("r", 1.0, (8,), 0.0),
    ],
)
def test_p_of_a_statistic_is_that_of_the_references(name, value, df, reference):
    """Every other check of a statistic rests on this number."""
    assert two_sided_p(name, value, df) == pytest.approx(reference, rel=3e-4, abs=1e-12)


def test_p_of_a_correlation_is_that_of_its_data():
    """The t of a correlation has n - 2 degrees of freedom, not n."""
    reference = stats.pearsonr(SLEEP_1, SLEEP_2)
    assert two_sided_p("r", reference.statistic, (8,)) == pytest.approx(reference.pvalue)


def test_an_unknown_statistic_is_refused():
    """A U or a W must not be taken for one of the five."""
    with pytest.raises(KeyError):
        two_sided_p("U", 12.0)


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_range_spans_every_rounding_rule(sign):
    """2.31 may stand for 2.305 (rounded) up to 2.32 (cut off), whatever its sign."""
    found = p_range_of_statistic(read_statistic(f"z = {sign}2.31"))
    assert found.high == pytest.approx(2 * stats.norm.sf(2.305))
    assert found.low == pytest.approx(2 * stats.norm.sf(2.32))


def test_a_statistic_of_zero_reaches_p_of_one():
    """0.0 stands for values of both signs."""
    assert p_range_of_statistic(read_statistic("t(12) = 0.0")).high == 1.0


def test_rounded_degrees_of_freedom_of_t_are_within_the_range():
    """Welch's 17.776 is often printed as 18 or cut off to 17."""
    for df in ("17", "18", "17.8"):
        found = p_range_of_statistic(read_statistic(f"t({df}) = 1.8608"))
        assert found.low <= 0.07939 <= found.high


@pytest.mark.parametrize(
    ("text", "low", "high", "closed"),
    [
        ("p = 0.03", "0.025", "0.04", False),
        ("p < 0.01", "0", "0.01", False),
        ("p > 0.05", "0.05", "1", True),
        ("p = 0.000", "0", "0.001", False),
        ("p = 1.00", "0.995", "1", True),
    ],
)
def test_a_printed_p_is_an_interval_within_0_and_1(text, low, high, closed):
    """Software prints 0.000 and 1.00; neither is meant to the last digit."""
    found = printed_p(read_printed(text))
    assert (found.low, found.high, found.high_closed) == (Decimal(low), Decimal(high), closed)


@pytest.mark.parametrize(
    ("found", "printed", "turns"),
    [
        (PRange(0.02, 0.03), "p = 0.20", True),
        (PRange(0.06, 0.08), "p < 0.05", True),
        (PRange(0.049, 0.051), "p = 0.20", False),
        (PRange(0.02, 0.03), "p = 0.001", False),
    ],
)
def test_a_conclusion_turns_only_when_all_of_both_ranges_say_so(found, printed, turns):
    """A p value that rounding leaves on both sides of 5 % turns nothing."""
    assert found.turns(printed_p(read_printed(printed))) is turns


def test_differences_take_both_means_as_printed_by_one_rule():
    """A paper that rounds one mean does not cut the other off."""
    low, high = difference_range(read_printed("11.9"), read_printed("10.3"))
    assert (float(low), float(high)) == (1.5, 1.7)
    assert difference_range(read_printed("-0.1"), read_printed("0.0"))[0] == 0


def test_student_and_welch_of_the_sleep_data_lie_within_their_ranges():
    """R 4.2.2 gives 0.07919 (Student) and 0.07939 (Welch) from the unrounded data."""
    student, welch = student_p_range(*SLEEP), welch_p_range(*SLEEP)
    assert student.low < 0.07919 < student.high
    assert welch.low < 0.07939 < welch.high
    assert student.high - student.low < 0.01


@quick
@given(
    means=st.tuples(*[st.floats(-20, 20)] * 2),
    sds=st.tuples(*[st.floats(0.2, 30)] * 2),
    sizes=st.tuples(*[st.integers(2, 60)] * 2),
    decimals=st.integers(0, 2),
)
def test_every_p_from_values_that_round_to_the_figures_is_in_the_range(means, sds, sizes, decimals):
    """The ends of the rounding intervals must be the extremes, also for Welch's df."""
    sides = [
        sample(f"{mean:.{decimals}f}", f"{sd:.{decimals + 1}f}", n)
        for mean, sd, n in zip(means, sds, sizes, strict=True)
    ]
    for equal, found in ((True, student_p_range(*sides)), (False, welch_p_range(*sides))):
        p = stats.ttest_ind_from_stats(
            means[0], sds[0], sizes[0], means[1], sds[1], sizes[1], equal_var=equal
        ).pvalue
        assert found.low - 1e-12 <= p <= found.high + 1e-12


def test_the_least_correlation_of_pairs_is_that_of_the_sleep_data():
    """Paired, the sleep data have p = 0.002833 (R 4.2.2) and correlate by 0.795."""
    least = least_pair_correlation(*SLEEP, 0.002833)
    assert least == pytest.approx(np.corrcoef(SLEEP_1, SLEEP_2)[0, 1], abs=0.01)


def test_no_correlation_makes_up_for_other_sizes_or_a_tiny_p():
    """Pairs are as many on both sides, and deviate by |s1 - s0| at least."""
    assert least_pair_correlation(SLEEP[0], sample("2.33", "2.00", 11), 0.01) is None
    assert least_pair_correlation(sample("1.0", "2.0", 5), sample("1.1", "9.0", 5), 0.001) is None


def test_p_of_an_interval_is_that_of_altman_and_bland():
    """Altman & Bland 2011, BMJ 343:d2304: 0.81 (0.70 to 0.94) has z = -2.80, p = 0.005."""
    args = (read_printed("0.810"), read_interval("0.700 to 0.940"), Decimal(1))
    found = p_range_of_interval(*args, 1e9)
    z = math.log(0.81) / ((math.log(0.94) - math.log(0.70)) / (2 * 1.96))
    assert found.low < 2 * stats.norm.sf(abs(z)) < found.high
    assert found.low < 0.005 < found.high


def test_p_of_a_t_interval_is_within_the_range():
    """R 4.2.2 gives -3.3654832 to 0.2054832 and p = 0.07939 for the sleep data (Welch)."""
    found = p_range_of_interval(
        read_printed("-1.58"), read_interval("-3.365 to 0.205"), Decimal(0), 9.0
    )
    assert found.low < 0.07939 < found.high


def test_a_lopsided_interval_gives_no_p():
    """The rule holds for symmetric intervals only."""
    lopsided = read_interval("0.1 to 9.0")
    assert p_range_of_interval(read_printed("1.0"), lopsided, Decimal(0), 4.0) is None
    assert p_range_of_interval(read_printed("1.0"), lopsided, Decimal(1), 4.0) is not None


@pytest.mark.parametrize(
    ("interval", "found"),
    [("0.2 to 3.1", True), ("-0.2 to 3.1", False), ("0.0 to 3.1", None), ("-3.1 to -0.2", True)],
)
def test_rounding_decides_whether_an_interval_leaves_0_out(interval, found):
    """A limit printed 0.0 may lie on either side."""
    assert leaves_out(read_interval(interval), Decimal(0)) is found


def test_the_neutral_value_is_known_or_not_guessed():
    """An area under a curve has neither 0 nor 1 as its neutral value."""
    assert neutral_value("hazard_ratio") == 1
    assert neutral_value("slope_ratio") == 1
    assert neutral_value("hodges_lehmann_shift") == 0
    assert neutral_value("auc") is None
    assert neutral_value("") is None


@pytest.mark.parametrize(
    ("estimate", "ratio", "off"),
    [
        ("1.6", False, False),
        ("1.8", False, False),  # up to 1.7 by rounding, and one unit for rounded parents
        ("2.1", False, True),
        ("1.1", True, False),  # the geometric mean of 0.4 and 2.8 is 1.06
        ("1.6", True, True),
    ],
)
def test_off_centre_allows_for_rounding(estimate, ratio, off):
    """The middle of 0.4 to 2.8 is 1.6 on the plain scale and 1.06 on the log scale."""
    found = off_centre(read_printed(estimate), read_interval("0.4 to 2.8"), ratio=ratio)
    assert found is off


def test_the_widest_interval_joins_the_rounding_rules():
    """Negative figures are cut off towards 0, so they stretch the other way."""
    found = widest(read_printed("-2.3"))
    assert (found.low, found.high) == (Decimal("-2.4"), Decimal("-2.25"))
