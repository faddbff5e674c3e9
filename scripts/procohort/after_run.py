"""What a person reads when a run is over: what was made, where it is, what to look at twice.

Everything is read from files of the results folder; what is not there is not spoken of,
or said to be missing. One screen: at most `MOST_LINES` lines.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from procohort.run_watch import made_in_this_run
from procohort.runs import KEPT, SCORECARD

MOST_LINES = 24
NARROWEST, WIDEST = 80, 100
_INDENT = 9

_FIRST_PAGE, _GATE = "report.html", "gate.txt"
_PLACES = {
    _FIRST_PAGE: "everything on one page, to open in a browser",
    "paper/": "for the manuscript: tables and paragraphs",
    "workbook.xlsx": "every table and result row",
    "scorecard.html": "each printed claim and its verdict",
}
# What targets beside the main one make, and what is said of it.
_OTHERS = {
    "what_moved.txt": "Beside an earlier run: {results}/what_moved.html",
    "studies.html": "The studies beside each other: {results}/studies.html",
    "figures/85mm": "Figures one journal column wide: {results}/figures/85mm/",
    "validation/quick": "How the methods did, in short: {results}/validation/quick/validation.md",
    "validation/full": "How the methods did: {results}/validation/full/validation.md and .svg",
}
_VERDICTS = {
    "reproduced": "reproduced",
    "consistent": "consistent",
    "by_construction": "hold by construction",
    "differs": "differ",
    "impossible_as_printed": "impossible as printed",
    "not_testable": "not testable",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A word in the margin and what is said beside it.

    Attributes
    ----------
    label : str
        ``Made``, ``Look``, ``Claims`` or ``Mind``.
    items : list of str
        Each begins on a line of its own.
    """

    label: str
    items: list[str]


def print_after_run(
    settings: Mapping[str, Any], results: Path = Path("results"), screen: TextIO | None = None
) -> None:
    """Print what a run has made and what to look at twice.

    A run of the main target ends with the whole screen, other targets with a line of
    their own, single files asked for by name with nothing. To be called before the run
    is kept: verdicts are compared with those of the run kept last.

    Parameters
    ----------
    settings : mapping
        The checked settings of the study.
    results : Path
        Its results folder.
    screen : TextIO, optional
        Where to print; standard error unless given.
    """
    made = made_in_this_run()
    whole = any(_is_made(results / name, made) for name in (_FIRST_PAGE, _GATE))
    lines = summary(settings, results, width=_width()) if whole else []
    _print([*lines, *_of_other_targets(results, made)], screen or sys.stderr)


def print_where_to_look(results: Path = Path("results"), screen: TextIO | None = None) -> None:
    """Print where earlier results are: for a run that has nothing to do."""
    _print(where_to_look(results), screen or sys.stderr)


def where_to_look(results: Path) -> list[str]:
    """Return two lines: the page to open, and the scorecard; none where nothing is."""
    places = [path for path, _ in _places(results) if not path.endswith("/")]
    shown = [path for path in places if path.endswith(".html")]
    return [f"Look at {shown[0]}", *(f"    and {path}" for path in shown[1:2])] if shown else []


def summary(settings: Mapping[str, Any], results: Path, *, width: int = WIDEST) -> list[str]:
    """Return the whole screen.

    Parameters
    ----------
    settings : mapping
        The checked settings: ``study``, and ``reading`` where the study has several.
    results : Path
        The results folder.
    width : int
        Columns.

    Returns
    -------
    list of str
        At most `MOST_LINES` lines of at most `width` characters.
    """
    from procohort.publish.wording import StudyWords

    words = StudyWords.from_settings(settings["study"])
    reading = settings.get("reading", "")
    note = f"{words.data_note.rstrip('.')}." + (f" Reading: {reading}." if reading else "")
    blocks = [
        Block("Made", [_made(results, words)]),
        Block("Look", _look(results)),
        Block("Claims", list(_claims(results, words))),
        Block("Mind", list(_mind(results)) or ["nothing stands out"]),
    ]
    lines = ["", _cut(words.title, width), *textwrap.wrap(note, width, max_lines=2)]
    for block in blocks:
        lines += (
            ["", *_laid_out(block, width)] if block.label != "Look" else _laid_out(block, width)
        )
    return lines[:MOST_LINES]


def _laid_out(block: Block, width: int) -> list[str]:
    """Return a block with its label in the margin, two lines for an item at most."""
    lines: list[str] = []
    for item in block.items:
        wrapped = textwrap.wrap(
            item,
            width - _INDENT,
            max_lines=2,
            placeholder=" ...",
            subsequent_indent="    " if item.startswith(" ") else "  ",
            break_on_hyphens=False,
        )
        lines += [f"{'':{_INDENT}}{line}" for line in wrapped]
    return [f"{block.label:{_INDENT}}{lines[0].strip()}", *lines[1:]] if lines else []


def _made(results: Path, words: Any) -> str:
    parts = []
    steps = _records(results / "clean/attrition.csv")
    if steps:
        last = steps[-1]
        parts.append(words.counts(int(last["n_rows"]), int(last["n_patients"])))
    rows = _records(results / "estimates.csv")
    if rows is not None:
        parts.append(_count(len(rows), "result row"))
    for folder, pattern, thing in (
        ("tables", "*.csv", "table"),
        ("figures", "*.svg", "figure"),
    ):
        n = len(list((results / folder).glob(pattern)))
        if n:
            parts.append(_count(n, thing))
    return ", ".join(parts) or "nothing that is known of"


def _places(results: Path) -> Iterator[tuple[str, str]]:
    """Yield the places that are there, as a person would type them, with what they are."""
    for name, what in _PLACES.items():
        if (results / name).exists():
            yield f"{_shown(results)}/{name}", what


def _look(results: Path) -> list[str]:
    places = list(_places(results))
    longest = max((len(path) for path, _ in places), default=0)
    return [f"{path:{longest}}  {what}" for path, what in places]


def _claims(results: Path, words: Any) -> Iterator[str]:
    card = _scorecard(results)
    if card is None:
        yield f"unknown: {_shown(results)}/{SCORECARD} is missing"
        return
    verdicts = card["verdicts"]
    if not verdicts:
        yield "none: the study lists no printed claims"
        return
    counts = Counter(record["verdict"] for record in verdicts)
    said = [f"{counts[name]:,} {text}" for name, text in _VERDICTS.items() if counts[name]]
    yield f"{len(verdicts):,} printed: {', '.join(said)}"
    compared = [record for record in verdicts if record["cluster_aware_changes"] is not None]
    changed = [record for record in compared if record["cluster_aware_changes"]]
    if compared:
        of = "" if words.row_is_cluster else f" of {words.rows} in {words.clusters}"
        yield (
            f"{len(changed)} of {len(compared)} printed conclusions change when the clustering"
            f"{of} counts"
        )
    gate = results / _GATE
    if gate.is_file():
        yield gate.read_text(encoding="utf-8").split(":")[0].strip()


def _mind(results: Path) -> Iterator[str]:
    """Yield what to look at twice, the weightiest first: a full screen loses the last."""
    yield from _changed_verdicts(results)
    yield from _quarantined(results)
    yield from _without_estimate(results)


def _quarantined(results: Path) -> Iterator[str]:
    files = {
        path.name: len(_records(path) or ())
        for path in sorted((results / "clean").glob("quarantine_*.csv"))
    }
    if not files:
        yield "quarantine unknown: no account of the cleaning was found"
    there = {name: n for name, n in files.items() if n}
    if there:
        where = [f"{name} ({n:,})" if len(there) > 1 else name for name, n in there.items()]
        yield (
            f"{_count(sum(there.values()), 'row')} of the raw tables in quarantine, not analysed: "
            f"{_shown(results)}/clean/{', '.join(where)}"
        )


def _without_estimate(results: Path) -> Iterator[str]:
    """Say how many result rows have no estimate, and why most of them."""
    rows = _records(results / "estimates.csv")
    if rows is None:
        yield f"results unknown: {_shown(results)}/estimates.csv is missing"
        return
    bad = [row for row in rows if row["status"] != "ok"]
    if not bad:
        return
    by_status = Counter(row["status"].replace("_", " ") for row in bad)
    kinds = ", ".join(f"{n:,} {status}" for status, n in sorted(by_status.items(), reverse=True))
    headlines = [row for row in bad if row["headline"] == "true"]
    yield (
        f"{len(bad):,} of {len(rows):,} result rows have no estimate ({kinds}), "
        f"{len(headlines) or 'none'} of them a main answer"
    )
    reasons = Counter(row["note"] for row in headlines or bad)
    for reason, n in reasons.most_common(2):
        yield f"  {n:,} x {reason}"


def _changed_verdicts(results: Path) -> Iterator[str]:
    """Say which verdicts are not those of the run kept last."""
    now, before = _scorecard(results), _scorecard(KEPT / "last")
    if now is None or before is None:
        return
    from procohort.moved import moved_verdicts

    moved = [
        item
        for item in moved_verdicts(before["verdicts"], now["verdicts"])
        if item.field in ("verdict", "cluster_aware_changes", "appeared", "vanished")
    ]
    changed = list(dict.fromkeys(item.what for item in moved))
    if changed:
        first = [f"{item.what}: {_change(item)}" for item in moved[:2]]
        more = ", ..." if len(moved) > len(first) else ""
        yield (
            f"{_count(len(changed), 'verdict')} changed since the last run: "
            f"{', '.join(first)}{more} (snakemake --cores 1 compare_runs says all)"
        )


def _change(item: Any) -> str:
    if item.field in ("appeared", "vanished"):
        return str(item.field)
    if item.field == "cluster_aware_changes":
        return "the cluster-aware conclusion"
    return f"{item.before} -> {item.after}".replace("_", " ")


def _of_other_targets(results: Path, made: Sequence[str]) -> list[str]:
    """Return what is said of what other targets have made."""
    lines = []
    report = results / "reconstruction/report.txt"
    if _is_made(report, made):
        files = report.read_text(encoding="utf-8").splitlines()
        same = sum(line.endswith(": identical") for line in files)
        lines.append(f"{same} of {len(files)} reconstructed files are identical to those committed")
    return lines + [
        text.format(results=_shown(results))
        for name, text in _OTHERS.items()
        if _is_made(results / name, made)
    ]


def _is_made(path: Path, made: Sequence[str]) -> bool:
    """Tell whether a file, or something in a folder, was made in this run and is there."""
    text = path.as_posix()
    return path.exists() and any(name == text or name.startswith(f"{text}/") for name in made)


def _scorecard(folder: Path) -> dict[str, Any] | None:
    path = folder / SCORECARD
    if not path.is_file():
        return None
    card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return card


def _records(path: Path) -> list[dict[str, str]] | None:
    """Return the records of a table, None if there is no such file."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _count(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def _shown(path: Path) -> str:
    """Return a path as seen from where the person stands, who may have named a --directory."""
    here, stands = Path.cwd(), os.environ.get("PWD", "")
    if stands and here != Path(stands) and here.is_relative_to(stands):
        return (here.relative_to(stands) / path).as_posix()
    return path.as_posix()


def _cut(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder=" ...")


def _width() -> int:
    columns = shutil.get_terminal_size((WIDEST, MOST_LINES)).columns
    return min(max(columns, NARROWEST), WIDEST)


def _print(lines: Sequence[str], screen: TextIO) -> None:
    coloured = screen.isatty() and not os.environ.get("NO_COLOR")
    for line in lines:
        print(_bold(line) if coloured else line, file=screen)


def _bold(line: str) -> str:
    """Return a line with the word in its margin in bold, that of warnings in yellow."""
    label = line.split(" ", 1)[0]
    if label in ("Made", "Look", "Claims", "Mind"):
        style = "\033[1;33m" if label == "Mind" else "\033[1m"
        return f"{style}{label}\033[0m{line[len(label) :]}"
    return line
