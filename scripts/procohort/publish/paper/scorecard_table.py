"""The scorecard of the study's own paper: printed figures, what the data show, the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procohort.claims.judgement import VERDICTS, Outcome
from procohort.publish.methods_document import quoted
from procohort.publish.numbers import ABSENT
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.scorecard_lines import SIGNS

_WITHOUT_FIGURE = "text"


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


def scorecard_table(material: Material) -> PaperTable | None:
    """Show every printed figure under its sentence; None where there is none."""
    judged = [record for record in material.verdicts if record["kind"] != _WITHOUT_FIGURE]
    if not judged:
        return None
    style = material.style
    lines: list[PaperRow] = []
    told = ""
    for record in judged:
        if record["sentence"] != told:
            told = str(record["sentence"])
            lines.append(PaperRow(Text(quoted(told)), is_section=True))
        sign = SIGNS[record["verdict"]][1]
        cells = (
            Text(style.text(str(record["found"])) or ABSENT),
            Text(style.text(str(record["cluster_aware_found"])) or ABSENT),
            Text(sign),
            Text(style.text(str(record["why"]))),
        )
        lines.append(PaperRow(Text(str(record["printed"])), cells, indent=1))
    n = style.count(len(judged))
    table = PaperTable(
        id="scorecard",
        title="Printed figures of the paper beside what the data show",
        stub=f"As printed (n = {n} figures)",
        columns=tuple(
            PaperColumn(Text(heading), align="left")
            for heading in ("The data show", "Cluster-aware", "Verdict", "Why")
        ),
        rows=tuple(lines),
        landscape=True,
    )
    notes = [_counts(judged, material), *_meanings(judged)]
    n_left = len(material.verdicts) - len(judged)
    if n_left:
        notes.append(f"Statements without a figure are not shown (n = {style.count(n_left)}).")
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def verdict_counts(judged: Iterable[Mapping[str, Any]]) -> dict[Outcome, int]:
    """Return how many printed figures have each verdict, in the order of the scorecard."""
    found = Counter(record["verdict"] for record in judged if record["kind"] != _WITHOUT_FIGURE)
    return {name: found[name] for name in VERDICTS if found[name]}


def _counts(judged: Sequence[Mapping[str, Any]], material: Material) -> str:
    counts = verdict_counts(judged).items()
    said = [f"{SIGNS[name][1].lower()} {material.style.count(n)}" for name, n in counts]
    return sentence(f"Verdicts: {', '.join(said)}")


def _meanings(judged: Sequence[Mapping[str, Any]]) -> list[str]:
    return [sentence(f"{SIGNS[name][1]}: {VERDICTS[name]}") for name in verdict_counts(judged)]
