"""The sections of the methods page after those on tests: multiplicity, random numbers, software."""

from __future__ import annotations

import math
from collections.abc import Sequence

from procohort.publish.methods_document import Grid, Paragraph, Section, Sentence, plain
from procohort.publish.methods_facts import Facts, titled
from procohort.publish.methods_frame import said_section
from procohort.publish.methods_reporting import reporting
from procohort.publish.numbers import format_significant
from procohort.publish.report.provenance import SEED_RULE
from procohort.results import ResultRow
from procohort.vocabulary import listed

# Shown in this order; what only tests use is left out.
_SOFTWARE = {
    "procohort": "procohort",
    "python": "Python",
    "numpy": "NumPy",
    "pandas": "pandas",
    "scipy": "SciPy",
    "matplotlib": "Matplotlib",
    "snakemake": "Snakemake",
}


def after_answers(facts: Facts, printed: Sequence[Section]) -> list[Section]:
    """Return what holds for all tests, `printed`, what was not answered, software, reporting."""
    sections = [_multiplicity(facts), _resampling(facts), *printed]
    if any(row.status != "ok" for row in facts.rows):
        sections.append(_not_answered(facts))
    return [*sections, _software(facts), reporting(facts)]


def _multiplicity(facts: Facts) -> Section:
    sizes = {
        name: [
            _family(facts, name, perspective) for perspective in ("as_published", "cluster_aware")
        ]
        for name in ("p_holm", "p_bh")
    }
    family = facts.settings["multiplicity"]["confirmatory"]
    same = facts.settings["multiplicity"]["same_test"]
    confirmatory = explored = twins = None
    if any(sizes["p_holm"]):
        names = [facts.book.label(name) for name in family["outcomes"]]
        confirmatory = Sentence(
            f"P values of the confirmatory family ({facts.labels(family['analyses'])}: "
            f"{', '.join(names)}) were adjusted by Holm's method "
            f"({_by_perspective(sizes['p_holm'])})",
            ("holm_1979",),
        )
    if any(sizes["p_bh"]):
        explored = Sentence(
            "Those of all other primary answers were adjusted by the method of Benjamini and "
            f"Hochberg and are exploratory ({_by_perspective(sizes['p_bh'])})",
            ("benjamini_hochberg_1995",),
        )
    pairs = [(name, twin) for name, twin in same.items() if name in facts.settings["variables"]]
    if pairs:
        shown = [f"{facts.book.label(a)} and {facts.book.label(b)}" for a, b in pairs]
        twins = Sentence(
            f"Outcomes that are multiples of each other counted as one test ({'; '.join(shown)})"
        )
    return said_section(
        facts,
        "multiplicity",
        "Multiplicity",
        confirmatory,
        explored,
        None if confirmatory or explored else Sentence("No p value was adjusted"),
        twins,
        Sentence("The perspectives were adjusted apart"),
        Sentence("Unadjusted p values are always given; all tests were two-sided"),
    )


def _family(facts: Facts, field: str, perspective: str) -> int:
    """Return how many tests a family counts: a multiple of another outcome is not counted."""
    same = facts.settings["multiplicity"]["same_test"]
    # Pairs of levels and visits are adjusted by Holm too, each outcome by itself.
    confirmatory = facts.settings["multiplicity"]["confirmatory"]["analyses"]
    chosen = [
        row
        for row in facts.rows
        if row.headline
        and row.perspective == perspective
        and not math.isnan(getattr(row, field))
        and (field != "p_holm" or row.analysis in confirmatory)
    ]
    asked = {(row.analysis, row.outcome) for row in chosen}
    return sum((row.analysis, same.get(row.outcome)) not in asked for row in chosen)


def _by_perspective(sizes: Sequence[int]) -> str:
    published, aware = sizes
    if published == aware:
        return f"{aware} test{'s' if aware != 1 else ''} in each perspective"
    return f"{published} tests as published, {aware} cluster-aware"


def _resampling(facts: Facts) -> Section:
    methods = facts.settings["methods"]
    level = f"{100 * float(methods['ci_level']):g} %"
    drawn = [row for row in facts.rows if row.n_resamples]
    errors = [row.mc_error for row in drawn if not math.isnan(row.mc_error)]
    worst = max(errors, default=math.nan)
    return said_section(
        facts,
        "resampling",
        "Confidence limits, resampling and random numbers",
        Sentence(f"Confidence intervals are at the {level} level"),
        Sentence(
            f"Bootstrap limits and random permutations rest on {int(methods['n_resamples'])} "
            "samples; permutations were enumerated instead where that was feasible"
        )
        if drawn
        else None,
        Sentence(
            "The p value of random permutations was (number at least as extreme + 1) / (number of "
            "permutations + 1)",
            ("davison_hinkley_1997",),
        )
        if errors
        else None,
        Sentence(
            "The largest Monte Carlo standard error of such a p value was "
            f"{format_significant(worst, 2)}"
        )
        if errors
        else None,
        Sentence(SEED_RULE.rstrip(".")) if drawn else None,
    )


def _not_answered(facts: Facts) -> Section:
    reasons: dict[tuple[str, str, str], list[ResultRow]] = {}
    for row in facts.rows:
        if row.status != "ok":
            key = (facts.words.method(row.method), row.status, row.note)
            reasons.setdefault(key, []).append(row)
    lines = [
        tuple(
            plain(text)
            for text in (
                titled(method),
                status.replace("_", " "),
                note,
                str(len(rows)),
                facts.labels(row.analysis for row in rows),
            )
        )
        for (method, status, note), rows in sorted(reasons.items(), key=lambda item: item[0])
    ]
    few = any("at least 10" in row.note for row in facts.rows if row.status == "refused")
    sentences = [
        Sentence(
            "A method whose conditions were not met gave no result instead of a misleading one"
        )
    ]
    if few:
        sentences.append(
            Sentence(
                "Regression of an event asked for 10 events and 10 non-events in each group",
                ("peduzzi_1996",),
            )
        )
    headings = ("Method", "Status", "Reason", "Results", "Analyses")
    grid = Grid("Refused and not estimable, with the reason", headings, tuple(lines))
    title = "Analyses refused or not estimable"
    return Section("not-answered", title, (Paragraph(tuple(sentences)), grid))


def _software(facts: Facts) -> Section:
    names = [
        f"{shown} {facts.versions[name]}"
        for name, shown in _SOFTWARE.items()
        if name in facts.versions
    ]
    return said_section(
        facts,
        "software",
        "Software",
        Sentence(f"Analyses were made with {listed(names)}"),
        Sentence(
            "Every estimate is kept as one row with its method, counts, limits, p value, seed and "
            "number of samples"
        ),
    )
