"""What can be wrong with one line of a table of claims."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from procohort.claims.kinds import (
    CHOICES,
    COMPOUND_KINDS,
    DIRECTIONS,
    KINDS,
    NEEDED,
    NUMERIC_KINDS,
    WHOLE_NUMBERS,
)
from procohort.claims.printed import find_printed, read_printed
from procohort.claims.printed_compound import (
    read_frequency,
    read_interval,
    read_range,
    read_statistic,
)
from procohort.messages import did_you_mean

_READERS: dict[str, Callable[[str], object]] = {
    "range": read_range,
    "quartiles": read_range,
    "interval": read_interval,
    "test_statistic": read_statistic,
    "frequency_class": read_frequency,
}


def record_mistakes(
    record: Mapping[str, str], *, readings: Collection[str], sources: Collection[str]
) -> Iterable[tuple[str, str]]:
    """Yield the column and the message of every mistake of one claim.

    Parameters
    ----------
    record : mapping
        Cells by column; columns that may be left out may be absent.
    readings, sources : collection of str
        The readings and source files of the study; when empty, any is allowed.
    """
    for column in NEEDED:
        if not record[column]:
            yield column, "empty. Fill it in."
    for column, options in CHOICES.items():
        value = record.get(column, "")
        if value not in options and (value or column != "kind"):
            named = [option for option in options if option]
            yield column, f"{value!r} is not allowed.{did_you_mean(value, named)}"
    for column in WHOLE_NUMBERS:
        value = record.get(column, "")
        if value and not (value.isascii() and value.isdigit()):
            yield column, f"{value!r} is not a whole number. Write digits only."
    yield from _name_mistakes(record, readings, sources)
    yield from _printed_mistakes(record)
    yield from _direction_mistakes(record)
    yield from _size_mistakes(record)
    yield from _scale_mistakes(record)


def _name_mistakes(
    record: Mapping[str, str], readings: Collection[str], sources: Collection[str]
) -> Iterable[tuple[str, str]]:
    reading, source = record.get("reading", ""), record.get("source_file", "")
    if readings and reading not in ("", *readings):
        hint = did_you_mean(reading, readings)
        yield "reading", f"{reading!r} is not a reading of the study.{hint}"
    if sources and source not in ("", *sources):
        hint = did_you_mean(source, sources)
        yield "source_file", f"{source!r} is not in the table of sources.{hint}"


def _printed_mistakes(record: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    sentence, printed, kind = record["sentence"], record["printed"], record["kind"]
    if sentence and printed and find_printed(sentence, printed) is None:
        yield (
            "printed",
            f"{printed!r} does not stand in the sentence. Copy it from there, letter by letter.",
        )
    if kind in NUMERIC_KINDS and printed:
        yield from _figure_mistakes(kind, printed)
    if kind in COMPOUND_KINDS and printed:
        try:
            _READERS[kind](printed)
        except ValueError as error:
            yield "printed", f"{error}."


def _figure_mistakes(kind: str, printed: str) -> Iterable[tuple[str, str]]:
    try:
        figure = read_printed(printed, grouped=kind == "count")
    except ValueError as error:
        yield "printed", f"{error}."
        return
    if kind == "p_bound" and not figure.comparator:
        yield (
            "printed",
            f"{printed!r} has no < or >. Use kind p_value for a p value with its digits.",
        )
    if kind != "p_bound" and figure.comparator:
        other = "p_bound" if kind == "p_value" else "at_least or at_most"
        yield "printed", f"{printed!r} is a bound. Use kind {other}, or leave the sign out."
    if kind == "count" and figure.decimals:
        yield "printed", f"{printed!r} has decimals, which a count cannot have."
    if kind in ("p_value", "p_bound") and not 0 <= figure.value <= 1:
        yield "printed", f"{printed!r} is not between 0 and 1, as a p value is."
    if kind == "sd" and figure.value < 0:
        yield "printed", f"{printed!r} is below 0, which a standard deviation cannot be."


def _direction_mistakes(record: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    kind, direction = record["kind"], record.get("direction", "")
    if kind == "direction" and not direction:
        yield "direction", f"empty for a direction. Use one of {', '.join(DIRECTIONS)}."
    if kind in KINDS and kind != "direction" and direction:
        yield "direction", f"{direction!r} given for a claim of kind {kind}. Leave it empty."


def _size_mistakes(record: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    numerator, denominator, n = (record.get(name, "") for name in WHOLE_NUMBERS)
    if numerator and not denominator:
        yield "denominator", "empty although a numerator is given. Fill in both."
    for column, value in (("denominator", denominator), ("n", n)):
        if value.isdecimal() and int(value) == 0:
            what = "a denominator" if column == "denominator" else "a number of values"
            yield column, f"0 cannot be {what}."
    if numerator.isdecimal() and denominator.isdecimal() and int(numerator) > int(denominator):
        yield "numerator", f"{numerator} is larger than its denominator {denominator}."


def _scale_mistakes(record: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    # The checks of printed figures build on claims, so they are not known here before.
    from procohort.claims.forensics.figures import read_scale

    if not record.get("scale", ""):
        return
    try:
        read_scale(record["scale"])
    except ValueError as error:
        yield "scale", f"{error}."
