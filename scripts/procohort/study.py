"""What a study declares, as typed values: tables, columns, rules, variables.

Built from normalised settings (`procohort.settings`), where every default is
filled in. These classes cross module borders; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from procohort.schedule.regimen import Schedule
from procohort.visits import VISIT, ReadVariable, read_variables, visit_key

VariableType = Literal["id", "category", "boolean", "integer", "number", "date", "text"]
Level = Literal["patient", "row"]
TableLevel = Literal["patient", "row", "visit"]
Action = Literal["stop", "quarantine", "blank", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A column of the analysis table.

    Attributes
    ----------
    name, label, unit : str
        Machine name, name for people, unit of the stored values ("" if none).
    type : str
        id, category, boolean, integer, number, date or text.
    level : {"patient", "row"}
        Whether the value is a fact of the patient or of the row.
    labels : Mapping[str, str]
        Allowed values in order, with the text shown for each. Booleans use the
        keys ``"true"`` and ``"false"``.
    decimals : int or None
        Recorded resolution; values are rounded to it before they are ranked.
    """

    name: str
    type: VariableType
    label: str = ""
    unit: str = ""
    level: Level = "row"
    labels: Mapping[str, str]
    decimals: int | None = None

    @property
    def is_quantity(self) -> bool:
        """Whether the variable is measured or counted."""
        return self.type in ("integer", "number")

    @classmethod
    def from_settings(cls, name: str, spec: Mapping[str, Any], level: Level) -> Variable:
        """Build a variable from its normalised settings."""
        return cls(
            name=name,
            type=spec["type"],
            label=spec.get("label") or name,
            unit=spec.get("unit", ""),
            level=spec.get("level") or level,
            labels=dict(spec.get("labels") or {}),
            decimals=0 if spec["type"] == "integer" else spec.get("decimals"),
        )

    @classmethod
    def from_analysis(cls, name: str, spec: Mapping[str, Any]) -> Variable:
        """Build a variable from the parameters of an analysis, where labels are only levels."""
        levels = {level: level for level in spec.get("labels") or ()}
        return cls.from_settings(name, {**spec, "labels": levels}, spec.get("level") or "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column of a raw table is read and what its values may be.

    Attributes
    ----------
    sources : tuple of str
        Accepted headers; ``"@row"`` numbers the rows of the table instead of reading one.
    codes : Mapping[str, str]
        Raw value to stored value; values not listed stand for themselves.
    source_unit, source_factor : str, float or None
        Unit in the file, and the factor to the stored unit when it is not a known pair.
    range : tuple of float or None
        Smallest and largest allowed value, in the stored unit, inclusive.
    missing : tuple of str
        Texts that mean "no value", besides those of the table.
    actions : Mapping[str, str]
        Policy by rule that overrides the study's policy for this column.
    """

    variable: Variable
    sources: tuple[str, ...]
    codes: Mapping[str, str]
    source_unit: str = ""
    source_factor: float | None = None
    range: tuple[float, float] | None = None
    required: bool = False
    missing: tuple[str, ...] = ()
    actions: Mapping[str, str]

    @classmethod
    def from_settings(cls, name: str, spec: Mapping[str, Any], level: Level) -> Column:
        """Build a column from its normalised settings."""
        bounds = spec.get("range")
        return cls(
            variable=Variable.from_settings(name, spec, level),
            sources=tuple(spec["source"]),
            codes=dict(spec.get("codes") or {}),
            source_unit=spec.get("source_unit", ""),
            source_factor=spec.get("source_factor"),
            range=(float(bounds[0]), float(bounds[1])) if bounds else None,
            required=bool(spec.get("required", False)),
            missing=tuple(spec.get("missing") or ()),
            actions=dict(spec.get("actions") or {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a raw file is written: ``auto`` means found out from the file."""

    encoding: str = "auto"
    delimiter: str = "auto"
    decimal: str = "."
    thousands: str = ""
    date: str = "%Y-%m-%d"
    missing: tuple[str, ...] = ("",)
    sheet: str = ""
    skip_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The column that tells the visits of a table apart, and their order."""

    column: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A raw table: its files, how they are written, its columns; `visits` of the level visit."""

    name: str
    level: TableLevel
    files: tuple[str, ...]
    format: Format
    columns: Mapping[str, Column]
    ignore: tuple[str, ...] = ()
    visits: Visits | None = None

    @classmethod
    def from_settings(cls, name: str, spec: Mapping[str, Any]) -> Table:
        """Build a table from its normalised settings."""
        fmt = dict(spec.get("format") or {})
        fmt["missing"] = tuple(str(text) for text in fmt.get("missing", ("",)))
        visit = spec.get("visit")
        level: Level = "row" if spec["level"] == VISIT else spec["level"]
        return cls(
            name=name,
            level=spec["level"],
            files=tuple(spec["files"]),
            format=Format(**fmt),
            columns={
                column: Column.from_settings(column, column_spec, level)
                for column, column_spec in spec["columns"].items()
            },
            ignore=tuple(spec.get("ignore") or ()),
            visits=Visits(column=visit["column"], order=tuple(visit["order"])) if visit else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule across columns: rows where `expect` is false are findings."""

    id: str
    expect: str
    action: Action
    remedy: str
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A step of the attrition: rows where `keep` is not true leave the cohort."""

    id: str
    keep: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A variable computed from others after cleaning."""

    variable: Variable
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPlan:
    """Everything ingest and clean need to turn raw tables into the analysis table.

    Attributes
    ----------
    read : tuple of ReadVariable
        Every variable that is read, also those of tables with a line for each visit.
    """

    tables: Mapping[str, Table]
    read: tuple[ReadVariable, ...]
    row_table: str
    cluster_key: tuple[str, ...]
    row_key: tuple[str, ...]
    policy: Mapping[str, Action]
    checks: tuple[Check, ...]
    filters: tuple[Filter, ...]
    derived: tuple[Derived, ...]
    parameters: Mapping[str, float]
    schedule: Schedule | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> CohortPlan:
        """Build the plan from normalised settings (the keys of config.yaml)."""
        return cls(
            tables={
                name: Table.from_settings(name, spec) for name, spec in settings["tables"].items()
            },
            read=tuple(read_variables(settings)),
            row_table=settings["row_table"],
            cluster_key=tuple(settings["keys"]["cluster"]),
            row_key=tuple(settings["keys"]["row"]),
            policy=dict(settings["policy"]),
            checks=tuple(
                Check(**{**spec, "blank": tuple(spec.get("blank") or ())})
                for spec in settings["checks"]
            ),
            filters=tuple(Filter(**spec) for spec in settings["filters"]),
            derived=tuple(
                Derived(
                    variable=Variable.from_settings(name, spec, "row"),
                    expression=spec["expression"],
                )
                for name, spec in settings["derived"].items()
            ),
            parameters=dict(settings["parameters"]),
            schedule=Schedule.from_settings(settings.get("schedule", {})),
        )

    def variables(self) -> dict[str, Variable]:
        """Return every variable of the analysis table by name, raw before derived."""
        found = {
            item.name: Variable.from_settings(item.name, item.spec, "row") for item in self.read
        }
        found.update({item.variable.name: item.variable for item in self.derived})
        return found

    def key_of_lines(self, table: str) -> tuple[str, ...]:
        """Return what a line of a table must name: patient, row or visit."""
        if table == self.row_table:
            return tuple(dict.fromkeys([*self.cluster_key, *self.row_key]))
        visits = self.tables[table].visits
        return (*self.subject_key(table), visits.column) if visits else self.cluster_key

    def subject_key(self, table: str) -> tuple[str, ...]:
        """Return the key that joins another table to the rows: of a patient, or of a row."""
        if self.tables[table].visits is None:
            return self.cluster_key
        return visit_key(self.tables[table].columns, self.cluster_key, self.row_key)
