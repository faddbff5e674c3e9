"""Tables with a line for each visit: their settings in one form, and checks of meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from procohort.messages import did_you_mean
from procohort.visits import VISIT, ReadVariable, read_variables, visit_key, visit_text

_PART_OF_A_NAME = re.compile(r"[A-Za-z0-9_]+")
_ROW_NUMBER = "@row"


def normalise_visits(table: dict[str, Any]) -> None:
    """Fill in, in place, the order of the visits from their levels, or the other way round.

    Examples
    --------
    >>> table = {"visit": {"column": "when", "order": [0, "day_3"]},
    ...          "columns": {"when": {"labels": {}}}}
    >>> normalise_visits(table)
    >>> table["visit"]["order"], table["columns"]["when"]["labels"]
    (['0', 'day_3'], {'0': '0', 'day_3': 'day 3'})
    """
    visit = table.get("visit")
    if not visit:
        return
    visit["order"] = [str(each) for each in visit["order"]]
    column = table["columns"].get(visit["column"])
    if column is None:
        return
    if not visit["order"]:
        visit["order"] = list(column["labels"])
    elif not column["labels"]:
        column["labels"] = {each: visit_text(each) for each in visit["order"]}


def visit_mistakes(settings: Mapping[str, Any]) -> list[str]:
    """Return a line for every mistake in the tables of visits.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in. That the columns
        of the patient's key are there is checked with the other tables.
    """
    lines: list[str] = []
    for name, table in settings["tables"].items():
        where = f"tables.{name}"
        if table["level"] == VISIT:
            lines += _table(where, table, settings["keys"])
        elif "visit" in table:
            lines.append(f"{where}.visit: only a table with the level 'visit' has visits.")
    return [*lines, *_names_taken(settings)]


def _table(where: str, table: Mapping[str, Any], keys: Mapping[str, Any]) -> list[str]:
    visit, columns = table.get("visit"), table["columns"]
    if not visit:
        return [f"{where}.visit: missing; name the column that tells the visits apart."]
    key = visit_key(columns, keys["cluster"], keys["row"])
    named = [name for name in keys["row"] if name in columns and name not in key]
    lines = [
        f"{where}.columns: {name!r} is only a part of the key of a row ({', '.join(keys['row'])}); "
        "add the other columns, or remove this one."
        for name in named
    ]
    for name, spec in columns.items():
        if spec.get("level"):
            lines.append(
                f"{where}.columns.{name}.level: a value of a visit has no level of its own; "
                "read a fact of the patient or of the row in a table of that level."
            )
        if name in (*key, visit["column"]) and _ROW_NUMBER in spec["source"]:
            lines.append(
                f"{where}.columns.{name}.source: a line of a visit is told by what it says, "
                "not by its number; name a header."
            )
    if visit["column"] not in columns:
        known = did_you_mean(visit["column"], columns)
        return [*lines, f"{where}.visit.column: {visit['column']!r} is not a column.{known}"]
    if visit["column"] in key:
        lines.append(f"{where}.visit.column: {visit['column']!r} is a part of the key already.")
    if not set(columns) - {*key, visit["column"]}:
        lines.append(f"{where}.columns: nothing is left to read at a visit; add a column.")
    return lines + _visits(where, visit, columns[visit["column"]])


def _visits(where: str, visit: Mapping[str, Any], column: Mapping[str, Any]) -> list[str]:
    at, order, levels = f"{where}.columns.{visit['column']}", visit["order"], column["labels"]
    if column["type"] != "category":
        return [f"{at}.type: the column of the visits must be a category."]
    if not order:
        return [f"{where}.visit.order: missing; list the visits, the first one first."]
    lines = [
        f"{where}.visit.order: {each!r} cannot be a part of a variable's name. Use letters, "
        f"digits and _, and bring what the file says to it under columns.{visit['column']}.codes."
        for each in order
        if not _PART_OF_A_NAME.fullmatch(each)
    ]
    lines += [
        f"{where}.visit.order: the visit {each!r} is named twice."
        for each, times in Counter(order).items()
        if times > 1
    ]
    lines += [
        f"{where}.visit.order: {each!r} is not a level of {visit['column']!r}."
        f"{did_you_mean(each, levels)}"
        for each in order
        if each not in levels
    ]
    lines += [
        f"{where}.visit.order: the level {each!r} of {visit['column']!r} is missing."
        for each in levels
        if each not in order
    ]
    return lines


def _names_taken(settings: Mapping[str, Any]) -> list[str]:
    """Return a line for each variable of a visit whose name is taken."""
    every = read_variables(settings)
    holders = {name: f"derived.{name}" for name in settings["derived"]}
    # A column that has its name from the configuration keeps it.
    for item in sorted(every, key=lambda item: item.visit != ""):
        holders.setdefault(item.name, _place(item))
    return [
        f"{_place(item)}: gives the variable {item.name!r} at the visit {item.visit!r}, a name "
        f"that {holders[item.name]} has too; rename one."
        for item in every
        if item.visit and holders[item.name] != _place(item)
    ]


def _place(item: ReadVariable) -> str:
    return f"tables.{item.table}.columns.{item.column}"
