"""The page that leads to everything of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procohort.publish.tables.model import templates
from procohort.publish.wording import StudyWords
from procohort.vocabulary import fill

SEED_RULE = (
    "The seed of an analysis is the first 32 bits of the SHA-256 of its id; it stands in "
    "the column seed of the estimates."
)

# Beside the views of the analyses, relative to the page.
DOWNLOADS = (
    ("estimates.csv", "Every estimate, one result row each"),
    ("clean/analysis.csv", "The analysis table"),
    ("clean/codebook.csv", "What its columns mean"),
    ("clean/findings.csv", "What the checks found"),
    ("scorecard.csv", "The scorecard as a table"),
    ("rows.html", "The result rows behind the scorecard"),
    ("tables/small_cells.csv", "Counts small enough to single somebody out"),
)
CLEANING_TABLES = (
    ("attrition", "From the raw tables to the analysis"),
    ("missing", "Missing values"),
    ("findings", "Findings in the raw tables"),
)


@dataclass(frozen=True, slots=True)
class Illustration:
    """A figure on the page: its files share a name and differ in the ending."""

    name: str
    alt: str

    @property
    def stem(self) -> str:
        """Path without the ending, relative to the page."""
        return f"figures/{self.name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A table to open, a figure, or both; folded ones are opened by the person."""

    text: str
    table: str
    figure: Illustration | None
    folded: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section: what one analysis has to show."""

    id: str
    label: str
    note: str
    views: tuple[Shown, ...]


def render_index(
    index: Mapping[str, Any],
    *,
    alternatives: Mapping[str, str],
    analysed: tuple[int, int],
    verdicts: Mapping[str, int],
    versions: Mapping[str, str],
    manifest: Mapping[str, Any],
) -> str:
    """Return the page.

    Parameters
    ----------
    index : mapping
        study (title, data_label, citation, doi, row, cluster, reading,
        reading_meaning), sections (id, label, note, and views: text, table, figure,
        folded), methods, readings.
    alternatives : mapping
        Description of each figure by its name.
    analysed : tuple of int
        Rows and clusters analysed.
    verdicts : mapping
        Number of printed claims by verdict; empty when there is no scorecard.
    versions : mapping
        Software by name.
    manifest : mapping
        Facts about the raw files, shown as they are.

    Examples
    --------
    >>> study = {"title": "A & B", "data_label": "made up",
    ...          "row": {"singular": "scan", "plural": "scans"},
    ...          "cluster": {"singular": "knee", "plural": "knees"}}
    >>> page = render_index({"study": study}, alternatives={}, analysed=(3, 2), verdicts={},
    ...                     versions={}, manifest={})
    >>> "A &amp; B" in page and "3 scans in 2 knees" in page
    True
    """
    study = index["study"]
    words = StudyWords.from_settings(study)
    text = (
        templates()
        .get_template("index.html.j2")
        .render(
            words=words,
            study=study,
            analysed=words.counts(*analysed),
            verdicts={name.replace("_", " "): n for name, n in verdicts.items()},
            run=_run(index, versions),
            manifest=_flat(manifest),
            flow=_illustration("attrition", alternatives),
            forest=_illustration("forest", alternatives),
            parts=_parts(index.get("sections") or (), alternatives, words),
            cleaning_tables=CLEANING_TABLES,
            downloads=DOWNLOADS,
        )
    )
    return text.rstrip("\n") + "\n"


def _illustration(name: str, alternatives: Mapping[str, str]) -> Illustration | None:
    return Illustration(name, alternatives[name].strip()) if name in alternatives else None


def _parts(
    sections: Iterable[Mapping[str, Any]], alternatives: Mapping[str, str], words: StudyWords
) -> list[Part]:
    return [
        Part(
            id=str(section["id"]),
            label=str(section["label"]),
            note=str(section.get("note") or ""),
            views=tuple(
                Shown(
                    text=fill(str(shown["text"]), words.cluster, words.clusters),
                    table=str(shown.get("table") or ""),
                    figure=_illustration(str(shown.get("figure") or ""), alternatives),
                    folded=bool(shown.get("folded")),
                )
                for shown in section["views"]
            ),
        )
        for section in sections
    ]


def _run(index: Mapping[str, Any], versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was run, as terms with their explanation."""
    study, methods = index["study"], index.get("methods") or {}
    readings = index.get("readings") or {}
    run: list[tuple[str, str]] = []
    if study.get("reading"):
        meaning = study.get("reading_meaning") or readings.get(study["reading"], "")
        run.append(("Reading", f"{study['reading']}: {meaning}".rstrip(": ")))
    others = [f"{name}: {text}" for name, text in readings.items() if name != study.get("reading")]
    if others:
        run.append(("Other readings", "; ".join(others)))
    if "ci_level" in methods:
        run.append(("Confidence level", f"{100 * float(methods['ci_level']):g} %"))
    if "n_resamples" in methods:
        run.append(("Permutations and bootstrap replicates", str(methods["n_resamples"])))
    run.append(("Random numbers", SEED_RULE))
    if versions:
        run.append(("Software", ", ".join(f"{name} {text}" for name, text in versions.items())))
    return run


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested facts as pairs of a path and a text."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            pairs.extend(_flat(value, f"{path} · "))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for position, item in enumerate(value):
                if isinstance(item, Mapping):
                    pairs.extend(_flat(item, f"{path} {position + 1} · "))
                else:
                    pairs.append((path, str(item)))
        else:
            pairs.append((path, str(value)))
    return pairs
