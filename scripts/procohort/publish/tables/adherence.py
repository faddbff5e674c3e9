"""How well doses keep to their schedule, and which declared regimen their dates fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort.publish.numbers import (
    ABSENT,
    format_count_percent,
    format_interval,
    format_number,
)
from procohort.publish.selection import n_trials, pick, refusal
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, StudyWords, capitalise
from procohort.results import ResultRow

CSV_COLUMNS = (
    "outcome", "group", "level", "estimand", "perspective", "method", "estimate", "unit",
    "ci_low", "ci_high", "ci_level", "n_events", "n_procedures", "n_patients",
    "design_effect", "n_effective", "status", "note",
)  # fmt: skip

PHASES = {
    "all": "All doses",
    "loading": "Loading",
    "maintenance": "Maintenance",
    "reload": "Further doses after a missed one",
}


def make(view: View) -> Table:
    """Show the shares on time, early, late and too close by phase, and by regimen.

    Parameters
    ----------
    view : View
        spec: the schedule as declared; rows: those of the schedule.
    """
    rows, spec, words = view.own_rows, view.spec, view.words
    lines = [Line("Doses within the tolerance", is_section=True)]
    lines += [
        _line(label, part)
        for level, label in PHASES.items()
        if (part := [row for row in rows if (row.group, row.level) == ("phase", level)])
    ]
    lines += _by_regimen(rows, spec)
    proportions = [row for row in rows if row.estimand == "proportion" and row.headline]
    level = f"{100 * proportions[0].ci_level:g} %" if proportions else "95 %"
    return Table(
        title=str(spec["label"]),
        settings=_settings(rows, spec, words),
        heading="Part of the schedule",
        columns=_columns(level, proportions, words),
        lines=tuple(lines),
        notes=_notes(rows, spec, words),
        csv_columns=CSV_COLUMNS,
        records=tuple({name: getattr(row, name) for name in CSV_COLUMNS} for row in rows),
    )


def regimen_text(regimen: Mapping[str, Any], name: str) -> str:
    """Return what a regimen plans: days, interval, amounts.

    Examples
    --------
    >>> regimen_text({"label": "Old", "loading_days": [0, 14], "loading_dose_mg": 12,
    ...     "maintenance_dose_mg": 12, "maintenance_months": 4, "least_gap_days": 14}, "old")
    'Old: days 0, 14, then every 4 months; 12 mg; at least 14 days apart'
    """
    days = ", ".join(str(day) for day in regimen["loading_days"])
    first, later = (f"{regimen[f'{part}_dose_mg']:g}" for part in ("loading", "maintenance"))
    amount = f"{first} mg" if first == later else f"{first} mg in loading, {later} mg after"
    gap = regimen["least_gap_days"]
    return (
        f"{regimen['label'] or name}: days {days}, then every {regimen['maintenance_months']} "
        f"months; {amount}" + (f"; at least {gap} days apart" if gap else "")
    )


def _settings(rows: list[ResultRow], spec: Mapping[str, Any], words: StudyWords) -> tuple[str, ...]:
    given = pick(rows, outcome="doses_given")
    tolerance = spec["tolerance"]
    counted = (
        [f"{n} doses in {words.count_clusters(given.n_patients)}"]
        if given and (n := given.n_procedures)
        else ["No doses"]
    )
    return (
        *counted,
        f"schedule: {regimen_text(spec['regimens'][spec['applies']], spec['applies'])}",
        f"on time: up to {tolerance['loading_days']} days early or late in loading, "
        f"{tolerance['maintenance_days']} in maintenance",
        f"unit of analysis: dose ({words.row} in which it was given)",
    )


def _columns(level: str, rows: list[ResultRow], words: StudyWords) -> tuple[Column, ...]:
    def method(perspective: str) -> str:
        return words.methods(row for row in rows if row.perspective == perspective)

    published, aware = (capitalise(PERSPECTIVE_NAMES[name]) for name in PERSPECTIVES)
    interval = f"{level} confidence interval"
    return (
        Column("n", capitalise(words.clusters)),
        Column("on_time", "On time (k/n)"),
        Column("as_published", interval, detail=method("as_published"), spanner=published),
        Column("cluster_aware", interval, detail=method("cluster_aware"), spanner=aware),
        Column("early", "Early"),
        Column("late", "Late"),
        Column("too_close", "Closer than the least gap"),
        Column("deviation", "Deviation in days", detail="median [quartiles]; extremes"),
    )


def _line(label: str, rows: list[ResultRow], outcome: str = "dose_on_time") -> Line:
    published = pick(rows, outcome=outcome, perspective="as_published")
    aware = pick(rows, outcome=outcome, perspective="cluster_aware")
    if published is None:
        return Line(label, indent=True)
    cells = {
        "n": str(published.n_patients),
        "on_time": format_count_percent(published.n_events, n_trials(published)),
        "as_published": _interval(published),
        "cluster_aware": _interval(aware),
        "deviation": _deviation(rows),
    }
    for key in ("early", "late", "too_close"):
        row = pick(rows, outcome=f"dose_{key}")
        cells[key] = format_count_percent(row.n_events, n_trials(row)) if row else ABSENT
    return Line(label, cells, indent=True)


def _deviation(rows: list[ResultRow]) -> str:
    found = {row.estimand: row.estimate for row in rows if row.outcome == "deviation_days"}
    if "median" not in found:
        return ABSENT
    median, q1, q3, low, high = (
        format_number(found[name], 0 if found[name] == round(found[name]) else 1)
        for name in ("median", "q1", "q3", "min", "max")
    )
    return f"{median} [{q1}, {q3}]; {low} to {high}"


def _interval(row: ResultRow | None) -> str:
    if row is None or row.status != "ok":
        return refusal(row)
    return f"{format_interval(100 * row.ci_low, 100 * row.ci_high, 1)} %"


def _by_regimen(rows: list[ResultRow], spec: Mapping[str, Any]) -> list[Line]:
    """Return a section per question that the declared regimens answer differently."""
    mine = [row for row in rows if row.group == "regimen"]
    lines: list[Line] = []
    for outcome in dict.fromkeys(row.outcome for row in mine):
        if outcome == "dose_on_time":
            lines.append(Line("All doses on time, had another regimen applied", is_section=True))
        else:
            number = int(outcome.removeprefix("day_of_dose_").removesuffix("_near_plan"))
            lines.append(Line(_title(number, rows), is_section=True))
        part = [row for row in mine if row.outcome == outcome]
        for name in dict.fromkeys(row.level for row in part):
            regimen = spec["regimens"][name]
            label = regimen["label"] or name
            if outcome != "dose_on_time":
                label += f": day {regimen['loading_days'][number - 1]}"
            lines.append(_line(label, [row for row in part if row.level == name], outcome))
    return lines


def _title(number: int, rows: list[ResultRow]) -> str:
    median = pick(rows, outcome=f"day_of_dose_{number}", estimand="median")
    given = f" (median day {median.estimate:g})" if median else ""
    return f"Dose {number}{given} within the tolerance of its day after the first dose"


def _notes(rows: list[ResultRow], spec: Mapping[str, Any], words: StudyWords) -> tuple[str, ...]:
    def number(outcome: str) -> int:
        row = pick(rows, outcome=outcome)
        return 0 if row is None else round(row.estimate)

    begun, failed = number("begun_before_the_tables"), number("attempts_without_dose")
    reloads, restarts = number("doses_after_missed_dose"), number("restarts_after_long_gap")
    smallest = pick(rows, outcome="days_between_doses", estimand="min")
    notes = [
        str(spec["note"]) if spec["note"] else "",
        "The first dose of each "
        f"{words.cluster} has no expected date and is not counted. A dose is early or late "
        "against the date that follows from the dose before, and after a late dose also against "
        "that of the original plan; most such doses are appointments that were moved.",
        f"Not counted as doses: {words.count_rows(failed)} without one." if failed else "",
        f"The smallest gap between two doses is {smallest.estimate:g} days." if smallest else "",
        f"Further doses asked for after a missed one, no error: {reloads}. Courses begun anew "
        f"after a very long gap: {restarts}.",
        f"Begun before the tables or elsewhere, to judge by the first gaps: "
        f"{words.count_clusters(begun)}; the number of the first dose is an assumption there."
        if begun
        else "",
        *(
            f"{regimen['label'] or name}: {regimen['uncertain']}"
            for name, regimen in spec["regimens"].items()
            if regimen["uncertain"]
        ),
    ]
    return tuple(note for note in notes if note)
