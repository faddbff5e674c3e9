"""Permutation tests for clustered rows, by what the group is a property of.

- a property of the patient (never varies inside one): `permute_patient_labels`,
  `permute_patient_labels_many`, and for rare binary outcomes `permute_patient_events`;
- a property of the row (varies inside patients): `permute_within_patient`,
  `blocked_kruskal_wallis`.
"""

from __future__ import annotations

from procohort.stats.permutation_events import permute_patient_events
from procohort.stats.permutation_labels import (
    LabelStatistic,
    permute_patient_labels,
    permute_patient_labels_many,
)
from procohort.stats.permutation_within import blocked_kruskal_wallis, permute_within_patient

__all__ = [
    "LabelStatistic",
    "blocked_kruskal_wallis",
    "permute_patient_events",
    "permute_patient_labels",
    "permute_patient_labels_many",
    "permute_within_patient",
]
