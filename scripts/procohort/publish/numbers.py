"""Numbers for people: p values, percentages with their counts, estimates by unit."""

from __future__ import annotations

import math

from procohort.results import ResultRow
from procohort.study import Variable
from procohort.vocabulary import neutral_value

ABSENT = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

RATIO_ESTIMANDS = frozenset(
    {
        "geometric_mean_ratio",
        "geometric_mean_ratio_adjusted",
        "geometric_mean_ratio_by_patient",
        "geometric_mean_ratio_within",
        "odds_ratio",
        "slope_ratio",
        "slope_ratio_between",
        "slope_ratio_within",
    }
)
RANK_ESTIMANDS = frozenset({"midrank_difference", "mean_rank_difference"})
PERCENT_ESTIMANDS = frozenset({"proportion", "proportion_by_patient", "risk_difference"})
UNITLESS_ESTIMANDS = frozenset(
    {
        "auc",
        "between_patient_correlation",
        "between_patient_correlation_weighted",
        "cliffs_delta",
        "icc",
        "repeated_measures_correlation",
        "spearman_rho",
        "within_patient_rank_correlation",
    }
)
# In the names of estimands that subtract one value from another.
_OF_TWO_VALUES = ("change", "difference", "shift")

# A p value is never rounded across one of these: 0.0499 must not read 0.050.
_THRESHOLDS = (0.05, 0.01)
# So many more decimals may show on which side of no difference a limit lies; what is
# nearer is the noise of a computation.
_MORE_DECIMALS = 4


def format_number(value: float, decimals: int) -> str:
    """Write a number with a fixed number of decimals and a true minus sign.

    Examples
    --------
    >>> format_number(-1.25, 1) == MINUS + "1.2", format_number(-0.01, 1)
    (True, '0.0')
    >>> format_number(float("nan"), 1) == ABSENT
    True
    """
    if math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    text = f"{value:.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if float(text) == 0 else MINUS + text[1:]
    return text


def format_significant(value: float, digits: int = 3) -> str:
    """Write a number to so many significant digits, without an exponent.

    Examples
    --------
    >>> format_significant(1234.5), format_significant(0.01234), format_significant(0.0)
    ('1234', '0.0123', '0')
    """
    if not math.isfinite(value) or value == 0:
        return format_number(value, 0)
    magnitude = math.floor(math.log10(abs(value)))
    return format_number(value, max(0, digits - 1 - magnitude))


def format_p(p: float) -> str:
    """Write a p value: two significant digits, ``< 0.001`` below.

    More digits are written where two would round it across 0.05 or 0.01.

    Examples
    --------
    >>> [format_p(p) for p in (0.00002, 0.0012, 0.0456, 0.0499, 0.51, 0.997, 1.0)]
    ['< 0.001', '0.0012', '0.046', '0.0499', '0.51', '1.0', '1.0']
    """
    if math.isnan(p):
        return ABSENT
    if p < 0.001:
        return "< 0.001"
    for digits in (2, 3, 4, 5):
        decimals = max(1, digits - 1 - math.floor(math.log10(p)))
        text = f"{p:.{decimals}f}"
        if all((float(text) < limit) == (p < limit) for limit in _THRESHOLDS):
            break
    # 0.997 to two significant digits is 1.0, not 1.00.
    return "1.0" if float(text) >= 1 else text


def format_p_equation(p: float) -> str:
    """Write ``p = 0.046`` or ``p < 0.001``.

    Examples
    --------
    >>> format_p_equation(0.0456), format_p_equation(0.0)
    ('p = 0.046', 'p < 0.001')
    """
    text = format_p(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def format_percent(fraction: float, decimals: int = 1, sign: str = "%") -> str:
    """Write a fraction as a percentage; only 0 and 1 read 0 and 100 exactly.

    Examples
    --------
    >>> format_percent(449 / 458), format_percent(0.99999), format_percent(1.0)
    ('98.0%', '> 99.9%', '100.0%')
    """
    text = format_number(100 * fraction, decimals)
    if 0 < fraction < 1:
        step = 10.0**-decimals
        if float(text) >= 100:
            return f"> {format_number(100 - step, decimals)}{sign}"
        if float(text) == 0:
            return f"< {format_number(step, decimals)}{sign}"
    return text + ("" if text == ABSENT else sign)


def format_count_percent(events: int | None, trials: int | None, decimals: int = 1) -> str:
    """Write a percentage with its counts; a percentage never stands alone.

    Examples
    --------
    >>> format_count_percent(449, 458)
    '98.0% (449/458)'
    """
    if events is None or trials is None:
        return ABSENT
    if trials == 0:
        return f"{ABSENT} ({events}/{trials})"
    return f"{format_percent(events / trials, decimals)} ({events}/{trials})"


def format_interval(low: float, high: float, decimals: int) -> str:
    """Write confidence limits in brackets, nothing when there are none.

    Examples
    --------
    >>> format_interval(0.5, 1.25, 2), format_interval(float("nan"), float("nan"), 2)
    ('[0.50, 1.25]', '')
    """
    if math.isnan(low) and math.isnan(high):
        return ""
    return f"[{format_number(low, decimals)}, {format_number(high, decimals)}]"


def decimals_of_value(variable: Variable) -> int | None:
    """Return the decimals a value of the variable is written with; None means by size."""
    return 0 if variable.type == "integer" else variable.decimals


def format_mean_sd(mean: float, sd: float, variable: Variable) -> tuple[str, str]:
    """Write a mean and its SD alike: at the recorded resolution, counts with decimals of their own.

    Examples
    --------
    >>> count = Variable(name="k", type="integer", labels={}, decimals=0)
    >>> format_mean_sd(1.234, 0.5, count), format_mean_sd(31.26, 5.56, count)
    (('1.23', '0.50'), ('31.3', '5.6'))
    """
    if variable.type == "integer":
        decimals: int | None = 2 if abs(mean) < 10 else 1
    else:
        decimals = decimals_of_value(variable)
    if decimals is None:
        return format_significant(mean), format_significant(sd)
    return format_number(mean, decimals), format_number(sd, decimals)


def format_quantile(value: float, variable: Variable) -> str:
    """Write a median, quartile or extreme; a count keeps a half or a quarter if it has one.

    Examples
    --------
    >>> count = Variable(name="k", type="integer", labels={}, decimals=0)
    >>> format_quantile(2.0, count), format_quantile(2.5, count)
    ('2', '2.5')
    """
    if variable.type == "integer" and math.isfinite(value):
        text = format_number(value, 2)
        return text.rstrip("0").rstrip(".")
    decimals = decimals_of_value(variable)
    return format_significant(value) if decimals is None else format_number(value, decimals)


def format_effect(row: ResultRow, variable: Variable, *, unit: bool = True) -> str:
    """Write an estimate with its confidence limits in the unit of its estimand.

    Ratios take two decimals, proportions and risk differences become percentage
    points, correlations two decimals, shifts the resolution of the variable. Limits take
    more where one would round to no difference, see `format_limits`.
    """
    if math.isnan(row.estimate):
        return ABSENT
    decimals, factor, suffix = _scale(row, variable, unit=unit)
    estimate = format_number(factor * row.estimate, decimals) + suffix
    limits = format_limits(row, variable)
    if limits is None:
        return estimate
    if math.isnan(row.ci_level):
        # A range of estimates, such as that of leaving out one at a time, is no interval.
        return f"{estimate} (range {limits[0]} to {limits[1]})"
    return f"{estimate} [{limits[0]}, {limits[1]}]"


def format_limits(row: ResultRow, variable: Variable) -> tuple[str, str] | None:
    """Write both confidence limits alike, None where there are none.

    A limit that is not the value of no difference is not written as if it were: both
    take more decimals until it shows on which side it lies.

    Examples
    --------
    >>> row = ResultRow(analysis="a", kind="trend", estimand="spearman_rho", outcome="y",
    ...                 estimate=-0.15, ci_low=-0.2931, ci_high=0.0039, ci_level=0.95)
    >>> text = format_limits(row, Variable(name="y", type="number", labels={}))
    >>> text == (MINUS + "0.293", "0.004")
    True
    """
    limits = (row.ci_low, row.ci_high)
    if all(map(math.isnan, limits)):
        return None
    decimals, factor, _ = _scale(row, variable, unit=False)
    scaled = tuple(factor * limit for limit in limits)
    if not row.estimand.startswith("proportion"):
        decimals = _decimals_apart(scaled, factor * neutral_value(row.estimand), decimals)
    low, high = (format_number(limit, decimals) for limit in scaled)
    return low, high


def _decimals_apart(limits: tuple[float, ...], neutral: float, decimals: int) -> int:
    """Return the fewest decimals at which no limit is rounded to the neutral value."""
    apart = [x for x in limits if not _rounds_to(x, neutral, decimals + _MORE_DECIMALS)]
    return next(
        more
        for more in range(decimals, decimals + _MORE_DECIMALS + 1)
        if not any(_rounds_to(limit, neutral, more) for limit in apart)
    )


def _rounds_to(limit: float, neutral: float, decimals: int) -> bool:
    return math.isfinite(limit) and float(f"{limit:.{decimals}f}") == neutral


def _scale(row: ResultRow, variable: Variable, *, unit: bool) -> tuple[int, float, str]:
    """Return decimals, factor and what follows the estimate, by estimand and variable."""
    if row.estimand in PERCENT_ESTIMANDS:
        suffix = "%" if row.estimand.startswith("proportion") else " pp"
        return 1, 100.0, suffix if unit else ""
    if row.estimand in RATIO_ESTIMANDS:
        return 3 if row.estimand.startswith("slope_ratio") else 2, 1.0, ""
    if row.estimand in UNITLESS_ESTIMANDS:
        return 2, 1.0, ""
    if row.estimand in RANK_ESTIMANDS:
        return 1, 1.0, " ranks" if unit else ""
    if variable.type == "integer":
        # Shifts of counts are whole or half; means of counts are not.
        decimals = 2 if row.estimand.startswith(("mean_difference", "mean_change")) else 1
    else:
        decimals = 2 if variable.decimals is None else variable.decimals
    # "count" and ranges such as "0 to 100" explain a scale; they do not follow a number.
    follows = variable.unit != "count" and not variable.unit[:1].isdigit()
    shown = variable.unit if unit and follows else ""
    if shown == "%" and any(word in row.estimand for word in _OF_TWO_VALUES):
        # "-23%" of a percentage would read as a relative change.
        shown = "pp"
    return decimals, 1.0, f" {shown}" if shown else ""
