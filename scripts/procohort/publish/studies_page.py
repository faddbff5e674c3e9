"""One page that lays the scorecards of several studies side by side."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procohort.claims.verdict import VERDICTS
from procohort.publish.scorecard_lines import SIGNS, first_sentence
from procohort.publish.tables.model import templates
from procohort.publish.wording import StudyWords

_FAILS = ("impossible_as_printed", "differs")


@dataclass(frozen=True, slots=True)
class Share:
    """How many statements of a study's own paper have a verdict."""

    id: str
    sign: str
    word: str
    n: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A statement that fails or is doubtful, and why, in one sentence."""

    word: str
    printed: str
    why: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCard:
    """One study on the page.

    Attributes
    ----------
    title, citation, data_note, counts : str
    is_real : bool
        Whether the tables are real data: only these can reproduce a statement.
    href : str
        Its report, relative to the page.
    shares : tuple of Share
        One for each verdict, of the paper itself.
    n_own, n_other : int
        Statements of the paper, and of other texts.
    n_examined, n_changed : int
        Statements whose conclusion was tried otherwise, and those that changed.
    remarks : tuple of Remark
    """

    title: str
    citation: str
    data_note: str
    counts: str
    is_real: bool
    href: str
    shares: tuple[Share, ...]
    n_own: int
    n_other: int
    n_examined: int
    n_changed: int
    remarks: tuple[Remark, ...]


def read_study(results: str | Path, href: str) -> StudyCard:
    """Return what the page says of a study.

    Parameters
    ----------
    results : path
        Its folder of results: ``scorecard.json`` and ``clean/attrition.csv`` are read.
    href : str
        That folder as the page sees it.
    """
    folder = Path(results)
    card = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    with (folder / "clean/attrition.csv").open(encoding="utf-8", newline="") as handle:
        last = list(csv.DictReader(handle))[-1]
    return study_card(card, (int(last["n_rows"]), int(last["n_patients"])), href)


def study_card(card: Mapping[str, Any], analysed: tuple[int, int], href: str) -> StudyCard:
    """Return a study from its scorecard, and from the rows and clusters analysed."""
    words, study = StudyWords.from_settings(card["study"]), card["study"]
    verdicts: list[Mapping[str, Any]] = list(card["verdicts"])
    own_text = verdicts[0]["source_file"] if verdicts else ""
    own = [claim for claim in verdicts if claim["source_file"] == own_text]
    counts = Counter(claim["verdict"] for claim in own)
    left = Counter((claim.get("robustness") or {}).get("word", "") for claim in own)
    return StudyCard(
        title=words.title,
        citation=" ".join(str(study.get("citation") or "").split()),
        data_note=words.data_note,
        counts=words.counts(*analysed),
        is_real=study.get("data_origin") == "real",
        href=href,
        shares=tuple(Share(name, *SIGNS[name], counts[name]) for name in VERDICTS),
        n_own=len(own),
        n_other=len(verdicts) - len(own),
        n_examined=left["survives"] + left["changes"],
        n_changed=left["changes"],
        remarks=tuple(_remarks(own, href)),
    )


def _remarks(claims: Iterable[Mapping[str, Any]], href: str) -> list[Remark]:
    """Return each finding once: what fails first, then what is doubtful."""
    failing: dict[str, Remark] = {}
    doubtful: dict[str, Remark] = {}
    for claim in claims:
        place = f"{href}/scorecard.html#claim-{claim['id']}"
        if claim["verdict"] in _FAILS:
            why = first_sentence(claim["why"])
            word = SIGNS[claim["verdict"]][1]
            failing.setdefault(why, Remark(word, claim["printed"], why, place))
            continue
        for check in claim["checks"]:
            if check["outcome"] == "doubtful":
                why = f"{check['statement']} {check['harmless']}".strip()
                doubtful.setdefault(why, Remark("Doubtful", claim["printed"], why, place))
    return [*failing.values(), *doubtful.values()]


def render_studies(cards: Sequence[StudyCard]) -> str:
    """Return the page: real data first, since only they can reproduce a statement.

    Examples
    --------
    >>> "No study" in render_studies([])
    True
    """
    groups = [
        ("Real data", "real", [card for card in cards if card.is_real]),
        ("Reconstructed data", "made", [card for card in cards if not card.is_real]),
    ]
    text = (
        templates()
        .get_template("studies.html.j2")
        .render(
            groups=groups,
            occurring={kind: _occurring(members) for _, kind, members in groups},
            words={name: word for name, (_, word) in SIGNS.items()},
            verdicts=[(name, *SIGNS[name], meaning) for name, meaning in VERDICTS.items()],
            n_studies=len(cards),
        )
    )
    return text.rstrip("\n") + "\n"


def _occurring(cards: Sequence[StudyCard]) -> list[str]:
    """Return the verdicts that some paper has, in their order."""
    found = {share.id for card in cards for share in card.shares if share.n}
    return [name for name in VERDICTS if name in found]
