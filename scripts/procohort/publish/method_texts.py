"""What each method did, why it was chosen, and who described it: sentences for a paper."""

from __future__ import annotations

from procohort.publish.method_text import MethodText
from procohort.publish.method_texts_models import MODELS
from procohort.publish.method_texts_quantities import QUANTITIES
from procohort.publish.method_texts_rates import RATES
from procohort.publish.method_texts_synthesis import SYNTHESIS
from procohort.publish.method_texts_visits import VISITS

# A text stands for every method that begins with its key; the longest key counts.
METHOD_TEXTS: dict[str, MethodText] = {**QUANTITIES, **RATES, **MODELS, **VISITS, **SYNTHESIS}


def text_of(method: str) -> MethodText | None:
    """Return the words for a method as result rows name it, None for an unknown one.

    Examples
    --------
    >>> text_of("wilson").cites
    ('wilson_1927',)
    >>> text_of("permute_within_patient_exact").does[:21]
    'The p value was exact'
    >>> text_of("something_new") is None
    True
    """
    key = key_of(method)
    return METHOD_TEXTS[key] if key else None


def key_of(method: str) -> str:
    """Return the longest key that a method begins with, nothing for an unknown method."""
    known = [key for key in METHOD_TEXTS if method == key or method.startswith(f"{key}_")]
    return max(known, key=len, default="")
