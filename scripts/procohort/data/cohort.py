"""The outcome of cleaning: the analysis table with an account of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The outcome of cleaning.

    Attributes
    ----------
    analysis : DataFrame
        A row for each row of the row table that stays: ``cluster`` first, then
        every variable; sorted by patient, dates, key of the row.
    findings : DataFrame
        Everything that was found (columns of `procohort.data.findings.COLUMNS`).
    quarantine : mapping of str to DataFrame
        For each raw table the rows that left, as written, with file, row, reasons.
    attrition : DataFrame
        Rows and patients after each step.
    missing : DataFrame
        Missing values of each variable.
    """

    analysis: pd.DataFrame
    findings: pd.DataFrame
    quarantine: Mapping[str, pd.DataFrame]
    attrition: pd.DataFrame
    missing: pd.DataFrame
