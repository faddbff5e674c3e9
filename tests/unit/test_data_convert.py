"""Conversion: a text becomes the value that a person reads, or is refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from data_plans import column, rides, settings
from procohort.data.convert import Converted, convert
from procohort.data.findings import PlanError
from procohort.data.units import UnitError, check_units, unit_factor
from procohort.study import CohortPlan, Column, Format


def converted(kind: str, texts: list[str], fmt: Format | None = None, **spec: Any) -> Converted:
    declared = Column.from_settings("x", column("X", kind, **spec), "row")
    return convert(declared, fmt or Format(), pd.Series(texts, dtype="str"), from_sheets=False)


def values(kind: str, texts: list[str], fmt: Format | None = None, **spec: Any) -> list[Any]:
    found = converted(kind, texts, fmt, **spec).values
    return [None if pd.isna(value) else value for value in found]


GERMAN = Format(decimal=",", thousands=".", date="%d.%m.%Y", missing=("", "k.A.", "-"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,5", 1.5),
        (" 1,5\u00a0", 1.5),
        ("1.234,5", 1234.5),
        ("1234,5", 1234.5),
        (",5", 0.5),
        ("-3", -3.0),
        ("\u22123", -3.0),
        ("+3", 3.0),
        ("1e3", 1000.0),
        ("-0", 0.0),
        ("1.5", None),
        ("12.34,5", None),
        ("1,2,3", None),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("0x1A", None),
        ("1_000", None),
        ("ca. 12", None),
        ("", None),
        ("k.A.", None),
    ],
)
def test_a_number_is_read_as_declared_or_not_at_all(text: str, value: float | None) -> None:
    """With a decimal comma, 1.5 is neither 1.5 nor 15 for certain: a person must look."""
    found = converted("number", [text], GERMAN)
    assert values("number", [text], GERMAN) == [value]
    assert (found.faults.iloc[0] != "") == (value is None and text not in ("", "k.A."))


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("7.0", 7), ("007", 7), ("1e2", 100), ("7.5", None), ("9007199254740993", None)],
)
def test_an_integer_is_whole_and_exact(text: str, value: int | None) -> None:
    """Above 2**53 a number read through floating point may be its neighbour."""
    assert values("integer", [text]) == [value]


def test_seconds_become_the_minutes_a_person_would_write() -> None:
    """Dividing by 60 first and rounding later must not turn 0.9 min into 0.8999 min."""
    spec: dict[str, Any] = {"unit": "min", "source_unit": "s"}
    assert values("number", ["54", "600", "714"], **spec) == [0.9, 10.0, 11.9]
    assert values("number", ["617"], decimals=1, **spec) == [10.3]


def test_the_declared_factor_overrides_the_table_of_units() -> None:
    """A centre may count in its own unit, such as a scanner's dose index."""
    assert values("number", ["10"], unit="mSv", source_unit="mGy", source_factor=0.015) == [0.15]
    assert values("integer", ["2"], unit="days", source_unit="weeks") == [14]


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("s", "min", 1 / 60),
        ("h", "min", 60),
        ("d", "h", 24),
        ("mGy·m", "mGy·cm", 100),
        ("Gy*cm", "mGy·cm", 1000),
        ("mGycm", "mGy·cm", 1),
        ("uSv", "mSv", 0.001),
        ("µSv", "mSv", 0.001),
        ("\u03bcSv", "Sv", 1e-6),
        ("g", "kg", 0.001),
        ("mg", "g", 0.001),
        ("mm", "cm", 0.1),
        ("cm", "m", 0.01),
        ("%", "1", 0.01),
        ("years", "months", 12),
        ("rabbits", "rabbits", 1),
    ],
)
def test_known_units_convert(source: str, target: str, factor: float) -> None:
    """The table of units is short; each of its kinds is tried here."""
    assert float(unit_factor(source, target)) == pytest.approx(factor, rel=1e-15)
    assert float(unit_factor(target, source)) == pytest.approx(1 / factor, rel=1e-15)


def test_units_that_do_not_fit_are_named_together() -> None:
    """A wrong unit is a factor of 60 in every result: never a guess."""
    with pytest.raises(UnitError, match="'s' is a time, 'kg' is a mass"):
        unit_factor("s", "kg")
    table = rides()
    table["columns"]["minutes"]["source_unit"] = "secunds"
    table["columns"]["jumps"].update(unit="kg", source_unit="cm")
    plan = CohortPlan.from_settings(settings(tables={"rides": table}))
    with pytest.raises(PlanError) as error:
        check_units(plan)
    assert error.value.lines == [
        "config.yaml: tables.rides.columns.jumps.source_unit: 'cm' is a length, 'kg' is a mass. "
        "Correct it, or give source_factor.",
        "config.yaml: tables.rides.columns.minutes.source_unit: the unit 'secunds' is not known. "
        "Did you mean 'seconds'? Correct it, or give source_factor.",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2019", "2019-12-31"),
        ("1.2.2020", "2020-02-01"),
        ("2020-02-01 10:30:00", "2020-02-01"),
        ("2020-02-01T10:30", "2020-02-01"),
        ("31.02.2020", None),
        ("2020-02-01", None),
        ("02/01/2020", None),
        ("43830", None),
        ("-", None),
    ],
)
def test_a_date_is_read_in_the_declared_form(text: str, day: str | None) -> None:
    """02/01/2020 is two different days in two countries."""
    found = converted("date", [text], GERMAN)
    expected = pd.NaT if day is None else pd.Timestamp(day)
    assert found.values.iloc[0] is expected or found.values.iloc[0] == expected
    assert (found.faults.iloc[0] == "") == (day is not None or text == "-")


def test_codes_become_levels_and_strangers_are_refused() -> None:
    """Two spellings of one code are one level; a level may be written as itself."""
    spec: dict[str, Any] = {
        "codes": {"Bauch": "prone", "Bauchlage": "prone", "-": "lateral"},
        "labels": {"prone": "Prone", "lateral": "Lateral"},
    }
    texts = ["Bauch", "Bauchlage ", "-", "lateral", "bauch", ""]
    assert values("category", texts, GERMAN, **spec) == [
        "prone", "prone", "lateral", "lateral", None, None,
    ]  # fmt: skip
    assert converted("category", texts, GERMAN, **spec).faults.tolist()[4:] == [
        "'bauch' is not an allowed code",
        "",
    ]


def test_without_labels_every_code_is_a_level() -> None:
    """A study may take the levels as they come."""
    assert values("category", ["x", "y"], codes={"x": "z"}) == ["z", "y"]


def test_booleans_without_codes_know_the_common_words() -> None:
    """With codes, only these count: what 1 means is then the study's business."""
    words = ["TRUE", "false", "1", "0", "Yes", "no", "ja", "Nein", "perhaps", ""]
    truth = [True, False, True, False, True, False, True, False, None, None]
    assert values("boolean", words) == truth
    codes = {"1": "false", "2": "true"}
    assert values("boolean", ["1", "2", "true", "0"], codes=codes) == [False, True, True, None]


def test_codes_give_numbers_and_dates_too() -> None:
    """`<5` may be declared to stand for 2.5, in the stored unit."""
    spec: dict[str, Any] = {"codes": {"<60": "0.5"}, "unit": "min", "source_unit": "s"}
    assert values("number", ["<60", "120"], GERMAN, **spec) == [0.5, 2.0]


def test_a_missing_text_of_the_column_wins_over_its_codes() -> None:
    """The column's own list is the most specific statement."""
    assert values("id", ["99", "-9"], missing=["-9"], codes={"-9": "x"}) == ["99", None]
    assert values("text", ["k.A.", "ok"], GERMAN) == [None, "ok"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("integer", "'?' is not a whole number"),
        ("number", "'?' is not a number (decimal sign ',')"),
        ("date", "'?' is not a date in the form DD.MM.YYYY"),
        ("boolean", "'?' is not an allowed code"),
    ],
)
def test_a_fault_says_what_was_expected(kind: str, message: str) -> None:
    """The person who corrects the cell needs the form, not the error of a parser."""
    assert converted(kind, ["?"], GERMAN).faults.tolist() == [message]


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("id", "string"),
        ("category", "string"),
        ("text", "string"),
        ("boolean", "boolean"),
        ("integer", "Int64"),
        ("number", "Float64"),
        ("date", "datetime64[us]"),
    ],
)
def test_dtypes_do_not_depend_on_what_is_missing(kind: str, dtype: str) -> None:
    """A column of which everything is missing must still join and write as its type."""
    assert str(converted(kind, ["", ""]).values.dtype) == dtype
    assert str(converted(kind, []).values.dtype) == dtype
