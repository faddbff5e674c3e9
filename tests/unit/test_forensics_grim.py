"""GRIM: means of so many values in equal steps."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.claim import Claim
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.grid import Grid
from procohort.claims.forensics.grim import can_discriminate, checks, sizes_that_fit
from procohort.claims.printed import PrintedNumber

WHOLE = Grid(Fraction(0), Fraction(1))
ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}


def figure(text: str) -> PrintedNumber:
    return PrintedNumber(Decimal(text))


def mean(printed: str, n: int | None, scale: str = "by 1") -> Claim:
    return Claim(
        id="score",
        source="Table",
        sentence=f"mean {printed}",
        printed=printed,
        kind="mean",
        n=n,
        scale=scale,
        outcome="score",
        level="a",
    )


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


@pytest.mark.parametrize(
    ("printed", "n"),
    [
        ("5.19", 28),  # 145/28 = 5.179, 146/28 = 5.214
        ("5.19", 40),  # 207/40 = 5.175, 208/40 = 5.200
        ("3.45", 21),  # 72/21 = 3.429, 73/21 = 3.476
    ],
)
def test_means_that_no_sum_gives_are_impossible(printed, n):
    """The two nearest sums, by hand."""
    (check,) = checks(PrintedFigures([mean(printed, n)]))
    assert (check.name, check.outcome, check.claims) == ("grim", "impossible", ("score",))


@pytest.mark.parametrize(
    ("printed", "n"),
    [
        ("5.93", 49),  # the authors' example in The Economist, 18 June 2016: 291/49 = 5.939
        ("5.27", 43),  # R package scrutiny, vignette "grim", FALSE: 227/43 = 5.279
    ],
)
def test_published_examples_fit_only_if_digits_were_cut_off(printed, n):
    """The test's authors only round; a figure that truncation gives is not impossible."""
    assert not WHOLE.sums(figure(printed), n, "half_up")
    assert not WHOLE.sums(figure(printed), n, "half_even")
    (check,) = checks(PrintedFigures([mean(printed, n)]))
    assert check.outcome == "holds"
    assert "cut off, not rounded" in check.harmless


def test_the_sentence_names_the_nearest_sums_and_the_sizes_that_fit():
    """A reader must be able to check it with pencil and paper."""
    (check,) = checks(PrintedFigures([mean("5.19", 28)]))
    assert check.statement == (
        "28 whole numbers cannot have a mean of 5.19: the nearest sums, 145 and 146, give "
        "5.179 and 5.214; a mean of n = 26, 27, 31 or 32 could."
    )
    assert check.harmless != ""


def test_a_size_taken_from_the_group_only_makes_a_mean_doubtful():
    """Two missing values are the usual reason, and no mistake."""
    (check,) = checks(PrintedFigures([mean("5.19", None), size(28)]))
    assert check.outcome == "doubtful"
    assert "Missing values" in check.harmless


@pytest.mark.parametrize("claim", [mean("5.19", 100), mean("5.2", 28), mean("5.19", 28, "")])
def test_digits_that_exclude_nothing_give_no_check(claim):
    """100 whole numbers can have any mean with two decimals: silence is not agreement."""
    assert list(checks(PrintedFigures([claim]))) == []


def test_finer_steps_allow_more_means():
    """A score averaged over two items moves in halves: 145.5 / 28 = 5.196, 145.25 does not."""
    halves = Grid(Fraction(0), Fraction(1, 2))
    assert can_discriminate(figure("5.19"), 49, halves)
    assert not can_discriminate(figure("5.19"), 50, halves)
    assert halves.sums(figure("5.20"), 28) == [291]
    assert WHOLE.sums(figure("5.20"), 28) == []


def test_sizes_that_fit_agree_with_trying_every_sum():
    """Brute force over all sums is the reference."""
    for text in ("0.33", "3.45", "12.08"):
        tried = tuple(
            n
            for n in range(1, 61)
            if any(figure(text).rules_that_give(Fraction(k, n)) for k in range(13 * n + 1))
        )
        assert sizes_that_fit(figure(text), WHOLE, 60) == tried


@settings(deadline=None, max_examples=80, derandomize=True)
@given(
    st.lists(st.integers(-5, 40), min_size=1, max_size=60),
    st.sampled_from(sorted(ROUNDING)),
    st.integers(0, 3),
    st.sampled_from([("by 1", 1), ("by 0.5", 2), ("-5 to 40 by 0.2", 5)]),
)
def test_no_true_mean_is_called_impossible(values, rule, decimals, scale):
    """A false alarm would cost the whole scorecard its trust."""
    exact = Decimal(sum(values)) / Decimal(len(values) * scale[1])
    printed = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUNDING[rule])
    text = f"{abs(printed)}" if printed == 0 else f"{printed}"
    found = checks(PrintedFigures([mean(text, len(values), scale[0])]))
    assert all(check.outcome == "holds" for check in found)
