"""Classes of how often something happens, such as common and uncommon, and who reaches which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class FrequencyClass:
    """Proportions from `low`, which belongs to the class, to `high`, which does not.

    Attributes
    ----------
    id, label : str
    low : Fraction
    high : Fraction or None
        None for the highest class, which ends with 1 and holds it.
    """

    id: str
    label: str
    low: Fraction
    high: Fraction | None

    def holds(self, share: Fraction) -> bool:
        """Return whether a proportion lies in the class."""
        return self.low <= share and (self.high is None or share < self.high)

    def is_reached(self, low: float, high: float) -> bool:
        """Return whether an interval with both of its ends shares a point with the class."""
        return high >= float(self.low) and (self.high is None or low < float(self.high))

    def bounds(self) -> str:
        """Return the ends in words.

        Examples
        --------
        >>> tenth, hundredth = Fraction(1, 10), Fraction(1, 100)
        >>> FrequencyClass("common", "Common", hundredth, tenth).bounds()
        'at least 1/100, below 1/10'
        >>> FrequencyClass("rest", "Rest", Fraction(0), hundredth).bounds()
        'below 1/100'
        """
        parts = [f"at least {_written(self.low)}"] if self.low else []
        parts += [f"below {_written(self.high)}"] if self.high is not None else []
        return ", ".join(parts) or "any"


def read_share(value: object) -> Fraction:
    """Read a proportion written as ``1/10`` or ``0.1``.

    Raises
    ------
    ValueError
        If it is no number from 0 to 1.
    """
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{value!r} is not a share such as 1/10 or 0.1") from None
    if not 0 <= share <= 1:
        raise ValueError(f"{value!r} is not between 0 and 1")
    return share


def read_classes(declared: Sequence[Mapping[str, Any]]) -> tuple[FrequencyClass, ...]:
    """Return the declared classes, from the most frequent down.

    Parameters
    ----------
    declared : sequence of mapping
        `id`, `from` (smallest proportion of the class) and perhaps `label`; `from` falls
        from class to class, and is 0 in the last.

    Examples
    --------
    >>> often, rest = read_classes([{"id": "often", "from": "1/10"}, {"id": "rest", "from": 0}])
    >>> often.label, rest.holds(Fraction(1, 10))
    ('Often', False)
    """
    found: list[FrequencyClass] = []
    for spec in declared:
        label = str(spec.get("label") or spec["id"].replace("_", " ").capitalize())
        high = found[-1].low if found else None
        found.append(FrequencyClass(str(spec["id"]), label, read_share(spec["from"]), high))
    return tuple(found)


def _written(share: Fraction) -> str:
    """Write a share as 1/10000 where it is one of so many, with the thousands apart."""
    if share.denominator == 1:
        return str(share.numerator)
    return f"{share.numerator}/{share.denominator:,}"
