"""Percentages against counts that are printed beside them, elsewhere, or not at all."""

from __future__ import annotations

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.forensics.percentages import checks


def claim(id: str, printed: str, kind: str = "percent", **fields: object) -> Claim:
    told = {"outcome": "healed", "level": "all", "unit_of_analysis": "patient"} | fields
    return Claim(id=id, source="Results", sentence=printed, printed=printed, kind=kind, **told)  # type: ignore[arg-type]


def size(n: int, **fields: object) -> Claim:
    return claim(f"size_{n}", str(n), "count", outcome="", estimand="n_patients", **fields)


def found(*claims: Claim) -> list[Check]:
    return list(checks(PrintedFigures(claims)))


def test_a_percentage_that_its_own_fraction_does_not_give_is_impossible() -> None:
    """449/458 = 98.03 %; the percentage alone is named, the count is not put in doubt."""
    (check,) = found(claim("p", "98.3%", numerator=449, denominator=458))
    assert (check.name, check.outcome, check.claims) == ("percent_of_count", "impossible", ("p",))
    assert check.statement == (
        "449/458 is 98.0%, not 98.3%, under any rounding rule; of 458, 450 would fit; "
        "with 449 as numerator, no denominator would fit."
    )
    assert check.harmless.startswith("A count of 450, one away, would fit")


def test_every_rounding_rule_is_a_good_reason_to_print_a_figure() -> None:
    """1/8 = 12.5 % is a tie; 2/3 = 66.67 % is 66 only when digits are cut off."""
    said = {}
    for text, k, n in (("13%", 1, 8), ("12%", 1, 8), ("67%", 2, 3), ("66%", 2, 3)):
        (check,) = found(claim("p", text, numerator=k, denominator=n))
        assert check.outcome == "holds"
        said[text] = (check.detail["rules"], check.statement)
    assert said["13%"][0] == "half_up"
    assert said["12%"][0] == "half_even truncate"
    assert said["67%"] == ("half_up half_even", "2/3 is 67%, as printed.")
    assert "cut off" in said["66%"][1]


def test_a_total_printed_elsewhere_is_the_likeliest_explanation() -> None:
    """20/61 = 32.8 % of those seen again, printed with the 64 who began."""
    (check,) = found(claim("p", "32.8%", numerator=20, denominator=64), size(61))
    assert check.outcome == "impossible"
    assert check.harmless.startswith("20 of 61, a total printed elsewhere in the text")


def test_one_missing_value_is_offered_as_an_explanation() -> None:
    """5/23 = 21.7 %, 5/24 = 20.8 %."""
    (check,) = found(claim("p", "21.7%", numerator=5, denominator=24))
    assert check.harmless.startswith("A total of 23, one away, would fit")


def test_a_count_printed_elsewhere_makes_doubt_not_impossibility() -> None:
    """That the count and the percentage belong together is the reader's reading."""
    count = claim("k", "14", "count")
    (check,) = found(size(60), count, claim("p", "25%"))
    assert (check.name, check.outcome) == ("percent_of_count", "doubtful")
    assert check.claims == ("p", "k")
    (check,) = found(size(60), count, claim("p", "23.3%"))
    assert (check.outcome, check.statement) == ("holds", "14/60 is 23.3%, as printed.")


def test_a_count_without_a_total_tells_the_total() -> None:
    """14 printed as 23.3 %: by hand 14/0.2335 = 59.96 and 14/0.2325 = 60.2; cut off, 60.09."""
    (check,) = found(claim("k", "14", "count"), claim("p", "23.3%"))
    assert (check.name, check.outcome) == ("possible_counts", "implies")
    assert check.statement == "A count of 14 printed as 23.3% means a total of 60."


def test_a_share_near_nothing_tells_no_total() -> None:
    """1 printed as 0.1 % can be 1 of hundreds or of thousands."""
    assert found(claim("k", "1", "count"), claim("p", "0.1%")) == []
    assert found(claim("k", "900", "count"), claim("p", "0.3%")) == []


def test_a_percentage_of_a_known_total_tells_the_count() -> None:
    """86 % of 50 is 43; 45 % of 200 is 89 (44.5 %) to 91 (cut off from 45.5 %)."""
    (check,) = found(size(50), claim("p", "86%"))
    assert (check.outcome, check.statement) == ("implies", "86% of 50 means a count of 43.")
    (check,) = found(claim("p", "45%", denominator=200))
    assert check.statement == "45% of 200 means a count between 89 and 91."


def test_94_8_percent_of_140_needs_a_smaller_total() -> None:
    """132/140 = 94.29 and 133/140 = 95.0; 130/137 = 94.89 (cut off), 128/135 = 94.81."""
    (check,) = found(size(140), claim("p", "94.8%"))
    assert (check.name, check.outcome) == ("possible_counts", "doubtful")
    assert "137 (a count of 130), 136 (a count of 129), 135 (a count of 128)" in check.statement
    assert "may not have been assessed" in check.harmless


def test_the_nearest_totals_are_larger_where_none_is_smaller() -> None:
    """47 % needs at least 15: by trying, 7/15 = 46.7 %."""
    (check,) = found(size(12), claim("p", "47%"))
    assert "of larger totals, 15 (a count of 7)" in check.statement


def test_what_is_no_share_of_a_total_is_left_alone() -> None:
    """A change in percent, or the mean of percentages, has no count behind it."""
    assert found(size(12), claim("p", "47%", estimand="relative_change")) == []
    assert found(size(12), claim("p", "147%")) == []
    assert found(claim("p", "47%")) == []
    assert found(size(12), claim("p", "47%", level="other")) == []
