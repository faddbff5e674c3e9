"""What the dates of doses leave to ask, in words: too close, early, late, begun elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from procohort.schedule.assign import Dose
from procohort.schedule.regimen import Regimen, Tolerance

RULES = ("dose_too_close", "dose_early", "dose_late", "doses_before_the_tables")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseFinding:
    """One question that a dose leaves.

    Attributes
    ----------
    position : int
        Which of the patient's doses, counted from 0.
    rule : str
        One of `RULES`.
    message, remedy : str
        What is seen (no final full stop), and what to do.
    """

    position: int
    rule: str
    message: str
    remedy: str


def schedule_findings(
    doses: Sequence[Dose], regimen: Regimen, tolerance: Tolerance
) -> list[DoseFinding]:
    """Return what the doses of one patient leave to ask.

    A further dose that the regimen asks for after a missed one is no finding, though it
    follows within days. A dose that is too close is not listed as early as well.

    Parameters
    ----------
    doses : sequence of Dose
        As `assign_doses` returns them.
    regimen : Regimen
    tolerance : Tolerance

    Returns
    -------
    list of DoseFinding
        In the order of the doses.
    """
    found: list[DoseFinding] = []
    for position, dose in enumerate(doses):
        if position == 0 and dose.n_before:
            found.append(_begun_elsewhere(dose, doses, regimen))
        if dose.too_close:
            found.append(_too_close(position, dose, regimen))
        elif dose.timing in ("early", "late"):
            found.append(_off_schedule(position, dose, tolerance))
    return found


def _begun_elsewhere(dose: Dose, doses: Sequence[Dose], regimen: Regimen) -> DoseFinding:
    gap = f"; the next one follows after {doses[1].gap_days} days" if len(doses) > 1 else ""
    later = " or a later one" if dose.number == regimen.n_loading else ""
    return DoseFinding(
        position=0,
        rule="doses_before_the_tables",
        message=f"the first dose in the tables looks like dose {dose.number}{later} of the "
        f"schedule{gap}",
        remedy="Earlier doses are assumed to have been given elsewhere or before the tables "
        "begin. Add them if their dates are known.",
    )


def _too_close(position: int, dose: Dose, regimen: Regimen) -> DoseFinding:
    assert dose.previous is not None
    return DoseFinding(
        position=position,
        rule="dose_too_close",
        message=f"the dose of {dose.given} follows that of {dose.previous} after "
        f"{_days(dose.gap_days or 0)}; the schedule asks for at least {regimen.least_gap_days}",
        remedy="A day or two less is probably a moved appointment. Look up both dates, and whether "
        "both times a dose was given: a repeated attempt is no dose.",
    )


def _off_schedule(position: int, dose: Dose, tolerance: Tolerance) -> DoseFinding:
    days, late = dose.deviation_days or 0, dose.timing == "late"
    allowed = tolerance.maintenance_days if _is_maintenance(dose) else tolerance.loading_days
    remedy = "Probably an appointment that was moved. "
    remedy += (
        "Look for a dose given elsewhere, or for a dose that the tables do not hold."
        if late
        else "Look up the date, and whether a dose was given."
    )
    restarts = "; after so long the schedule begins anew" if dose.restarts else ""
    return DoseFinding(
        position=position,
        rule="dose_late" if late else "dose_early",
        message=f"the {_name(dose)} of {dose.given} was expected on {dose.expected}, "
        f"{_days(abs(days))} {'earlier' if late else 'later'}; up to {allowed} count as on "
        f"time{restarts}",
        remedy=remedy,
    )


def _is_maintenance(dose: Dose) -> bool:
    # A dose that restarts the schedule was expected as a maintenance dose.
    return dose.restarts or dose.phase == "maintenance"


def _name(dose: Dose) -> str:
    if _is_maintenance(dose):
        return "maintenance dose"
    return f"loading dose {dose.number}" if dose.phase == "loading" else "further dose"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
