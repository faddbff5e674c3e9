# ruff: noqa: RUF001 - the signs that papers print are what is tested
"""A manuscript with everything that makes a writer stumble."""

from __future__ import annotations

from procohort.publish.paper.model import (
    Paper,
    PaperColumn,
    PaperRow,
    PaperSection,
    PaperTable,
    Text,
)
from procohort.publish.prose import Cited, Linked
from procohort.results import ResultRow

DATA_NOTE = "Reconstructed from published summary figures; not patient data"
NASTY = r"50% & more_or $less #1 ~2^3 {x} \y <a> −1 – ≥ ≤ · ² ° µ ± × “q” ’ é α"


def line(
    heading: str, *cells: str | Text, indent: int = 0, notes: tuple[str, ...] = ()
) -> PaperRow:
    return PaperRow(
        Text(heading, notes),
        tuple(cell if isinstance(cell, Text) else Text(cell) for cell in cells),
        indent,
    )


def characteristics() -> PaperTable:
    """A first table: counts, medians, levels below their variable."""
    return PaperTable(
        id="characteristics",
        title="Characteristics of 458 visits in 44 patients",
        stub="Characteristic",
        columns=(
            PaperColumn(Text("All\nn = 458 visits\n44 patients")),
            PaperColumn(Text("Early\nn = 205 visits\n19 patients"), "Onset"),
            PaperColumn(Text("Late\nn = 253 visits\n25 patients"), "Onset"),
        ),
        rows=(
            line("Age (years)", "32.5 [18, 46]", "9 [5.25, 11]", Text("41 [30, 52]", ("b",))),
            PaperRow(Text("Sex", ("a",)), is_section=True),
            line("Female", "216/458 (47.2%)", "98/205 (47.8%)", "118/253 (46.6%)", indent=1),
            line("Male", "242/458 (52.8%)", "7/205 (3.4%)", "135/253 (53.4%)", indent=1),
            line("Change (points)", "−0.4 [−12.5, 3]", "10.25 [−1, 22]", "none", notes=("a",)),
            line(NASTY, "<0.01", "1,234.5", "."),
        ),
        notes=(DATA_NOTE, "Median [quartiles] or k/n (%). IQR, interquartile range"),
        footnotes=(("a", "As the registry codes it."), ("b", "Two patients are counted twice.")),
    )


def comparisons() -> PaperTable:
    """A wide table with an answer of each kind side by side."""
    effect = PaperColumn(Text("Difference (95% CI)"), "As published (n = 458 visits)")
    aware = PaperColumn(Text("Difference (95% CI)"), "Cluster-aware (n = 44 patients)")
    p = (PaperColumn(Text("P"), effect.spanner), PaperColumn(Text("P"), aware.spanner))
    groups = (
        PaperColumn(Text("Early\nn = 205 visits\n19 patients")),
        PaperColumn(Text("Late\nn = 253 visits\n25 patients")),
    )
    rows = [
        line(
            f"Outcome {i} (min)",
            f"{i}.5 [2, {10 * i}]",
            f"{i * 3} [1.5, 120.25]",
            Text(f"{i - 3}.{i} (−{i}.2, 12.5)".replace("-", "−"), ("a",)),
            "<.001" if i % 3 else ".04",
            "0.1 (−10.2, 0.5)" if i % 4 else "not estimable",
            Text(".73", ("b",)),
        )
        for i in range(1, 8)
    ]
    return PaperTable(
        id="comparisons",
        title="Outcomes by onset, as published beside cluster-aware",
        stub="Outcome",
        columns=(*groups, effect, p[0], aware, p[1]),
        rows=tuple(rows),
        notes=("CI, confidence interval",),
        footnotes=(("a", "Mann-Whitney test."), ("b", "Sign flips of whole patients.")),
        landscape=True,
    )


def claims(n: int = 60) -> PaperTable:
    """A long table of text, over several pages."""
    return PaperTable(
        id="claims",
        title=f"What the printed figures say: {n} claims",
        stub="Claim",
        columns=(
            PaperColumn(Text("As printed"), align="left"),
            PaperColumn(Text("Found"), align="left"),
            PaperColumn(Text("n")),
            PaperColumn(Text("Verdict"), align="center"),
            PaperColumn(Text("Why"), align="left"),
        ),
        rows=tuple(
            line(
                f"The share of visits with an event was {i} %.",
                f"{i}.0% ({i}/100)",
                f"{i}/100",
                str(10 ** (i % 5)),
                "reproduced" if i % 2 else "differs",
                "The data show the same count, and every rounding rule gives this figure."
                * (i % 3),
            )
            for i in range(1, n + 1)
        ),
    )


def sample_paper(*tables: PaperTable) -> Paper:
    """A manuscript with the tables given, or all of them."""
    row = ResultRow(analysis="rates", kind="rate", estimand="proportion", outcome="success")
    return Paper(
        title=f"A registry of visits: {NASTY}",
        data_note=DATA_NOTE,
        sections=(
            PaperSection(
                "Methods",
                ((("We compared groups [1].",), ("Significance was 5% & two-sided.",)),),
            ),
            PaperSection(
                "Results",
                (
                    (
                        ("Success was ", Cited("449/458 (98.0%)", row), "."),
                        ("Of ", Linked("39 claims", "#claims"), ", all hold."),
                    ),
                ),
            ),
        ),
        tables=tables or (characteristics(), comparisons(), claims()),
        references=("Doe J. A & B. Journal 2020;1:2–3.",),
    )
