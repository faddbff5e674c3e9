"""The scorecard of the study's own paper: printed figures, what the data show, the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procohort.claims.judgement import VERDICTS, Outcome
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.latex_text import has_other_script
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.paper.scorecard_cells import (
    Record,
    aware_cell,
    doubtful_counts,
    found_cell,
    is_doubtful,
    printed_cell,
    verdict_cell,
)
from procohort.publish.scorecard_lines import SIGNS
from procohort.publish.wording import quoted

_WITHOUT_FIGURE = "text"
_DOUBTFUL = (
    "Doubtful as printed: the printed figures do not fit together as they stand; there may be a "
    "harmless reason."
)


def own_verdicts(
    verdicts: Iterable[Mapping[str, Any]], sources: Sequence[str]
) -> tuple[Mapping[str, Any], ...]:
    """Return the verdicts on the study's own paper: the first of the sources, else of the claims.

    Parameters
    ----------
    verdicts : iterable of mapping
        Records of ``scorecard.json``, in the order of the claims.
    sources : sequence of str
        Names of the texts, the study's own first; empty when there is no table of them.
    """
    found = tuple(verdicts)
    names = [str(record["source_file"]) for record in found]
    own = next((name for name in [*sources, *names] if name in names), "")
    return tuple(record for record in found if record["source_file"] == own)


def printed_figures(material: Material) -> list[Record]:
    """Return the verdicts on printed figures that a manuscript shows.

    A statement in a script that the writers cannot set stays on the scorecard page; what
    an abstract says in two languages is so counted once.
    """
    return [
        record
        for record in material.verdicts
        if record["kind"] != _WITHOUT_FIGURE and not _in_other_script(record)
    ]


def n_in_other_script(material: Material) -> int:
    """Return how many statements stay out, being in a script that cannot be set."""
    return sum(map(_in_other_script, material.verdicts))


def _in_other_script(record: Record) -> bool:
    return has_other_script(f"{record['sentence']} {record['printed']}")


def scorecard_table(material: Material) -> PaperTable | None:
    """Show every printed figure under its sentence; None where there is none."""
    judged = printed_figures(material)
    if not judged:
        return None
    style = material.style
    lines: list[PaperRow] = []
    told = ""
    for record in judged:
        if record["sentence"] != told:
            told = str(record["sentence"])
            lines.append(PaperRow(Text(quoted(told)), is_section=True))
        cells = (
            Text(found_cell(record, material)),
            Text(aware_cell(record, material)),
            Text(verdict_cell(record)),
            Text(style.text(str(record["why"]))),
        )
        lines.append(PaperRow(Text(printed_cell(record, material)), cells, indent=1))
    table = PaperTable(
        id="scorecard",
        title="Printed figures of the paper beside what the data show",
        stub=f"As printed (n = {style.count(len(judged))} figures)",
        columns=tuple(
            PaperColumn(Text(heading), align="left")
            for heading in ("The data show", "Cluster-aware", "Verdict", "Why")
        ),
        rows=tuple(lines),
        landscape=True,
    )
    notes = [_counts(judged, material), *_meanings(judged), *_left_out(material)]
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def _left_out(material: Material) -> list[str]:
    """Return how many statements are not among the lines, and where they are."""
    other = n_in_other_script(material)
    bare = len(material.verdicts) - other - len(printed_figures(material))
    count = material.style.count
    notes = [f"Statements without a figure are not shown (n = {count(bare)})."] if bare else []
    if other:
        named = "statement" if other == 1 else "statements"
        notes.append(f"{count(other)} {named} in the original language: see scorecard.html.")
    return notes


def verdict_counts(judged: Iterable[Record]) -> dict[Outcome, int]:
    """Return how many printed figures have each verdict, in the order of the scorecard."""
    found = Counter(record["verdict"] for record in judged)
    return {name: found[name] for name in VERDICTS if found[name]}


def _counts(judged: Sequence[Record], material: Material) -> str:
    count = material.style.count
    said = [f"{SIGNS[name][1].lower()} {count(n)}" for name, n in verdict_counts(judged).items()]
    n, printed = doubtful_counts(judged)
    quotes = ", ".join(map(quoted, printed))
    verb = "is" if n == 1 else "are"
    doubts = f"; {count(n)} {verb} doubtful as printed ({quotes})" if n else ""
    return sentence(f"Verdicts: {', '.join(said)}{doubts}")


def _meanings(judged: Sequence[Record]) -> list[str]:
    meanings = [sentence(f"{SIGNS[name][1]}: {VERDICTS[name]}") for name in verdict_counts(judged)]
    if any(map(is_doubtful, judged)):
        meanings.append(_DOUBTFUL)
    return meanings
