"""Parts against their total, and groups against the whole."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest

from procohort.claims.claim import Claim
from procohort.claims.forensics import sums, weighted
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures
from procohort.claims.printed import RULES, PrintedNumber, RoundingRule


def claim(id: str, printed: str, kind: str, **fields: object) -> Claim:
    told = {"level": "all", "unit_of_analysis": "patient"} | fields
    return Claim(id=id, source="Results", sentence=printed, printed=printed, kind=kind, **told)  # type: ignore[arg-type]


def arm(level: str, printed: str, kind: str = "count", **fields: object) -> Claim:
    told = {"group": "arm", "level": level, "part_of": "all"} | fields
    return claim(level, printed, kind, **told)


def found(*claims: Claim) -> list[Check]:
    figures = PrintedFigures(claims)
    return [*sums.checks(figures), *weighted.checks(figures)]


def test_levels_that_exceed_their_total_are_impossible() -> None:
    """Nobody is in two arms: 58 + 64 cannot be 120."""
    (check,) = found(claim("all", "120", "count"), arm("a", "58"), arm("b", "64"))
    assert (check.outcome, check.claims) == ("impossible", ("all", "a", "b"))
    assert check.statement == "The printed parts (58 + 64 = 122) exceed their printed total of 120."


def test_outcomes_that_exceed_their_total_may_overlap() -> None:
    """One patient can have pain and a bleeding; but no part alone exceeds the whole."""
    whole = claim("all", "5", "count", outcome="complication")
    pain = claim("pain", "4", "count", outcome="pain", part_of="all")
    (check,) = found(whole, pain, claim("b", "2", "count", outcome="bleeding", part_of="all"))
    assert check.outcome == "doubtful"
    assert "overlap" in check.harmless
    (check,) = found(whole, pain, claim("b", "6", "count", outcome="bleeding", part_of="all"))
    assert check.outcome == "impossible"


def test_parts_that_add_up_or_fall_short_hold() -> None:
    """A paper need not list every part; what is missing is told."""
    (check,) = found(claim("all", "128", "count"), arm("a", "63"), arm("b", "65"))
    assert check.statement == "The printed parts add up to their total (63 + 65 = 128)."
    (check,) = found(claim("all", "128", "count"), arm("a", "63"), arm("b", "60"))
    assert (check.outcome, "leave 5 of 128 unnamed" in check.statement) == ("holds", True)


def test_the_same_whole_may_be_divided_in_two_ways_and_named_twice() -> None:
    """Arms and sexes of the same 128; adding all of them would be a false alarm."""
    men = claim("m", "70", "count", group="sex", level="m", part_of="all")
    women = claim("f", "58", "count", group="sex", level="f", part_of="all")
    again = arm("a", "63")
    twice = Claim(**{name: getattr(again, name) for name in again.__slots__} | {"id": "a2"})
    checks = found(claim("all", "128", "count"), again, twice, arm("b", "65"), men, women)
    assert [check.outcome for check in checks] == ["holds", "holds"]
    assert [check.detail["sum"] for check in checks] == [128, 128]


def test_rows_are_not_added_to_patients() -> None:
    """20 injections are no part of 18 patients."""
    rows = claim("rows", "20", "count", outcome="x", part_of="all", unit_of_analysis="row")
    assert found(claim("all", "18", "count"), rows) == []


@pytest.mark.parametrize(
    ("parts", "outcome", "word"),
    [
        (("45%", "38%", "21%"), "impossible", "exceed 100%"),
        (("33%", "33%", "33%"), "holds", "add up to 100%"),  # three times 33.33 %
        (("34%", "34%", "33%"), "holds", "add up to 100%"),  # 33.5 + 33.5 + 33 = 100
        (("45%", "38%", "11%"), "holds", "fall short"),
        (("34%", "34%", "34%"), "impossible", "exceed"),  # at least 33.5 each
    ],
)
def test_shares_add_up_to_100_within_rounding(
    parts: tuple[str, ...], outcome: str, word: str
) -> None:
    """The lowest values that round to the shares decide, not the printed sum."""
    listed = [
        claim(f"c{i}", text, "percent", outcome="way", reference=str(i), part_of="all")
        for i, text in enumerate(parts)
    ]
    (check,) = found(claim("all", "200", "count"), *listed)
    assert (check.outcome, word in check.statement) == (outcome, True)


def mean(id: str, printed: str, kind: str = "mean", **fields: object) -> Claim:
    return claim(id, printed, kind, outcome="stay", **fields)


def of_arm(level: str, printed: str, kind: str = "mean", **fields: object) -> Claim:
    return arm(level, printed, kind, outcome="stay", **fields)


def test_groups_of_known_size_give_the_overall_mean() -> None:
    """(30 * 7.4 + 10 * 6.0) / 40 = 7.05, and the groups' rounding moves it by 0.05 at most."""
    groups = [of_arm("a", "7.4", n=30), of_arm("b", "6.0", n=10)]
    for printed, outcome in (("7.0", "holds"), ("7.1", "holds"), ("7.2", "impossible")):
        (check,) = found(mean("all", printed, n=40), *groups)
        assert (check.name, check.outcome) == ("weighted_mean", outcome), printed
        assert "7.05 overall" in check.statement


def test_groups_that_are_not_the_whole_are_not_weighted() -> None:
    """30 + 10 of 50: ten values lie elsewhere, and 6.5 is between 6.0 and 7.4."""
    groups = [of_arm("a", "7.4", n=30), of_arm("b", "6.0", n=10)]
    (check,) = found(mean("all", "6.5", n=50), *groups)
    assert check.outcome == "implies"


def test_sizes_of_whole_groups_only_make_doubt() -> None:
    """A value may be missing in one of the groups."""
    sizes = [arm("a", "30", estimand="n_patients"), arm("b", "10", estimand="n_patients")]
    sizes = [
        Claim(**{name: getattr(size, name) for name in size.__slots__} | {"id": f"n{size.id}"})
        for size in sizes
    ]
    total = claim("n", "40", "count", estimand="n_patients")
    whole = mean("all", "6.5")
    checks = found(total, *sizes, whole, of_arm("a", "7.4"), of_arm("b", "6.0"))
    assert [(c.name, c.outcome) for c in checks] == [("weighted_mean", "doubtful")]


def test_percentages_of_known_groups_are_checked_by_whole_numbers() -> None:
    """25 % of 20 is 5 and 10.7 % of 28 is 3: 8/48 = 16.67 %, whatever the intervals allow."""
    groups = [of_arm("a", "25%", "percent", n=20), of_arm("b", "10.7%", "percent", n=28)]
    (check,) = found(mean("all", "16.7%", "percent", n=48), *groups)
    assert check.outcome == "holds"
    (check,) = found(mean("all", "16.9%", "percent", n=48), *groups)
    assert check.outcome == "impossible"


def test_without_sizes_the_whole_lies_between_its_groups() -> None:
    """12.8 is above both 10.1 and 11.9; a third group would explain it."""
    (check,) = found(mean("all", "12.8"), of_arm("a", "10.1"), of_arm("b", "11.9"))
    assert check.outcome == "doubtful"
    (check,) = found(mean("all", "12"), of_arm("a", "10.1"), of_arm("b", "11.9"))
    assert check.outcome in ("holds", "implies")  # 11.9 is printed 12 without decimals


def test_the_place_between_two_groups_tells_their_shares() -> None:
    """98.3 % from 97.1 and 98.8: by hand (98.8 - 98.3) / 1.7 = 29 %, 23.5 to 35.3 by rounding."""
    groups = [of_arm("a", "97.1%", "percent"), of_arm("b", "98.8%", "percent")]
    (check,) = found(mean("all", "98.3%", "percent", denominator=458), *groups)
    assert check.outcome == "implies"
    assert (check.detail["n_low"], check.detail["n_high"]) == (108, 161)
    assert "23.5% to 35.3%" in check.statement


@pytest.mark.parametrize("rule", RULES)
def test_the_share_of_the_first_group_agrees_with_a_grid(rule: RoundingRule) -> None:
    """The two linear limits against trying the corners of the box at many shares."""
    texts = ("5.0", "5.2", "6", "5.05", "0", "-1.0")
    for first, second, whole in itertools.product(texts, texts, texts):
        printed = [PrintedNumber(Decimal(first)), PrintedNumber(Decimal(second))]
        figure = PrintedNumber(Decimal(whole))
        ends = [(Fraction(i.low), Fraction(i.high)) for i in (f.interval(rule) for f in printed)]
        box = figure.interval(rule)
        possible = [
            share
            for share in (Fraction(i, 60) for i in range(61))
            if share * ends[0][0] + (1 - share) * ends[1][0] <= Fraction(box.high)
            and share * ends[0][1] + (1 - share) * ends[1][1] >= Fraction(box.low)
        ]
        limits = weighted.first_share(figure, printed, rule)
        if limits is None:
            assert possible == []
        else:
            inside = [
                Fraction(i, 60) for i in range(61) if limits[0] <= Fraction(i, 60) <= limits[1]
            ]
            assert possible == inside
