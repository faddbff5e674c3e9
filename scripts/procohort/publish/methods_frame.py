"""The sections of the methods page before those on tests: data, both answers, groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from procohort.publish.methods_document import (
    Bullets,
    Grid,
    Paragraph,
    Section,
    Sentence,
    plain,
)
from procohort.publish.methods_facts import Facts, Lies, titled
from procohort.publish.methods_missing import not_imputed
from procohort.publish.numbers import format_number, format_quantile
from procohort.publish.selection import estimate_of
from procohort.publish.wording import quoted, uncapitalise
from procohort.results import ResultRow
from procohort.study import Variable

_COUNT = Variable(name="", type="integer", labels={}, decimals=0)
_LIES: dict[Lies, str] = {
    "between": "The group was a fact of the {cluster}",
    "mostly_between": "The group was nearly a fact of the {cluster}",
    "within": "The group varied within {clusters}",
    "once": "Each {cluster} entered once",
}
_SHORT: dict[Lies, str] = {
    "between": "fact of the {cluster}",
    "mostly_between": "nearly a fact of the {cluster}",
    "within": "varies within {clusters}",
    "once": "each {cluster} once",
}


def before_answers(facts: Facts) -> list[Section]:
    """Return what a reader needs before the tests: data, cleaning, both answers, groups."""
    sections = [_design(facts), _preparation(facts), _two_answers(facts)]
    if facts.of_kind("compare"):
        sections.append(_groups(facts))
    return [*sections, _where(facts), _description(facts)]


def said_section(facts: Facts, name: str, title: str, *sentences: Sentence | None) -> Section:
    """Return a section of one paragraph in the study's words; None is left out."""
    said = tuple(
        Sentence(facts.said(sentence.text), sentence.cites) for sentence in sentences if sentence
    )
    return Section(name, title, (Paragraph(said),))


def _design(facts: Facts) -> Section:
    words = facts.words
    cohort = [row for row in facts.rows if row.analysis == "cohort"]
    n_rows = int(estimate_of(cohort, estimand="n_rows"))
    n_clusters = int(estimate_of(cohort, estimand="n_patients"))
    sentences = [Sentence(f"The study comprised {words.counts(n_rows, n_clusters)}")]
    sizes = [row for row in cohort if row.outcome == "rows_per_patient"]
    if sizes and n_rows > n_clusters:
        median, low, high = (
            format_quantile(estimate_of(sizes, estimand=name), _COUNT)
            for name in ("median", "min", "max")
        )
        mean = format_number(estimate_of(sizes, estimand="mean"), 1)
        sentences.append(
            Sentence(
                f"The number of {{rows}} per {{cluster}} had the median {median} (mean {mean}, "
                f"range {low} to {high})"
            )
        )
    sentences.append(Sentence(_units(facts)))
    highest = [facts.book.label(name) for name in facts.settings["highest"]]
    if highest:
        sentences.append(
            Sentence(
                f"{{Clusters}} lay in larger clusters ({', '.join(highest)}), which were "
                "resampled as a whole"
            )
        )
    study = facts.settings["study"]
    if study.get("reading"):
        sentences.append(
            Sentence(
                "The source can be read in more than one way; this run follows the reading "
                f"{quoted(study.get('reading_meaning') or study['reading'])}"
            )
        )
    sentences.append(Sentence(words.data_note))
    return said_section(facts, "design", "Data and unit of analysis", *sentences)


def _units(facts: Facts) -> str:
    if facts.words.row_is_cluster:
        return "The {cluster} was the unit of analysis and of sampling"
    text = "The {row} was the unit of analysis and the {cluster} the unit of sampling"
    by_cluster = [name for name, spec in facts.analyses.items() if spec.get("unit") == "patient"]
    if by_cluster:
        text += f"; the {{cluster}} was the unit of analysis in: {facts.labels(by_cluster)}"
    return text


def _preparation(facts: Facts) -> Section:
    words = facts.words
    first, last = facts.attrition[0], facts.attrition[-1]
    raw, kept = (words.counts(int(x["n_rows"]), int(x["n_patients"])) for x in (first, last))
    steps = [
        f"{uncapitalise(step['label'])} ({step['n_rows_removed']})"
        for step in facts.attrition
        if int(step["n_rows_removed"] or 0)
    ]
    left = int(first["n_rows"]) - int(last["n_rows"])
    sentences = [Sentence(f"The raw tables held {raw}; {kept} were analysed")]
    if steps:
        sentences.append(
            Sentence(
                f"Left out by declared rules were {words.count_rows(left)}: {', '.join(steps)}"
            )
        )
    else:
        sentences.append(Sentence("No {row} was left out"))
    for action, said in (
        ("blank", "Values were set to missing by declared rules"),
        ("report", "Findings that were reported and changed nothing"),
    ):
        rules = Counter(x["rule"] for x in facts.findings if x["action"] == action)
        if rules:
            counts = ", ".join(
                f"{rule.replace('_', ' ')} ({n})" for rule, n in sorted(rules.items())
            )
            sentences.append(Sentence(f"{said}: {counts}"))
    sentences += [*not_imputed(facts), Sentence(_missing(facts))]
    return said_section(
        facts, "preparation", "Preparation of the data and missing values", *sentences
    )


def _missing(facts: Facts) -> str:
    """Return how many values each analysed variable lacks; a date may be absent by nature."""
    words = facts.words
    counts = []
    for record in facts.missing:
        name = record["variable"]
        if name not in facts.settings["variables"] or not int(record["n_missing"] or 0):
            continue
        of_cluster = facts.book[name].level == "patient"
        shown = (
            words.count_clusters(int(record["n_patients_missing"]))
            if of_cluster
            else words.count_rows(int(record["n_missing"]))
        )
        counts.append(f"{facts.book.label(name)} ({shown})")
    if not counts:
        return "No analysed variable had a missing value"
    return f"Missing were values of: {', '.join(counts)}"


def _two_answers(facts: Facts) -> Section:
    if facts.words.row_is_cluster:
        return said_section(
            facts,
            "perspectives",
            "Two answers to each question",
            Sentence(
                "Every question was answered twice, by the methods of the field (as published) and "
                "by methods that take the {cluster} as the unit of sampling (cluster-aware)",
                ("altman_bland_1997",),
            ),
            Sentence("Each {cluster} has one record, so that both differ by method only"),
        )
    return said_section(
        facts,
        "perspectives",
        "Two answers to each question",
        Sentence(
            "Every question was answered twice: as published, with {rows} pooled as if they were "
            "independent, and cluster-aware, with {clusters} as the unit of sampling",
            ("altman_bland_1997",),
        ),
        Sentence(
            "{Rows} of one {cluster} resemble each other; a test that pools them rejects too often "
            "where the group is a fact of the {cluster}"
        ),
        Sentence(
            "For means the design effect was 1 + (sum of squared numbers of {rows} per {cluster} / "
            "number of {rows} \N{MINUS SIGN} 1) \N{MULTIPLICATION SIGN} intraclass correlation, "
            "and the effective sample size the number of {rows} divided by it; neither holds for a "
            "group that varies within {clusters}",
            ("kish_1965", "donner_klar_2000"),
        ),
        Sentence(
            "For proportions it was the variance between {clusters} over the binomial variance, at "
            "least 1 in the limits, whose effective size was further reduced for the small number "
            "of {clusters}",
            ("korn_graubard_1998",),
        ),
        _alike(facts),
    )


def _alike(facts: Facts) -> Sentence | None:
    iccs = [
        row.estimate
        for row in facts.rows
        if row.estimand == "icc" and row.method.startswith("icc_reml") and row.status == "ok"
    ]
    if not iccs:
        return None
    low, high = (format_number(value, 2) for value in (min(iccs), max(iccs)))
    many = f"of {len(iccs)} variables ranged from {low} to {high}"
    return Sentence(
        "Intraclass correlations were estimated by restricted maximum likelihood, on logarithms "
        "where the variable was positive; "
        + (f"those {many}" if len(iccs) > 1 else f"that of the one variable described was {low}"),
        ("laird_ware_1982", "pawitan_2001"),
    )


def _groups(facts: Facts) -> Section:
    items: list[Paragraph] = []
    for analysis, spec in facts.analyses.items():
        if spec["kind"] != "compare":
            continue
        words = facts.words.for_unit(str(spec.get("unit") or "row"))
        sizes = facts.sizes(analysis)
        levels = [
            f"{facts.book.level(spec['group'], str(level))}, "
            f"{words.counts(*sizes.get(str(level), (0, 0)))}"
            for level in spec["levels"]
        ]
        said = [Sentence("; ".join(levels))]
        if spec.get("subset"):
            said.append(Sentence(f"Only {{rows}} with {spec['subset']} were compared"))
        said += [Sentence(text) for text in _how_it_lies(facts, analysis)]
        if spec.get("adjust_for"):
            names = [facts.book.label(name) for name in spec["adjust_for"]]
            said.append(Sentence(f"Adjusted for in the sensitivity analysis: {', '.join(names)}"))
        filled = tuple(Sentence(facts.said(x.text), x.cites) for x in said)
        items.append(Paragraph(filled, lead=str(spec["label"])))
    return Section("groups", "Groups compared", (Bullets(tuple(items)),))


def _how_it_lies(facts: Facts, analysis: str) -> list[str]:
    found = {lies for (name, _), lies in facts.lies.items() if name == analysis}
    said: list[str] = []
    for lies in (x for x in _LIES if x in found):
        text = _LIES[lies]
        if lies == "mostly_between":
            n = facts.n_changing(analysis)
            who = facts.words.count_clusters(n)
            text += (
                f": it changed in {who}, {'who was' if n == 1 else 'who were'} left out "
                "of tests of whole {clusters}"
            )
        elif lies == "within" and (n := facts.n_with_both(analysis)):
            text += f": {facts.words.count_clusters(n)} had {{rows}} in both groups"
        said.append(text)
    return said


def _where(facts: Facts) -> Section:
    """Return the table of primary methods by analysis and kind of outcome."""
    lines = []
    kinds = ("compare", "rate", "correlate", "trend", "trajectory")
    heads = [row for row in facts.of_kind(*kinds) if row.headline]
    for analysis in facts.analyses:
        for event in (False, True):
            own = [r for r in heads if r.analysis == analysis and facts.is_event(r) == event]
            if not own:
                continue
            outcomes = list(dict.fromkeys(_outcome_labels(facts, analysis, own)))
            found = {facts.lies.get((row.analysis, row.outcome)) for row in own}
            lies = [text for name, text in _SHORT.items() if name in found]
            methods = [
                facts.words.methods(row for row in own if row.perspective == perspective)
                for perspective in ("as_published", "cluster_aware")
            ]
            texts = (
                facts.label(analysis),
                "; ".join(outcomes),
                facts.said("; ".join(lies)) or "\N{EN DASH}",
                *(titled(text) for text in methods),
            )
            lines.append(tuple(plain(text) for text in texts))
    headings = ("Analysis", "Outcomes", "The group", "As published", "Cluster-aware")
    grid = Grid("Primary method of each analysis, in both perspectives", headings, tuple(lines))
    return Section("where", "Which test was used where", (grid,))


def _outcome_labels(facts: Facts, analysis: str, rows: Sequence[ResultRow]) -> Iterator[str]:
    """Yield the labels of outcomes; one that is followed over visits stands for all of them."""
    followed = facts.analyses[analysis].get("visits") is not None
    declared = facts.analyses[analysis]["outcomes"] if followed else ()
    for name in declared or (row.outcome for row in rows):
        yield facts.book.label(name)


def _description(facts: Facts) -> Section:
    return said_section(
        facts,
        "description",
        "Description",
        Sentence(
            "Quantities are given as median with first and third quartile (linear interpolation of "
            "order statistics), and as mean with standard deviation"
        ),
        Sentence("Proportions are given with numerator and denominator"),
    )
