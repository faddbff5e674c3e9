"""What a statement stands for when it prints only parts of it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.arithmetic import ValueInterval, implied_value, names_in_value
from procohort.claims.claim import Claim
from procohort.claims.printed import RULES, read_printed


def claim(name, printed, kind="mean", **fields):
    return Claim(id=name, source="s", sentence=printed, printed=printed, kind=kind, **fields)


def by_id(*claims):
    return {each.id: each for each in claims}


def test_the_day_of_a_dose_follows_from_the_printed_gaps():
    """Two gaps of 14 days and one of 30 make day 58; a protocol's figures are not rounded."""
    gap = claim("gap", "14 days", "fixed")
    fourth = claim("fourth", "30 days", "fixed", value="2 * gap + fourth")
    found = implied_value(fourth, by_id(gap, fourth), "half_up")
    assert found == ValueInterval(Fraction(58), Fraction(58))
    other = claim("day", "63", "fixed")
    assert not found.overlaps(implied_value(other, by_id(other), "half_up"))


def test_a_rounded_figure_is_an_interval_and_a_count_is_not():
    """11.9 stands for 11.85 to 11.95; 44 patients are 44."""
    assert implied_value(claim("m", "11.9"), {}, "half_up") == ValueInterval(
        Fraction(1185, 100), Fraction(1195, 100), True, False
    )
    assert implied_value(claim("m", "11.9"), {}, "truncate").low == Fraction(119, 10)
    assert implied_value(claim("n", "44", "count"), {}, "half_up").high == 44
    assert implied_value(claim("n", "1,234", "count"), {}, "half_up").low == 1234


@pytest.mark.parametrize(
    ("value", "low", "high", "closed"),
    [
        ("a + b", "8", "10", (True, False)),
        ("a - b", "-6", "-4", (False, False)),
        ("-a", "-5/2", "-3/2", (False, True)),
        ("a * b", "39/4", "75/4", (True, False)),
        ("b / a", "13/5", "5", (False, False)),
        ("(a + b) / 2", "4", "5", (True, False)),
        ("0.1 * 3", "3/10", "3/10", (True, True)),
        ("0 * a", "0", "0", (True, True)),
    ],
)
def test_intervals_are_combined_with_their_open_ends(value, low, high, closed):
    """By hand: a is [1.5, 2.5), b is [6.5, 7.5); whether an end is reached decides a verdict."""
    claims = by_id(claim("a", "2"), claim("b", "7"))
    found = implied_value(claim("c", "9", value=value), claims, "half_up")
    assert (found.low, found.high) == (Fraction(low), Fraction(high))
    assert (found.low_closed, found.high_closed) == closed


@given(
    st.lists(st.integers(98, 9999), min_size=3, max_size=3),
    st.sampled_from(["a + b - c", "a * b / c", "(a - b) * c", "a / (b + c)", "-a * (b - c)"]),
    st.sampled_from(RULES),
)
@settings(deadline=None, max_examples=100, derandomize=True)
def test_the_true_value_always_lies_in_the_interval(numbers, value, rule):
    """No false contradiction: whatever the figures were before rounding, the result holds them."""
    true = {name: Fraction(number, 97) for name, number in zip("abc", numbers, strict=True)}
    figures = {}
    for name, number in true.items():
        whole = int(number * 10)
        near = [Fraction(whole + step, 10) for step in (0, 1)]
        shown = [f"{float(each):.1f}" for each in near]
        fits = [text for text in shown if rule in read_printed(text).rules_that_give(number)]
        figures[name] = claim(name, fits[0])
    found = implied_value(claim("v", "1", value=value), figures, rule)
    a, b, c = (true[name] for name in "abc")
    exact = {
        "a + b - c": lambda: a + b - c,
        "a * b / c": lambda: a * b / c,
        "(a - b) * c": lambda: (a - b) * c,
        "a / (b + c)": lambda: a / (b + c),
        "-a * (b - c)": lambda: -a * (b - c),
    }[value]()
    assert found.contains(exact)


def test_only_arithmetic_is_allowed():
    """A table of claims is data; nothing in it may run."""
    assert names_in_value("2 * (b + a) - a") == ("a", "b")
    for text, message in (
        ("a +", "cannot read"),
        ("a ** 2", "Pow is not allowed"),
        ("open('x')", "Call is not allowed"),
        ("a.b", "Attribute is not allowed"),
        ("'x'", "is not a number"),
        ("True", "is not a number"),
        ("a < b", "Compare is not allowed"),
    ):
        with pytest.raises(ValueError, match=message):
            names_in_value(text)


def test_what_cannot_be_worked_out_says_why():
    """A name without a figure and a division by nothing are mistakes of the table."""
    claims = by_id(claim("zero", "0.0"), claim("spread", "4-10", "range"))
    for value, message in (
        ("1 / zero", "divides by a figure that may stand for 0"),
        ("spread + 1", "kind range has no single figure"),
        ("other + 1", "no claim has the id 'other'"),
    ):
        with pytest.raises(ValueError, match=message):
            implied_value(claim("c", "1", value=value), claims, "half_up")


def test_intervals_that_only_touch_overlap_where_both_ends_belong():
    """[1, 2) and [2, 3) share nothing; [1, 2] and [2, 3) share 2."""
    one, two, three = map(Fraction, (1, 2, 3))
    assert not ValueInterval(one, two, True, False).overlaps(ValueInterval(two, three))
    assert ValueInterval(one, two).overlaps(ValueInterval(two, three, True, False))
