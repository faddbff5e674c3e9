"""The scorecard as one page: every printed statement, what the data show, the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procohort.claims.printed import find_printed
from procohort.claims.scorecard import count_verdicts
from procohort.claims.verdict import VERDICTS, Outcome, Verdict

_TEMPLATES = Path(__file__).parent / "templates"
# A sign and a word for each verdict: colour is never the only carrier.
SIGNS: dict[Outcome, tuple[str, str]] = {
    "impossible_as_printed": ("✕", "Impossible as printed"),
    "differs": ("≠", "Differs"),
    "reproduced": ("✓", "Reproduced"),
    "by_construction": ("○", "By construction"),
    "consistent": ("≈", "Consistent"),
    "not_testable": ("–", "Not testable"),  # noqa: RUF001
}
_KIND_WORDS = {"centre": "mean or median", "p_value": "p value", "p_bound": "p bound"}


@dataclass(frozen=True, slots=True)
class PageLine:
    """One claim as the page shows it: texts only, nothing left to compute."""

    id: str
    source: str
    before: str
    printed: str
    after: str
    kind: str
    verdict: str
    sign: str
    word: str
    rank: int
    found: str
    why: str
    note: str
    unit_of_analysis: str
    n_rows: str
    n_patients: str
    result_row: str
    cluster_aware: str
    changes: bool


def page_lines(verdicts: Sequence[Verdict], study: Mapping[str, Any]) -> list[PageLine]:
    """Turn verdicts into lines of the page, in the order given."""
    return [_line(verdict, study) for verdict in verdicts]


def render_scorecard(
    verdicts: Sequence[Verdict],
    *,
    study: Mapping[str, Any],
    reading: str = "",
    reading_text: str = "",
    provenance: Mapping[str, Any] | None = None,
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

    Returns
    -------
    str
        The page. Same input, same text.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    lines = page_lines(verdicts, study)
    counts = count_verdicts(verdicts)
    page: str = environment.get_template("scorecard.html.j2").render(
        study={"citation": "", "doi": "", **study},
        reading=reading,
        reading_text=reading_text,
        lines=lines,
        attention=[line for line in lines if _needs_attention(line)],
        summary=[
            {"id": name, "sign": SIGNS[name][0], "word": SIGNS[name][1], "n": counts[name]}
            | {"meaning": VERDICTS[name]}
            for name in VERDICTS
        ],
        kinds=sorted({line.kind for line in lines}),
        provenance=_flat(provenance or {}),
    )
    return page.rstrip("\n") + "\n"


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


def _line(verdict: Verdict, study: Mapping[str, Any]) -> PageLine:
    claim, row = verdict.claim, verdict.row
    start, end = find_printed(claim.sentence, claim.printed) or (0, 0)
    sign, word = SIGNS[verdict.verdict]
    changes = verdict.cluster_aware_changes is True
    # A statement that cannot be tested already gives its note as the reason.
    note = "" if claim.note and claim.note in verdict.why else claim.note
    return PageLine(
        id=claim.id,
        source=claim.source,
        before=claim.sentence[:start],
        printed=claim.sentence[start:end],
        after=claim.sentence[end:],
        kind=_KIND_WORDS.get(claim.kind, claim.kind.replace("_", " ")),
        verdict=verdict.verdict,
        sign=sign,
        word=word,
        rank=list(VERDICTS).index(verdict.verdict),
        found=verdict.found,
        why=verdict.why,
        note=note,
        unit_of_analysis=_unit_word(row.unit_of_analysis if row else "", study),
        n_rows=_counted(row.n_procedures if row else None, study["row"]),
        n_patients=_counted(row.n_patients if row else None, study["cluster"]),
        result_row=_reference(verdict),
        cluster_aware=verdict.cluster_aware_found,
        changes=changes,
    )


def _unit_word(unit_of_analysis: str, study: Mapping[str, Any]) -> str:
    if not unit_of_analysis:
        return ""
    noun = study["cluster"] if unit_of_analysis == "patient" else study["row"]
    return str(noun["singular"])


def _counted(n: int | None, noun: Mapping[str, str]) -> str:
    if n is None:
        return ""
    return f"{n} {noun['singular'] if n == 1 else noun['plural']}"


def _reference(verdict: Verdict) -> str:
    """Return which result row the verdict rests on, for a reader of the tables."""
    row = verdict.row
    if row is None:
        return ""
    parts = [row.analysis, row.outcome, row.estimand, row.level]
    parts += [f"against {row.reference}" if row.reference else "", row.perspective, row.method]
    return " · ".join(part.replace("_", " ") for part in parts if part)


def _needs_attention(line: PageLine) -> bool:
    return line.verdict in ("impossible_as_printed", "differs") or line.changes


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
