"""A study drafted from one export: its columns, its keys, what is odd, a first set of analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from procohort.data.findings import FindingLog
from procohort.data.ingest import RawTable
from procohort.data.privacy import identifier_in, refuse_identifiers
from procohort.drafting.choices import Choices, choose
from procohort.drafting.columns import ColumnDraft, draft_column
from procohort.drafting.keys import Keys, find_keys, settle_levels
from procohort.drafting.names import unique_names
from procohort.drafting.oddities import (
    PEOPLE,
    has_titles,
    looks_like_people,
    rows_below,
    units_row,
)
from procohort.drafting.reading import Export
from procohort.drafting.texts import is_no_value
from procohort.study import Column, Table, Variable

ROW_NUMBER = "row_number"
_NEARLY_CONSTANT = 0.98
_FREE_TEXT = 25
_FEWEST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an export seems to be.

    Attributes
    ----------
    export : Export
        The table as read.
    columns : list of ColumnDraft
        Every column of the file, also those left out.
    keys : Keys
        What identifies patients and rows.
    choices : Choices
        Variables of the first analyses.
    missing : list of str
        Texts that mean "no value" in any column.
    n_repeated : int
        Rows that repeat an earlier one in every cell.
    identifying : dict of str to str
        Header to what it shows of a person; the pipeline refuses such a file.
    rows_below : list of int
        Rows of the file that look like sums or notes below the table.
    units_row : int or None
        Row of the file that seems to hold units.
    """

    export: Export
    columns: list[ColumnDraft]
    keys: Keys
    choices: Choices
    missing: list[str]
    n_repeated: int
    identifying: dict[str, str]
    rows_below: list[int]
    units_row: int | None

    @property
    def used(self) -> list[ColumnDraft]:
        """The columns that the configuration declares."""
        return [column for column in self.columns if not column.left_out]

    @property
    def n_rows(self) -> int:
        """Rows of the file, without empty ones."""
        return len(self.export.grid.cells)

    def doubts(self) -> list[str]:
        """Return what a person should look at first, the gravest first."""
        lines = [
            *self.keys.doubts,
            *(
                f"{header}: {why}; take the column out of the file"
                for header, why in self.identifying.items()
            ),
        ]
        if self.export.other_sheets:
            others = ", ".join(self.export.other_sheets)
            lines.append(f"other sheets with tables, not used: {others}")
        if self.units_row is not None:
            lines.append(f"row {self.units_row} looks like units; delete it")
        if self.rows_below:
            lines.append(_rows_below(self.rows_below))
        if self.n_repeated:
            rows = "row repeats" if self.n_repeated == 1 else "rows repeat"
            lines.append(f"{self.n_repeated} {rows} an earlier row in every cell")
        if self.export.swapped_dates:
            lines.append(f"dates: day or month first? Read as {self.export.fmt.date}")
        lines += [f"{c.shown}: {doubt}" for c in self.columns for doubt in c.doubts]
        return list(dict.fromkeys(lines))


def draft_study(export: Export) -> Draft:
    """Find out what an export seems to be."""
    cells = export.grid.cells.apply(lambda column: column.str.strip())
    repeated = cells.duplicated()
    columns = [draft_column(export, place) for place in export.grid.cells.columns]
    for column, name in zip(
        columns, unique_names([c.name for c in columns], [ROW_NUMBER]), strict=True
    ):
        column.name = name
    _leave_out_headers(columns)
    identifying = _leave_out_identifying(columns, export)
    _leave_out_free_text(columns)
    used = [column for column in columns if not column.left_out]
    keys = find_keys(used, repeated)
    for column in [*keys.patient, *keys.row]:
        _make_identifier(column)
    for column in used:
        if column.kind in ("id", "category", "text") and looks_like_people(column.values):
            column.doubts.append(PEOPLE)
    identified = {id(column) for column in [*keys.patient, *keys.row]}
    others = [column for column in used if id(column) not in identified]
    settle_levels(others, keys, ~repeated, export.grid.rows)
    for column in others:
        _note_constancy(column)
    return Draft(
        export=export,
        columns=columns,
        keys=keys,
        choices=choose(others),
        missing=_texts_for_missing(cells),
        n_repeated=int(repeated.sum()),
        identifying=identifying,
        rows_below=rows_below(export),
        units_row=units_row(export),
    )


def _rows_below(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]} looks like a sum or a note below the table; delete it"
    listed = ", ".join(str(row) for row in rows)
    return f"rows {listed} look like sums or notes below the table; delete them"


def _leave_out_headers(columns: Sequence[ColumnDraft]) -> None:
    """Leave out columns that cannot be named: without a header, or with one that is taken."""
    seen: set[str] = set()
    for column in columns:
        if not column.header:
            if not column.left_out:
                column.doubts = ["a column with values has no header"]
            column.left_out = "it has no header"
        elif column.header in seen:
            column.left_out = "its header stands further left already"
            column.doubts = ["the header stands here twice; rename one of the columns in the file"]
        seen.add(column.header)


def _leave_out_identifying(columns: Sequence[ColumnDraft], export: Export) -> dict[str, str]:
    """Leave out columns that show who a patient is, as the pipeline's own refusal finds them.

    Returns those whose header tells: with them in the file, no run is possible.
    """
    found: dict[str, str] = {}
    for column in columns:
        meaning = identifier_in(column.header)
        if meaning:
            found[column.header] = f"the header looks like {meaning} of a person"
            column.left_out, column.doubts = found[column.header], []
        elif not column.left_out and (_has_titles(column) or _holds_names(column, export)):
            column.left_out = "most values look like names"
            column.doubts = [
                "most values look like names of people; take the column out of the file"
            ]
    return found


def _has_titles(column: ColumnDraft) -> bool:
    """Return whether most values are physicians with their titles."""
    return column.kind in ("text", "id", "category") and has_titles(column.values)


def _holds_names(column: ColumnDraft, export: Export) -> bool:
    """Return whether most values look like names of people."""
    if column.kind not in ("text", "id", "category") or column.values.nunique() < _FEWEST_NAMES:
        return False
    log = FindingLog({})
    variable = Variable(name="tried", type="id", labels={})
    declared = Column(variable=variable, sources=(column.header,), codes={}, actions={})
    table = Table(
        name="tried", level="row", files=("tried",), format=export.fmt, columns={"tried": declared}
    )
    raw = RawTable(
        table=table,
        cells=pd.DataFrame({column.header: column.values}),
        origin=pd.DataFrame({"file": "tried", "row": export.grid.rows}),
        sources={"tried": (column.header,)},
        headers={},
        from_sheets=False,
        complete=True,
    )
    # Two words with capitals may be a place or a diagnosis where few of them repeat.
    refuse_identifiers(raw, "" if column.kind == "category" else "tried", log)
    return bool(log.table()["message"].str.contains("names", regex=False).any())


def _leave_out_free_text(columns: Sequence[ColumnDraft]) -> None:
    for column in columns:
        if column.kind == "text" and not column.left_out and not column.doubts:
            found = column.values.dropna()
            if found.str.contains(" ", regex=False).any() or found.str.len().max() > _FREE_TEXT:
                column.left_out = "free text, which no analysis needs and which may name people"


def _make_identifier(column: ColumnDraft) -> None:
    column.kind, column.unit, column.bounds, column.numbers = "id", "", None, None
    column.codes, column.levels, column.missing = {}, {}, []
    column.notes, column.doubts, column.decimals = [], [], None
    spelled = column.values.dropna().drop_duplicates()
    loose = spelled.str.casefold().str.replace(
        r"\b0+(?=\d)|(?<=[a-z])0+(?=\d)|[\s_.-]", "", regex=True
    )
    alike = spelled[loose.duplicated(keep=False)].groupby(loose).agg(list)
    if len(alike):
        pair = " and ".join(repr(text) for text in alike.iloc[0][:2])
        column.doubts.append(f"{pair} differ in spelling only; they count as two")


def _note_constancy(column: ColumnDraft) -> None:
    shares = column.values.value_counts(normalize=True)
    if len(shares) == 1:
        column.notes.append("the same value in every row that has one")
    elif shares.iloc[0] >= _NEARLY_CONSTANT and column.values.notna().sum() >= 20:
        column.notes.append(f"{shares.iloc[0]:.0%} of the values are {shares.index[0]!r}")


def _texts_for_missing(cells: pd.DataFrame) -> list[str]:
    """Return the texts for "no value" that the table uses, the empty one first."""
    found = {text for name in cells for text in cells[name].unique() if is_no_value(text)}
    return ["", *sorted(found - {""}, key=lambda text: (text.casefold(), text))]
