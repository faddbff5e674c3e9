"""One method in words: what it did, why it was chosen, and who described it.

Past tense, no final full stop. ``{row}``, ``{rows}``, ``{cluster}`` and ``{clusters}`` stand
for the study's own words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MethodText:
    """One method in words.

    Attributes
    ----------
    does : str
        What was done.
    why : str
        Why this method.
    cites : tuple of str
        Keys of `references.REFERENCES`.
    """

    does: str
    why: str
    cites: tuple[str, ...]
