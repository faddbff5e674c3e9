"""The findings as Markdown, for the generated parts of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from procohort.validation.panels import ROLE_NAMES, Panel, condition, panels
from procohort.validation.summary import BANDS, Finding

_JUDGED = ("recommended", "sensitivity")
_MEASURE_NAMES = {"type_1_error": "type I error", "coverage": "coverage"}


def tables(findings: Sequence[Finding]) -> str:
    """Return one table for each question: per cent and Monte Carlo error, bold outside the band."""
    return "\n\n".join(_table(panel) for panel in panels(findings))


def _table(panel: Panel) -> str:
    lines = [
        f"### {panel.title}",
        "",
        f"| method | role | {' | '.join(panel.conditions)} |",
        f"| --- | --- | {' | '.join('---:' for _ in panel.conditions)} |",
    ]
    for line in panel.lines:
        cells = " | ".join(_cell(finding) for finding in line)
        lines.append(f"| {line[0].method} | {ROLE_NAMES[line[0].role]} | {cells} |")
    return "\n".join(lines)


def _cell(finding: Finding) -> str:
    if not finding.n_answered:
        return "no answer"
    text = f"{finding.percent:.1f} ± {finding.mc_error:.1f}"
    if finding.verdict in ("below", "above"):
        text = f"**{text}**"
    left_out = finding.n_cohorts - finding.n_answered
    return f"{text} ({left_out} without answer)" if left_out else text


def size(findings: Sequence[Finding]) -> str:
    """Return a sentence on how much was simulated."""
    cells = {finding.cell: finding.n_cohorts for finding in findings}
    counts = sorted(set(cells.values()))
    each = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    return f"{len(cells)} cells with {each} cohorts each, {sum(cells.values()):,} in all."


def outside(findings: Sequence[Finding]) -> str:
    """Return a list of the recommended and sensitivity methods that leave their band."""
    lines = []
    for role in _JUDGED:
        for panel in panels(findings):
            for line in panel.lines:
                wrong = [f for f in line if f.role == role and f.verdict in ("below", "above")]
                if wrong:
                    lines.append(_outside_line(panel, wrong, len(line)))
    if not lines:
        return "No recommended and no sensitivity method leaves its band."
    return "\n".join(lines)


def _outside_line(panel: Panel, wrong: Sequence[Finding], n_cells: int) -> str:
    low, high = BANDS[panel.measure]
    where = "; ".join(f"{f.percent:.1f} % ({condition(f)})" for f in wrong)
    place = panel.title.split(":")[0].lower()
    return (
        f"- {wrong[0].method} ({ROLE_NAMES[wrong[0].role]}; {place}): "
        f"{_MEASURE_NAMES[panel.measure]} outside {low:g} to {high:g} % "
        f"in {len(wrong)} of {n_cells} cells: {where}."
    )


def parts(findings: Sequence[Finding]) -> dict[str, str]:
    """Return the text of each generated part by its name."""
    return {"size": size(findings), "outside": outside(findings), "tables": tables(findings)}
