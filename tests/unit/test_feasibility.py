"""Which group sizes can stand behind printed percentages."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from procohort.claims.feasibility import (
    RULES,
    CountRange,
    Rule,
    feasible_two_group_counts,
    summarise_ranges,
)

ROUNDING = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
}


def printed(events: int, n: int, decimals: int, rule: Rule) -> Decimal:
    """Print a percentage as a paper would; 40 digits keep every tie of these sizes exact."""
    share = Fraction(100 * events, n)
    scaled = Decimal(share.numerator * 10**20 // share.denominator).scaleb(-20)
    if share * 10**20 != share.numerator * 10**20 // share.denominator:
        scaled += Decimal(1).scaleb(-25)  # not a tie: any digit beyond says so
    return scaled.quantize(Decimal(1).scaleb(-decimals), rounding=ROUNDING[rule])


def brute_force(
    n: int, total: int | None, whole: str | None, groups: tuple[str, str], rule: Rule
) -> set[tuple[int, int, int, int]]:
    def shows(events: int, size: int, text: str) -> bool:
        decimals = len(text.partition(".")[2])
        return printed(events, size, decimals, rule) == Decimal(text)

    return {
        (n1, e1, n - n1, e0)
        for n1 in range(1, n)
        for e1 in range(n1 + 1)
        for e0 in range(n - n1 + 1)
        if shows(e1, n1, groups[0])
        and shows(e0, n - n1, groups[1])
        and (total is None or e1 + e0 == total)
        and (whole is None or shows(e1 + e0, n, whole))
    }


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("n", "total", "whole", "groups"),
    [
        (30, 20, None, ("50", "75")),
        (30, None, "66.7", ("50.0", "75.0")),
        (24, None, "12", ("12", "13")),
        (24, None, "12.5", ("12", "13")),  # 12.5 % is a tie at no decimals
        (40, None, "2", ("2", "3")),  # 2.5 % is a tie whose even neighbour is 2
        (25, None, None, ("8.3", "7.7")),
        (16, 16, "100", ("100", "100")),
        (16, None, "0.0", ("0", "0.0")),
        (20, 10, "49", ("50", "50")),
    ],
)
def test_the_enumeration_equals_brute_force(
    n: int, total: int | None, whole: str | None, groups: tuple[str, str], rule: Rule
) -> None:
    """The intervals are solved in closed form: one off at a border would invent or lose a study."""
    found = feasible_two_group_counts(n, total, whole, groups, (rule,))
    assert {(c.n1, c.events1, c.n0, c.events0) for c in found} == brute_force(
        n, total, whole, groups, rule
    )
    assert found == sorted(found)


def test_nine_failures_fix_the_group_sizes_of_the_default_study() -> None:
    """By hand: 6/210 = 2.857 % to 6/204 = 2.941 %, and 458 minus that for three failures."""
    found = feasible_two_group_counts(458, 449, None, ("97.1", "98.8"))
    assert summarise_ranges(found) == [CountRange("half_up", 449, 6, 204, 210, 3, 248, 254, 7)]
    assert [(c.n1, c.n1 - c.events1) for c in found if len(c.rules) == 3] == [(207, 6), (208, 6)]


def test_eight_failures_fix_other_group_sizes() -> None:
    """98.3 % of 458 is 450, by rounding; no count gives 98.3 % by cutting off."""
    found = feasible_two_group_counts(458, None, "98.3%", ("97.1", "98.8"))
    assert summarise_ranges(found) == [CountRange("half_up", 450, 4, 136, 138, 4, 320, 322, 3)]
    assert summarise_ranges(found, "truncate") == []


def test_the_printed_count_and_percentage_contradict_each_other() -> None:
    """449/458 is 98.0 %: together the two figures have no solution under any rule."""
    assert feasible_two_group_counts(458, 449, "98.3", ("97.1", "98.8")) == []


def test_each_solution_names_the_rules_under_which_it_fits() -> None:
    """1 of 8 is 12.5 %: 13 by half up, 12 by half even and by cutting off."""
    found = feasible_two_group_counts(16, 1, None, ("13", "0"))
    assert [c.rules for c in found if c.n1 == 8] == [("half_up",)]
    found = feasible_two_group_counts(16, 1, None, ("12", "0"))
    assert [c.rules for c in found if c.n1 == 8] == [("half_even", "truncate")]


def test_ranges_of_rare_events_count_events() -> None:
    """The rare count is shown: complications themselves, but failures instead of successes."""
    found = feasible_two_group_counts(200, 5, None, ("4.0", "1.0"))
    assert summarise_ranges(found) == [CountRange("half_up", 5, 4, 99, 101, 1, 99, 101, 3)]


def test_thousands_of_rows_are_enumerated_without_rounding_error() -> None:
    """2500 of 5000 in equal halves: integer arithmetic, so the border counts are exact."""
    found = feasible_two_group_counts(5000, 2500, None, ("50.00", "50.00"), ("half_up",))
    assert found[0].n1 == 2
    assert all(
        abs(Fraction(c.events1, c.n1) - Fraction(1, 2)) <= Fraction(5, 100_000) for c in found
    )


@pytest.mark.parametrize("text", ["", "n/a", "101", "-1", "9 8", "NaN", "Infinity"])
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    """A slip in the specification must not look like 'no solution'."""
    with pytest.raises(ValueError, match="is not a percentage"):
        feasible_two_group_counts(10, 5, None, (text, "50"))


@pytest.mark.parametrize(
    ("n", "total", "rules", "message"),
    [
        (1, None, RULES, "n_total: 1"),
        (10, 11, RULES, "events_total: 11"),
        (10, 5, ("half_down",), "half_down unknown"),
    ],
)
def test_impossible_totals_are_refused(n: int, total: int | None, rules, message: str) -> None:
    """Each message names the argument and the value."""
    with pytest.raises(ValueError, match=message):
        feasible_two_group_counts(n, total, None, ("50", "50"), rules)


def test_decimal_commas_and_percent_signs_are_read() -> None:
    """Printed strings come as the paper has them."""
    plain = feasible_two_group_counts(458, 449, None, ("97.1", "98.8"))
    assert feasible_two_group_counts(458, 449, None, ("97,1 %", "98.8%")) == plain
