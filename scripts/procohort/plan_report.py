"""What the report shows: its chapters, the parts of each, and the views in each part."""

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
from procohort.vocabulary import fill_all

Shown = dict[str, Any]
MODALITY = "modality"  # its note is what the synthesis concludes

# Chapters in the order of the page, with the declared analyses that belong to each.
CHAPTERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("attrition", "From the raw tables to the analysis", ()),
    ("table-one", "{Clusters} and {rows}", ("descriptions",)),
    ("comparisons", "Comparisons", ("comparisons",)),
    ("correlations", "Correlations and trends", ("correlations", "trends")),
    ("rates", "Rates", ("rates",)),
    ("visits", "Over the visits", ("trajectories",)),
    ("schedule", "Planned and given", ()),
    ("series", "Beside other series", ()),
    ("sensitivity", "Sensitivity", ()),
)


def view(text: str, *, table: str = "", figure: str = "", folded: bool = False) -> Shown:
    """Return one thing that a part shows: a table, a figure, or both.

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


def chapters(settings: Settings) -> list[Shown]:
    """Return the chapters that have something to show, in the order of the page."""
    found = []
    for name, title, kinds in CHAPTERS:
        parts = [_main_part(kind, spec, settings) for kind in kinds for spec in settings[kind]]
        parts += _beside(name, settings)
        if name == "comparisons" and settings["comparisons"]:
            parts.insert(0, _part("forest", "All comparisons", "", [view("", figure="forest")]))
        parts = [part for part in parts if part["views"]]
        if parts:
            found.append({"id": name, "title": title, "parts": parts})
    return found


def _part(identifier: str, label: str, note: str, views: list[Shown]) -> Shown:
    return {"id": identifier, "label": label, "note": note, "views": views}


def _main_part(kind: str, spec: Mapping[str, Any], settings: Settings) -> Shown:
    """Return an analysis: its table and its figure."""
    name, label = spec["id"], spec["label"]
    views = [view(f"Table: {label}", table=f"{plan.TABLES[kind]}_{name}")]
    figure = f"{plan.FIGURES.get(kind, '')}_{name}"
    if figure in plan.figures(settings):
        views.append(view("", figure=figure))
    return _part(name, label, spec["note"], views)


def _beside(chapter: str, settings: Settings) -> list[Shown]:
    """Return the parts of a chapter that are no declared analysis."""
    makers = {
        "attrition": _cleaning,
        "rates": _safety,
        "schedule": _schedule,
        "series": _series,
        "sensitivity": _sensitivity,
    }
    return makers[chapter](settings) if chapter in makers else []


def _cleaning(settings: Settings) -> list[Shown]:
    views = [
        view("", figure="attrition"),
        view("From the raw tables to the analysis", table="attrition", folded=True),
        view("Missing values", table="missing", folded=True),
        view("Findings in the raw tables", table="findings", folded=True),
    ]
    return [_part("flow", "Flow of {clusters} and {rows}", "", views)]


def _safety(settings: Settings) -> list[Shown]:
    """Return complications in frequency classes."""
    safety = settings["safety"]
    views = [view(f"Table: {safety['label']}", table=name) for name in plan_safety.tables(settings)]
    return [_part("safety", safety["label"], safety["note"], views)]


def _schedule(settings: Settings) -> list[Shown]:
    """Return the planned doses."""
    declared = settings["schedule"]
    label = declared.get("label", "")
    views = [
        *(view(f"Table: {label}", table=name) for name in plan_schedule.tables(settings)),
        *(view("", figure=name) for name in plan_schedule.figures(settings)),
    ]
    return [_part("adherence", label, declared.get("note", ""), views)]


def _series(settings: Settings) -> list[Shown]:
    """Return published series beside this study; the statement is filled in later."""
    texts = {
        "synthesis": "Every series, pooled where quantities are alike",
        "not_comparable": "What cannot be compared, and why",
        "cumulative_dose": "Doses added up over the schedule",
    }
    views = [
        view(texts[name], table=name, folded=True) for name in plan_synthesis.shown_tables(settings)
    ]
    views += [view("", figure=name) for name in plan_synthesis.shown_figures(settings)]
    return [_part(MODALITY, "Which modality", "", views)]


def _sensitivity(settings: Settings) -> list[Shown]:
    """Return what other choices lead to: of the printed figures first, then of each analysis."""
    parts = [_printed(settings)]
    for kind in plan.KINDS:
        for spec in settings[kind]:
            views = _other_choices(kind, spec, settings)
            parts.append(_part(f"sensitivity-{spec['id']}", spec["label"], "", views))
    return parts


def _printed(settings: Settings) -> Shown:
    """Return what printed figures allow, under which reading."""
    views = [
        view(item["label"], table=plan.feasible_table(item)) for item in settings["feasibility"]
    ]
    if settings["readings"]:
        text = "Every printed statement under each reading"
        views.append(view(text, table="readings", folded=True))
    if settings["claims"] and plan_tipping.tipped(settings):
        text = "At which intraclass correlation each printed p would turn"
        views.append(view(text, table="tipping", folded=True))
    return _part("printed", "What the printed figures allow", "", views)


def _other_choices(kind: str, spec: Mapping[str, Any], settings: Settings) -> list[Shown]:
    name = spec["id"]
    views = []
    if kind == "comparisons":
        text = "Every answer: other methods, adjusted, leaving out one {cluster} at a time"
        views.append(view(text, table=plan.sensitivity_table(spec), folded=True))
    if name in plan_multiverse.repeated(settings):
        text = "Had other choices been taken: every combination, by method"
        curve = f"specification_{name}"
        views.append(view(text, table=f"multiverse_{name}", figure=curve, folded=True))
    if name in plan_tipping.drawn(settings):
        text = "How much {cluster} similarity the conclusions bear"
        views.append(view(text, figure=f"tipping_{name}", folded=True))
    return views


def with_conclusions(chapters: Sequence[Shown], rows: Sequence[ResultRow]) -> list[Shown]:
    """Return the chapters with the conclusions that only the results can give.

    Parameters
    ----------
    chapters : sequence of mapping
        What `chapters` gave.
    rows : sequence of ResultRow
        Rows of the synthesis: whether the modalities can be ranked, by outcome.
    """
    said = " ".join(
        f"{row.outcome.replace('_', ' ').capitalize()}: {row.note}"
        for row in rows
        if row.estimand == "ranking"
    )
    return [
        {
            **chapter,
            "parts": [
                {**part, "note": said} if part["id"] == MODALITY else part
                for part in chapter["parts"]
            ],
        }
        for chapter in chapters
    ]


def report_parameters(settings: Settings) -> Parameters:
    """Return everything that the page is told beside its files."""
    return {
        "study": plan.study_parameters(settings),
        "chapters": chapters(settings),
        "analyses": {
            name: {"kind": kind, **spec}
            for name, (kind, spec) in plan.analyses(settings).items()
            if kind != "cohort"
        },
        "variables": plan.shown_variables(settings),
        "confirmatory": dict(settings["multiplicity"]["confirmatory"]),
        "settings": settings,
    }


def tables(settings: Settings) -> list[str]:
    """Return the names of all tables that the page shows."""
    return _names(settings, "table", plan.tables(settings))


def figures(settings: Settings) -> list[str]:
    """Return the names of all figures that the page shows."""
    return _names(settings, "figure", plan.figures(settings))


def _names(settings: Settings, kind: str, first: list[str]) -> list[str]:
    shown = [
        item[kind]
        for chapter in chapters(settings)
        for part in chapter["parts"]
        for item in part["views"]
    ]
    return list(dict.fromkeys([*first, *(name for name in shown if name)]))


def gallery_place(settings: Settings, *, table: str = "", figure: str = "") -> dict[str, Any]:
    """Return where Snakemake's own report shows a table or figure: category and labels.

    Where every analysis of a category has a table and a figure, Snakemake makes a
    toggle of the second label.
    """
    for chapter in chapters(settings):
        for part in chapter["parts"]:
            for item in part["views"]:
                if (table and item["table"] == table) or (figure and item["figure"] == figure):
                    is_main = not item["folded"]
                    said = part["label"] if is_main else f"{part['label']}: {item['text']}"
                    title = chapter["title"] if figure != "forest" else "Overview"
                    shown_as = "figure" if figure else "table"
                    return {
                        "category": _said(title, settings["study"]),
                        "labels": {
                            "analysis": _said(said, settings["study"]),
                            "shown as": shown_as,
                        },
                    }
    raise KeyError(table or figure)


def without_repetition(title: str) -> str:
    """Return a title that names clusters only, for a study whose rows are its clusters.

    Examples
    --------
    >>> without_repetition("Flow of {clusters} and {rows}")
    'Flow of {clusters}'
    """
    return title.replace(" and {rows}", "")


def _said(text: str, study: Mapping[str, Any]) -> str:
    """Put the study's words into a title."""
    words = {
        f"{unit}{ending}": study[unit][number]
        for unit in ("row", "cluster")
        for number, ending in (("singular", ""), ("plural", "s"))
    }
    if words["row"] == words["cluster"]:
        text = without_repetition(text)
    return fill_all(text, words)
