"""The generated parts of the READMEs: what the results say, and nothing else."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

VERDICTS = (
    "reproduced",
    "by_construction",
    "consistent",
    "differs",
    "impossible_as_printed",
    "not_testable",
)
NOTABLE = ("impossible_as_printed", "differs")
_CAVEAT = {
    "real": "",
    "reconstructed": " Whether they would in the real data is unknown: how much patients differ "
    "is an assumption of the reconstruction.",
}
_BLOCK = re.compile(r"(<!-- generated: (\w+) [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)


def scorecards(cards: Sequence[Mapping[str, Any]]) -> str:
    """Return Markdown: a table of verdicts by study, and every claim that fails.

    Parameters
    ----------
    cards : sequence of mapping
        Contents of ``scorecard.json`` of each study.
    """
    shown = [name for name in VERDICTS if any(_counts(card)[name] for card in cards)]
    titles = [name.replace("_", " ") for name in shown]
    lines = [
        f"| study | data | {' | '.join(titles)} |",
        f"| --- | --- | {' | '.join('---:' for _ in shown)} |",
    ]
    for card in cards:
        counts = _counts(card)
        cells = " | ".join(str(counts[name]) for name in shown)
        study = card["study"]
        lines.append(f"| {study['title']} | {study['data_origin']} | {cells} |")
    for card in cards:
        notable = _notable(card)
        if notable:
            lines += ["", f"**{card['study']['title']}**", "", *notable]
    return "\n".join(lines)


def _notable(card: Mapping[str, Any]) -> list[str]:
    """Return a line for each claim that fails, and one for conclusions that change."""
    study = card["study"]
    lines = [
        f"- {_sentence(claim)} ({claim['verdict'].replace('_', ' ')}): {claim['why']}"
        for claim in card["verdicts"]
        if claim["verdict"] in NOTABLE
    ]
    lines += _doubtful(card)
    n_changed = sum(claim["cluster_aware_changes"] is True for claim in card["verdicts"])
    if n_changed:
        lines.append(
            f"- {n_changed} of the printed conclusions change when {study['cluster']['plural']}, "
            f"not {study['row']['plural']}, are the unit of sampling."
            f"{_CAVEAT[study['data_origin']]}"
        )
    return lines


def _doubtful(card: Mapping[str, Any]) -> list[str]:
    """Return a line for each check that printed figures pass only under an assumption."""
    lines: dict[str, str] = {}
    for claim in card["verdicts"]:
        for check in claim["checks"]:
            if check["outcome"] == "doubtful" and claim["verdict"] not in NOTABLE:
                said = f"{check['statement']} {check['harmless']}".strip()
                lines.setdefault(said, f"- {_sentence(claim)} (doubtful): {said}")
    return list(lines.values())


def scorecard(card: Mapping[str, Any]) -> str:
    """Return Markdown: the verdicts of one study in a line, and every claim that fails."""
    counts = _counts(card)
    said = [f"{counts[name]} {name.replace('_', ' ')}" for name in VERDICTS if counts[name]]
    return "\n".join([f"Printed claims: {', '.join(said)}.", "", *_notable(card)])


def findings(records: Iterable[Mapping[str, str]]) -> str:
    """Return Markdown: how many rows each rule of the cleaning found, and what was done."""
    counts = Counter((record["rule"], record["action"]) for record in records)
    if not counts:
        return "Nothing was found."
    lines = ["| rule | action | findings |", "| --- | --- | ---: |"]
    lines += [
        f"| {rule.replace('_', ' ')} | {action} | {count} |"
        for (rule, action), count in sorted(counts.items())
    ]
    return "\n".join(lines)


def feasible(records: Sequence[Mapping[str, str]]) -> str:
    """Return Markdown: group sizes and other outcomes that printed percentages allow.

    Parameters
    ----------
    records : sequence of mapping
        Solutions: reading, n1, events1, n0, events0, rules. Those by rounding are shown.
    """
    lines = ["| reading | first group | second group | solutions |", "| --- | --- | --- | ---: |"]
    rounded = [record for record in records if "half_up" in record["rules"].split()]
    for reading in dict.fromkeys(record["reading"] for record in rounded):
        mine = [record for record in rounded if record["reading"] == reading]
        groups = [_missed(mine, f"n{part}", f"events{part}") for part in "10"]
        lines.append(f"| `{reading}` | {groups[0]} | {groups[1]} | {len(mine)} |")
    return "\n".join(lines)


def error_rates(records: Iterable[Mapping[str, str]]) -> str:
    """Return Markdown: how often tests at 5 % reject where nothing is there, by ICC.

    Parameters
    ----------
    records : iterable of mapping
        Lines of ``docs/validation.csv``; a group that is a fact of the patient.
    """
    tried = [
        record
        for record in records
        if record["kind"] == "between" and record["measure"] == "type_1_error"
    ]
    shown = [item for item in tried if item["role"] == "naive"]
    shown += [item for item in tried if item["role"] == "recommended"]
    methods = list(dict.fromkeys(record["method"] for record in shown))
    headings = [_in_words(name, shown) for name in methods]
    lines = [f"| ICC | {' | '.join(headings)} |", f"| ---: |{' ---: |' * len(methods)}"]
    for icc in sorted({record["icc"] for record in shown}, key=float):
        by_method = {item["method"]: item for item in shown if item["icc"] == icc}
        cells = [f"{float(by_method[name]['percent']):.1f} %" for name in methods]
        lines.append(f"| {float(icc):g} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _in_words(method: str, records: Iterable[Mapping[str, str]]) -> str:
    role = next(record["role"] for record in records if record["method"] == method)
    return f"{method}, {'pooled' if role == 'naive' else 'cluster-aware'}"


def _missed(records: Sequence[Mapping[str, str]], size: str, events: str) -> str:
    others = sorted({int(record[size]) - int(record[events]) for record in records})
    sizes = [int(record[size]) for record in records]
    return f"{' or '.join(map(str, others))} of {min(sizes)} to {max(sizes)}"


def _sentence(claim: Mapping[str, Any]) -> str:
    """Return the sentence with what is claimed in bold."""
    sentence, printed = str(claim["sentence"]), str(claim["printed"])
    return "*" + sentence.replace(printed, f"**{printed}**", 1) + "*"


def _counts(card: Mapping[str, Any]) -> Counter[str]:
    return Counter(claim["verdict"] for claim in card["verdicts"])


def fill(text: str, parts: Mapping[str, str]) -> str:
    """Return a text with each generated block replaced by the part of its name."""
    return _BLOCK.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", text)


def generated(house: str | Path) -> dict[Path, str]:
    """Return the new text of every README that has generated parts."""
    base = Path(house)
    studies = sorted(path.parent for path in (base / "studies").glob("*/README.md"))
    cards = {folder: _card(folder) for folder in (base, *studies)}
    parts = {base / "README.md": {"scorecards": scorecards(list(cards.values()))}}
    solutions = [
        record
        for path in sorted((base / "results/feasible").glob("*.csv"))
        for record in _records(path)
    ]
    parts[base / "data/README.md"] = {"feasible": feasible(solutions)}
    rates = error_rates(_records(base / "docs/validation.csv"))
    parts[base / "docs/explanation.md"] = {"error_rates": rates}
    for folder in studies:
        parts[folder / "README.md"] = {
            "scorecard": scorecard(cards[folder]),
            "findings": findings(_records(folder / "results/clean/findings.csv")),
        }
    return {path: fill(path.read_text(encoding="utf-8"), part) for path, part in parts.items()}


def _card(folder: Path) -> dict[str, Any]:
    card = json.loads((folder / "results/scorecard.json").read_text(encoding="utf-8"))
    assert isinstance(card, dict)
    return card


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
