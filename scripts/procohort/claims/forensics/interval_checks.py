"""Checks of printed confidence intervals against p values and estimates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.intervals import (
    leaves_out,
    lies_outside,
    neutral_value,
    off_centre,
    p_range_of_interval,
)
from procohort.claims.forensics.p_values import PRange, at_or_above, below, printed_p
from procohort.claims.forensics.pairing import (
    P_KINDS,
    Pair,
    conclusion,
    pairs,
    significant_digits,
    write_p_range,
    write_printed_p,
)
from procohort.claims.printed import PrintedNumber
from procohort.claims.printed_compound import PrintedInterval, read_interval
from procohort.vocabulary import is_ratio

# Exact, likelihood and rank tests stray from the interval's own test by such a factor.
_LOOSELY = 5.0
# Without the sizes, an interval of a few values is possible, and p values below
# this one are not told apart.
_FLOOR = 0.01
_FEWEST_DF = 4.0
_OTHER_TEST = (
    "The p value may come from another test than the interval, such as an exact, "
    "a one-sided or a corrected one."
)
_ELSEWHERE = "They stand in different sentences, and may belong to different analyses."
_OTHER_WAY = "They fit if one of them compares the two groups the other way round."
_PERCENT = "They fit if one is a share and the other a percentage."
_NOT_SYMMETRIC = "An interval by resampling, or made on another scale, need not be symmetric."
_ESTIMATES = ("effect", "mean", "median", "centre", "percent")
_SYMMETRIC = ("mean_difference", "geometric_mean_ratio")
_RESAMPLED = frozenset(["bootstrap", "permutation", "profile", "exact", "bayes"])


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield every check of a printed confidence interval that can be made."""
    for pair in pairs(figures, "interval", P_KINDS):
        found = _agreement(figures, pair)
        if found is not None:
            yield found
    for pair in pairs(figures, "interval", _ESTIMATES):
        units = {pair.first.unit, pair.second.unit} - {""}
        if len(units) <= 1:
            yield _place(pair)


def _agreement(figures: PrintedFigures, pair: Pair) -> Check | None:
    """Compare an interval with a p value, where the value of no difference is known."""
    p, interval = figure_of(pair.second), read_interval(pair.first.printed)
    effect = _effect_beside(figures, pair.first)
    named = pair.first.estimand or pair.second.estimand or (effect.estimand if effect else "")
    neutral = neutral_value(named)
    if neutral is None or p.percent or (is_ratio(named) and interval.low.percent):
        return None
    mistake = _other_conclusion(interval, p, neutral)
    claims: tuple[str, ...] = (pair.second.id, pair.first.id)
    detail: dict[str, float] = {}
    df_min, floor = _freedom(figures, pair.second)
    found = effect and p_range_of_interval(figure_of(effect), interval, neutral, df_min)
    if effect and found:
        claims = (*claims, effect.id)
        detail = {
            "p_low": significant_digits(found.low),
            "p_high": significant_digits(found.high),
        }
        mistake = mistake or _other_p(figure_of(effect), interval, p, found, floor)
    harmless = _OTHER_TEST if pair.together else f"{_OTHER_TEST} {_ELSEWHERE}"
    return Check(
        name="interval_and_p",
        claims=claims,
        outcome="doubtful" if mistake else "holds",
        statement=mistake or f"{_shown(interval)} and {write_printed_p(p)} agree.",
        harmless=harmless if mistake else "",
        detail=detail,
    )


def _effect_beside(figures: PrintedFigures, interval: Claim) -> Claim | None:
    found = [p for p in pairs(figures, "interval", ("effect",)) if p.first.id == interval.id]
    return found[0].second if found else None


def _other_conclusion(interval: PrintedInterval, p: PrintedNumber, neutral: Decimal) -> str:
    """Return how interval and p value lead to two conclusions, or nothing if they do not."""
    alpha, printed = 1 - interval.level / 100, printed_p(p)
    out = leaves_out(interval, neutral)
    if out is True and at_or_above(printed, alpha):
        verb, side = "leaves out", "below"
    elif out is False and below(printed, alpha):
        verb, side = "includes", "above"
    else:
        return ""
    return (
        f"{_shown(interval)} {verb} {neutral}, which goes with a p value {side} "
        f"{alpha.normalize():f}; printed is {write_printed_p(p)}."
    )


def _freedom(figures: PrintedFigures, contrast: Claim) -> tuple[float, float]:
    """Return the fewest likely degrees of freedom, and the p value below which none differ."""
    sizes = [figures.n_of(contrast, level) for level in (contrast.level, contrast.reference)]
    known = [n for n in sizes if n is not None and n > 1]
    if not contrast.reference or len(known) < 2:
        return _FEWEST_DF, _FLOOR
    return float(min(known) - 1), 0.0


def _other_p(
    estimate: PrintedNumber,
    interval: PrintedInterval,
    p: PrintedNumber,
    found: PRange,
    floor: float,
) -> str:
    """Return how far a p value is from that of its interval, or nothing if it is near."""
    near = PRange(found.low / _LOOSELY, min(1.0, max(found.high * _LOOSELY, floor)))
    printed = printed_p(p)
    if near.meets(printed):
        return ""
    return (
        f"{estimate.value:f} with {_shown(interval, start=False)} goes with a p value "
        f"{write_p_range(found)}; printed is {write_printed_p(p)}"
        f"{conclusion(found.turns(printed))}."
    )


def _place(pair: Pair) -> Check:
    """Compare an estimate with its interval."""
    interval, estimate = read_interval(pair.first.printed), figure_of(pair.second)
    named = pair.first.estimand or pair.second.estimand
    shown = f"{estimate.value:f}"
    if lies_outside(estimate, interval):
        harmless = _why_outside(estimate, interval, named)
        return Check(
            name="estimate_in_interval",
            claims=(pair.second.id, pair.first.id),
            outcome="impossible" if pair.together else "doubtful",
            statement=f"The estimate {shown} lies outside {_shown(interval, start=False)}.",
            harmless=harmless or ("" if pair.together else _ELSEWHERE),
        )
    lopsided = _is_symmetric(pair, named) and off_centre(estimate, interval, ratio=is_ratio(named))
    where = "off the middle of" if lopsided else "within"
    scale = " on the log scale" if lopsided and is_ratio(named) else ""
    return Check(
        name="estimate_in_interval",
        claims=(pair.second.id, pair.first.id),
        outcome="doubtful" if lopsided else "holds",
        statement=f"The estimate {shown} lies {where} {_shown(interval, start=False)}{scale}.",
        harmless=_NOT_SYMMETRIC if lopsided else "",
    )


def _is_symmetric(pair: Pair, estimand: str) -> bool:
    """Return whether the usual interval of an estimand lies evenly around its estimate."""
    methods = {*pair.first.method.split("_"), *pair.second.method.split("_")}
    if not _RESAMPLED.isdisjoint(methods):
        return False
    return estimand.startswith(_SYMMETRIC) or (is_ratio(estimand) and "wald" in methods)


def _why_outside(estimate: PrintedNumber, interval: PrintedInterval, estimand: str) -> str:
    """Return a harmless reason why an estimate lies outside its interval, if one fits."""
    value = Fraction(estimate.value)
    low, high = Fraction(interval.low.value), Fraction(interval.high.value)
    other_way = 1 / value if is_ratio(estimand) and value else -value
    if low <= other_way <= high:
        return _OTHER_WAY
    if low <= value * 100 <= high or low <= value / 100 <= high:
        return _PERCENT
    return ""


def _shown(interval: PrintedInterval, *, start: bool = True) -> str:
    ends = f"{interval.low.value:f} to {interval.high.value:f}"
    return f"{'The' if start else 'the'} {interval.level.normalize():f} % interval {ends}"
