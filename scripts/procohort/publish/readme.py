"""The generated parts of the README: what the scorecards of all studies say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
        lines += ["", f"**{card['study']['title']}**", ""]
        lines += [
            f"- {_sentence(claim)} ({claim['verdict'].replace('_', ' ')}): {claim['why']}"
            for claim in card["verdicts"]
            if claim["verdict"] in NOTABLE
        ]
        changed = [claim for claim in card["verdicts"] if claim["cluster_aware_changes"] is True]
        if changed:
            lines.append(
                f"- {len(changed)} of the printed conclusions change when "
                f"{card['study']['cluster']['plural']}, not {card['study']['row']['plural']}, "
                f"are the unit of sampling.{_CAVEAT[card['study']['data_origin']]}"
            )
    return "\n".join(lines)


def _sentence(claim: Mapping[str, Any]) -> str:
    """Return the sentence with what is claimed in bold."""
    sentence, printed = str(claim["sentence"]), str(claim["printed"])
    return "*" + sentence.replace(printed, f"**{printed}**", 1) + "*"


def _counts(card: Mapping[str, Any]) -> Counter[str]:
    return Counter(claim["verdict"] for claim in card["verdicts"])


def fill(text: str, parts: Mapping[str, str]) -> str:
    """Return a text with each generated block replaced by the part of its name."""
    return _BLOCK.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", text)


def read_cards(house: str | Path) -> list[dict[str, Any]]:
    """Read the scorecards of the default study and of the studies in ``studies/``."""
    base = Path(house)
    folders = [base, *sorted(path for path in (base / "studies").iterdir() if path.is_dir())]
    return [
        json.loads((folder / "results/scorecard.json").read_text(encoding="utf-8"))
        for folder in folders
    ]
