"""Which column tells patients apart, which tells rows apart, and which facts patients have."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from procohort.drafting.columns import ID_WORDS, ColumnDraft

_PATIENT_WORDS = (
    "pat|patient|patients|patienten|patientin|pid|patid|subject|subj|subjid|proband|participant"
    "|teilnehmer|person|client|klient|pseudonym|paziente|paciente|sujet|woman|child|animal|tier"
)
_IS_PATIENT = re.compile(rf"(?:{_PATIENT_WORDS})")
_HAS_PATIENT = re.compile(rf"(?:^|_)(?:{_PATIENT_WORDS})(?:_|$)")
_SITE = re.compile(
    r"(?:^|_)(?:site|centre|center|zentrum|klinik|clinic|hospital|krankenhaus|standort|praxis"
    r"|practice|institution|centro)(?:_|$)"
)
# A column that is constant within patients by chance this rarely is a fact of the patient.
_BY_CHANCE = 0.01
_FEWEST_KNOWN = 0.9
_FEWEST_PATIENTS = 3
# These number the rows of a patient.
_COUNTER = re.compile(r"(?:^|_)(?:visit|visite|session|sitzung|row|zeile|line|day|tag)(?:_|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What identifies patients and rows.

    Attributes
    ----------
    patient : list of ColumnDraft
        Key of the patient; empty when none was found.
    row : list of ColumnDraft
        Key of the row; empty when rows have to be numbered.
    reason : str
        Why this key, as a clause.
    is_sure : bool
        Whether header and values agree; else a person must look.
    one_row_each : bool
        Whether each patient has one row.
    doubts : list of str
        What a person must look at before all else.
    """

    patient: list[ColumnDraft]
    row: list[ColumnDraft]
    reason: str
    is_sure: bool
    one_row_each: bool
    doubts: list[str] = field(default_factory=list)


def find_keys(columns: Sequence[ColumnDraft], repeated_rows: pd.Series) -> Keys:
    """Find the keys of patients and rows.

    A header that names a patient or an identifier is a hint; values must repeat (several
    rows for one patient), and other columns must be constant within them.

    Parameters
    ----------
    columns : sequence of ColumnDraft
        Columns in use.
    repeated_rows : bool Series, n rows
        Rows that repeat an earlier one in every cell; they are passed over.
    """
    kept = ~repeated_rows
    fitting = [column for column in columns if _may_identify(column)]
    unique = [c for c in fitting if c.values[kept].is_unique and c.values[kept].notna().all()]
    several = [c for c in fitting if c not in unique and c.values[kept].nunique() >= 2]
    row = next((c for c in unique if ID_WORDS.search(c.name) or _named(c)), None)
    named = min((c for c in several if _named(c)), key=_has_gaps, default=None)
    if named is not None and not (_has_gaps(named) and row is not None and _named(row)):
        return _with_site(named, columns, row, kept, "its header names the patient")
    if row is not None and _named(row):
        reason = "its header names the patient, and each value stands once"
        return Keys(patient=[row], row=[row], reason=reason, is_sure=True, one_row_each=True)
    found = _by_constancy(several, columns, kept)
    if found is not None:
        column, n_facts = found
        reason = f"its values repeat, and {n_facts} other columns are constant within them"
        keys = _with_site(column, columns, row, kept, reason)
        return Keys(
            patient=keys.patient, row=keys.row, reason=reason, is_sure=False, one_row_each=False
        )
    own = [row] if row is not None else []
    unsure = _repeating_identifier(several, kept)
    return Keys(
        patient=[], row=own, reason=unsure or "no column repeats as a patient's would",
        is_sure=False, one_row_each=True, doubts=[unsure] if unsure else [],
    )  # fmt: skip


def _repeating_identifier(several: Sequence[ColumnDraft], kept: pd.Series) -> str:
    """Return a sentence on an identifier that repeats and that no fact confirms ("" for none)."""
    counts = {
        column.name: (column.values[kept].nunique(), column)
        for column in several
        if ID_WORDS.search(column.name) and not _COUNTER.search(column.name)
    }
    n_values, column = max(counts.values(), key=lambda found: found[0], default=(0, None))
    if column is None or n_values < _FEWEST_PATIENTS:
        return ""
    return (
        f"{column.header} repeats ({n_values} values in {int(kept.sum())} rows): if it is the "
        f"patient, write keys.cluster: [{column.name}], and type: id at the column"
    )


def _may_identify(column: ColumnDraft) -> bool:
    """Whether a column can be a key; one that is named as the patient may have gaps."""
    if column.kind not in ("id", "integer", "text", "category"):
        return False
    return _named(column) or not _has_gaps(column)


def _has_gaps(column: ColumnDraft) -> bool:
    return bool(column.values.notna().mean() < _FEWEST_KNOWN)


def _gaps(column: ColumnDraft) -> list[str]:
    """Return a sentence on the empty cells of a key, if there are many."""
    if not _has_gaps(column):
        return []
    n_empty, n_rows = int(column.values.isna().sum()), len(column.values)
    return [
        f"{column.header}: {n_empty} of {n_rows} rows have no value; fill the cells down "
        "(merged cells?)"
    ]


def _named(column: ColumnDraft) -> bool:
    if _IS_PATIENT.fullmatch(column.name):
        return True
    return bool(_HAS_PATIENT.search(column.name) and ID_WORDS.search(column.name))


def _by_constancy(
    several: Sequence[ColumnDraft], columns: Sequence[ColumnDraft], kept: pd.Series
) -> tuple[ColumnDraft, int] | None:
    """Return the column within which most others are constant, if that tells a patient."""
    best: tuple[bool, bool, int, ColumnDraft] | None = None
    for column in several:
        hinted = bool(ID_WORDS.search(column.name))
        if column.values[kept].nunique() < (3 if hinted else 5):
            continue
        n_facts = sum(is_fact(c, column.values, kept) for c in columns if c is not column)
        if n_facts >= (1 if hinted else 2):
            # A year of birth is as constant as an identifier, but a number.
            rank = (hinted, column.kind != "integer", n_facts, column)
            if best is None or rank[:3] > best[:3]:
                best = rank
    return None if best is None else (best[3], best[2])


def _with_site(
    column: ColumnDraft,
    columns: Sequence[ColumnDraft],
    row: ColumnDraft | None,
    kept: pd.Series,
    reason: str,
) -> Keys:
    """Return the key, with a site when an identifier is used again at another site."""
    patient = [column]
    others = [c for c in columns if c is not column and not c.left_out]
    for site in (c for c in others if _SITE.search(c.name) and not c.is_constant):
        if _n_differing(site, column.values, kept) == 0:
            continue
        together = joined([site, column])
        rest = [c for c in others if c is not site]
        alone = {c.name for c in rest if is_fact(c, column.values, kept)}
        both = {c.name for c in rest if is_fact(c, together, kept)}
        if both > alone:
            patient = [site, column]
            reason += "; it is used again at another site, where other facts hold"
            break
    key = joined(patient)
    return Keys(
        patient=patient,
        row=[row] if row is not None else [],
        reason=reason,
        is_sure=True,
        # Of a key with gaps nobody knows how many rows a patient has.
        one_row_each=bool(key[kept].dropna().is_unique) and not _has_gaps(column),
        doubts=_gaps(column),
    )


def joined(key: Sequence[ColumnDraft]) -> pd.Series:
    """Return the key of each row as one text; missing where a part is."""
    text = key[0].values
    for part in key[1:]:
        text = text + "\x1f" + part.values
    return text


def _n_differing(column: ColumnDraft, cluster: pd.Series, kept: pd.Series) -> int:
    """Return within how many patients a column has several values."""
    known = kept & column.values.notna() & cluster.notna()
    return int((column.values[known].groupby(cluster[known]).nunique() > 1).sum())


def is_fact(column: ColumnDraft, cluster: pd.Series, kept: pd.Series) -> bool:
    """Return whether a column is constant within patients, and not by chance alone.

    The chance is that of rows dealt at random to patients of the sizes found: the product
    over patients of the sum over values of their share to the power of the size.
    """
    return not column.is_constant and _n_differing(column, cluster, kept) == 0 and (
        chance_of_constancy(column.values[kept], cluster[kept]) < _BY_CHANCE
    )  # fmt: skip


def chance_of_constancy(values: pd.Series, cluster: pd.Series) -> float:
    """Return the chance that values dealt at random are constant within all patients.

    Examples
    --------
    >>> values, cluster = pd.Series(["a", "a", "b", "b"]), pd.Series(["1", "1", "2", "2"])
    >>> chance_of_constancy(values, cluster)
    0.25
    """
    known = values.notna() & cluster.notna()
    shares = values[known].value_counts(normalize=True).to_numpy(dtype=float)
    sizes = cluster[known].value_counts()
    logs = [
        number * math.log(float(np.sum(shares**size)))
        for size, number in sizes[sizes > 1].value_counts().items()
        if len(shares) > 1
    ]
    return math.exp(sum(logs))


def settle_levels(
    columns: Sequence[ColumnDraft], keys: Keys, kept: pd.Series, rows: np.ndarray
) -> None:
    """Say of each column whether it is a fact of the patient or of the row, in place.

    Parameters
    ----------
    rows : int array, n
        Row of each record in the file, for messages.
    """
    if keys.one_row_each or not keys.patient:
        return
    cluster = joined(keys.patient)
    sizes = cluster[kept].value_counts()
    n_several = int((sizes > 1).sum())
    for column in columns:
        if column in keys.patient or column.is_constant:
            continue
        n_differing = _n_differing(column, cluster, kept)
        if is_fact(column, cluster, kept):
            column.level = "patient"
        elif n_differing == 0 and n_several:
            column.notes.append(
                "constant within patients, perhaps by chance: write level: patient if it is a fact"
            )
        elif n_differing <= max(1, 0.05 * n_several) and n_several >= 10:
            who, where = _first_differing(column, cluster, kept)
            if chance_of_constancy(column.values[kept], cluster[kept]) < _BY_CHANCE:
                column.doubts.append(
                    f"differs within {n_differing} of {n_several} patients only "
                    f"({who.replace(chr(31), ', ')}, row {rows[where]}): a slip, or does it change?"
                )


def _first_differing(column: ColumnDraft, cluster: pd.Series, kept: pd.Series) -> tuple[str, int]:
    """Return the first patient with several values, and the place of the value that differs."""
    known = kept & column.values.notna() & cluster.notna()
    values, patients = column.values[known], cluster[known]
    n_values = values.groupby(patients).transform("nunique")
    who = str(patients[n_values > 1].iloc[0])
    own = values[patients == who]
    return who, int(own[own != own.mode().iloc[0]].index[0])
