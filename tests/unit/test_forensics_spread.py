"""Deviations, means and medians within the printed range."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.claim import Claim
from procohort.claims.forensics.extremes import (
    largest_variance,
    possible_means,
    squares_between,
)
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.spread import checks

ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}


def paper(n: int | None = None, *, scale: str = "", **printed: str) -> list[Claim]:
    same = {"source": "Table", "outcome": "time", "level": "a", "scale": scale, "n": n}
    return [
        Claim(id=kind, sentence=f"{kind} {text}", printed=text, kind=kind, **same)
        for kind, text in printed.items()
        if text
    ]


def size(n: int) -> Claim:
    return Claim(
        id="size",
        source="Table",
        sentence=f"n = {n}",
        printed=str(n),
        kind="count",
        estimand="n",
        level="a",
    )


def outcomes(claims: list[Claim]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"sd_within_range": [], "centre_within_range": []}
    for check in checks(PrintedFigures(claims)):
        found[check.name].append(check.outcome)
    return found


def of_deviation(claims: list[Claim]) -> list[str]:
    return outcomes(claims)["sd_within_range"]


def of_centre(claims: list[Claim]) -> list[str]:
    return outcomes(claims)["centre_within_range"]


def point(value: str | int) -> tuple[Fraction, Fraction]:
    return Fraction(value), Fraction(value)


def test_the_largest_deviation_is_that_of_bhatia_and_davis():
    """(8.18 - 1.98) (1.98 - 0.2) 45/44 = 11.287, its root 3.360; 4.4 cannot be.

    With a low end of 0.15, a high one of 8.19 and 10 of the 45 values there, it is 3.38.
    """
    limits = squares_between(point("0.2"), point("8.18"), 45, mean=point("1.98"))
    assert limits is not None
    assert float(limits[1] / 44) ** 0.5 == pytest.approx(3.36, abs=0.01)
    (check,) = (
        check
        for check in checks(PrintedFigures(paper(45, mean="1.98", sd="4.4", range="0.2-8.18")))
        if check.name == "sd_within_range"
    )
    assert check.outcome == "impossible"
    assert check.claims == ("sd", "mean", "range")
    assert check.statement == (
        "The standard deviation of values from 0.2 to 8.18 with a mean of 1.98 (n = 45) is at "
        "most 3.38, however the figures were rounded; 4.4 is printed."
    )


def test_without_a_mean_the_largest_deviation_is_that_of_popoviciu():
    """Half of the values at each end: 10 values from 0 to 10 have 5 * sqrt(10/9) = 5.27."""
    limits = squares_between(point(0), point(10), 10)
    assert limits is not None
    assert limits[1] == 250
    assert squares_between(point(0), point(10), 11) == (50, Fraction(3000, 11))
    assert of_deviation(paper(10, sd="5.3", range="0.00-10.00")) == ["holds"]
    assert of_deviation(paper(10, sd="5.4", range="0.00-10.00")) == ["impossible"]


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_the_extremes_agree_with_listing_every_sample(n):
    """Whole numbers from 0 to 12 with a mean of steps / n: reference is the full list.

    The largest is exact for whole numbers too; the smallest where the others can be equal.
    """
    listed: dict[int, list[Fraction]] = {}
    for values in combinations_with_replacement(range(13), n):
        if values[0] == 0 and values[-1] == 12:
            squares = sum(v * v for v in values) - Fraction(sum(values) ** 2, n)
            listed.setdefault(sum(values), []).append(squares)
    for total in range(12 * n + 1):
        mean = point(str(Fraction(total, n)))
        limits = squares_between(point(0), point(12), n, mean=mean)
        assert (limits is not None) == (total in listed)
        if limits is None:
            continue
        assert limits[1] == max(listed[total])
        assert limits[0] <= min(listed[total])
        if n == 2 or (total - 12) % (n - 2) == 0:
            assert limits[0] == min(listed[total])


@settings(deadline=None, max_examples=80, derandomize=True)
@given(
    st.lists(st.integers(0, 300), min_size=2, max_size=12),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_every_sample_lies_between_its_extremes(values, low_slack, high_slack, mean_slack):
    """Ends and means known only to an interval must not lose a sample."""
    n = len(values)
    mean = Fraction(sum(values), n)
    squares = sum(v * v for v in values) - n * mean**2
    low = Fraction(min(values) - low_slack), Fraction(min(values) + low_slack)
    high = Fraction(max(values) - high_slack), Fraction(max(values) + high_slack)
    means = mean - mean_slack, mean + mean_slack
    limits = squares_between(low, high, n, mean=means)
    assert limits is not None
    assert limits[0] <= squares <= limits[1]
    assert squares / (n - 1) <= largest_variance(low, high, means, attained=True)
    lowest, highest = possible_means(low, high, n)
    assert lowest <= mean <= highest


def test_a_mean_at_the_smallest_value_leaves_no_spread():
    """Mean 12 with a range of 12-30 and SD 6: only values at 12 would give that mean."""
    whole = paper(40, mean="12", sd="6", range="12-30", scale="by 1")
    assert of_deviation(whole) == ["impossible"]
    assert of_deviation(paper(None, mean="12.0", sd="6.0", range="12.0-30.0")) == ["impossible"]
    assert of_deviation(paper(40, mean="12", sd="6", range="12-30")) == ["impossible"]
    assert of_deviation(paper(40, mean="18", sd="6", range="12-30")) == ["holds"]


@pytest.mark.parametrize(
    ("sd", "ends", "words"),
    [
        ("0.0", "3.0-9.0", "is at least"),
        ("7.5", "3.0-9.0", "is at most"),
    ],
)
def test_no_spread_or_more_spread_than_the_range_is_impossible(sd, ends, words):
    """The two plainest slips: a deviation of nothing, and one wider than the range."""
    (check,) = checks(PrintedFigures(paper(12, sd=sd, range=ends)))
    assert check.outcome == "impossible"
    assert words in check.statement


def test_both_ends_need_a_least_deviation():
    """One of five values at 0, one at 10, the others at 5: squares 50, SD 3.54."""
    assert of_deviation(paper(5, sd="3.5", range="0.0-10.0")) == ["holds"]
    assert of_deviation(paper(5, sd="3.0", range="0.0-10.0")) == ["impossible"]
    (check,) = checks(PrintedFigures(paper(5, sd="3.2", range="0.0-10.0")))
    assert check.outcome == "doubtful"  # the root of 50/5 is 3.16
    assert "divided by n instead of n - 1" in check.harmless
    (check,) = checks(PrintedFigures(paper(50, sd="0.1", range="0.0-20.0")))
    assert check.harmless.startswith("A range of other values")


def test_a_standard_error_or_a_variance_in_place_of_the_deviation_is_named():
    """Both are common, harmless and easy to check: 6 / sqrt(25) = 1.2; 3 squared is 9."""
    (check,) = checks(PrintedFigures(paper(25, sd="1.2", range="0.0-20.0")))
    assert check.outcome == "impossible"
    assert "standard error" in check.harmless
    (check,) = checks(PrintedFigures(paper(25, sd="9.0", range="0.0-10.0")))
    assert "variance" in check.harmless


def test_a_size_taken_from_the_group_only_makes_a_deviation_doubtful():
    """Unless no number of values would do."""
    assert of_deviation([*paper(None, sd="3.0", range="0.0-10.0"), size(5)]) == ["doubtful"]
    assert of_deviation([*paper(None, sd="9.9", range="0.0-10.0"), size(5)]) == ["impossible"]


def test_bounds_and_scales_stand_for_a_range_that_is_not_printed():
    """On a scale from 0 to 10 with a mean of 1 the deviation is at most 3.03 for n = 100."""
    assert of_deviation(paper(100, mean="1.00", sd="3.00", scale="0 to 10 by 1")) == ["holds"]
    assert of_deviation(paper(100, mean="1.00", sd="3.10", scale="0 to 10 by 1")) == ["impossible"]
    bounds = paper(100, mean="1.00", sd="3.10", at_least="0.00", at_most="10.00")
    assert of_deviation(bounds) == ["impossible"]
    # One end is enough with a mean and n: one value of 5 has them all.
    assert of_deviation(paper(5, mean="1.00", sd="2.24", at_least="0.00")) == ["holds"]
    assert of_deviation(paper(5, mean="1.00", sd="2.30", at_least="0.00")) == ["impossible"]


def test_whole_numbers_allow_less_than_measured_values():
    """Whole numbers: 1, 1, 2, 6 with 2.38 at most; measured ones may range from 0.5 to 6.5."""
    figures = {"mean": "2.50", "range": "1-6"}
    assert of_deviation(paper(4, **figures, sd="2.38", scale="by 1")) == ["holds"]
    assert of_deviation(paper(4, **figures, sd="2.50")) == ["holds"]
    assert of_deviation(paper(4, **figures, sd="2.50", scale="by 1")) == ["impossible"]


def test_figures_of_other_units_or_sizes_are_not_compared():
    """Minutes against hours, or 20 values against 30, say nothing about each other."""
    sd, ends = paper(12, sd="90", range="1.0-3.0")
    hours = Claim(**{**{n: getattr(ends, n) for n in ends.__slots__}, "unit": "h"})
    minutes = Claim(**{**{n: getattr(sd, n) for n in sd.__slots__}, "unit": "min"})
    assert of_deviation([minutes, hours]) == []
    assert of_deviation([sd, ends]) == ["impossible"]


@pytest.mark.parametrize("kind", ["mean", "median", "centre"])
def test_a_centre_outside_its_range_is_impossible(kind):
    """Rounding to the printed digit is allowed for: 9.6 may be printed as 10."""
    assert of_centre(paper(**{kind: "11.2", "range": "3-10"})) == ["impossible"]
    assert of_centre(paper(**{kind: "10", "range": "3-9.6"})) == ["holds"]
    assert of_centre(paper(**{kind: "2.1", "range": "3-10"})) == ["impossible"]
    assert of_centre(paper(**{kind: "12", "scale": "0 to 10 by 1"})) == ["impossible"]
    # Whole numbers are not rounded: a smallest value of 3 is no 2.5.
    assert of_centre(paper(**{kind: "2", "range": "3-10"})) == ["doubtful"]
    assert of_centre(paper(**{kind: "2", "range": "3-10", "scale": "by 1"})) == ["impossible"]


def test_the_sentence_says_what_lies_outside_what():
    """Plain words, both figures in them."""
    (check,) = checks(PrintedFigures(paper(median="11.2", range="3-10")))
    assert check.statement == "The median of 11.2 lies outside the range 3 to 10."
    assert check.claims == ("median", "range")
    assert "different units" in check.harmless


def test_a_mean_cannot_be_nearer_to_an_end_than_n_values_allow():
    """One of five values is at 30: their mean is at least 12 + 18/5 = 15.6."""
    assert of_centre(paper(5, mean="14.0", range="12.0-30.0")) == ["impossible"]
    assert of_centre(paper(5, mean="15.6", range="12.0-30.0")) == ["holds"]
    assert of_centre([*paper(None, mean="14.0", range="12.0-30.0"), size(5)]) == ["doubtful"]


def test_quartiles_enclose_the_median_and_lie_within_the_range():
    """Whatever way quartiles are computed."""
    assert of_centre(paper(median="5", quartiles="3-8", range="1-9")) == ["holds"] * 3
    assert of_centre(paper(median="2.0", quartiles="2.1-8.0")) == ["doubtful"]
    assert of_centre(paper(median="2.0", quartiles="2.2-8.0")) == ["impossible"]
    assert of_centre(paper(quartiles="0-8", range="2-9")) == ["impossible"]


def printed(value: Fraction | Decimal, decimals: int, rule: str) -> str:
    number = (
        value
        if isinstance(value, Decimal)
        else Decimal(value.numerator) / Decimal(value.denominator)
    )
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUNDING[rule])
    return str(abs(rounded)) if rounded == 0 else str(rounded)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(
    st.lists(st.integers(0, 2500), min_size=2, max_size=40),
    st.sampled_from(sorted(ROUNDING)),
    st.tuples(st.integers(0, 3), st.integers(0, 2)),
    st.sampled_from(["", "0 to 25 by 0.01", "0 to 25"]),
    st.booleans(),
)
def test_figures_of_a_true_sample_always_hold(values, rule, places, scale, sized):
    """A false alarm would cost the whole scorecard its trust."""
    decimals, end_decimals = places
    ordered = [Fraction(value, 100) for value in sorted(values)]
    n = len(ordered)
    mean = sum(ordered) / n
    variance = sum((value - mean) ** 2 for value in ordered) / (n - 1)
    sd = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    claims = paper(
        n if sized else None,
        scale=scale,
        mean=printed(mean, decimals, rule),
        sd=printed(sd, decimals, rule),
        median=printed(middle, decimals, rule),
        range="-".join(printed(value, end_decimals, rule) for value in (ordered[0], ordered[-1])),
        quartiles="-".join(
            printed(ordered[place], decimals, rule) for place in (n // 4, (3 * n) // 4)
        ),
    )
    found = outcomes(claims)
    assert set(found["sd_within_range"]) <= {"holds"}
    # Of two values the quartiles taken here are one end each, so the median is between.
    assert set(found["centre_within_range"]) <= {"holds"}
