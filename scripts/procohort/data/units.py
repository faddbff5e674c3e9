"""Factors between units of measurement: a short, explicit table.

A pair that is not here is an error, never a guess; a study then gives the
factor itself (``source_factor``).
"""

from __future__ import annotations

from fractions import Fraction

from procohort.data.findings import PlanError
from procohort.messages import did_you_mean
from procohort.study import CohortPlan, Column

# Size of each unit in the first unit of its row (exact by definition: SI brochure, 2019;
# the minute, hour, day and litre are accepted units with exact values, table 8).
_F = Fraction
_DIMENSIONS: dict[str, dict[str, Fraction]] = {
    "time": {"s": _F(1), "ms": _F(1, 1000), "min": _F(60), "h": _F(3600), "d": _F(86400),
             "days": _F(86400), "weeks": _F(7 * 86400)},
    "calendar time": {"months": _F(1), "years": _F(12)},
    "dose-length product": {"mGy·cm": _F(1), "mGy·m": _F(100), "Gy·cm": _F(1000),
                            "Gy·m": _F(100_000)},
    "dose-area product": {"mGy·cm²": _F(1), "cGy·cm²": _F(10), "dGy·cm²": _F(100),
                          "Gy·cm²": _F(1000), "µGy·m²": _F(10), "mGy·m²": _F(10_000)},
    "effective dose": {"mSv": _F(1), "µSv": _F(1, 1000), "nSv": _F(1, 10**6), "Sv": _F(1000)},
    "absorbed dose": {"mGy": _F(1), "µGy": _F(1, 1000), "cGy": _F(10), "Gy": _F(1000)},
    "mass": {"g": _F(1), "kg": _F(1000), "mg": _F(1, 1000), "µg": _F(1, 10**6)},
    "length": {"m": _F(1), "cm": _F(1, 100), "mm": _F(1, 1000), "µm": _F(1, 10**6)},
    "volume": {"ml": _F(1), "µl": _F(1, 1000), "cl": _F(10), "dl": _F(100), "l": _F(1000)},
    "concentration": {"g/l": _F(1), "mg/l": _F(1, 1000), "mg/dl": _F(1, 100), "g/dl": _F(10),
                      "mg/ml": _F(1), "µg/ml": _F(1, 1000)},
    "fraction": {"1": _F(1), "%": _F(1, 100), "‰": _F(1, 1000)},
    "pressure": {"Pa": _F(1), "hPa": _F(100), "kPa": _F(1000)},
}  # fmt: skip
_SPELLINGS = (("μ", "µ"), ("*", "·"), ("⋅", "·"), ("^2", "²"), ("litre", "l"), ("L", "l"))
_WORDS = {
    "sec": "s", "seconds": "s", "minutes": "min", "hours": "h", "day": "d",
    "month": "months", "year": "years", "week": "weeks", "percent": "%", "fraction": "1",
    "mgycm": "mGy·cm", "gycm": "Gy·cm", "mgym": "mGy·m",
}  # fmt: skip


class UnitError(ValueError):
    """Two units that cannot be converted into each other."""


def _canonical(unit: str) -> str:
    text = "".join(unit.split())
    for written, meant in _SPELLINGS:
        text = text.replace(written, meant)
    if text[:1] == "u" and "µ" + text[1:] in _SIZES:
        text = "µ" + text[1:]
    return _WORDS.get(text.lower(), text)


_SIZES = {
    unit: (dimension, size)
    for dimension, units in _DIMENSIONS.items()
    for unit, size in units.items()
}


def unit_factor(source: str, target: str) -> Fraction:
    """Return by what a value in `source` is multiplied to be in `target`.

    Raises
    ------
    UnitError
        If a unit is unknown or the two measure different things.

    Examples
    --------
    >>> unit_factor("s", "min"), unit_factor("mGy·m", "mGy*cm")
    (Fraction(1, 60), Fraction(100, 1))
    """
    one, other = _canonical(source), _canonical(target)
    if one == other:
        return Fraction(1)
    for written, unit in ((source, one), (target, other)):
        if unit not in _SIZES:
            raise UnitError(
                f"the unit {written!r} is not known.{did_you_mean(unit, [*_SIZES, *_WORDS])}"
            )
    (dimension, size), (wanted, target_size) = _SIZES[one], _SIZES[other]
    if dimension != wanted:
        raise UnitError(f"{source!r} is a {dimension}, {target!r} is a {wanted}.")
    return size / target_size


def column_factor(column: Column) -> Fraction:
    """Return the factor from the file's unit to the stored unit of a column."""
    if column.source_factor is not None:
        return Fraction(str(column.source_factor))
    if not column.source_unit:
        return Fraction(1)
    return unit_factor(column.source_unit, column.variable.unit)


def check_units(plan: CohortPlan) -> None:
    """Check that every column can be converted to its stored unit.

    Raises
    ------
    PlanError
        One line for each column, with its path in the configuration.
    """
    lines = []
    for table in plan.tables.values():
        for name, column in table.columns.items():
            try:
                column_factor(column)
            except UnitError as error:
                lines.append(
                    f"config.yaml: tables.{table.name}.columns.{name}.source_unit: {error} "
                    "Correct it, or give source_factor."
                )
    if lines:
        raise PlanError(lines)
