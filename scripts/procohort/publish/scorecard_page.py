"""The scorecard as one page: what is printed, what the data show, what is left of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from procohort.claims.forensics.check import Check
from procohort.claims.robustness import WORDS, Robustness
from procohort.claims.sources import Source
from procohort.claims.verdict import VERDICTS, Verdict
from procohort.publish.rows_page import row_anchors
from procohort.publish.scorecard_arithmetic import arithmetic_of
from procohort.publish.scorecard_lines import (
    LEFT,
    SIGNS,
    PageContext,
    PageLine,
    SourceGroup,
    attention_of,
    counts_of,
    group_lines,
    page_lines,
)
from procohort.publish.scorecard_views import ScorecardViews
from procohort.publish.tables.model import templates
from procohort.publish.wording import StudyWords

__all__ = ["LEFT", "SIGNS", "read_manifest", "render_scorecard"]


def render_scorecard(
    verdicts: Sequence[Verdict],
    *,
    study: Mapping[str, Any],
    reading: str = "",
    reading_text: str = "",
    provenance: Mapping[str, Any] | None = None,
    robustness: Mapping[str, Robustness] | None = None,
    checks: Sequence[Check] = (),
    sources: Mapping[str, Source] | None = None,
    views: Mapping[str, Any] | None = None,
) -> str:
    """Return the scorecard as one HTML page that needs no network and no JavaScript.

    Parameters
    ----------
    verdicts : sequence of Verdict
        In the order of the claims.
    study : mapping
        The `study` mapping of the configuration: title, citation, doi, data_origin,
        data_label, row and cluster (each singular and plural).
    reading, reading_text : str
        The reading of this run and its meaning; empty when the study has none.
    provenance : mapping, optional
        Versions and checksums, shown at the end; a value may be a mapping again.
    robustness : mapping of str to Robustness, optional
        What other analyses leave of each claim, by its id.
    checks : sequence of Check
        The checks of printed figures against each other.
    sources : mapping of str to Source, optional
        The texts that claims were taken from; the study's own paper first.
    views : mapping, optional
        What the run shows of each analysis, as `procohort.plan_scorecard.parameters`
        gives it; only what is named there is linked.

    Returns
    -------
    str
        The page. Same input, same text.
    """
    context = PageContext(
        words=StudyWords.from_settings(study),
        views=ScorecardViews(views),
        anchors=row_anchors(verdicts) if views else {},
        robustness=robustness or {},
    )
    lines = page_lines(verdicts, context)
    groups = group_lines(verdicts, lines, sources or {})
    own = groups[0].lines if groups else ()
    page = (
        templates()
        .get_template("scorecard.html.j2")
        .render(
            study={"citation": "", "doi": "", **study},
            words=context.words,
            reading=reading,
            reading_text=reading_text,
            lines=lines,
            groups=groups,
            attention=attention_of(groups),
            tiles=_tiles(lines, own),
            changed=[line for line in lines if line.changes],
            examined=bool(robustness),
            left=[
                {"id": name, "sign": LEFT[name][0], "word": LEFT[name][1], "meaning": meaning}
                for name, meaning in WORDS.items()
            ],
            kinds=sorted({line.kind for line in lines}),
            arithmetic=arithmetic_of(checks, {line.id for line in lines}),
            feasible=list(context.views.feasible()),
            title=_title(groups, study),
            provenance=_flat(provenance or {}),
        )
    )
    return page.rstrip("\n") + "\n"


def _tiles(lines: Sequence[PageLine], own: Sequence[PageLine]) -> list[dict[str, Any]]:
    """Return a tile for each verdict: claims of the paper large, those of other texts beside."""
    every, mine = counts_of(lines), counts_of(own)
    return [
        {
            "id": name,
            "sign": SIGNS[name][0],
            "word": SIGNS[name][1],
            "meaning": meaning,
            "n": mine[name],
            "n_all": every[name],
            "n_other": every[name] - mine[name],
            "first": next((line.id for line in lines if line.verdict == name), ""),
        }
        for name, meaning in VERDICTS.items()
    ]


def _title(groups: Sequence[SourceGroup], study: Mapping[str, Any]) -> str:
    """Return what the paper is called: by the table of sources, else by the study."""
    return groups[0].title if groups and groups[0].title else str(study["title"])


def read_manifest(path: str | Path) -> dict[str, Any]:
    """Read a manifest of checksums: a JSON mapping, or lines as sha256sum writes them.

    Raises
    ------
    ValueError
        If the file is neither.
    """
    text = Path(path).read_text(encoding="utf-8")
    if Path(path).suffix == ".json":
        loaded = json.loads(text)
        if not isinstance(loaded, dict):
            raise ValueError(f"{path}: expected a JSON object of names and values")
        return loaded
    pairs = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{path}: expected lines of a checksum and a file name")
    return {name.lstrip("*"): checksum for checksum, name in pairs}


def _flat(provenance: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested provenance as pairs of a path and a text."""
    pairs: list[tuple[str, str]] = []
    for name, value in provenance.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{key}: ")
        elif isinstance(value, (list, tuple)):
            pairs.append((key, ", ".join(str(item) for item in value)))
        else:
            pairs.append((key, str(value)))
    return pairs
