"""Printed figures: reading them, and the values they may stand for."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.printed import (
    RULES,
    PrintedNumber,
    digits_for_words,
    exact,
    find_printed,
    read_printed,
    round_half_up,
)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "percent", "comparator"),
    [
        ("98.3%", "98.3", 1, True, ""),
        ("98,3 %", "98.3", 1, True, ""),
        ("97 per cent", "97", 0, True, ""),
        ("14.0", "14.0", 1, False, ""),
        ("11.9 min", "11.9", 1, False, ""),
        ("0·05", "0.05", 2, False, ""),
        (".002", "0.002", 3, False, ""),
        ("−1.5", "-1.5", 1, False, ""),  # noqa: RUF001
        ("p < 0.01", "0.01", 2, False, "<"),
        ("p \u202f<\u20090.01", "0.01", 2, False, "<"),
        ("P less than 0.0001", "0.0001", 4, False, "<"),
        ("P = 0.002", "0.002", 3, False, ""),
        ("\u20101.5", "-1.5", 1, False, ""),
        ("26.1 kg/m2", "26.1", 1, False, ""),
        ("≤ 5", "5", 0, False, "<="),
        (">20", "20", 0, False, ">"),
        ("two", "2", 0, False, ""),
        ("1,234.5", "1234.5", 1, False, ""),
        ("1.234,5", "1234.5", 1, False, ""),
        ("1\u202f234\u202f567", "1234567", 0, False, ""),
    ],
)
def test_a_figure_keeps_its_decimals_and_its_sign(text, value, decimals, percent, comparator):
    """Papers print the same figure in many ways; losing a decimal would widen the interval."""
    figure = read_printed(text)
    assert figure.value == Decimal(value)
    assert (figure.decimals, figure.percent, figure.comparator) == (decimals, percent, comparator)


def test_a_comma_before_three_digits_groups_thousands_in_a_count_only():
    """1,234 patients are many; 1,234 mSv in a German table is little more than one."""
    assert read_printed("1,234", grouped=True).value == 1234
    assert read_printed("1,234").value == Decimal("1.234")


@pytest.mark.parametrize("text", ["", "longer", "11.9 vs. 10.3", "5 mm 3", "n/a", "%"])
def test_a_text_that_is_not_one_figure_is_refused(text):
    """A claim that cannot be read must not be judged."""
    with pytest.raises(ValueError, match="is not a printed figure"):
        read_printed(text)


@pytest.mark.parametrize(
    ("printed", "value", "rules"),
    [
        # Ties: away from zero, to the even digit, dropped.
        ("98.3", "98.25", ("half_up",)),
        ("98.2", "98.25", ("half_even", "truncate")),
        ("98.4", "98.35", ("half_up", "half_even")),
        ("98.3", "98.35", ("truncate",)),
        ("-0.3", "-0.25", ("half_up",)),
        ("-0.2", "-0.25", ("half_even", "truncate")),
        ("0.0", "0.05", ("half_even", "truncate")),
        ("0.0", "-0.09", ("truncate",)),
        ("98.3", "98.3", RULES),
        ("98.3", "98.24", ()),
    ],
)
def test_each_rounding_rule_closes_its_interval_where_it_should(printed, value, rules):
    """Whether an edge belongs to the interval decides verdicts on small denominators."""
    assert PrintedNumber(Decimal(printed)).rules_that_give(Fraction(value)) == rules


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_every_value_lies_in_the_interval_of_its_own_rounding(numerator, decimals):
    """Writing a value and reading it back may never turn an agreement into a difference."""
    value = Fraction(numerator, 1013)
    figure = PrintedNumber(Decimal(round_half_up(value, decimals)))
    assert "half_up" in figure.rules_that_give(value) or figure.value == 0
    assert figure.interval("half_up").contains(value)


def test_binary_noise_does_not_push_a_mean_out_of_its_interval():
    """0.1 + 0.2 style noise below 11.85 would otherwise print as 11.8."""
    noisy = 11.849999999999998
    assert read_printed("11.9").rules_that_give(exact(noisy)) == ("half_up",)
    assert not read_printed("11.9").rules_that_give(exact(11.849))


def test_a_bound_is_strict_where_the_sign_is():
    """p = 0.01 is not p < 0.01."""
    assert not read_printed("p < 0.01").holds_for(Fraction("0.01"))
    assert read_printed("p ≤ 0.01").holds_for(Fraction("0.01"))
    assert read_printed("p > 0.05").holds_for(Fraction("0.2"))


def test_separators_that_contradict_each_other_are_refused():
    """1,2.3,4 is a slip of the pen; it must end in a message, not in a traceback."""
    with pytest.raises(ValueError, match="separators contradict"):
        read_printed("1,2.3,4")


def test_words_for_numbers_become_digits_where_they_stand_alone():
    """'Someone' and 'often' hold number words and are none."""
    assert digits_for_words("One in ten, someone often") == "1 in 10, someone often"


def test_a_figure_is_found_only_where_it_stands_alone():
    """Highlighting the 5 of 458 would mislead the reader of the scorecard."""
    sentence = "Complications occurred in 1.5% (5/458)."
    assert find_printed(sentence, "5") == (32, 33)
    assert sentence[slice(*find_printed(sentence, "1.5%"))] == "1.5%"
    assert find_printed(sentence, "45") is None
    assert find_printed(sentence, "98%") is None
