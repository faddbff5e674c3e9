"""Whether the reconstructed cohort shows what it was made to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from procohort.claims.feasibility import event_interval
from procohort.data.reconstruct.fit import PRINTED_FIGURES, half_unit
from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings
from procohort.stats.arrays import midranks
from procohort.stats.inference import BoolArray, FloatArray
from procohort.stats.ranks import mann_whitney
from procohort.stats.signed_rank import signed_rank

_TABLES = ("rows", "patients", "visits")

# A mean must lie this deep inside its rounding interval, as a share of half its width.
_CLOSENESS = 0.1
# The same for figures of whole steps, whose means cannot come as near as one pleases.
_INSIDE = 0.9


def verify_tables(
    tables: Mapping[str, pd.DataFrame],
    targets: Sequence[Settings],
    context: Context,
    cluster: str,
    published: Settings,
) -> None:
    """Check every target on the table it names (`table`), which is that of the rows if none.

    Raises
    ------
    ReconstructionError
        If any fails: one line each, those of all tables together.
    """
    problems = [
        f"verify: there is no table '{target['table']}'; known are {', '.join(sorted(tables))}"
        for target in targets
        if target.get("table", "rows") not in tables
    ]
    for name in _TABLES:
        mine = [target for target in targets if target.get("table", "rows") == name]
        if not mine or name not in tables:
            continue
        try:
            Verifier(tables[name], context, cluster, published).verify(mine)
        except ReconstructionError as error:
            problems += error.lines
    if problems:
        raise ReconstructionError(problems)


class Verifier:
    """Checks declared targets on the cohort as a reader will see it.

    Parameters
    ----------
    table : DataFrame, n rows
        Rows of the cohort; lost values are missing.
    context : Context
    cluster : str
        Column of the patient.
    published : mapping
        The published figures, for their printed strings.
    """

    def __init__(
        self, table: pd.DataFrame, context: Context, cluster: str, published: Settings
    ) -> None:
        self.table, self.context, self.cluster = table, context, cluster
        self.published = published

    def verify(self, targets: list[Settings]) -> None:
        """Check every target.

        Raises
        ------
        ReconstructionError
            If any fails: one line each, with what was wanted and what was got.
        """
        problems: list[str] = []
        for target in targets:
            checks: dict[str, Callable[[Settings], Iterator[str]]] = {
                "rows": self.rows,
                "patients": self.patients,
                "rows_per_patient": self.rows_per_patient,
                "percent": self.percent,
                "mean": self.mean,
                "higher": self.higher,
                "mann_whitney": self.mann_whitney,
                "welch": self.welch,
                "spearman": self.spearman,
                "every": self.every,
                "figures": self.figures,
                "signed_rank": self.signed_rank,
            }
            if target["kind"] not in checks:
                known = ", ".join(checks)
                problems.append(f"verify: '{target['kind']}' is not known; known are {known}")
                continue
            problems += checks[target["kind"]](target)
        if problems:
            raise ReconstructionError(problems)

    def rows(self, target: Settings) -> Iterator[str]:
        """Count the rows of a condition."""
        found = int(self._where(target["where"]).sum())
        yield from self._inside(f"rows where {target['where']}", target["wanted"], found)

    def patients(self, target: Settings) -> Iterator[str]:
        """Count the patients with at least one row of a condition."""
        found = self.table.loc[self._where(target["where"]), self.cluster].nunique()
        yield from self._inside(f"patients where {target['where']}", target["wanted"], found)

    def rows_per_patient(self, target: Settings) -> Iterator[str]:
        """Compare the fewest and the most rows of a patient with the limits."""
        sizes = self.table.groupby(self.cluster).size()
        for name, found in (("fewest", int(sizes.min())), ("most", int(sizes.max()))):
            yield from self._inside(f"{name} rows of a patient", target["wanted"], found)

    def percent(self, target: Settings) -> Iterator[str]:
        """Compare a percentage with its printed digits, rounding half up."""
        within = self._where(target.get("within", True))
        events = int((within & self._where(target["where"])).sum())
        printed = self._printed(target["printed"])
        low, high = event_interval(np.array([int(within.sum())]), printed, "half_up")
        if not low[0] <= events <= high[0]:
            yield (
                f"percent where {target['where']}: wanted {printed} %,"
                f" got {events} of {int(within.sum())}"
            )

    def mean(self, target: Settings) -> Iterator[str]:
        """Compare a mean with its printed digits."""
        printed = self._printed(target["printed"])
        exponent = Decimal(printed).as_tuple().exponent
        assert isinstance(exponent, int)
        found = float(np.mean(self._values(target["of"], self._where(target["where"]))))
        if abs(found - float(printed)) > _CLOSENESS * 0.5 * 10.0**exponent:
            yield (
                f"mean of {target['of']} where {target['where']}: wanted {printed}, got {found:.5f}"
            )

    def higher(self, target: Settings) -> Iterator[str]:
        """Compare mean and median of two sets of rows."""
        first, second = self._where(target["where"]), self._where(target["than"])
        for name in target["of"]:
            for word, function in (("mean", np.mean), ("median", np.median)):
                high = float(function(self._values(name, first)))
                low = float(function(self._values(name, second)))
                if not high > low:
                    yield (
                        f"{word} of {name} where {target['where']}: wanted more than {low:.3f}"
                        f" (where {target['than']}), got {high:.3f}"
                    )

    def mann_whitney(self, target: Settings) -> Iterator[str]:
        """Compare the pooled two-sided Mann-Whitney p with its bound."""
        for name in target["of"]:
            values, group = self._two_groups(name, target["where"])
            yield from self._below(target, name, mann_whitney(values, group).p)

    def welch(self, target: Settings) -> Iterator[str]:
        """Compare the pooled two-sided p of Welch's t test with its bound."""
        for name in target["of"]:
            values, group = self._two_groups(name, target["where"])
            yield from self._below(target, name, _welch_p(values[group], values[~group]))

    def spearman(self, target: Settings) -> Iterator[str]:
        """Compare the pooled rank correlation with its limits."""
        low, high = (self.context.number(limit) for limit in target["between"])
        for name in target["of"]:
            both = self.table[[target["x"], name]].astype(float).dropna()
            ranks = [midranks(both[column].to_numpy()) for column in both]
            found = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
            if not low <= found <= high:
                yield (
                    f"spearman of {target['x']} and {name}: wanted {low} to {high}, got {found:.3f}"
                )

    def every(self, target: Settings) -> Iterator[str]:
        """Check that a condition holds on every row."""
        broken = int(self._where(f"not ({target['expect']})").sum())
        if broken:
            yield f"every row: wanted {target['expect']}, got {broken} rows that differ"

    def figures(self, target: Settings) -> Iterator[str]:
        """Compare range, median, mean and SD of every group with their printed digits."""
        for group in target["groups"]:
            values = self._values(target["of"], self._where(group["where"]))
            found = {
                "least": float(values.min()),
                "most": float(values.max()),
                "median": float(np.median(values)),
                "mean": float(values.mean()),
                "sd": float(values.std(ddof=1)),
            }
            for name in PRINTED_FIGURES:
                if name not in group:
                    continue
                printed = self._printed(group[name])
                # Ends of a range and medians are values of the scale: nothing to round.
                exact = name in ("least", "most", "median")
                near = 1e-9 if exact else _INSIDE * half_unit(printed)
                if abs(found[name] - float(printed)) > near:
                    yield (
                        f"{name} of {target['of']} where {group['where']}:"
                        f" wanted {printed}, got {found[name]:.5f}"
                    )

    def signed_rank(self, target: Settings) -> Iterator[str]:
        """Compare the p of a fall from one set of rows to others, paired by patient."""
        for name in target["of"]:
            before = self._by_patient(name, target["from"])
            for condition in target["to"]:
                change = (self._by_patient(name, condition) - before).dropna().to_numpy()
                found = signed_rank(change)
                if not found.p < target["p_below"] or not float(change.mean()) < 0.0:
                    yield (
                        f"signed_rank of {name} where {condition}: wanted a fall with"
                        f" p < {target['p_below']}, got {change.mean():.3f} with p = {found.p:.5f}"
                    )

    def _by_patient(self, name: str, where: str) -> pd.Series:
        rows = self.table[self._where(where)]
        return rows.set_index(self.cluster)[name].astype(float)

    def _where(self, text: str | bool) -> BoolArray:
        rows: BoolArray = self.context.where(text, self.table, self.cluster)
        return rows

    def _values(self, name: str, rows: BoolArray) -> FloatArray:
        values = self.table.loc[rows, name].astype(float).dropna().to_numpy(dtype=np.float64)
        return np.asarray(values)

    def _two_groups(self, name: str, where: str) -> tuple[FloatArray, BoolArray]:
        values = self.table[name].astype(float).to_numpy(dtype=np.float64, na_value=np.nan)
        present = ~np.isnan(values)
        return values[present], self._where(where)[present]

    def _printed(self, name: str) -> str:
        return str(self.published[name]["printed"])

    def _inside(self, what: str, wanted: Any, found: int) -> Iterator[str]:
        limits = wanted if isinstance(wanted, list) else [wanted, wanted]
        low, high = (self.context.number(limit) for limit in limits)
        if not low <= found <= high:
            shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            yield f"{what}: wanted {shown}, got {found}"

    @staticmethod
    def _below(target: Settings, name: str, p: float) -> Iterator[str]:
        if not p < target["p_below"]:
            yield (
                f"{target['kind']} of {name} by {target['where']}:"
                f" wanted p < {target['p_below']}, got {p:.5f}"
            )


def _welch_p(first: FloatArray, second: FloatArray) -> float:
    """Two-sided p of the t test with unequal variances (Welch 1947, Biometrika 34:28)."""
    parts = [float(np.var(values, ddof=1)) / values.size for values in (first, second)]
    t = float(first.mean() - second.mean()) / float(np.sqrt(sum(parts)))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (first.size - 1) + parts[1] ** 2 / (second.size - 1))
    return float(2.0 * stdtr(df, -abs(t)))
