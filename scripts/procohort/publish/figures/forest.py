"""All comparisons on one sheet: as published beside cluster-aware, with both p values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, shorten
from procohort.publish.figures.common import (
    footer,
    mark_interval,
    perspective_handles,
    refusals_sentence,
    use_log_scale,
)
from procohort.publish.figures.omnibus import draw_omnibus, omnibus_height, p_text, p_words
from procohort.publish.numbers import format_effect
from procohort.publish.selection import Contrast, contrasts, refusal
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, StudyWords, VariableBook
from procohort.results import ResultRow

COLUMNS = (
    "analysis", "group", "outcome", "level", "reference", "perspective", "estimand", "method",
    "estimate", "ci_low", "ci_high", "p", "p_estimand", "p_method", "n_procedures", "n_patients",
    "unit_of_analysis", "status", "note",
)  # fmt: skip

_LINE = 0.2
_HEADER = 0.235
_AXIS_FOOT = 0.46
_SECTION_HEAD = 0.24
_LABEL_WIDTH = 2.15
_P_WIDTH = 0.72
_AXES_LEFT = style.MARGIN + _LABEL_WIDTH + 0.1
_AXES_WIDTH = style.PAGE_WIDTH - style.MARGIN - 2 * _P_WIDTH - 0.15 - _AXES_LEFT


# Where there is no ratio, the effect that is written in its place.
_OTHER_SCALES = ("mean_difference", "hodges_lehmann_shift", "median_difference")


@dataclass(frozen=True, slots=True)
class Names:
    """The words of the study and its variables."""

    words: StudyWords
    book: VariableBook


@dataclass(frozen=True, slots=True)
class Section:
    """A panel of the forest: the lines that share a scale.

    Attributes
    ----------
    estimand : str
        The estimand whose estimates and intervals are drawn.
    factor, null, widest : float
        Factor to the axis unit, value of no effect, and how far the axis may reach.
    """

    title: str
    axis_label: str
    estimand: str
    factor: float
    null: float
    widest: tuple[float, float]
    blocks: tuple[tuple[str, tuple[Contrast, ...]], ...]

    @property
    def height(self) -> float:
        """Inches of the section's lines and headers."""
        return sum(_HEADER + _LINE * len(lines) for _, lines in self.blocks)


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
    content = 0.36 + sum(s.height + _SECTION_HEAD + _AXIS_FOOT for s in sections)
    content += omnibus_height(tests)
    sheet = Sheet(title, _footer([*pairs, *tests], words), content)
    if sections:
        _legend(sheet, words)
    elif not tests:
        sheet.text(sheet.left, sheet.top, "There is no comparison to show.")
    y = sheet.top + 0.36
    for section in sections:
        _draw_section(sheet, y, section, book)
        y += section.height + _SECTION_HEAD + _AXIS_FOOT
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
                "geometric_mean_ratio", 1.0, 1.0, (0.2, 5.0), _blocks(quantities, book),
            )
        )  # fmt: skip
    if others:
        found.append(
            Section(
                "Yes-or-no outcomes", "Risk difference (percentage points)",
                "risk_difference", 100.0, 0.0, (-40.0, 40.0), _blocks(others, book),
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


def _legend(sheet: Sheet, words: StudyWords) -> None:
    sheet.figure.legend(
        handles=perspective_handles(words),
        loc="upper left",
        bbox_to_anchor=sheet.fraction(sheet.left, sheet.top - 0.02),
        ncols=2,
        borderpad=0,
        borderaxespad=0,
        handlelength=2.6,
        columnspacing=2.2,
    )


def _draw_section(sheet: Sheet, top: float, section: Section, book: VariableBook) -> None:
    sheet.text(sheet.left, top, section.title, size=style.TITLE_SIZE, weight="bold")
    for perspective, column in zip(PERSPECTIVES, (1.5, 0.5), strict=True):
        sheet.text(
            sheet.right - column * _P_WIDTH, top, f"p {PERSPECTIVE_NAMES[perspective]}",
            size=style.SMALL_SIZE, ha="center", color=style.MUTED,
        )  # fmt: skip
    top += _SECTION_HEAD
    axes = sheet.axes(_AXES_LEFT, top, _AXES_WIDTH, section.height)
    limits = _limits(section)
    axes.set_ylim(section.height, 0)
    if section.estimand == "geometric_mean_ratio":
        _ratio_axis(axes, limits)
    axes.set_xlim(*limits)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    axes.axvline(section.null, color=style.MUTED, linewidth=0.8)
    axes.set_xlabel(section.axis_label)
    y = 0.0
    for name, lines in section.blocks:
        _block_header(sheet, top + y, name)
        y += _HEADER
        for position, line in enumerate(lines):
            label = book.label(line.outcome)
            shaded = position % 2 == 0
            _draw_line(sheet, axes, line, section, top=top, y=y, label=label, shaded=shaded)
            y += _LINE


def _block_header(sheet: Sheet, y: float, name: str) -> None:
    sheet.text(
        sheet.left, y + _HEADER * 0.62,
        shorten(name, sheet.right - sheet.left, style.TEXT_SIZE, bold=True),
        weight="bold", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def _draw_line(
    sheet: Sheet,
    axes: Axes,
    line: Contrast,
    section: Section,
    *,
    top: float,
    y: float,
    label: str,
    shaded: bool,
) -> None:
    limits = axes.get_xlim()
    middle = top + y + _LINE / 2
    sheet.text(
        sheet.left + 0.1, middle, shorten(label, _LABEL_WIDTH - 0.1, style.TEXT_SIZE),
        va="center_baseline",
    )  # fmt: skip
    if shaded:
        axes.axhspan(y, y + _LINE, facecolor=style.BAND, zorder=0)
    said: list[str] = []
    for perspective, offset, column in zip(PERSPECTIVES, (-0.05, 0.05), (1.5, 0.5), strict=True):
        row = line.effect(perspective, section.estimand)
        if row is not None and row.status == "ok" and not math.isnan(row.estimate):
            height = y + _LINE / 2 + offset
            mark_interval(axes, height, row, perspective, limits, factor=section.factor)
        else:
            said.append((perspective, _instead(line, row, perspective, names)))
        p_row = line.p_row(perspective)
        sheet.text(
            sheet.right - column * _P_WIDTH, middle, p_text(p_row), ha="center",
            va="center_baseline",
        )  # fmt: skip
    _say(axes, y, said, shaded=shaded)


def _instead(
    line: Contrast, row: ResultRow | None, perspective: str, names: Names
) -> str:
    """Return the effect on the scale it was estimated on, else why there is none."""
    for estimand in _OTHER_SCALES:
        other = line.effect(perspective, estimand)
        if other is not None and other.status == "ok" and math.isfinite(other.estimate):
            effect = format_effect(other, names.book[line.outcome])
            return f"{names.words.estimand(estimand)} {effect}"
    return "no interval on this scale" if row is None else refusal(row)


def _say(axes: Axes, y: float, said: list[tuple[str, str]], *, shaded: bool) -> None:
    """Write on the line what stands in for absent marks, for each perspective or for both."""
    texts = [f"{PERSPECTIVE_NAMES[perspective]}: {text}" for perspective, text in said]
    if len({text for _, text in said}) == 1 and len(said) == 2:
        texts = [said[0][1]]
    size = style.SMALL_SIZE - 0.8 * (len(texts) > 1)
    offsets = (0.0,) if len(texts) == 1 else (-0.05, 0.05)
    for text, offset in zip(texts, offsets, strict=True) if texts else ():
        axes.text(
            0.01,
            y + _LINE / 2 + offset,
            shorten(text, _AXES_WIDTH - 0.1, size),
            transform=axes.get_yaxis_transform(),
            fontsize=size,
            style="italic",
            color=style.MUTED,
            va="center_baseline",
            zorder=4,
            bbox={"facecolor": style.BAND if shaded else "white", "edgecolor": "none", "pad": 0.2},
        )


def _limits(section: Section) -> tuple[float, float]:
    """Return axis limits: all finite intervals, the null value, at most the widest."""
    low, high = section.null, section.null
    for _, lines in section.blocks:
        for line in lines:
            for perspective in PERSPECTIVES:
                row = line.effect(perspective, section.estimand)
                if row is None or row.status != "ok":
                    continue
                for value in (row.ci_low, row.ci_high, row.estimate):
                    if math.isfinite(value):
                        low = min(low, section.factor * value)
                        high = max(high, section.factor * value)
    low, high = max(low, section.widest[0]), min(high, section.widest[1])
    if section.null == 1.0:
        return low / 1.06, high * 1.06
    room = 0.05 * ((high - low) or 1.0)
    return low - room, high + room


def _ratio_axis(axes: Axes, limits: tuple[float, float]) -> None:
    use_log_scale(axes, limits, "x")  # type: ignore[arg-type]
    low, high = limits
    # A narrow axis needs finer ticks than 1, 2, 5.
    steps = (0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0)
    ticks = [step for step in steps if low <= step <= high]
    if high / low > 3:
        ticks = [step for step in ticks if step not in (0.9, 1.1, 0.8, 1.25)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


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
