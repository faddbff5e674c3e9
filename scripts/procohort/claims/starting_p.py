"""Which p values, printed or found, the claims of a paper rest on."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from procohort.claims.claim import Claim
from procohort.claims.finding import ALPHA
from procohort.claims.match import AmbiguousClaimError, find_row
from procohort.claims.printed import RULES, PrintedNumber, read_printed
from procohort.results import ResultRow
from procohort.tipping_start import TippingStart

Key = tuple[str, str, str, str, str]

# Below any p that a paper prints or a table can show; the logarithm of 0 has no place.
_SMALLEST_P = 1e-300


def starting_points(
    claims: Sequence[Claim],
    rows: Sequence[ResultRow],
    *,
    analyses: Collection[str],
    reading: str = "",
) -> list[TippingStart]:
    """Return where curves of p begin: at printed p values, and at those found as published.

    Parameters
    ----------
    claims : sequence of Claim
        A claim that fits several result rows is passed over here: the scorecard names it.
    rows : sequence of ResultRow
        All result rows of the run.
    analyses : collection of str
        Comparisons of two levels and correlations.
    reading : str
        The reading of this run; claims of another one are passed over.

    Returns
    -------
    list of TippingStart
        In the order of the headline rows as published; a printed p precedes the one found.
        A p that was found carries the direction claims that it makes significant at 5 %.
    """
    headlines = {
        _key(row): row
        for row in rows
        if row.analysis in analyses
        and row.perspective == "as_published"
        and row.headline
        and row.status == "ok"
        and not math.isnan(row.p)
    }
    here = [claim for claim in claims if claim.reading in ("", reading)]
    sizes = _printed_sizes(here)
    printed: dict[Key, list[tuple[Claim, ResultRow]]] = {}
    directions: dict[Key, list[str]] = {}
    for claim in here:
        row = _row_of(claim, rows)
        if row is None or _key(row) not in headlines:
            continue
        if claim.kind == "direction" and row.p < ALPHA:
            directions.setdefault(_key(row), []).append(claim.id)
        elif claim.kind in ("p_value", "p_bound"):
            printed.setdefault(_key(row), []).append((claim, row))
    starts: list[TippingStart] = []
    for key, row in headlines.items():
        if key in printed:
            starts.append(_printed_start(printed[key], sizes))
        starts.append(
            TippingStart(
                row=row,
                origin="found",
                p=max(row.p, _SMALLEST_P),
                claims=tuple(directions.get(key, ())),
                **_sizes_for(row, sizes),
            )
        )
    return starts


def _key(row: ResultRow) -> Key:
    return row.analysis, row.outcome, row.subset, row.level, row.reference


def _row_of(claim: Claim, rows: Sequence[ResultRow]) -> ResultRow | None:
    """Return the row as published that a claim about p or a direction speaks of."""
    if claim.kind not in ("p_value", "p_bound", "direction"):
        return None
    try:
        row = find_row(claim, rows).row
    except AmbiguousClaimError:
        return None
    return row if row is not None and row.perspective == "as_published" else None


def _printed_sizes(claims: Sequence[Claim]) -> dict[str, int]:
    """Return the printed numbers of rows and patients of the whole cohort."""
    return {
        claim.estimand: int(read_printed(claim.printed, grouped=True).value)
        for claim in claims
        if claim.kind == "count"
        and claim.analysis == "cohort"
        and claim.estimand in ("n_rows", "n_patients")
    }


def _sizes_for(row: ResultRow, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the printed sizes where the row is about the whole cohort."""
    if row.subset != "all" or row.unit_of_analysis != "row":
        return {}
    return {"n_rows": sizes.get("n_rows"), "n_clusters": sizes.get("n_patients")}


def _printed_start(
    candidates: Sequence[tuple[Claim, ResultRow]], sizes: Mapping[str, int]
) -> TippingStart:
    """Return the start from the most precise print: a p with its digits, else a bound."""
    # A stable sort: of equals, the first of the file.
    claim, row = sorted(candidates, key=lambda pair: pair[0].kind != "p_value")[0]
    given = _sizes_for(row, sizes)
    if claim.n is not None:
        given["n_rows"] = claim.n
    return TippingStart(
        row=row,
        origin="printed",
        printed=claim.printed,
        claims=tuple(each.id for each, _ in candidates),
        **_allowed(read_printed(claim.printed)),
        **given,
    )


def _allowed(figure: PrintedNumber) -> dict[str, Any]:
    """Return the p to begin with, and what the print leaves open.

    Of all p values that a bound allows, its curve begins at the one nearest to 5 %.

    Examples
    --------
    >>> _allowed(read_printed("p < 0.01"))
    {'p': 0.01, 'bound': 'largest', 'is_undecided': False}
    """
    limit, alpha = figure.value, Decimal(str(ALPHA))
    if figure.comparator in ("<", "<="):
        # "p < 0.05" stands for p values below 0.05, of which there is no largest.
        p = math.nextafter(ALPHA, 0.0) if limit == alpha else float(limit)
        allowed = max(p, _SMALLEST_P)
        return {"p": allowed, "bound": "largest", "is_undecided": limit > alpha}
    if figure.comparator in (">", ">="):
        return {
            "p": max(float(limit), _SMALLEST_P),
            "bound": "smallest",
            "is_undecided": limit < alpha,
        }
    if limit == 0:
        # "p = 0.000" stands for values up to half of its last digit.
        return {"p": float(figure.resolution / 2), "bound": "largest", "is_undecided": False}
    straddles = any(
        figure.interval(rule).contains(Fraction(alpha)) and figure.interval(rule).low < alpha
        for rule in RULES
    )
    return {"p": float(limit), "bound": "", "is_undecided": straddles}
