"""All comparisons on one sheet: as published beside cluster-aware, with both p values."""

from __future__ import annotations

import math
from dataclasses import replace

from procohort.publish.figures.canvas import Drawing, Sheet, frame_height
from procohort.publish.figures.common import (
    footer,
    legend_height,
    perspective_legend,
    refusals_sentence,
)
from procohort.publish.figures.forest_layout import (
    AXIS_FOOT,
    Layout,
    layout_of,
    line_for_a_page,
)
from procohort.publish.figures.forest_lines import Section, draw_section
from procohort.publish.figures.omnibus import draw_omnibus, omnibus_height, p_words
from procohort.publish.numbers import format_effect
from procohort.publish.selection import Contrast, contrasts
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, StudyWords, VariableBook

COLUMNS = (
    "analysis", "group", "outcome", "level", "reference", "perspective", "estimand", "method",
    "estimate", "ci_low", "ci_high", "p", "p_estimand", "p_method", "n_procedures", "n_patients",
    "unit_of_analysis", "status", "note",
)  # fmt: skip


def draw(view: View) -> Drawing:
    """Draw ratios of geometric means and risk differences, two marks per line.

    Groups of three or more levels have no single effect: their p values are written
    below, and their pairs of levels are in the tables.

    Parameters
    ----------
    view : View
        spec: comparisons (their declarations, in order); rows: those of all comparisons.
    """
    spec, book, words = view.spec, view.book, view.words
    wanted = [str(comparison["id"]) for comparison in spec.get("comparisons") or ()]
    lines = [line for line in contrasts(view.rows) if not wanted or line.analysis in wanted]
    lines.sort(key=lambda line: wanted.index(line.analysis) if wanted else 0)
    many = {line.analysis for line in lines if line.is_omnibus}
    pairs = [line for line in lines if line.analysis not in many]
    tests = [line for line in lines if line.is_omnibus]
    sections = _sections(pairs, book)
    title = str(spec.get("label") or "All comparisons, as published and cluster-aware")
    footing = _footer([*pairs, *tests], words)
    layout = _layout(sections, view, title, footing, tests)
    heights = [layout.head + s.height(layout, view) + AXIS_FOOT for s in sections]
    content = legend_height(view.width) + sum(heights) + omnibus_height(tests, view.width)
    sheet = Sheet(title, footing, content, view.width)
    if sections:
        perspective_legend(sheet, words)
    elif not tests:
        sheet.text(sheet.left, sheet.top, "There is no comparison to show.")
    y = sheet.top + legend_height(view.width)
    for section, height in zip(sections, heights, strict=True):
        draw_section(sheet, y, section, view, layout)
        y += height
    draw_omnibus(sheet, y, tests, book)
    shown = [(line, s.estimand) for s in sections for _, members in s.blocks for line in members]
    shown += [(line, "omnibus") for line in tests]
    records = [_record(line, name, side) for line, name in shown for side in PERSPECTIVES]
    alt = _alt(title, sections, tests, book, words)
    return Drawing(sheet.figure, title, alt, COLUMNS, records)


def _sections(lines: list[Contrast], book: VariableBook) -> list[Section]:
    quantities = [line for line in lines if book[line.outcome].is_quantity]
    others = [line for line in lines if not book[line.outcome].is_quantity]
    found = []
    if quantities:
        found.append(
            Section(
                "Measured and counted outcomes", "Ratio of geometric means (log scale)",
                "geometric_mean_ratio", 1.0, 1.0, (0.2, 5.0), (0.8, 1.25),
                _blocks(quantities, book),
            )
        )  # fmt: skip
    if others:
        found.append(
            Section(
                "Yes-or-no outcomes", "Risk difference (percentage points)",
                "risk_difference", 100.0, 0.0, (-40.0, 40.0), (-10.0, 10.0), _blocks(others, book),
            )
        )  # fmt: skip
    return found


def _blocks(
    lines: list[Contrast], book: VariableBook
) -> tuple[tuple[str, tuple[Contrast, ...]], ...]:
    """Gather lines under the comparison they belong to, in the order they come."""
    blocks: dict[tuple[str, str, str, str], list[Contrast]] = {}
    for line in lines:
        key = (line.analysis, line.group, line.level, line.reference)
        blocks.setdefault(key, []).append(line)
    return tuple(
        (book.contrast(group, level, reference), tuple(members))
        for (_, group, level, reference), members in blocks.items()
    )


def _layout(
    sections: list[Section], view: View, title: str, footing: str, tests: list[Contrast]
) -> Layout:
    """Return the layout with lines as high as a page has room for."""
    lines = [line for s in sections for _, members in s.blocks for line in members]
    layout = layout_of(view.width, (view.book.label(line.outcome) for line in lines))
    n_lines = sum(section.n_lines(layout, view) for section in sections)
    fixed = frame_height(title, footing, view.width) + legend_height(view.width)
    fixed += omnibus_height(tests, view.width)
    fixed += sum(layout.head + s.height(layout, view) + AXIS_FOOT for s in sections)
    return replace(layout, line=line_for_a_page(n_lines, fixed - n_lines * layout.line))


def _footer(lines: list[Contrast], words: StudyWords) -> str:
    missing = [
        line.effect(name, estimand)
        for line in lines
        if not line.is_omnibus
        for name in PERSPECTIVES
        for estimand in ("geometric_mean_ratio", "risk_difference")
    ]
    p_rows = {
        perspective: [row for line in lines if (row := line.p_row(perspective)) is not None]
        for perspective in PERSPECTIVES
    }
    effects = [row for line in lines for row in line.rows]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in effects]
    levels = sorted({row.ci_level for row in effects if not math.isnan(row.ci_level)})
    interval = f"Bars: {100 * levels[0]:g} % confidence intervals" if levels else ""
    return footer(
        words,
        f"n up to {words.counts(*max(sizes))}; {words.units_text(effects)}" if sizes else "",
        f"{interval}; an arrow head marks one that leaves the axis" if interval else "",
        *(
            f"p {PERSPECTIVE_NAMES[name]} ({words.perspective(name).split('(', 1)[1]}: "
            f"{words.methods(members)}"
            for name, members in p_rows.items()
            if members
        ),
        refusals_sentence(missing),
        "p values are not adjusted here; the tables give the adjusted ones",
    )


def _record(line: Contrast, estimand: str, perspective: str) -> dict[str, object]:
    row = line.effect(perspective, estimand)
    p_row = line.p_row(perspective)
    chosen = row or p_row
    record: dict[str, object] = {
        "analysis": line.analysis, "group": line.group, "outcome": line.outcome,
        "level": line.level, "reference": line.reference, "perspective": perspective,
        "estimand": estimand,
    }  # fmt: skip
    if row is not None:
        record |= {
            "method": row.method, "estimate": row.estimate, "ci_low": row.ci_low,
            "ci_high": row.ci_high,
        }  # fmt: skip
    if p_row is not None:
        record |= {"p": p_row.p, "p_estimand": p_row.estimand, "p_method": p_row.method}
    if chosen is not None:
        record |= {
            name: getattr(chosen, name)
            for name in ("n_procedures", "n_patients", "unit_of_analysis", "status", "note")
        }
    return record


def _alt(
    title: str,
    sections: list[Section],
    tests: list[Contrast],
    book: VariableBook,
    words: StudyWords,
) -> str:
    parts = [f"Forest plot. {title}."]
    for section in sections:
        for name, lines in section.blocks:
            said = []
            for line in lines:
                found = []
                for perspective in PERSPECTIVES:
                    row = line.effect(perspective, section.estimand)
                    p_row = line.p_row(perspective)
                    effect = (
                        format_effect(row, book[line.outcome])
                        if row is not None and row.status == "ok"
                        else "no estimate"
                    )
                    found.append(f"{PERSPECTIVE_NAMES[perspective]} {effect}, {p_words(p_row)}")
                said.append(f"{book.label(line.outcome)}: {'; '.join(found)}")
            parts.append(f"{name}. {section.axis_label}. {'. '.join(said)}.")
    parts.extend(
        f"{book.label(line.group)}, all levels at once, {book.label(line.outcome)}: "
        + "; ".join(
            f"{PERSPECTIVE_NAMES[name]} {p_words(line.p_row(name))}" for name in PERSPECTIVES
        )
        + "."
        for line in tests
    )
    parts.append(f"{words.data_note}.")
    return " ".join(parts)
