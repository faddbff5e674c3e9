"""The study's own words: what a row and a cluster are called, and where the data come from.

The house says "row" and "cluster"; people read "procedure" and "patient", or whatever
the study calls them. Every caption takes its words from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from procohort.results import ResultRow
from procohort.study import Variable
from procohort.vocabulary import estimand_name, fill, fill_all, methods_name

# What notes of statistics call the unit of the table and the unit of sampling.
_UNITS = re.compile(r"\b(?:patients?|rows?)\b")

PERSPECTIVES = ("as_published", "cluster_aware")
PERSPECTIVE_NAMES = {"as_published": "as published", "cluster_aware": "cluster-aware"}


@dataclass(frozen=True, slots=True)
class StudyWords:
    """What a caption needs to know about the study.

    Attributes
    ----------
    title, data_label : str
        Title, and the sentence that says where the data come from.
    row, rows, cluster, clusters : str
        Singular and plural of the unit of the table and of the unit of sampling.
    """

    title: str
    data_label: str
    row: str
    rows: str
    cluster: str
    clusters: str

    @classmethod
    def from_settings(cls, study: Mapping[str, Any]) -> StudyWords:
        """Take the words from the `study` mapping of the configuration.

        Examples
        --------
        >>> words = StudyWords.from_settings({
        ...     "title": "Scans", "data_origin": "real", "citation": "Doe 2020",
        ...     "row": {"singular": "scan", "plural": "scans"},
        ...     "cluster": {"singular": "knee", "plural": "knees"}})
        >>> words.data_label
        'real data: Doe 2020'
        >>> words.counts(1, 1)
        '1 scan in 1 knee'
        """
        citation = " ".join(str(study.get("citation") or study.get("title") or "").split())
        label = str(study.get("data_label") or "").strip()
        return cls(
            title=str(study["title"]),
            data_label=label or f"{study.get('data_origin', 'real')} data: {citation}",
            row=str(study["row"]["singular"]),
            rows=str(study["row"]["plural"]),
            cluster=str(study["cluster"]["singular"]),
            clusters=str(study["cluster"]["plural"]),
        )

    @property
    def data_note(self) -> str:
        """The data label as a sentence: ``Data: reconstructed ...`` or ``Real data: ...``."""
        label = self.data_label.rstrip(".")
        says_data = "data" in label.split(":", 1)[0].lower().split() and ":" in label
        return capitalise(label) if says_data else f"Data: {label}"

    def retell(self, rows: Iterable[ResultRow]) -> list[ResultRow]:
        """Return result rows whose notes call rows and clusters what the study calls them.

        Statistics know arrays only: their notes speak of rows and patients.
        """
        return [replace(row, note=self.note_of(row)) if row.note else row for row in rows]

    def note_of(self, row: ResultRow) -> str:
        """Return the note of a row; where clusters are its unit, each is a row."""
        return self.for_unit(row.unit_of_analysis).retold(row.note)

    def retold(self, note: str) -> str:
        """Return a note in the study's words.

        Examples
        --------
        >>> words = StudyWords("Scans", "", "scan", "scans", "knee", "knees")
        >>> words.retold("4 rows of 2 patients are left out")
        '4 scans of 2 knees are left out'
        """
        own = {"row": self.row, "rows": self.rows, "patient": self.cluster}
        own["patients"] = self.clusters
        return _UNITS.sub(lambda found: own[found[0]], note)

    def for_unit(self, unit: str) -> StudyWords:
        """Return the words of an analysis: where clusters are the unit, each is a row."""
        if unit != "patient":
            return self
        return replace(self, row=self.cluster, rows=self.clusters)

    @property
    def row_is_cluster(self) -> bool:
        """Whether each row is a cluster of its own, by name."""
        return self.row == self.cluster

    def count_rows(self, n: int | None) -> str:
        """Return for example ``458 procedures``."""
        return _count(n, self.row, self.rows)

    def count_clusters(self, n: int | None) -> str:
        """Return for example ``44 patients``."""
        return _count(n, self.cluster, self.clusters)

    def counts(self, n_rows: int | None, n_clusters: int | None) -> str:
        """Return for example ``458 procedures in 44 patients``."""
        if self.row_is_cluster:
            return self.count_clusters(n_clusters if n_clusters is not None else n_rows)
        if n_clusters is None:
            return self.count_rows(n_rows)
        return f"{self.count_rows(n_rows)} in {self.count_clusters(n_clusters)}"

    def counts_of(self, row: ResultRow) -> str:
        """Return what a result row rests on, in the study's words."""
        if row.unit_of_analysis == "patient":
            return self.count_clusters(row.n_patients)
        return self.counts(row.n_procedures, row.n_patients)

    def unit_of_analysis(self, unit: str) -> str:
        """Return the study's word for ``row`` or ``patient``."""
        return self.cluster if unit == "patient" else self.row

    def perspective(self, name: str) -> str:
        """Return the name of a perspective with what it means in this study."""
        if name == "as_published":
            return f"as published ({self.rows} pooled)"
        if name == "cluster_aware":
            return f"cluster-aware ({self.clusters} as the unit of sampling)"
        return "descriptive"

    def fill(self, text: str) -> str:
        """Put the study's words into a text, also at the beginning of a sentence.

        Examples
        --------
        >>> words = StudyWords("Scans", "", "scan", "scans", "knee", "knees")
        >>> words.fill("{Clusters} with one {row}")
        'Knees with one scan'
        """
        units = ("row", "rows", "cluster", "clusters")
        return fill_all(text, {name: getattr(self, name) for name in units})

    def method(self, name: str) -> str:
        """Return the name of a method for people."""
        return fill(methods_name(name), self.cluster, self.clusters)

    def estimand(self, name: str) -> str:
        """Return the name of an estimand for people."""
        return fill(estimand_name(name), self.cluster, self.clusters)

    def methods(self, rows: Iterable[ResultRow]) -> str:
        """Return the methods of some rows, each once, in alphabetical order."""
        return "; ".join(sorted({self.method(row.method) for row in rows if row.method}))

    def units_text(self, rows: Iterable[ResultRow]) -> str:
        """Return ``unit of analysis: procedure`` for the rows shown."""
        units = sorted({self.unit_of_analysis(row.unit_of_analysis) for row in rows})
        return f"unit of analysis: {' and '.join(units) or self.row}"


def _count(n: int | None, singular: str, plural: str) -> str:
    if n is None:
        return f"unknown number of {plural}"
    return f"{n} {singular if n == 1 else plural}"


def quoted(text: str) -> str:
    """Return the text between quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


def capitalise(text: str) -> str:
    """Return the text with its first letter large and the rest untouched."""
    return text[:1].upper() + text[1:]


def uncapitalise(text: str) -> str:
    """Return the text for the middle of a sentence: abbreviations keep their capitals.

    Examples
    --------
    >>> uncapitalise("Ward level"), uncapitalise("ECG recordings")
    ('ward level', 'ECG recordings')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


class VariableBook:
    """The study's variables by name; an unknown name stands for itself."""

    def __init__(self, variables: Mapping[str, Mapping[str, Any]]) -> None:
        self._variables = {
            # Settings may carry keys without a value.
            name: Variable.from_settings(
                name, {key: value for key, value in spec.items() if value is not None}, "row"
            )
            for name, spec in variables.items()
        }

    def __getitem__(self, name: str) -> Variable:
        return self._variables.get(name) or Variable(
            name=name, type="text", label=name.replace("_", " "), labels={}
        )

    def label(self, name: str) -> str:
        """Return the label of a variable."""
        return self[name].label

    def label_with_unit(self, name: str) -> str:
        """Return for example ``Waiting time (min)``.

        Examples
        --------
        >>> book = VariableBook({"t": {"type": "number", "label": "Time", "unit": "min"}})
        >>> book.label_with_unit("t")
        'Time (min)'
        """
        variable = self[name]
        return f"{variable.label} ({variable.unit})" if variable.unit else variable.label

    def level(self, name: str, level: str) -> str:
        """Return the label of a level; ``all`` is written ``All``."""
        if level == "all":
            return "All"
        return self[name].labels.get(level, level)

    def contrast(self, name: str, level: str, reference: str) -> str:
        """Return for example ``Failed procedure: Failed vs Successful``."""
        text = f"{self.level(name, level)} vs {self.level(name, reference)}"
        label = self.label(name)
        return text if label == self.level(name, level) else f"{label}: {text}"

    def comparison(self, name: str, levels: Sequence[str]) -> str:
        """Return the title of a comparison: its contrast, or ``By position`` for many levels."""
        if len(levels) == 2:
            return self.contrast(name, levels[0], levels[1])
        return f"By {uncapitalise(self.label(name))}"
