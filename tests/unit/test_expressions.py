"""The expression language: right answers, honest missing values, no silent nonsense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from procohort.expression_functions import Functions
from procohort.expression_syntax import FUNCTIONS
from procohort.expressions import ExpressionError, evaluate, is_true, names_in

NA = None
TABLE = pd.DataFrame(
    {
        "a": pd.array([1, 2, NA, 4], dtype="Int64"),
        "x": pd.array([0.5, NA, 0.0, -2.0], dtype="Float64"),
        "yes": pd.array([True, False, NA, True], dtype="boolean"),
        "no": pd.array([False, False, False, NA], dtype="boolean"),
        "kind": pd.array(["u", "v", NA, "2"], dtype="string"),
        "day": pd.to_datetime(["2020-01-01", None, "2020-03-01", "2019-12-31"]),
        "year": pd.array([1, 1, 1, 1], dtype="Int64"),
    }
)
CLUSTER = pd.Series(["p", "p", "q", "q"])


def answer(text: str, table: pd.DataFrame = TABLE, **parameters: float) -> list[Any]:
    found = evaluate(text, table, cluster=CLUSTER, parameters=parameters)
    return [NA if pd.isna(value) else value for value in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes and no", [False, False, False, NA]),
        ("yes or no", [True, False, NA, True]),
        ("not yes", [False, True, NA, False]),
        ("not True", [False] * 4),
        ("not (1 > 2)", [True] * 4),
        ("yes and False", [False] * 4),
        ("no or True", [True] * 4),
    ],
)
def test_logic_is_three_valued(text: str, expected: list[Any]) -> None:
    """Kleene (1952): unknown and false is false, unknown or true is true."""
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > 1", [False, True, NA, True]),
        ("1 < a <= 2", [False, True, NA, False]),
        ("x != 0", [True, NA, False, True]),
        ("kind == 'u'", [True, False, NA, False]),
        ("day >= date('2020-01-01')", [True, NA, True, False]),
        ("day == day", [True, NA, True, True]),
        ("yes == True", [True, False, NA, True]),
    ],
)
def test_a_missing_operand_makes_a_comparison_missing(text: str, expected: list[Any]) -> None:
    """Neither `x == 3` nor `x != 3` is true of a value that nobody knows."""
    assert answer(text) == expected
    assert str(evaluate(text, TABLE).dtype) == "boolean"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + 1", [2, 3, NA, 5]),
        ("a * k", [1.5, 3.0, NA, 6.0]),
        ("-a", [-1, -2, NA, -4]),
        ("a / x", [2.0, NA, NA, -2.0]),
        ("1 / x", [2.0, NA, NA, -0.5]),
        ("x / x", [1.0, NA, NA, 1.0]),
        ("a % 2", [1.0, 0.0, NA, 0.0]),
        ("a ** 2", [1.0, 4.0, NA, 16.0]),
        ("a ** -1", [1.0, 0.5, NA, 0.25]),
        ("yes + no", [1, 0, NA, NA]),
        ("abs(x)", [0.5, NA, 0.0, 2.0]),
        ("round(a / 3, 1)", [0.3, 0.7, NA, 1.3]),
        ("log(x)", [np.log(0.5), NA, NA, NA]),
        ("sqrt(x)", [np.sqrt(0.5), NA, 0.0, NA]),
        ("exp(a * 1000)", [NA] * 4),
        ("2 + 3", [5] * 4),
    ],
)
def test_arithmetic_gives_finite_numbers_or_missing_ones(text: str, expected: list[Any]) -> None:
    """An infinity would pass every range check and sort as the largest value."""
    assert answer(text, k=1.5) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("minimum(a, x)", [0.5, 2.0, 0.0, -2.0]),
        ("maximum(a, x, 3)", [3.0, 3.0, 3.0, 4.0]),
        ("present(kind)", [True, True, False, True]),
        ("coalesce(a, x, 9)", [1.0, 2.0, 0.0, 4.0]),
        ("coalesce(x, 2.5)", [0.5, 2.5, 0.0, -2.0]),
        ("coalesce(a, 2.5)", [1.0, 2.0, 2.5, 4.0]),
        ("coalesce(kind, 'none')", ["u", "v", "none", "2"]),
        ("coalesce(yes, False)", [True, False, False, True]),
        ("where(yes, 'a', kind)", ["a", "v", NA, "a"]),
        ("where(yes, a, 0.5)", [1.0, 0.5, NA, 4.0]),
        ("where(a > 1, 1, 0)", [0, 1, NA, 1]),
        ("one_of(kind, 'u', '2')", [True, False, NA, True]),
        ("one_of(a, 1, 4)", [True, False, NA, True]),
        ("close(a, x + 0.5, 0.01)", [True, NA, NA, False]),
        ("days_between(date('2020-01-01'), day)", [0.0, NA, 60.0, -1.0]),
        ("years_between(day, date('2020-01-01')) * 365.25", [0.0, NA, -60.0, 1.0]),
        ("year(day)", [2020, NA, 2020, 2019]),
        ("year(day) - year", [2019, NA, 2019, 2018]),
    ],
)
def test_functions_of_single_rows(text: str, expected: list[Any]) -> None:
    """Whole numbers and fractions mix; texts, dates and numbers keep their kind."""
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size_of_cluster()", [2, 2, 2, 2]),
        ("any_within_cluster(yes)", [True, True, True, True]),
        ("any_within_cluster(no)", [False] * 4),
        ("any_within_cluster(a > 9 and yes)", [False, False, False, False]),
        ("any_within_cluster(x > 9 and x < 8)", [False, False, False, False]),
        ("sum_within_cluster(a)", [3.0, 3.0, 4.0, 4.0]),
        ("sum_within_cluster(yes)", [1.0, 1.0, 1.0, 1.0]),
        ("mean_within_cluster(a)", [1.5, 1.5, 4.0, 4.0]),
        ("minimum_within_cluster(x)", [0.5, 0.5, -2.0, -2.0]),
        ("maximum_within_cluster(day)", [*pd.to_datetime(["2020-01-01"] * 2 + ["2020-03-01"] * 2)]),
        ("first_within_cluster(kind, day)", ["u", "u", "2", "2"]),
        ("first_within_cluster(a, day)", [1, 1, 4, 4]),
        ("order_within_cluster(day)", [1, NA, 2, 1]),
        ("days_since_previous(day)", [NA, NA, 61.0, NA]),
    ],
)
def test_functions_of_a_patients_rows(text: str, expected: list[Any]) -> None:
    """Missing values are passed over; the answer stands on every row of the patient."""
    assert answer(text) == expected


def test_nothing_known_of_a_patient_stays_unknown() -> None:
    """A patient of whom every row is missing has neither no events nor a sum of zero."""
    table = pd.DataFrame(
        {
            "event": pd.array([NA, NA, False, NA], dtype="boolean"),
            "n": pd.array([NA, NA, 3, NA], dtype="Int64"),
        }
    )
    assert answer("any_within_cluster(event)", table) == [NA, NA, False, False]
    assert answer("sum_within_cluster(n)", table) == [NA, NA, 3.0, 3.0]


def test_ties_count_as_listed() -> None:
    """Two procedures on one day keep the order of the table."""
    table = pd.DataFrame({"day": pd.to_datetime(["2020-01-02", "2020-01-02", "2020-01-01", None])})
    found = evaluate("order_within_cluster(day)", table, cluster=pd.Series(["p"] * 4))
    assert found.tolist()[:3] == [2, 3, 1]
    assert found.isna().tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind == 2", "'kind == 2': mixes a number and a text; write texts, also codes such as"),
        ("yes == 'true'", "mixes a text and true or false; write the condition without == 'true'"),
        ("day > '2020-01-01'", "mixes a date and a text; write dates as date('2020-01-31')"),
        ("one_of(kind, 1, 2)", "mixes a number and a text"),
        ("where(yes, 1, 'a')", "mixes a number and a text"),
        ("kind + 1", "needs a number, got a text"),
        ("'a' * 1000000000", "needs a number, got a text"),
        ("day - day", "needs a number, got a date"),
        ("-kind", "needs a number, got a text"),
        ("a and yes", "needs true or false, got a number"),
        ("not kind", "needs true or false, got a text"),
        ("days_between(a, day)", "needs a date, got a number"),
        ("year(a)", "needs a date, got a number"),
        ("round(a, x)", "round takes a number of decimals, such as 1"),
        ("one_of(a, x)", "one_of takes fixed values, not columns"),
        ("knd == 'u'", "unknown name 'knd'. Did you mean 'kind'?"),
        ("1 / 0", "division by zero"),
        ("10.0 ** 9999", "the number is too large"),
        ("10 ** 10 ** 10", "the number is too large"),
    ],
)
def test_nonsense_is_refused_in_words(text: str, message: str) -> None:
    """A comparison of unlike things is always false, and its result looks like an answer."""
    with pytest.raises(ExpressionError) as error:
        evaluate(text, TABLE)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a >", "cannot read 'a >': invalid syntax"),
        ("a = 1", "cannot read"),
        ("", "cannot read"),
        ("a\0", "cannot read"),
        ("(" * 5000 + ")" * 5000, "cannot read"),
        ("a.b", "Attribute is not allowed"),
        ("a[0]", "Subscript is not allowed"),
        ("[a for a in x]", "ListComp is not allowed"),
        ("lambda: 1", "Lambda is not allowed"),
        ("__import__('os')", "unknown function '__import__'"),
        ("kind in ('a', 'b')", "In is not allowed in an expression; use one_of(value, 'a', 'b')"),
        ("a if yes else x", "IfExp is not allowed in an expression; use where("),
        ("yes & no", "BitAnd is not allowed in an expression; use and"),
        ("1j", "1j is not allowed"),
        ("None", "None is not allowed"),
        ("log(a, x)", "log takes 1 arguments, got 2"),
        ("log(value=a)", "log takes no named arguments"),
        ("abs(x)(a)", "unknown function 'abs(x)'"),
        ("date(a)", "date takes a date in quotes"),
        ("date('now')", "date takes a date in quotes"),
        ("date('2020-13-01')", "date takes a date in quotes"),
        ("date('20200131')", "date takes a date in quotes"),
    ],
)
def test_what_the_language_does_not_have_is_refused(text: str, message: str) -> None:
    """A configuration is data from somebody else: it must not be able to run anything."""
    with pytest.raises(ExpressionError) as error:
        evaluate(text, TABLE)
    assert message in str(error.value)


def test_functions_of_patients_need_the_patients() -> None:
    """Without the cluster, every row would be one patient's."""
    with pytest.raises(ExpressionError, match="the patient of each row is not known here"):
        evaluate("size_of_cluster()", TABLE)


def test_a_missing_condition_is_not_true() -> None:
    """A filter keeps what is known to belong, and takes conditions only."""
    assert is_true("yes", TABLE).tolist() == [True, False, False, True]
    assert is_true("yes", TABLE).dtype == bool
    with pytest.raises(ExpressionError, match="gives a number, not true or false"):
        is_true("a", TABLE)


def test_names_are_columns_and_parameters_not_functions() -> None:
    """A column may be called like a function; rules are checked by these names."""
    assert names_in("year(day) > year and present(k)") == {"day", "year", "k"}
    assert names_in("close(a, b * k, 0.1) or not c") == {"a", "b", "k", "c"}


def test_ordinary_dtypes_work_too() -> None:
    """A table that was not made by this library has bool and float columns."""
    table = pd.DataFrame({"b": [True, False], "f": [1.0, np.nan], "t": ["x", None]})
    assert evaluate("b and f > 0", table).tolist() == [True, False]
    assert evaluate("t == 'x'", table).isna().tolist() == [False, True]


def test_every_documented_function_exists() -> None:
    """The list that users see and the code must not drift apart."""
    written = {name.removeprefix("_call_") for name in dir(Functions) if name.startswith("_call_")}
    assert written == set(FUNCTIONS) - {"date"}


def test_an_unusual_index_does_not_shift_values() -> None:
    """After filters the index has gaps and another order."""
    table = TABLE.loc[[3, 0, 2]]
    found = evaluate("first_within_cluster(a, day)", table, cluster=CLUSTER.loc[[3, 0, 2]])
    assert found.index.tolist() == [3, 0, 2]
    assert found.tolist() == [4, 1, 4]
    assert evaluate("where(a > 1, 1, 0)", table).index.tolist() == [3, 0, 2]
