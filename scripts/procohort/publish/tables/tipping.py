"""The tipping points of the printed conclusions, one line for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from procohort.publish.numbers import ABSENT, format_number, format_p
from procohort.publish.selection import refusal
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import ResultRow
from procohort.tipping_start import COLUMNS as START_COLUMNS

CSV_COLUMNS = (
    "analysis", "outcome", "label", "group", "level", "reference", "origin", "printed", "p_start",
    "p_found", "full_design_effect", "icc", "p_at_icc", "tipping_icc_tables",
    "tipping_icc_equal_sizes", "verdict", "claims", "n_procedures", "n_patients", "status", "note",
)  # fmt: skip
_TABLES, _EQUAL = "design_effect_tables", "design_effect_equal_sizes"


@dataclass(frozen=True, slots=True)
class Claimed:
    """One conclusion: where its curve begins, and the result rows about it."""

    start: Mapping[str, str]
    rows: Sequence[ResultRow]

    @property
    def ending(self) -> str:
        """The ending of the estimands about the p that the conclusion rests on."""
        return "" if self.start["origin"] == "printed" else "_found"

    def one(self, estimand: str, method: str = _TABLES) -> ResultRow | None:
        """Return the row of an estimand in a layout."""
        for row in self.rows:
            if (row.estimand, row.method) == (estimand, method):
                return row
        return None

    def number(self, estimand: str, method: str = _TABLES) -> float:
        """Return the estimate of a row, NaN without one."""
        row = self.one(estimand, method)
        return math.nan if row is None else row.estimate


def make(view: View) -> Table:
    """Show every conclusion that a claim rests on: at which ICC it turns, and the ICC found.

    Parameters
    ----------
    view : View
        spec: labels of the analyses by id; rows: those of kind ``tipping``; frame: where the
        curves begin (columns of `procohort.tipping_start`).
    """
    book, words, labels = view.book, view.words, view.spec["labels"]
    claimed = list(_claimed(with_columns(view.frame, START_COLUMNS, "tipping starts"), view.rows))
    lines: list[Line] = []
    before = ""
    for each in claimed:
        analysis = each.start["analysis"]
        if analysis != before:
            lines.append(Line(str(labels.get(analysis, analysis)), is_section=True))
            before = analysis
        lines.append(_line(each, book, words))
    return Table(
        title="Tipping points: how alike may the "
        f"{'values' if words.row_is_cluster else words.rows} of one {words.cluster} be?",
        settings=(
            "smallest intraclass correlation (ICC) at which the conclusion at 5 % would turn",
            f"unit of analysis: {words.row}",
        ),
        heading="Outcome",
        columns=(
            Column("printed", "Printed", spanner="p", wrap=False),
            Column("found", "Found", spanner="p"),
            Column("effect", "Full design effect"),
            Column("tables", "In the tables", spanner="Tipping ICC"),
            Column("equal", "Equal sizes", spanner="Tipping ICC"),
            Column("icc", "ICC in the tables"),
            Column("p_at_icc", "p at this ICC"),
            Column("verdict", "Conclusion at 5 %", numeric=False),
            Column("n", "n", numeric=False),
        ),
        lines=tuple(lines),
        notes=_notes(claimed, words),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(each, book) for each in claimed),
    )


def _claimed(starts: pd.DataFrame, rows: Sequence[ResultRow]) -> Iterator[Claimed]:
    """Yield the conclusions that a claim rests on; a printed p stands for the one found."""
    seen: set[tuple[str, str]] = set()
    # Empty cells arrive as NaN; the levels are taken from the result rows, as texts.
    known = starts.astype("object").where(starts.notna(), "")
    for record in known.to_dict("records"):
        start = {str(name): str(value) for name, value in record.items()}
        where = start["analysis"], start["outcome"]
        if not start["claims"] or where in seen:
            continue
        seen.add(where)
        mine = [row for row in rows if (row.analysis, row.outcome) == where]
        if mine:
            yield Claimed(start, mine)


def _line(each: Claimed, book: VariableBook, words: StudyWords) -> Line:
    row = each.one(f"tipping_icc{each.ending}")
    found = each.one("tipping_icc_found")
    at_icc = each.one(f"p_at_estimated_icc{each.ending}")
    return Line(
        book.label_with_unit(each.start["outcome"]),
        {
            "printed": " ".join(each.start["printed"].split()) or ABSENT,
            "found": ABSENT if found is None else format_p(found.p),
            "effect": format_number(each.number("full_design_effect"), 1),
            "tables": _icc(each.number(f"tipping_icc{each.ending}")),
            "equal": _icc(each.number(f"tipping_icc{each.ending}", _EQUAL)),
            "icc": ABSENT if row is None else _icc(row.icc),
            "p_at_icc": ABSENT if at_icc is None else format_p(at_icc.p),
            "verdict": _verdict(row),
            "n": ABSENT if row is None else words.counts_of(row),
        },
        indent=True,
    )


def _icc(value: float) -> str:
    return format_number(value, 2 if value >= 0.0995 or value == 0.0 else 3)


def _verdict(row: ResultRow | None) -> str:
    """Return in words how the ICC of the tables lies to the tipping point."""
    if row is None or row.status != "ok":
        return refusal(row)
    if math.isnan(row.estimate):
        return "does not turn at any ICC"
    if math.isnan(row.icc):
        return "turns; the tables do not determine the ICC"
    if row.icc >= row.estimate:
        return "turns: the ICC in the tables is larger"
    return "stays: the ICC in the tables is smaller"


def _notes(claimed: Sequence[Claimed], words: StudyWords) -> tuple[str, ...]:
    if not claimed:
        return ("No claim rests on a p value of a comparison of two levels or a correlation.",)
    notes = [
        "The p of the pooled test is followed over all ICC (Hedges 2007). In the tables: "
        f"{words.clusters} and their {words.rows} as they are there; equal sizes: as many "
        f"{words.rows} in every {words.cluster}, each {words.cluster} in one group. "
        "Reconstructed tables assume the sizes too.",
        "Full design effect: how much the variance of the contrast grows if the "
        f"{words.rows} of one {words.cluster} are the same; below 1 for a comparison inside "
        f"{words.clusters}, which gains from clustering.",
    ]
    if any("<" in each.start["printed"] for each in claimed):
        notes.append(
            "A printed bound stands for the largest p it allows; a smaller one would turn later."
        )
    if any(each.ending for each in claimed):
        notes.append(
            "Without a printed p the claim is a direction that the tables show at 5 % as "
            "published; the tipping point then belongs to the p found."
        )
    return tuple(notes)


def _record(each: Claimed, book: VariableBook) -> dict[str, object]:
    row = each.one(f"tipping_icc{each.ending}")
    found = each.one("tipping_icc_found")
    told = ("analysis", "outcome", "origin", "printed", "claims")
    return {
        **{name: each.start[name] for name in told},
        **{name: getattr(each.rows[0], name) for name in ("group", "level", "reference")},
        "label": book.label(each.start["outcome"]),
        "p_start": math.nan if row is None else row.p,
        "p_found": math.nan if found is None else found.p,
        "full_design_effect": each.number("full_design_effect"),
        "icc": math.nan if row is None else row.icc,
        "p_at_icc": each.number(f"p_at_estimated_icc{each.ending}"),
        "tipping_icc_tables": each.number(f"tipping_icc{each.ending}"),
        "tipping_icc_equal_sizes": each.number(f"tipping_icc{each.ending}", _EQUAL),
        "verdict": _verdict(row),
        "n_procedures": None if row is None else row.n_procedures,
        "n_patients": None if row is None else row.n_patients,
        "status": "" if row is None else row.status,
        "note": "" if row is None else row.note,
    }
