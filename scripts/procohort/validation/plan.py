"""Which simulations there are: cells, and the parts that jobs work on.

A cell is one situation (kind of question, resemblance of a patient's rows, pattern of
events); all methods that answer its question see the same cohorts. Nothing heavy is
imported here: the workflow reads it before it knows what to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["between", "within", "rare", "coverage", "power", "rate", "difference"]

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Cell:
    """One situation.

    Attributes
    ----------
    kind : str
        ``between`` (group of patients, no effect), ``within`` (rows with an event inside
        patients, no effect), ``rare`` (rare event by group of patients, no effect),
        ``coverage`` and ``power`` (group of patients, with an effect), ``rate`` (one rate),
        ``difference`` (two rates).
    icc : float
        Intraclass correlation of the log outcome.
    spread : str
        How events lie in patients: name of an entry of the shape's ``event_spread``.
    n_events : int
        Events in the cohort, where the cell fixes them.
    rate, rate_in_group : float
        Probability of an event in the reference, and in the group of interest.
    effect : float
        Log ratio between the groups.
    """

    kind: Kind
    icc: float = 0.0
    spread: str = ""
    n_events: int = 0
    rate: float = 0.0
    rate_in_group: float = 0.0
    effect: float = 0.0

    @property
    def id(self) -> str:
        """Return the name of the cell, fit for a file; seeds derive from it.

        Examples
        --------
        >>> Cell("within", icc=0.1, spread="even", n_events=9).id
        'within_icc0.1_9events_even'
        """
        parts: list[str] = [self.kind]
        if self.kind in ("between", "within", "coverage", "power"):
            parts.append(f"icc{self.icc:g}")
        if self.n_events:
            parts.append(f"{self.n_events}events")
        if self.rate:
            parts.append(f"rate{self.rate:g}")
        if self.rate_in_group != self.rate:
            parts.append(f"against{self.rate_in_group:g}")
        if self.spread:
            parts.append(self.spread)
        return "_".join(parts)

    def settings(self) -> dict[str, Any]:
        """Return the cell as plain values."""
        return asdict(self)


def cells(plan: Mapping[str, Any], setting: str) -> dict[str, Cell]:
    """Return the cells of a setting by id.

    Parameters
    ----------
    plan : mapping
        Contents of ``workflow/validation.yaml``.
    setting : str
        Name of an entry of its ``settings``.
    """
    return {cell.id: cell for cell in _cells(plan, plan["settings"][setting])}


def _cells(plan: Mapping[str, Any], setting: Mapping[str, Any]) -> Iterator[Cell]:
    spreads = list(plan["shape"]["event_spread"])
    for icc in setting["icc"]:
        yield Cell("between", icc=icc)
    for icc in setting["icc"]:
        for spread in spreads:
            yield Cell("within", icc=icc, spread=spread, n_events=plan["within_events"])
    for n_events in plan["rare_events"]:
        for spread in spreads:
            yield Cell("rare", spread=spread, n_events=n_events)
    for icc in setting["icc"]:
        yield Cell("coverage", icc=icc, effect=plan["coverage_effect"])
    for icc in setting["icc"]:
        yield Cell("power", icc=icc, effect=plan["power_effect"][icc])
    for rate in plan["rates"]:
        for spread in spreads:
            yield Cell("rate", spread=spread, rate=rate, rate_in_group=rate)
    for rate in plan["rates"]:
        for spread in spreads:
            in_group = plan["risk_ratio"] * rate
            yield Cell("difference", spread=spread, rate=rate, rate_in_group=in_group)


def n_parts(plan: Mapping[str, Any], setting: str, kind: str) -> int:
    """Return how many parts a cell of a kind has.

    Examples
    --------
    >>> plan = {"settings": {"s": {"n_cohorts": 7, "cohorts_per_part": {"rate": 3}}}}
    >>> n_parts(plan, "s", "rate")
    3
    """
    return -(-int(plan["settings"][setting]["n_cohorts"]) // _part_size(plan, setting, kind))


def _part_size(plan: Mapping[str, Any], setting: str, kind: str) -> int:
    """Return the cohorts of a part: one number for all kinds of cells, or one for each."""
    size = plan["settings"][setting]["cohorts_per_part"]
    return int(size[kind] if isinstance(size, Mapping) else size)


def part_parameters(plan: Mapping[str, Any], setting: str, cell: str, part: int) -> dict[str, Any]:
    """Return everything that one part of a cell needs: cell, shape, cohorts, resamples."""
    asked, found = plan["settings"][setting], cells(plan, setting)[cell]
    size, total = _part_size(plan, setting, found.kind), int(asked["n_cohorts"])
    return {
        "cell": found.settings(),
        "shape": plan["shape"],
        "cohorts": [part * size, min((part + 1) * size, total)],
        "n_resamples": int(asked["n_resamples"]),
    }
