"""A line per patient over time, each dose marked by how far it is from its schedule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, is_narrow, text_width
from procohort.publish.figures.common import RASTER_ABOVE, as_numbers, footer
from procohort.publish.figures.keys import Key, draw_keys, keys_height
from procohort.publish.view import View
from procohort.publish.wording import StudyWords, capitalise

COLUMNS = ("line", "dose", "phase", "day", "deviation_days", "timing", "too_close")
DAYS_PER_YEAR = 365.25

_LINE = 0.125
_TALLEST = 7.6
# Above the lines the days of other regimens are written.
_DAYS = 0.2
_FOOT = 0.34


def _mark(color: str, marker: str, label: str, *, filled: bool = True, size: float = 3.4) -> Any:
    return {
        "marker": marker,
        "markersize": size,
        "color": color,
        "markerfacecolor": color if filled else "white",
        "markeredgewidth": 0.8,
        "linestyle": "none",
        "label": label,
    }


# Shapes alone tell the doses apart; colours repeat what the shapes say.
MARKS: dict[str, Any] = {
    "first": _mark(style.MUTED, "|", "First dose in the tables", size=5.0),
    "on_time": _mark("#0072B2", "o", "On time", size=2.4),
    "early": _mark("#E69F00", "<", "Early", filled=False, size=4.4),
    "late": _mark("#D55E00", ">", "Late", size=4.4),
    "reload": _mark("#009E73", "D", "Further dose after a missed one", filled=False),
    "too_close": _mark(style.INK, "x", "Closer than the least gap", size=4.0),
}


def draw(view: View) -> Drawing:
    """Draw loading in days on the left and the whole time in years on the right.

    Parameters
    ----------
    view : View
        spec: the schedule as declared; frames: a row per dose (cluster, number, phase, day,
        deviation_days, timing, too_close).

    Notes
    -----
    No identifier and no date is drawn or written: lines are numbered from the longest
    treatment to the shortest, and time counts from the first dose.
    """
    spec, words = view.spec, view.words
    doses = numbered_lines(view.frame)
    n_lines = int(doses["line"].max()) if len(doses) else 0
    height = min(max(_LINE * n_lines, 0.6), _TALLEST)
    narrow = is_narrow(view.width)
    inner = view.width - 2 * style.MARGIN
    keys = _keys(doses)
    head = keys_height(keys, inner) + _DAYS
    foot = _FOOT + (_LINE if narrow else 0.0)
    sheet = Sheet(str(spec["label"]), _footer(doses, spec, words), head + height + foot, view.width)
    draw_keys(sheet, (sheet.left, sheet.top, inner), keys)
    top = sheet.top + head
    left, between = sheet.left + 0.2, 0.15 if narrow else 0.25
    width = sheet.right - left - between - 0.05
    first = (0.42 if narrow else 0.36) * width
    regimen = spec["regimens"][spec["applies"]]
    # The other regimens' days are drawn too.
    every = [day for item in spec["regimens"].values() for day in item["loading_days"]]
    last = max(every) + 35
    panels = (
        (sheet.axes(left, top, first, height), 1.0, float(last), "Days since first dose"),
        (
            sheet.axes(left + first + between, top, width - first, height),
            1 / DAYS_PER_YEAR,
            float(doses["day"].max()) if len(doses) else 1.0,
            "Years since first dose",
        ),
    )
    for position, (axes, factor, end, label) in enumerate(panels):
        # The doses of the first days lie too near each other on the right for a second mark.
        crossed = doses["too_close"] & ((doses["day"] > last) | (position == 0))
        marked = doses.assign(too_close=crossed.astype(bool))
        _panel(axes, marked, factor, end, n_lines=n_lines)
        # Two lines where the name is wider than its axis.
        axes.set_xlabel(label.replace(" since", "\nsince") if narrow else label)
    _days(panels[0][0], spec, regimen["loading_days"], first)
    panels[0][0].set_ylabel(f"{capitalise(words.clusters)}, longest treatment first")
    alt = _alt(doses, spec, words)
    records = [
        {
            "line": row.line,
            "dose": row.number,
            "phase": row.phase,
            "day": int(row.day),
            "deviation_days": "" if pd.isna(row.deviation_days) else int(row.deviation_days),
            "timing": row.timing,
            "too_close": bool(row.too_close),
        }
        for row in doses.itertuples(index=False)
    ]
    return Drawing(sheet.figure, str(spec["label"]), alt, COLUMNS, records)


def numbered_lines(doses: pd.DataFrame) -> pd.DataFrame:
    """Return the doses with the number of their patient's line instead of the patient.

    Patients with equally long treatment are ordered by their doses, so that the order
    says nothing about who they are.
    """
    if doses.empty:
        return doses.drop(columns="cluster").assign(line=pd.Series(dtype="int64"))
    days = doses.groupby("cluster", sort=True)["day"].agg(lambda part: tuple(map(int, part)))
    longest = sorted(days.items(), key=lambda item: (-item[1][-1], -len(item[1]), item[1]))
    lines = {cluster: place for place, (cluster, _) in enumerate(longest, start=1)}
    numbered = doses.assign(line=doses["cluster"].map(lines).astype("int64"))
    return numbered.drop(columns="cluster").sort_values(["line", "day"], kind="stable")


def _panel(axes: Axes, doses: pd.DataFrame, factor: float, end: float, *, n_lines: int) -> None:
    axes.set_xlim(-0.025 * end * factor, 1.025 * end * factor)
    axes.set_ylim(n_lines + 0.8, 0.2)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if doses.empty:
        return
    lengths = doses.groupby("line")["day"].max()
    axes.hlines(
        lengths.index, 0, as_numbers(lengths).clip(max=1.02 * end) * factor, color=style.RULE,
        linewidth=0.7, zorder=1,
    )  # fmt: skip
    shown = doses[as_numbers(doses["day"]) <= end]
    for name, part in _kinds(shown).items():
        axes.plot(
            as_numbers(part["day"]) * factor, part["line"], zorder=3, clip_on=False,
            rasterized=len(doses) > RASTER_ABOVE, **MARKS[name],
        )  # fmt: skip


def _kinds(doses: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the doses by mark; a dose that is too close has a second mark over its first."""
    is_reload = (doses["phase"] == "reload") & (doses["timing"] == "on_time")
    kinds = {
        name: doses[(doses["timing"] == name) & ~is_reload]
        for name in ("on_time", "first", "early", "late")
    }
    return kinds | {"reload": doses[is_reload], "too_close": doses[doses["too_close"]]}


def _days(axes: Axes, spec: Mapping[str, Any], planned: list[int], width: float) -> None:
    """Draw the planned days of the regimen that applies, and the other regimens' own days."""
    others = {day for item in spec["regimens"].values() for day in item["loading_days"]} - set(
        planned
    )
    low, high = axes.get_xlim()
    per_day = width / (high - low)
    for day in planned:
        axes.axvline(day, color=style.MUTED, linewidth=0.5, linestyle=(0, (1, 1.5)), zorder=0)
    shown = _readable(planned, per_day)
    axes.set_xticks(planned, [str(day) if day in shown else "" for day in planned])
    for day in sorted(others):
        axes.axvline(day, color=style.MUTED, linewidth=0.5, linestyle=(0, (4, 2)), zorder=0)
    for day in _readable(sorted(others), per_day):
        axes.text(
            day, 1.005, str(day), transform=axes.get_xaxis_transform(), ha="center", va="bottom",
            fontsize=style.SMALL_SIZE, color=style.MUTED,
        )  # fmt: skip


def _readable(days: Sequence[int], inches_per_day: float) -> list[int]:
    """Return the days whose numbers can be written beside each other without touching.

    Examples
    --------
    >>> _readable([0, 1, 14], 0.02)
    [0, 14]
    """
    found: list[int] = []
    end = -math.inf
    for day in days:
        half = text_width(str(day), style.TEXT_SIZE) / 2
        if inches_per_day * day - half > end:
            found.append(day)
            end = inches_per_day * day + half + 0.03
    return found


def _keys(doses: pd.DataFrame) -> list[Key]:
    kinds = _kinds(doses)
    return [
        Key(str(look["label"]), {key: value for key, value in look.items() if key != "label"})
        for name, look in MARKS.items()
        if len(kinds[name])
    ]


def _footer(doses: pd.DataFrame, spec: Mapping[str, Any], words: StudyWords) -> str:
    tolerance = spec["tolerance"]
    applies = spec["regimens"][spec["applies"]]["label"] or spec["applies"]
    return footer(
        words,
        _counts(doses, words),
        f"Schedule: {applies}; dotted lines are its loading days, dashed lines those that only "
        "another declared regimen has",
        f"On time: up to {tolerance['loading_days']} days early or late in loading, "
        f"{tolerance['maintenance_days']} in maintenance",
        "Attempts that gave no dose are not shown; crosses of the first days stand on the left "
        "only",
        str(spec["note"]),
    )


def _counts(doses: pd.DataFrame, words: StudyWords) -> str:
    n_lines = int(doses["line"].nunique())
    return f"n = {len(doses)} doses in {words.count_clusters(n_lines)}; a line each"


def _alt(doses: pd.DataFrame, spec: Mapping[str, Any], words: StudyWords) -> str:
    kinds = _kinds(doses)
    counted = "; ".join(
        f"{str(MARKS[name]['label']).lower()}: {len(part)}" for name, part in kinds.items()
    )
    longest = as_numbers(doses["day"]).max() / DAYS_PER_YEAR if len(doses) else 0.0
    return (
        f"{spec['label']}. {_counts(doses, words)}, from the longest treatment ({longest:.1f} "
        f"years) to the shortest; every dose is a mark. {capitalise(counted)}. {words.data_note}."
    )
