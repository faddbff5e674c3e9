"""Statements that exclude each other, and directions that the figures do not show."""

from __future__ import annotations

import pytest

from procohort.claims.claim import Claim
from procohort.claims.forensics import contradictions, directions
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures


def claim(id: str, printed: str, kind: str, **fields: object) -> Claim:
    told = {"source": "Results", "outcome": "age", "unit_of_analysis": "patient"} | fields
    return Claim(id=id, sentence=printed, printed=printed, kind=kind, **told)  # type: ignore[arg-type]


def compared(*claims: Claim) -> list[Check]:
    return list(contradictions.checks(PrintedFigures(claims)))


def directed(*claims: Claim) -> list[Check]:
    return list(directions.checks(PrintedFigures(claims)))


@pytest.mark.parametrize(
    ("kind", "first", "second", "outcome"),
    [
        ("mean", "61.4", "64.1", "impossible"),
        ("mean", "61.4", "61", "holds"),
        ("mean", "61.6", "61", "holds"),  # 61 by cutting off
        ("mean", "61.4", "61.5", "impossible"),
        ("percent", "98.3%", "98%", "holds"),
        ("count", "458", "459", "impossible"),
        ("count", "two", "2", "holds"),
        ("range", "18 to 79", "21-79", "impossible"),
        ("range", "18 to 79", "18.0 to 79.3", "holds"),
        ("quartiles", "25-50", "25-51", "impossible"),
        ("interval", "95% CI 1.2 to 3.4", "1.2-3.5", "impossible"),
        ("interval", "95% CI 1.2 to 3.4", "1.20-3.41", "holds"),
        ("frequency_class", "more than 1 in 10", "1-10%", "impossible"),
        ("frequency_class", "more than 1 in 10", ">10%", "holds"),
        ("test_statistic", "t(42) = 2.31", "t(42) = 2.3", "holds"),
        ("test_statistic", "t(42) = 2.31", "t(42) = 2.13", "impossible"),
    ],
)
def test_figures_of_one_text_exclude_each_other_when_no_rounding_joins_them(
    kind: str, first: str, second: str, outcome: str
) -> None:
    """Another number of digits is no contradiction, another value is."""
    (check,) = compared(claim("a", first, kind), claim("b", second, kind))
    assert (check.name, check.outcome, check.claims) == ("contradiction", outcome, ("a", "b"))


def test_sources_that_differ_are_doubtful_and_named() -> None:
    """Which of two texts is right is not decided here."""
    first = claim("a", "63", "fixed", source_file="guide", source="guide", unit="days")
    gap = claim("gap", "14", "fixed", source_file="page", source="page", outcome="gap")
    other = claim(
        "b", "30 days", "fixed", source_file="page", source="page", unit="days", value="2 * gap + b"
    )
    (check,) = compared(first, gap, other)
    assert check.outcome == "doubtful"
    assert check.statement == "The sources differ: 63 days (guide) against 58 days (page)."


def test_another_rounding_rule_in_another_text_is_a_harmless_explanation() -> None:
    """98.35 is 98.4 by rounding and 98.3 by cutting off."""
    first = claim("a", "98.3", "mean", source_file="x")
    (check,) = compared(first, claim("b", "98.4", "mean", source_file="y"))
    assert check.outcome == "doubtful"
    assert check.harmless.startswith("Rounding in one")


@pytest.mark.parametrize(
    "different",
    [
        {"outcome": "weight"},
        {"level": "a"},
        {"reference": "b"},
        {"estimand": "median"},
        {"unit": "months"},
        {"unit_of_analysis": "row"},
        {"analysis": "other"},
    ],
)
def test_statements_about_different_things_are_not_compared(different: dict[str, str]) -> None:
    """Every selector can set two statements apart."""
    assert compared(claim("a", "61", "mean"), claim("b", "64", "mean", **different)) == []


def test_sizes_of_different_studies_are_not_compared() -> None:
    """Several texts share one table of claims; 44 patients here are not 91 there."""
    first = claim("a", "44", "count", outcome="", level="all", estimand="n", source_file="x")
    other = claim("b", "91", "count", outcome="", level="all", estimand="n", source_file="y")
    assert compared(first, other) == []


def test_readings_of_one_study_do_not_contradict_each_other() -> None:
    """They are alternatives by design."""
    first = claim("a", "449", "count", reading="count")
    assert compared(first, claim("b", "450", "count", reading="percent")) == []


def test_p_values_that_differ_may_come_from_two_tests() -> None:
    """p < 0.01 and p = 0.03 cannot be one p value."""
    bound, value = claim("a", "p < 0.01", "p_bound"), claim("b", "p = 0.03", "p_value")
    (check,) = compared(bound, value)
    assert (check.outcome, "different tests" in check.harmless) == ("doubtful", True)
    (check,) = compared(bound, claim("b", "p = 0.003", "p_value"))
    assert check.outcome == "holds"


def test_opposite_directions_exclude_each_other_whichever_side_is_named_first() -> None:
    """A longer than B, and B longer than A."""
    first = claim("a", "longer", "direction", direction="higher", level="x", reference="y")
    swapped = claim("b", "longer", "direction", direction="higher", level="y", reference="x")
    agreeing = claim("c", "shorter", "direction", direction="lower", level="y", reference="x")
    assert [(c.outcome, c.claims) for c in compared(first, swapped, agreeing)] == [
        ("impossible", ("a", "b")),
        ("holds", ("a", "c")),
    ]


def stated(direction: str, **fields: object) -> Claim:
    told = {"group": "arm", "level": "x", "reference": "y", "direction": direction} | fields
    return claim("d", direction, "direction", **told)


def sides(first: str, second: str, kind: str = "mean") -> tuple[Claim, Claim]:
    return (
        claim("x", first, kind, group="arm", level="x"),
        claim("y", second, kind, group="arm", level="y"),
    )


@pytest.mark.parametrize(
    ("direction", "first", "second", "kind", "outcome"),
    [
        ("higher", "11.9", "10.3", "mean", "holds"),
        ("lower", "11.9", "10.3", "mean", "impossible"),
        ("lower", "11.9", "10.3", "median", "doubtful"),  # ranks can point the other way
        ("lower", "18.2%", "12.9%", "percent", "impossible"),
        ("higher", "11.9", "11.9", "mean", "holds"),  # too few digits to tell
        ("higher", "12", "12.3", "mean", "holds"),  # 12.4 is printed 12
        ("higher", "11", "12.3", "mean", "impossible"),
        ("differs", "11.9", "10.3", "mean", "holds"),
    ],
)
def test_a_direction_is_that_of_the_printed_figures(
    direction: str, first: str, second: str, kind: str, outcome: str
) -> None:
    """What a sentence says in words, its numbers must show."""
    (check,) = directed(stated(direction), *sides(first, second, kind))
    assert (check.name, check.outcome, check.claims) == ("direction", outcome, ("d", "x", "y"))


def test_a_direction_needs_one_figure_on_each_side() -> None:
    """With a mean on one side and a median on the other nothing follows."""
    x, _ = sides("11.9", "10.3")
    assert directed(stated("lower"), x) == []
    assert directed(stated("lower"), x, claim("m", "9", "median", group="arm", level="y")) == []


def test_a_correlation_has_the_stated_sign() -> None:
    """r = -0.31 is no positive correlation."""
    about = {"group": "steps", "level": "", "reference": "", "estimand": "spearman_rho"}
    effect = claim("r", "-0.31", "effect", group="steps", estimand="spearman_rho")
    (check,) = directed(stated("positive", **about), effect)
    assert check.outcome == "impossible"
    (check,) = directed(stated("negative", **about), effect)
    assert check.outcome == "holds"
