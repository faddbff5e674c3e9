"""Who left the cohort, when and why: the numbers of a flow diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from procohort.study import CohortPlan, Variable

# Quarantine rules in the order in which the flow diagram shows them, with words for people.
RULE_LABELS: Mapping[str, str] = {
    "damaged_row": "Damaged row",
    "duplicate_row": "Exact duplicate of another row",
    "duplicate_key": "Key used twice with different content",
    "orphan_key": "Patient unknown or in quarantine",
    "patient_fact_differs": "Contradictory facts of the patient",
    "unreadable_value": "Unreadable value",
    "unknown_code": "Unknown code",
    "out_of_range": "Value out of range",
    "missing_required": "Required value missing",
}
COLUMNS = ("step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed")


def rule_order(plan: CohortPlan) -> list[str]:
    """Return the rules a row may be quarantined by, in the order of the flow diagram."""
    return list(dict.fromkeys([*RULE_LABELS, *(check.id for check in plan.checks)]))


def first_rules(reasons: pd.DataFrame, plan: CohortPlan) -> pd.Series:
    """Return for each quarantined position the rule it is counted under.

    A row with several reasons counts once, under the first of `rule_order`.

    Parameters
    ----------
    reasons : DataFrame
        Columns position and rule.
    """
    rank = {rule: place for place, rule in enumerate(rule_order(plan))}
    ranked = reasons.assign(rank=reasons["rule"].map(rank))
    ranked = ranked.sort_values(["position", "rank"], kind="stable")
    return ranked.drop_duplicates("position").set_index("position")["rule"]


def rule_label(rule: str) -> str:
    """Return a quarantine rule in words for people."""
    return RULE_LABELS.get(rule, f"Failed check: {rule.replace('_', ' ')}")


class AttritionSteps:
    """Counts rows and patients as rows leave, step by step.

    Parameters
    ----------
    cluster : Series of text, n rows
        Patient of each raw row; missing where the row names none.
    """

    def __init__(self, cluster: pd.Series) -> None:
        self.cluster = cluster
        self._steps: list[tuple[str, str, int, int]] = []
        self._record("raw", "In the raw files")

    def _record(self, step: str, label: str) -> None:
        self._steps.append((step, label, len(self.cluster), int(self.cluster.nunique())))

    def remove(self, step: str, label: str, positions: Iterable[int]) -> None:
        """Let rows leave, by their index in the table."""
        self.cluster = self.cluster.drop(index=list(positions))
        self._record(step, label)

    def table(self) -> pd.DataFrame:
        """Return one row for each step (columns `COLUMNS`), the last one ``analysed``."""
        last = ("analysed", "Analysed", *self._steps[-1][2:])
        frame = pd.DataFrame([*self._steps, last], columns=list(COLUMNS[:4]))
        for name in ("n_rows", "n_patients"):
            frame[f"{name}_removed"] = -frame[name].diff().fillna(0).astype("int64")
        return frame[list(COLUMNS)]


def missing_counts(analysis: pd.DataFrame, variables: Mapping[str, Variable]) -> pd.DataFrame:
    """Count missing values by variable.

    Returns
    -------
    DataFrame
        Columns variable, n_rows, n_missing, n_patients_missing: patients
        with a missing value on some row; for a fact of the patient, on every row.
    """
    records = []
    for name, variable in variables.items():
        missing = analysis[name].isna()
        by_patient = missing.groupby(analysis["cluster"])
        affected = by_patient.all() if variable.level == "patient" else by_patient.any()
        records.append((name, len(missing), int(missing.sum()), int(affected.sum())))
    columns = ["variable", "n_rows", "n_missing", "n_patients_missing"]
    return pd.DataFrame(records, columns=columns)
