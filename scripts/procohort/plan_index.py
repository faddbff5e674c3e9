"""What the page that leads to everything shows: sections, and the views in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort import (
    plan,
    plan_multiverse,
    plan_safety,
    plan_schedule,
    plan_synthesis,
    plan_tipping,
)
from procohort.plan import Parameters, Settings
from procohort.results import ResultRow

Shown = dict[str, Any]
MODALITY = "modality"  # its note is what the synthesis concludes


def view(text: str, *, table: str = "", figure: str = "", folded: bool = False) -> Shown:
    """Return one thing that a section shows: a table to open, a figure, or both.

    Parameters
    ----------
    text : str
        What the table answers; the line that opens a folded view.
    table, figure : str
        Names without folder and ending.
    folded : bool
        Whether a person opens it.
    """
    return {"text": text, "table": table, "figure": figure, "folded": folded}


def sections(settings: Settings) -> list[Shown]:
    """Return the sections in their order: what is printed, then each analysis."""
    found = [_printed(settings)]
    for kind, spec in plan.analyses(settings).values():
        if kind != "cohort":
            views = _of_analysis(kind, spec, settings)
            found.append(_section(spec["id"], spec["label"], spec["note"], views))
    found += [_safety(settings), _schedule(settings), _modality(settings)]
    return [section for section in found if section["views"]]


def _section(identifier: str, label: str, note: str, views: list[Shown]) -> Shown:
    return {"id": identifier, "label": label, "note": note, "views": views}


def _printed(settings: Settings) -> Shown:
    """Return the section on printed figures: what they allow, under which reading."""
    views = [
        view(item["label"], table=plan.feasible_table(item)) for item in settings["feasibility"]
    ]
    if settings["readings"]:
        views.append(view("Every printed statement under each reading", table="readings"))
    if settings["claims"] and plan_tipping.tipped(settings):
        text = "At which intraclass correlation each printed p would turn"
        views.append(view(text, table="tipping"))
    return _section("printed", "What the printed figures allow", "", views)


def _of_analysis(kind: str, spec: Mapping[str, Any], settings: Settings) -> list[Shown]:
    name, label = spec["id"], spec["label"]
    figure = f"{plan.FIGURES.get(kind, '')}_{name}"
    has_figure = figure in plan.figures(settings)
    views = [
        view(f"Table: {label}", table=f"{plan.TABLES[kind]}_{name}"),
    ]
    if kind == "comparisons":
        text = "Every answer: other methods, adjusted, leaving out one {cluster} at a time"
        views.append(view(text, table=plan.sensitivity_table(spec)))
    if has_figure:
        views.append(view("", figure=figure))
    if name in plan_multiverse.repeated(settings):
        text = "Had other choices been taken: every combination, by method"
        curve = f"specification_{name}"
        views.append(view(text, table=f"multiverse_{name}", figure=curve, folded=True))
    if name in plan_tipping.drawn(settings):
        text = "How much {cluster} similarity the conclusions bear"
        views.append(view(text, figure=f"tipping_{name}", folded=True))
    return views


def _safety(settings: Settings) -> Shown:
    """Return the section on complications in frequency classes."""
    safety = settings["safety"]
    views = [view(f"Table: {safety['label']}", table=name) for name in plan_safety.tables(settings)]
    return _section("safety", safety["label"], safety["note"], views)


def _modality(settings: Settings) -> Shown:
    """Return the section on published series beside this study, its statement filled in later."""
    texts = {
        "synthesis": "Every series, pooled where quantities are alike",
        "not_comparable": "What cannot be compared, and why",
        "cumulative_dose": "Doses added up over the schedule",
    }
    views = [view(texts[name], table=name) for name in plan_synthesis.shown_tables(settings)]
    views += [view("", figure=name) for name in plan_synthesis.shown_figures(settings)]
    return _section(MODALITY, "Which modality", "", views)


def _schedule(settings: Settings) -> Shown:
    """Return the section on the planned doses."""
    declared = settings["schedule"]
    label = declared.get("label", "")
    views = [
        *(view(f"Table: {label}", table=name) for name in plan_schedule.tables(settings)),
        *(view("", figure=name) for name in plan_schedule.figures(settings)),
    ]
    return _section("schedule", label, declared.get("note", ""), views)


def index_parameters(settings: Settings) -> Parameters:
    """Return everything that the page shows."""
    return {
        "study": plan.study_parameters(settings),
        "sections": sections(settings),
        "methods": dict(settings["methods"]),
        "readings": dict(settings["readings"]),
    }


def with_conclusions(index: Mapping[str, Any], rows: Sequence[ResultRow]) -> Parameters:
    """Return what the page shows with the conclusions that only the results can give.

    Parameters
    ----------
    index : mapping
        What `index_parameters` gave.
    rows : sequence of ResultRow
        Rows of the synthesis: whether the modalities can be ranked, by outcome.
    """
    said = [
        f"{row.outcome.replace('_', ' ').capitalize()}: {row.note}"
        for row in rows
        if row.estimand == "ranking"
    ]
    return {
        **index,
        "sections": [
            {**section, "note": " ".join(said)} if section["id"] == MODALITY else section
            for section in index["sections"]
        ],
    }


def tables(settings: Settings) -> list[str]:
    """Return the names of all tables that the page leads to."""
    return _names(settings, "table", plan.tables(settings))


def figures(settings: Settings) -> list[str]:
    """Return the names of all figures that the page shows."""
    return _names(settings, "figure", plan.figures(settings))


def _names(settings: Settings, kind: str, first: list[str]) -> list[str]:
    shown = [item[kind] for section in sections(settings) for item in section["views"]]
    return list(dict.fromkeys([*first, *(name for name in shown if name)]))
