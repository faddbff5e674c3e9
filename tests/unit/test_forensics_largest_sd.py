"""The largest spread a printed p value allows for."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from procohort.claims.claim import Claim, read_claims
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.largest_sd import checks, even_split, largest_common_sd

PAPERS = Path(__file__).parents[1] / "papers"
quick = settings(deadline=None, max_examples=60, derandomize=True)


def claim(name: str, printed: str, kind: str, **more: object) -> Claim:
    described = {"outcome": "minutes", "group": "arm", "unit_of_analysis": "row", **more}
    return Claim(id=name, source="Table", sentence=printed, printed=printed, kind=kind, **described)


def paper(p: str = "p < 0.01", *, kind: str = "p_bound", centre: str = "mean") -> list[Claim]:
    return [
        claim("one", "11.9", centre, level="a", unit="min"),
        claim("other", "10.3", centre, level="b", unit="min"),
        claim("p", p, kind, level="a", reference="b"),
    ]


def total(n: int) -> Claim:
    return claim(
        "n", str(n), "count", level="all", group="", outcome="", estimand="n_rows", unit="visits"
    )


def only(claims: list[Claim]):
    (found,) = checks(PrintedFigures(claims))
    return found


@quick
@given(
    gap=st.floats(0.1, 50),
    n1=st.integers(2, 300),
    n0=st.integers(2, 300),
    p=st.floats(1e-5, 0.4),
)
def test_a_t_test_with_the_largest_sd_gives_just_that_p(gap, n1, n0, p):
    """The formula must be the inverse of the test it speaks of (scipy.stats as reference)."""
    sd = largest_common_sd(gap, n1, n0, p)
    found = stats.ttest_ind_from_stats(gap, sd, n1, 0.0, sd, n0, equal_var=True).pvalue
    assert found == pytest.approx(p, rel=1e-6)
    wider = stats.ttest_ind_from_stats(gap, 1.01 * sd, n1, 0.0, 1.01 * sd, n0, equal_var=True)
    assert wider.pvalue > p


@pytest.mark.parametrize("n", [3, 4, 7, 20, 61])
def test_the_even_split_allows_for_the_largest_spread(n):
    """With only a total printed, the limit must hold for every split of it."""
    found = largest_common_sd(2.0, *even_split(n), 0.01)
    assert found == max(largest_common_sd(2.0, k, n - k, 0.01) for k in range(1, n))


@pytest.mark.parametrize("args", [(0, 5, 0.01), (1, 1, 0.01), (5, 5, 0.0), (5, 5, 1.0)])
def test_a_spread_that_no_test_gives_is_refused(args):
    """No degrees of freedom or a p of 0 or 1 has no largest spread."""
    with pytest.raises(ValueError, match="two sides"):
        largest_common_sd(1.0, *args)


def test_the_sentence_names_the_limit_and_what_it_assumes():
    """458 rows, means 11.9 and 10.3: 1.7 / (2.5867 sqrt(2 / 229)) = 7.033, by hand."""
    found = only([*paper(), total(458)])
    assert found.outcome == "implies"
    assert found.detail["largest_sd"] == pytest.approx(
        1.7 / (stats.t.isf(0.005, 456) * math.sqrt(2 / 229)), rel=1e-5
    )
    assert found.statement == (
        "p < 0.01 with means 11.9 and 10.3 needs a common standard deviation of at most 7.1 min "
        "if the 458 visits were independent and evenly split (less with another split); with all "
        "visits of a patient on one side, an intraclass correlation makes it smaller."
    )


def test_centres_are_called_means_only_by_assumption():
    """A text that does not say mean or median must not be made to."""
    assert "with 11.9 and 10.3 as means" in only([*paper(centre="centre"), total(458)]).statement


def test_printed_sizes_go_before_the_total():
    """A split of 40 to 418 allows for less than the even one."""
    claims = [
        claim("one", "11.9", "mean", level="a", n=40),
        claim("other", "10.3", "mean", level="b", n=418),
        *paper()[2:],
        total(458),
    ]
    found = only(claims)
    assert (found.detail["n_one"], found.detail["sizes"]) == (40, "printed")
    assert found.detail["largest_sd"] < only([*paper(), total(458)]).detail["largest_sd"]


def test_one_printed_size_is_not_taken_from_the_total():
    """Visits of the same patients do not add up to a total."""
    claims = [claim("one", "11.9", "mean", level="a", n=91), *paper()[1:], total(105)]
    assert not list(checks(PrintedFigures(claims)))


@pytest.mark.parametrize(
    "claims",
    [
        paper(),  # no size
        [*paper(centre="median"), total(458)],
        [*paper("p > 0.05"), total(458)],
        [*paper("p = 0.8", kind="p_value"), total(458)],
        [*paper()[:2], claim("p", "p < 0.01", "p_bound", level="a"), total(458)],
        [
            *paper()[:2],
            claim("p", "p < 0.01", "p_bound", level="a", reference="b", method="mann_whitney"),
            total(458),
        ],
    ],
)
def test_nothing_is_said_where_a_t_test_has_nothing_to_say(claims):
    """No size, medians, a p that is no upper bound, no reference, or another test."""
    assert not list(checks(PrintedFigures(claims)))


def test_patients_are_taken_as_independent_without_a_remark():
    """Intraclass correlation is about several values of one patient."""
    claims = [
        claim("one", "11.9", "mean", level="a", n=20, unit_of_analysis="patient"),
        claim("other", "10.3", "mean", level="b", n=20, unit_of_analysis="patient"),
        claim("p", "p < 0.01", "p_bound", level="a", reference="b", unit_of_analysis="patient"),
    ]
    assert only(claims).statement.endswith("if the 20 and 20 patients were independent.")


def test_a_written_limit_is_never_rounded_down():
    """A limit of 7.0 would leave out standard deviations that fit."""
    found = only([*paper(), total(458)])
    assert found.detail["largest_sd"] > 7.0
    assert "at most 7.1 min" in found.statement


def test_printed_deviations_above_the_limit_are_doubtful():
    """A paper of its own, with the defect and without it."""
    found = only(read_claims(PAPERS / "largest_sd_exceeded.csv"))
    assert found.outcome == "doubtful"
    assert found.statement.endswith("Printed are 6.8 and 7.3.")
    assert "ranks" in found.harmless
    clean = only(read_claims(PAPERS / "clean_largest_sd.csv"))
    assert (clean.outcome, clean.harmless) == ("implies", "")


def test_a_p_that_welch_gives_is_not_doubted_for_its_common_deviation():
    """A small group of little spread: Welch's p is far below Student's (scipy.stats)."""
    figures = (13.0, 2.0, 12, 9.0, 20.0, 150)
    welch, student = (
        stats.ttest_ind_from_stats(*figures, equal_var=equal).pvalue for equal in (False, True)
    )
    assert welch < 0.05 < student
    claims = [
        claim("m1", "13.0", "mean", level="a", n=12),
        claim("s1", "2.0", "sd", level="a", n=12),
        claim("m0", "9.0", "mean", level="b", n=150),
        claim("s0", "20.0", "sd", level="b", n=150),
    ]
    p = claim("p", f"p = {welch:.3f}", "p_value", level="a", reference="b")
    assert only([*claims, p]).outcome == "implies"
    p = claim("p", "p < 0.001", "p_bound", level="a", reference="b")
    assert only([*claims, p]).outcome == "doubtful"


def test_a_very_small_p_still_has_a_largest_sd():
    """1 - p/2 is 1 in double precision below 1e-16, and its quantile infinite."""
    sd = largest_common_sd(10.0, 200, 200, 1e-20)
    found = stats.ttest_ind_from_stats(10.0, sd, 200, 0.0, sd, 200, equal_var=True).pvalue
    assert found == pytest.approx(1e-20, rel=1e-6)
