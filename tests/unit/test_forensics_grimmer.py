"""GRIMMER: deviations of so many values in equal steps."""

from collections import Counter
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.claim import Claim
from procohort.claims.forensics.extremes import square_sums_between
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.grimmer import checks
from procohort.claims.forensics.whole_numbers import whole_numbers_exist

ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}


def paper(mean: str, sd: str, n: int | None, *, scale: str = "by 1", ends: str = "") -> list[Claim]:
    same = {"source": "Table", "outcome": "score", "level": "a", "scale": scale, "n": n}
    kinds = {"mean": mean, "sd": sd, "range": ends}
    return [
        Claim(id=kind, sentence=f"{kind} {text}", printed=text, kind=kind, **same)
        for kind, text in kinds.items()
        if text
    ]


def outcomes(claims: list[Claim]) -> list[str]:
    return [check.outcome for check in checks(PrintedFigures(claims))]


def sample_deviation(values: list[int], *, divisor: int, step: int = 1) -> Decimal:
    squares = sum(v * v for v in values) - Fraction(sum(values) ** 2, len(values))
    variance = squares / (divisor * step * step)
    return (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()


@pytest.mark.parametrize(("n", "high"), [(1, 6), (2, 6), (3, 6), (4, 5), (5, 4), (6, 4), (10, 3)])
@pytest.mark.parametrize("attained", [False, True])
def test_what_exists_agrees_with_listing_every_sample(n, high, attained):
    """All multisets of n whole numbers from -1 to `high` are the reference."""
    low = -1
    samples = [
        values
        for values in combinations_with_replacement(range(low, high + 1), n)
        if not attained or (values[0] == low and values[-1] == high)
    ]
    listed = Counter((sum(values), sum(v * v for v in values)) for values in samples)
    limit = n * max(high * high, 1)
    for total in range(n * low - 1, n * high + 2):
        for squares in range(limit + 2):
            exists = whole_numbers_exist(n, total, squares, low=low, high=high, attained=attained)
            assert exists == ((total, squares) in listed), (total, squares)


@pytest.mark.parametrize("attained", [False, True])
def test_the_extremes_of_the_sum_of_squares_are_those_of_every_sample(attained):
    """A largest sum of squares that is too small would call true figures impossible."""
    for n in (2, 3, 5):
        listed: dict[int, list[int]] = {}
        for values in combinations_with_replacement(range(6), n):
            if not attained or (values[0] == 0 and values[-1] == 5):
                listed.setdefault(sum(values), []).append(sum(v * v for v in values))
        for total in range(5 * n + 1):
            found = square_sums_between(total, n, 0, 5, attained=attained)
            assert found == ((min(listed[total]), max(listed[total])) if total in listed else None)


def test_without_ends_parity_and_the_least_sum_are_enough_from_nine_values_on():
    """The proof by four squares, tried: wide ends stand for none."""
    for n, total in ((9, 4), (9, 0), (11, 5)):
        least = square_sums_between(total, n, None, None)
        assert least is not None
        for squares in range(least[0], least[0] + 80):
            parity = (squares - total) % 2 == 0
            assert whole_numbers_exist(n, total, squares) == parity
            assert whole_numbers_exist(n, total, squares, low=-11, high=12) == parity


def test_few_values_need_more_than_parity():
    """Two numbers with sum 4 have squares 8, 10, 16, 26 ...: 12 has the parity, and no pair."""
    possible = [q for q in range(8, 41) if whole_numbers_exist(2, 4, q)]
    assert possible == [8, 10, 16, 26, 40]


def test_the_published_impossible_deviation_is_found():
    """R package scrutiny, vignette "grimmer": mean 7.3, SD 2.51, n 12 is FALSE.

    By hand: the sum is 87 or 88. For SD 2.505 to 2.52 the sum of squares is 700 with the
    odd sum 87, or 715 with the even sum 88: the wrong parity both times.
    """
    (check,) = checks(PrintedFigures(paper("7.3", "2.51", 12)))
    assert (check.name, check.outcome) == ("grimmer", "impossible")
    assert check.claims == ("sd", "mean")
    assert check.statement == (
        "Whole numbers cannot have a mean of 7.3 and a standard deviation of 2.51 with "
        "n = 12: the nearest possible deviations are 2.498 and 2.527."
    )


def test_a_deviation_below_the_least_possible_is_found():
    """Ten whole numbers with mean 3.5 differ from it by a half each: at least 0.527."""
    assert outcomes(paper("3.50", "0.20", 10)) == ["impossible"]
    assert outcomes(paper("3.50", "0.53", 10)) == ["holds"]


def test_a_size_taken_from_the_group_only_makes_a_deviation_doubtful():
    """Missing values would explain it."""
    size = Claim(
        id="size",
        source="Table",
        sentence="n = 12",
        printed="12",
        kind="count",
        estimand="n",
        level="a",
    )
    assert outcomes([*paper("7.3", "2.51", None), size]) == ["doubtful"]


def test_a_deviation_divided_by_n_is_doubtful_and_says_so():
    """1, 2, 4, 6, 7: the squares about the mean of 4 are 26; 26/4 gives 2.55, 26/5 2.28."""
    assert outcomes(paper("4.0", "2.55", 5)) == ["holds"]
    (check,) = checks(PrintedFigures(paper("4.0", "2.28", 5)))
    assert check.outcome == "doubtful"
    assert "divided by n instead of n - 1" in check.harmless


def test_a_range_excludes_more():
    """0, 8 and two more that add up to 12 have SD 3.464, 3.559 or 3.830, listed by hand.

    They are 6 and 6, 5 and 7, 4 and 8. Other ends allow 3.742: 0, 5, 6, 9.
    """
    assert outcomes(paper("5.00", "3.56", 4, ends="0-8")) == ["holds"]
    assert outcomes(paper("5.00", "3.74", 4)) == ["holds"]
    (check,) = checks(PrintedFigures(paper("5.00", "3.74", 4, ends="0-8")))
    assert check.outcome == "impossible"
    assert check.claims == ("sd", "mean", "range")
    assert check.statement == (
        "Whole numbers from 0 to 8 cannot have a mean of 5.00 and a standard deviation of 3.74 "
        "with n = 4: the nearest possible deviations are 3.559 and 3.830."
    )


def test_where_the_mean_or_the_range_already_speaks_grimmer_is_silent():
    """One mistake gives one finding."""
    assert outcomes(paper("5.19", "1.21", 28)) == []
    assert outcomes(paper("2.0", "9.00", 5, ends="0-4")) == []
    assert outcomes(paper("2.0", "9", 500)) == []


@settings(deadline=None, max_examples=120, derandomize=True)
@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=34),
    st.sampled_from(sorted(ROUNDING)),
    st.integers(0, 3),
    st.sampled_from([("by 1", 1), ("0 to 12 by 1", 1), ("0 to 6 by 0.5", 2)]),
    st.booleans(),
)
def test_no_true_deviation_is_called_impossible_or_doubtful(
    values, rule, decimals, scale, with_range
):
    """A false alarm would cost the whole scorecard its trust."""
    unit = Decimal(1).scaleb(-decimals)
    text, per_unit = scale
    exact = Decimal(sum(values)) / Decimal(len(values) * per_unit)
    sd = sample_deviation(values, divisor=len(values) - 1, step=per_unit)
    ends = f"{min(values) / per_unit:g}-{max(values) / per_unit:g}" if with_range else ""
    claims = paper(
        str(exact.quantize(unit, rounding=ROUNDING[rule])),
        str(sd.quantize(unit, rounding=ROUNDING[rule])),
        len(values),
        scale=text,
        ends=ends,
    )
    assert set(outcomes(claims)) <= {"holds"}
