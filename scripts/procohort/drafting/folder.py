"""The folder of a new study: the export, a drafted configuration, and what to look at first."""

from __future__ import annotations

import os
import re
import shlex
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
from procohort.drafting.reading import ExportError, counted, read_export
from procohort.jobs import EXIT_SETTINGS, UserError
from procohort.settings import complete
from procohort.study import CohortPlan

SCHEMA = Path("workflow") / "schemas" / "config.schema.yaml"
CONFIG = "config.yaml"
RAW = Path("data") / "raw"
STUDIES = Path("studies")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Everything in the folder of raw tables stays out of version control, but for this rule.
_IGNORED = "*\n!.gitignore\n"
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


def study_name(text: str) -> str:
    """Return the name of a study: letters, digits and hyphens.

    Parameters
    ----------
    text : str
        The name of a folder, or of a file without its ending.

    Examples
    --------
    >>> study_name("Export 2024 (Augen)"), study_name("2024")
    ('export-2024-augen', 'study-2024')
    """
    name = snake(text).replace("_", "-")
    return name if name[:1].isalpha() else f"study-{name}".strip("-")


def folder_of(export: Path, name: str | None, root: Path) -> Path:
    """Return the folder of a study of the project, relative to the current one.

    Parameters
    ----------
    export : Path
        The table; the study is called after it where no name is given.
    name : str or None
        Name of the study.
    root : Path
        The project's folder.

    Raises
    ------
    FolderError
        If the name is more or less than the name of one folder.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise FolderError(
            [
                f"{name}: a study's name has letters, digits, hyphens and underscores only. "
                f"Call it {study_name(name)}, for example."
            ]
        )
    return from_here(root / STUDIES / (name or study_name(export.stem)))


def from_here(path: Path) -> Path:
    """Return a path relative to the current folder."""
    return Path(os.path.relpath(path))


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
        If the folder is there already, nothing is overwritten; or if it cannot be made.
    ExportError
        If the export cannot be read. No folder is left behind.
    """
    _require_free(folder)
    draft = draft_study(read_export(export, str(export)))
    if not draft.used:
        raise ExportError([f"{export}: no column can be used. Check the file and its headers."])
    raw = RAW / _safe_name(export.name)
    text = configuration(
        draft,
        study_id=study_name(folder.name),
        title=folder.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Study",
        file=raw.as_posix(),
        schema=Path(os.path.relpath(root / SCHEMA, folder)).as_posix(),
    )
    settings = complete(yaml.safe_load(text), root / SCHEMA)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise _cannot_be_made(folder, error) from None
    try:
        _fill(folder, export, raw, text)
        analysis = build_cohort(CohortPlan.from_settings(settings), folder).analysis
    except DataError as error:
        return NewStudy(folder=folder, draft=draft, stops=error.lines, n_records=0, n_patients=0)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _cannot_be_made(folder, error) from None
    except BaseException:
        # Half a study would be in the way of the next try.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    n_patients = int(analysis["cluster"].nunique())
    return NewStudy(
        folder=folder, draft=draft, stops=[], n_records=len(analysis), n_patients=n_patients
    )


def _require_free(folder: Path) -> None:
    try:
        is_taken = folder.exists() or folder.is_symlink()
    except OSError as error:
        raise _cannot_be_made(folder, error) from None
    if is_taken:
        raise FolderError(
            [
                f"{folder}: the folder is there already; nothing was written. Choose another name "
                "(NAME=... or --folder ...), or remove the folder if you no longer need it."
            ]
        )


def _cannot_be_made(folder: Path, error: OSError) -> FolderError:
    return FolderError(
        [f"{folder}: cannot be made ({error.strerror}). Choose another name or place."]
    )


def _fill(folder: Path, export: Path, raw: Path, text: str) -> None:
    """Write the files of a study; the copy of the table is kept out of version control."""
    (folder / RAW).mkdir(parents=True)
    (folder / RAW / ".gitignore").write_text(_IGNORED, encoding="utf-8", newline="\n")
    shutil.copyfile(export, folder / raw)
    (folder / CONFIG).write_text(text, encoding="utf-8", newline="\n")


def _safe_name(name: str) -> str:
    """Return a file name without signs that mean something to the workflow or a shell."""
    return re.sub(r"[^\w.-]+", "_", name)


def summary(study: NewStudy, root: Path) -> list[str]:
    """Return what was found, what to look at first, and the command to run from here.

    Parameters
    ----------
    root : Path
        The project's folder.
    """
    draft, folder = study.draft, study.folder.as_posix()
    config = f"{folder}/{CONFIG}"
    size = f"{counted(draft.n_rows, 'row')} and {counted(len(draft.columns), 'column')}"
    lines = [f"{config} drafted from {size}.", ""]
    lines += ["Found", *(f"  {text}" for text in _found(draft)), ""]
    doubts = draft.doubts()
    if not draft.keys.patient:
        doubts.insert(
            len(draft.keys.doubts),
            "NO PATIENT IDENTIFIER: every row counts as a patient of its own. If patients have "
            "several rows, add the column of a pseudonym; see the top of config.yaml",
        )
    if doubts:
        lines += ["Look at first", *(f"  - {text}." for text in _at_most(doubts)), ""]
    if study.stops:
        number = counted(len(study.stops), "finding")
        lines += [f"The first run will stop at {number} and say where and what to do.", ""]
    elif study.n_records:
        counts = f"{counted(study.n_records, 'row')} of {counted(study.n_patients, 'patient')}"
        enter = "enters" if study.n_records == 1 else "enter"
        lines += [f"As drafted, {counts} {enter} the analysis.", ""]
    snakefile = from_here(root / "Snakefile").as_posix()
    lines += [
        f"The folder holds a copy of your table; {RAW.as_posix()}/.gitignore keeps it out of "
        "version control.",
        f"Check {config} from top to bottom, then run",
        f"  snakemake --cores 4 --directory {shlex.quote(folder)} "
        f"--snakefile {shlex.quote(snakefile)}",
    ]
    return lines


def _found(draft: Draft) -> list[str]:
    keys, choices = draft.keys, draft.choices
    patient = " and ".join(column.header for column in keys.patient) or "none"
    lines = [f"sheet: {draft.export.sheet}"] if draft.export.sheet else []
    lines.append(f"patient: {patient} ({keys.reason})")
    if keys.row and keys.row != keys.patient:
        lines.append(f"row: {keys.row[0].header}")
    facts = [column.header for column in draft.used if column.level == "patient"]
    if facts:
        lines.append(f"constant within patients: {', '.join(facts)}")
    kinds = {"measured": choices.quantities, "yes or no": choices.events, "groups": choices.groups}
    lines += [f"{kind}: {', '.join(c.header for c in cs)}" for kind, cs in kinds.items() if cs]
    # An empty column without a header is no more than the edge of a sheet.
    left = [c.shown for c in draft.columns if c.left_out and (c.header or c.doubts)]
    if left:
        lines.append(f"left out: {', '.join(dict.fromkeys(left))}")
    return [" ".join(line.split()) for line in lines]


def _at_most(texts: Sequence[str]) -> list[str]:
    shown = [" ".join(text.split()) for text in texts[:_MOST_LINES]]
    rest = len(texts) - _MOST_LINES
    return [*shown, f"and {rest} more, as comments in {CONFIG}"] if rest > 0 else shown
