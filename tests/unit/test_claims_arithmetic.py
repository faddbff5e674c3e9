"""Printed figures that contradict each other."""

from decimal import Decimal

from procohort.claims.own_arithmetic import (
    denominators_that_fit,
    numerators_that_fit,
    percent_mistake,
    rules_for_fraction,
    sum_mistake,
)
from procohort.claims.printed import PrintedNumber


def percent(text: str) -> PrintedNumber:
    return PrintedNumber(Decimal(text), percent=True)


def test_449_of_458_is_not_98_3_percent_and_450_would_be():
    """The contradiction printed in the default study: by hand, 449/458 = 0.98035."""
    assert rules_for_fraction(percent("98.3"), 449, 458) == ()
    assert numerators_that_fit(percent("98.3"), 458) == (450,)
    assert denominators_that_fit(percent("98.3"), 449) == ()
    assert percent_mistake(percent("98.3"), 449, 458) == (
        "449/458 is 98.0%, not 98.3%, under any rounding rule; of 458, 450 would fit; "
        "with 449 as numerator, no denominator would fit."
    )


def test_a_sound_percentage_has_no_mistake():
    """5/458 = 1.0917 % is printed 1.1 % by rounding and would be 1.0 % by truncation."""
    assert percent_mistake(percent("1.1"), 5, 458) == ""
    assert rules_for_fraction(percent("1.0"), 5, 458) == ("truncate",)


def test_fitting_counts_agree_with_trying_every_one():
    """The search range must not lose a solution; brute force is the reference."""
    for text in ("0", "0.4", "50", "97.1", "100"):
        figure = percent(text)
        for total in (3, 44, 207):
            tried = tuple(k for k in range(total + 1) if rules_for_fraction(figure, k, total))
            assert numerators_that_fit(figure, total) == tried, (text, total)
    for text in ("33", "97.1", "100"):
        tried = tuple(
            n for n in range(1, 400) if n >= 30 and rules_for_fraction(percent(text), 30, n)
        )
        assert denominators_that_fit(percent(text), 30) == tried, text


def test_parts_may_fall_short_of_their_total_but_not_exceed_it():
    """A paper need not list every complication, but cannot list more than there were."""
    assert sum_mistake(5, [2]) == ""
    assert sum_mistake(5, [2, 3]) == ""
    assert sum_mistake(5, [2, 4]) == (
        "the printed parts (2 + 4 = 6) exceed their printed total of 5."
    )
