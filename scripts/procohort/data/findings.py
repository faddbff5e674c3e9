"""Findings: what is wrong with a file, a row or a cell, and what to do about it.

Findings are collected many rows at a time, so that a registry of a million rows
costs no loop in Python. What happens to each one (its action) is the policy of
the column, else of the study, else to stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from procohort.jobs import EXIT_DATA, EXIT_SETTINGS, UserError
from procohort.study import Action, Column

COLUMNS = ("file", "row", "table", "column", "value", "rule", "action", "message", "remedy")
ALWAYS_STOP = frozenset({"unreadable_file", "direct_identifier"})
DEFAULT_ACTIONS: Mapping[str, Action] = {"unused_patient": "report"}
LINES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it is, and what to do.

    Attributes
    ----------
    file : str
        Path as the configuration writes it.
    row : int or None
        Line of a text file or row of a sheet, as a person sees it; None for the whole file.
    table, column, value : str
        Table of the configuration, header in the file, cell as written.
    rule, action : str
        Which rule found it, and what happens: stop, quarantine, blank or report.
    message, remedy : str
        What is wrong (no final full stop), and what to do (whole sentences).
    """

    file: str
    row: int | None = None
    table: str = ""
    column: str = ""
    value: str = ""
    rule: str
    action: Action
    message: str
    remedy: str

    def line(self) -> str:
        """Return the finding as one line for people.

        Examples
        --------
        >>> Finding(file="a.csv", row=2, column="n", value="0", rule="out_of_range", action="stop",
        ...         message="0 is below the smallest allowed value 1", remedy="Correct it.").line()
        'a.csv: row 2, column n: 0 is below the smallest allowed value 1. Correct it.'
        """
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        where = f"{self.file}: {', '.join(place)}: " if place else f"{self.file}: "
        return f"{where}{self.message}. {self.remedy}"


class PlanError(UserError):
    """A configuration that does not fit the data; the message has a line for each mistake."""

    exit_code = EXIT_SETTINGS


class DataError(UserError):
    """Raw tables that cannot be used; the message has a line for each stopping finding.

    Attributes
    ----------
    findings : DataFrame
        Every finding of the run (columns `COLUMNS`), also those that do not stop it.
    lines : list of str
        The lines of the message.
    """

    exit_code = EXIT_DATA

    def __init__(self, findings: pd.DataFrame) -> None:
        stops = findings[findings["action"] == "stop"]
        lines = [finding.line() for finding in as_findings(stops.head(LINES_SHOWN))]
        if len(stops) > LINES_SHOWN:
            lines.append(f"and {len(stops) - LINES_SHOWN} more")
        super().__init__(lines)
        self.findings = findings


def as_findings(frame: pd.DataFrame) -> list[Finding]:
    """Return the rows of a table of findings as objects."""
    return [
        Finding(**{**record, "row": None if pd.isna(record["row"]) else int(record["row"])})
        for record in frame[list(COLUMNS)].to_dict("records")
    ]


def as_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a table with the columns `COLUMNS`."""
    records = [asdict(finding) for finding in findings]
    return _typed(pd.DataFrame.from_records(records, columns=list(COLUMNS)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {name: "string" for name in COLUMNS if name != "row"}
    return frame.astype({**texts, "row": "Int64"})


class FindingLog:
    """Collects findings of one run, in any order, and gives them back sorted.

    Parameters
    ----------
    policy : mapping
        Action by rule.
    files : iterable of str
        Every raw file, in the order of the configuration; findings sort by it.
    """

    def __init__(self, policy: Mapping[str, Action], files: Iterable[str] = ()) -> None:
        self.policy = policy
        self._order = {file: place for place, file in enumerate(dict.fromkeys(files))}
        self._parts: list[pd.DataFrame] = []

    def action(self, rule: str, column: Column | None = None) -> Action:
        """Return what happens to a finding of this rule, in this column."""
        if rule in ALWAYS_STOP:
            return "stop"
        if column is not None and rule in column.actions:
            return cast(Action, column.actions[rule])
        return self.policy.get(rule) or DEFAULT_ACTIONS.get(rule, "stop")

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings made elsewhere; their actions stay."""
        self._parts.append(as_frame(findings).assign(position=-1))

    def add(self, *, file: str, rule: str, message: str, remedy: str, **details: Any) -> None:
        """Add one finding about a file; `details` are other fields of `Finding`."""
        action: Action = details.pop("action", None) or self.action(rule)
        finding = Finding(
            file=file, rule=rule, action=action, message=message, remedy=remedy, **details
        )
        self.extend([finding])

    def add_rows(
        self,
        origin: pd.DataFrame,
        where: npt.NDArray[Any] | pd.Series,
        *,
        table: str,
        rule: str,
        message: str | pd.Series,
        remedy: str | pd.Series,
        action: str,
        column: str | pd.Series = "",
        value: str | pd.Series = "",
    ) -> None:
        """Add a finding for every row where `where` is true.

        Parameters
        ----------
        origin : DataFrame, n rows
            Columns file and row; the index is the row's position in the table.
        where : bool array, n
            The rows concerned.
        message, remedy, column, value : str or Series
            One text for all rows, or one for each position.
        """
        chosen = origin[np.asarray(where, dtype=bool)]
        if chosen.empty:
            return
        part = chosen[["file", "row"]].assign(table=table, rule=rule, action=action)
        texts = {"column": column, "value": value, "message": message, "remedy": remedy}
        for name, text in texts.items():
            part[name] = text.reindex(part.index) if isinstance(text, pd.Series) else text
        part["position"] = part.index
        self._parts.append(_typed(part[[*COLUMNS, "position"]]))

    def table(self) -> pd.DataFrame:
        """Return all findings, sorted by file (in the order declared) and row."""
        return self._sorted()[list(COLUMNS)].reset_index(drop=True)

    def _sorted(self) -> pd.DataFrame:
        if not self._parts:
            return as_frame([]).assign(position=pd.Series(dtype="int64"))
        frame = pd.concat(self._parts, ignore_index=True)
        place = frame["file"].map(self._order).fillna(len(self._order)).astype(int)
        order = pd.DataFrame({"place": place, "row": frame["row"].fillna(0).astype(int)})
        return frame.loc[order.sort_values(["place", "row"], kind="stable").index]

    def has_stop(self) -> bool:
        """Whether any finding stops the run."""
        return any((part["action"] == "stop").any() for part in self._parts)

    def raise_if_stopped(self) -> None:
        """Raise `DataError` with all findings when one of them stops the run."""
        if self.has_stop():
            raise DataError(self.table())

    def quarantined(self, table: str) -> pd.DataFrame:
        """Return position, rule and reason of each quarantine finding of a table."""
        parts = [
            part[(part["action"] == "quarantine") & (part["table"] == table)]
            for part in self._parts
        ]
        if not parts:
            return pd.DataFrame({"position": [], "rule": [], "reason": []}).astype(
                {"position": "int64", "rule": "string", "reason": "string"}
            )
        frame = pd.concat(parts, ignore_index=True)
        column = (", column " + frame["column"]).where(frame["column"] != "", "")
        reason = frame["rule"] + column + ": " + frame["message"]
        found = pd.DataFrame(
            {"position": frame["position"], "rule": frame["rule"], "reason": reason}
        )
        return found[found["position"] >= 0].astype({"position": "int64"})
