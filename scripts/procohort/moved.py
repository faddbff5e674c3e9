"""What moved between two runs: settings, verdicts, results."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procohort.results import ResultRow, read_rows
from procohort.runs import ESTIMATES, SCORECARD, SETTINGS

ALPHA = 0.05
_IDENTITY = (
    *("analysis", "kind", "outcome", "group", "level", "reference"),
    *("estimand", "perspective", "method", "unit_of_analysis"),
)
_COMPARED = (
    *("status", "estimate", "ci_low", "ci_high", "p", "p_holm", "p_bh"),
    *("n_procedures", "n_patients", "n_missing", "n_events"),
)
_JUDGED = ("verdict", "found", "cluster_aware_found", "cluster_aware_changes")
# Recomputed sums may differ in the last bits on another machine; that is no movement.
_NOISE = 1e-9

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One thing that is not what it was.

    Attributes
    ----------
    kind : {"setting", "verdict", "result"}
    what : str
        Path of the setting, id of the claim, or identity of the result row.
    field : str
        Which of its fields moved; ``appeared`` or ``vanished`` when it is new or gone.
    before, after : str
        As they are written in the files.
    headline : bool
        Whether a result stands for its perspective.
    conclusion_changes : bool
        Whether p crossed 5 %, or a verdict became another.
    """

    kind: str
    what: str
    field: str
    before: str
    after: str
    headline: bool = False
    conclusion_changes: bool = False


def compare_runs(
    before: Path, results: Path, settings: Mapping[str, Any]
) -> tuple[list[Moved], bool]:
    """Compare a kept run with the present results.

    Parameters
    ----------
    before : Path
        Folder of an earlier run: estimates and scorecard, perhaps settings.
    results : Path
        The present results.
    settings : mapping
        The present settings.

    Returns
    -------
    moved : list of Moved
        Settings, then verdicts, then results; among these changed conclusions first,
        then headline rows.
    settings_known : bool
        Whether the earlier run's settings were kept.
    """
    kept = before / SETTINGS
    known = kept.is_file()
    moved: list[Moved] = []
    if known:
        now = json.loads(json.dumps(settings, default=str))
        moved += moved_settings(json.loads(kept.read_text(encoding="utf-8")), now)
    cards = [json.loads((folder / SCORECARD).read_text("utf-8")) for folder in (before, results)]
    moved += moved_verdicts(cards[0]["verdicts"], cards[1]["verdicts"])
    moved += moved_rows(read_rows(before / ESTIMATES), read_rows(results / ESTIMATES))
    return moved, known


def moved_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Moved]:
    """Return every setting that was added, removed or changed, by its path."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [
        _difference("setting", path, "value", old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value that is no collection, with its path; items by their id."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            name = item.get("id", place) if isinstance(item, Mapping) else place
            yield from _leaves(item, f"{path}[{name}]")
    else:
        yield path, value


def moved_verdicts(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[Moved]:
    """Return every claim that came, went, or is judged or found otherwise."""
    old, new = ({record["id"]: record for record in records} for records in (before, after))
    moved = []
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            moved.append(_came_or_went("verdict", name, name in new))
            continue
        one, other = _judged(old[name]), _judged(new[name])
        moved += [
            _difference("verdict", name, field, one[field], other[field])
            for field in one
            if one[field] != other[field]
        ]
    return sorted(moved, key=lambda item: not item.conclusion_changes)


def _judged(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a verdict says, and what is left of the claim in one word."""
    left = record.get("robustness") or {}
    return {**{field: record.get(field) for field in _JUDGED}, "robustness": left.get("word")}


def moved_rows(before: Sequence[ResultRow], after: Sequence[ResultRow]) -> list[Moved]:
    """Return every field of every result row that moved, rows matched by what they are."""
    old, new = _by_identity(before), _by_identity(after)
    moved = []
    for key in dict.fromkeys([*old, *new]):
        name = " · ".join(part.replace("_", " ") for part in key if part)
        row = new.get(key) or old[key]
        if key not in old or key not in new:
            moved.append(_came_or_went("result", name, key in new, headline=row.headline))
            continue
        moved += _moved_fields(name, old[key], new[key])
    return sorted(moved, key=lambda item: (not item.conclusion_changes, not item.headline))


def _moved_fields(name: str, old: ResultRow, new: ResultRow) -> Iterator[Moved]:
    for field in _COMPARED:
        one, other = getattr(old, field), getattr(new, field)
        if not _same(one, other):
            crossed = field == "p" and (one < ALPHA) != (other < ALPHA)
            yield Moved(
                kind="result",
                what=name,
                field=field,
                before=_text(one),
                after=_text(other),
                headline=new.headline,
                conclusion_changes=crossed and not (math.isnan(one) or math.isnan(other)),
            )


def _by_identity(rows: Sequence[ResultRow]) -> dict[Key, ResultRow]:
    """Return rows by what they are; rows that share an identity are numbered."""
    seen: Counter[Key] = Counter()
    found: dict[Key, ResultRow] = {}
    for row in rows:
        key = tuple(str(getattr(row, name)) for name in _IDENTITY)
        seen[key] += 1
        found[key if seen[key] == 1 else (*key, str(seen[key]))] = row
    return found


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=_NOISE, abs_tol=0.0)
    return one == other


def _difference(kind: str, what: str, field: str, before: object, after: object) -> Moved:
    return Moved(
        kind=kind,
        what=what,
        field=field,
        before=_text(before),
        after=_text(after),
        conclusion_changes=field in ("verdict", "cluster_aware_changes"),
    )


def _came_or_went(kind: str, what: str, came: bool, *, headline: bool = False) -> Moved:
    field = "appeared" if came else "vanished"
    return Moved(kind=kind, what=what, field=field, before="", after="", headline=headline)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def summarise(moved: Sequence[Moved], *, settings_known: bool = True, most: int = 20) -> str:
    """Return the movements as text for a terminal, the weightiest first.

    Parameters
    ----------
    moved : sequence of Moved
        In the order of `compare_runs`.
    settings_known : bool
        Whether the earlier settings were kept.
    most : int
        Things of a kind at most; the rest is counted.
    """
    if not moved:
        return "Nothing moved: settings, verdicts and results are those of the earlier run."
    lines: list[str] = []
    for kind, title in (("setting", "Settings"), ("verdict", "Verdicts"), ("result", "Results")):
        found = [item for item in moved if item.kind == kind]
        if kind == "setting" and not settings_known:
            lines.append("Settings: those of the earlier run were not kept.")
            continue
        by_thing: dict[str, list[Moved]] = {}
        for item in found:
            by_thing.setdefault(item.what, []).append(item)
        lines.append(f"{title} that moved: {len(by_thing) or 'none'}")
        lines += [f"  {_line(items)}" for items in list(by_thing.values())[:most]]
        if len(by_thing) > most:
            lines.append(f"  ... and {len(by_thing) - most} more in what_moved.csv")
    return "\n".join(lines)


def _line(items: Sequence[Moved]) -> str:
    """Write everything that moved of one thing in one line."""
    parts = []
    for item in items:
        if item.field in ("appeared", "vanished"):
            parts.append(item.field)
            continue
        field = "" if item.kind == "setting" else f"{item.field.replace('_', ' ')} "
        parts.append(f"{field}{item.before or 'nothing'} -> {item.after or 'nothing'}")
    mark = "  <- the conclusion changes" if any(item.conclusion_changes for item in items) else ""
    return f"{items[0].what}: {', '.join(parts)}{mark}"
