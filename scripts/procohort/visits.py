"""Variables that the raw tables give, also those of tables with a line for each visit.

A long table (a line for each patient and visit) and a wide one (a column for each
visit) hold the same facts. From here on there is only the wide form: the column
``pain`` of a table of visits becomes ``pain_baseline``, ``pain_week_1`` and so on
(Wickham, Tidy data, J Stat Softw 2014;59(10), calls the two forms molten and cast).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VISIT = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVariable:
    """A variable of the analysis table that is read from a raw table.

    Attributes
    ----------
    name, table, column : str
        Name in the analysis table, and the table and column that it is read from.
    visit : str
        Visit of its values; "" for a variable of any other table.
    spec : Mapping
        Settings of the variable; `level` is patient or row, `label` names the visit.
    """

    name: str
    table: str
    column: str
    visit: str = ""
    spec: Mapping[str, Any]


def read_variables(settings: Mapping[str, Any]) -> list[ReadVariable]:
    """Return every variable that is read, in the order of the configuration.

    Parameters
    ----------
    settings : mapping
        Normalised settings; `tables` and `keys` are used. Settings with mistakes of
        meaning are borne, and may give one name twice.

    Examples
    --------
    >>> table = {"level": "visit", "visit": {"column": "when", "order": ["before", "after"]},
    ...          "columns": {"id": {}, "when": {}, "pain": {"label": "Pain"}}}
    >>> settings = {"tables": {"scores": table}, "keys": {"cluster": ["id"], "row": ["unit"]}}
    >>> [(item.name, item.spec["label"]) for item in read_variables(settings)]
    [('pain_before', 'Pain, before'), ('pain_after', 'Pain, after')]
    """
    found: list[ReadVariable] = []
    for name, table in settings["tables"].items():
        if table["level"] == VISIT:
            found.extend(_of_visits(name, table, settings["keys"]))
            continue
        for column, spec in table["columns"].items():
            level = spec.get("level") or table["level"]
            found.append(
                ReadVariable(name=column, table=name, column=column, spec={**spec, "level": level})
            )
    return found


def _of_visits(
    name: str, table: Mapping[str, Any], keys: Mapping[str, Any]
) -> Iterable[ReadVariable]:
    visit = table.get("visit") or {"column": "", "order": []}
    texts = table["columns"].get(visit["column"], {}).get("labels") or {}
    key = visit_key(table["columns"], keys["cluster"], keys["row"])
    level = "patient" if set(key) <= set(keys["cluster"]) else "row"
    for column, spec in table["columns"].items():
        if column in key or column == visit["column"]:
            continue
        for each in visit["order"]:
            label = f"{spec.get('label') or column}, {texts.get(each) or visit_text(each)}"
            yield ReadVariable(
                name=f"{column}_{each}",
                table=name,
                column=column,
                visit=each,
                spec={**spec, "level": level, "label": label},
            )


def visit_key(
    columns: Iterable[str], cluster_key: Sequence[str], row_key: Sequence[str]
) -> tuple[str, ...]:
    """Return what a line of a table of visits speaks of: a patient, or a row of one.

    Examples
    --------
    >>> visit_key(["id", "when", "pain"], ["id"], ["unit"])
    ('id',)
    >>> visit_key(["id", "unit", "when", "pain"], ["id"], ["unit"])
    ('id', 'unit')
    """
    of_row = [name for name in row_key if name not in cluster_key]
    return (*cluster_key, *(of_row if set(of_row) <= set(columns) else ()))


def visit_text(visit: str) -> str:
    """Return a visit's name for people where the configuration gives none."""
    return visit.replace("_", " ")
