"""Printed figures of several numbers, in the typography of real papers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.printed_compound import (
    PrintedFrequency,
    read_frequency,
    read_interval,
    read_range,
    read_statistic,
)

# True minus, en dash, no-break and thin spaces: letter by letter as publishers set them.
MINUS, EN, NBSP, THIN = "\u2212", "\u2013", "\u00a0", "\u2009"


@pytest.mark.parametrize(
    ("text", "low", "high", "percent"),
    [
        ("4-10", "4", "10", False),
        (f"4{EN}10", "4", "10", False),
        ("4 to 10", "4", "10", False),
        ("range, 15-143 mg", "15", "143", False),
        (f"(range: 0.2{EN}8.18)", "0.2", "8.18", False),
        (f"(13{EN}56) min", "13", "56", False),
        ("15 mg to 143 mg", "15", "143", False),
        ("IQR 1.3-3.2", "1.3", "3.2", False),
        (f"interquartile range [IQR], 3{EN}8", "3", "8", False),
        (f"Q1{EN}Q3 3{EN}8", "3", "8", False),
        (f"25th{EN}75th percentile: 3{EN}8", "3", "8", False),
        ("[1.3; 3.2]", "1.3", "3.2", False),
        ("1.3, 3.2", "1.3", "3.2", False),
        (f"0·5{EN}1·2", "0.5", "1.2", False),
        ("range .05 - .12", "0.05", "0.12", False),
        (f"{MINUS}1.5{EN}3.2", "-1.5", "3.2", False),
        (f"{EN}1.5 to {EN}0.3", "-1.5", "-0.3", False),
        ("-1.5--0.3", "-1.5", "-0.3", False),
        (f"1.7{NBSP}%{THIN}{EN}{THIN}28.9{NBSP}%", "1.7", "28.9", True),
        ("10-20%", "10", "20", True),
        (f"24.0{EN}29.1 kg/m2", "24.0", "29.1", False),
        (f"1{THIN}234{EN}5{NBSP}678 m", "1234", "5678", False),
        ("one to three minutes", "1", "3", False),
        ("between 2 and 4", "2", "4", False),
        ("4\uff5e10", "4", "10", False),
    ],
)
def test_a_range_keeps_both_ends_with_their_decimals(text, low, high, percent):
    """A dash is a minus, a joint or both; the wrong choice turns a range upside down."""
    ends = read_range(text)
    assert [str(end.value) for end in ends] == [low, high]
    assert {end.percent for end in ends} == {percent}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5", "is not two ends"),
        ("11.9 vs. 10.3", "is not two ends"),
        ("< 3 to 8", "is not two ends"),
        ("3-8 (2-9)", "is not two ends"),
        ("IQR 1.9", "is not two ends"),
        ("10-4", "begins with its larger end"),
    ],
)
def test_a_text_that_is_not_one_range_is_refused(text, message):
    """A comparison of two groups must not be taken for a range."""
    with pytest.raises(ValueError, match=message):
        read_range(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "level"),
    [
        ("95% CI 1.30-1.38", "1.30", "1.38", "95"),
        ("(95% CI, 1.1 to 4.8)", "1.1", "4.8", "95"),
        ("95% confidence interval (CI): 1.1, 4.8", "1.1", "4.8", "95"),
        (f"95{NBSP}%-CI 1·1{EN}4·8", "1.1", "4.8", "95"),
        (f"CI 90% 1.1{EN}4.8", "1.1", "4.8", "90"),
        (f"99.9 % CI {MINUS}0.3 to 0.2", "-0.3", "0.2", "99.9"),
        (f"95% CrI 0.9{EN}1.4", "0.9", "1.4", "95"),
        ("1.30-1.38 (95% CI)", "1.30", "1.38", "95"),
        ("1.2 to 3.4", "1.2", "3.4", "95"),
        ("[1.2; 3.4]", "1.2", "3.4", "95"),
    ],
)
def test_an_interval_has_the_printed_level_or_95(text, low, high, level):
    """The 95 of the level must never become a limit."""
    found = read_interval(text)
    assert (str(found.low.value), str(found.high.value)) == (low, high)
    assert found.level == Decimal(level)


def test_the_limits_of_a_percentage_are_percentages():
    """10%-20% and 0.1-0.2 are the same interval on two scales."""
    assert read_interval("95% CI 10%-20%").low.percent


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("OR 2.3 (95% CI 1.1-4.8)", "is not an interval"),
        ("95% CI", "is not an interval"),
        ("5% CI 1-2", "between 50% and 100%"),
        ("95% CI 4-2", "larger end"),
    ],
)
def test_a_text_that_is_not_one_interval_is_refused(text, message):
    """The estimate before an interval is a claim of its own."""
    with pytest.raises(ValueError, match=message):
        read_interval(text)


@pytest.mark.parametrize(
    ("text", "name", "df", "value", "signed"),
    [
        ("t(42) = 2.31", "t", ["42"], "2.31", False),
        (f"t(42) = {MINUS}2.31", "t", ["42"], "-2.31", True),
        ("t = 2.31 (df = 42)", "t", ["42"], "2.31", False),
        ("t = 2.31, df = 42", "t", ["42"], "2.31", False),
        ("t₄₂ = 2.31", "t", ["42"], "2.31", False),
        ("t(37.6)=2.31", "t", ["37.6"], "2.31", False),
        ("F(2, 40) = 3.1", "F", ["2", "40"], "3.1", False),
        ("F2,40 = 3.1", "F", ["2", "40"], "3.1", False),
        ("F(1,87; 56,1) = 3,2", "F", ["1.87", "56.1"], "3.2", False),
        ("χ2(1) = 4.2", "chi2", ["1"], "4.2", False),
        ("χ²(3, N = 1,204) = 7.10", "chi2", ["3"], "7.10", False),
        ("χ²₁ = 4.2", "chi2", ["1"], "4.2", False),
        ("chi-square(2)=5.99", "chi2", ["2"], "5.99", False),
        ("X2 = 4.2, df=1", "chi2", ["1"], "4.2", False),
        ("z = 1.96", "z", [], "1.96", False),
        (f"Z = {EN}2.3", "z", [], "-2.3", True),
        ("r(48) = .31", "r", ["48"], "0.31", False),
        ("r = .31", "r", [], "0.31", False),
    ],
)
def test_a_statistic_keeps_its_name_its_degrees_of_freedom_and_its_sign(
    text, name, df, value, signed
):
    """The p value that belongs to it hangs on each of them."""
    found = read_statistic(text)
    assert (found.name, [str(figure.value) for figure in found.df]) == (name, df)
    assert (str(found.value.value), found.signed) == (value, signed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("U = 312", "use kind text"),
        ("rs(48) = .31", "use kind text"),
        ("t(42) = 2.31, p = .03", "is not a t, F"),
        ("t(42) < 1", "is a bound"),
        ("F(2) = 3.1", "has 1 degrees of freedom, F has 2"),
        ("z(3) = 1.2", "z has no"),
        ("t(0) = 2.3", "not above 0"),
        ("r(48) = 1.31", "between -1 and 1"),
        ("F(2, 40) = -3.1", "never below 0"),
    ],
)
def test_another_statistic_is_refused_with_a_reason(text, message):
    """A rank sum U read as if it were t would give a p value out of nothing."""
    with pytest.raises(ValueError, match=message):
        read_statistic(text)


TENTH, HUNDREDTH = Fraction(1, 10), Fraction(1, 100)


@pytest.mark.parametrize(
    ("text", "low", "high", "low_open", "high_open"),
    [
        ("more than 1 in 10", TENTH, None, True, False),
        ("may affect more than one in ten people", TENTH, None, True, False),
        (">10%", TENTH, None, True, False),
        ("very common (≥1/10)", TENTH, None, False, False),
        ("10% or more", TENTH, None, False, False),
        ("up to 1 in 10 people", None, TENTH, False, False),
        ("<1%", None, HUNDREDTH, False, True),
        ("fewer than 1 in 1,000", None, Fraction(1, 1000), False, True),
        ("<0·01%", None, Fraction(1, 10_000), False, True),
        ("1-10%", HUNDREDTH, TENTH, False, False),
        (f"0.1{EN}1{NBSP}%", Fraction(1, 1000), HUNDREDTH, False, False),
        ("1 in 100 to 1 in 10", HUNDREDTH, TENTH, False, False),
        ("1 in 10 to 1 in 100", HUNDREDTH, TENTH, False, False),
        ("≥1/100 to <1/10", HUNDREDTH, TENTH, False, True),
        (f"≥1/10{NBSP}000 to <1/1{THIN}000", Fraction(1, 10_000), Fraction(1, 1000), False, True),
        ("more than 1 in 100 but fewer than 1 in 10", HUNDREDTH, TENTH, True, True),
    ],
)
def test_a_frequency_class_has_its_ends_and_knows_whether_they_belong(
    text, low, high, low_open, high_open
):
    """Exactly one in ten is 'up to 1 in 10' and not 'more than 1 in 10'."""
    assert read_frequency(text) == PrintedFrequency(low, high, low_open, high_open)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("very common", "not a frequency class with numbers"),
        ("1 in 10", "one figure, not a class"),
        ("more than 10", "neither a percentage nor"),
        ("1% to 150%", "not a share"),
        ("1 in 0 to 1 in 10", "not a share"),
        ("> 1 in 10 and > 20%", "bounds one side twice"),
        ("more than 10% but less than 1%", "above its upper end"),
    ],
)
def test_a_class_without_numbers_or_without_sense_is_refused(text, message):
    """'Common' means another share to each authority; guessing one would be ours, not theirs."""
    with pytest.raises(ValueError, match=message):
        read_frequency(text)


def test_classes_overlap_only_where_a_share_lies_in_both():
    """Two sources that print >10% and 1-10% exclude each other; 10% itself decides."""
    above, between = read_frequency(">10%"), read_frequency("1-10%")
    assert not above.overlaps(between)
    assert not between.overlaps(above)
    assert read_frequency("≥ 10%").overlaps(between)
    assert above.overlaps(read_frequency("more than 1 in 10"))
    assert above.contains(Fraction(11, 100))
    assert not above.contains(TENTH)


@given(
    st.text("0123456789.,·-–−%()[]<>≤=;: \u00a0\u2009'’tFχ2zrCItop₂", max_size=20),  # noqa: RUF001
    st.sampled_from([read_range, read_interval, read_statistic, read_frequency]),
)
@settings(deadline=None, max_examples=300, derandomize=True)
def test_no_text_ends_in_anything_but_a_reading_or_a_message(text, read):
    """A table of claims is typed by hand; whatever is typed, the person gets a sentence."""
    try:
        read(text)
    except ValueError as error:
        assert str(error)


@given(st.integers(-999, 999), st.integers(0, 999), st.integers(0, 2), st.sampled_from("-–"))  # noqa: RUF001
@settings(deadline=None, max_examples=80, derandomize=True)
def test_every_pair_of_numbers_joined_by_a_dash_is_read_back(low, width, decimals, dash):
    """Negative ends and dashes of any kind may stand side by side."""
    ends = [Decimal(number).scaleb(-decimals) for number in (low, low + width)]
    found = read_range(f"{ends[0]:f}{dash}{ends[1]:f} mm")
    assert [end.value for end in found] == ends
