"""The text of a drafted configuration: YAML with a comment beside each guess."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from procohort.drafting.columns import ColumnDraft
from procohort.drafting.draft import ROW_NUMBER, Draft

_NO_KEY = """\
# NO COLUMN TELLS WHICH ROWS BELONG TO ONE PATIENT. So that the study runs, every row
# counts as a patient of its own, and each table says so. If patients have several rows,
# all intervals and p values are then too narrow and too small: add the column of a
# pseudonym to the table, declare it below with type: id, name it under keys.cluster,
# and correct study.data_label.
#
"""


def scalar(value: Any) -> str:
    """Return a value as YAML that can stand anywhere, also as a key or in braces.

    Examples
    --------
    >>> scalar("no"), scalar("a, b"), scalar(2.0), scalar("left eye")
    ("'no'", "'a, b'", '2', 'left eye')
    """
    if isinstance(value, float) and value == math.floor(value) and abs(value) < 1e15:
        value = int(value)
    text = str(yaml.safe_dump([value], default_flow_style=True, width=math.inf, allow_unicode=True))
    written = text.strip()[1:-1]
    # Line breaks of any kind stay only between double quotes, as escapes.
    if len(written.splitlines()) > 1:
        quoted = yaml.safe_dump([value], default_flow_style=True, width=math.inf, default_style='"')
        written = str(quoted).strip()[1:-1]
    return written


def flow(value: Any) -> str:
    """Return lists and mappings on one line.

    Examples
    --------
    >>> flow({"type": "number", "range": [0.0, 1.5]})
    '{type: number, range: [0, 1.5]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def configuration(draft: Draft, *, study_id: str, title: str, file: str, schema: str) -> str:
    """Return the text of config.yaml.

    Parameters
    ----------
    study_id, title : str
        Short name and title of the study.
    file : str
        The raw file, relative to the study's folder.
    schema : str
        The schema, relative to the study's folder, for editors.
    """
    parts = [
        _head(draft, schema),
        _study(draft, study_id, title),
        _keys(draft),
        _table(draft, file),
        _policy(),
        _descriptions(draft),
        _rates(draft),
        _comparisons(draft),
        _correlations(draft),
        _close(),
    ]
    return "\n".join(part for part in parts if part)


def _comment(text: str) -> str:
    return "".join(x if x.isprintable() else "?" for x in " ".join(text.split()))


def _head(draft: Draft, schema: str) -> str:
    lines = [f"# yaml-language-server: $schema={schema}", "#"]
    head = "\n".join(lines) + "\n"
    if not draft.keys.patient:
        head += _NO_KEY
    return head + (
        "# Drafted from the table alone: every line is a guess, for you to check and correct.\n"
        "# Go from top to bottom; a mistake is answered with the path of the key and a remedy.\n"
    )


def _study(draft: Draft, study_id: str, title: str) -> str:
    label = "real data, first draft of the configuration"
    if not draft.keys.patient:
        label = "first draft: no patient identifier, each row counted as a patient of its own"
    each = draft.keys.one_row_each
    row = (
        {"singular": "patient", "plural": "patients"}
        if each
        else {"singular": "record", "plural": "records"}
    )
    hint = (
        "one patient has one row"
        if each
        else "say what a row is: procedure, visit, treated eye ..."
    )
    return f"""study:
  id: {scalar(study_id)}
  title: {scalar(title)}  # from the name of the file
  data_origin: real
  data_label: {scalar(label)}  # shown with every table and figure
  row: {flow(row)}  # {hint}
  cluster: {{singular: patient, plural: patients}}  # what rows belong to
"""


def _keys(draft: Draft) -> str:
    keys = draft.keys
    row = [column.name for column in keys.row] or [ROW_NUMBER]
    patient = [column.name for column in keys.patient] or row
    why = (
        keys.reason if keys.is_sure or not keys.patient else f"{keys.reason}. Is this the patient?"
    )
    note = "" if keys.row else "  # rows are numbered as they stand in the file"
    return f"""row_table: records
keys:
  cluster: {flow(patient)}  # {_comment(why)}
  row: {flow(row)}{note}
"""


def _table(draft: Draft, file: str) -> str:
    fmt = draft.export.fmt
    form: dict[str, Any] = {"decimal": fmt.decimal, "date": fmt.date, "missing": draft.missing}
    for name in ("thousands", "sheet", "skip_rows"):
        if getattr(fmt, name):
            form[name] = getattr(fmt, name)
    lines = ["tables:", "  records:", "    level: row", f"    files: {flow([file])}"]
    if draft.export.other_sheets:
        others = _comment(", ".join(draft.export.other_sheets))
        lines.append(f"    # Other sheets with tables, not used: {others}")
    lines.append(f"    format: {flow(form)}")
    ignored = [
        c for c in draft.columns if c.left_out and c.header not in draft.identifying and c.header
    ]
    if ignored:
        lines += [
            "    # Not used; take a header out of the list and declare the column to use it.",
            "    ignore:",
        ]
        lines += [
            f"      - {scalar(header)}  # {_comment(why)}"
            for header, why in {c.header: c.left_out for c in reversed(ignored)}.items()
        ][::-1]
    for header, why in draft.identifying.items():
        lines += [
            f"    # NOT DECLARED: {_comment(header)}. {why[:1].upper()}{why[1:]};",
            "    # the run stops as long as the column is in the file.",
        ]
    lines += [
        "    # Ranges are wide and come from the values: write what is clinically possible.",
        "    columns:",
    ]
    if not draft.keys.row:
        declared = {"source": "@row", "type": "id", "label": "Row"}
        lines.append(f"      {ROW_NUMBER}: {flow(declared)}")
    for column in draft.used:
        lines += [f"      # {_comment(text)}" for text in [*column.notes, *column.doubts]]
        lines.append(f"      {scalar(column.name)}: {flow(_column(column))}")
    return "\n".join(lines) + "\n"


def _column(column: ColumnDraft) -> dict[str, Any]:
    spec: dict[str, Any] = {"source": column.header, "type": column.kind}
    if column.level == "patient":
        spec["level"] = "patient"
    if column.unit:
        spec["unit"] = column.unit
    if column.decimals is not None:
        spec["decimals"] = column.decimals
    if column.bounds is not None:
        spec["range"] = list(column.bounds)
    if column.codes:
        truth = {"true": True, "false": False}
        spec["codes"] = {
            k: truth.get(v, v) if column.kind == "boolean" else v for k, v in column.codes.items()
        }
    if column.levels:
        spec["levels"] = column.levels
    if column.missing:
        spec["missing"] = column.missing
    spec["label"] = column.label
    return spec


def _policy() -> str:
    return """# What happens to a finding: stop the run, quarantine the row, blank the value or
# only report it.
policy:
  unreadable_value: stop
  out_of_range: stop
  unknown_code: stop
  duplicate_row: quarantine
  patient_fact_differs: stop

# Rules across columns, steps of the attrition and variables computed from others:
# checks:
#   - {id: start_before_end, expect: start_date <= end_date, action: report}
# filters:
#   - {id: adults, keep: age >= 18, label: Younger than 18 years}
# derived:
#   visits: {expression: size_of_cluster(), type: integer, level: patient}
"""


def _descriptions(draft: Draft) -> str:
    choices, items = draft.choices, []
    group = choices.group
    if choices.of_patients:
        by = group if group is not None and group.level == "patient" else None
        items.append(_item("patients", "patient", by, variables=choices.of_patients))
    if choices.of_rows:
        name = "patients" if draft.keys.one_row_each else "records"
        items.append(_item(name, "row", group, variables=choices.of_rows))
    return _section("descriptions", "Who and what is in the table.", items)


def _rates(draft: Draft) -> str:
    choices = draft.choices
    items = [_item("events", "row", choices.group, outcomes=choices.events)]
    return _section("rates", "How often, with intervals.", items if choices.events else [])


def _comparisons(draft: Draft) -> str:
    choices, group = draft.choices, draft.choices.group
    outcomes = [*choices.quantities, *choices.events]
    if group is None or not outcomes:
        return ""
    levels = [{"true": True, "false": False}.get(x, x) for x in choices.levels]
    lines = [
        f"  - id: {scalar('by_' + group.name)}",
        f"    group: {scalar(group.name)}",
        f"    levels: {flow(levels)}  # the last one is the reference",
        f"    outcomes: {flow([c.name for c in outcomes])}",
    ]
    comment = "Groups side by side, as published and cluster-aware."
    others = [c.name for c in choices.groups[1:]]
    if others:
        comment += f" Other columns that could be a group: {', '.join(others)}."
    return _section("comparisons", comment, ["\n".join(lines)])


def _correlations(draft: Draft) -> str:
    x = draft.choices.x
    if x is None:
        return ""
    outcomes = flow([column.name for column in draft.choices.correlated])
    item = f"  - id: {scalar('with_' + x.name)}\n    x: {scalar(x.name)}\n    outcomes: {outcomes}"
    return _section("correlations", "One quantity with others.", [item])


def _close() -> str:
    return """# Name the one question fixed before the results were seen; all else is exploratory.
# multiplicity:
#   confirmatory: {analyses: [the id of a comparison], outcomes: [its outcome]}

methods:
  ci_level: 0.95
  n_resamples: 2000  # quick for a first look; 10000 for a paper

# Printed figures to check, and a list of checksums once the table is final:
# claims: data/published/claims.csv
# checksums: data/raw/checksums.sha256

privacy: {small_cell: 5, action: report}
"""


def _item(name: str, unit: str, by: ColumnDraft | None, **lists: Sequence[ColumnDraft]) -> str:
    lines = [f"  - id: {name}", f"    label: {name.capitalize()}", f"    unit: {unit}"]
    lines += [f"    by: {scalar(by.name)}"] if by is not None else []
    lines += [f"    {key}: {flow([c.name for c in columns])}" for key, columns in lists.items()]
    return "\n".join(lines)


def _section(key: str, comment: str, items: Iterable[str]) -> str:
    found = list(items)
    return "\n".join([f"# {comment}", f"{key}:", *found]) + "\n" if found else ""
