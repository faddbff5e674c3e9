"""The sentence on what of the printed claims holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procohort.publish.prose import Linked, Part, Prose
from procohort.publish.report.answer_phrases import join
from procohort.publish.report.scorecard_summary import Record, claims_by_text, doubts
from procohort.publish.wording import quoted

_PLACE = "#scorecard"
# What is said of one claim and of several, by verdict.
_SAID: dict[str, tuple[str, str]] = {
    "impossible_as_printed": ("is impossible as printed", "are impossible as printed"),
    "differs": ("differs from the data", "differ from the data"),
    "reproduced": ("is reproduced", "are reproduced"),
    "consistent": ("is consistent", "are consistent"),
    "by_construction": ("matches by construction", "match by construction"),
    "not_testable": ("cannot be tested", "cannot be tested"),
}
_QUOTED = {"impossible_as_printed": 2, "differs": 3}
_N_DOUBTED = 3
_RECONSTRUCTED = (
    "; the tables were reconstructed from the printed figures, so that a match is by "
    "construction and confirms nothing"
)


def claims_sentence(card: Mapping[str, Any], sources: Iterable[str], *, real: bool) -> Prose:
    """Return what of the study's own printed claims holds; empty where there are none.

    Parameters
    ----------
    card, sources
        As in `scorecard_summary.summarise_scorecard`.
    real : bool
        Whether the tables are real; in reconstructed ones a match confirms nothing.
    """
    texts = claims_by_text(card, sources)
    if not texts:
        return ()
    own = texts[0]
    doubted = _doubted(own)
    total = f"{len(own)} printed claim{'s' if len(own) != 1 else ''}"
    found = [
        _verdict(name, mine)
        for name in _SAID
        if (mine := [record for record in own if record["verdict"] == name])
    ]
    return (
        "Of the study's own ",
        Linked(total, _PLACE),
        ", ",
        *join(found),
        "; ",
        *((*doubted, "; ") if doubted else ()),
        *_clustering(own),
        *(() if real else (_RECONSTRUCTED,)),
        ".",
    )


def _verdict(name: str, records: Sequence[Record]) -> Prose:
    """Return how many claims have a verdict; the few that fail are quoted."""
    said = _SAID[name][len(records) != 1]
    text: list[Part] = [Linked(str(len(records)), _PLACE), f" {said}"]
    if len(records) <= _QUOTED.get(name, 0):
        text += _quotes(records)
    return tuple(text)


def _quotes(records: Sequence[Record]) -> Prose:
    """Return what the claims print, in brackets; what several print alike stands once."""
    by_text: dict[str, Record] = {}
    for record in records:
        by_text.setdefault(" ".join(str(record["printed"]).split()), record)
    quotes: list[Prose] = [
        (Linked(quoted(text), f"#claim-{record['id']}"),) for text, record in by_text.items()
    ]
    alike = len(by_text) == 1 and len(records) > 1
    each = ("both " if len(records) == 2 else "each ") if alike else ""
    return (f" ({each}", *join(quotes), ")")


def _doubted(records: Sequence[Record]) -> Prose:
    """Return which claims are doubtful as printed, nothing where none is."""
    mine = [record for record in records if doubts(record)]
    if not mine:
        return ()
    verb = "is" if len(mine) == 1 else "are"
    few = _quotes(mine) if len(mine) <= _N_DOUBTED else ()
    return (Linked(str(len(mine)), _PLACE), f" {verb} doubtful as printed", *few)


def _clustering(records: Sequence[Record]) -> Prose:
    """Return how many conclusions change when clustering counts."""
    examined = [record for record in records if record["cluster_aware_changes"] is not None]
    changed = [record for record in examined if record["cluster_aware_changes"]]
    if not examined:
        return ("none rests on a test that clustering could change",)
    if not changed:
        return ("no conclusion changes when clustering counts",)
    verb = "conclusion changes" if len(changed) == 1 else "conclusions change"
    return (Linked(str(len(changed)), _PLACE), f" {verb} when clustering counts")
