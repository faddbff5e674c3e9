"""Invented papers with one defect each, and sound ones: what the checks must say, and no more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.claim import Claim, read_claims
from procohort.claims.forensics.examine import examine
from procohort.claims.forensics.names import CHECKS
from procohort.claims.printed import RULES, RoundingRule

PAPERS = sorted((Path(__file__).parents[1] / "papers").glob("*.csv"))
FAILING = ("impossible", "doubtful")
ROUNDING = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
}


def failing_check(name: str) -> set[str]:
    """Return what the name of a paper says: the check that fails, or none in a clean paper."""
    if "clean" in name.split("_"):
        return set()
    fits = [check for check in CHECKS if name == check or name.startswith(f"{check}_")]
    assert fits, f"{name}.csv: the name must begin with a check, or say 'clean'"
    return {max(fits, key=len)}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_a_paper_fails_in_the_check_of_its_name_and_in_no_other(path: Path) -> None:
    """A defect that is missed, and an alarm beside it, are both seen here."""
    found = examine(read_claims(path))
    assert found, "a paper without any check tests nothing"
    assert {check.name for check in found if check.outcome in FAILING} == failing_check(path.stem)


def test_every_check_has_a_paper_in_which_it_fails() -> None:
    """A check without a paper could fall silent unnoticed."""
    assert set().union(*(failing_check(path.stem) for path in PAPERS)) == set(CHECKS)


def written(value: Fraction | Decimal, decimals: int, rule: RoundingRule) -> str:
    """Write a value as a paper would, with 60 digits before rounding so that ties stay ties."""
    with localcontext() as context:
        context.prec = 60
        exact = (
            Decimal(value.numerator) / Decimal(value.denominator)
            if isinstance(value, Fraction)
            else value
        )
        return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUNDING[rule]))


def mean_of(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def sd_of(values: Sequence[int]) -> Decimal:
    squares = sum((value - mean_of(values)) ** 2 for value in values) / (len(values) - 1)
    with localcontext() as context:
        context.prec = 60
        return (Decimal(squares.numerator) / Decimal(squares.denominator)).sqrt()


class Paper:
    """A paper written from a table of integers, everything by one rounding rule."""

    def __init__(self, rule: RoundingRule, decimals: int) -> None:
        self.rule, self.decimals = rule, decimals
        self.claims: list[Claim] = []

    def say(self, name: str, printed: str, kind: str, **fields: object) -> None:
        """Add one claim."""
        told = {"outcome": "score", "unit_of_analysis": "patient"} | fields
        self.claims.append(
            Claim(
                id=name,
                source="Results",
                sentence=f"{printed}.",
                printed=printed,
                kind=kind,
                line=len(self.claims) + 2,
                **told,  # type: ignore[arg-type]
            )
        )

    def describe(self, name: str, values: Sequence[int], where: dict[str, str]) -> None:
        """Print mean, standard deviation and range of scores."""
        part = {} if name == "all" else {"part_of": "mean_all"}
        shown = written(mean_of(values), self.decimals, self.rule)
        score = {"n": len(values), "scale": "0 to 20 by 1", **where}
        self.say(f"mean_{name}", shown, "mean", **score, **part)
        self.say(f"sd_{name}", written(sd_of(values), self.decimals, self.rule), "sd", **score)
        self.say(f"range_{name}", f"{min(values)}-{max(values)}", "range", **score)

    def share(self, name: str, events: int, size: int, where: dict[str, str], how: str) -> None:
        """Print a percentage with its fraction, beside its count, or alone."""
        shown = written(Fraction(100 * events, size), self.decimals, self.rule) + "%"
        about = {"outcome": "event", "estimand": "proportion", **where}
        part = {} if name == "all" else {"part_of": "percent_all"}
        counts = {"numerator": events, "denominator": size} if how == "fraction" else {}
        self.say(f"percent_{name}", shown, "percent", **about, **part, **counts)
        if how == "count":
            self.say(f"events_{name}", str(events), "count", **about)

    def compare(self, kind: str, first: Fraction, second: Fraction, **about: str) -> None:
        """State which of two sides is higher, if one is."""
        if first != second:
            direction = "higher" if first > second else "lower"
            sides = {"group": "arm", "level": "a", "reference": "b", "direction": direction}
            self.say(f"direction_{kind}", direction, "direction", **about, **sides)


def paper_of(
    rows: dict[str, list[tuple[int, bool, int]]], rule: RoundingRule, decimals: int, how: str
) -> list[Claim]:
    """Return everything that can be printed of two groups of rows (score, event, category)."""
    paper, whole = Paper(rule, decimals), [row for group in rows.values() for row in group]
    for name, group in {"all": whole, **rows}.items():
        where = {"level": "all"} if name == "all" else {"group": "arm", "level": name}
        size = {"outcome": "", "estimand": "n_patients", **where}
        part = {} if name == "all" else {"part_of": "size_all"}
        paper.say(f"size_{name}", str(len(group)), "count", **size, **part)
        paper.describe(name, [score for score, _, _ in group], where)
        paper.share(name, sum(event for _, event, _ in group), len(group), where, how)
    for category in range(3):
        here = Fraction(100 * sum(row[2] == category for row in whole), len(whole))
        about = {"outcome": "way", "level": "all", "reference": str(category)}
        shown = written(here, decimals, rule) + "%"
        paper.say(f"way_{category}", shown, "percent", **about, part_of="size_all")
    means = [mean_of([score for score, _, _ in group]) for group in rows.values()]
    shares = [mean_of([int(event) for _, event, _ in group]) for group in rows.values()]
    paper.compare("score", *means)
    paper.compare("event", *shares, outcome="event")
    coarse = written(mean_of([score for score, _, _ in whole]), 0, rule)
    paper.say("mean_again", coarse, "mean", level="all", n=len(whole))
    return paper.claims


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    sizes=st.tuples(st.integers(5, 200), st.integers(5, 200)),
    seed=st.integers(0, 2**32),
    rule=st.sampled_from(RULES),
    decimals=st.integers(0, 2),
    how=st.sampled_from(["fraction", "count", "alone"]),
)
def test_papers_printed_from_real_rows_raise_no_alarm(
    sizes: tuple[int, int], seed: int, rule: RoundingRule, decimals: int, how: str
) -> None:
    """An alarm on a sound paper would cost the checks their credit."""
    draw = random.Random(seed)
    spread, risk = draw.randint(0, 20), draw.random()
    rows = {
        name: [
            (draw.randint(0, spread), draw.random() < risk, min(int(draw.expovariate(1)), 2))
            for _ in range(size)
        ]
        for name, size in zip("ab", sizes, strict=True)
    }
    found = examine(paper_of(rows, rule, decimals, how))
    assert [check for check in found if check.outcome in FAILING] == []
    assert {"sum_of_parts", "weighted_mean", "contradiction"} <= {check.name for check in found}
