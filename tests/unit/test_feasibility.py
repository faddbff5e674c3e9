"""Which group sizes can stand behind printed percentages."""

from __future__ import annotations

import csv
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import comb
from pathlib import Path

import pandas as pd
import pytest

import publish_samples as samples
from minimal_study import SCHEMA, config
from procohort.claims.feasibility import (
    RULES,
    CountRange,
    Rule,
    TwoGroupCounts,
    feasible_two_group_counts,
    solutions_by_reading,
    summarise_ranges,
)
from procohort.claims.feasibility_implied import (
    fisher_p_values,
    implied_by_solutions,
    write_implied,
)
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.settings import SettingsError, complete

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


def fisher_by_hand(counts: TwoGroupCounts) -> float:
    """Add up whole numbers of tables: all that are at most as frequent as the one seen."""
    n1, n0, events = counts.n1, counts.n0, counts.events_total
    tables = {
        k: comb(n1, k) * comb(n0, events - k)
        for k in range(max(0, events - n0), min(n1, events) + 1)
    }
    seen = tables[counts.events1]
    return float(Fraction(sum(t for t in tables.values() if t <= seen), sum(tables.values())))


@pytest.mark.parametrize(
    ("n", "total", "groups"),
    [(30, 20, ("50", "75")), (44, 22, ("50", "50")), (60, 30, ("100", "0")), (25, 0, ("0", "0"))],
)
def test_fishers_p_of_every_solution_is_that_of_exact_arithmetic(
    n: int, total: int, groups: tuple[str, str]
) -> None:
    """Logarithms and shared margins must not move a p value; ties are where they would."""
    found = feasible_two_group_counts(n, total, None, groups)
    assert found
    assert fisher_p_values(found) == pytest.approx([fisher_by_hand(c) for c in found], rel=1e-10)


def test_no_solution_of_the_default_study_has_a_fisher_p_below_5_percent() -> None:
    """Smallest 0.1958 (6 of 204, 3 of 254), by scipy.stats.fisher_exact and by whole numbers."""
    readings = {"count": {"events": 449}, "percent": {"percent": "98.3"}}
    found = solutions_by_reading(458, {"with": "97.1", "without": "98.8"}, readings)
    p_values = {name: fisher_p_values(solutions) for name, solutions in found.items()}
    assert min(min(p) for p in p_values.values()) == pytest.approx(0.19581910644857)
    assert max(p_values["percent"]) == pytest.approx(0.24998503551537)
    for name, solutions in found.items():
        assert p_values[name] == pytest.approx([fisher_by_hand(c) for c in solutions], rel=1e-10)


def test_thousands_of_solutions_share_their_distributions() -> None:
    """Margins repeat: the p values of all solutions of one study, not one table at a time."""
    found = feasible_two_group_counts(600, None, None, ("50", "50"), ("half_up",))
    p_values = fisher_p_values(found)
    assert len(p_values) == len(found) > 1000
    assert all(0 < p <= 1 for p in p_values)


@pytest.mark.parametrize(("printed_means", "rule"), [(("12", "7"), r) for r in RULES])
def test_overall_means_contain_every_table_of_values_that_prints_the_groups(
    printed_means: tuple[str, str], rule: Rule
) -> None:
    """All sums of tenths whose group means print as 12 and 7: none may fall outside."""
    counts = TwoGroupCounts(4, 2, 3, 1, (rule,))
    (one,) = implied_by_solutions([counts], {"t": printed_means})
    low, high = one.means["t"][rule]

    def tenths(n: int, text: str) -> list[int]:
        return [
            s
            for s in range(20 * 10 * n)
            if (Decimal(s) / (10 * n)).quantize(Decimal(1), rounding=ROUNDING[rule])
            == Decimal(text)
        ]

    overall = [
        Fraction(a + b, 70)
        for a in tenths(4, printed_means[0])
        for b in tenths(3, printed_means[1])
    ]
    assert low <= min(overall) and max(overall) <= high
    assert min(overall) - low < Fraction(1, 10) and high - max(overall) < Fraction(1, 10)


def test_overall_means_of_the_default_study_by_hand() -> None:
    """(204 * 11.9 + 254 * 10.3) / 458 = 11.0127, and 0.05 of rounding on each side."""
    (one,) = implied_by_solutions(
        [TwoGroupCounts(204, 198, 254, 251, ("half_up",))], {"puncture": ("11.9", "10.3")}
    )
    centre = Fraction(204 * 119 + 254 * 103, 4580)
    ends = (centre - Fraction(1, 20), centre + Fraction(1, 20))
    assert one.means == {"puncture": {"half_up": ends}}


SPEC = {
    "id": "f", "label": "What is allowed", "total": 30, "events": "successes", "note": "",
    "groups": {"With": "50", "Without": "75"}, "readings": {"count": {"events": 20}},
    "means": {"dose_msv": ["2.2", "1.74"]},
}  # fmt: skip


def test_the_table_shows_what_each_split_implies(tmp_path: Path) -> None:
    """p < 0.05 possible or not is the first question of a reader."""
    path = tmp_path / "f.csv"
    found = solutions_by_reading(30, SPEC["groups"], SPEC["readings"])  # type: ignore[arg-type]
    write_implied(path, found, SPEC["means"])  # type: ignore[arg-type]
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    view = View.from_settings(
        {"spec": SPEC, "study": samples.STUDY, "variables": {}}, frames=[frame]
    )
    table = make("feasible", view)
    assert [column.label for column in table.columns][-2:] == ["Fisher p", "dose msv"]
    assert [record["fisher_p"] for record in table.records] == frame["fisher_p"].tolist()
    first = frame[frame["rules"].str.contains("half_up")].iloc[0]
    cells = table.lines[1].cells
    assert cells["fisher_p"].endswith("(none < 0.05)")
    assert cells["dose_msv"] == (
        f"{first['dose_msv_rounded_low']:.3f} to {first['dose_msv_rounded_high']:.3f}"
    )
    assert any("2.2 and 1.74" in note for note in table.notes)
    with path.open(encoding="utf-8") as handle:
        assert next(csv.reader(handle))[-5:] == [
            "fisher_p",
            *(f"dose_msv_{how}_{end}" for how in ("rounded", "cut") for end in ("low", "high")),
        ]
    # A solution that does not fit by cutting off has no means by cutting off.
    cut = feasible_two_group_counts(30, 20, None, ("50", "75"))
    assert frame["dose_msv_cut_low"].isna().tolist() == ["truncate" not in c.rules for c in cut]


def test_a_mean_that_cannot_be_read_is_told_with_its_place() -> None:
    """A slip in the configuration must not end in a traceback of the job."""
    item = {**SPEC, "readings": {"count": {"events": 20}}, "means": {"dose": ["2.2", "about 2"]}}
    with pytest.raises(SettingsError) as caught:
        complete(config(feasibility=[item]), SCHEMA)
    assert caught.value.lines == [
        "config.yaml: feasibility[0].means.dose: 'about 2' is not a printed mean. "
        "Write its digits in quotes, such as '11.9'."
    ]
