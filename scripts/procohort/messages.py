"""Wording shared by every message about a user's mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[object]) -> str:
    """Return " Did you mean 'x'?" for a near miss, else a short list of what is known."""
    options = sorted({str(item) for item in known})
    near = difflib.get_close_matches(str(word), options, n=1, cutoff=0.6)
    if near:
        return f" Did you mean {near[0]!r}?"
    if not options:
        return " There are none."
    shown = ", ".join(options[:12]) + (", ..." if len(options) > 12 else "")
    return f" Known: {shown}."


def path_text(parts: Iterable[object]) -> str:
    """Write a path of keys and positions, as ``comparisons[2].group``."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text
