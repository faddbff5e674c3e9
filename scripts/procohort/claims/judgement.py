"""A verdict on one printed statement: its fields, and what they must know of the study."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.results import ResultRow
from procohort.vocabulary import fill

Outcome = Literal[
    "reproduced",
    "by_construction",
    "consistent",
    "differs",
    "impossible_as_printed",
    "not_testable",
]
VERDICTS: dict[Outcome, str] = {
    "impossible_as_printed": "The printed figures contradict each other.",
    "differs": "The data show something else.",
    "reproduced": "The data show the printed figure.",
    "by_construction": "The tables were reconstructed to show this figure, so it proves nothing.",
    "consistent": "Reconstructed tables show it although they were not made to.",
    "not_testable": "No result of this run can confirm or refute it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyContext:
    """What a verdict must know of the study.

    Attributes
    ----------
    data_origin : str
        ``real`` or ``reconstructed``; only real tables can reproduce a claim.
    reading : str
        The reading of this run, empty when the study has none.
    row, cluster, clusters : str
        What the study calls one row, one patient and several.
    """

    data_origin: str
    reading: str = ""
    row: str = "row"
    cluster: str = "patient"
    clusters: str = "patients"

    def name_of(self, unit_of_analysis: str) -> str:
        """Return the study's word for a unit of analysis."""
        return self.cluster if unit_of_analysis == "patient" else self.row

    def fill(self, text: str) -> str:
        """Put the study's word for patients into the name of a method."""
        return fill(text, self.cluster, self.clusters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One claim, what was found, and the judgement.

    Attributes
    ----------
    claim : Claim
        The statement as printed.
    verdict : str
        One of `VERDICTS`.
    why : str
        Plain sentences.
    found, found_exact : str, float
        The figure to the printed precision, and unrounded.
    conclusion_changes : bool or None
        Whether a reader would conclude otherwise.
    rounding : str
        Rounding rules under which printed and found agree.
    row : ResultRow or None
        The result row the verdict rests on.
    cluster_aware_row : ResultRow or None
        The row that answers the same question with patients as the unit of sampling.
    cluster_aware_found : str
        What it shows.
    cluster_aware_changes : bool or None
        Whether the 5 % conclusion is another one there.
    checks : tuple of Check
        The checks of printed figures against each other that name this claim.
    """

    claim: Claim
    verdict: Outcome
    why: str
    found: str = ""
    found_exact: float = math.nan
    conclusion_changes: bool | None = None
    rounding: str = ""
    row: ResultRow | None = None
    cluster_aware_row: ResultRow | None = None
    cluster_aware_found: str = ""
    cluster_aware_changes: bool | None = None
    checks: tuple[Check, ...] = ()
