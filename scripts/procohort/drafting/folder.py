"""The folder of a new study: the export, a drafted configuration, and what to look at first."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from procohort.data.clean import build_cohort
from procohort.data.findings import DataError
from procohort.drafting.document import configuration
from procohort.drafting.draft import Draft, draft_study
from procohort.drafting.names import snake
from procohort.drafting.reading import ExportError, read_export
from procohort.jobs import EXIT_SETTINGS, UserError
from procohort.settings import complete
from procohort.study import CohortPlan

SCHEMA = Path("workflow") / "schemas" / "config.schema.yaml"
CONFIG = "config.yaml"
RAW = Path("data") / "raw"
_MOST_LINES = 12


class FolderError(UserError):
    """A folder in which no study can be made."""

    exit_code = EXIT_SETTINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStudy:
    """A study that has been made.

    Attributes
    ----------
    folder : Path
        Its folder, as the user calls it.
    draft : Draft
        What the export seems to be.
    stops : list of str
        Findings that stop the first run, one line each, as the run will tell them.
    n_records, n_patients : int
        Size of the analysis table as drafted; 0 when a finding stops the run.
    """

    folder: Path
    draft: Draft
    stops: list[str]
    n_records: int
    n_patients: int


def study_name(path: Path) -> str:
    """Return the name of a study made from an export: letters, digits and hyphens.

    Examples
    --------
    >>> study_name(Path("Export 2024 (Augen).xlsx")), study_name(Path("2024.csv"))
    ('export-2024-augen', 'study-2024')
    """
    name = snake(path.stem).replace("_", "-")
    return name if name[:1].isalpha() else f"study-{name}".strip("-")


def make_study(export: Path, folder: Path, root: Path) -> NewStudy:
    """Make the folder of a new study.

    Parameters
    ----------
    export : Path
        The table; it is copied and otherwise only read.
    folder : Path
        The folder to make.
    root : Path
        The project's folder, where the schema of configurations is.

    Raises
    ------
    FolderError
        If the folder is there already; nothing is overwritten.
    ExportError
        If the export cannot be read. No folder is left behind.
    """
    if folder.exists():
        raise FolderError(
            [
                f"{folder}: the folder is there already; nothing was written. Choose another name "
                "(NAME=... or --folder ...), or remove the folder if you no longer need it."
            ]
        )
    draft = draft_study(read_export(export, str(export)))
    if not draft.used:
        raise ExportError([f"{export}: no column can be used. Check the file and its headers."])
    raw = RAW / _safe_name(export.name)
    text = configuration(
        draft,
        study_id=study_name(folder),
        title=folder.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Study",
        file=raw.as_posix(),
        schema=Path(os.path.relpath(root / SCHEMA, folder)).as_posix(),
    )
    settings = complete(yaml.safe_load(text), root / SCHEMA)
    (folder / RAW).mkdir(parents=True)
    shutil.copyfile(export, folder / raw)
    (folder / CONFIG).write_text(text, encoding="utf-8", newline="\n")
    try:
        analysis = build_cohort(CohortPlan.from_settings(settings), folder).analysis
    except DataError as error:
        return NewStudy(folder=folder, draft=draft, stops=error.lines, n_records=0, n_patients=0)
    n_patients = int(analysis["cluster"].nunique())
    return NewStudy(
        folder=folder, draft=draft, stops=[], n_records=len(analysis), n_patients=n_patients
    )


def _safe_name(name: str) -> str:
    """Return a file name without signs that mean something to the workflow or a shell."""
    return re.sub(r"[^\w.-]+", "_", name)


def summary(study: NewStudy) -> list[str]:
    """Return what was found, what to look at first, and the command to run."""
    draft, folder = study.draft, study.folder.as_posix()
    config = f"{folder}/{CONFIG}"
    lines = [f"{config} drafted from {draft.n_rows} rows and {len(draft.columns)} columns.", ""]
    lines += ["Found", *(f"  {text}" for text in _found(draft)), ""]
    doubts = draft.doubts()
    if not draft.keys.patient:
        doubts.insert(
            0,
            "NO PATIENT IDENTIFIER: every row counts as a patient of its own. If patients have "
            "several rows, add the column of a pseudonym; see the top of config.yaml",
        )
    if doubts:
        lines += ["Look at first", *(f"  - {text}." for text in _at_most(doubts)), ""]
    if study.stops:
        number = "1 finding" if len(study.stops) == 1 else f"{len(study.stops)} findings"
        lines += [f"The first run will stop at {number} and say where and what to do.", ""]
    elif study.n_records:
        counts = f"{study.n_records} rows of {study.n_patients} patients"
        lines += [f"As drafted, {counts} enter the analysis.", ""]
    lines += [
        "The folder holds a copy of your table: keep it out of public version control.",
        f"Check {config} from top to bottom, then run",
        f"  snakemake --cores 4 --directory {folder} --snakefile Snakefile",
    ]
    return lines


def _found(draft: Draft) -> list[str]:
    keys, choices = draft.keys, draft.choices
    patient = " and ".join(column.header for column in keys.patient) or "none"
    lines = [f"patient: {patient} ({keys.reason})"]
    if keys.row and keys.row != keys.patient:
        lines.append(f"row: {keys.row[0].header}")
    facts = [column.header for column in draft.used if column.level == "patient"]
    if facts:
        lines.append(f"constant within patients: {', '.join(facts)}")
    kinds = {"measured": choices.quantities, "yes or no": choices.events, "groups": choices.groups}
    lines += [f"{kind}: {', '.join(c.header for c in cs)}" for kind, cs in kinds.items() if cs]
    left = [c.header or f"column {c.place + 1}" for c in draft.columns if c.left_out]
    if left:
        lines.append(f"left out: {', '.join(left)}")
    return [" ".join(line.split()) for line in lines]


def _at_most(texts: Sequence[str]) -> list[str]:
    shown = [" ".join(text.split()) for text in texts[:_MOST_LINES]]
    rest = len(texts) - _MOST_LINES
    return [*shown, f"and {rest} more, as comments in {CONFIG}"] if rest > 0 else shown
