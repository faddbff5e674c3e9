"""Percentages against counts: printed beside them, printed elsewhere, or not printed at all."""

from __future__ import annotations

from collections.abc import Iterator

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.own_arithmetic import (
    denominators_that_fit,
    numerators_that_fit,
    percent_mistake,
    rules_for_fraction,
)
from procohort.claims.printed import PrintedNumber, RoundingRule

# Other percentages (a change, a mean over patients) are not a count out of a total.
_SHARES = ("", "proportion")
_SIZES = ("n_patients", "n_rows", "n_procedures", "n")
_N_LISTED = 3
_LARGEST_TOTAL = 20_000


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield a check for every percentage that stands beside a count or a total.

    A percentage with its own printed fraction is judged by it. Otherwise the printed
    count of the same outcome is taken; without one, the counts that fit are listed
    (Brown & Heathers 2017, Soc Psychol Personal Sci 8:363, for percentages).
    """
    for claim in figures.of_kind("percent"):
        percent = figure_of(claim)
        if claim.numerator is not None and claim.denominator:
            yield _of_own_count(figures, claim, percent)
        elif claim.estimand in _SHARES and not claim.value and 0 <= percent.value <= 100:
            counts = _counts_beside(figures, claim)
            if counts:
                yield from _of_count_beside(figures, claim, percent, counts)
            else:
                yield from _possible_counts(figures, claim, percent)


def _of_own_count(figures: PrintedFigures, claim: Claim, percent: PrintedNumber) -> Check:
    k, n = claim.numerator or 0, claim.denominator or 1
    detail: dict[str, int | float | str] = {"numerator": k, "denominator": n}
    rules = rules_for_fraction(percent, k, n)
    if rules:
        return Check(
            name="percent_of_count",
            claims=(claim.id,),
            outcome="holds",
            statement=_agreement(claim, k, n, rules),
            detail={**detail, "rules": " ".join(rules)},
        )
    return Check(
        name="percent_of_count",
        claims=(claim.id,),
        outcome="impossible",
        statement=percent_mistake(percent, k, n),
        harmless=_likely_reason(figures, percent, k, n),
        detail=detail,
    )


def _of_count_beside(
    figures: PrintedFigures, claim: Claim, percent: PrintedNumber, counts: list[Claim]
) -> Iterator[Check]:
    """Judge a percentage by the count of the same outcome; that they belong together is assumed."""
    k = int(figure_of(counts[0]).value)
    n = claim.n or claim.denominator or counts[0].denominator or figures.n_of(claim)
    ids = (claim.id, *(count.id for count in counts))
    if not n:
        yield from _possible_totals(ids, claim, percent, k)
        return
    if k > n:
        return
    rules = rules_for_fraction(percent, k, n)
    yield Check(
        name="percent_of_count",
        claims=ids,
        outcome="holds" if rules else "doubtful",
        statement=_agreement(claim, k, n, rules) if rules else percent_mistake(percent, k, n),
        harmless="" if rules else _likely_reason(figures, percent, k, n, pairing_assumed=True),
        detail={"numerator": k, "denominator": n, "rules": " ".join(rules)},
    )


def _counts_beside(figures: PrintedFigures, claim: Claim) -> list[Claim]:
    """Return the counts of the same outcome if all of them print the same number."""
    found = [
        count
        for count in figures.beside(claim, "count")
        if count.estimand not in _SIZES and not count.value
    ]
    return found if len({figure_of(count).value for count in found}) == 1 else []


def _possible_totals(
    ids: tuple[str, ...], claim: Claim, percent: PrintedNumber, k: int
) -> Iterator[Check]:
    # So near 0 nothing is learned: very many totals fit, or no largest one exists.
    if percent.value <= 2 * percent.resolution or 100 * k / percent.value > _LARGEST_TOTAL:
        return
    totals = denominators_that_fit(percent, k)
    if not totals:
        return
    yield Check(
        name="possible_counts",
        claims=ids,
        outcome="implies",
        statement=f"A count of {k} printed as {claim.printed} means a total {_listed(totals)}.",
        detail={"numerator": k, "smallest": totals[0], "largest": totals[-1]},
    )


def _possible_counts(
    figures: PrintedFigures, claim: Claim, percent: PrintedNumber
) -> Iterator[Check]:
    n = figures.n_of(claim)
    if not n:
        return
    fits = numerators_that_fit(percent, n)
    detail: dict[str, int | float | str] = {"denominator": n}
    if fits:
        yield Check(
            name="possible_counts",
            claims=(claim.id,),
            outcome="implies",
            statement=f"{claim.printed} of {n} means a count {_listed(fits)}.",
            detail={**detail, "smallest": fits[0], "largest": fits[-1]},
        )
        return
    smaller = _totals_with_counts(percent, range(n - 1, 0, -1))
    nearest = smaller or _totals_with_counts(percent, range(n + 1, 3 * n + 1))
    word = "smaller" if smaller else "larger"
    shown = ", ".join(f"{total} (a count {_listed(counts)})" for total, counts in nearest)
    others = f"; of {word} totals, {shown} would fit" if nearest else ""
    yield Check(
        name="possible_counts",
        claims=(claim.id,),
        outcome="doubtful",
        statement=f"No count out of {n} is {claim.printed} under any rounding rule{others}.",
        harmless=(
            f"Some of the {n} may not have been assessed, or the percentage may be an estimate "
            "from survival times or a model."
        ),
        detail={**detail, "nearest": " ".join(str(total) for total, _ in nearest)},
    )


def _totals_with_counts(percent: PrintedNumber, totals: range) -> list[tuple[int, tuple[int, ...]]]:
    """Return the first few totals of which some count is printed as the percentage."""
    found: list[tuple[int, tuple[int, ...]]] = []
    for total in totals:
        counts = numerators_that_fit(percent, total)
        if counts:
            found.append((total, counts))
        if len(found) == _N_LISTED:
            break
    return found


def _agreement(claim: Claim, k: int, n: int, rules: tuple[RoundingRule, ...]) -> str:
    if "half_up" in rules:
        return f"{k}/{n} is {claim.printed}, as printed."
    how = (
        "when ties go to the even digit" if "half_even" in rules else "with further digits cut off"
    )
    return f"{k}/{n} is {claim.printed} {how}; usual rounding gives another last digit."


def _likely_reason(
    figures: PrintedFigures,
    percent: PrintedNumber,
    k: int,
    n: int,
    *,
    pairing_assumed: bool = False,
) -> str:
    """Return the likeliest harmless explanation of a percentage that its fraction does not give."""
    totals = set(denominators_that_fit(percent, k))
    elsewhere = sorted((totals & _printed_totals(figures)) - {n})
    if elsewhere:
        return (
            f"{k} of {elsewhere[0]}, a total printed elsewhere in the text, would be right: "
            "the percentage may have that denominator."
        )
    near_count = [fit for fit in numerators_that_fit(percent, n) if abs(fit - k) == 1]
    if near_count:
        return (
            f"A count of {near_count[0]}, one away, would fit: the two figures may come from "
            "two states of the data."
        )
    if totals & {n - 1, n + 1}:
        return (
            f"A total of {min(totals & {n - 1, n + 1})}, one away, would fit: "
            "one value may be missing."
        )
    if pairing_assumed:
        return "The text does not print the percentage and this count side by side."
    return ""


def _printed_totals(figures: PrintedFigures) -> set[int]:
    counts = {int(figure_of(claim).value) for claim in figures.of_kind("count")}
    for claim in figures.claims:
        counts |= {size for size in (claim.denominator, claim.n) if size}
    return counts


def _listed(numbers: tuple[int, ...]) -> str:
    if len(numbers) > 2:
        return f"between {numbers[0]} and {numbers[-1]}"
    return "of " + " or ".join(str(number) for number in numbers)
