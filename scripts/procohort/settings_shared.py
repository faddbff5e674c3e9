"""What the checks of settings share: how checkers are called, texts that YAML reads otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Takes a place, an expression and the names known there; returns mistakes.
Checker = Callable[[str, str, list[str]], list[str]]
# Takes a place, names, variables and the types that fit; returns mistakes.
TypeChecker = Callable[[str, list[str], Mapping[str, Any], tuple[str, ...]], list[str]]


def as_text(value: object) -> str:
    """Return a key or level as the text that stands in the file.

    Examples
    --------
    >>> as_text(True), as_text(3)
    ('true', '3')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
