"""A published series as a row of the evidence table gives it, typed.

These classes cross module borders; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OUTCOMES = ("success", "complications")
QUANTITIES = ("time", "dose")
# Why a series is not put together with others, in the order in which it is asked.
REASONS = {
    "left_out": "Left out in the evidence table",
    "part": "Part of another series, counted there",
    "population": "Other patients",
    "modality": "A modality that is not compared, or several without separate counts",
    "not_reported": "No count is reported",
    "per_patient": "Figures of patients, not of procedures",
    "scope": "Another definition of what is counted",
    "cohort": "May share patients with a larger series",
    "median": "Another statistic than a mean",
    "no_sd": "A mean without its SD or its n",
    "too_few": "Too few like series",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Events among trials.

    Attributes
    ----------
    events, trials : int
    scope : str
        What was counted as an event, such as ``any``.
    per : {"procedure", "patient"}
        What was counted.
    """

    events: int
    trials: int
    scope: str
    per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A time or a dose.

    Attributes
    ----------
    name : {"time", "dose"}
    kind : str
        What was measured; only equal kinds are alike.
    stat, unit : str
        ``mean``, ``median`` ..., and the unit.
    centre : float
    sd : float or None
    n : int or None
        How many values the centre rests on.
    spread : str
        Another spread, as printed.
    per : {"procedure", "patient"}
        Whose values they are.
    """

    name: str
    kind: str
    stat: str
    centre: float
    unit: str
    sd: float | None
    n: int | None
    spread: str
    per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of the evidence table.

    Attributes
    ----------
    series_id, study, year, doi, arm, notes : str
    centre, cohort : str
        Where it was done, if read; series of one cohort may share patients.
    population, modality : str
    part_of : str
        The series of which this one is a part, if it is.
    read_in : {"primary", "secondary"}
        Whether the figures were read in the source or in another text.
    patients, procedures : int or None
    counts : mapping
        `Count` by outcome.
    quantities : tuple of Quantity
    include : bool
    reason : str
        Why it is left out.
    live : bool
        Whether its figures come from the tables of this run.
    """

    series_id: str
    study: str
    year: str = ""
    doi: str = ""
    arm: str = ""
    centre: str = ""
    cohort: str
    population: str
    modality: str
    part_of: str = ""
    read_in: str = "primary"
    patients: int | None = None
    procedures: int | None = None
    counts: Mapping[str, Count] = field(default_factory=dict)
    quantities: tuple[Quantity, ...] = ()
    include: bool = True
    reason: str = ""
    notes: str = ""
    live: bool = False

    @property
    def label(self) -> str:
        """The study with its year, and the arm where it is a part.

        Examples
        --------
        >>> Series(series_id="a", study="Doe", year="2020", cohort="a", population="adult",
        ...        modality="MR").label
        'Doe 2020'
        """
        name = f"{self.study} {self.year}".strip()
        return f"{name}, {self.arm}" if self.part_of else name
